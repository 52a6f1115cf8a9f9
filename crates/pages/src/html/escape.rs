//! Prepares HTML for the parser without moving anything to another line.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// The most attributes of one tag that are read; the parser compares each with all others.
const MAX_ATTRIBUTES: usize = 100;

/// Escapes each `&` that starts no complete reference, because browsers read `&not-tags=` as `¬-tags=`,
/// and cuts tags with absurdly many attributes.
pub(super) fn prepare(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut tag_end = 0;
    let bytes = text.as_bytes();
    while let Some(found) = next(bytes, at) {
        at = found + 1;
        if bytes.get(found) == Some(&b'&') {
            if !is_reference(bytes, at) {
                out.push_str(text.get(copied..at).unwrap_or_default());
                out.push_str("amp;");
                copied = at;
            }
        } else if at > tag_end {
            let (start, end) = surplus(bytes, at);
            tag_end = end;
            if start < end {
                out.push_str(text.get(copied..start).unwrap_or_default());
                out.extend(text.get(start..end).unwrap_or_default().chars().filter(|c| *c == '\n'));
                copied = end;
                at = end;
            }
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

fn next(bytes: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| matches!(byte, b'&' | b'<')).map(|at| from + at)
}

/// Whether a complete reference such as `lt;`, `#60;` or `#x3c;` stands here.
fn is_reference(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    let rest = rest.get(..40).unwrap_or(rest);
    let end = rest.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#');
    let Some(end) = end.filter(|end| rest.get(*end) == Some(&b';')) else { return false };
    match rest.get(..end) {
        Some([b'#', b'x' | b'X', digits @ ..]) => !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit),
        Some([b'#', digits @ ..]) => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        Some(_) => {
            let name = rest.get(..=end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or_default();
            NAMED_ENTITIES.get(name).is_some_and(|(first, _)| *first != 0)
        }
        None => false,
    }
}

/// Where the attributes start that are too many for the tag at this place, and where the tag ends; the same place if all are read.
fn surplus(bytes: &[u8], at: usize) -> (usize, usize) {
    if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
        return (at, at);
    }
    let mut count = 0;
    let mut start = None;
    let mut quote = 0;
    let mut last = b' ';
    let mut index = at;
    while let Some(&byte) = bytes.get(index) {
        if quote != 0 {
            if byte == quote {
                quote = 0;
            }
        } else {
            match byte {
                b'>' => break,
                b'"' | b'\'' if last == b'=' => quote = byte,
                _ if byte.is_ascii_whitespace() || byte == b'/' || byte == b'=' => {}
                // A name starts behind white space, a slash or a quote that ends a value.
                _ if last.is_ascii_whitespace() || matches!(last, b'/' | b'"' | b'\'') => {
                    count += 1;
                    // The first one counted is the name of the tag.
                    if count > MAX_ATTRIBUTES + 1 && start.is_none() {
                        start = Some(index);
                    }
                }
                _ => {}
            }
        }
        if !byte.is_ascii_whitespace() || last != b'=' {
            last = byte;
        }
        index += 1;
    }
    (start.unwrap_or(index), index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(prepare(text), want);
    }

    #[test]
    fn references() {
        check("a &lt; b &#60; c &#x3C; &nbsp;d", "a &lt; b &#60; c &#x3C; &nbsp;d");
        check("/v1?x=1&not-tags=2&current-page=3&region=4", "/v1?x=1&amp;not-tags=2&amp;current-page=3&amp;region=4");
        check("&notit; &notin; &AMP; & && &", "&amp;notit; &notin; &AMP; &amp; &amp;&amp; &amp;");
        check("&#; &#x; &#12", "&amp;#; &amp;#x; &amp;#12");
    }

    #[test]
    fn attributes() {
        let many = |count: usize| (0..count).map(|n| format!(" a{n}=\"x > y\"")).collect::<String>();
        check(&format!("<p{}>x</p>", many(100)), &format!("<p{}>x</p>", many(100)));
        check(&format!("<p{}\n>x</p>", many(1000)), &format!("<p{} \n>x</p>", many(100)));
    }
}
