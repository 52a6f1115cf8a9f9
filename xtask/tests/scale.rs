//! Specs larger, deeper and more at odds with themselves than any page: generated and compiled without a warning, or refused with file and
//! line. More than linear time in their size would not end.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use common::xtask;
use tablature_codegen::Options;
use tablature_spec::load::Service;
use tablature_spec::model::{Claim, Mandatory, Operation, Role, Row, Table};
use tablature_spec::read::SpecFile;
use tablature_spec::write;
use xtask::specs;

fn row(name: &str, kind: &str, table: Option<&str>) -> Row {
    Row {
        name: name.into(),
        kind: Some(Claim::Agreed(kind.into())),
        mandatory: Some(Claim::Agreed(Mandatory::Yes)),
        table: table.map(str::to_string),
        ..Row::default()
    }
}

fn table(id: &str, role: Role, rows: Vec<Row>) -> Table {
    Table { id: id.into(), role, status: None, caption: None, array: false, scenario: None, rows, at: Vec::new() }
}

/// An operation of both directions: what it sends it gets back.
fn operation(name: &str, rows: &[Row], types: Vec<Table>) -> Operation {
    let mut tables = vec![table("body", Role::Body, rows.to_vec()), table("response", Role::Response, rows.to_vec())];
    tables.extend(types);
    let path = format!("/v1/{name}");
    Operation { name: name.into(), method: "POST".into(), path, tables, ..Operation::default() }
}

fn write(specs: &Path, service: &str, operations: &[Operation]) {
    let dir = specs.join(service);
    fs::create_dir_all(&dir).unwrap();
    let names: Vec<&str> = operations.iter().map(|operation| operation.name.as_str()).collect();
    fs::write(dir.join("service.toml"), format!("name = \"{service}\"\noperations = {names:?}\n")).unwrap();
    for operation in operations {
        fs::write(dir.join(format!("{}.toml", operation.name)), write::operation(operation)).unwrap();
    }
}

/// The tokens of a service that is in no file.
fn generate(operations: Vec<Operation>) -> String {
    let operations = operations.into_iter().map(|operation| SpecFile::unplaced("spec", operation)).collect();
    let service = Service { name: "big".into(), title: None, endpoints: Vec::new(), operations, overrides: Vec::new() };
    let (tokens, diagnostics) = tablature_codegen::generate(&service, &Options::default());
    assert_eq!(diagnostics, []);
    tokens.to_string()
}

#[test]
fn five_thousand_operations_and_their_types() {
    let operations = (0..5_000).map(|index| {
        let name = format!("show_thing_{index}");
        // Half of the types have one name and the same fields in every operation, half have one name and other fields in each.
        let own = row(&format!("field_{index}"), "String", None);
        let types = vec![
            table("Shared", Role::Type, vec![row("id", "String", None)]),
            table("Clash", Role::Type, vec![row("id", "String", None), own]),
        ];
        let rows =
            [row("shared", "Shared object", Some("Shared")), row("clash", "Array of Clash objects", Some("Clash"))];
        operation(&name, &rows, types)
    });
    let code = generate(operations.collect());
    assert_eq!(code.matches("fn show_thing_").count(), 5_000);
}

