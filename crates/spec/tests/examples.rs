//! Examples against the tables of their page: what `check` says about them, and which of them a client can send and give back.
#![cfg(feature = "tools")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod common;

use common::{example, expect, merged, page, table};
use tablature_spec::check::{self, Expect};
use tablature_spec::read::SpecFile;

const PATH: &str = "/v1/jobs/stop";

fn spec(tables: &[String]) -> SpecFile {
    spec_with("", tables)
}

fn spec_with(keys: &str, tables: &[String]) -> SpecFile {
    merged(&[page("zh", PATH, &tables.concat(), keys)])
}

fn response(rows: &[(&str, &str)]) -> String {
    table("zh", "response", "response", rows)
}

fn body(rows: &[(&str, &str)]) -> String {
    table("zh", "body", "body", rows)
}

fn success(body: &str) -> String {
    example("zh", "success", &format!("body = '''\n{body}'''"))
}

fn request(line: &str) -> String {
    example("zh", "request", line)
}

/// Compares verdicts, each as its codes with a blank between them, and sees that `check` says each of them.
#[track_caller]
fn verdicts(spec: &SpecFile, expect: &[&str]) {
    let found = check::check(spec);
    let verdicts: Vec<String> = check::verdicts(spec)
        .iter()
        .map(|verdict| match verdict {
            Expect::Pass => String::new(),
            Expect::Contradiction(codes) => {
                for code in codes {
                    assert!(found.iter().any(|diagnostic| diagnostic.code == *code), "check says {}", code.id);
                }
                codes.iter().map(|code| code.id).collect::<Vec<_>>().join(" ")
            }
        })
        .collect();
    let shown: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(verdicts, expect, "\n{}", shown.join("\n"));
}

#[test]
fn numbers_as_text_nulls_and_the_envelopes_of_errors_are_not_loud() {
    let spec = spec(&[
        response(&[
            ("size", "type = \"Integer\""),
            ("share", "type = \"Boolean\""),
            ("tags", "type = \"Array of strings\""),
            ("name", "type = \"String\""),
        ]),
        success("{\"size\": \"40\", \"share\": null, \"tags\": null, \"name\": \"\"}"),
        success("{\"size\": \"\", \"share\": 1}"),
        example("zh", "failure", "status = 404\nbody = '{\"itemNotFound\": {\"code\": 404}, \"size\": []}'"),
    ]);
    expect(
        &spec,
        &[
            "zh.txt:50 + zh.txt:20: example-scalar-differs: `size` is declared `Integer` but the success example has the text \"40\"",
            "zh.txt:50 + zh.txt:21: example-scalar-differs: `share` is declared `Boolean` but the success example has the number 1",
            "zh.txt:50 + zh.txt:20: example-type-differs: `size` is declared `Integer` but the failure example has an empty array",
        ],
    );
    verdicts(&spec, &["", "", ""]);
}

#[test]
fn a_gap_is_reported_once_with_every_example_that_shows_it() {
    let later = |body: &str| success(body).replace("zh:50", "zh:60");
    let spec = spec(&[
        response(&[("jobs", "type = \"Array of Job objects\", table = \"Job\"")]),
        table("zh", "Job", "type", &[("id", "type = \"Long\"")]),
        success("{\"jobs\": [{\"id\": 1, \"state\": \"A\"}, {\"id\": 2, \"state\": \"B\"}]}"),
        later("{\"jobs\": [{\"id\": 1, \"state\": \"C\"}]}"),
    ]);
    expect(
        &spec,
        &[
            "zh.txt:50 + zh.txt:10 + zh.txt:60: example-field-undeclared: the success example has `jobs.state`, which table `Job` does not declare",
        ],
    );
    verdicts(&spec, &["example-field-undeclared", "example-field-undeclared"]);
}

#[test]
fn what_does_not_fit_is_named() {
    let spec = spec(&[
        response(&[
            ("rows", "type = \"Array<Array<String>>\""),
            ("size", "type = \"Integer\""),
            ("map", "type = \"Map<String,Integer>\""),
        ]),
        success("{\"rows\": [[\"a\"], [[]]], \"size\": 0.5, \"map\": {\"a\": {}}}"),
    ]);
    expect(
        &spec,
        &[
            "zh.txt:50 + zh.txt:22: example-type-differs: `map` is declared `Map<String,Integer>` but the success example has an object with an object in it",
            "zh.txt:50 + zh.txt:20: example-type-differs: `rows` is declared `Array<Array<String>>` but the success example has an array with an empty array in it",
            "zh.txt:50 + zh.txt:21: example-type-differs: `size` is declared `Integer` but the success example has the number 0.5",
        ],
    );
    verdicts(&spec, &[""]);
}

