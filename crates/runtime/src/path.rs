//! URLs: percent-encoding, path templates, query strings.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but RFC 3986's unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// All that a path may not hold.
const NOT_IN_A_PATH: &AsciiSet = &RESERVED
    .remove(b'/')
    .remove(b':')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b'%');

/// Encodes all but RFC 3986's unreserved characters, so that the text is one path segment or one query name or value.
pub(crate) fn encode(text: &str, out: &mut String) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// A piece of a path template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Literal(&'a str),
    Placeholder(&'a str),
}

/// The pieces of `template` in order; a brace without its partner is literal text.
pub(crate) fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    let mut found = None;
    std::iter::from_fn(move || {
        if let Some(name) = found.take() {
            return Some(Piece::Placeholder(name));
        }
        if rest.is_empty() {
            return None;
        }
        let opened = split(rest, b'{').and_then(|(before, inside)| Some((before, split(inside, b'}')?)));
        let Some((before, (name, after))) = opened else {
            return Some(Piece::Literal(std::mem::take(&mut rest)));
        };
        rest = after;
        if before.is_empty() {
            return Some(Piece::Placeholder(name));
        }
        found = Some(name);
        Some(Piece::Literal(before))
    })
}

/// `str::split_once` for texts as short as templates, for which it is slower than a plain loop.
fn split(text: &str, at: u8) -> Option<(&str, &str)> {
    let index = text.bytes().position(|byte| byte == at)?;
    text.get(..index).zip(text.get(index + 1..))
}

/// Appends a template with its placeholders filled; `value` gives the value of each. The error names the parameter and what is wrong with its
/// value.
pub(crate) fn fill<'v>(
    template: &str,
    mut value: impl FnMut(&str) -> Option<&'v str>,
    out: &mut String,
) -> Result<(), String> {
    if !template.starts_with('/') {
        out.push('/');
    }
    for piece in pieces(template) {
        match piece {
            Piece::Literal(text) => out.extend(utf8_percent_encode(text, NOT_IN_A_PATH)),
            Piece::Placeholder(name) => {
                let value = value(name).unwrap_or_default();
                let why = match value {
                    "" => "is empty",
                    "." | ".." => "would change the path",
                    _ => {
                        encode(value, out);
                        continue;
                    }
                };
                return Err(format!(
                    "path parameter `{name}` is {value:?}, which {why}; give the id of an existing resource"
                ));
            }
        }
    }
    Ok(())
}

/// Appends `?a=b&c=d`, or nothing if there are no pairs.
pub(crate) fn query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, out: &mut String) {
    let mut before = '?';
    for (name, value) in pairs {
        out.push(before);
        encode(name, out);
        out.push('=');
        encode(value, out);
        before = '&';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let mut path = String::new();
        let of = |name: &str| Some(if name == "name" { value } else { "p" });
        fill("/v1/{project_id}/jobs/{name}/stop", of, &mut path).unwrap();
        assert_eq!(path, format!("/v1/p/jobs/{expected}/stop"));
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
        let error = fill("/v1/jobs/{name}", |_| Some(value), &mut String::new()).unwrap_err();
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
        let fill = |template| {
            let mut path = String::new();
            fill(template, |_| Some("x y"), &mut path).unwrap();
            path
        };
        assert_eq!(fill("/a/{b}-{c}.json"), "/a/x%20y-x%20y.json");
        assert_eq!(fill("a/{b}"), "/a/x%20y");
        assert_eq!(fill("/a/{b"), "/a/%7Bb");
        assert_eq!(fill("/a/b}"), "/a/b%7D");
        assert_eq!(fill("/os:a/(b)/é?"), "/os:a/(b)/%C3%A9%3F");
        assert_eq!(fill("{b}/-._~/:@!$&'()*+,;=%"), "/x%20y/-._~/:@!$&'()*+,;=%");
        assert_eq!(fill("/ \"#<>?[]^`{|}\\"), "/%20%22%23%3C%3E%3F%5B%5D%5E%60x%20y%5C");
        assert_eq!(fill(""), "/");
    }

    #[test]
    fn queries() {
        let mut text = String::new();
        query([].into_iter(), &mut text);
        assert_eq!(text, "");
        query([("a", "1"), ("not-tags", "k=v&w"), ("a", "x y+z"), ("e", "")].into_iter(), &mut text);
        assert_eq!(text, "?a=1&not-tags=k%3Dv%26w&a=x%20y%2Bz&e=");
    }
}
