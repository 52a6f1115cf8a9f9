//! What a user of the macros sees when a spec or an argument is wrong, and that an edit of a spec is seen at all.
#![allow(clippy::expect_used)] // Helpers of tests fail as tests do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tablature_codegen::{ExampleRoot, Options};
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
        let output = self.cargo(&["check"]);
        Outcome { good: output.status.success(), errors: String::from_utf8_lossy(&output.stderr).into_owned() }
    }

    fn cargo(&self, command: &[&str]) -> std::process::Output {
        let test = std::env::current_exe().expect("the test's own path");
        let target = test.ancestors().nth(3).expect("target/debug/deps/test");
        Command::new(env!("CARGO"))
            .args(command)
            .args(["--offline", "--quiet", "--color", "never"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("cargo runs")
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
    let unreadable =
        outcome.errors.lines().find(|line| line.contains("specs/nowhere/service.toml")).expect("a message");
    let path = scratch.path("specs").display().to_string();
    assert!(!unreadable.contains(&path), "the path is there twice: {unreadable}");
    for (number, (call, message)) in calls.iter().enumerate() {
        has(&outcome, &[message]);
        let at = outcome.errors.find(message).expect("the message");
        let place = format!("src/lib.rs:{}:", number + 1);
        let known = outcome.errors.match_indices(&place).next().is_some();
        assert!(known && at > 0, "no error at {place} for {call}:\n{}", outcome.errors);
    }
}

/// The code of the examples of a service, and the operations that they call.
fn examples(name: &str, files: impl FnMut(&str) -> Result<Vec<u8>, String>) -> Vec<(String, String)> {
    let loaded = load::service(name, files);
    assert_eq!(loaded.diagnostics, []);
    let service = loaded.service.expect("a service");
    let root = ExampleRoot { client: "crate::Root".into(), accessor: name.into() };
    let resolved = tablature_codegen::resolve::service(&service);
    let options = Options { example_root: Some(root), ..Options::default() };
    let calls = tablature_codegen::lower::module(&resolved, &options).operations;
    let code = |docs: &str| {
        let (_, code) = docs.split_once("```no_run\n").expect("an example");
        let code = code.split("\n```").next().expect("its end");
        code.lines().map(|line| line.strip_prefix("# ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    calls.iter().map(|call| (call.method.clone(), code(&call.docs))).collect()
}

/// Bodies that hold mandatory fields in every way, and a request example to take values from.
const NESTED: &str = r#"name = "nest"
method = "POST"
path = "/v1/{id}"

[[table]]
id = "path"
role = "path"
rows = [{ name = "id", type = "String", mandatory = true }]

[[table]]
id = "query"
role = "query"
rows = [
  { name = "tags", type = "Array of strings", mandatory = true },
  { name = "sizes", type = "Array of integers", mandatory = true },
]

[[table]]
id = "body"
role = "body"
rows = [
  { name = "servers", type = "Array of Server objects", mandatory = true, table = "Server" },
  { name = "flags", type = "Map<String,Array<Server>>", mandatory = true, table = "Server" },
  { name = "grid", type = "Array<Array<Float>>", mandatory = true },
  { name = "words", type = "Array of strings", mandatory = true },
  { name = "any", type = "Object", mandatory = true },
  { name = "type", type = "String", mandatory = true, values = ["a", "b"] },
  { name = "tree", type = "Node", mandatory = true, table = "Node" },
]

[[table]]
id = "Server"
role = "type"
rows = [
  { name = "disk", type = "Disk", mandatory = true, table = "Disk" },
  { name = "note", type = "String", mandatory = false },
]

[[table]]
id = "Disk"
role = "type"
rows = [
  { name = "size", type = "Integer", mandatory = true },
  { name = "kinds", type = "Array of strings", mandatory = true, values = ["x"] },
  { name = "share", type = "Float", mandatory = true },
  { name = "on", type = "Boolean", mandatory = true },
]

[[table]]
id = "Node"
role = "type"
rows = [{ name = "children", type = "Array of Node objects", mandatory = true, table = "Node" }]

[[example]]
kind = "request"
body = '''
{ "servers": [{ "disk": { "size": 40, "kinds": ["x"], "share": 2, "on": false } }], "type": "b", "words": ["\"", "w"],
  "flags": {}, "grid": [[1.5]], "any": {}, "tree": { "children": [] } }'''
"#;

#[test]
fn examples_of_the_rustdoc_have_all_that_is_checked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::new("tablature-scratch-examples");
    let mut services: Vec<(String, PathBuf)> = vec![("everything".into(), root.join("fixtures/everything"))];
    for entry in fs::read_dir(root.join("goldens")).expect("goldens") {
        let path = entry.expect("an entry").path();
        services.push((path.file_name().and_then(|name| name.to_str()).expect("a name").to_string(), path));
    }
    scratch.write("specs/nested/service.toml", "name = \"nested\"\noperations = [\"nest\"]\n");
    scratch.write("specs/nested/nest.toml", NESTED);
    services.push(("nested".into(), scratch.path("specs/nested")));
    services.sort();
    let (mut modules, mut accessors, mut calls) = (String::new(), String::new(), String::new());
    let mut count = 0;
    for (name, folder) in &services {
        let found = examples(name, |file| fs::read(folder.join(file)).map_err(|error| error.to_string()));
        let read = load::service(name, |file| fs::read(folder.join(file)).map_err(|error| error.to_string()));
        let (tokens, _) = tablature_codegen::generate(&read.service.expect("a service"), &Options::default());
        scratch.write(&format!("src/{name}.rs"), &prettyplease::unparse(&syn::parse2(tokens).expect("items")));
        modules.push_str(&format!("pub mod {name};\n"));
        accessors
            .push_str(&format!("pub fn {name}(&self) -> {name}::Client {{ {name}::Client::new(self.0.clone()) }}\n"));
        for (operation, code) in found {
            modules.push_str(&format!("mod example_{count} {{ pub {} }}\n", code));
            calls.push_str(&format!("run({:?}, example_{count}::example(root()));\n", format!("{name} {operation}")));
            count += 1;
        }
    }
    assert!(count > 30, "{count} examples");
    scratch.write(
        "src/main.rs",
        &EXAMPLES_MAIN.replace("MODULES", &modules).replace("ACCESSORS", &accessors).replace("CALLS", &calls),
    );
    let output = scratch.cargo(&["run"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{count} were sent\n"));

    let nested =
        examples("nested", |file| fs::read(scratch.path("specs/nested").join(file)).map_err(|error| error.to_string()));
    insta::assert_snapshot!(nested.first().expect("an example").1, @r#"
    async fn example(client: crate::Root) -> Result<(), Box<dyn std::error::Error>> {
    use crate::nested::{Disk, Node, Server};

    client.nested()
        .nest("id")
        .tags(["tags".into()])
        .sizes([1])
        .servers([Server::new().disk(Disk::new().size(40).kinds(["x".into()]).share(2.0).on(false))])
        .flags([("key".into(), vec![Server::new().disk(Disk::new().size(1).kinds(["kinds".into()]).share(1.0).on(true))])])
        .grid([vec![1.5]])
        .words(["words".into()])
        .any("any")
        .r#type("b")
        .tree(Node::new().children([]))
        .send()
        .await?;
    Ok(())
    }
    "#);
}

/// Runs every example against a transport that counts and gives each an answer without a body.
const EXAMPLES_MAIN: &str = r#"#![allow(dead_code, unused_variables)]
use std::sync::atomic::{AtomicUsize, Ordering};
use tablature_runtime::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

MODULES

pub struct Root(tablature_runtime::Client);

impl Root { ACCESSORS }

static SENT: AtomicUsize = AtomicUsize::new(0);

struct Counter;

impl Transport for Counter {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        SENT.fetch_add(1, Ordering::Relaxed);
        Box::pin(std::future::ready(Ok(HttpResponse::new(204))))
    }
}

fn root() -> Root {
    let builder = tablature_runtime::Client::builder().endpoint("http://h").project_id("p").domain_id("d").without_credentials();
    Root(builder.transport(Counter).build().unwrap())
}

fn run(name: &str, example: impl Future<Output = Result<(), Box<dyn std::error::Error>>>) {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(example).poll(&mut context) {
        std::task::Poll::Ready(Ok(())) => {}
        other => println!("{name}: {other:?}"),
    }
}

fn main() {
    CALLS
    println!("{} were sent", SENT.load(Ordering::Relaxed));
}
"#;

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
    // Links in the rustdoc lead somewhere, also to names that are keywords.
    let output = scratch.cargo(&["doc", "--no-deps"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
