//! Where a call goes: an endpoint that was given, or the host that serves a region.

use url::Url;

use crate::clouds;
use crate::operation::Service;

/// What to do about a build that cannot reach `https`.
pub(crate) const NO_TLS: &str = "this build has no TLS: enable the feature `rustls` or `native-tls` of huaweicloud (or tablature-runtime), or use an endpoint that starts with http://";

/// Whether the default transport reaches `https`.
pub(crate) const HAS_TLS: bool = cfg!(any(feature = "rustls", feature = "native-tls"));

/// A base URL without a slash at its end; the path of an operation follows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint(String);

impl Endpoint {
    /// Reads an endpoint as people write it; without a scheme it is `https`.
    pub(crate) fn parse(text: &str) -> Result<Endpoint, String> {
        // A password in the text must not reach the message.
        let shown = if text.contains('@') { "the endpoint".to_owned() } else { format!("endpoint {text:?}") };
        let expected = "expected a URL like https://host, https://host:8443/prefix or http://127.0.0.1:8080";
        let full = if text.contains("://") { text.trim().to_owned() } else { format!("https://{}", text.trim()) };
        let url = Url::parse(&full).map_err(|error| format!("{shown} is not a URL ({error}); {expected}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("{shown} has the scheme `{}`; {expected}", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(format!(
                "{shown} holds a user name or password; {expected}, and give credentials to the builder"
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("{shown} has a query or a fragment; {expected}"));
        }
        Ok(Endpoint(url.as_str().trim_end_matches('/').to_owned()))
    }

    /// The host of `service` in `region`: the one that lists the region, else the one that serves all others. Always `https`.
    pub(crate) fn of_region(service: &Service, region: Option<&str>) -> Result<Endpoint, String> {
        let name = service.name;
        let give = format!("or give its URL with Client::builder().service_endpoint(\"{name}\", ..)");
        let host = match region {
            Some(region) => {
                let listed = service.hosts.iter().find(|host| host.regions.contains(&region));
                listed.or_else(|| service.hosts.iter().find(|host| host.regions.is_empty()))
            }
            None => service.hosts.iter().find(|host| host.regions.is_empty() && !host.template.contains("{region}")),
        };
        let Some(host) = host else {
            if service.hosts.is_empty() {
                return Err(format!(
                    "no host of service {name} is known; give its URL with Client::builder().service_endpoint(\"{name}\", ..)"
                ));
            }
            let Some(region) = region else {
                return Err(format!("no region and no endpoint; set Client::builder().region(..), {give}"));
            };
            let known: Vec<&str> = service.hosts.iter().flat_map(|host| host.regions).copied().collect();
            return Err(not_known(name, region, &known, &give));
        };
        if let Some(region) = region
            && host.regions.is_empty()
            && let Some(known) = clouds::regions_of(host.template)
            && !known.contains(&region)
        {
            // The regions that the service lists itself exist as well.
            let listed = service.hosts.iter().flat_map(|host| host.regions);
            let known: Vec<&str> = known.iter().chain(listed).copied().collect();
            return Err(not_known(name, region, &known, &give));
        }
        let text = host.template.replace("{region}", region.unwrap_or_default());
        let endpoint = Endpoint::parse(&text).map_err(|error| format!("the host of service {name}: {error}"))?;
        if !endpoint.0.starts_with("https://") {
            return Err(format!(
                "the host of service {name} is {text:?}, which is not https; give an endpoint if this is meant"
            ));
        }
        Ok(endpoint)
    }

    /// Says what is missing in a build without TLS that is to reach an `https` endpoint with its own transport.
    pub(crate) fn needs(&self, tls: bool) -> Result<(), String> {
        if tls || !self.0.starts_with("https:") { Ok(()) } else { Err(format!("{}: {NO_TLS}", self.0)) }
    }

