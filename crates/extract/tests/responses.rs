//! What a page shows of its responses: labels, statuses and bodies, each on a small page of our own.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Outcome, extract};
use tablature_pages::model::Format;

/// Tables with their roles and rows, then examples with status and body.
#[track_caller]
fn check(sections: &str, expected: &[&str], codes: &[&str]) {
    let text = format!("# 放风筝\n\n## URI\n\nPOST /v1/kites\n\n{sections}");
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    let extraction = extract(&page.expect("a page"), &context);
    let Outcome::Operations(operations) = &extraction.outcome else { panic!("{:?}", extraction.outcome) };
    let operation = operations.first().expect("an operation");
    let mut found = Vec::new();
    for table in &operation.tables {
        let names: Vec<&str> = table.rows.iter().map(|row| row.name.as_str()).collect();
        found.push(format!("[{}] {}: {}", table.id, table.role.name(), names.join(" ")));
    }
    for example in &operation.examples {
        let status = example.status.map(|code| format!(" {code}")).unwrap_or_default();
        let body = example.body.as_deref().map(|body| format!(" {body}")).unwrap_or_default();
        found.push(format!("{}{status}{body}", example.kind.name()));
    }
    assert_eq!(found, expected, "{:#?}", extraction.diagnostics);
    let said: Vec<&str> = extraction.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(said, codes, "{:#?}", extraction.diagnostics);
}

fn block(label: &str, code: &str) -> String {
    format!("-   {label}\n\n    ```\n    {}\n    ```\n\n", code.replace('\n', "\n    "))
}

#[test]
fn a_request_that_succeeds_is_shown_by_its_response() {
    let both = block("请求成功样例", "{\"a\": 1}")
        + &block("请求失败样例", "{\"errorCode\": \"K.1\", \"errorMessage\": \"no\"}");
    let expected = ["success {\"a\": 1}", "failure {\"errorCode\": \"K.1\", \"errorMessage\": \"no\"}"];
    for section in ["响应消息", "示例"] {
        check(&format!("## {section}\n\n{both}"), &expected, &[]);
    }
    check(&format!("## 响应消息\n\n{}", block("请求样例", "{\"a\": 1}")), &["success {\"a\": 1}"], &[]);
    check(&format!("## 响应消息\n\n{}", block("请求样例", "POST /v1/kites\n{\"a\": 1}")), &["request {\"a\": 1}"], &[]);
}

#[test]
fn the_table_of_a_failure_is_no_success() {
    let table = |names: &[&str]| {
        let rows: String = names.iter().map(|name| format!("    |{name}|String|x|\n")).collect();
        format!("    |参数|参数类型|描述|\n    |--|--|--|\n{rows}\n")
    };
    for (good, bad) in [
        ("正常响应", "异常"),
        ("正常响应", "失败响应"),
        ("正常", "错误响应"),
        ("Normal response", "Failure response"),
        ("Normal response", "Abnormal"),
    ] {
        let page = format!(
            "## 响应消息\n\n-   {good}\n\n{}-   {bad}\n\n{}",
            table(&["id"]),
            table(&["error_code", "error_msg"])
        );
        check(&page, &["[response] response: id", "[error] error: error_code error_msg"], &[]);
    }
    check(
        &format!("## 响应示例\n\n{}", block("失败响应", "{\"a\": 1}") + &block("异常", "{\"b\": 1}")),
        &["failure {\"a\": 1}", "failure {\"b\": 1}"],
        &[],
    );
}

#[test]
fn a_response_without_a_body_says_its_status_in_brackets() {
    check("## 响应示例\n\n```\n无（STATUS CODE 204）\n```\n", &["success 204"], &[]);
    check("## 响应示例\n\n无（STATUS CODE 204）\n", &["success 204"], &[]);
    check(&format!("## 响应消息\n\n{}", block("响应样例", "None (Status Code: 204)")), &["success 204"], &[]);
}

#[test]
fn a_block_can_show_several_documents() {
    let failure = "{\"error_code\": \"K.1\", \"error_msg\": \"no\"}";
    let shown = ["success {\"id\": 1}", "failure {\"error_code\": \"K.1\", \"error_msg\": \"no\"}"];
    check(&format!("## 响应示例\n\n```\n{{\"id\": 1}}\n\n{failure}\n```\n"), &shown, &[]);
    check(&format!("## 响应示例\n\n```\n{{\"id\": 1}}{failure}\n```\n"), &shown, &[]);
    check(
        &format!("## 响应示例\n\n```\nHTTP/1.1 200 OK\n{{\"id\": 1}}\nHTTP/1.1 404 Not Found\n{failure}\n```\n"),
        &["success 200 {\"id\": 1}", "failure 404 {\"error_code\": \"K.1\", \"error_msg\": \"no\"}"],
        &[],
    );
    check(
        "## 响应示例\n\n```\n成功响应：\n{\"id\": 1}\n失败响应：\n{\"reason\": \"no\"}\n```\n",
        &["success {\"id\": 1}", "failure {\"reason\": \"no\"}"],
        &[],
    );
    check(
        "## 请求示例\n\n```\nPOST /v1/kites\n{\"a\": 1}\n\nPOST /v1/kites\n{\"a\": 2}\n```\n",
        &["request {\"a\": 1}", "request {\"a\": 2}"],
        &[],
    );
    // What follows is no document, so it was a slip in the first one.
    check("## 响应示例\n\n```\n{\"id\": 1}}\n```\n", &["success {\"id\": 1}"], &["example-repaired"]);
    check("## 响应示例\n\n```\n{\"id\": 1},\n{\"id\": 2}\n```\n", &["success {\"id\": 1}"], &["example-repaired"]);
}
