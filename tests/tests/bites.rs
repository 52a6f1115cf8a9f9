//! The contract tests bite: a spec is broken in each of six ways, its client is generated and compiled, and a contract test fails.
//!
//! The broken specs go through the same macros and the same harness as the real ones, in one crate that is built for this test.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What is broken, the text that is replaced, what stands there instead, and what a contract test says then.
const BREAKS: &[(&str, &str, &str, &str)] = &[
    ("nothing", "name = \"create_parcel\"", "name = \"create_parcel\"", ""),
    ("path", "/depots/{depot_id}/parcels\"\ntitle", "/depots/{depot_id}/parcel\"\ntitle", "does not fit"),
    ("method", "method = \"POST\"", "method = \"PUT\"", "the method is PUT, the page has POST"),
    ("header", "{ name = \"workspace\"", "{ name = \"work_space\"", "workspace"),
    ("body_field", "{ name = \"weight\"", "{ name = \"mass\"", "weight"),
    ("response_field", "{ name = \"parcel_id\"", "{ name = \"parcel\"", "parcel_id is lost"),
    (
        "error_code",
        "error_code = \"Courier.0409\"",
        "error_code = \"Courier.0500\"",
        "the error code is Some(\"Courier.0409\"), the page has \"Courier.0500\"",
    ),
];

#[test]
fn each_of_six_breaks_makes_a_contract_test_fail() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let fixture = tests.join("fixtures/courier");
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path();
    fs::create_dir(dir.join("src")).unwrap();
    let crates = tests.join("../crates");
    let manifest = format!(
        "[package]\nname = \"bites\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         tablature-macros = {{ path = {:?} }}\ntablature-runtime = {{ path = {:?}, default-features = false }}\n\
         tablature-spec = {{ path = {:?}, features = [\"tools\"] }}\ntablature-tests = {{ path = {:?}, default-features = false }}\n\
         tokio = {{ version = \"1\", features = [\"rt\", \"net\", \"time\"] }}\n[profile.dev]\ndebug = \"line-tables-only\"\n",
        crates.join("macros"),
        crates.join("runtime"),
        crates.join("spec"),
        tests
    );
    fs::write(dir.join("Cargo.toml"), manifest).unwrap();
    fs::copy(tests.join("../Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    let spec = fs::read_to_string(fixture.join("create_parcel.toml")).unwrap();
    let mut modules = String::new();
    let mut calls = String::new();
    for (name, from, to, _) in BREAKS {
        assert_eq!(spec.matches(from).count(), 1, "{from} stands once in the spec");
        let folder = dir.join("specs").join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::copy(fixture.join("service.toml"), folder.join("service.toml")).unwrap();
        fs::write(folder.join("create_parcel.toml"), spec.replace(from, to)).unwrap();
        write!(
            modules,
            "pub mod {name} {{ tablature_macros::service!(\"specs/{name}\");\n\
             pub mod glue {{ tablature_macros::contract!(\"specs/{name}\", client = super::Client); }} }}\n"
        )
        .unwrap();
        writeln!(
            calls,
            "run(\"{name}\", |client, operation, input| {name}::glue::call(&{name}::Client::new(client), operation, input));"
        )
        .unwrap();
    }
    let main = format!(
        "{modules}\nfn main() {{\n{calls}}}\n\
         fn run(name: &str, glue: tablature_tests::contract::Glue) {{\n\
             let loaded = tablature_spec::load::service(name, |file| std::fs::read(format!(\"{{}}/specs/{{name}}/{{file}}\", env!(\"CARGO_MANIFEST_DIR\"))).map_err(|e| e.to_string()));\n\
             let service = loaded.service.expect(\"a service\");\n\
             let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect(\"a runtime\");\n\
             for mut case in service.operations.iter().flat_map(tablature_tests::contract::cases) {{\n\
                 // `check` sees the break too; here the client has to.\n\
                 case.expect = tablature_spec::check::Expect::Pass;\n\
                 match runtime.block_on(tablature_tests::contract::run(&case, glue)) {{\n\
                     Ok(()) => println!(\"{{name}} passed {{}}\", case.name),\n\
                     Err(problem) => println!(\"{{name}} failed {{}}: {{problem}}\", case.name),\n\
                 }}\n\
             }}\n\
         }}\n"
    );
    fs::write(dir.join("src/main.rs"), main).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(dir)
        // The dependencies are built already, for the tests themselves.
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    for (name, _, _, expect) in BREAKS {
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(&format!("{name} "))).collect();
        assert_eq!(lines.len(), 3, "one case per example\n{text}");
        let failed: Vec<&&str> = lines.iter().filter(|line| line.starts_with(&format!("{name} failed "))).collect();
        if expect.is_empty() {
            assert!(failed.is_empty(), "the unbroken spec passes\n{text}");
        } else {
            assert!(
                failed.iter().any(|line| line.contains(expect)),
                "breaking {name} is noticed as {expect:?}\n{text}"
            );
        }
    }
}
