//! `vendor`: a crate without macros that is token for token what the macro gives, and that overwrites nothing of anybody else's.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

use common::xtask;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use tablature_codegen::Options;
use xtask::specs;

/// Tokens as words. Doc comments are by their text, and a comma behind the last item is left out: formatters add it.
fn words(tokens: TokenStream, out: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                out.push(open.into());
                words(group.stream(), out);
                out.pop_if(|last| last == ",");
                out.push(close.into());
            }
            TokenTree::Literal(literal) => {
                let text = literal.to_string();
                out.push(syn::parse_str::<syn::LitStr>(&text).map_or(text, |text| format!("{:?}", text.value())));
            }
            other => {
                if matches!(&other, TokenTree::Punct(punct) if punct.as_char() == '>') {
                    out.pop_if(|last| last == ",");
                }
                out.push(other.to_string());
            }
        }
    }
}

/// The modules of a vendored crate against what the macro would give for the same specs.
#[track_caller]
fn same_as_the_macro(folder: &Path, services: &[&str], out: &Path) {
    for service in services {
        let loaded = specs::load(&folder.join(service)).service.unwrap();
        let (tokens, _) = tablature_codegen::generate(&loaded, &Options::default());
        let (mut macro_form, mut plain) = (Vec::new(), Vec::new());
        words(tokens, &mut macro_form);
        let code = fs::read_to_string(out.join(format!("src/{service}.rs"))).unwrap();
        words(TokenStream::from_str(&code).unwrap(), &mut plain);
        assert!(macro_form.len() > 100);
        if let Some(at) = macro_form.iter().zip(&plain).position(|(a, b)| a != b) {
            let near = |words: &[String]| words[at.saturating_sub(20)..words.len().min(at + 20)].join(" ");
            panic!("{service}: token {at}\nmacro: {}\nplain: {}", near(&macro_form), near(&plain));
        }
        assert_eq!(macro_form.len(), plain.len());
        assert!(code.contains("    /// ") && !code.contains("service!"), "rustdoc is kept as comments");
    }
}

fn run(folder: &Path, services: &[&str], out: &Path, more: &[&str]) -> common::Run {
    let (folder, out) = (folder.to_str().unwrap(), out.to_str().unwrap());
    let args = [&["vendor"], services, &["--specs", folder, "--out", out], more].concat();
    xtask(&specs::root(), &args)
}

#[track_caller]
fn vendor(folder: &Path, services: &[&str], out: &Path, more: &[&str]) {
    let run = run(folder, services, out, more);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
}

#[track_caller]
fn refused(run: &common::Run, place: &Path, says: &str) {
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.starts_with(&format!("{}: error[", place.display())), "{}", run.err);
    assert!(run.err.contains(says) && run.err.contains("help: "), "{}", run.err);
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn the_crate_builds_and_is_what_the_macro_gives() {
    let root = specs::root();
    let folder = root.join("specs");
    let services: Vec<String> =
        specs::services(&folder).unwrap().iter().map(|service| specs::name_of(service)).collect();
    let services: Vec<&str> = services.iter().map(String::as_str).collect();
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("clients");
    let runtime = root.join("crates/runtime");
    vendor(&folder, &services, &out, &["--runtime", runtime.to_str().unwrap()]);
    same_as_the_macro(&folder, &services, &out);

    // The SDK compiles all of them; here a few are enough.
    let small = |name: &&&str| specs::load(&folder.join(name)).files.len() <= 60;
    let services: Vec<&str> = services.iter().filter(small).copied().collect();
    vendor(&folder, &services, &out, &["--runtime", runtime.to_str().unwrap()]);
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut check = Command::new(env!("CARGO"));
    check.args(["check", "--offline"]).current_dir(&out).env("CARGO_TARGET_DIR", target);
    let output = check.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !text.contains("warning"), "{text}");
    assert!(text.contains("Checking clients v0.1.0"), "{text}");
}

