//! Columns of constraints: flags in one table, ranges and lengths in another.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Outcome, extract};
use tablature_pages::model::Format;
use tablature_spec::model::{Claim, Mandatory};

/// The rows of the body with flag, condition, type and limits.
#[track_caller]
fn check(table: &str, expected: &[&str]) {
    let text = format!("# 放风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求参数\n\n**表 1**  请求Body参数\n\n{table}\n");
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    let extraction = extract(&page.expect("a page"), &context);
    let Outcome::Operations(operations) = &extraction.outcome else { panic!("{:?}", extraction.outcome) };
    let table = operations.first().expect("an operation").tables.first().expect("a table");
    let found: Vec<String> = table
        .rows
        .iter()
        .map(|row| {
            let flag = match row.mandatory.as_ref().and_then(Claim::first) {
                Some(Mandatory::Yes) => "yes",
                Some(Mandatory::No) => "no",
                Some(Mandatory::When(_)) => "when",
                None => "-",
            };
            let facts = &row.facts;
            let limits = [&row.condition, &facts.min, &facts.max, &facts.max_length, &facts.default];
            let limits: Vec<&str> =
                limits.into_iter().map(|claim| claim.as_ref().and_then(Claim::first).map_or("-", |v| v)).collect();
            format!("{} {flag} {}", row.name, limits.join(" "))
        })
        .collect();
    assert_eq!(found, expected, "{:#?}", extraction.diagnostics);
    assert!(table.rows.iter().all(|row| row.opaque.is_none()), "{:#?}", extraction.diagnostics);
}

#[test]
fn constraints_beside_flags_are_limits() {
    check(
        "|参数|是否必选|类型|约束|说明|\n|--|--|--|--|--|\n|tail|是|Integer|取值范围：1-100|尾巴。|\n",
        &["tail yes - 1 100 - -"],
    );
    check(
        "|Parameter|Mandatory|Type|Constraints|Description|\n|--|--|--|--|--|\n|tail|Yes|Integer|Value range: 1 to 9|Tail.|\n",
        &["tail yes - 1 9 - -"],
    );
}

#[test]
fn constraints_without_flags_are_limits() {
    check(
        "|属性|类型|CRUD|默认值|约束|备注|\n|--|--|--|--|--|--|\n|id|uuid-str|R|自动生成|N/A|标识。|\n|name|String|CRU|N/A|0-255个字符|名。|\n|flies|Bool|CRU|true|{true, false}|飞。|\n",
        &["id - - - - - -", "name - - - - 255 -", "flies - - - - - true"],
    );
}

#[test]
fn constraints_that_begin_with_flags_are_flags() {
    check(
        "|参数|类型|约束|说明|\n|--|--|--|--|\n|tail|Integer|是|尾巴。|\n|name|String|否（有风时必选）|名。|\n",
        &["tail yes - - - - -", "name no 有风时必选 - - - -"],
    );
}
