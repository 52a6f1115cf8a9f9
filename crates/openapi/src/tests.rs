//! Small services, and what their documents say at one place.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tablature_spec::load;

use super::*;

/// The document of a service of these specs; a spec is what follows its name.
#[track_caller]
fn of(specs: &[(&str, &str)], version: Version) -> (Value, Vec<String>) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let names: Vec<&str> = specs.iter().map(|(name, _)| *name).collect();
    files.insert("service.toml".into(), format!("name = \"depot\"\noperations = {names:?}\n"));
    for (name, text) in specs {
        files.insert(format!("{name}.toml"), format!("name = \"{name}\"\n{text}"));
    }
    let loaded = load::service("", |file| files.get(file).cloned().map(String::into_bytes).ok_or("missing".into()));
    let problems: Vec<String> = loaded.diagnostics.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    let (document, diagnostics) = document(&loaded.service.unwrap(), version);
    (document, diagnostics.iter().map(|diagnostic| format!("{}: {}", diagnostic.code.id, diagnostic.message)).collect())
}

#[track_caller]
fn check(specs: &[(&str, &str)], version: Version, pointer: &str, expect: Value) {
    let (document, _) = of(specs, version);
    let found = document.pointer(pointer).cloned().unwrap_or(Value::Null);
    assert_eq!(found, expect, "{pointer} in {document:#}");
}

/// A row of a request body and its schema without the type word, in 3.0 and in 3.1.
#[track_caller]
fn check_row(row: &str, v3_0: Value, v3_1: Value) {
    let text = format!(
        "method = \"POST\"\npath = \"/v1/a\"\nsource = [{}, {}]\n[[table]]\nid = \"body\"\nrole = \"body\"\nrows = [{{ name = \"f\", {row} }}]\n\
         [[table]]\nid = \"T\"\nrole = \"type\"\nrows = [{{ name = \"x\", type = \"String\" }}]\n",
        source("zh"),
        source("en"),
    );
    for (version, expect) in [(Version::V3_0, v3_0), (Version::V3_1, v3_1)] {
        let (document, _) = of(&[("a", &text)], version);
        let content = &document["paths"]["/v1/a"]["post"]["requestBody"]["content"];
        let media = content.as_object().and_then(|content| content.values().next());
        let schema = media.and_then(|media| media.pointer("/schema/properties/f"));
        let mut schema = schema.cloned().unwrap_or(Value::Null);
        schema.as_object_mut().unwrap().remove("x-tablature-type").unwrap();
        assert_eq!(schema, expect, "{row} in {version:?}");
    }
}

fn source(name: &str) -> String {
    format!(
        "{{ name = \"{name}\", file = \"{name}.md\", language = \"zh\", format = \"md\", digest = \"{}\" }}",
        "0".repeat(64)
    )
}

const TABLE: &str = "#/components/schemas/T";

#[test]
fn types() {
    let same = |row: &str, expect: Value| check_row(row, expect.clone(), expect);
    same("type = 'String'", json!({ "type": "string" }));
    same("type = 'Integer'", json!({ "type": "integer" }));
    same("type = 'Long'", json!({ "type": "integer", "format": "int64" }));
    same("type = 'Float'", json!({ "type": "number" }));
    same("type = 'Object'", json!({ "type": "object" }));
    same("type = 'Array'", json!({ "type": "array", "items": {} }));
    same("type = 'Array', table = 'T'", json!({ "type": "array", "items": { "$ref": TABLE } }));
    same("type = 'Map<String,Integer>'", json!({ "type": "object", "additionalProperties": { "type": "integer" } }));
    check_row("type = 'T object', table = 'T'", json!({ "allOf": [{ "$ref": TABLE }] }), json!({ "$ref": TABLE }));
    check_row(
        "type = 'File'",
        json!({ "type": "string", "format": "binary" }),
        json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
    );
    check_row("type = 'Null'", json!({}), json!({ "type": "null" }));
}

#[test]
fn a_file_is_a_part_of_a_form_or_the_whole_body() {
    let text = |method: &str| {
        format!(
            "method = '{method}'\npath = '/v1/a'\n[[table]]\nid = 'body'\nrole = 'body'\nrows = [{{ name = 'f', type = 'File', mandatory = true }}]\n"
        )
    };
    let file = json!({ "type": "string", "format": "binary" });
    let part = json!({ "type": "string", "format": "binary", "x-tablature-type": "File" });
    let form = json!({ "type": "object", "properties": { "f": part }, "required": ["f"] });
    let body = |media_type: &str, schema: &Value| json!({ "content": { media_type: { "schema": schema.clone() } }, "required": true });
    let (post, put) = (text("POST"), text("PUT"));
    check(&[("a", &post)], Version::V3_0, "/paths/~1v1~1a/post/requestBody", body("multipart/form-data", &form));
    check(&[("a", &put)], Version::V3_0, "/paths/~1v1~1a/put/requestBody", body("application/octet-stream", &file));
}

