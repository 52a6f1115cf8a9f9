//! Bodies that no table describes, by what their examples show.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tablature_spec::model::Example;

/// Values nested deeper than this are any value.
const MAX_DEPTH: usize = 32;

/// The schema of a body; `None` if no example has a JSON body with content.
pub(crate) fn body(examples: &[&Example]) -> Option<Map<String, Value>> {
    let bodies: Vec<Value> = examples
        .iter()
        .filter(|example| example.json)
        .filter_map(|example| serde_json::from_str(example.body.as_deref()?).ok())
        .collect();
    let mut schema = schema(&bodies.iter().collect::<Vec<_>>(), 0);
    if schema.is_empty() {
        return None;
    }
    schema.insert("x-tablature-shown".into(), json!(true));
    Some(schema)
}

/// The schema of values at one place; of values of several kinds nothing is said.
fn schema(values: &[&Value], depth: usize) -> Map<String, Value> {
    let values: Vec<&Value> = values.iter().copied().filter(|value| !value.is_null()).collect();
    let kind = |value: &Value| match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        _ => "object",
    };
    let mut out = Map::new();
    let Some(first) = values.first().map(|value| kind(value)) else { return out };
    if depth > MAX_DEPTH || values.iter().any(|value| kind(value) != first) {
        return out;
    }
    out.insert("type".into(), json!(first));
    if first == "array" {
        let items: Vec<&Value> = values.iter().filter_map(|value| value.as_array()).flatten().collect();
        out.insert("items".into(), Value::Object(schema(&items, depth + 1)));
    } else if first == "object" {
        let mut members: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
        for (name, value) in values.iter().filter_map(|value| value.as_object()).flatten() {
            members.entry(name).or_default().push(value);
        }
        let properties: Map<String, Value> = members
            .into_iter()
            .map(|(name, values)| (name.to_string(), Value::Object(schema(&values, depth + 1))))
            .collect();
        if !properties.is_empty() {
            out.insert("properties".into(), Value::Object(properties));
        }
    }
    out
}
