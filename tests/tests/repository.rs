//! What prose promises about the repository.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn continuous_integration_runs_the_commands_of_the_readme() {
    let readme = text("README.md");
    let commands: Vec<&str> = readme
        .split("## The two commands")
        .nth(1)
        .and_then(|rest| rest.split("```sh\n").nth(1))
        .and_then(|rest| rest.split("```").next())
        .unwrap()
        .lines()
        .map(|line| line.split('#').next().unwrap().trim())
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let ci = text(".ci/run");
    for command in commands {
        let run = ci.lines().any(|line| line == command || line == format!("{command} --check"));
        assert!(run, "`{command}` of the README is not run by .ci/run");
    }
}

#[test]
fn the_readme_shows_the_example_that_is_compiled() {
    let example = text("crates/huaweicloud/examples/local_mock.rs");
    let code: String = example.lines().filter(|line| !line.starts_with("//!")).collect::<Vec<_>>().join("\n");
    assert!(text("README.md").contains(code.trim()), "README.md and examples/local_mock.rs differ");
}

#[test]
fn the_minimum_rust_version_is_said_once() {
    let manifest = text("Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    assert!(text("README.md").contains(&format!("({version} or newer)")));
}

#[test]
fn every_code_of_the_readme_exists() {
    for word in
        text("README.md").split(['`', '"']).filter(|word| word.starts_with("source-") || word.starts_with("spec-"))
    {
        assert!(tablature_spec::codes::find(word).is_some(), "{word}");
    }
}
