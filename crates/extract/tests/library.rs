//! Schemas on other pages of the input: fields and sections that only refer to them.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;

use tablature_extract::{Context, Extraction, Library, Outcome, extract, library};
use tablature_pages::model::{Format, Page};
use tablature_spec::model::{Claim, Operation};

fn page(file: &str, text: &str) -> Page {
    let format = if file.ends_with(".rst") { Format::Rst } else { Format::Markdown };
    tablature_pages::read(file, text.as_bytes(), Some(format)).0.expect("a page")
}

/// Extracts the first page with all pages in the library.
fn run(pages: &[(&str, &str)]) -> Extraction {
    let mut library = Library::new(pages.iter().map(|(file, _)| *file));
    for (file, text) in pages {
        let page = page(file, text);
        library.label(file, library::labels(&page));
        library.lend(file, format!("digest of {file}"), page);
    }
    let (file, text) = pages.first().expect("a page");
    let page = page(file, text);
    let context = Context { source: "zh-md", file, digest: "0", keep_descriptions: false, library: Some(&library) };
    extract(&page, &context)
}

fn operation(extraction: &Extraction) -> &Operation {
    match &extraction.outcome {
        Outcome::Operations(operations) => operations.first().expect("an operation"),
        other => panic!("{other:?} {:#?}", extraction.diagnostics),
    }
}

/// Tables and rows with their places, the pages behind the places, and the codes of what was said.
fn said(extraction: &Extraction) -> String {
    let operation = operation(extraction);
    let mut out = String::new();
    for table in &operation.tables {
        out.push_str(&format!("[{}] {}\n", table.id, table.role.name()));
        for row in &table.rows {
            let kind = row.kind.as_ref().and_then(Claim::first).map_or("-", String::as_str);
            let to = row.table.as_ref().map(|id| format!(" -> {id}")).unwrap_or_default();
            let opaque = row.opaque.as_ref().map(|_| " ?").unwrap_or_default();
            let at: Vec<String> = row.at.iter().map(ToString::to_string).collect();
            out.push_str(&format!("{} {kind}{to}{opaque} {}\n", row.name, at.join(" ")));
        }
    }
    for source in &operation.sources {
        out.push_str(&format!("{} {} {:?}\n", source.name, source.file, source.of));
    }
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    for diagnostic in &extraction.diagnostics {
        *codes.entry(diagnostic.code.id).or_default() += 1;
    }
    for (code, count) in codes {
        out.push_str(&format!("{code} {count}\n"));
    }
    out
}

#[track_caller]
fn check(pages: &[(&str, &str)], expected: &str) {
    let extraction = run(pages);
    assert_eq!(said(&extraction).trim(), expected.trim(), "{:#?}", extraction.diagnostics);
    let counts = extraction.counts;
    assert_eq!(counts.rows, counts.rows_in_spec + counts.rows_unused, "{counts:?}");
}

const KITE: &str = "# 放飞风筝

## URI

POST /v1/kites

## 请求参数