#[test]
fn a_value_that_is_kept_whole_loses_nothing() {
    let job = || table("zh", "Job", "type", &[("id", "type = \"Long\"")]);
    // The example shows a list where the table has an object: the field becomes any JSON value.
    let spec_of = |kind: &str| {
        spec(&[
            response(&[("job", kind)]),
            job(),
            success("{\"job\": [{\"id\": 1, \"state\": \"A\"}], \"empty\": {}}"),
            success("{\"job\": [{\"id\": 1}]}"),
        ])
    };
    verdicts(&spec_of("type = \"Job object\", table = \"Job\""), &["", ""]);
    verdicts(&spec_of("type = \"Array of Job objects\", table = \"Job\""), &["example-field-undeclared", ""]);
    // The body is a list where the table describes an object.
    let whole = spec(&[response(&[("id", "type = \"Long\"")]), success("[{\"id\": 1, \"more\": 2}]")]);
    verdicts(&whole, &[""]);
    expect(
        &whole,
        &[
            "zh.txt:50 + zh.txt:10: example-type-differs: table `response` describes an object, but the body of the success example is an array",
            "zh.txt:50 + zh.txt:10: example-field-undeclared: the success example has `more`, which table `response` does not declare",
        ],
    );
}

#[test]
fn a_request_is_sent_as_shown_or_the_page_says_why_not() {
    let tables = || {
        body(&[("id", "type = \"Long\", mandatory = true")])
            + &table("zh", "query", "query", &[("limit", "type = \"Integer\"")])
            + &table("zh", "header", "header", &[("X-Trace", "type = \"String\"")])
    };
    let spec = spec_with(
        "fixed_query = [\"action=stop\"]\nalternates = [\"POST /v2/jobs/stop\"]",
        &[
            tables(),
            request(
                "request = \"POST https://host/v1/jobs/stop?limit=1&action=stop\"\nheaders = [\"x-trace: a\", \"X-Auth-Token: b\"]\nbody = '{\"id\": 1}'",
            ),
            request("request = \"POST /v1/jobs/stop?offset=1\"\nbody = '{\"id\": 1}'"),
            request("request = \"POST /v1/jobs/stop\"\nheaders = [\"X-Other: a\"]\nbody = '{\"id\": 1}'"),
            request("request = \"POST /v1/jobs/stop?action=start\"\nbody = '{\"id\": 1}'"),
            request("request = \"PUT /v1/job/stop\"\nbody = '{\"id\": 1}'"),
            request("request = \"POST /v2/jobs/stop\"\nbody = '{\"id\": 1}'"),
            request("body = '{\"name\": \"\"}'"),
            request("body = '{id: 1}'\njson = false"),
            request("request = \"POST /v1/jobs/stop?limit=1&limit=2\"\nbody = '{\"id\": 1}'"),
        ],
    );
    verdicts(
        &spec,
        &[
            "",
            "example-parameter-undeclared",
            "example-parameter-undeclared",
            "example-path-differs",
            "example-method-differs example-path-differs",
            "example-other-line",
            "example-field-undeclared",
            "example-not-json",
            "example-type-differs",
        ],
    );
}

#[test]
fn an_object_of_another_kind_is_one_gap() {
    let job = || table("zh", "Job", "type", &[("id", "type = \"Long\"")]);
    let rows =
        || response(&[("job", "type = \"Job object\", table = \"Job\""), ("id", "type = \"Long\", mandatory = true")]);
    let one = spec(&[
        rows(),
        job(),
        success("{\"id\": 1, \"job\": {\"a\": 1, \"b\": 2}}"),
        success("{\"id\": 1, \"job\": {\"c\": null}}"),
    ]);
    expect(
        &one,
        &[
            "zh.txt:50 + zh.txt:10: example-field-undeclared: the success example has `job.a`, `job.b`, none of which table `Job` declares",
        ],
    );
    verdicts(&one, &["example-field-undeclared", ""]);
    let sent = spec(&[body(&[("id", "type = \"Long\", mandatory = true")]), request("body = '{\"data\": 1}'")]);
    expect(
        &sent,
        &[
            "zh.txt:50 + zh.txt:10: example-field-undeclared: the request example has `data`, which table `body` does not declare",
        ],
    );
    verdicts(&sent, &["example-field-undeclared"]);
}

#[test]
fn what_only_another_page_needs_is_not_missing() {
    let rows = |source: &str, more: &[(&str, &str)]| {
        let all: Vec<_> = [("id", "type = \"Long\", mandatory = true")].iter().chain(more).copied().collect();
        table(source, "body", "body", &all)
    };
    let zh = page("zh", PATH, &(rows("zh", &[]) + &request("body = '{\"id\": 1}'")), "");
    let en = page("en", PATH, &rows("en", &[("pool", "type = \"Long\", mandatory = true")]), "");
    expect(
        &merged(&[zh, en]),
        &["en.txt:21 + zh.txt:10: source-field-only: `pool` of table `body` is only on en, not on zh"],
    );
}

