//! What findings say: the line that they stand on and the words that help to mend it.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used)]

use tablature_extract::{Context, Extraction, extract};
use tablature_pages::model::Format;

fn run(text: &str) -> Extraction {
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    extract(&page.expect("a page"), &context)
}

/// A page has one finding of a code, on a line that holds a text, and it says all of these.
#[track_caller]
fn check(text: &str, code: &str, line: &str, says: &[&str]) {
    let extraction = run(text);
    let found: Vec<_> = extraction.diagnostics.iter().filter(|found| found.code.id == code).collect();
    assert_eq!(found.len(), 1, "{code}: {:#?}", extraction.diagnostics);
    for found in found {
        let number = usize::try_from(found.place.line).expect("a line");
        let at = number.checked_sub(1).and_then(|at| text.lines().nth(at)).unwrap_or_default();
        assert!(at.contains(line), "line {number} is `{at}`");
        let shown = found.to_string();
        for part in says {
            assert!(shown.contains(part), "`{part}` is not in: {shown}");
        }
    }
}

/// A page that says one thing in its request section.
fn page(request: &str) -> String {
    format!("# 查风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求消息\n\n{request}\n\n## 响应消息\n\n无\n")
}

const HEADER: &str = "| 参数 | 是否必选 | 参数类型 | 描述 |\n|--|--|--|--|\n";

#[test]
fn a_repeated_row_says_what_differs() {
    let rows = |second: &str| page(&format!("{HEADER}| tail | 是 | String | 尾巴 |\n| tail | {second} |\n"));
    let (kept, same) = ("row of line 11 was kept", "says the same");
    check(&rows("是 | String | 尾巴"), "row-repeated", "| tail |", &[kept, same]);
    check(&rows("是 | String | 尾"), "row-repeated", "| tail |", &[kept, "another description"]);
    check(&rows("是 | Integer | 尾"), "row-repeated", "Integer", &[kept, "type `Integer`", "`String`"]);
    check(&rows("否 | String | 尾巴"), "row-repeated", "否", &[kept, "mandatory `否`", "`是`"]);
    check(&rows("否 | | 尾巴"), "row-repeated", "否", &["type `` instead", "mandatory `否`"]);
}

#[test]
fn a_column_of_names_by_its_place_is_reported() {
    let table = "| 东西 | 是否必选 | 参数类型 | 描述 |\n|--|--|--|--|\n| tail | 是 | String | 尾巴 |\n";
    check(
        &page(table),
        "column-unknown",
        "| 东西 |",
        &["`东西`", "taken for the parameters' names", "vocabulary/zh.toml", "`描述`"],
    );
    let table = "| 参数 | 颜料 | 参数类型 | 描述 |\n|--|--|--|--|\n| tail | 红 | String | 尾巴 |\n";
    check(&page(table), "column-unknown", "颜料", &["`颜料`", "was not used"]);
}

#[test]
fn a_blank_in_a_placeholder_is_reported() {
    let text = "# 查风筝\n\n## URI\n\nGET /v1/\\{kite id\\}/tails\n\n## 响应消息\n\n无\n";
    check(text, "path-placeholder-mended", "GET", &["`{kite id}`", "`{kite_id}`"]);
}

#[test]
fn json_that_breaks_is_reported_where_it_breaks() {
    let example = |body: &str| page(&format!("无\n\n## 请求示例\n\n```\n{body}\n```"));
    let broken = "{\n  \"tail\": {\n    \"colour\": red\n  },\n  \"length\": 1\n}";
    let says = ["the body is not JSON: expected value\n"];
    check(&example(broken), "example-not-json", "colour", &says);
    check(&example(&format!("POST /v1/kites\n\n{broken}")), "example-not-json", "colour", &says);
    check(&example(&format!("\n\n{broken}")), "example-not-json", "colour", &says);
}

#[test]
fn an_unknown_method_is_named() {
    let uri = |uri: &str| format!("# 查风筝\n\n## URI\n\n{uri}\n\n## 响应消息\n\n无\n");
    let says = ["`FETCH`", "`/v1/kites`", "GET, POST, PUT"];
    check(&uri("FETCH /v1/kites"), "request-line-missing", "FETCH", &says);
    check(&uri("```\n\nFETCH  /v1/kites\n```"), "request-line-missing", "FETCH", &says);
    check(&uri("see /v1/kites for more"), "request-line-missing", "## URI", &["holds no line such as"]);
}

#[test]
fn unknown_words_say_where_words_are_added() {
    let table = "| Parameter | Paint | Type | Description |\n|--|--|--|--|\n| tail | red | String | A tail. |\n";
    check(&page(table), "column-unknown", "Paint", &["`Paint`", "vocabulary/en.toml", "`Mandatory`"]);
    let table = format!("{HEADER}| tail | 是 | 尾巴型 | 尾巴 |\n");
    check(&page(&table), "type-unknown", "尾巴型", &["`尾巴型`", "crates/spec/data/types.toml", "`Integer`"]);
}
