//! Pages that only lend tables: they survive files and merges, and are no further page of the operation.
#![cfg(feature = "tools")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use tablature_spec::model::{Claim, Operation};
use tablature_spec::read::SpecFile;
use tablature_spec::{check, merge, read, write};

fn page(source: &str, kind: &str) -> String {
    format!(
        "name = \"fly\"\nmethod = \"POST\"\npath = \"/v1/kites\"\nat = [\"{source}:5\"]\n\
         [[source]]\nname = \"{source}\"\nfile = \"{source}/fly.md\"\nlanguage = \"zh\"\nformat = \"md\"\ndigest = \"0\"\n\
         [[source]]\nname = \"{source}.2\"\nfile = \"{source}/shapes.md\"\nlanguage = \"zh\"\nformat = \"md\"\ndigest = \"1\"\nof = \"{source}\"\n\
         [[table]]\nid = \"body\"\nrole = \"body\"\nat = [\"{source}:9\"]\nrows = [\n\
         {{ name = \"line\", type = \"Object\", table = \"line\", at = [\"{source}:10\"] }},\n\
         {{ name = \"marks\", type = \"Object\", map = \"String\", opaque = \"free\", at = [\"{source}:11\"] }},\n]\n\
         [[table]]\nid = \"line\"\nrole = \"type\"\nat = [\"{source}.2:3\"]\nrows = [\n\
         {{ name = \"length\", type = \"{kind}\", at = [\"{source}.2:4\"] }},\n]\n"
    )
}

fn operation(text: &str) -> Operation {
    let (spec, problems) = read::operation("x", text);
    assert!(problems.is_empty(), "{problems:?}\n{text}");
    spec.operation
}

#[test]
fn a_spec_is_read_as_it_was_written() {
    let operation = operation(&page("zh", "Integer"));
    assert_eq!(self::operation(&write::operation(&operation)), operation);
    assert_eq!(operation.pages().count(), 1);
    assert_eq!(operation.speaker("zh.2"), "zh");
    assert_eq!(operation.speaker("zh"), "zh");
}

#[test]
fn the_page_that_a_lender_belongs_to_must_be_there() {
    let (_, problems) = read::operation("x", &page("zh", "Integer").replace("of = \"zh\"", "of = \"en\""));
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn lenders_of_two_sources_contradict_each_other_under_their_own_names() {
    let sources = [page("zh", "Integer"), page("en", "String")].map(|text| vec![operation(&text)]);
    let mut merged = merge::merge(sources.into());
    let operation = merged.remove(0);
    assert!(merged.is_empty());
    let names: Vec<&str> = operation.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["zh", "zh.2", "en", "en.2"]);
    let kind = operation.table("line").unwrap().rows[0].kind.clone();
    assert_eq!(kind, Some(Claim::Contested(vec![("zh.2".into(), "Integer".into()), ("en.2".into(), "String".into())])));
    let found = check::check(&SpecFile::unplaced("fly.toml", operation));
    let found: Vec<String> = found.iter().map(|found| format!("{} {}", found.code.id, found.place)).collect();
    assert_eq!(found, ["source-type-differs zh/shapes.md:4"], "{found:?}");
}
