//! Facts of a service and of calls, read from whole pages.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::path::PathBuf;

use tablature_extract::{Context, Extraction, Outcome, service};
use tablature_spec::model::Role;

fn context() -> Context<'static> {
    Context { source: "zh-md", file: "kites/fly.md", digest: "", keep_descriptions: false, library: None }
}

fn extract(text: &str) -> Extraction {
    let (page, _) = tablature_pages::read("fly.md", text.as_bytes(), None);
    tablature_extract::extract(&page.unwrap(), &context())
}

fn facts(text: &str) -> (Vec<String>, Vec<String>, usize) {
    let (page, _) = tablature_pages::read("errors.md", text.as_bytes(), None);
    let page = page.unwrap();
    let (facts, diagnostics) = service::page_facts(&page, || tablature_extract::source(&page, &context()));
    let facts = facts.unwrap_or_default();
    let codes = facts.codes.iter().map(|row| format!("{}:{} {:?}", row.line, row.code, row.status)).collect();
    let hosts = facts.hosts.iter().map(|row| format!("{}:{} {}", row.line, row.region, row.host)).collect();
    (codes, hosts, diagnostics.len())
}

#[test]
fn error_codes_of_a_table() {
    let (codes, hosts, found) = facts(
        "# Error Codes\n\n|Error Code|HTTP Status Code|Description|\n|--|--|--|\n|K.1|400 Bad Request|no|\n|K.2、K.3|-|no|\n|all|500|no|\n|K.4|400/404|no|\n",
    );
    assert_eq!(codes, ["5:K.1 Some(400)", "6:K.2 None", "6:K.3 None", "8:K.4 Some(400)", "8:K.4 Some(404)"]);
    assert_eq!((hosts.len(), found), (0, 1));
}

#[test]
fn a_table_of_status_codes_is_none_of_error_codes() {
    let (codes, ..) = facts("# 状态码\n\n|状态码|编码|说明|\n|--|--|--|\n|400|Bad Request|no|\n");
    assert!(codes.is_empty());
}

#[test]
fn hosts_of_a_table() {
    let (codes, hosts, found) = facts(
        "# 终端节点\n\n|区域名称|区域|终端节点（Endpoint）|\n|--|--|--|\n|北|north-1|kites.north-1.example.com|\n|南|待定|待定|\n",
    );
    assert_eq!((codes.len(), found), (0, 1));
    assert_eq!(hosts, ["5:north-1 kites.north-1.example.com"]);
}

const LIST: &str = "# 查询风筝列表\n\n## 功能介绍\n\n请通过[风筝](a.md)查询job状态。\n\n## URI\n\nGET /v1/kites\n\n**表 1**  Query参数\n\n|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n|offset|否|Integer|风筝列表的起始页。|\n|status|否|String|SUCCESS：成功。FAIL：失败。|\n\n## 响应参数\n\n|参数|参数类型|描述|\n|--|--|--|\n|offset|Integer|起始页。|\n|status|String|SUCCESS：成功。FAIL：失败。|\n";

#[test]
fn what_belongs_to_requests_and_to_responses_stays_there() {
    let Outcome::Operations(operations) = extract(LIST).outcome else { panic!("no operation") };
    let rows = |role: Role| {
        operations[0].tables_of(role).flat_map(|table| &table.rows).map(|row| &row.facts).collect::<Vec<_>>()
    };
    let (query, response) = (rows(Role::Query), rows(Role::Response));
    assert!(query[0].counts.is_some() && query[1].states.is_none());
    assert!(response[0].counts.is_none() && response[1].states.is_some());
}

#[test]
fn only_calls_that_change_something_are_polled() {
    assert_eq!(extract(LIST).polls, []);
    let polls = extract(&LIST.replace("GET", "POST")).polls;
    assert_eq!(polls.len(), 1);
    assert_eq!(
        (polls[0].from.as_str(), polls[0].link.as_str(), polls[0].at.to_string().as_str()),
        ("kites/fly.md", "a.md", "zh-md:5")
    );
}

/// Every row of a table of error codes or hosts on real pages is read. The numbers are what a person counted in the tables.
#[test]
fn tables_of_real_pages_are_read_whole() {
    let Some(shared) = std::env::var_os("TABLATURE_SHARED").map(PathBuf::from) else {
        eprintln!("skipped: TABLATURE_SHARED is not set");
        return;
    };
    let mut folders = vec![shared.join("corpus")];
    let (mut codes, mut hosts, mut found) = (0, 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let (page, _) = tablature_pages::read(&path.display().to_string(), &std::fs::read(&path).unwrap(), None);
            let Some(page) = page else { continue };
            let (facts, diagnostics) = service::page_facts(&page, || tablature_extract::source(&page, &context()));
            let facts = facts.unwrap_or_default();
            codes += facts.codes.len();
            hosts += facts.hosts.len();
            found.extend(diagnostics);
        }
    }
    eprintln!("{codes} rows of error codes, {hosts} of hosts");
    assert_eq!(found, Vec::new());
    assert!(codes >= 3124 && hosts >= 35, "{codes} {hosts}");
}