#[test]
fn it_replaces_what_it_wrote_and_nothing_else() {
    let folder = specs::root().join("specs");
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("my clients.2");
    vendor(&folder, &["dgc", "modelarts"], &out, &[]);
    let manifest = fs::read_to_string(out.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"my-clients-2\"") && !manifest.contains("path ="), "{manifest}");
    assert!(fs::read_to_string(out.join("README.md")).unwrap().contains("* `dgc`: "));
    assert!(out.join("src/modelarts.rs").exists());
    fs::write(out.join("src/own.rs"), "// mine").unwrap();
    fs::write(out.join("notes"), "mine").unwrap();

    vendor(&folder, &["dgc"], &out, &["--name", "other"]);
    let names: Vec<_> = files(&out).iter().map(|path| path.strip_prefix(&out).unwrap().display().to_string()).collect();
    assert_eq!(names, ["Cargo.toml", "README.md", "notes", "src/dgc.rs", "src/lib.rs", "src/own.rs"]);
    assert!(fs::read_to_string(out.join("Cargo.toml")).unwrap().contains("name = \"other\""));

    // A file of somebody else's in a place that is needed.
    fs::write(out.join("src/modelarts.rs"), "// mine").unwrap();
    let run = run(&folder, &["dgc", "modelarts"], &out, &[]);
    refused(&run, &out.join("src/modelarts.rs"), "somebody else wrote it");
    assert_eq!(fs::read_to_string(out.join("src/modelarts.rs")).unwrap(), "// mine");
    assert!(fs::read_to_string(out.join("Cargo.toml")).unwrap().contains("name = \"other\""), "nothing half-written");
}

#[test]
fn what_it_cannot_use_it_refuses() {
    let folder = specs::root().join("specs");
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("Cargo.toml"), "[package]").unwrap();
    refused(&run(&folder, &["dgc"], dir.path(), &[]), dir.path(), "was not written by `cargo xtask vendor`");
    let file = dir.path().join("Cargo.toml");
    refused(&run(&folder, &["dgc"], &file, &[]), &file, "was not written by `cargo xtask vendor`");
    assert_eq!(files(dir.path()), [file]);

    let out = dir.path().join("new");
    refused(&run(&folder, &["dgc", "nowhere"], &out, &[]), Path::new("specs"), "there is no service `nowhere`");
    assert!(!out.exists());
    let run = run(&folder, &["dgc"], &out, &["--name", "no name"]);
    assert!(run.code == 2 && run.err.contains("a letter first"), "{}", run.err);
}

#[test]
fn anybodys_own_specs_after_read() {
    let page = "# Renaming a Crate\n\n## URI\n\nPOST /v1/{project_id}/crates/{crate_id}/rename\n\n\
        Table 1 Path parameters\n\n| Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n\
        | project_id | Yes | String | The project. |\n| crate_id | Yes | String | The crate. |\n\n\
        ## Response Parameters\n\nTable 2 Response parameters\n\n| Parameter | Type | Description |\n|---|---|---|\n| type | String | Its kind. |\n";
    let dir = tempfile::tempdir().unwrap();
    for name in ["lib", "type"] {
        fs::create_dir(dir.path().join(name)).unwrap();
        fs::write(dir.path().join(name).join("page.md"), page).unwrap();
    }
    let read = xtask(dir.path(), &["read", "lib", "type", "--out", "specs"]);
    assert_eq!(read.code, 0, "{}{}", read.out, read.err);
    let out = dir.path().join("out");
    vendor(&dir.path().join("specs"), &["lib", "type"], &out, &[]);
    same_as_the_macro(&dir.path().join("specs"), &["type"], &out);
    let root = fs::read_to_string(out.join("src/lib.rs")).unwrap();
    assert!(root.contains("pub mod lib_;") && root.contains("pub mod r#type;"), "{root}");
    assert!(out.join("src/lib_.rs").exists());
}
