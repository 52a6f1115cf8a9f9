//! Responses: tables, examples and listed status codes, sorted by status.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tablature_spec::model::{Example, ExampleKind, Operation, Role, Table};

use crate::schema::{Scope, merge};
use crate::shown;
use crate::types::Type;

/// The media type of bodies unless a page names another one.
pub(crate) const JSON: &str = "application/json";
/// A status for which HTTP allows no body.
const NO_CONTENT: u16 = 204;
/// Where a body goes for which the page gives no other status than one that cannot have a body.
const ANY_SUCCESS: &str = "2XX";
/// Where errors go for which the page gives no status.
const ANY_ERROR: &str = "default";

/// What is known about one status.
#[derive(Default)]
struct Response<'a> {
    tables: Vec<&'a Table>,
    headers: Vec<&'a Table>,
    examples: Vec<&'a Example>,
}

/// The responses of an operation.
pub(crate) fn responses(scope: &Scope<'_>) -> Value {
    let operation = scope.operation;
    let success = success_status(operation);
    let mut found: BTreeMap<String, Response<'_>> = BTreeMap::new();
    for status in operation.statuses.iter().filter(|status| (100..600).contains(&status.code)) {
        found.entry(status.code.to_string()).or_default();
    }
    for table in operation.tables.iter().filter(|table| !table.rows.is_empty()) {
        match table.role {
            Role::Response => {
                let key = key(table.status.or(success), true);
                found.entry(key).or_default().tables.push(table);
            }
            Role::ResponseHeader => {
                let key = status_key(table.status.or(success));
                found.entry(key).or_default().headers.push(table);
            }
            Role::Error => {
                found.entry(table.status.map_or(ANY_ERROR.into(), |s| s.to_string())).or_default().tables.push(table)
            }
            _ => {}
        }
    }
    for example in &operation.examples {
        let key = match example.kind {
            ExampleKind::Request => continue,
            ExampleKind::Success => key(example.status.or(success), example.body.is_some()),
            ExampleKind::Failure => example.status.map_or(ANY_ERROR.into(), |status| status.to_string()),
        };
        found.entry(key).or_default().examples.push(example);
    }
    let has_success = found.keys().any(|key| key.starts_with('2'));
    if !has_success {
        found.entry(status_key(success)).or_default();
    }
    // A table for errors in general describes the errors of every status that has none of its own.
    let general: Vec<&Table> =
        operation.tables_of(Role::Error).filter(|table| table.status.is_none() && !table.rows.is_empty()).collect();
    let out: Map<String, Value> = found
        .into_iter()
        .map(|(key, mut response)| {
            if response.tables.is_empty() && key.starts_with(['4', '5']) && !response.examples.is_empty() {
                response.tables.clone_from(&general);
            }
            let value = describe(scope, &key, &response);
            (key, value)
        })
        .collect();
    Value::Object(out)
}

fn status_key(status: Option<u16>) -> String {
    status.unwrap_or(200).to_string()
}

/// The key of a response, which cannot be 204 if it has a body.
fn key(status: Option<u16>, body: bool) -> String {
    if body && status == Some(NO_CONTENT) { ANY_SUCCESS.into() } else { status_key(status) }
}

/// The status of what the page gives as success without a status: that of its tables, else of its examples, else the one it lists.
fn success_status(operation: &Operation) -> Option<u16> {
    let good = |status: &u16| (200..300).contains(status);
    let bodies = operation.tables_of(Role::Response).any(|table| !table.rows.is_empty())
        || operation.examples.iter().any(|example| example.kind == ExampleKind::Success && example.body.is_some());
    let can = |status: &u16| good(status) && !(bodies && *status == NO_CONTENT);
    let tables = operation.tables_of(Role::Response).filter_map(|table| table.status);
    let examples = operation.examples.iter().filter(|example| example.kind == ExampleKind::Success);
    let examples = examples.filter_map(|example| example.status);
    let listed = operation.statuses.iter().map(|status| status.code);
    let all: Vec<u16> = tables.chain(examples).chain(listed).collect();
    all.iter().copied().find(can).or_else(|| all.iter().copied().find(good))
}

fn describe(scope: &Scope<'_>, key: &str, response: &Response<'_>) -> Value {
    let mut out = Map::new();
    out.insert("description".into(), json!(reason(key)));
    if !response.tables.is_empty() || response.examples.iter().any(|example| example.body.is_some()) {
        out.insert("content".into(), json!({ JSON: media(scope, &response.tables, &response.examples) }));
    }
    let headers: Map<String, Value> = merge(&response.headers, str::to_ascii_lowercase)
        .iter()
        .filter(|field| !field.wire.eq_ignore_ascii_case("content-type"))
        .map(|field| {
            let header = json!({ "schema": scope.field(&field.rows, Type::Text) });
            (field.wire.to_string(), header)
        })
        .collect();
    if !headers.is_empty() {
        out.insert("headers".into(), Value::Object(headers));
    }
    Value::Object(out)
}

/// A media type object: the schema of the tables and the bodies of the examples.
pub(crate) fn media(scope: &Scope<'_>, tables: &[&Table], examples: &[&Example]) -> Value {
    let mut media = Map::new();
    let shown = if tables.is_empty() { shown::body(examples) } else { None };
    media.insert("schema".into(), Value::Object(shown.unwrap_or_else(|| scope.body(tables))));
    let mut shown = Map::new();
    for example in examples {
        let Some(body) = &example.body else { continue };
        // A body that is not JSON is given as the text it is.
        let value = if example.json { serde_json::from_str(body).ok() } else { None };
        let mut entry = Map::new();
        entry.insert("value".into(), value.unwrap_or_else(|| json!(body)));
        if !example.repairs.is_empty() {
            entry.insert("x-tablature-repairs".into(), json!(example.repairs));
        }
        shown.insert(format!("{}_{}", example.kind.name(), shown.len() + 1), Value::Object(entry));
    }
    if !shown.is_empty() {
        media.insert("examples".into(), Value::Object(shown));
    }
    Value::Object(media)
}

/// The reason phrase of a status, which OpenAPI wants as a description.
fn reason(key: &str) -> &str {
    match key {
        ANY_ERROR => "Error",
        ANY_SUCCESS | "200" => "OK",
        "201" => "Created",
        "202" => "Accepted",
        "203" => "Non-Authoritative Information",
        "204" => "No Content",
        "206" => "Partial Content",
        "300" => "Multiple Choices",
        "301" => "Moved Permanently",
        "302" => "Found",
        "304" => "Not Modified",
        "400" => "Bad Request",
        "401" => "Unauthorized",
        "402" => "Payment Required",
        "403" => "Forbidden",
        "404" => "Not Found",
        "405" => "Method Not Allowed",
        "406" => "Not Acceptable",
        "407" => "Proxy Authentication Required",
        "408" => "Request Timeout",
        "409" => "Conflict",
        "410" => "Gone",
        "411" => "Length Required",
        "412" => "Precondition Failed",
        "413" => "Content Too Large",
        "415" => "Unsupported Media Type",
        "422" => "Unprocessable Content",
        "423" => "Locked",
        "429" => "Too Many Requests",
        "500" => "Internal Server Error",
        "501" => "Not Implemented",
        "502" => "Bad Gateway",
        "503" => "Service Unavailable",
        "504" => "Gateway Timeout",
        other => other,
    }
}