    /// The URL up to the path of the operation.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Scheme, host and port of a URL, for messages.
pub(crate) fn origin(url: &str) -> &str {
    // Each call asks, and a search is much slower than a look at the start.
    let usual = ["https://", "http://"].iter().find(|scheme| url.starts_with(**scheme)).map(|scheme| scheme.len());
    let start = usual.or_else(|| Some(url.find("://")? + 3)).unwrap_or(0);
    let end = url.bytes().skip(start).position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    url.get(..end.map_or(url.len(), |end| start + end)).unwrap_or(url)
}

fn not_known(service: &str, region: &str, known: &[&str], give: &str) -> String {
    let known = clouds::nearest_first(region, known);
    format!("service {service} is not known in region {region}, only in {known}; choose one of these, {give}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Host;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>) {
        match (Endpoint::parse(text), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.as_str(), expected),
            (Err(found), Err(part)) => assert!(found.contains(part), "{found}"),
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn endpoints() {
        check("https://a.example.com", Ok("https://a.example.com"));
        check("https://a.example.com/", Ok("https://a.example.com"));
        check("a.example.com", Ok("https://a.example.com"));
        check(" localhost:8080 ", Ok("https://localhost:8080"));
        check("http://127.0.0.1:8080/base/x/", Ok("http://127.0.0.1:8080/base/x"));
        check("HTTPS://A.example.com:443", Ok("https://a.example.com"));
        check("http://[::1]:80", Ok("http://[::1]"));
        check("", Err("not a URL"));
        check("https://", Err("not a URL"));
        check("https://a b", Err("not a URL"));
        check("ftp://a", Err("scheme `ftp`"));
        check("https://a?x=1", Err("query"));
        check("https://a#x", Err("fragment"));
        check("https://user:hunter2@a", Err("user name or password"));
    }

    #[test]
    fn without_tls() {
        let needs = |text: &str, tls| Endpoint::parse(text).unwrap().needs(tls);
        assert_eq!(needs("https://h", true), Ok(()));
        assert_eq!(needs("http://h", false), Ok(()));
        let problem = needs("h", false).unwrap_err();
        assert!(
            problem.starts_with("https://h: this build has no TLS") && problem.contains("of huaweicloud"),
            "{problem}"
        );
    }

    #[test]
    fn a_password_is_not_repeated() {
        for text in ["https://user:hunter2@a", "https://user:hunter2@a b", "ftp://user:hunter2@a"] {
            assert!(!Endpoint::parse(text).unwrap_err().contains("hunter2"), "{text}");
        }
    }

    #[test]
    fn origins() {
        assert_eq!(origin("http://h:1/base/v1?x=/"), "http://h:1");
        assert_eq!(origin("https://h?x"), "https://h");
        assert_eq!(origin("https://h"), "https://h");
    }

    static TWO: Service = Service {
        name: "dgc",
        hosts: &[
            Host { template: "dgc.{region}.otc.example.com", regions: &["eu-de", "eu-nl"] },
            Host { template: "dgc.{region}.example.com", regions: &[] },
        ],
    };
    static BOTH: Service = Service {
        name: "ecs",
        hosts: &[
            Host { template: "ecs.{region}.myhuaweicloud.com", regions: &[] },
            Host { template: "ecs.{region}.otc.t-systems.com", regions: &["eu-de", "eu-nl"] },
        ],
    };
    static LISTED: Service =
        Service { name: "dgc", hosts: &[Host { template: "dgc.{region}.example.com", regions: &["eu-de", "eu-nl"] }] };
    static GLOBAL: Service = Service { name: "iam", hosts: &[Host { template: "iam.example.com", regions: &[] }] };
    static NONE: Service = Service { name: "dgc", hosts: &[] };

    #[track_caller]
    fn region(service: &Service, region: Option<&str>, expected: Result<&str, &str>) {
        match (Endpoint::of_region(service, region), expected) {
            (Ok(found), Ok(expected)) => assert_eq!(found.as_str(), expected),
            (Err(found), Err(part)) => assert!(found.contains(part), "{found}"),
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn regions() {
        region(&TWO, Some("eu-nl"), Ok("https://dgc.eu-nl.otc.example.com"));
        region(&TWO, Some("cn-north-4"), Ok("https://dgc.cn-north-4.example.com"));
        region(&TWO, None, Err("no region and no endpoint"));
        region(&LISTED, Some("moon-1"), Err("only in eu-de, eu-nl"));
        region(&BOTH, Some("cn-north-4"), Ok("https://ecs.cn-north-4.myhuaweicloud.com"));
        region(&BOTH, Some("eu-nl"), Ok("https://ecs.eu-nl.otc.t-systems.com"));
        region(&BOTH, Some("cn-nroth-4"), Err("ecs is not known in region cn-nroth-4, only in cn-north-4, "));
        region(&BOTH, Some("eu-dn"), Err("only in eu-de, "));
        region(&GLOBAL, None, Ok("https://iam.example.com"));
        region(&GLOBAL, Some("x"), Ok("https://iam.example.com"));
        region(&NONE, Some("x"), Err("no host of service dgc"));
    }
}
