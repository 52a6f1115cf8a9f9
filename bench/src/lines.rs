//! Counts lines of code: no blank ones, no comments.

use std::fs;
use std::path::Path;

use crate::Outcome;

/// The lines of all Rust files in a folder.
pub(crate) fn folder(folder: &Path) -> Outcome<usize> {
    let mut lines = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            lines += self::folder(&path)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            lines += text(&fs::read_to_string(&path)?);
        }
    }
    Ok(lines)
}

/// The lines of a file's text. Generators write comments on lines of their own.
pub(crate) fn text(text: &str) -> usize {
    let mut block = false;
    let mut count = 0;
    for line in text.lines().map(str::trim) {
        if block || line.starts_with("/*") {
            block = !line.contains("*/");
        } else if !line.is_empty()
            && !line.starts_with("//")
            && !line.starts_with("#[doc = ")
            && !line.starts_with("#![doc = ")
        {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_are_no_code() {
        let text = "//! a\n\n/// b\n#[doc = \"c\"]\nfn f() { // d\n    /* e\n    f */\n}\n/* g */\n";
        assert_eq!(super::text(text), 2);
    }
}
