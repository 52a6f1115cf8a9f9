//! What a user of the macros sees when a spec or an argument is wrong, and that an edit of a spec is seen at all.
#![allow(clippy::expect_used)] // Helpers of tests fail as tests do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tablature_codegen::Options;
use tablature_spec::diagnostic::{self, Severity};
use tablature_spec::load;

/// A spec without a mistake; cases replace a part of it.
const GOOD: &str = r#"name = "show"
method = "GET"
path = "/v1/{id}"

[[table]]
id = "path"
role = "path"
rows = [
  { name = "id", type = "Long", mandatory = true },
]

[[table]]
id = "header"
role = "header"
rows = [
  { name = "X-Language", type = "String", mandatory = false },
]

[[table]]
id = "response"
role = "response"
rows = [
  { name = "count", type = "Integer" },
]
"#;

/// The diagnostics of a service, as the macro words them.
fn diagnose(files: &[(&str, &[u8])]) -> String {
    let loaded = load::service("specs/demo", |file| {
        let found = files.iter().find(|(name, _)| *name == file);
        found.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| format!("there is no file {file}"))
    });
    let mut diagnostics = loaded.diagnostics;
    if let Some(service) = &loaded.service {
        diagnostics.extend(tablature_codegen::generate(service, &Options::default()).1);
    }
    diagnostic::sort(&mut diagnostics);
    assert!(diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error), "no error was found");
    diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}

#[track_caller]
fn replace(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the good spec holds no {from}");
    GOOD.replace(from, to)
}

#[test]
fn every_mistake_has_a_place() {
    let index = b"name = \"demo\"\noperations = [\"show\"]\n";
    let mut out = String::new();
    let mut case = |label: &str, files: &[(&str, &[u8])]| out.push_str(&format!("# {label}\n{}\n", diagnose(files)));

    for (label, from, to) in [
        ("no method", "method = \"GET\"\n", ""),
        ("no TOML", "method = \"GET\"", "method = GET"),
        ("an unknown key", "method = \"GET\"", "method = \"GET\"\nmethode = \"GET\""),
        ("a row twice", "  { name = \"count\"", "  { name = \"count\", type = \"String\" },\n  { name = \"count\""),
        ("an unknown type", "\"Integer\"", "\"Integr\""),
        ("a placeholder without a row", "/v1/{id}", "/v1/{id}/{other}"),
        ("a row without a placeholder", "/v1/{id}", "/v1/id"),
        ("an unknown table", "type = \"Integer\"", "type = \"Object\", table = \"Nowhere\""),
        ("another name", "name = \"show\"", "name = \"shew\""),
        ("a header that HTTP does not allow", "X-Language", "X Language"),
    ] {
        case(label, &[("service.toml", index), ("show.toml", replace(from, to).as_bytes())]);
    }

    let deep: String = (0..80)
        .map(|level| format!("\n[[table]]\nid = \"T{level}\"\nrole = \"type\"\nrows = [{{ name = \"next\", type = \"Object\", table = \"T{}\" }}]\n", level + 1))
        .collect();
    let deep = replace("type = \"Integer\"", "type = \"Object\", table = \"T0\"") + &deep;
    let deep = deep + "\n[[table]]\nid = \"T80\"\nrole = \"type\"\nrows = [{ name = \"end\", type = \"String\" }]\n";
    case("types nested too deep", &[("service.toml", index), ("show.toml", deep.as_bytes())]);

    let two = b"name = \"demo\"\noperations = [\"stop_job\", \"stop__job\"]\n";
    let stop = replace("name = \"show\"", "name = \"stop_job\"");
    let again = replace("name = \"show\"", "name = \"stop__job\"");
    case(
        "two operations with one Rust name",
        &[("service.toml", two), ("stop_job.toml", stop.as_bytes()), ("stop__job.toml", again.as_bytes())],
    );
    case(
        "an operation listed twice",
        &[("service.toml", b"name = \"demo\"\noperations = [\"show\",\n  \"show\"]\n"), ("show.toml", GOOD.as_bytes())],
    );
    case("a listed file that is not there", &[("service.toml", index)]);
    case("no index", &[]);
    case("a file that is not UTF-8", &[("service.toml", index), ("show.toml", b"name = \"\xff\"")]);

    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("macro_errors", out);
    });
}

/// A crate of its own in a temporary folder, which is built in the target folder of this workspace.
struct Scratch {
    folder: tempfile::TempDir,
}

struct Outcome {
    good: bool,
    errors: String,
}

impl Scratch {
    fn new(name: &str) -> Scratch {
        let scratch = Scratch { folder: tempfile::tempdir().expect("a temporary folder") };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_path_buf();
        let path = |krate: &str| format!("{:?}", root.join("crates").join(krate));
        let manifest = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
             tablature-macros = {{ path = {} }}\ntablature-runtime = {{ path = {}, default-features = false }}\n",
            path("macros"),
            path("runtime"),
        );
        scratch.write("Cargo.toml", &manifest);
        // The versions that this workspace has at hand, so that no network is needed.
        fs::copy(root.join("Cargo.lock"), scratch.path("Cargo.lock")).expect("Cargo.lock");
        scratch
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    fn check(&self) -> Outcome {
        let test = std::env::current_exe().expect("the test's own path");
        let target = test.ancestors().nth(3).expect("target/debug/deps/test");
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--quiet", "--color", "never"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("cargo runs");
        Outcome { good: output.status.success(), errors: String::from_utf8_lossy(&output.stderr).into_owned() }
    }
}

#[track_caller]
fn has(outcome: &Outcome, expected: &[&str]) {
    assert!(!outcome.good, "the crate compiled");
    for text in expected {
        assert!(outcome.errors.contains(text), "no {text:?} in:\n{}", outcome.errors);
    }
}

