//! Which patterns of pages are patterns for every tool.

/// Longer patterns are kept as text.
const MAX_BYTES: usize = 512;
/// Deeper groups are kept as text, because compilers of patterns follow them by recursion.
const MAX_GROUPS: usize = 64;
/// What some engines know and others do not.
const DIALECT: &[&str] =
    &["(?<", "(?P", "(?i", "(?s", "(?m", "(?>", "\\p", "\\P", "\\k", "\\A", "\\Z", "\\z", "[[", "&&"];

/// Whether a pattern is ECMAScript as JSON Schema wants it (Unicode mode), without what only some engines know.
pub(crate) fn is_plain(pattern: &str) -> bool {
    !pattern.is_empty()
        && pattern.len() <= MAX_BYTES
        && pattern.matches('(').count() <= MAX_GROUPS
        && !DIALECT.iter().any(|mark| pattern.contains(mark))
        && regress::Regex::with_flags(pattern, "u").is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[track_caller]
    fn check(pattern: &str, expect: bool) {
        assert_eq!(is_plain(pattern), expect, "{pattern}");
    }

    #[test]
    fn only_what_every_engine_takes() {
        check("^[a-z][a-z0-9_-]{0,63}$", true);
        check(r"^\d{4}-\d{2}$", true);
        check("^(a|b)+$", true);
        check("^[\u{4e00}-\u{9fa5}]+$", true);
        check("", false);
        check("[a-z", false);
        check("(a", false);
        check("a{2,1}", false);
        check("^*", false);
        // An escape that Unicode mode refuses.
        check(r"^[a-z\_]+$", false);
        check(r"^\p{L}+$", false);
        check(r"(?i)abc", false);
        check(r"\Aabc\z", false);
        check(&"(".repeat(5000), false);
        check(&"a".repeat(5000), false);
    }
}
