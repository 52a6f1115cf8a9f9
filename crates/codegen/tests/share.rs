//! Which types operations share, and what they are called.
#![allow(clippy::expect_used)] // Helpers of tests fail as tests do.

use tablature_spec::load;

/// An operation with a table `Tag` in its request, in its response, or in both; each row as TOML.
fn operation(name: &str, request: Option<&str>, response: Option<&str>) -> (String, String) {
    let mut text = format!("name = \"{name}\"\nmethod = \"POST\"\npath = \"/v1/{name}\"\n");
    let table = |id: &str, role: &str, rows: &str| {
        format!("\n[[table]]\nid = \"{id}\"\nrole = \"{role}\"\nrows = [\n{rows}\n]\n")
    };
    if let Some(rows) = request {
        text += &table("body", "body", "{ name = \"tag\", type = \"Tag object\", table = \"Tag\" },");
        text += &table("Tag", "type", rows);
    }
    if let Some(rows) = response {
        let id = if request.is_some() && request != response { "Tag.2" } else { "Tag" };
        text += &table("response", "response", &format!("{{ name = \"tag\", type = \"object\", table = \"{id}\" }},"));
        if request != Some(rows) {
            text += &table(id, "type", rows);
        }
    }
    (format!("{name}.toml"), text)
}

/// The lines of the API listing that declare types.
fn types(operations: &[(String, String)]) -> Vec<String> {
    let names: Vec<String> =
        operations.iter().map(|(file, _)| format!("\"{}\"", file.trim_end_matches(".toml"))).collect();
    let index = format!("name = \"x\"\noperations = [{}]\n", names.join(", "));
    let loaded = load::service("x", |file| match operations.iter().find(|(name, _)| name == file) {
        _ if file == load::INDEX => Ok(index.clone().into_bytes()),
        Some((_, text)) => Ok(text.clone().into_bytes()),
        None => Err(format!("there is no {file}")),
    });
    assert_eq!(loaded.diagnostics, []);
    let (lines, diagnostics) = tablature_codegen::api(&loaded.service.expect("a service"));
    assert_eq!(diagnostics, []);
    lines
        .into_iter()
        .filter(|line| line.starts_with("struct ") && !line.contains("Response //") || line.starts_with("enum "))
        .collect()
}

const KEY: &str = "{ name = \"key\", type = \"String\", mandatory = true },";
const FREE: &str = "{ name = \"key\", type = \"String\", mandatory = false },";
const NUMBER: &str = "{ name = \"key\", type = \"Integer\" },";

#[track_caller]
fn check(operations: &[(String, String)], expect: &[&str]) {
    assert_eq!(types(operations), expect);
}

#[test]
fn equal_tables_are_one_type() {
    check(&[operation("a", None, Some(KEY)), operation("b", None, Some(KEY))], &["struct Tag // response"]);
    // Flags of a response say nothing that is checked.
    check(&[operation("a", None, Some(KEY)), operation("b", None, Some(FREE))], &["struct Tag // response"]);
    check(&[operation("a", Some(KEY), None), operation("b", Some(KEY), None)], &["struct Tag // request"]);
    check(&[operation("a", Some(KEY), None), operation("b", None, Some(KEY))], &["struct Tag // request and response"]);
}

#[test]
fn tables_that_differ_are_several() {
    check(
        &[operation("a", None, Some(KEY)), operation("b", None, Some(NUMBER)), operation("c", None, Some(NUMBER))],
        &["struct ATag // response", "struct Tag // response"],
    );
    check(
        &[operation("a", Some(KEY), None), operation("b", Some(FREE), None)],
        &["struct BTag // request", "struct Tag // request"],
    );
    check(
        &[operation("a", Some(KEY), None), operation("b", None, Some(NUMBER))],
        &["struct Tag // response", "struct TagRequest // request"],
    );
    // Two requests that check different things cannot both be the response's type.
    check(
        &[operation("a", Some(KEY), None), operation("b", Some(FREE), None), operation("c", None, Some(KEY))],
        &["struct BTag // request", "struct Tag // response", "struct TagRequest // request"],
    );
}

#[test]
fn a_type_is_shared_only_with_all_that_is_in_it() {
    let tree = |name: &str, leaf: &str| {
        let (file, text) = operation(name, None, Some("{ name = \"leaf\", type = \"object\", table = \"Leaf\" },"));
        (file, format!("{text}\n[[table]]\nid = \"Leaf\"\nrole = \"type\"\nrows = [{leaf}]\n"))
    };
    check(&[tree("a", KEY), tree("b", KEY)], &["struct Leaf // response", "struct Tag // response"]);
    check(
        &[tree("a", KEY), tree("b", NUMBER)],
        &["struct BLeaf // response", "struct BTag // response", "struct Leaf // response", "struct Tag // response"],
    );
}

#[test]
fn circles_are_shared_where_they_close_in_one_type() {
    let node = "{ name = \"children\", type = \"Array of Tag objects\", table = \"Tag\" },";
    check(&[operation("a", None, Some(node)), operation("b", None, Some(node))], &["struct Tag // response"]);
    let ring = |name: &str| {
        let (file, text) = operation(name, None, Some("{ name = \"edge\", type = \"object\", table = \"Edge\" },"));
        let edge = "{ name = \"to\", type = \"Tag object\", table = \"Tag\" }";
        (file, format!("{text}\n[[table]]\nid = \"Edge\"\nrole = \"type\"\nrows = [{edge}]\n"))
    };
    check(&[ring("a")], &["struct Edge // response", "struct Tag // response"]);
    check(
        &[ring("a"), ring("b")],
        &["struct BEdge // response", "struct BTag // response", "struct Edge // response", "struct Tag // response"],
    );
}

#[test]
fn enums_are_called_by_their_table() {
    let state = |values: &str| format!("{{ name = \"state\", type = \"String\", values = [{values}] }},");
    let (on, off) = (state("\"ON\""), state("\"OFF\""));
    check(
        &[operation("a", None, Some(&on)), operation("b", None, Some(&on))],
        &["struct Tag // response", "enum TagState"],
    );
    check(
        &[operation("a", None, Some(&on)), operation("b", None, Some(&off))],
        &["struct BTag // response", "struct Tag // response", "enum BTagState", "enum TagState"],
    );
}