#[test]
fn contested_types_take_what_either_source_describes() {
    let two = |zh: &str, en: &str| format!("type = {{ zh = '{zh}', en = '{en}' }}, table = 'T'");
    let same = |zh: &str, en: &str, expect: Value| check_row(&two(zh, en), expect.clone(), expect);
    same("Integer", "Float", json!({ "type": "number" }));
    same("Integer", "Long", json!({ "type": "integer", "format": "int64" }));
    same(
        "Array",
        "Array of strings",
        json!({ "type": "array", "items": { "anyOf": [{ "$ref": TABLE }, { "type": "string" }] } }),
    );
    same("Long", "String", json!({ "anyOf": [{ "type": "integer", "format": "int64" }, { "type": "string" }] }));
    check_row(
        &two("Integer", "String"),
        json!({ "anyOf": [{ "type": "integer" }, { "type": "string" }] }),
        json!({ "type": ["integer", "string"] }),
    );
    check_row(
        &two("String", "Null"),
        json!({ "type": "string", "nullable": true }),
        json!({ "type": ["string", "null"] }),
    );
    check_row(&two("T object", "Null"), json!({}), json!({ "anyOf": [{ "$ref": TABLE }, { "type": "null" }] }));
}

#[test]
fn facts_become_keywords_where_the_type_has_one() {
    let same = |row: &str, expect: Value| check_row(row, expect.clone(), expect);
    same(
        "type = 'Integer', min = '1', max = '9', default = '3'",
        json!({ "type": "integer", "minimum": 1, "maximum": 9, "default": 3 }),
    );
    same("type = 'Float', min = '0.5'", json!({ "type": "number", "minimum": 0.5 }));
    same("type = 'String(8)', min_length = '2'", json!({ "type": "string", "minLength": 2, "maxLength": 8 }));
    same("type = 'String', values = ['a', 'b']", json!({ "type": "string", "enum": ["a", "b"] }));
    same("type = 'Integer', values = ['1', '2']", json!({ "type": "integer", "enum": [1, 2] }));
    same(
        "type = 'Array of strings', values = ['a'], max_items = '3'",
        json!({ "type": "array", "items": { "type": "string", "enum": ["a"] }, "maxItems": 3 }),
    );
    same(
        "type = 'Boolean', default = 'True', deprecated = true",
        json!({ "type": "boolean", "default": true, "deprecated": true }),
    );
    same("type = 'String', pattern = '^a+$'", json!({ "type": "string", "pattern": "^a+$" }));
}

#[test]
fn facts_without_a_keyword_are_kept() {
    let kept = |row: &str, kind: &str, facts: Value| {
        let expect = json!({ "type": kind, "x-tablature-facts": facts });
        check_row(row, expect.clone(), expect);
    };
    kept("type = 'String', min = '1'", "string", json!({ "min": "1" }));
    kept("type = 'Integer', values = ['low']", "integer", json!({ "values": ["low"] }));
    kept("type = 'Integer', default = 'none'", "integer", json!({ "default": "none" }));
    kept("type = 'String', pattern = '(?i)a'", "string", json!({ "pattern": "(?i)a" }));
    kept("type = 'Object', default = 'x'", "object", json!({ "default": "x" }));
    let outside = json!({ "type": "integer", "maximum": 2, "x-tablature-facts": { "default": "3" } });
    check_row("type = 'Integer', max = '2', default = '3'", outside.clone(), outside);
    let contested = json!({ "type": "integer", "x-tablature-contested": { "max": { "zh": "1", "en": "2" } } });
    check_row("type = 'Integer', max = { zh = '1', en = '2' }", contested.clone(), contested);
}

const ACTION: &str = "method = 'POST'\npath = '/v1/action'\n";

#[test]
fn operations_on_one_path_all_stay() {
    let start = format!("{ACTION}fixed_query = ['action=start']\n");
    let specs = [("start", start.as_str()), ("move", ACTION), ("push", ACTION)];
    let (document, said) = of(&specs, Version::V3_1);
    let paths: BTreeMap<&str, &Value> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(path, item)| (path.as_str(), &item["post"]["operationId"]))
        .collect();
    let expect = [
        ("/v1/action", json!("move")),
        ("/v1/action#action=start", json!("start")),
        ("/v1/action#push", json!("push")),
    ];
    assert_eq!(paths, expect.iter().map(|(path, name)| (*path, name)).collect());
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|line| line.starts_with("openapi-path-shared")));
    // One that is alone keeps the path and says its query as a parameter.
    let parameter =
        json!({ "name": "action", "in": "query", "required": true, "schema": { "type": "string", "enum": ["start"] } });
    check(&[("start", &start)], Version::V3_0, "/paths/~1v1~1action/post/parameters/0", parameter);
}

