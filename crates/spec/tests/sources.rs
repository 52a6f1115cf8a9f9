//! Two sources become one spec that keeps both claims, and `check` names what they contradict each other in.
#![cfg(feature = "tools")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod common;

use common::{example, expect, merged, page, table};
use tablature_spec::{merge, read, write};

const PATH: &str = "/v1/jobs/stop";

#[test]
fn agreement_is_silent() {
    let rows = [("is_success", "type = \"Boolean\"")];
    let a = page(
        "zh",
        PATH,
        &(table("zh", "response", "response", &rows)
            + &example("zh", "success", "body = '''\n{\n \"is_success\": true\n}'''")),
        "",
    );
    let b = page(
        "en",
        PATH,
        &(table("en", "response", "response", &rows) + &example("en", "success", "body = '{\"is_success\":true}'")),
        "",
    );
    let spec = merged(&[a, b]);
    expect(&spec, &[]);
    let text = write::operation(&spec.operation);
    assert!(text.contains("title = { zh = \"Stop zh\", en = \"Stop en\" }"), "{text}");
    assert!(text.contains("{ name = \"is_success\", type = \"Boolean\", at = [\"zh:20\", \"en:20\"] }"), "{text}");
    assert!(text.contains("at = [\"zh:50\", \"en:50\"]"), "one example: {text}");
    let (again, problems) = read::operation("stop.toml", &text);
    assert!(problems.is_empty());
    assert_eq!(again.operation, spec.operation);
}

#[test]
fn contested_cells_keep_both_claims() {
    let a = page(
        "zh",
        PATH,
        &table(
            "zh",
            "body",
            "body",
            &[
                ("a", "type = \"Number\", mandatory = true"),
                ("b", "type = \"Array<Object>\", opaque = \"free\", default = \"1\""),
            ],
        ),
        "",
    );
    let b = page(
        "en",
        PATH,
        &table(
            "en",
            "body",
            "body",
            &[
                ("a", "type = \"Boolean\", mandatory = false"),
                ("b", "type = \"Array of objects\", opaque = \"free\", default = \"2\""),
            ],
        ),
        "",
    );
    let spec = merged(&[a, b]);
    assert!(
        write::operation(&spec.operation)
            .contains("type = { zh = \"Number\", en = \"Boolean\" }, mandatory = { zh = true, en = false }")
    );
    expect(
        &spec,
        &[
            "zh.txt:20 + en.txt:20: source-type-differs: type of `a` in table `body` is `Number` on zh and `Boolean` on en",
            "zh.txt:20 + en.txt:20: source-mandatory-differs: mandatory of `a` in table `body` is true on zh and false on en",
            "zh.txt:21 + en.txt:21: source-fact-differs: default of `b` in table `body` is \"1\" on zh and \"2\" on en",
            "zh.txt:21: field-opaque: `b` of table `body` (Array<Object>) stays any JSON value: free",
        ],
    );
}

#[test]
fn one_field_under_two_names_is_named_with_both_places() {
    let a = page(
        "zh",
        PATH,
        &table(
            "zh",
            "response",
            "response",
            &[("error_code", "type = \"String\""), ("error_msg", "type = \"String\"")],
        ),
        "",
    );
    let b = page(
        "en",
        PATH,
        &table(
            "en",
            "response",
            "response",
            &[
                ("error_code", "type = \"String\""),
                ("error_message", "type = \"String\""),
                ("quota", "type = \"Long\""),
            ],
        ),
        "",
    );
    expect(
        &merged(&[a, b]),
        &[
            "en.txt:21 + zh.txt:21: source-name-differs: one field of table `response` is called `error_message` on en and `error_msg` on zh",
            "en.txt:22 + zh.txt:10: source-field-only: `quota` of table `response` is only on en, not on zh",
        ],
    );
}

#[test]
fn placeholders_of_two_names_are_one_parameter() {
    let a = page("zh", "/v1/jobs/{name}", &table("zh", "path", "path", &[("name", "type = \"String\"")]), "");
    let b = page("en", "/v1/jobs/{job_name}", &table("en", "path", "path", &[("job_name", "type = \"String\"")]), "");
    let spec = merged(&[a, b]);
    assert_eq!(spec.operation.tables[0].rows.len(), 1);
    expect(
        &spec,
        &[
            "zh.txt:5 + en.txt:5: source-name-differs: the path is `/v1/jobs/{name}` on zh and `/v1/jobs/{job_name}` on en",
        ],
    );
}

