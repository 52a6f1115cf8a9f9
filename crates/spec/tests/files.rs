//! Spec files: what is written is read back; what is wrong is reported with its place, all at once.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;

use tablature_spec::load;
use tablature_spec::model::*;
use tablature_spec::{read, write};

const JOB: &str = r#"name = "stop_job"
method = "POST"
path = "/v1/{project_id}/jobs/{job_name}/stop"
title = { zh-md = "停止作业", en-html = "Stopping a Job" }
asynchronous = true
at = ["zh-md:13", "en-html:15"]

[[source]]
name = "zh-md"
file = "pages/zh-md/stop_job.md"
page_id = "dgc_02_0064"
language = "zh"
format = "md"
digest = "00"

[[source]]
name = "en-html"
file = "pages/en-html/stop_job.html"
language = "en"
format = "html"
digest = "01"

[[table]]
id = "path"
role = "path"
caption = "URI参数说明"
at = ["zh-md:20"]
rows = [
  { name = "project_id", type = "String", mandatory = true, at = ["zh-md:38"] },
  { name = "job_name", type = { zh-md = "Long", en-html = "String(64)" }, mandatory = { zh-md = true, en-html = "if a: \"x\"" }, default = "1", values = ["1", "2"], min = "1", deprecated = true, at = ["zh-md:39", "en-html:50"] },
]

[[example]]
kind = "request"
request = "POST https://{endpoint}/v1/b3/jobs/myJob/stop"
headers = ["workspace: ws-1"]
at = ["zh-md:100"]

[[example]]
kind = "failure"
status = 400
repairs = ["trailing comma"]
error_code = "DLF.0100"
at = ["zh-md:110"]
body = '''
{
    "error_code": "DLF.0100"
}'''

[[status]]
code = 204
at = ["zh-md:120"]
"#;

#[test]
fn a_spec_is_written_as_it_was_read() {
    let (spec, diagnostics) = read::operation("stop_job.toml", JOB);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(write::operation(&spec.operation), JOB);
    assert_eq!(spec.place_of_row(0, 1).to_string(), "stop_job.toml:30:3");
    assert_eq!(spec.place_of("path").to_string(), "stop_job.toml:3:1");
    let row = &spec.operation.tables[0].rows[1];
    assert_eq!(row.kind.as_ref().unwrap().first().unwrap(), "Long", "claims stand in the order of the sources");
}

#[test]
fn strings_of_any_kind_survive() {
    for text in ["", "'''", "a\nb'", "\u{1}\u{7f}", "\\n", "\"", "tab\tline\r\n", "{\n}", "中文 🎉", "'"] {
        let mut operation = read::operation("x", JOB).0.operation;
        operation.examples[1].body = Some(text.to_string());
        operation.tables[0].rows[1].name = format!("n{text}");
        let written = write::operation(&operation);
        let (again, _) = read::operation("x", &written);
        assert_eq!(again.operation.examples[1].body.as_deref(), Some(text), "{written}");
        assert_eq!(again.operation.tables[0].rows[1].name, format!("n{text}"));
    }
}

