//! The media types of bodies, each on a small page of our own.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Outcome, extract};
use tablature_pages::model::Format;
use tablature_spec::model::{Claim, Operation};

fn operation(tables: &str, request: &str) -> Operation {
    let text = format!(
        "# 放风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求参数\n\n{tables}\n\n## 请求示例\n\n```\n{request}\n```\n\n## 状态码\n\n\
        | 状态码 | 描述 |\n| -- | -- |\n| 201 | 成功。 |\n"
    );
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    match extract(&page.expect("a page"), &context).outcome {
        Outcome::Operations(operations) => operations.into_iter().next().expect("an operation"),
        other => panic!("{other:?}"),
    }
}

const BODY: &str = "**表 2**  请求Body参数\n\n| 参数 | 是否必选 | 参数类型 | 描述 |\n| -- | -- | -- | -- |\n| kite | 是 | String | 风筝。 |\n";

fn header(description: &str) -> String {
    format!(
        "**表 1**  请求Header参数\n\n| 参数 | 是否必选 | 参数类型 | 描述 |\n| -- | -- | -- | -- |\n\
        | Content-Type | 是 | String | {description} |\n\n"
    )
}

#[track_caller]
fn check(tables: &str, request: &str, expected: Option<&str>) {
    assert_eq!(operation(tables, request).media_type.as_deref(), expected);
}

#[test]
fn rows_name_media_types() {
    let line = "POST https://{Endpoint}/v1/kites";
    check(BODY, line, None);
    check(&(header("application/json;charset=utf8") + BODY), line, None);
    check(
        &(header("取值为application/x-www-form-urlencoded。") + BODY),
        line,
        Some("application/x-www-form-urlencoded"),
    );
    check(&(header("Application/Merge-Patch + JSON.") + BODY), line, Some("application/merge-patch+json"));
    // There is nothing that could be of the type.
    check(&header("text/plain"), line, None);
    let form = BODY.replace("Body", "FormData");
    check(&form, line, Some("multipart/form-data"));
    check(&(header("application/x-www-form-urlencoded") + &form), line, Some("application/x-www-form-urlencoded"));
}

#[test]
fn examples_show_media_types() {
    let line = "POST https://{Endpoint}/v1/kites";
    let sent = format!("{line}\nContent-Type: application/kite-patch+json\n\n{{\"kite\": \"a\"}}");
    check(BODY, &sent, Some("application/kite-patch+json"));
    check(&(header("application/json") + BODY), &sent, Some("application/kite-patch+json"));
    check(
        BODY,
        &sent.replace("Content-Type: application/kite-patch+json", "\"Content-Type:application/kite+json\""),
        Some("application/kite+json"),
    );
    // What is shown is JSON, whatever it is called.
    check(BODY, &sent.replace("application/kite-patch+json", "text/plain"), None);
}

#[test]
fn the_slash_of_a_media_type_does_not_part_two_values() {
    let values = |description: &str| {
        let tables = header(description) + BODY;
        let operation = operation(&tables, "POST https://{Endpoint}/v1/kites");
        let row = operation.tables.iter().flat_map(|table| &table.rows).find(|row| row.name == "Content-Type").cloned();
        row.and_then(|row| row.facts.values).as_ref().and_then(Claim::first).cloned()
    };
    assert_eq!(values("取值如下：application/x-www-form-urlencoded"), None);
    let both = ["text/plain", "application/json"].map(str::to_string).to_vec();
    assert_eq!(values("取值如下：text/plain、application/json"), Some(both));
}
