//! HTML tags inside the text of a paragraph.

/// A tag.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The name in lower case.
    pub(super) name: String,
    pub(super) closing: bool,
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Reads `<name …>` or `</name>`; `None` for comments and the like.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('<')?.trim_end().strip_suffix('>')?;
        let (closing, inner) = inner.strip_prefix('/').map_or((false, inner), |inner| (true, inner));
        let end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(end);
        let starts = name.starts_with(|c: char| c.is_ascii_alphabetic());
        starts.then(|| Tag { name: name.to_ascii_lowercase(), closing, attributes })
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, wanted: &str) -> Option<String> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, behind) = rest.split_at(end);
            let behind = behind.trim_start();
            let Some(value) = behind.strip_prefix('=').map(str::trim_start) else {
                rest = behind;
                continue;
            };
            let (value, behind) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    value.get(1..).unwrap_or_default().split_once(quote).unwrap_or((value, ""))
                }
                _ => value.split_at(value.find(char::is_whitespace).unwrap_or(value.len())),
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value.replace("&amp;", "&"));
            }
            rest = behind;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str, want: Option<(&str, bool, Option<&str>)>) {
        let tag = Tag::parse(text);
        let value = tag.as_ref().and_then(|tag| tag.attribute(wanted));
        let got = tag.as_ref().map(|tag| (tag.name.as_str(), tag.closing, value.as_deref()));
        assert_eq!(got, want);
    }

    #[test]
    fn tags() {
        check("<a name=\"x y\" id='z'>", "id", Some(("a", false, Some("z"))));
        check("<A NAME = x href=\"a?b=1&amp;c=2\">", "href", Some(("a", false, Some("a?b=1&c=2"))));
        check("</a>", "name", Some(("a", true, None)));
        check("<br/>", "x", Some(("br", false, None)));
        check("<a disabled name=q>", "name", Some(("a", false, Some("q"))));
        check("<!-- x -->", "x", None);
    }
}
