//! Finds the pages below a path: in depth, in a fixed order, each folder once however many links lead to it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

/// The endings of files that may be pages. A file that is named on the command line is read whatever its ending.
const ENDINGS: &[&str] = &["md", "markdown", "html", "htm", "rst", "txt"];

/// Deeper folders are not walked.
const MAX_DEPTH: usize = 64;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The pages, sorted by path.
    pub pages: Vec<PathBuf>,
    /// How many files were left out because of their ending.
    pub others: usize,
    /// What could not be read.
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds the pages of a file or folder.
pub fn walk(path: &Path) -> Found {
    let mut found = Found::default();
    match fs::metadata(path) {
        Ok(data) if data.is_dir() => folder(path, 0, &mut BTreeSet::new(), &mut found),
        Ok(_) => found.pages.push(path.to_path_buf()),
        Err(error) => found.diagnostics.push(missing(path, &error)),
    }
    found.pages.sort();
    if found.pages.is_empty() && found.diagnostics.is_empty() {
        let message = format!("no page in this folder; pages end in .{}", ENDINGS.join(", ."));
        found.diagnostics.push(Diagnostic::new(&codes::INPUT_MISSING, place(path), message));
    }
    found
}

fn place(path: &Path) -> Place {
    Place::file(path.display().to_string())
}

fn missing(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(&codes::INPUT_MISSING, place(path), format!("cannot be read: {error}"))
}

fn folder(path: &Path, depth: usize, seen: &mut BTreeSet<PathBuf>, found: &mut Found) {
    let real = match fs::canonicalize(path) {
        Ok(real) => real,
        Err(error) => return found.diagnostics.push(missing(path, &error)),
    };
    if depth > MAX_DEPTH || !seen.insert(real) {
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return found.diagnostics.push(missing(path, &error)),
    };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') {
            continue;
        }
        // A link that leads nowhere is no page; everything else is what it points to.
        let Ok(data) = fs::metadata(&path) else {
            found.others += 1;
            continue;
        };
        if data.is_dir() {
            folder(&path, depth + 1, seen, found);
        } else {
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
            if ENDINGS.contains(&ending.as_str()) {
                found.pages.push(path);
            } else {
                found.others += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_walked_once_and_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("b/c")).unwrap();
        for name in ["b/c/2.md", "b/1.html", "a.rst", "x.png", ".hidden.md"] {
            fs::write(at(name), "x").unwrap();
        }
        std::os::unix::fs::symlink(dir.path(), at("b/loop")).unwrap();
        std::os::unix::fs::symlink(at("nowhere"), at("dangling.md")).unwrap();
        let found = walk(dir.path());
        let names: Vec<_> =
            found.pages.iter().map(|path| path.strip_prefix(dir.path()).unwrap().display().to_string()).collect();
        assert_eq!(names, ["a.rst", "b/1.html", "b/c/2.md"]);
        assert_eq!(found.others, 2, "the picture and the dangling link");
        assert!(found.diagnostics.is_empty());
    }

    #[test]
    fn nothing_to_read_is_said() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(walk(dir.path()).diagnostics[0].code.id, "input-missing");
        assert_eq!(walk(&dir.path().join("no")).diagnostics[0].code.id, "input-missing");
    }
}