#[track_caller]
fn check(change: &[(&str, &str)], expect: &[&str]) {
    let mut text = JOB.to_string();
    for (from, to) in change {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let (_, diagnostics) = read::operation("stop_job.toml", &text);
    let shown: Vec<String> = diagnostics.iter().map(|d| format!("{}: {}: {}", d.place, d.code.id, d.message)).collect();
    assert_eq!(shown, expect, "\n{}", shown.join("\n"));
    assert!(diagnostics.iter().all(|d| !d.help.is_empty()));
}

#[test]
fn problems_name_their_place() {
    check(&[("method = \"POST\"\n", "")], &["stop_job.toml:1:1: spec-key-missing: the spec lacks the key `method`"]);
    check(
        &[("method = \"POST\"", "method = \"STOP\"")],
        &[
            "stop_job.toml:2:10: spec-value-wrong: `method` is one of GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS, not `STOP`",
        ],
    );
    check(
        &[("type = \"String\"", "type = \"Strnig\"")],
        &["stop_job.toml:29:33: spec-type-unknown: the type `Strnig` of row `project_id` is in no vocabulary"],
    );
    check(
        &[("name = \"job_name\"", "name = \"project_id\"")],
        &[
            "stop_job.toml:30:3: spec-row-repeated: table `path` has two rows called `project_id`",
            "stop_job.toml:3:8: spec-path-parameter: the placeholder {job_name} of `path` has no row in a table of role path",
        ],
    );
    check(
        &[("/jobs/{job_name}/stop", "/jobs/stop")],
        &[
            "stop_job.toml:30:3: spec-path-parameter: `job_name` is in the path table but not in the path /v1/{project_id}/jobs/stop",
        ],
    );
    check(
        &[("/jobs/{job_name}/stop", "/jobs/{job_name/stop")],
        &[
            "stop_job.toml:3:8: spec-value-wrong: `path` must be a path template such as /v1/{project_id}/jobs: a `/` stands inside braces",
            "stop_job.toml:30:3: spec-path-parameter: `job_name` is in the path table but not in the path /v1/{project_id}/jobs/{job_name/stop",
        ],
    );
    check(
        &[("code = 204", "code = 42"), ("default = \"1\"", "default = []"), ("role = \"path\"", "role = \"pat\"")],
        &[
            "stop_job.toml:25:8: spec-value-wrong: `role` of a table is one of path, query, header, body, response, response-header, error, type, not `pat`",
            "stop_job.toml:30:140: spec-value-wrong: `default` of row `job_name` must be a literal, or a table of such values by source, not array",
            "stop_job.toml:51:8: spec-value-wrong: `code` of a status must be an HTTP status code between 100 and 599, not 42",
            "stop_job.toml:3:8: spec-path-parameter: the placeholder {project_id} of `path` has no row in a table of role path",
            "stop_job.toml:3:8: spec-path-parameter: the placeholder {job_name} of `path` has no row in a table of role path",
        ],
    );
    check(
        &[("asynchronous = true", "asynchrnous = true")],
        &[
            "stop_job.toml:5:1: spec-key-unknown: the spec has the unknown key `asynchrnous`; known keys are name, method, path, paths, \
            fixed_query, alternates, media_type, title, explorer, deprecated, asynchronous, at, poll, source, table, example, status",
        ],
    );
}

#[test]
fn several_syntax_errors_are_reported_at_once() {
    let (_, diagnostics) = read::operation("x.toml", "name = \nmethod = \"GET\npath = 1");
    let lines: Vec<u32> = diagnostics.iter().filter(|d| d.code.id == "spec-syntax").map(|d| d.place.line).collect();
    assert_eq!(lines, [1, 2]);
}

fn folder(files: &[(&str, &str)]) -> load::Loaded {
    let files: BTreeMap<String, String> =
        files.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    load::service("specs/dgc", |name| {
        files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "no such file".to_string())
    })
}

const INDEX: &str = "name = \"dgc\"\noperations = [\"stop_job\"]\noverrides = \"overrides.toml\"\n";

#[track_caller]
fn override_gives(entry: &str, expect: &[&str]) -> Operation {
    let loaded = folder(&[("service.toml", INDEX), ("stop_job.toml", JOB), ("overrides.toml", entry)]);
    let shown: Vec<String> =
        loaded.diagnostics.iter().map(|d| format!("{}: {}: {}", d.place, d.code.id, d.message)).collect();
    assert_eq!(shown, expect);
    loaded.service.unwrap().operations[0].operation.clone()
}

#[test]
fn overrides_replace_what_they_expect() {
    let operation = override_gives(
        "[[override]]\noperation = \"stop_job\"\nrow = \"path.job_name\"\nkey = \"type\"\nexpect = { zh-md = \"Long\", en-html = \"String(64)\" }\nvalue = \"String\"\nreason = \"names are text\"\n",
        &[],
    );
    assert_eq!(operation.tables[0].rows[1].kind, Some(Claim::Agreed("String".into())));
    let operation = override_gives(
        "[[override]]\noperation = \"stop_job\"\nrow = \"path.project_id\"\nkey = \"default\"\nvalue = \"p\"\nreason = \"r\"\n",
        &[],
    );
    assert_eq!(operation.tables[0].rows[0].facts.default, Some(Claim::Agreed("p".into())));
}

