//! Paging and polling, derived from the rows of specs.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use tablature_spec::model::{At, Operation, Poll};
use tablature_spec::paging::{Next, Step, paging};
use tablature_spec::polling::{self, Origin, polling};
use tablature_spec::{read, write};

/// An operation with these query rows and these tables of a response.
fn list(query: &str, tables: &str) -> Operation {
    let query: String = query.split_whitespace().map(|name| format!("  {{ {} }},\n", cells(name))).collect();
    let text = format!(
        "name = \"list_kites\"\nmethod = \"GET\"\npath = \"/v1/kites\"\n[[table]]\nid = \"query\"\nrole = \"query\"\nrows = [\n{query}]\n{tables}"
    );
    let (spec, diagnostics) = read::operation("list_kites.toml", &text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{text}");
    spec.operation
}

/// `offset:default="1",counts="pages"` as the cells of a row.
fn cells(text: &str) -> String {
    let (name, more) = text.split_once(':').unwrap_or((text, ""));
    let more = if more.is_empty() { String::new() } else { format!(", {more}") };
    format!("name = \"{name}\"{more}")
}

const KITES: &str = r#"[[table]]
id = "response"
role = "response"
rows = [
  { name = "kites", type = "Array of Kite objects", table = "Kite" },
  { name = "kite_total_count", type = "Integer" },
  { name = "count", type = "Integer" },
]
[[table]]
id = "Kite"
role = "type"
rows = [ { name = "id", type = "String" }, { name = "kite_name", type = "String" } ]
"#;

#[track_caller]
fn check(query: &str, tables: &str, expected: &str) {
    let said = paging(&list(query, tables)).map(|paging| {
        let step = match paging.step {
            Step::Offset { parameter, stated } => format!("offset {} {stated}", parameter.name),
            Step::Page { parameter, first } => format!("page {} {first}", parameter.name),
            Step::Marker { parameter, next: Next::Field(path) } => {
                format!("marker {} field {}", parameter.name, path.join("."))
            }
            Step::Marker { parameter, next: Next::Link(path) } => {
                format!("marker {} link {}", parameter.name, path.join("."))
            }
            Step::Marker { parameter, next: Next::Links(path) } => {
                format!("marker {} links {}", parameter.name, path.join("."))
            }
            Step::Marker { parameter, next: Next::Item(name) } => format!("marker {} item {name}", parameter.name),
        };
        let path = |path: Option<Vec<String>>| path.map_or("-".into(), |path| path.join("."));
        format!(
            "{step} of {}, items {}, total {}, more {}",
            paging.limit.name,
            paging.items.join("."),
            path(paging.total),
            path(paging.more)
        )
    });
    assert_eq!(said.unwrap_or_default(), expected, "{query}\n{tables}");
}

#[test]
fn offsets_count_items_or_pages() {
    let end = "of limit, items kites, total kite_total_count, more -";
    check("limit offset", KITES, &format!("offset offset false {end}"));
    check("limit offset:counts=\"items\"", KITES, &format!("offset offset true {end}"));
    check("limit offset:counts=\"pages\"", KITES, &format!("page offset 0 {end}"));
    check("limit offset:default=\"1\",counts=\"pages\"", KITES, &format!("page offset 1 {end}"));
    check("limit offset:counts={a=\"pages\",b=\"items\"}", KITES, &format!("offset offset false {end}"));
}

#[test]
fn pages_are_counted_from_what_the_page_says() {
    check("pageSize pageNo", KITES, "page pageNo 1 of pageSize, items kites, total kite_total_count, more -");
    check("per_page page:default=\"0\"", KITES, "page page 0 of per_page, items kites, total kite_total_count, more -");
    check(
        "page-size page_no:min=\"1\",default=\"0\"",
        KITES,
        "page page_no 1 of page-size, items kites, total kite_total_count, more -",
    );
}

#[test]
fn doubt_is_no_paging() {
    check("limit", KITES, "");
    check("offset", KITES, "");
    check("limit offset marker", KITES, "");
    check("limit start_time", KITES, "");
    check("limit offset", "", "");
    let two =
        KITES.replace("\"count\", type = \"Integer\"", "\"ropes\", type = \"Array of Kite objects\", table = \"Kite\"");
    check("limit offset", &two, "offset offset false of limit, items kites, total kite_total_count, more -");
    check("limit offset", &two.replace("\"kites\"", "\"strings\""), "");
}

#[test]
fn markers_lead_to_what_comes_next() {
    let total = "items kites, total kite_total_count, more";
    check("limit marker", KITES, &format!("marker marker item id of limit, {total} -"));
    check("limit start_kite_name", KITES, &format!("marker start_kite_name item kite_name of limit, {total} -"));
    check("limit start_rope_name", KITES, "");
    let more = KITES.replace("\"count\", type = \"Integer\"", "\"has_more_kites\", type = \"Boolean\"");
    check("limit marker", &more, &format!("marker marker item id of limit, {total} has_more_kites"));
    let next = KITES.replace("\"count\", type = \"Integer\"", "\"next_marker\", type = \"String\"");
    check("limit marker", &next, &format!("marker marker field next_marker of limit, {total} -"));
    let link = KITES.replace("\"count\", type = \"Integer\"", "\"next\", type = \"String\"");
    check("limit marker", &link, &format!("marker marker link next of limit, {total} -"));
    let nested = KITES.replace("\"count\", type = \"Integer\"", "\"page_info\", type = \"Object\", table = \"Page\"");
    let nested = format!(
        "{nested}[[table]]\nid = \"Page\"\nrole = \"type\"\nrows = [ {{ name = \"next_marker\", type = \"String\" }} ]\n"
    );
    check("limit marker", &nested, &format!("marker marker field page_info.next_marker of limit, {total} -"));
    let links = KITES
        .replace("\"count\", type = \"Integer\"", "\"kites_links\", type = \"Array of objects\", table = \"Link\"");
    let links = format!(
        "{links}[[table]]\nid = \"Link\"\nrole = \"type\"\nrows = [ {{ name = \"rel\", type = \"String\" }}, {{ name = \"href\", type = \"String\" }} ]\n"
    );
    check("limit marker", &links, &format!("marker marker links kites_links of limit, {total} -"));
}

#[test]
fn a_body_can_be_the_list() {
    let root = "[[table]]\nid = \"response\"\nrole = \"response\"\narray = true\nrows = [ { name = \"id\", type = \"String\" } ]\n";
    check("limit offset", root, "offset offset false of limit, items , total -, more -");
}

fn operation(text: &str) -> Operation {
    // Rows of the path are left out, because nothing here depends on them.
    read::operation("x.toml", text).0.operation
}

#[test]
fn what_is_read_is_written_again() {
    let row = r#"{ name = "offset", type = "Integer", counts = { zh-md = "pages", en-html = "items" }, at = ["zh-md:1", "en-html:2"] }"#;
    let mut spec = list("limit", "");
    spec.sources = operation(&format!("{}{}", source("zh-md", "a"), source("en-html", "b"))).sources;
    spec.polls = vec![Poll {
        operation: "show_kite".into(),
        page: String::new(),
        at: vec![At { source: "zh-md".into(), line: 4 }],
    }];
    let text = write::operation(&spec).replace("{ name = \"limit\" }", row);
    let (again, diagnostics) = read::operation("list_kites.toml", &text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(write::operation(&again.operation), text);
    assert_eq!(again.operation.polls, spec.polls);
    let wrong = text.replace("\"pages\"", "\"kites\"");
    assert_eq!(read::operation("list_kites.toml", &wrong).1.len(), 1);
}

fn source(name: &str, file: &str) -> String {
    format!("[[source]]\nname = \"{name}\"\nfile = \"{file}\"\nlanguage = \"zh\"\nformat = \"md\"\ndigest = \"\"\n")
}

fn job(states: &str) -> Operation {
    operation(&format!(
        "name = \"show_job\"\nmethod = \"GET\"\npath = \"/v1/{{project_id}}/jobs/{{job_id}}\"\n[[table]]\nid = \"response\"\nrole = \"response\"\nrows = [ {{ name = \"status\", type = \"String\", {states} }} ]\n"
    ))
}

fn starter(path: &str, field: &str) -> Operation {
    operation(&format!(
        "name = \"fly\"\nmethod = \"POST\"\npath = \"{path}\"\n[[poll]]\noperation = \"list_jobs\"\n[[poll]]\noperation = \"show_job\"\nat = [\"zh-md:5\"]\n[[table]]\nid = \"response\"\nrole = \"response\"\nrows = [ {{ name = \"{field}\", type = \"String\" }} ]\n"
    ))
}

#[test]
fn an_operation_is_polled_with_the_ids_it_gave() {
    let jobs = operation("name = \"list_jobs\"\nmethod = \"GET\"\npath = \"/v1/{project_id}/jobs\"\n");
    let job = job("states = [\"SUCCESS\", \"RUNNING\", \"FAIL\", \"WINDY\"]");
    let find = |name: &str| [&jobs, &job].into_iter().find(|operation| operation.name == name);
    let origin = |path: &str, field: &str| {
        let polling = polling(&starter(path, field), find)?;
        assert_eq!(polling.operation, "show_job");
        Some(polling.arguments.into_iter().next().unwrap().from)
    };
    assert_eq!(origin("/v1/kites", "job_id"), Some(Origin::Response("job_id".into())));
    assert_eq!(origin("/v1/kites", "jobId"), Some(Origin::Response("jobId".into())));
    assert_eq!(origin("/v1/kites", "id"), Some(Origin::Response("id".into())));
    assert_eq!(origin("/v1/jobs/{job_id}/stop", "is_success"), Some(Origin::Path("job_id".into())));
    assert_eq!(origin("/v1/kites", "name"), None);
    assert!(polling(&starter("/v1/kites", "job_id"), |_| None).is_none());
}

#[test]
fn states_are_known_by_their_words() {
    let states =
        polling::states(&job("states = { a = [\"SUCCESS\", \"RUNNING\"], b = [\"SUCCESS\", \"FAIL\", \"WINDY\"] }"))
            .unwrap();
    assert_eq!(states.field, "status");
    assert_eq!((states.success, states.failure), (vec!["SUCCESS".to_string()], vec!["FAIL".to_string()]));
    assert_eq!((states.progress, states.unknown), (vec!["RUNNING".to_string()], vec!["WINDY".to_string()]));
    assert!(polling::states(&job("values = [\"RUNNING\", \"FAIL\"]")).is_none(), "without success nothing ends well");
    assert!(polling::states(&job("values = [\"done\", \"In_Progress\", \"failed\"]")).is_some());
}

#[test]
fn polls_are_settled_by_the_files_of_pages() {
    let asked = operation(&format!(
        "name = \"show_kite\"\nmethod = \"GET\"\npath = \"/a\"\n{}{}",
        source("a", "a/show.md"),
        source("b", "b/show.html")
    ));
    let mut starter = operation(&format!(
        "name = \"fly\"\nmethod = \"POST\"\npath = \"/a\"\n{}{}",
        source("a", "a/fly.md"),
        source("b", "b/fly.html")
    ));
    let poll = |page: &str, source: &str| Poll {
        operation: String::new(),
        page: page.into(),
        at: vec![At { source: source.into(), line: 3 }],
    };
    starter.polls =
        vec![poll("a/show.md", "a"), poll("a/gone.md", "a"), poll("b/show.html", "b"), poll("a/fly.md", "a")];
    let mut all = vec![asked, starter];
    polling::settle(&mut all);
    let polls = &all[1].polls;
    assert_eq!(polls.len(), 1);
    assert_eq!((polls[0].operation.as_str(), polls[0].page.as_str(), polls[0].at.len()), ("show_kite", "", 2));
}
