//! Specs that no page gives: every name is something that is no identifier, no path and no text for a doc comment. The generator must not
//! panic, and what it gives must be Rust.
#![allow(clippy::expect_used, clippy::panic)] // Helpers of tests fail as tests do.

use tablature_codegen::Options;
use tablature_spec::load::{Endpoint, Service};
use tablature_spec::model::{
    At, Claim, Example, ExampleKind, Facts, Mandatory, Operation, Role, Row, Source, Status, Table,
};
use tablature_spec::read::SpecFile;

const NAMES: &[&str] = &[
    "",
    " ",
    "_",
    "__",
    "0",
    "-1",
    "a\0b",
    "\"",
    "\\",
    "'",
    "`",
    "```",
    "*/",
    "/*",
    "//",
    "{",
    "}",
    "{}",
    "{a}",
    "{a",
    "a}",
    "#[x]",
    "r#type",
    "r#\"",
    "self",
    "Self",
    "crate",
    "super",
    "type",
    "$crate",
    "$x",
    "with_",
    "with_header",
    "send",
    "new",
    "Option",
    "Client",
    "SERVICE",
    "operations",
    "project_id",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\n",
    "a\nb",
    "🦀",
    "ﬁ",
    "İ",
    "中文",
    "e\u{301}",
    "\r\n\t",
    "<script>",
    "[a](b)",
    "../x",
];

fn kinds() -> Vec<Option<Claim<String>>> {
    let agreed = |word: &str| Some(Claim::Agreed(word.to_string()));
    let words = [
        "String",
        "Integer",
        "Boolean",
        "Float",
        "Object",
        "Array",
        "Map<String,Object>",
        "Array<Array<Object>>",
        "JSON",
        "Null",
        "File",
        "???",
        "",
    ];
    let mut out: Vec<_> = words.iter().map(|word| agreed(word)).collect();
    out.push(None);
    out.push(Some(Claim::Contested(vec![("a".into(), "String".into()), ("b".into(), "Object".into())])));
    out.push(Some(Claim::Contested(Vec::new())));
    out
}

/// A service in which `name` stands everywhere and refers to itself.
fn service(name: &str, number: usize) -> Service {
    let text = || name.to_string();
    let claim = || Some(Claim::Contested(vec![(text(), text()), ("b".into(), text())]));
    let kinds = kinds();
    let row = |wire: String, index: usize| Row {
        name: wire,
        kind: kinds.get((index + number) % kinds.len()).cloned().flatten(),
        mandatory: [
            None,
            Some(Claim::Agreed(Mandatory::Yes)),
            Some(Claim::Contested(vec![(text(), Mandatory::When(text()))])),
        ][index % 3]
            .clone(),
        condition: if index.is_multiple_of(5) { claim() } else { None },
        table: Some(if index % 4 == 3 { "nowhere".into() } else { text() }).filter(|_| index.is_multiple_of(2)),
        map: None,
        opaque: Some(text()).filter(|_| index.is_multiple_of(7)),
        facts: Facts {
            default: claim(),
            pattern: claim(),
            max: claim(),
            values: Some(Claim::Agreed(vec![text(), text(), "b".into(), name.to_uppercase()])),
            ..Facts::default()
        },
        description: claim(),
        at: vec![At { source: text(), line: 1 }],
    };
    let roles = Role::ALL.iter().map(|(role, _)| *role).chain([Role::Type, Role::Body, Role::Response]);
    let tables = roles.enumerate().map(|(index, role)| Table {
        id: if index == 7 { text() } else { format!("{name}{index}") },
        role,
        status: None,
        caption: None,
        array: number % 5 == 4,
        scenario: Some(text()),
        rows: (0..kinds.len())
            .map(|row_index| row(format!("{name}{}", if row_index < 3 { "" } else { "x" }), row_index))
            .collect(),
        at: Vec::new(),
    });
    let bodies = [format!("{{{name:?}: [1]}}"), "[[[]]]".into(), "{".into(), name.to_string(), "[".repeat(5000)];
    let examples = bodies.iter().enumerate().map(|(index, body)| Example {
        method: Some(text()),
        url: Some(text()),
        body: Some(body.clone()),
        json: true,
        error_code: Some(text()),
        ..Example::new([ExampleKind::Request, ExampleKind::Success, ExampleKind::Failure][index % 3])
    });
    let operation = Operation {
        name: text(),
        method: text(),
        path: format!("/{name}/{{{name}}}/{{x}}/{{x}}"),
        fixed_query: vec![(text(), text())],
        alternates: vec![text()],
        media_type: Some(text()).filter(|_| number % 3 == 2),
        title: claim(),
        explorer: None,
        deprecated: true,
        asynchronous: true,
        at: Vec::new(),
        sources: vec![
            Source { name: text(), file: text(), page_id: Some(text()), ..Source::default() },
            Source { name: "b".into(), ..Source::default() },
        ],
        tables: tables.collect(),
        examples: examples.collect(),
        statuses: vec![Status { code: 0, at: Vec::new() }],
        ..Operation::default()
    };
    let again = Operation { name: format!("{name}_"), ..operation.clone() };
    let operations =
        [operation, again].map(|operation| SpecFile::unplaced(format!("{}.toml", operation.name), operation));
    Service {
        name: text(),
        title: Some(text()),
        endpoints: vec![Endpoint { cloud: text(), host: text(), regions: vec![text()] }],
        operations: operations.into(),
        overrides: Vec::new(),
    }
}

#[test]
fn hostile_names_give_rust_or_diagnostics() {
    for name in NAMES {
        for number in 0..16 {
            let service = service(name, number);
            let (tokens, _) = tablature_codegen::generate(&service, &Options::default());
            if let Err(error) = syn::parse2::<syn::File>(tokens) {
                panic!("{name:?} in form {number}: {error}");
            }
            let glue = tablature_codegen::contract(&service, &Options::default());
            if let Err(error) = syn::parse2::<syn::File>(glue) {
                panic!("the glue of {name:?} in form {number}: {error}");
            }
        }
    }
}

#[test]
fn the_same_spec_gives_the_same_tokens() {
    for name in NAMES {
        let tokens = || tablature_codegen::generate(&service(name, 1), &Options::default()).0.to_string();
        assert_eq!(tokens(), tokens());
    }
}
