//! The examples of the SDK run, offline, and each says by which command.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the examples that were built with this test; they are built here if only this package was.
fn binaries(names: &[String]) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.ancestors().nth(2).unwrap().join("examples");
    if names.iter().any(|name| !folder.join(name).exists()) {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--package", "huaweicloud", "--all-features", "--examples"]);
        assert!(cargo.arg("--target-dir").arg(folder.ancestors().nth(2).unwrap()).status().unwrap().success());
    }
    folder
}

#[test]
fn every_example_runs_offline() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let mut names = Vec::new();
    for file in fs::read_dir(root.join("crates/huaweicloud/examples")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&path).unwrap();
        let command = source.lines().find(|line| line.contains("cargo run -p huaweicloud --features "));
        assert!(command.is_some_and(|line| line.ends_with(&format!("--example {name}`"))), "{name} says how it is run");
        assert!(
            readme.contains(&format!("`{name}`")) || readme.contains(&format!("--example {name}`")),
            "README has {name}"
        );
        names.push(name);
    }
    let folder = binaries(&names);
    let home = tempfile::tempdir().unwrap();
    for name in names {
        // No credentials of the person who runs the tests, and no proxy.
        let mut example = Command::new(folder.join(&name));
        let output = example.env_clear().env("HOME", home.path()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && !output.stdout.is_empty(), "{name}: {text}");
    }
}
