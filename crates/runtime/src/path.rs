//! URLs: percent-encoding, path templates, query strings.

use std::fmt::Write as _;

/// Encodes all but RFC 3986's unreserved characters, so that the text is one path segment or one query name or value.
pub(crate) fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// Encodes what stands between placeholders: as [`encode`], but the characters that a path may hold are kept.
fn encode_literal(text: &str, out: &mut String) {
    for char in text.chars() {
        if "/:@!$&'()*+,;=%".contains(char) {
            out.push(char);
        } else {
            encode(char.encode_utf8(&mut [0; 4]), out);
        }
    }
}

/// A piece of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Literal(&'a str),
    Placeholder(&'a str),
}

/// The pieces of `template` in order; a brace without its partner is literal text.
pub(crate) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some((before, inside)) = rest.split_once('{') {
        let Some((name, after)) = inside.split_once('}') else { break };
        if !before.is_empty() {
            pieces.push(Piece::Literal(before));
        }
        pieces.push(Piece::Placeholder(name));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// Fills a template; `value` gives the value of each placeholder. The error names the parameter and what is wrong with its value.
pub(crate) fn fill<'v>(template: &str, mut value: impl FnMut(&str) -> Option<&'v str>) -> Result<String, String> {
    let mut path = String::with_capacity(template.len() + 64);
    for piece in pieces(template) {
        match piece {
            Piece::Literal(text) => encode_literal(text, &mut path),
            Piece::Placeholder(name) => {
                let value = value(name).unwrap_or_default();
                let why = match value {
                    "" => "is empty",
                    "." | ".." => "would change the path",
                    _ => {
                        encode(value, &mut path);
                        continue;
                    }
                };
                return Err(format!(
                    "path parameter `{name}` is {value:?}, which {why}; give the id of an existing resource"
                ));
            }
        }
    }
    if !path.starts_with('/') {
        path.insert(0, '/');
    }
    Ok(path)
}

/// `?a=b&c=d`, or nothing if there are no pairs.
pub(crate) fn query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        encode(name, &mut query);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let path = fill("/v1/{project_id}/jobs/{name}/stop", |name| Some(if name == "name" { value } else { "p" }));
        assert_eq!(path.unwrap(), format!("/v1/p/jobs/{expected}/stop"));
        let full = format!("https://h/v1/p/jobs/{expected}/stop");
        assert_eq!(url::Url::parse(&full).unwrap().as_str(), full, "the URL parser changes it");
    }

    #[test]
    fn segments() {
        check("myJob", "myJob");
        check("../x", "..%2Fx");
        check("a/b", "a%2Fb");
        check("中文", "%E4%B8%AD%E6%96%87");
        check("%2F", "%252F");
        check("%2e%2e", "%252e%252e");
        check("...", "...");
        check(" ", "%20");
        check("a b", "a%20b");
        check("?", "%3F");
        check("#", "%23");
        check(";", "%3B");
        check("+", "%2B");
        check("a:b@c", "a%3Ab%40c");
        check("\\..\\", "%5C..%5C");
        check("\r\n\0", "%0D%0A%00");
        check("{name}", "%7Bname%7D");
        check("A-z_0.9~", "A-z_0.9~");
    }

    #[track_caller]
    fn refuse(value: &str, part: &str) {
        let error = fill("/v1/jobs/{name}", |_| Some(value)).unwrap_err();
        assert!(error.contains("`name`") && error.contains(part), "{error}");
    }

    #[test]
    fn refused() {
        refuse("", "empty");
        refuse(".", "path");
        refuse("..", "path");
    }

    #[test]
    fn templates() {
        let fill = |template| fill(template, |_| Some("x y")).unwrap();
        assert_eq!(fill("/a/{b}-{c}.json"), "/a/x%20y-x%20y.json");
        assert_eq!(fill("a/{b}"), "/a/x%20y");
        assert_eq!(fill("/a/{b"), "/a/%7Bb");
        assert_eq!(fill("/a/b}"), "/a/b%7D");
        assert_eq!(fill("/os:a/(b)/é?"), "/os:a/(b)/%C3%A9%3F");
        assert_eq!(fill(""), "/");
    }

    #[test]
    fn queries() {
        assert_eq!(query([].into_iter()), "");
        assert_eq!(
            query([("a", "1"), ("not-tags", "k=v&w"), ("a", "x y+z"), ("e", "")].into_iter()),
            "?a=1&not-tags=k%3Dv%26w&a=x%20y%2Bz&e="
        );
    }
}