/// Every kind of excess that compiles in a moment, in one crate; nobody wants to wait for one each.
#[test]
fn excess_compiles() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("specs");
    let wide: Vec<Row> = (0..2_000).map(|index| row(&format!("field_{index}"), "String", None)).collect();
    write(
        &folder,
        "wide",
        &[
            operation(
                "show_wide",
                &[row("wide", "Wide object", Some("Wide"))],
                vec![table("Wide", Role::Type, wide.clone())],
            ),
            operation("show_flat", &wide, Vec::new()),
        ],
    );
    write(&folder, "deep", &[deep("show_deep", 11)]);
    write(&folder, "long", &[long()]);
    write(&folder, "clash", &clashes());
    let mut mode = row("mode", "String", None);
    // Values that are one word in Rust, and words that Rust has taken.
    let odd = [
        "a-b", "a_b", "A B", "ab", "AB", "", " ", "-", "self", "Self", "Unknown", "unknown", "1", "01", "+1", "-1",
        "中", "é",
    ];
    let values = (0..1_000).map(|index| format!("VALUE_{index}")).chain(odd.map(str::to_string));
    mode.facts.values = Some(Claim::Agreed(values.collect()));
    write(&folder, "listed", &[operation("set_mode", &[mode], Vec::new())]);

    let root = specs::root();
    let (out, runtime) = (dir.path().join("excess"), root.join("crates/runtime"));
    let services = ["wide", "deep", "long", "clash", "listed"];
    let options =
        ["--specs", folder.to_str().unwrap(), "--out", out.to_str().unwrap(), "--runtime", runtime.to_str().unwrap()];
    let run = xtask(&root, &[&["vendor"], &services[..], &options].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let code = fs::read_to_string(out.join("src/lib.rs")).unwrap();
    fs::write(out.join("src/lib.rs"), format!("#![deny(missing_docs)]\n{code}")).unwrap();
    let mut check = Command::new(env!("CARGO"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    check.args(["check", "--offline"]).current_dir(&out).env("CARGO_TARGET_DIR", target);
    let output = check.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !text.contains("warning"), "{text}");
}

/// Types in types.
fn deep(name: &str, depth: usize) -> Operation {
    let types = (0..depth).map(|level| {
        let (inner, kind) = (format!("Level{}", level + 1), format!("Array of Level{} objects", level + 1));
        let rows = match level + 1 < depth {
            true => vec![row("inner", &kind, Some(&inner)), row("map", "Map<String,Object>", Some(&inner))],
            false => vec![row("end", "String", None), row("again", "Level0 object", Some("Level0"))],
        };
        table(&format!("Level{level}"), Role::Type, rows)
    });
    operation(name, &[row("top", "Level0 object", Some("Level0"))], types.collect())
}

/// Names of three hundred characters everywhere, two of which differ in the last.
fn long() -> Operation {
    let name = |start: &str| format!("{start}{}", "x".repeat(300 - start.len()));
    let (kind, other) = (name("Kind"), format!("{}y", &name("Kind")[..299]));
    let mut fields =
        vec![row(&name("field_"), "String", None), row(&format!("{}y", &name("field_")[..299]), "String", None)];
    fields[0].facts.values = Some(Claim::Agreed(vec![name("value_"), format!("{}y", &name("value_")[..299])]));
    let types = vec![table(&kind, Role::Type, fields.clone()), table(&other, Role::Type, fields)];
    let rows =
        [row(&name("a_"), &format!("Array of {kind} objects"), Some(&kind)), row(&name("b_"), "Object", Some(&other))];
    // File systems allow 255 bytes for the name of a file.
    let mut operation = operation(&name("show_")[..250], &rows, types);
    operation.path = format!("/v1/{{{}}}", name("id_"));
    operation.tables.insert(0, table("path", Role::Path, vec![row(&name("id_"), "String", None)]));
    operation.tables.insert(1, table("query", Role::Query, vec![row(&name("query_"), "Integer", None)]));
    operation
}

/// Operations whose types have names that are one name in Rust, the names of what is generated besides them, and names of the prelude.
fn clashes() -> Vec<Operation> {
    let taken = [
        "job_info",
        "JobInfo",
        "jobInfo",
        "job-info",
        "JOB_INFO",
        "StopJob",
        "StopJobResponse",
        "StopJobs",
        "StopJobsResponse",
        "StopJobsBody",
        "Client",
        "SERVICE",
        "operations",
        "Option",
        "Vec",
        "String",
        "Box",
        "Result",
        "Some",
        "None",
        "Ok",
        "Err",
        "Default",
        "Clone",
        "Send",
        "Into",
        "From",
        "Self",
        "self",
        "i64",
        "str",
        "bool",
        "BTreeMap",
        "Value",
        "Call",
        "Part",
        "Iterator",
        "Debug",
        "Raw",
        "Error",
        "PartialEq",
        "1st",
        "中文",
        "Mode",
        "std",
        "core",
        "tablature_runtime",
    ];
    let operation = |name: &str, number: usize| {
        let rows: Vec<Row> = taken.iter().map(|id| row(&format!("the_{id}"), "Object", Some(id))).collect();
        let types = taken.iter().enumerate().map(|(index, id)| {
            // Some have the same fields in both operations, some have other types, other names, or more fields, some hold each other.
            let mut fields = vec![
                row("id", "String", None),
                row("Id", "String", None),
                row("ID", "String", None),
                row("type", "String", None),
            ];
            match index % 5 {
                0 => {}
                1 => fields.push(row("size", if number == 0 { "Integer" } else { "String" }, None)),
                2 => fields.push(row(&format!("field_{number}"), "String", None)),
                3 => fields.push(row("next", "Object", Some(taken[(index + number + 1) % taken.len()]))),
                _ => {
                    let mut mode = row("mode", "String", None);
                    mode.facts.values = Some(Claim::Agreed(vec!["a".into(), format!("b{number}")]));
                    fields.push(mode);
                }
            }
            table(id, Role::Type, fields)
        });
        self::operation(name, &rows, types.collect())
    };
    ["stop_job", "stop_jobs", "new", "client", "operations", "send", "clone"]
        .iter()
        .enumerate()
        .map(|(number, name)| operation(name, number))
        .collect()
}

#[test]
fn types_that_are_too_deep_are_refused_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "deep", &[deep("show_deep", 60)]);
    let run = xtask(dir.path(), &["vendor", "deep", "--specs", ".", "--out", "out"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    let start = "./deep/show_deep.toml:";
    assert!(run.err.starts_with(start) && run.err.contains("error[generate-unsupported]"), "{}", run.err);
    assert!(!dir.path().join("out").exists());
}

#[test]
fn names_that_are_too_long_are_refused_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    let name = "x".repeat(301);
    let folder = dir.path().join("long");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("service.toml"), format!("name = \"long\"\noperations = [\n  \"{name}\",\n]\n")).unwrap();
    let run = xtask(dir.path(), &["vendor", "long", "--specs", ".", "--out", "out"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("long/service.toml:3:3: error[spec-name-wrong]"), "{}", run.err);
    assert!(!dir.path().join("out").exists());
}