#[test]
fn pages_of_one_source_stay_apart() {
    let make = |source: &str, field: &str| {
        let text = page(source, PATH, &table(source, "body", "body", &[(field, "type = \"String\"")]), "");
        read::operation("x", &text).0.operation
    };
    let operations = merge::merge(vec![
        vec![make("zh", "start"), make("zh", "stop")],
        vec![make("en", "stop"), make("en", "start")],
    ]);
    let rows: Vec<_> = operations.iter().map(|o| (o.tables[0].rows[0].name.as_str(), o.sources.len())).collect();
    assert_eq!(rows, [("start", 2), ("stop", 2)]);
}

#[test]
fn examples_are_held_against_tables_and_path() {
    let tables = table(
        "zh",
        "body",
        "body",
        &[("id", "type = \"Long\", mandatory = true"), ("job", "type = \"Job object\", table = \"Job\"")],
    ) + &table(
        "zh",
        "Job",
        "type",
        &[("name", "type = \"String\""), ("tags", "type = \"Array of strings\"")],
    ) + &example(
        "zh",
        "request",
        "request = \"PUT https://{ECS Endpoint}/v1/job/stop\"\nbody = '{\"job\": {\"name\": null, \"tags\": \"x\", \"more\": 1}}'",
    );
    expect(
        &merged(&[page("zh", PATH, &tables, "")]),
        &[
            "zh.txt:50 + zh.txt:5: example-method-differs: the request example uses PUT, the operation is POST",
            "zh.txt:50 + zh.txt:5: example-path-differs: the request example has `https://{ECS Endpoint}/v1/job/stop`, which does not fit `/v1/jobs/stop`",
            "zh.txt:50 + zh.txt:10: example-field-undeclared: the request example has `job.more`, which table `Job` does not declare",
            "zh.txt:50 + zh.txt:21: example-type-differs: `job.tags` is declared `Array of strings` but the request example has the text \"x\"",
            "zh.txt:50 + zh.txt:20: example-field-missing: the request example lacks `id`, which table `body` calls mandatory",
        ],
    );
}

#[test]
fn paths_that_one_page_gives_both_are_no_contradiction() {
    let both = "alternates = [\"POST /v2/jobs/stop\"]\n";
    let id = "[[source]]\npage_id = \"7\"";
    let make = |source: &str, path: &str, keys: &str| page(source, path, "", keys).replacen("[[source]]", id, 1);
    expect(&merged(&[make("zh", PATH, both), make("en", "/v2/jobs/stop", "")]), &[]);
    let spec = merged(&[make("zh", PATH, ""), make("en", "/v2/jobs/stop", ""), make("rst", PATH, "")]);
    expect(
        &spec,
        &["zh.txt:5 + en.txt:5: source-method-differs: the path is `/v1/jobs/stop` on zh and `/v2/jobs/stop` on en"],
    );
    let text = write::operation(&spec.operation);
    assert!(
        text.contains("paths = { zh = \"/v1/jobs/stop\", en = \"/v2/jobs/stop\", rst = \"/v1/jobs/stop\" }"),
        "{text}"
    );
    assert_eq!(read::operation("stop.toml", &text).0.operation, spec.operation);
}

#[test]
fn a_response_without_a_status_is_that_of_success() {
    let rows = [("id", "type = \"Long\"")];
    let a = page("zh", PATH, &table("zh", "response", "response", &rows), "");
    let b = page("en", PATH, &table("en", "response", "response\"\nstatus = 200\n#\"", &rows), "");
    let spec = merged(&[a, b]);
    assert_eq!(spec.operation.tables.len(), 1);
    expect(&spec, &[]);
}

#[test]
fn one_call_on_three_pages_is_reported_once() {
    let shown =
        |source: &str, body: &str| page(source, PATH, &example(source, "success", &format!("body = '{body}'")), "");
    let spec = merged(&[
        shown("zh", "{\"id\": 1, \"name\": \"a\", \"size\": 1, \"old\": {\"x\": 1}}"),
        shown("en", "{\"id\": 2, \"name\": \"a\", \"size\": 1, \"old\": {\"x\": 1}}"),
        shown("rst", "{\"id\": 3, \"name\": \"a\", \"size\": 1, \"new\": 1}"),
    ]);
    expect(
        &spec,
        &[
            "zh.txt:50 + en.txt:50 + rst.txt:50: source-example-differs: the success example has `new` only on rst; `old` only on zh, en",
        ],
    );
}
