//! What prose promises about the repository.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::Path;

use tablature_spec::load;
use tablature_spec::model::{Claim, Mandatory};

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
fn names_of_secrets_are_the_same_everywhere() {
    let [runtime, codegen] = ["runtime", "codegen"].map(|of| text(&format!("crates/{of}/src/secret_names.rs")));
    assert_eq!(runtime, codegen, "copy the file that was changed over the other one");
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

/// Whether a text is more than a name, a type, a value or a few words; a Chinese character counts twice.
fn is_sentence(text: &str) -> bool {
    let columns: usize = text.chars().map(|c| if ('\u{3400}'..='\u{9fff}').contains(&c) { 2 } else { 1 }).sum();
    columns > 64 || text.split_whitespace().count() > 10 || text.contains(['。', '；']) || text.contains(". ")
}

#[test]
fn specs_hold_facts_and_no_sentences_of_their_pages() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut folders: Vec<_> = fs::read_dir(&specs).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let mut rows = 0;
    for folder in folders {
        let (index, _) = load::index("service.toml", &fs::read_to_string(folder.join("service.toml")).unwrap());
        if index.copy_descriptions {
            continue;
        }
        let loaded = load::service("", |file| fs::read(folder.join(file)).map_err(|error| error.to_string()));
        for operation in loaded.service.unwrap().operations.iter().map(|spec| &spec.operation) {
            for table in &operation.tables {
                let captions = table.caption.iter().flat_map(Claim::values).map(|(_, text)| text);
                for text in captions.chain(&table.scenario) {
                    assert!(!is_sentence(text), "{}: {}: {text}", operation.name, table.id);
                }
                for row in &table.rows {
                    rows += 1;
                    assert_eq!(row.description, None, "{}: {}", operation.name, row.name);
                    let facts = &row.facts;
                    let single = [&row.kind, &row.condition, &facts.default].into_iter().flatten();
                    let single = single.flat_map(Claim::values).map(|(_, text)| text);
                    let listed = [&facts.values, &facts.states].into_iter().flatten();
                    let listed = listed.flat_map(Claim::values).flat_map(|(_, list)| list);
                    let flags = row.mandatory.iter().flat_map(Claim::values).filter_map(|(_, flag)| match flag {
                        Mandatory::When(text) => Some(text),
                        _ => None,
                    });
                    for text in single.chain(listed).chain(flags) {
                        assert!(!is_sentence(text), "{}: {}: {text}", operation.name, row.name);
                    }
                }
            }
        }
    }
    assert!(rows > 10_000, "{rows} rows");
}
