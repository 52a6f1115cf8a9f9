//! `check` on specs alone: the shape of its JSON, its tables, and when it fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::xtask;
use serde_json::Value;

const SPEC: &str = r#"name = "stop_job"
method = "POST"
path = "/v1/jobs/{id}"
at = ["zh-md:9"]

[[source]]
name = "zh-md"
file = "corpus:zh/stop_job.md"
language = "zh"
format = "md"
digest = "0"

[[table]]
id = "path"
role = "path"
rows = [
  { name = "id", type = "String" },
]

[[table]]
id = "response"
role = "response"
at = ["zh-md:20"]
rows = [
  { name = "job", type = "Job object", table = "Job", at = ["zh-md:22"] },
  { name = "more", type = "Object", opaque = "no table describes it", at = ["zh-md:23"] },
]

[[table]]
id = "Job"
role = "type"
at = ["zh-md:30"]
rows = [
  { name = "size", type = "Integer", at = ["zh-md:31"] },
]

[[example]]
kind = "success"
at = ["zh-md:50"]
body = '''
{"job": {"size": "4", "state": "A"}}'''
"#;

fn specs(dir: &Path, spec: &str) {
    fs::create_dir_all(dir.join("specs/jobs")).unwrap();
    fs::write(dir.join("specs/jobs/service.toml"), "name = \"jobs\"\noperations = [\"stop_job\"]\n").unwrap();
    fs::write(dir.join("specs/jobs/stop_job.toml"), spec).unwrap();
}

/// The whole document, so that a key that goes away or changes its meaning is noticed: then `version` has to change as well.
#[test]
fn the_json_of_version_1_keeps_its_shape() {
    let dir = tempfile::tempdir().unwrap();
    specs(dir.path(), SPEC);
    let run = xtask(dir.path(), &["check", "--specs", "specs", "--format", "json"]);
    assert_eq!(run.code, 0, "contradictions do not fail: {}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    let diagnostic = |code: &str, severity: &str, class: &str, line: u32, message: &str, help: &str, related: Value| {
        serde_json::json!({
            "service": "jobs",
            "operation": "stop_job",
            "code": code,
            "severity": severity,
            "class": class,
            "place": { "file": "corpus:zh/stop_job.md", "line": line, "column": 0 },
            "message": message,
            "help": help,
            "related": related,
        })
    };
    let related = |line: u32, message: &str| serde_json::json!([{ "place": { "file": "corpus:zh/stop_job.md", "line": line, "column": 0 }, "message": message }]);
    let expect = serde_json::json!({
        "version": 1,
        "diagnostics": [
            diagnostic(
                "path-parameter-undeclared", "warning", "contradiction", 9,
                "no table describes `{id}` of the path; it was added as text",
                "add the parameter to the table of path parameters", serde_json::json!([]),
            ),
            diagnostic(
                "field-opaque", "note", "note", 23,
                "`more` of table `response` (Object) stays any JSON value: no table describes it",
                "nothing to do if the object is free; else describe it in a table and link to it", serde_json::json!([]),
            ),
            diagnostic(
                "example-field-undeclared", "warning", "contradiction", 50,
                "the success example has `job.state`, which table `Job` does not declare",
                "add the field to the table", related(30, "the table"),
            ),
            diagnostic(
                "example-scalar-differs", "note", "contradiction", 50,
                "`job.size` is declared `Integer` but the success example has the text \"4\"",
                "nothing to do; to change the type of the field decide with an override of `type`", related(31, "the row"),
            ),
        ],
        "services": [{
            "service": "jobs",
            "pages": 1,
            "operations": 1,
            "rows": 3,
            "object_fields": 2,
            "with_table": 1,
            "examples": 1,
            "bodies": 1,
            "json_bodies": 1,
            "conflicts": 3,
            "conflicts_by_code": {
                "example-field-undeclared": 1, "example-scalar-differs": 1, "path-parameter-undeclared": 1,
            },
            "warnings": 0,
            "errors": 0,
            "facts": {
                "error_codes": 0,
                "error_codes_contested": 0,
                "hosts": 0,
                "paged": { "offset": 0, "page": 0, "marker": 0 },
                "polled": 0,
                "response_headers": 0,
                "envelopes": {},
            },
        }],
    });
    assert_eq!(found, expect, "{}", run.out);
}

#[test]
fn the_tables_count_contradictions_by_kind() {
    let dir = tempfile::tempdir().unwrap();
    specs(dir.path(), SPEC);
    let run = xtask(dir.path(), &["check", "--specs", "specs"]);
    let expect = "\
service  pages  operations  rows  object fields  with table  examples  bodies  json  conflicts  warnings  errors
jobs         1           1     3              2           1         1       1     1          3         0       0

conflicts                  jobs
path-parameter-undeclared     1
example-field-undeclared      1
example-scalar-differs        1
";
    assert!(run.out.ends_with(expect), "{}", run.out);
}

#[test]
fn facts_of_the_service_are_counted_where_there_are_any() {
    let dir = tempfile::tempdir().unwrap();
    let failure =
        "\n[[example]]\nkind = \"failure\"\nerror_code = \"J.1\"\nat = [\"zh-md:60\"]\nbody = '{\"code\": \"J.1\"}'\n";
    specs(dir.path(), &format!("{SPEC}{failure}"));
    let codes = "codes = [\n  { code = \"J.1\", status = { a = [400], b = [500] } },\n]\n";
    fs::write(dir.path().join("specs/jobs/errors.toml"), codes).unwrap();
    let run = xtask(dir.path(), &["check", "--specs", "specs"]);
    let expect = "
service  error codes  contested  hosts  by offset  by page  by marker  polled  headers
jobs               1          1      0          0        0          0       0        0

envelopes  jobs
code          1
";
    assert!(run.out.ends_with(expect), "{}", run.out);
    fs::write(dir.path().join("specs/jobs/errors.toml"), "codes = 1\n").unwrap();
    let run = xtask(dir.path(), &["check", "--specs", "specs"]);
    assert!(run.code == 1 && run.out.contains("specs/jobs/errors.toml:1:9"), "{}", run.out);
}

#[test]
fn a_defect_fails_unless_it_is_accepted() {
    let dir = tempfile::tempdir().unwrap();
    let broken = SPEC.replace("kind = \"success\"", "kind = \"success\"\njson = false");
    specs(dir.path(), &broken);
    let run = xtask(dir.path(), &["check", "--specs", "specs"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.err, "defects: example-not-json (`cargo xtask explain CODE` says more)\n");
    let index = dir.path().join("specs/jobs/service.toml");
    let accept = fs::read_to_string(&index).unwrap() + "accept = [\"example-not-json\"]\n";
    fs::write(&index, accept).unwrap();
    assert_eq!(xtask(dir.path(), &["check", "--specs", "specs"]).code, 0);
}

#[test]
fn every_code_is_explained_with_what_it_does_to_commands() {
    let list = xtask(Path::new("."), &["explain"]).out;
    for line in list.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [code, severity, class] = words.as_slice() else { panic!("{line}") };
        let run = xtask(Path::new("."), &["explain", code]);
        assert!(run.out.starts_with(&format!("{code} ({severity})\n\n")), "{}", run.out);
        let effect = match (*class, *severity) {
            ("contradiction", _) => "no command fails because of it",
            ("note", _) => "No command fails because of it",
            ("defect", "error") => "the command fails",
            ("defect", "warning") => "lets it be",
            _ => panic!("{line}"),
        };
        assert!(run.out.contains(effect), "{}", run.out);
    }
    assert_eq!(xtask(Path::new("."), &["explain", "example"]).code, 1);
}