#[test]
fn the_current_operation_has_the_plain_path() {
    let old = format!("{ACTION}deprecated = true\n");
    let listed = format!("{ACTION}explorer = 'Listed'\n");
    let name = "/paths/~1v1~1action/post/operationId";
    check(&[("old", &old), ("new", ACTION)], Version::V3_0, name, json!("new"));
    check(&[("plain", ACTION), ("listed", &listed)], Version::V3_0, name, json!("listed"));
}

#[test]
fn placeholders_of_one_path_have_one_name() {
    let spec = |method: &str, name: &str| {
        format!(
            "method = '{method}'\npath = '/v1/{{{name}}}'\n[[table]]\nid = 'path'\nrole = 'path'\nrows = [{{ name = '{name}', type = 'Long' }}]\n"
        )
    };
    let (get, put, delete) = (spec("GET", "job"), spec("PUT", "id"), spec("DELETE", "id"));
    let specs = [("get", get.as_str()), ("put", put.as_str()), ("delete", delete.as_str())];
    let schema = json!({ "type": "integer", "format": "int64", "x-tablature-type": "Long" });
    let mut parameter = json!({ "name": "id", "in": "path", "required": true, "schema": schema });
    check(&specs, Version::V3_0, "/paths/~1v1~1{id}/delete/parameters/0", parameter.clone());
    parameter["x-tablature-name"] = json!("job");
    check(&specs, Version::V3_0, "/paths/~1v1~1{id}/get/parameters/0", parameter);
    let (_, said) = of(&specs, Version::V3_0);
    assert_eq!(said.len(), 1, "{said:?}");
}

#[test]
fn types_are_shared_only_if_they_are_the_same_all_the_way_down() {
    let spec = |method: &str, leaf: &str| {
        format!(
            "method = '{method}'\npath = '/v1/a'\n[[table]]\nid = 'response'\nrole = 'response'\nrows = [{{ name = 'n', type = 'Node object', table = 'Node' }}]\n\
             [[table]]\nid = 'Node'\nrole = 'type'\nrows = [{{ name = 'up', type = 'Node object', table = 'Node' }}, {{ name = 'leaf', type = 'Leaf object', table = 'Leaf' }}]\n\
             [[table]]\nid = 'Leaf'\nrole = 'type'\nrows = [{{ name = 'size', type = '{leaf}' }}]\n"
        )
    };
    let (get, put, post) = (spec("GET", "Long"), spec("PUT", "Long"), spec("POST", "String"));
    let specs = [("get_it", get.as_str()), ("put_it", put.as_str()), ("post_it", post.as_str())];
    let (document, _) = of(&specs, Version::V3_1);
    let names: Vec<&String> = document["components"]["schemas"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["Leaf", "Leaf.post_it", "Node", "Node.post_it"]);
    let reference = &document["components"]["schemas"]["Node.post_it"]["properties"]["up"]["$ref"];
    assert_eq!(reference, "#/components/schemas/Node.post_it");
}

#[test]
fn responses_by_status() {
    let spec = |rest: &str| format!("method = 'GET'\npath = '/v1/a'\n{rest}");
    let table = |id: &str, role: &str, status: &str| {
        format!("[[table]]\nid = '{id}'\nrole = '{role}'\n{status}\nrows = [{{ name = 'x' }}]\n")
    };
    #[track_caller]
    fn keys(text: &str, expect: &[&str]) {
        let (document, _) = of(&[("a", text)], Version::V3_0);
        let responses = document["paths"]["/v1/a"]["get"]["responses"].as_object().unwrap();
        let found: Vec<String> = responses
            .iter()
            .map(|(key, response)| if response.get("content").is_some() { format!("{key}+") } else { key.clone() })
            .collect();
        assert_eq!(found, expect, "{text}");
    }
    keys(&spec(""), &["200"]);
    keys(&spec("[[example]]\nkind = 'success'\nstatus = 204\n"), &["204"]);
    keys(&spec(&table("response", "response", "")), &["200+"]);
    keys(
        &spec(&format!("{}[[status]]\ncode = 202\n[[status]]\ncode = 404\n", table("response", "response", ""))),
        &["202+", "404"],
    );
    keys(&spec(&format!("{}[[status]]\ncode = 204\n", table("response", "response", ""))), &["204", "2XX+"]);
    let errors = table("response.400", "error", "status = 400") + &table("error", "error", "");
    keys(&spec(&errors), &["200", "400+", "default+"]);
    keys(&spec("[[example]]\nkind = 'failure'\nbody = '{}'\n"), &["200", "default+"]);
}