#[test]
fn no_body_comes_with_a_status_that_has_none() {
    let shown = |status: u16, body: &str| example("zh", "success", &format!("status = {status}\nbody = '{body}'"));
    let one = spec(&[response(&[("done", "type = \"Boolean\"")]), shown(204, "{\"done\": true}")]);
    expect(
        &one,
        &["zh.txt:50: example-body-unexpected: the success example shows a body, which status 204 does not have"],
    );
    verdicts(&one, &["example-body-unexpected"]);
    let rows = || response(&[("done", "type = \"Boolean\"")]);
    let empty = spec(&[rows(), shown(204, "{}"), shown(200, "{\"done\": true}")]);
    expect(&empty, &[]);
    verdicts(&empty, &["", ""]);
}

#[test]
fn a_line_alone_is_no_request_where_the_body_must_hold_something() {
    let line = || request("request = \"POST /v1/jobs/stop\"");
    let rows =
        || body(&[("id", "type = \"Long\", mandatory = true"), ("name", "type = \"String\", mandatory = false")]);
    let one = spec(&[rows(), line()]);
    expect(
        &one,
        &[
            "zh.txt:50 + zh.txt:20: example-field-missing: the request example has no body, but table `body` calls `id` mandatory",
        ],
    );
    verdicts(&one, &["example-field-missing"]);
    // Another example shows that the field may be left out, so the client does not insist on it.
    verdicts(&spec(&[rows(), line(), request("body = '{\"name\": \"a\"}'")]), &["", ""]);
    verdicts(&spec(&[body(&[("name", "type = \"String\"")]), line()]), &[""]);
}

#[test]
fn a_body_that_nobody_decodes_need_not_be_json() {
    let text = || example("zh", "success", "body = 'done'\njson = false");
    verdicts(&spec(&[text()]), &[""]);
    verdicts(&spec(&[response(&[("id", "type = \"Long\"")]), text()]), &["example-not-json"]);
    verdicts(&spec(&[text(), success("{\"id\": 1}")]), &["example-not-json", ""]);
    verdicts(&spec(&[example("zh", "failure", "body = '<html>'\njson = false")]), &[""]);
    let form = spec_with("media_type = \"multipart/form-data\"", &[request("body = 'file=@x'\njson = false")]);
    expect(&form, &[]);
    verdicts(&form, &[""]);
}

#[test]
fn an_example_of_another_media_type_tells_nothing_of_what_the_client_sends() {
    let own = || request("headers = [\"Content-Type: application/job-v2+json\"]\nbody = '[{\"op\": \"a\"}]'");
    let other =
        || request("headers = [\"content-type: Application/Job-v1+JSON; charset=utf-8\"]\nbody = '[{\"replace\": 1}]'");
    let rows = || {
        body(&[("op", "type = \"String\", mandatory = true")])
            .replace("role = \"body\"", "role = \"body\"\narray = true")
    };
    let spec = spec_with("media_type = \"application/job-v2+json\"", &[rows(), own(), other()]);
    expect(
        &spec,
        &[
            "zh.txt:50: example-other-media-type: the body of the request example is `Application/Job-v1+JSON; charset=utf-8`, the client sends `application/job-v2+json`",
        ],
    );
    verdicts(&spec, &["", "example-other-media-type"]);
}

#[test]
fn rows_that_no_table_has_and_tables_that_no_row_has() {
    let derived = "[[table]]\nid = \"query\"\nrole = \"query\"\nrows = [\n  { name = \"limit\" },\n]\n";
    let spec = spec(&[
        derived.into(),
        table("zh", "Job", "type", &[("id", "type = \"Long\"")]),
        table("zh", "Spark", "type", &[("id", "type = \"Long\"")]),
        response(&[("job", "type = \"Object\", opaque = \"described by one of several tables: Spark, Hive\"")]),
        request("request = \"POST /v1/jobs/stop?limit=1\""),
    ]);
    expect(
        &spec,
        &[
            "zh.txt:50: query-parameter-undeclared: no table describes `limit` of an example; it was added as text",
            "zh.txt:10: table-unreferenced: no field refers to the table `Job`",
            "zh.txt:20: field-opaque: `job` of table `response` (Object) stays any JSON value: described by one of several tables: Spark, Hive",
        ],
    );
}

/// Nothing here may take longer than the example is long.
#[test]
fn an_example_of_many_items() {
    let items = vec!["{\"id\": 1, \"state\": \"A\"}"; 50_000].join(",");
    let spec = spec(&[
        response(&[("jobs", "type = \"Array of Job objects\", table = \"Job\"")]),
        table("zh", "Job", "type", &[("id", "type = \"Long\"")]),
        success(&format!("{{\"jobs\": [{items}]}}")),
    ]);
    verdicts(&spec, &["example-field-undeclared"]);
}
