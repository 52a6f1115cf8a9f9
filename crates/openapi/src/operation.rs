//! One operation: parameters, request body, responses and what the pages say beside them.

use serde_json::{Map, Value, json};
use tablature_spec::body::{self, Format};
use tablature_spec::model::{ExampleKind, Operation, Role, Row, Table};

use crate::paths::Place;
use crate::responses;
use crate::schema::{Field, Scope, claim, merge};
use crate::types::Type;

/// Headers that OpenAPI tells tools to ignore as parameters, because it has other words for them.
const IGNORED_HEADERS: &[&str] = &["accept", "content-type", "authorization"];

/// Describes an operation.
pub(crate) fn describe(service: &str, scope: &Scope<'_>, place: &Place) -> Value {
    let operation = scope.operation;
    let mut out = Map::new();
    out.insert("operationId".into(), json!(operation.name));
    out.insert("tags".into(), json!([service]));
    if let Some(title) = &operation.title {
        if let Some(first) = title.first() {
            out.insert("summary".into(), json!(first));
        }
        if title.agreed().is_none() {
            out.insert("x-tablature-title".into(), claim(title, |text| json!(text)));
        }
    }
    if operation.deprecated {
        out.insert("deprecated".into(), json!(true));
    }
    let (parameters, unplaced) = parameters(scope, place);
    if !parameters.is_empty() {
        out.insert("parameters".into(), Value::Array(parameters));
    }
    if !unplaced.is_empty() {
        out.insert("x-tablature-unplaced".into(), Value::Array(unplaced));
    }
    if let Some(body) = request_body(scope) {
        out.insert("requestBody".into(), body);
    }
    out.insert("responses".into(), responses::responses(scope));
    provenance(operation, &mut out);
    Value::Object(out)
}

/// The parameters, and the rows that cannot be parameters.
fn parameters(scope: &Scope<'_>, place: &Place) -> (Vec<Value>, Vec<Value>) {
    let operation = scope.operation;
    let tables =
        |role: Role| -> Vec<&Table> { operation.tables_of(role).filter(|table| !table.rows.is_empty()).collect() };
    let (mut out, mut unplaced) = (Vec::new(), Vec::new());
    let path = merge(&tables(Role::Path), str::to_string);
    for (own, name) in &place.placeholders {
        let rows: Vec<(&Table, &Row)> =
            path.iter().filter(|field| field.wire == own).flat_map(|field| &field.rows).copied().collect();
        let mut parameter = parameter(scope, name, "path", &rows, true);
        if own != name {
            parameter.insert("x-tablature-name".into(), json!(own));
        }
        out.push(Value::Object(parameter));
    }
    for field in path.iter().filter(|field| place.placeholders.iter().all(|(own, _)| own != field.wire)) {
        unplaced.push(Value::Object(of_field(scope, "path", field)));
    }
    let query = merge(&tables(Role::Query), str::to_string);
    for (name, value) in &operation.fixed_query {
        let rows: Vec<(&Table, &Row)> =
            query.iter().filter(|field| field.wire == name).flat_map(|field| &field.rows).copied().collect();
        let mut parameter = parameter(scope, name, "query", &rows, true);
        parameter.insert("schema".into(), json!({ "type": "string", "enum": [value] }));
        out.push(Value::Object(parameter));
    }
    for field in &query {
        if operation.fixed_query.iter().all(|(name, _)| name != field.wire) {
            out.push(Value::Object(of_field(scope, "query", field)));
        }
    }
    for field in merge(&tables(Role::Header), str::to_ascii_lowercase) {
        let parameter = Value::Object(of_field(scope, "header", &field));
        if IGNORED_HEADERS.contains(&field.wire.to_ascii_lowercase().as_str()) {
            unplaced.push(parameter);
        } else {
            out.push(parameter);
        }
    }
    (out, unplaced)
}

fn of_field(scope: &Scope<'_>, location: &str, field: &Field<'_>) -> Map<String, Value> {
    parameter(scope, field.wire, location, &field.rows, field.is_required() || location == "path")
}

fn parameter(
    scope: &Scope<'_>,
    name: &str,
    location: &str,
    rows: &[(&Table, &Row)],
    required: bool,
) -> Map<String, Value> {
    // Everything in a path, query or header is text unless the page says otherwise.
    let mut schema = scope.field(rows, Type::Text);
    let mut out = Map::new();
    out.insert("name".into(), json!(name));
    out.insert("in".into(), json!(location));
    if required {
        out.insert("required".into(), json!(true));
    }
    for key in ["description", "deprecated"] {
        if let Some(value) = schema.remove(key) {
            out.insert(key.into(), value);
        }
    }
    out.insert("schema".into(), Value::Object(schema));
    out
}

fn request_body(scope: &Scope<'_>) -> Option<Value> {
    let operation = scope.operation;
    let tables: Vec<&Table> = operation.tables_of(Role::Body).filter(|table| !table.rows.is_empty()).collect();
    let examples: Vec<_> = operation
        .examples
        .iter()
        .filter(|example| example.kind == ExampleKind::Request && example.body.is_some())
        .filter(|example| operation.other_media_type(example).is_none())
        .collect();
    if tables.is_empty() && examples.is_empty() && operation.media_type.is_none() {
        return None;
    }
    let mut media = responses::media(scope, &tables, &examples);
    let media_type = match body::format(operation) {
        Format::Json => operation.media_type.clone().unwrap_or_else(|| responses::JSON.into()),
        Format::Form(media_type) => media_type,
        Format::Bytes(media_type) => {
            // What tables say of bytes is not their shape.
            if let Some(media) = media.as_object_mut() {
                media.insert("schema".into(), Value::Object(Type::File.schema(scope.version, scope.names)));
            }
            media_type
        }
    };
    let mut body = json!({ "content": { media_type: media } });
    let required = merge(&tables, str::to_string).iter().any(Field::is_required);
    if let Some(body) = body.as_object_mut()
        && required
    {
        body.insert("required".into(), json!(true));
    }
    Some(body)
}

fn provenance(operation: &Operation, out: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| {
        out.insert(format!("x-tablature-{key}"), value);
    };
    if !operation.sources.is_empty() {
        let sources = operation.sources.iter().map(|source| {
            let mut entry = json!({
                "name": source.name,
                "file": source.file,
                "language": source.language,
                "format": source.format,
                "digest": source.digest,
            });
            if let (Some(entry), Some(id)) = (entry.as_object_mut(), &source.page_id) {
                entry.insert("page_id".into(), json!(id));
            }
            entry
        });
        put("sources", sources.collect());
    }
    if let Some(explorer) = &operation.explorer {
        put("explorer", claim(explorer, |id| json!(id)));
    }
    if operation.asynchronous {
        put("asynchronous", json!(true));
    }
    if !operation.alternates.is_empty() {
        put("alternates", json!(operation.alternates));
    }
    let requests: Vec<Value> = operation
        .examples
        .iter()
        .filter(|example| example.kind == ExampleKind::Request && example.url.is_some())
        .map(|example| {
            let method = example.method.as_deref().unwrap_or(&operation.method);
            let headers: Vec<String> = example.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            json!({ "request": format!("{method} {}", example.url.as_deref().unwrap_or_default()), "headers": headers })
        })
        .collect();
    if !requests.is_empty() {
        put("requests", Value::Array(requests));
    }
}
