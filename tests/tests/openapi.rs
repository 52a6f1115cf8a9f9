//! OpenAPI documents of our specs, of a fixture with everything and of all goldens, held against two validators that others wrote.
//!
//! The validators are pinned in `validators/` and installed below `target/` by the first run. Without Python or npm there is nothing to hold
//! the documents against, and the test says so.
#![allow(clippy::expect_used, clippy::panic)] // Helpers of tests fail as tests do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tablature_openapi::Version;
use xtask::cli::{OpenApiArgs, OpenApiVersion};
use xtask::{openapi, specs};

const VERSIONS: &[(Version, &str)] = &[(Version::V3_0, "3.0"), (Version::V3_1, "3.1")];

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The documents of every service at hand, in both versions, and one broken document per version.
fn documents(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    fs::create_dir_all(folder).expect("a folder");
    let (mut sound, mut broken) = (Vec::new(), Vec::new());
    for root in ["../specs", "fixtures", "goldens"] {
        for dir in specs::services(&here().join(root)).expect("services") {
            for (version, number) in VERSIONS {
                let (text, _) = openapi::export(&dir, *version).expect("a document");
                let name = format!("{}.{number}.json", specs::name_of(&dir));
                fs::write(folder.join(&name), &text).expect("a file");
                sound.push(folder.join(&name));
                if specs::name_of(&dir) == "everything" {
                    let name = folder.join(format!("broken.{number}.json"));
                    fs::write(&name, text.replace("\"responses\"", "\"answers\"")).expect("a file");
                    broken.push(name);
                }
            }
        }
    }
    assert!(sound.len() > 30 && broken.len() == 2, "{} documents", sound.len());
    (sound, broken)
}

fn available(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

#[track_caller]
fn must(command: &mut Command) {
    let output = run(command);
    let said = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{}\n{}", said.0, said.1);
}

/// Installs into a folder unless it holds what the lists in `validators/` name; a copy of the lists, written last, says so.
fn installed(folder: &Path, lists: &[&str], install: impl FnOnce()) {
    let lists: Vec<String> =
        lists.iter().map(|list| fs::read_to_string(here().join("validators").join(list)).expect("a list")).collect();
    let mark = folder.join("installed");
    if fs::read_to_string(&mark).is_ok_and(|held| held == lists.concat()) {
        return;
    }
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder");
    install();
    fs::write(&mark, lists.concat()).expect("a file");
}

#[track_caller]
fn check(folder: &Path, validate: impl Fn() -> Command) {
    let (sound, broken) = documents(folder);
    must(validate().args(&sound));
    for document in broken {
        let output = run(validate().arg(&document));
        assert_eq!(output.status.code(), Some(1), "{} was accepted", document.display());
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("answers") || said.contains("responses"), "{said}");
    }
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

#[test]
fn openapi_spec_validator_accepts_every_document() {
    let python = "python3";
    if !available(python) {
        println!("skipped: python3 not found");
        return;
    }
    let folder = scratch("validators-pip");
    installed(&folder, &["requirements.txt"], || {
        must(Command::new(python).args(["-m", "venv"]).arg(folder.join("venv")));
        must(
            Command::new(folder.join("venv/bin/python"))
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
                .arg(here().join("validators/requirements.txt")),
        );
    });
    check(&scratch("openapi-pip"), || {
        let mut command = Command::new(folder.join("venv/bin/python"));
        command.arg(here().join("validators/validate.py"));
        command
    });
}

#[test]
fn openapi_schema_validator_accepts_every_document() {
    if !available("npm") || !available("node") {
        println!("skipped: npm not found");
        return;
    }
    let folder = scratch("validators-npm");
    let files = ["package.json", "package-lock.json", "validate.mjs"];
    installed(&folder, &files, || {
        for file in files {
            fs::copy(here().join("validators").join(file), folder.join(file)).expect("a copy");
        }
        must(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder));
    });
    check(&scratch("openapi-npm"), || {
        let mut command = Command::new("node");
        command.arg(folder.join("validate.mjs"));
        command
    });
}

#[test]
fn one_service_goes_to_a_file_and_several_to_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let export = |services: &[&str], out: Option<&str>| {
        openapi::run(&OpenApiArgs {
            services: services.iter().map(ToString::to_string).collect(),
            specs: Some(here().join("fixtures")),
            version: OpenApiVersion::V3_0,
            out: out.map(|out| folder.path().join(out)),
        })
    };
    assert!(export(&["courier"], Some("deep/one.json")));
    assert!(folder.path().join("deep/one.json").is_file());
    assert!(export(&["courier", "everything"], Some("all")));
    assert!(folder.path().join("all/courier.openapi.json").is_file());
    assert!(folder.path().join("all/everything.openapi.json").is_file());
    // Nothing is written if one of them cannot be.
    assert!(!export(&["courier", "absent"], Some("none")));
    assert!(!folder.path().join("none").exists());
    assert!(!export(&["courier", "everything"], None));
}
