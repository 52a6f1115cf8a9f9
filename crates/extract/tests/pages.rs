//! Rules, each on a small page of our own.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Extraction, Outcome, extract};
use tablature_pages::model::Format;
use tablature_spec::model::{Claim, Mandatory, Operation};

fn run(text: &str) -> Extraction {
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let context =
        Context { source: "zh-md", file: "pages/kite.md", digest: "0", keep_descriptions: false, library: None };
    extract(&page.expect("a page"), &context)
}

fn operation(extraction: &Extraction) -> &Operation {
    match &extraction.outcome {
        Outcome::Operations(operations) => operations.first().expect("an operation"),
        other => panic!("{other:?} {:#?}", extraction.diagnostics),
    }
}

/// Method, path, tables with rows, examples and statuses, one line each.
fn said(operation: &Operation) -> String {
    let mut out = format!("{} {}", operation.method, operation.path);
    for (name, value) in &operation.fixed_query {
        out.push_str(&format!(" {name}={value}"));
    }
    for other in &operation.alternates {
        out.push_str(&format!("\nalso {other}"));
    }
    for table in &operation.tables {
        let array = if table.array { " array" } else { "" };
        let scenario = table.scenario.as_ref().map(|scenario| format!(" {scenario}")).unwrap_or_default();
        out.push_str(&format!("\n[{}] {}{array}{scenario}", table.id, table.role.name()));
        for row in &table.rows {
            let kind = row.kind.as_ref().and_then(Claim::first).map_or("-", String::as_str);
            let flag = match row.mandatory.as_ref().and_then(Claim::first) {
                Some(Mandatory::Yes) => " yes",
                Some(Mandatory::No) => " no",
                Some(Mandatory::When(_)) => " when",
                None => "",
            };
            let condition =
                row.condition.as_ref().and_then(Claim::first).map(|c| format!(" ({c})")).unwrap_or_default();
            let table = row.table.as_ref().map(|table| format!(" -> {table}")).unwrap_or_default();
            let opaque = row.opaque.as_ref().map(|why| format!(" ? {why}")).unwrap_or_default();
            let derived = if row.at.is_empty() { " derived" } else { "" };
            out.push_str(&format!("\n{} {kind}{flag}{condition}{table}{opaque}{derived}", row.name));
        }
    }
    for example in &operation.examples {
        out.push_str(&format!("\n{}", example.kind.name()));
        for part in [&example.method, &example.url, &example.body].into_iter().flatten() {
            out.push(' ');
            out.push_str(&part.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        if let Some(status) = example.status {
            out.push_str(&format!(" {status}"));
        }
    }
    for status in &operation.statuses {
        out.push_str(&format!("\nstatus {}", status.code));
    }
    out
}

#[track_caller]
fn check(page: &str, expected: &str, codes: &[&str]) {
    let extraction = run(page);
    assert_eq!(said(operation(&extraction)), expected.trim());
    let found: Vec<&str> = extraction.diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(found, codes, "{:#?}", extraction.diagnostics);
    let counts = extraction.counts;
    assert_eq!(counts.rows, counts.rows_in_spec + counts.rows_unused, "{counts:?}");
    assert!(extraction.diagnostics.iter().all(|diagnostic| diagnostic.place.line > 0));
}

#[track_caller]
fn check_line(uri: &str, expected: &str, codes: &[&str]) {
    check(&format!("# 查风筝\n\n## URI\n\n{uri}\n\n## 响应消息\n\n无\n"), expected, codes);
}

#[test]
fn request_lines_in_all_layouts() {
    check_line("GET /v1/kites", "GET /v1/kites", &[]);
    check_line("-   URI格式\n\n    GET  /v1/kites\n", "GET /v1/kites", &[]);
    check_line("|请求方法|URI|\n|--|--|\n|GET|/v1/kites|\n", "GET /v1/kites", &[]);
    check_line("```\nGET /v1/kites\n```", "GET /v1/kites", &[]);
    check_line("-   PATH：/v1/kites\n-   Method：GET\n", "GET /v1/kites", &[]);
    check_line("-   Method: GET\n-   PATH: /v1/kites\n", "GET /v1/kites", &[]);
    check_line("GET https://\\{Kite Endpoint\\}/v1/kites", "GET /v1/kites", &[]);
    check_line("GET /v1/kites?action=fly", "GET /v1/kites action=fly", &[]);
    check_line(
        "GET /v1/kites\\[?colour, size\\]",
        "GET /v1/kites\n[query] query\ncolour - derived\nsize - derived",
        &["query-parameter-undeclared", "query-parameter-undeclared"],
    );
    check_line(
        "GET /v1/\\{project\\_id\\}/kites",
        "GET /v1/{project_id}/kites\n[path] path\nproject_id - derived",
        &["path-parameter-undeclared"],
    );
    check_line("GET /v2.1/kites\n\nGET /v2/kites", "GET /v2.1/kites\nalso GET /v2/kites", &["request-lines-several"]);
    check_line(
        "GET /v1/kites/\\{id\\}\n\n样例：\n\nGET https://kite/v1/kites/7",
        "GET /v1/kites/{id}\n[path] path\nid - derived\nrequest GET https://kite/v1/kites/7",
        &["path-parameter-undeclared"],
    );
}

#[test]
fn a_missing_method_comes_from_the_example() {
    check(
        "# 查风筝\n\n## URI\n\n/v1/kites\n\n## 请求示例\n\n```\nPUT https://kite/v1/kites\n```\n",
        "PUT /v1/kites\nrequest PUT https://kite/v1/kites",
        &["method-from-example"],
    );
}

#[track_caller]
fn check_not(page: &str, failed: bool, code: &str) {
    let extraction = run(page);
    assert_eq!(extraction.outcome == Outcome::Failed, failed, "{:?}", extraction.outcome);
    assert!(!matches!(extraction.outcome, Outcome::Operations(_)));
    assert_eq!(extraction.diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>(), [code]);
}

#[test]
fn pages_without_an_operation() {
    check_not("# 风筝概述\n\n风筝会飞。\n", false, "not-endpoint");
    check_not("# 构造请求\n\n## 请求URI\n\n```\nPOST https://iam/v3/auth/tokens\n```\n", false, "not-endpoint");
    check_not("# 常见问题\n\n## 操作步骤\n\nGET /v1/kites\n", false, "not-endpoint");
    check_not("# 查风筝\n\n## URI\n\n见上。\n\n## 响应消息\n\n无\n", true, "request-line-missing");
    check_not("# 查风筝\n\n## URI\n\n/v1/kites\n\n## 响应消息\n\n无\n", true, "method-missing");
    check_not("# 查风筝\n\n## URI\n\nGET /v1/\\{a/b\n\n## 响应消息\n\n无\n", true, "path-malformed");
}

#[test]
fn tables_go_where_section_caption_and_method_say() {
    check(
        r#"# 查风筝

## URI

GET /v1/\{project\_id\}/kites

**表 1**  参数说明

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|project_id|是|String|项目。|
|limit|否|Integer|个数。|

## 请求参数

**表 2**  请求Header参数

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|X-Auth-Token|是|String|令牌。|

**表 3**  请求参数

|参数|参数类型|是否必选|描述|
|--|--|--|--|
|colour|String|否（红色时必选）|颜色。|

## 响应参数

**状态码： 200**

**表 4**  响应Body参数

|参数|参数类型|描述|
|--|--|--|
|total|Integer|个数。|

**状态码： 404**

**表 5**  响应Body参数

|参数|参数类型|描述|
|--|--|--|
|error_code|String|码。|

## 状态码

|状态码|描述|
|--|--|
|200|好。|
|404 Not Found|无。|
"#,
        "GET /v1/{project_id}/kites
[path] path
project_id String yes
[query] query
limit Integer no
colour String no (红色时必选)
[header] header
X-Auth-Token String yes
[response] response
total Integer
[response.404] error
error_code String
status 200
status 404",
        &[],
    );
}

#[test]
fn objects_find_their_tables() {
    check(
        r##"# 建风筝

## URI

POST /v1/kites

## 请求参数

**表 1**  请求参数

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|tail|是|Object|尾巴，参见表2。|
|frame|否|Frame object|骨架。|
|lines|否|Array of objects|线。|
|extra|否|Object|其他。|
|spare|否|Wibble|未知。|

**表 2**  尾部

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|length|是|Integer|长度。|

**表 3**  Frame

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|parts|否|Array of Frame objects|部件。|

**表 4**  lines字段数据结构说明

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|width|是|Integer|宽。|

## 响应参数

无
"##,
        "POST /v1/kites
[body] body
tail Object yes -> tail
frame Frame object no -> Frame
lines Array of objects no -> lines
extra Object no ? no table describes it
spare Wibble no ? unknown type word
[tail] type
length Integer yes
[Frame] type
parts Array of Frame objects no -> Frame
[lines] type
width Integer yes",
        &["field-opaque", "type-unknown"],
    );
}

#[test]
fn links_win_over_names() {
    check(
        r##"# 建风筝

## URI

POST /v1/kites

## 请求参数

<a name="t1"></a>
<table><thead><tr><th>参数</th><th>是否必选</th><th>参数类型</th><th>描述</th></tr></thead>
<tbody><tr><td>kite</td><td>是</td><td><a href="#t3">Kite</a> object</td><td>风筝。</td></tr>
<tr><td>shop</td><td>是</td><td>Object</td><td>见<a href="店.md#t9">店</a>。</td></tr></tbody></table>

**表 2**  Kite

<a name="t2"></a>
<table><thead><tr><th>参数</th><th>是否必选</th><th>参数类型</th><th>描述</th></tr></thead>
<tbody><tr><td>wrong</td><td>是</td><td>String</td><td>旧。</td></tr></tbody></table>

**表 3**  Kite

<a name="t3"></a>
<table><thead><tr><th>参数</th><th>是否必选</th><th>参数类型</th><th>描述</th></tr></thead>
<tbody><tr><td>right</td><td>是</td><td>String</td><td>新。</td></tr></tbody></table>

## 响应参数

无
"##,
        "POST /v1/kites
[body] body
kite Kite object yes -> Kite
shop Object yes ? described on another page: 店.md#t9
[Kite] type
right String yes
[Kite.2] type
wrong String yes",
        &["field-opaque", "table-unreferenced"],
    );
}

#[test]
fn odd_rows_and_columns() {
    check(
        r#"# 建风筝

## URI

POST /v1/kites

## 请求参数

|名称|必选|类型|颜值|说明|
|--|--|--|--|--|
|colour|String|是|7|错位。|
|colour|是|String|7|重复。|
|用户自定义|否|String|7|键。|
|wind|有风时必选|String|7|风。|

## 响应参数

无
"#,
        "POST /v1/kites\n[body] body\ncolour String yes\nwind String when",
        &["column-unknown", "cells-shifted", "row-repeated", "row-unused", "mandatory-unknown"],
    );
}

#[test]
fn path_parameters_that_do_not_fit() {
    check(
        r#"# 查风筝

## URI

GET /v1/\{project\_id\}/kites

**表 1**  路径参数

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|projectId|是|String|项目。|
|colour|否|String|颜色。|

## 响应参数

无
"#,
        "GET /v1/{project_id}/kites\n[path] path\nproject_id String yes\n[query] query\ncolour String no",
        &["path-parameter-undeclared", "path-parameter-unused"],
    );
}

#[test]
fn the_row_that_is_left_is_the_placeholder_that_is_left() {
    let page = |rows: &str, more: &str| {
        format!(
            "# 查风筝\n\n## URI\n\nGET /v1/{{project_id}}/kites/{{kite_id}}\n\n|名称|是否必选|描述|\n|--|--|--|\n|project_id|是|项目。|\n{rows}\n## 请求示例\n\n{more}\n\n## 响应参数\n\n无\n"
        )
    };
    check(
        &page("|flyer_id|是|编号。|\n", ""),
        "GET /v1/{project_id}/kites/{kite_id}\n[path] path\nproject_id - yes\nkite_id - yes",
        &["path-parameter-undeclared"],
    );
    // An optional row is a query parameter, and so is one that ends in another word.
    check(
        &page("|flyer_id|否|编号。|\n", ""),
        "GET /v1/{project_id}/kites/{kite_id}\n[path] path\nproject_id - yes\nkite_id - derived\n[query] query\nflyer_id - no",
        &["path-parameter-undeclared"],
    );
}

#[test]
fn what_only_an_example_sends_is_a_query_parameter() {
    let page = "# 查风筝\n\n## URI\n\nGET /v1/kites?colour={colour}\n\n|名称|是否必选|描述|\n|--|--|--|\n|colour|否|颜色。|\n|project_id|是|项目。|\n\n## 请求示例\n\n```\nGET https://h/v1/kites?colour=red&limit=3\n```\n\n```\nGET https://h/v1/lines?knot=3\n```\n\n## 响应参数\n\n无\n";
    check(
        page,
        "GET /v1/kites\n[query] query\ncolour - no\nlimit - derived\nrequest GET https://h/v1/kites?colour=red&limit=3\nrequest GET https://h/v1/lines?knot=3",
        &["path-parameter-unused", "query-parameter-undeclared"],
    );
}

#[test]
fn a_table_with_nothing_but_free_keys_makes_a_map() {
    let page = |row: &str| {
        format!(
            "# 建风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求参数\n\n|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n|marks|否|Object|标记，请参见表2。|\n\n**表 2**  marks字段数据结构说明\n\n|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n{row}\n## 响应参数\n\n无\n"
        )
    };
    let extraction = run(&page("|用户自定义|否|String|标记的值。|\n"));
    let rows = &operation(&extraction).tables.first().expect("a table").rows;
    assert_eq!(rows.first().and_then(|row| row.map.as_deref()), Some("String"));
    check(
        &page("|用户自定义|否|String|标记的值。|\n"),
        "POST /v1/kites\n[body] body\nmarks Object no ? keys of the caller's choice",
        &[],
    );
    // Beside named rows it is said.
    check(
        &page("|用户自定义|否|String|标记的值。|\n|name|否|String|名。|\n"),
        "POST /v1/kites\n[body] body\nmarks Object no -> marks\n[marks] type\nname String no",
        &["row-unused"],
    );
}

#[test]
fn examples_in_their_layouts() {
    check(
        r#"# 放风筝

## URI

POST /v1/kites

## 请求示例

```
POST https://{endpoint}/v1/kites
```

```
{ "colour": "red", }
```

## 响应示例

**状态码： 200**

```
{ "id": 7 }
```

**状态码： 403**

```
{ "error_code": "K.1", "error_msg": "no" }
```

**状态码： 204**

无
"#,
        r#"POST /v1/kites
request POST https://{endpoint}/v1/kites { "colour": "red" }
success { "id": 7 } 200
failure { "error_code": "K.1", "error_msg": "no" } 403
success 204"#,
        &["example-repaired"],
    );
    check(
        "# 放风筝\n\n## URI\n\nPOST /v1/kites\n\n## 示例\n\n-   请求\n\n    ```\n    POST /v1/kites\n    {\"a\": 1}\n    ```\n\n-   成功响应\n\n    HTTP状态码 204\n\n-   失败响应\n\n    HTTP状态码 400\n\n    ```\n    oops {\n    ```\n",
        "POST /v1/kites\nrequest POST /v1/kites {\"a\": 1}\nsuccess 204\nfailure 400",
        &["example-unused"],
    );
}

#[test]
fn a_body_belongs_to_every_line_of_the_block_before() {
    check(
        "# 放风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求示例\n\n```\nPOST /v2/kites\nPOST /v1/kites\n```\n\n```\n{ \"a\": 1 }\n```\n",
        "POST /v1/kites\nrequest POST /v2/kites { \"a\": 1 }\nrequest POST /v1/kites { \"a\": 1 }",
        &[],
    );
}

#[test]
fn a_body_that_is_an_array() {
    check(
        "# 改风筝\n\n## URI\n\nPATCH /v1/kites\n\n## 请求消息\n\n|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n|*[数组]*|是|Array of objects|参见表2。|\n\n**表 2**  数组元素字段\n\n|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n|op|是|String|操作。|\n\n## 响应消息\n\n无\n",
        "PATCH /v1/kites\n[body] body array\nop String yes",
        &[],
    );
}

#[test]
fn marks_of_the_operation() {
    let page = "# 放风筝（废弃）<a name=\"kite_0007\"></a>\n\n## 功能介绍<a name=\"section7\"></a>\n\n此接口为异步接口。\n\n## 调试\n\n您可以在[API Explorer](https://apiexplorer.example.com/doc?product=KITE&api=FlyKite)中调试。\n\n## URI\n\nPOST /v1/kites\n\n## 响应消息\n\n无\n";
    let extraction = run(page);
    let operation = operation(&extraction);
    assert!(operation.asynchronous && operation.deprecated);
    assert_eq!(operation.explorer, Some(Claim::Agreed("FlyKite".to_string())));
    assert_eq!(operation.name, "fly_kite");
    let source = operation.sources.first().expect("a source");
    assert_eq!(source.page_id.as_deref(), Some("kite_0007"));
    assert_eq!((source.language.as_str(), source.format.as_str()), ("zh", "md"));
    assert_eq!(operation.at.first().map(|at| at.line), Some(13));
}

/// Input that would hurt a careless reader: each within seconds in a debug build.
#[test]
fn hostile_pages_end_in_time() {
    let head = "# 查风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求参数\n\n";
    let table = "|参数|是否必选|参数类型|描述|\n|--|--|--|--|\n";
    let rows: String = (0..100_000).map(|n| format!("|k{n}|是|Object|参见表{n}。|\n")).collect();
    let extraction = run(&format!("{head}{table}{rows}"));
    assert_eq!(extraction.counts.rows_in_spec, 100_000);
    let many: String =
        (0..10_000).map(|n| format!("**表 {n}**  Kite\n\n{table}|kite|是|Kite object|风。|\n\n")).collect();
    let extraction = run(&format!("{head}{many}"));
    assert_eq!(extraction.counts.rows_in_spec, 10_000);
    let lines: String = (0..20_000).map(|n| format!("GET /v1/kites{n}\n\n")).collect();
    let _ = run(&format!("# 查风筝\n\n## URI\n\n{lines}\n\n## 响应参数\n\n无\n"));
    let _ = run(&format!("{head}{table}|a|是|String|{}|\n", "默认值为".repeat(200_000)));
    let _ = run(&format!("{head}```\n{}\n```\n", "{\"a\": [".repeat(100_000)));
}

#[test]
fn an_english_page_with_lists_and_labels() {
    let page = r#"# Stopping a Kite

## Function

This API is used to stop a kite. Calling this API is an asynchronous operation.

## URI

POST /v1/{project_id}/kites/{kite_id}/stop

**Table 1** Path Parameters

|Parameter|Mandatory|Type|Description|
|--|--|--|--|
|project_id|Yes|String|Project.|
|kite_id|Yes|Long|Kite.|

## Request Body

**Table 2** Request body parameters

|Parameter|Type|Mandatory|Description|
|--|--|--|--|
|host_path|Object|No|Place.|
|wind|String|Yes (unless calm)|The options are as follows: high, low. The default value is **low**.|

**Table 3** host_path parameters

|Parameter|Type|Mandatory|Description|
|--|--|--|--|
|path|String|Yes|Contains 1 to 64 characters.|

## Samples

-   Sample request

    ```
    POST https://kite/v1/7/kites/7/stop
    ```

-   Successful sample response

    ```
    { }
    ```

-   Failed sample response

    ```
    { "is_success": false, "error_message": "no" }
    ```

## Status Codes

See Status Codes.
"#;
    check(
        page,
        r#"POST /v1/{project_id}/kites/{kite_id}/stop
[path] path
project_id String yes
kite_id Long yes
[body] body
host_path Object no -> host_path
wind String yes (unless calm)
[host_path] type
path String yes
request POST https://kite/v1/7/kites/7/stop
success { }
failure { "is_success": false, "error_message": "no" }"#,
        &[],
    );
    let extraction = run(page);
    let operation = operation(&extraction);
    assert_eq!(operation.name, "stop_kite");
    assert!(operation.asynchronous);
    let body = operation.table("body").expect("a body");
    let wind = body.rows.iter().find(|row| row.name == "wind").expect("a row");
    assert_eq!(wind.facts.default, Some(Claim::Agreed("low".to_string())));
}

#[test]
fn one_of_several_tables_is_said_to_be_so() {
    check(
        r##"# 放风筝

## URI

POST /v1/kites

## 请求参数

<table><thead><tr><th>参数</th><th>是否必选</th><th>参数类型</th><th>描述</th></tr></thead>
<tbody><tr><td>kind</td><td>是</td><td>Object</td><td>见<a href="#a1">表2</a>、<a href="#a2">表3</a>、<a href="#a3">表4</a>。</td></tr></tbody></table>

**表 2**  Red节点

<a name="a1"></a>
<table><thead><tr><th>参数</th><th>参数类型</th><th>描述</th></tr></thead><tbody><tr><td>a</td><td>String</td><td>一。</td></tr></tbody></table>

**表 3**  Blue节点

<a name="a2"></a>
<table><thead><tr><th>参数</th><th>参数类型</th><th>描述</th></tr></thead><tbody><tr><td>b</td><td>String</td><td>二。</td></tr></tbody></table>

**表 4**  Green节点

<a name="a3"></a>
<table><thead><tr><th>参数</th><th>参数类型</th><th>描述</th></tr></thead><tbody><tr><td>c</td><td>String</td><td>三。</td></tr></tbody></table>

## 响应参数

无
"##,
        "POST /v1/kites
[body] body
kind Object yes ? described by one of several tables: red, blue, green
[red] type
a String
[blue] type
b String
[green] type
c String",
        &["field-opaque"],
    );
}

#[test]
fn scenarios_of_one_body() {
    check(
        r#"# 做风筝

## URI

POST /v1/kites

## 请求消息

-   用纸制作时的请求参数

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|paper|是|String|纸。|
|tags|否|Array of objects|标签。|

-   用布制作时的请求参数

|参数|是否必选|参数类型|描述|
|--|--|--|--|
|cloth|是|String|布。|

## 响应消息

无
"#,
        "POST /v1/kites
[body] body
paper String yes
tags Array of objects no ? no table describes it
[body.2] body 用布制作时的请求参数
cloth String yes",
        &["field-opaque"],
    );
}

#[test]
fn descriptions_are_copied_only_on_demand() {
    let text = "# 查风筝\n\n## URI\n\nGET /v1/kites\n\n|参数|参数类型|描述|\n|--|--|--|\n|limit|Integer|个数。|\n\n## 响应消息\n\n无\n";
    let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
    let page = page.expect("a page");
    for (keep, expected) in [(false, None), (true, Some(Claim::Agreed("个数。".to_string())))] {
        let context = Context { source: "zh-md", file: "kite.md", digest: "0", keep_descriptions: keep, library: None };
        let extraction = extract(&page, &context);
        let row = operation(&extraction).tables.first().and_then(|table| table.rows.first()).expect("a row");
        assert_eq!(row.description, expected);
    }
}

#[test]
fn a_list_tells_the_language_of_a_page_without_headings() {
    let language = |text: &str| {
        let (page, _) = tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown));
        tablature_extract::sections::language(&page.expect("a page"))
    };
    assert_eq!(language("# API\n\n-   **[放风筝](a.md)**  \n\n-   **[收风筝](b.md)**  \n"), "zh");
    assert_eq!(language("# API\n\n-   **[Flying a Kite](a.md)**  \n"), "en");
    assert_eq!(language("# Kites\n\n## URI\n\n放 GET /v1/kites\n"), "en");
}