**表 1**  请求Body参数

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| line | 否 | Object | 风筝线，请参见[表1](形状.md#table7)。 |
| tail | 否 | Object | 尾巴，请参见[尾巴](sub/形状2.md#section9)。 |
| wind | 否 | Object | 风，请参见[风](风.md)。 |
| sun | 否 | Object | 太阳，请参见[太阳](太阳.md#table1)。 |
";

#[test]
fn fields_take_tables_sections_and_single_tables_of_other_pages() {
    let shapes = "# 形状

## 线

<a name=\"table7\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| length | Integer | 长度。 |
| knot | Object | 结，请参见[表2](#table8)。 |

<a name=\"table8\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| kind | String | 种类。 |
| line | Object | 又是线，请参见[表1](#table7)。 |
";
    let more = "# 形状2

## 尾巴<a name=\"section9\"></a>

说明。

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| colour | String | 颜色。 |
";
    let wind = "# 风

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| speed | Integer | 速度。 |
";
    check(
        &[("a/放飞.md", KITE), ("a/形状.md", shapes), ("b/形状2.md", more), ("a/风.md", wind)],
        "
[body] body
line Object -> line zh-md:13
tail Object -> tail zh-md:14
wind Object -> wind zh-md:15
sun Object ? zh-md:16
[line] type
length Integer zh-md.2:9
knot Object -> knot zh-md.2:10
[knot] type
kind String zh-md.2:16
line Object -> line zh-md.2:17
[tail] type
colour String zh-md.3:9
[wind] type
speed Integer zh-md.4:5
zh-md a/放飞.md None
zh-md.2 a/形状.md Some(\"zh-md\")
zh-md.3 b/形状2.md Some(\"zh-md\")
zh-md.4 a/风.md Some(\"zh-md\")
field-opaque 1
link-broken 1
",
    );
}

#[test]
fn the_copy_on_the_own_page_wins() {
    let kite = "# 放飞风筝

## URI

POST /v1/kites

## 请求参数

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| line | 否 | Object | 请参见[表9](创建.md#table9)。 |
| tail | 否 | Object | 请参见[表10](创建.md#table10)。 |

**表 2**  line字段数据结构说明

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| length | 否 | Integer | 长度。 |
| colour | 否 | String | 颜色。 |

**表 3**  tail字段数据结构说明

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| wool | 否 | String | 毛。 |
";
    let create = "# 创建风筝

**表 9**  line字段数据结构说明

<a name=\"table9\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| length | Integer | 长度。 |
| knot | String | 结。 |

**表 10**  tail字段数据结构说明

<a name=\"table10\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| bows | Integer | 蝴蝶结。 |
";
    check(
        &[("放飞.md", kite), ("创建.md", create)],
        "
[body] body
line Object -> line zh-md:11
tail Object -> tail zh-md:12
[line] type
length Integer zh-md:18
colour String zh-md:19
[tail] type
bows Integer zh-md.2:18
[tail.2] type
wool String zh-md:25
zh-md 放飞.md None
zh-md.2 创建.md Some(\"zh-md\")
table-unreferenced 1
",
    );
}

#[test]
fn sections_take_the_tables_of_the_page_that_they_refer_to() {
    let kite = "# 放飞风筝

## URI

POST /v1/kites

## 请求参数

参考[创建风筝](创建.md)的请求参数。

## 响应参数

请参考[响应（任务类）](任务.md)。
";
    let create = "# 创建风筝

## URI

POST /v1/kites/new

## 请求参数

**表 1**  请求Body参数

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| name | 是 | String | 名称。 |

## 响应参数

**表 2**  响应Body参数

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| id | String | 编号。 |
";
    let task = "# 响应（任务类）

-   正常响应要素说明

    | 名称 | 参数类型 | 说明 |
    | --- | --- | --- |
    | job_id | String | 任务。 |

-   异常响应要素说明

    | 名称 | 参数类型 | 说明 |
    | --- | --- | --- |
    | error | Object | 错误，请参见表1。 |

    **表 1**  error数据结构

    | 名称 | 参数类型 | 说明 |
    | --- | --- | --- |
    | code | String | 编码。 |
";
    check(
        &[("放飞.md", kite), ("创建.md", create), ("任务.md", task)],
        "
[body] body
name String zh-md.2:13
[response] response
job_id String zh-md.3:7
[error] error
error Object -> error.error zh-md.3:13
[error.error] type
code String zh-md.3:19
zh-md 放飞.md None
zh-md.2 创建.md Some(\"zh-md\")
zh-md.3 任务.md Some(\"zh-md\")
",
    );
}

#[test]
fn pages_that_refer_to_each_other_end() {
    let kite = "# 放飞风筝

## URI

POST /v1/kites

## 请求参数

| 参数 | 是否必选 | 参数类型 | 描述 |
| --- | --- | --- | --- |
| a | 否 | Object | 请参见[甲](甲.md#a)。 |
";
    let a = "# 甲

<a name=\"a\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| b | Object | 请参见[乙](乙.md#b)。 |
";
    let b = "# 乙

<a name=\"b\"></a>

| 参数 | 参数类型 | 描述 |
| --- | --- | --- |
| a | Object | 请参见[甲](甲.md#a)。 |
";
    check(
        &[("放飞.md", kite), ("甲.md", a), ("乙.md", b)],
        "
[body] body
a Object -> a zh-md:11
[a] type
b Object -> b zh-md.2:7
[b] type
a Object -> a zh-md.3:7
zh-md 放飞.md None
zh-md.2 甲.md Some(\"zh-md\")
zh-md.3 乙.md Some(\"zh-md\")
",
    );
}

#[test]
fn labels_of_restructuredtext_hold_for_the_whole_input() {
    let kite = "Flying a Kite
=============

URI
---

POST /v1/kites

Request Parameters
------------------

.. table:: **Table 1** Request body parameters

   ========= ========= ====== ==================================
   Parameter Mandatory Type   Description
   ========= ========= ====== ==================================
   line      No        Object See :ref:`Table 3 <shapes__Line>`.
   ========= ========= ====== ==================================
";
    let shapes = "Shapes
======

.. _shapes__line:

.. table:: **Table 3** Line

   ========= ======= ===========
   Parameter Type    Description
   ========= ======= ===========
   length    Integer Length.
   ========= ======= ===========
";
    check(
        &[("api/kite.rst", kite), ("data/shapes.rst", shapes)],
        "
[body] body
line Object -> line zh-md:17
[line] type
length Integer zh-md.2:11
zh-md api/kite.rst None
zh-md.2 data/shapes.rst Some(\"zh-md\")
",
    );
}

#[test]
fn without_a_library_the_links_are_told() {
    let page = page("放飞.md", KITE);
    let context = Context { source: "zh-md", file: "放飞.md", digest: "0", keep_descriptions: false, library: None };
    let extraction = extract(&page, &context);
    assert_eq!(extraction.wanted, ["形状.md#table7", "sub/形状2.md#section9", "风.md", "太阳.md#table1"]);
    assert_eq!(operation(&extraction).sources.len(), 1);
}