#[test]
fn all_mistakes_are_compile_errors_with_file_line_and_column() {
    let scratch = Scratch::new("tablature-scratch-errors");
    scratch.write("specs/demo/service.toml", "name = \"demo\"\noperations = [\"show\", \"list\", \"good\"]\n");
    scratch.write("specs/demo/show.toml", &replace("\"Integer\"", "\"Integr\""));
    scratch.write(
        "specs/demo/list.toml",
        &replace("name = \"show\"", "name = \"list\"").replace("/v1/{id}", "/v1/{other}"),
    );
    scratch.write("specs/demo/good.toml", &replace("name = \"show\"", "name = \"good\""));
    scratch.write(
        "src/lib.rs",
        "pub mod demo { tablature_macros::service!(\"specs/demo\"); }\n\
         pub fn use_it(client: &demo::Client) { drop(client.good(1).x_language(\"de\").send()); drop(client.show(1).send()); }\n",
    );
    let outcome = scratch.check();
    has(
        &outcome,
        &[
            "specs/demo/show.toml:23:28: error[spec-type-unknown]",
            "specs/demo/list.toml:3:8: error[spec-path-parameter]",
            "specs/demo/list.toml:9:3: error[spec-path-parameter]",
            "src/lib.rs:1",
        ],
    );
    // One error for each mistake and the line that counts them: no avalanche about names that are missing.
    let count = outcome.errors.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(count, 4, "{}", outcome.errors);
}

#[test]
fn edits_and_additions_are_seen() {
    let scratch = Scratch::new("tablature-scratch-edits");
    scratch.write("specs/demo/service.toml", "name = \"demo\"\noperations = [\"show\"]\n");
    scratch.write("specs/demo/show.toml", GOOD);
    scratch.write(
        "src/lib.rs",
        "pub mod demo { tablature_macros::service!(\"specs/demo\"); }\n\
         pub fn use_it(client: &demo::Client) { drop(client.added(1).send()); }\n",
    );
    has(&scratch.check(), &["no method named `added`"]);

    scratch.write("specs/demo/added.toml", &replace("name = \"show\"", "name = \"added\""));
    scratch.write("specs/demo/service.toml", "name = \"demo\"\noperations = [\"show\", \"added\"]\n");
    let outcome = scratch.check();
    assert!(outcome.good, "{}", outcome.errors);

    scratch.write("specs/demo/added.toml", &replace("name = \"show\"", "name = \"added\"").replace("Long", "Lung"));
    has(&scratch.check(), &["specs/demo/added.toml:9:25: error[spec-type-unknown]"]);
}

#[test]
fn arguments_are_checked_where_they_stand() {
    let calls = [
        ("service!()", "the first argument is the folder of the specs"),
        ("service!(specs)", "the first argument is the folder of the specs"),
        ("service!(\"specs/nowhere\")", "specs/nowhere/service.toml: error[spec-unreadable]"),
        ("service!(\"specs/demo\", exmaple = \"a::B\")", "`exmaple` is unknown or given twice"),
        ("service!(\"specs/demo\", example = \"a b\", accessor = \"c\")", "`example` must be the path of a type"),
        ("service!(\"specs/demo\", example = \"a::B\", accessor = \"1\")", "`accessor` must be the name of a function"),
        ("service!(\"specs/demo\", example = \"a::B\")", "`example` and `accessor` go together"),
        ("service!(\"specs/demo\" example)", "a comma and `key = value` were expected"),
        ("service!(\"specs/demo\", example = a)", "`example` takes a text in quotes"),
        ("contract!(\"specs/demo\")", "`client` is missing"),
        ("contract!(\"specs/demo\", client = 1)", "`client` takes the path of a type"),
    ];
    let scratch = Scratch::new("tablature-scratch-arguments");
    scratch.write("specs/demo/service.toml", "name = \"demo\"\noperations = []\n");
    let lines: String = calls
        .iter()
        .enumerate()
        .map(|(number, (call, _))| format!("mod m{number} {{ tablature_macros::{call}; }}\n"))
        .collect();
    scratch.write("src/lib.rs", &lines);
    let outcome = scratch.check();
    for (number, (call, message)) in calls.iter().enumerate() {
        has(&outcome, &[message]);
        let at = outcome.errors.find(message).expect("the message");
        let place = format!("src/lib.rs:{}:", number + 1);
        let known = outcome.errors.match_indices(&place).next().is_some();
        assert!(known && at > 0, "no error at {place} for {call}:\n{}", outcome.errors);
    }
}

#[test]
fn expansions_compile_as_plain_source_without_a_warning() {
    // In the expansion of a macro rustc and clippy leave out lints that count in a file.
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
    let scratch = Scratch::new("tablature-scratch-plain");
    let mut modules =
        String::from("//! All goldens.\n#![deny(missing_docs, warnings, unreachable_pub, rust_2018_idioms)]\n");
    let mut names: Vec<_> =
        fs::read_dir(&root).expect("goldens").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    for name in names {
        let name = name.to_str().expect("a name");
        let folder = root.join(name);
        let loaded = load::service(name, |file| fs::read(folder.join(file)).map_err(|error| error.to_string()));
        let (tokens, _) = tablature_codegen::generate(&loaded.service.expect("a service"), &Options::default());
        let file = syn::parse2(tokens).expect("items");
        scratch.write(&format!("src/{name}.rs"), &prettyplease::unparse(&file));
        modules.push_str(&format!("/// A golden.\npub mod {name};\n"));
    }
    scratch.write("src/lib.rs", &modules);
    let outcome = scratch.check();
    assert!(outcome.good, "{}", outcome.errors);
}