#[test]
fn no_input_is_too_odd() {
    for path in ["/v1/{a}{a}/{", "/", "/{}", "/}{"] {
        let file = format!("name = \"a\"\nmethod = \"LIST\"\npath = \"{path}\"\n");
        let (mut spec, _) = tablature_spec::read::operation("a.toml", &file);
        spec.operation.method = "GET".into();
        spec.operation.path = path.into();
        let mut other = spec.clone();
        other.operation.method = "LIST".into();
        let service = load::Service {
            name: "s".into(),
            title: None,
            endpoints: Vec::new(),
            operations: vec![spec, other],
            overrides: Vec::new(),
        };
        let (document, diagnostics) = document(&service, Version::V3_1);
        assert_eq!(document["paths"].as_object().unwrap().len(), 1, "{path}");
        assert_eq!(diagnostics.iter().filter(|found| found.code.id == "generate-unsupported").count(), 1, "{path}");
    }
}

#[test]
fn examples_decide_about_containers_only() {
    #[track_caller]
    fn row(row: &str, shown: &str, expect: Value) {
        let text = format!(
            "method = 'GET'\npath = '/v1/a'\n[[table]]\nid = 'response'\nrole = 'response'\nrows = [{{ name = 'f', {row} }}]\n\
             [[table]]\nid = 'T'\nrole = 'type'\nrows = [{{ name = 'x' }}, {{ name = 'y', type = 'T object', table = 'T' }}]\n\
             [[example]]\nkind = 'success'\nbody = '{{\"f\": {shown}}}'\n"
        );
        let (document, _) = of(&[("a", &text)], Version::V3_1);
        let schema = "/paths/~1v1~1a/get/responses/200/content/application~1json/schema/properties/f";
        let mut schema = document.pointer(schema).cloned().unwrap();
        schema.as_object_mut().unwrap().remove("x-tablature-type");
        assert_eq!(schema, expect, "{row} with {shown}");
    }
    let reference = json!({ "$ref": TABLE });
    let list = json!({ "type": "array", "items": reference });
    let mut shown = list.clone();
    shown["x-tablature-shown"] = json!(true);
    row("type = 'T object', table = 'T'", "[{\"x\": 1}]", shown);
    row("type = 'T object', table = 'T'", "{\"x\": 1}", reference.clone());
    row("type = 'T object', table = 'T'", "\"x\"", reference.clone());
    row("type = 'Array of T objects', table = 'T'", "{\"x\": 1}", list.clone());
    let mut own = reference.clone();
    own["x-tablature-shown"] = json!(true);
    row("type = 'Map<String,Object>', table = 'T'", "{\"y\": {\"x\": 1}}", own);
    let map = json!({ "type": "object", "additionalProperties": reference });
    row("type = 'Map<String,Object>', table = 'T'", "{\"free\": {\"x\": 1}}", map);
    row(
        "type = 'Array'",
        "[\"a\"]",
        json!({ "type": "array", "items": { "type": "string" }, "x-tablature-shown": true }),
    );
    row("type = 'Integer'", "\"1\"", json!({ "type": "integer" }));
    row("mandatory = true", "\"1\"", json!({ "type": "string" }));
    row("mandatory = true", "null", json!({}));
}

#[test]
fn a_body_without_a_table_is_what_its_examples_show() {
    let body = |json: &str| format!("[[example]]\nkind = 'success'\nbody = '{json}'\n");
    let text = format!(
        "method = 'GET'\npath = '/v1/a'\n{}{}",
        body("{\"a\": [{\"b\": 1}, {\"c\": 1.5}], \"d\": null, \"e\": 1}"),
        body("{\"e\": \"x\"}")
    );
    let item = json!({ "type": "object", "properties": { "b": { "type": "integer" }, "c": { "type": "number" } } });
    let expect = json!({
        "type": "object",
        "properties": { "a": { "type": "array", "items": item }, "d": {}, "e": {} },
        "x-tablature-shown": true,
    });
    let schema = "/paths/~1v1~1a/get/responses/200/content/application~1json/schema";
    check(&[("a", &text)], Version::V3_1, schema, expect);
}
