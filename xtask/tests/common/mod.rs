//! Runs the command as people do.

use std::path::Path;
use std::process::{Command, Output};

/// What a run gave.
pub(crate) struct Run {
    /// The exit code.
    pub(crate) code: i32,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

/// Runs `cargo xtask ARGS` in a folder.
pub(crate) fn xtask(dir: &Path, args: &[&str]) -> Run {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).current_dir(dir).output().expect("the command runs");
    Run {
        code: status.code().expect("the command ends by itself"),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// Copies a folder.
#[allow(dead_code, reason = "not every test file copies")]
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder");
    for entry in std::fs::read_dir(from).expect("the folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).expect("the copy");
        }
    }
}

/// Copies what of a service lies in the repository: its pages, their specs, and an index that names no collection.
#[allow(dead_code, reason = "not every test file copies")]
pub(crate) fn own_specs(from: &Path, to: &Path) {
    copy(&from.join("pages"), &to.join("pages"));
    let text = std::fs::read_to_string(from.join("service.toml")).expect("the index");
    let mut index: toml_edit::DocumentMut = text.parse().expect("TOML");
    let sources = index["source"].as_array_of_tables_mut().expect("sources");
    sources.retain(|source| !source.contains_key("docs"));
    let operations = index["operations"].as_array_mut().expect("operations");
    operations.retain(|name| {
        let file = format!("{}.toml", name.as_str().expect("a name"));
        let spec = std::fs::read_to_string(from.join(&file)).expect("the spec");
        let own = spec.contains("\nfile = \"pages/");
        if own {
            std::fs::write(to.join(&file), spec).expect("the copy");
        }
        own
    });
    std::fs::write(to.join("service.toml"), index.to_string()).expect("the index");
}
