//! Pages that want to take for ever: time grows with the page and not with its square.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use tablature_extract::{Context, Extraction, Library, extract};
use tablature_pages::model::{Format, Page};

fn read(text: &str) -> Page {
    tablature_pages::read("kite.md", text.as_bytes(), Some(Format::Markdown)).0.expect("a page")
}

fn run(page: &Page) -> Extraction {
    let context = Context { source: "zh-md", file: "kite.md", digest: "0", keep_descriptions: false, library: None };
    extract(page, &context)
}

/// Extracts a page of a size at which more than linear time would be minutes: the test ends or it does not.
#[track_caller]
fn check(size: usize, make: impl Fn(usize) -> String) {
    let found = run(&read(&make(size * 4)));
    assert!(!matches!(found.outcome, tablature_extract::Outcome::Failed), "{:?}", found.diagnostics.first());
}

const HEAD: &str = "# 风筝\n\n## URI\n\nPOST /v1/kites\n\n## 请求参数\n\n";
const COLUMNS: &str = "| 参数 | 是否必选 | 参数类型 | 描述 |\n| --- | --- | --- | --- |\n";

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn many_rows() {
    check(5_000, |n| format!("{HEAD}{COLUMNS}{}", lines(n, |n| format!("| k{n} | 否 | Object | 请参见表{n}。 |\n"))));
}

#[test]
fn many_tables_of_one_name() {
    let table =
        |n: usize| format!("\n**表 {n}**  kite数据结构\n\n{COLUMNS}| kite | 否 | Array of kite objects | 风筝。 |\n");
    check(1_000, |n| format!("{HEAD}{}", lines(n, table)));
}

#[test]
fn many_links() {
    let row = |n: usize| {
        let links: String = (0..40).map(|link| format!("[表](#t{})", n * 40 + link)).collect();
        format!("| k{n} | 否 | Object | {links} |\n")
    };
    check(400, |n| format!("{HEAD}{COLUMNS}{}", lines(n, row)));
}

#[test]
fn a_long_chain_of_types() {
    let table =
        |n: usize| format!("\n<a name=\"t{n}\"></a>\n\n{COLUMNS}| k{n} | 否 | Object | 请参见[表](#t{}). |\n", n + 1);
    check(1_000, |n| format!("{HEAD}{}", lines(n, table)));
}

#[test]
fn many_examples() {
    check(2_000, |n| {
        format!(
            "{HEAD}{COLUMNS}| k | 否 | String | 名。 |\n\n## 请求示例\n\n{}",
            lines(n, |n| { format!("```\nPOST https://h/v1/kites?q{n}=1\n\n{{\"k\": {n}}}\n```\n\n") })
        )
    });
}

#[test]
fn one_long_description() {
    check(2_000, |n| {
        let text = "取值范围为1~9，默认值为red，例如（长度为1~64个字符），".repeat(n);
        format!("{HEAD}{COLUMNS}| k | 否 | String | {text} |\n")
    });
}

#[test]
fn white_space_of_every_kind_is_none() {
    let page = format!(
        "\u{feff}{HEAD}{COLUMNS}| kite\u{200b}_id\u{a0} |\u{3000}否\u{3000}| \u{a0}Array of\u{a0}kite objects\u{3000} | \u{200b}风筝 |\n\n**表\u{a0}2**\u{3000}kite\n\n{COLUMNS}|\u{3000}name | 是\u{a0}| String\u{200b} | 名 |\n"
    )
    .replace('\n', "\r\n");
    let found = run(&read(&page));
    let tablature_extract::Outcome::Operations(operations) = &found.outcome else { panic!("{found:?}") };
    let rows: Vec<String> = operations
        .iter()
        .flat_map(|operation| &operation.tables)
        .flat_map(|table| {
            table.rows.iter().map(move |row| format!("{}.{} {:?} {:?}", table.id, row.name, row.mandatory, row.table))
        })
        .collect();
    assert_eq!(
        rows,
        ["body.kite_id Some(Agreed(No)) Some(\"kite\")".to_string(), "kite.name Some(Agreed(Yes)) None".to_string()],
        "{:#?}",
        found.diagnostics
    );
    assert_eq!(found.counts.types_unknown, 0, "{:#?}", found.diagnostics);
}

#[test]
fn a_library_of_many_pages_that_all_refer_to_each_other() {
    let files: Vec<String> = (0..300).map(|n| format!("{n}.md")).collect();
    let text = |n: usize| {
        format!("{HEAD}{COLUMNS}{}", lines(300, |to| format!("| k{to} | 否 | Object | 见[{n}]({to}.md). |\n")))
    };
    let mut library = Library::new(files.iter().map(String::as_str));
    for (n, file) in files.iter().enumerate() {
        library.lend(file, String::new(), read(&text(n)));
    }
    let page = read(&text(0));
    let context =
        Context { source: "zh-md", file: "0.md", digest: "0", keep_descriptions: false, library: Some(&library) };
    let found = extract(&page, &context);
    let tablature_extract::Outcome::Operations(operations) = &found.outcome else { panic!("{found:?}") };
    let lenders = operations.iter().flat_map(|operation| &operation.sources).count();
    assert!((2..=16).contains(&lenders), "{lenders} pages");
}
