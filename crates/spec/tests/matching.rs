//! Which pages of two sources are one operation.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use tablature_spec::merge;
use tablature_spec::model::*;

fn page(source: &str, file: &str, line: &str, field: &str, body: &str) -> Operation {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = Example::new(ExampleKind::Request);
    request.body = (!body.is_empty()).then(|| body.to_string());
    let row = Row { name: field.into(), at: vec![At { source: source.into(), line: 9 }], ..Row::default() };
    let table = Table {
        id: "body".into(),
        role: Role::Body,
        status: None,
        caption: None,
        array: false,
        scenario: None,
        rows: vec![row],
        at: Vec::new(),
    };
    Operation {
        method: method.into(),
        path: path.into(),
        title: Some(Claim::Agreed(format!("{source} {file}"))),
        sources: vec![Source { name: source.into(), file: file.into(), ..Source::default() }],
        tables: if field.is_empty() { Vec::new() } else { vec![table] },
        examples: vec![request],
        ..Operation::default()
    }
}

/// The files of each merged operation.
fn merged(ours: Vec<Operation>, theirs: Vec<Operation>) -> Vec<String> {
    let operations = merge::merge(vec![ours, theirs]);
    let files =
        |operation: &Operation| -> Vec<String> { operation.sources.iter().map(|source| source.file.clone()).collect() };
    operations.iter().map(|operation| files(operation).join(" ")).collect()
}

const ACTION: &str = "POST /v1/kites/{kite_id}/action";

#[test]
fn calls_that_share_a_line_are_told_apart_by_what_they_send() {
    let other = "POST /v1/kites/{id}/action";
    let pairs = merged(
        vec![page("zh", "start", ACTION, "start", ""), page("zh", "stop", ACTION, "stop", "")],
        vec![page("en", "stop.html", other, "stop", ""), page("en", "start.html", other, "start", "")],
    );
    assert_eq!(pairs, ["start start.html", "stop stop.html"]);
    let add = "{\"action\": \"create\", \"tags\": []}";
    let remove = "{\"action\": \"delete\", \"tags\": []}";
    let pairs = merged(
        vec![page("zh", "add", ACTION, "action", add), page("zh", "remove", ACTION, "action", remove)],
        vec![page("en", "remove.html", ACTION, "action", remove), page("en", "add.html", ACTION, "action", add)],
    );
    assert_eq!(pairs, ["add add.html", "remove remove.html"]);
}

#[test]
fn strangers_on_a_shared_line_stay_apart() {
    let pairs = merged(
        vec![page("zh", "start", ACTION, "start", ""), page("zh", "resize", ACTION, "resize", "")],
        vec![page("en", "start.html", ACTION, "start", ""), page("en", "rebuild.html", ACTION, "rebuild", "")],
    );
    assert_eq!(pairs, ["start start.html", "resize", "rebuild.html"]);
    // A line that only one page of each side has is evidence enough.
    let pairs = merged(vec![page("zh", "a", ACTION, "one", "")], vec![page("en", "b", ACTION, "two", "")]);
    assert_eq!(pairs, ["a b"]);
}

#[test]
fn a_page_that_lists_two_versions_meets_one_that_has_either() {
    let both = |source: &str, file: &str| {
        let mut page = page(source, file, "GET /v2/kites", "", "");
        page.alternates = vec!["GET /v2.1/kites".into()];
        page
    };
    let operations = merge::merge(vec![
        vec![page("zh", "new", "GET /v2.1/kites", "", "")],
        vec![both("html", "both")],
        vec![both("rst", "too")],
    ]);
    assert_eq!(operations.len(), 1);
    assert_eq!(operations[0].path, "/v2.1/kites");
    assert_eq!(operations[0].alternates, ["GET /v2/kites"]);
    // Where both versions have pages of their own they stay two.
    let pairs = merged(
        vec![page("zh", "new", "GET /v2.1/kites", "", ""), page("zh", "old", "GET /v2/kites", "", "")],
        vec![page("en", "old.html", "GET /v2/kites", "", "")],
    );
    assert_eq!(pairs, ["new", "old old.html"]);
}
