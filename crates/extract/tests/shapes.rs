//! What shape bodies and objects have, each rule on a small page of our own.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Outcome, extract};
use tablature_pages::model::Format;
use tablature_spec::model::{Claim, Mandatory, Row};

fn row(row: &Row) -> String {
    let mut out = row.name.clone();
    if let Some(Mandatory::When(when)) = row.mandatory.as_ref().and_then(Claim::first) {
        out.push_str(&format!(" when {when}"));
    }
    if let Some(table) = &row.table {
        out.push_str(&format!(" -> {table}"));
    }
    if let Some(why) = &row.opaque {
        out.push_str(&format!(" ? {why}"));
    }
    out
}

/// Compares the tables, one a line, and the codes of what was found.
#[track_caller]
fn check(sections: &str, expected: &[&str], codes: &[&str]) {
    let text = format!("# 建风筝\n\n## URI\n\nPOST /v1/kites\n\n{sections}\n");
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    let found = extract(&page.expect("a page"), &context);
    let Outcome::Operations(operations) = &found.outcome else { panic!("{found:#?}") };
    let tables: Vec<String> = operations
        .iter()
        .flat_map(|operation| &operation.tables)
        .map(|table| {
            let array = if table.array { " array" } else { "" };
            let rows: Vec<String> = table.rows.iter().map(row).collect();
            format!("{}{array}: {}", table.id, rows.join(", "))
        })
        .collect();
    assert_eq!(tables, expected, "{:#?}", found.diagnostics);
    let said: Vec<&str> = found.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(said, codes, "{:#?}", found.diagnostics);
    let counts = found.counts;
    assert_eq!(counts.rows, counts.rows_in_spec + counts.rows_unused, "{counts:?}");
}

const HEADER: &str = "|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n";

#[test]
fn a_caption_with_the_path_outranks_the_bare_name() {
    let page = format!(
        "## 响应消息\n\n**表 1**  响应参数\n\n{HEADER}|tails|是|Object|尾。|\n|users|是|Array of objects|人。|\n\n**表 2**  tails字段说明\n\n{HEADER}|knot|是|String|结。|\n\n**表 3**  users字段说明\n\n{HEADER}|tails|是|Object|尾。|\n\n**表 4**  users.tails字段说明\n\n{HEADER}|bow|是|String|弓。|\n"
    );
    check(
        &page,
        &["response: tails -> tails, users -> users", "tails: knot", "users: tails -> users.tails", "users.tails: bow"],
        &[],
    );
}

#[test]
fn a_link_in_the_type_cell_is_a_type() {
    let page = |link: &str| {
        format!(
            "## 请求参数\n\n**表 1**  请求参数\n\n{HEADER}|tail|是|参考[tail]({link})图型说明。|尾。|\n\n<a name=\"tt\"></a>\n\n**表 2**  尾巴图\n\n<a name=\"t2\"></a>\n<table><thead><tr><th>参数</th><th>参数类型</th><th>描述</th></tr></thead><tbody><tr><td>knot</td><td>String</td><td>结。</td></tr></tbody></table>\n"
        )
    };
    check(&page("#t2"), &["body: tail -> tail", "tail: knot"], &[]);
    check(
        &page("#nowhere"),
        &["body: tail ? unknown type word", "table2: knot"],
        &["type-unknown", "link-broken", "table-unreferenced"],
    );
}

#[test]
fn a_table_without_a_header_is_read_by_its_cells() {
    let page = |rows: &str| {
        format!("## 请求参数\n\n**表 1**  请求参数\n\n<a name=\"t\"></a>\n<table><tbody>{rows}</tbody></table>\n")
    };
    check(
        &page(
            "<tr><td>tail</td><td>是</td><td>String</td><td>尾。</td></tr><tr><td>knots</td><td>否</td><td>Integer</td><td>结。</td></tr>",
        ),
        &["body: tail, knots"],
        &[],
    );
    check(&page("<tr><td>tail</td><td>String</td><td>尾。</td></tr>"), &["body: tail"], &[]);
    check(&page("<tr><td>tail</td><td>red</td><td>尾。</td></tr>"), &[], &["table-unused"]);
}

#[test]
fn a_column_of_places_decides() {
    let page = |place: &str| {
        format!(
            "## 请求参数\n\n|参数|参数位置|是否必选|类型|说明|\n|--|--|--|--|--|\n|wind|{place}|否|String|风。|\n|tail|Body|否|String|尾。|\n|flag|Header|否|String|旗。|\n"
        )
    };
    check(&page("Query"), &["query: wind", "header: flag", "body: tail"], &[]);
    // A cell that is no place shows that the column is something else.
    check(&page("上"), &["body: wind, tail, flag"], &[]);
    // The same word heads the names where no other column does.
    check("## 请求参数\n\n|参数位置|是否必选|类型|说明|\n|--|--|--|--|\n|body|否|String|体。|\n", &["body: body"], &[]);
}

#[test]
fn scenarios_of_an_object_are_one_object() {
    let page = |caption: &str, second: &str| {
        format!(
            "## 请求参数\n\n**表 1**  请求参数\n\n{HEADER}|tail|是|Object|尾。|\n\n**表 2**  {caption}（晴天）\n\n{HEADER}|name|是|String|名。|\n|sun|是|String|日。|\n\n**表 3**  {second}（雨天）\n\n{HEADER}|name|是|String|名。|\n|rain|是|Object|雨。|\n|hat|否|String|帽。|\n\n**表 4**  rain字段说明\n\n{HEADER}|drop|是|String|滴。|\n"
        )
    };
    check(
        &page("tail字段说明", "tail字段说明"),
        &["body: tail -> tail", "tail: name, sun when 晴天, rain when 雨天 -> rain, hat", "rain: drop"],
        &[],
    );
    check(
        &page("tail字段说明", "bow字段说明"),
        &["body: tail -> tail", "tail: name, sun", "bow: name, rain -> rain, hat", "rain: drop"],
        &["table-unreferenced"],
    );
}

#[test]
fn examples_show_that_a_body_is_an_array() {
    let page = |example: &str| {
        format!("## 请求参数\n\n{HEADER}|key|是|String|键。|\n|value|否|String|值。|\n\n## 请求示例\n\n{example}\n")
    };
    check(&page("```\n[{\"key\":\"a\",\"value\":\"b\"},{\"key\":\"c\"}]\n```"), &["body array: key, value"], &[]);
    check(&page("```\n{\"key\":\"a\"}\n```"), &["body: key, value"], &[]);
    for example in [
        "```\n[{\"other\":\"a\"}]\n```",
        "```\n[\"a\"]\n```",
        "```\n[]\n```",
        "```\n[{\"key\":\"a\"}]\n```\n\n```\n{\"key\":\"a\"}\n```",
    ] {
        check(&page(example), &["body: key, value"], &["example-type-differs"]);
    }
}

#[test]
fn a_response_can_be_the_table_of_the_request() {
    let page = |link: &str| {
        format!(
            "## 请求参数\n\n**表 1**  请求参数\n\n<a name=\"t1\"></a>\n<table><thead><tr><th>参数</th><th>参数类型</th><th>描述</th></tr></thead><tbody><tr><td>knot</td><td>String</td><td>结。</td></tr></tbody></table>\n\n## 响应消息\n\n响应的说明请参见[这里]({link})。\n"
        )
    };
    check(&page("#t1"), &["body: knot", "response: knot"], &[]);
    check(&page("别处.md"), &["body: knot"], &["link-broken"]);
}