#[test]
fn overrides_that_do_not_fit_are_errors() {
    override_gives(
        "[[override]]\noperation = \"stop_job\"\nrow = \"path.project_id\"\nkey = \"type\"\nexpect = \"Long\"\nvalue = \"String\"\nreason = \"r\"\n",
        &[
            "specs/dgc/overrides.toml:1:1: override-stale: expects `type` of `path.project_id` to be \"Long\", but the pages now say \"String\"",
        ],
    );
    override_gives(
        "[[override]]\noperation = \"stop_jobs\"\nkey = \"path\"\nexpect = \"/\"\nvalue = \"/a\"\nreason = \"r\"\n",
        &["specs/dgc/overrides.toml:1:1: override-unused: no operation is called `stop_jobs`"],
    );
    override_gives(
        "[[override]]\noperation = \"stop_job\"\nrow = \"path.x\"\nkey = \"type\"\nvalue = \"String\"\nreason = \"r\"\n",
        &["specs/dgc/overrides.toml:1:1: override-unused: table `path` has no row `x`"],
    );
    override_gives(
        "[[override]]\noperation = \"stop_job\"\nrow = \"path.project_id\"\nkey = \"type\"\nvalue = \"Strnig!\"\n",
        &["specs/dgc/overrides.toml:1:1: spec-key-missing: an override lacks the key `reason`"],
    );
}

#[test]
fn a_folder_with_problems_reports_them_all() {
    let loaded = folder(&[
        ("service.toml", "name = \"dgc\"\noperations = [\"stop_job\", \"other\", \"third\", \"stop_job\"]\n"),
        ("stop_job.toml", JOB),
        ("other.toml", JOB),
    ]);
    let shown: Vec<String> =
        loaded.diagnostics.iter().map(|d| format!("{}: {}: {}", d.place, d.code.id, d.message)).collect();
    assert_eq!(
        shown,
        [
            "specs/dgc/service.toml:2:45: spec-name-repeated: the index lists the operation `stop_job` twice",
            "specs/dgc/other.toml:1:1: spec-name-repeated: the operation `stop_job` also stands in specs/dgc/stop_job.toml",
            "specs/dgc/third.toml: spec-unreadable: no such file",
        ]
    );
    assert_eq!(loaded.files, ["service.toml", "stop_job.toml", "other.toml", "third.toml", "stop_job.toml"]);
}

#[test]
fn a_placeholder_that_stands_twice_is_one_parameter() {
    let text = JOB.replace("/jobs/{job_name}/stop", "/jobs/{job_name}/copies/{job_name}");
    let (spec, problems) = read::operation("stop_job.toml", &text);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(spec.operation.placeholders(), ["project_id", "job_name"]);
}

#[test]
fn a_person_decides_what_an_offset_counts() {
    let entry = "[[override]]\noperation = \"stop_job\"\nrow = \"path.job_name\"\nkey = \"counts\"\nvalue = \"pages\"\nreason = \"r\"\n";
    let operation = override_gives(entry, &[]);
    let counts = operation.tables[0].rows[1].facts.counts.as_ref().unwrap();
    assert_eq!(counts.agreed().map(String::as_str), Some("pages"));
    override_gives(
        &entry.replace("pages", "kites"),
        &["specs/dgc/overrides.toml:5:9: spec-value-wrong: `counts` is items or pages"],
    );
}

#[test]
fn files_with_another_use_are_no_operations() {
    let loaded = folder(&[("service.toml", "name = \"dgc\"\noperations = [\"errors\"]\n")]);
    let first = loaded.diagnostics.first().unwrap();
    assert_eq!((first.place.to_string().as_str(), first.code.id), ("specs/dgc/service.toml:2:15", "spec-name-wrong"));
}
