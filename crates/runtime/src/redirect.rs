//! Where an answer sends a call, and whether its credentials may go there.

use url::Url;

use crate::transport::HttpResponse;

/// How often one call is sent on; services that redirect do it once.
pub(crate) const MOST: u32 = 5;

/// The URL to which `response` sends a request, if it may be followed: the same scheme, host and port, so that neither credentials nor
/// the body reach anybody else, and the same method.
pub(crate) fn follow(method: &str, url: &str, response: &HttpResponse) -> Option<String> {
    let (from, to) = allowed(method, url, response)?;
    // The same place again would be a loop.
    (to != from).then(|| to.into())
}

/// Whether `response` sends a request to where it may go: if it is not followed, then because it went on for too long.
pub(crate) fn goes_on(method: &str, url: &str, response: &HttpResponse) -> bool {
    allowed(method, url, response).is_some()
}

/// Where a request came from and where it may go.
fn allowed(method: &str, url: &str, response: &HttpResponse) -> Option<(Url, Url)> {
    let may = match response.status {
        307 | 308 => true,
        // Old clients make a GET of anything here, so only what is one already keeps its meaning.
        301..=303 => matches!(method, "GET" | "HEAD"),
        _ => false,
    };
    if !may {
        return None;
    }
    let from = Url::parse(url).ok()?;
    let to = from.join(response.headers.get("location")?).ok()?;
    let same = from.origin() == to.origin() && to.username().is_empty() && to.password().is_none();
    same.then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(method: &str, status: u16, location: &str, expected: Option<&str>) {
        let response = HttpResponse::new(status).with_header("Location", location);
        assert_eq!(follow(method, "https://a.example.com/v1/x?y=1", &response).as_deref(), expected, "{location}");
    }

    #[test]
    fn redirects() {
        check("GET", 301, "/v2/x", Some("https://a.example.com/v2/x"));
        check("GET", 302, "z", Some("https://a.example.com/v1/z"));
        check("HEAD", 303, "https://A.example.com:443/z", Some("https://a.example.com/z"));
        check("POST", 308, "/v2/x", Some("https://a.example.com/v2/x"));
        check("DELETE", 307, "/v2/x", Some("https://a.example.com/v2/x"));
    }

    #[test]
    fn what_is_not_followed() {
        check("POST", 301, "/v2/x", None);
        check("POST", 303, "/v2/x", None);
        check("GET", 300, "/v2/x", None);
        check("GET", 304, "/v2/x", None);
        check("GET", 301, "", None);
        check("GET", 301, "/v1/x?y=1", None);
        check("GET", 301, "https://b.example.com/v1/x", None);
        check("GET", 301, "//b.example.com/v1/x", None);
        check("GET", 301, "https://a.example.com:8443/v1/x", None);
        check("GET", 301, "http://a.example.com/v1/x", None);
        check("GET", 301, "https://user:pass@a.example.com/z", None);
        check("GET", 301, "https://a.example.com.evil.example/z", None);
        check("GET", 301, "\\\\b.example.com/z", None);
        check("GET", 301, "http://[", None);
        assert_eq!(follow("GET", "https://a.example.com/", &HttpResponse::new(301)), None);
    }
}
