//! Writes files so that either all of them are new or all are as they were, and knows which were edited by hand.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::pipeline::hex;

const HEADER: &str =
    "# Written by `cargo xtask regen` or `read` from the pages below. To decide against a page, use overrides.toml.";
const CHECKSUM: &str = "# checksum ";
/// How many lines of a spec file are its header.
pub const HEADER_LINES: usize = 2;

/// The text of a spec file: its header with a checksum, then the spec.
pub fn seal(body: &str) -> String {
    format!("{HEADER}\n{CHECKSUM}{}\n{body}", checksum(body))
}

fn checksum(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes())).chars().take(16).collect()
}

/// Whether a spec file is not as it was written.
pub fn edited(text: &str) -> bool {
    let mut lines = text.splitn(3, '\n');
    let (_, sum, body) = (lines.next(), lines.next(), lines.next());
    match (sum.and_then(|line| line.strip_prefix(CHECKSUM)), body) {
        (Some(sum), Some(body)) => sum.trim() != checksum(body),
        _ => true,
    }
}

/// A set of changes, carried out together.
#[derive(Debug, Default)]
pub struct Changes {
    /// Files with their new content.
    pub writes: Vec<(PathBuf, String)>,
    /// Devices and pipes with what goes into them: such a thing is written to, never replaced by a file.
    pub streams: Vec<(PathBuf, String)>,
    /// Files that vanish.
    pub removals: Vec<PathBuf>,
}

impl Changes {
    /// Plans a file, unless it already is so. Behind a link, the file it leads to is meant.
    pub fn write(&mut self, path: PathBuf, content: String) {
        let path = if path.is_symlink() { fs::canonicalize(&path).unwrap_or(path) } else { path };
        match fs::metadata(&path) {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => self.streams.push((path, content)),
            Ok(metadata) if metadata.is_file() && fs::read(&path).is_ok_and(|old| old == content.as_bytes()) => {}
            _ => self.writes.push((path, content)),
        }
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.streams.is_empty() && self.removals.is_empty()
    }

    /// Writes everything next to its place first, and moves it there only if all could be written. What was moved is
    /// moved back if a later step fails.
    pub fn commit(&self) -> Result<(), Box<Diagnostic>> {
        let mut stage = Stage::default();
        let result = self.stage(&mut stage).and_then(|()| self.swap(&mut stage));
        if let Err((path, error)) = &result {
            stage.undo();
            let message = format!("cannot be written: {error}; nothing was changed");
            return Err(Box::new(Diagnostic::new(
                &codes::OUTPUT_UNWRITABLE,
                Place::file(path.display().to_string()),
                message,
            )));
        }
        stage.finish();
        Ok(())
    }

    fn stage(&self, stage: &mut Stage) -> Result<(), (PathBuf, io::Error)> {
        for (index, (path, content)) in self.writes.iter().enumerate() {
            let parent = path.parent().unwrap_or(Path::new("."));
            stage.create_folder(parent).map_err(|error| (parent.to_path_buf(), error))?;
            if path.is_dir() {
                return Err((path.clone(), io::Error::other("a folder stands there")));
            }
            let temporary = beside(path, index, "new");
            stage.temporaries.push(temporary.clone());
            fs::write(&temporary, content).map_err(|error| (path.clone(), error))?;
        }
        Ok(())
    }

    fn swap(&self, stage: &mut Stage) -> Result<(), (PathBuf, io::Error)> {
        let targets = self.writes.iter().map(|(path, _)| path).chain(&self.removals);
        for (index, path) in targets.enumerate() {
            if path.exists() {
                let old = beside(path, index, "old");
                fs::rename(path, &old).map_err(|error| (path.clone(), error))?;
                stage.moved.push((path.clone(), old));
            }
        }
        for (index, (path, _)) in self.writes.iter().enumerate() {
            fs::rename(beside(path, index, "new"), path).map_err(|error| (path.clone(), error))?;
            stage.written.push(path.clone());
        }
        for (path, content) in &self.streams {
            fs::write(path, content).map_err(|error| (path.clone(), error))?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct Stage {
    folders: Vec<PathBuf>,
    temporaries: Vec<PathBuf>,
    moved: Vec<(PathBuf, PathBuf)>,
    written: Vec<PathBuf>,
}

impl Stage {
    /// Creates a folder and remembers which of its ancestors are new.
    fn create_folder(&mut self, path: &Path) -> io::Result<()> {
        let mut missing: Vec<PathBuf> = path
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists())
            .map(Path::to_path_buf)
            .collect();
        missing.reverse();
        self.folders.extend(missing);
        fs::create_dir_all(path)
    }

    // An undo does what it can: each step stands for itself, and the first error was already reported.
    fn undo(&self) {
        for path in self.written.iter().chain(&self.temporaries) {
            let _ = fs::remove_file(path);
        }
        for (path, old) in &self.moved {
            let _ = fs::rename(old, path);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }

    fn finish(&self) {
        for (_, old) in &self.moved {
            let _ = fs::remove_file(old);
        }
    }
}

fn beside(path: &Path, index: usize, what: &str) -> PathBuf {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{}.{index}.{what}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_noticed() {
        let text = seal("name = \"a\"\n");
        assert!(!edited(&text));
        assert!(edited(&text.replace("\"a\"", "\"b\"")));
        assert!(edited("name = \"a\"\n"));
        assert!(edited(""));
    }

    #[test]
    fn either_all_or_nothing_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("old"), "1").unwrap();
        fs::write(at("file"), "2").unwrap();
        let mut changes = Changes::default();
        changes.write(at("old"), "new".into());
        changes.write(at("deep/er/new"), "new".into());
        changes.removals.push(at("file"));
        // A file stands where a folder would have to be.
        changes.write(at("file/x"), "new".into());
        let problem = changes.commit().unwrap_err();
        assert_eq!(problem.code.id, "output-unwritable");
        assert_eq!(fs::read_to_string(at("old")).unwrap(), "1");
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "2");
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");

        changes.writes.pop();
        changes.commit().unwrap();
        assert_eq!(fs::read_to_string(at("old")).unwrap(), "new");
        assert!(at("deep/er/new").exists() && !at("file").exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn devices_and_links_stay_what_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("file"), "1").unwrap();
        std::os::unix::fs::symlink(at("file"), at("link")).unwrap();
        // Through a link, so that a mistake here costs the link and not the machine's device.
        std::os::unix::fs::symlink("/dev/null", at("sink")).unwrap();
        let mut changes = Changes::default();
        changes.write(at("link"), "2".into());
        changes.write(at("sink"), "2".into());
        assert_eq!((changes.writes.len(), changes.streams.len()), (1, 1));
        changes.commit().unwrap();
        assert!(at("link").is_symlink() && at("sink").is_symlink());
        assert_eq!(fs::read_to_string(at("file")).unwrap(), "2");
        assert_eq!(fs::read_to_string(at("sink")).unwrap(), "");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 3);
    }
}
