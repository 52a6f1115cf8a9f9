//! Kinds of values: what an example holds against what a type word declares.

use serde_json::Value;

use crate::model::{Claim, Row};
use crate::types::{self, Shape};

/// How a value stands to a declared shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It is of another kind.
    Not,
    /// It is a number or boolean as text, the reverse, or an empty text for no value: decoding takes it for what is declared.
    Loose,
    /// It is of that kind.
    Well,
}

/// The best fit of a value to the shapes that the sources claim; `None` if a word is unknown or there is none.
pub(super) fn fit_of_row(value: &Value, row: &Row) -> Option<Fit> {
    let mut best = None;
    for (_, word) in row.kind.iter().flat_map(Claim::values) {
        best = best.max(Some(fit(value, &types::parse(word)?.shape)));
    }
    best
}

/// How a value fits a shape. Null fits everything, because pages show it for absent values.
pub(super) fn fit(value: &Value, shape: &Shape) -> Fit {
    match (value, shape) {
        (Value::Null, _) | (_, Shape::Any | Shape::Null | Shape::File) => Fit::Well,
        (Value::Bool(_), Shape::Boolean)
        | (Value::Number(_), Shape::Float)
        | (Value::String(_), Shape::String)
        | (Value::Object(_), Shape::Object(_)) => Fit::Well,
        (Value::Number(number), Shape::Integer32 | Shape::Integer64) => {
            let whole = number.as_f64().is_none_or(|number| number.fract() == 0.0);
            if whole { Fit::Well } else { Fit::Not }
        }
        (Value::Array(items), Shape::Array(inner)) => {
            items.iter().map(|item| fit(item, inner)).min().unwrap_or(Fit::Well)
        }
        (Value::Object(map), Shape::Map(inner)) => map.values().map(|item| fit(item, inner)).min().unwrap_or(Fit::Well),
        (Value::String(text), _) if text.trim().is_empty() => Fit::Loose,
        (Value::Number(_) | Value::Bool(_), Shape::String) => Fit::Loose,
        (Value::String(text), Shape::Integer32 | Shape::Integer64) if is_number(text, true) => Fit::Loose,
        (Value::String(text), Shape::Float) if is_number(text, false) => Fit::Loose,
        (Value::String(text), Shape::Boolean) if is_truth(text) => Fit::Loose,
        (Value::Number(number), Shape::Boolean) if is_truth(&number.to_string()) => Fit::Loose,
        _ => Fit::Not,
    }
}

fn is_number(text: &str, whole: bool) -> bool {
    let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    number.is_some_and(|number| !whole || number.fract() == 0.0)
}

fn is_truth(text: &str) -> bool {
    ["true", "false", "0", "1"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// The part of a value that does not fit a shape: the value itself, or what lies in an array or map of a fitting kind.
pub(super) fn misfit<'v>(value: &'v Value, shape: &Shape) -> Option<&'v Value> {
    match (value, shape) {
        (Value::Array(items), Shape::Array(inner)) => items.iter().filter_map(|item| misfit(item, inner)).next(),
        (Value::Object(map), Shape::Map(inner)) => map.values().filter_map(|item| misfit(item, inner)).next(),
        _ => (fit(value, shape) < Fit::Well).then_some(value),
    }
}

/// The words for what an example holds, where a row declares something else.
pub(super) fn shown(value: &Value, row: &Row) -> String {
    let words = row.kind.iter().flat_map(Claim::values);
    let mut inner = words.filter_map(|(_, word)| misfit(value, &types::parse(word)?.shape));
    match inner.find(|inner| !std::ptr::eq(*inner, value)) {
        Some(inner) => format!("{} with {} in it", name(value), name(inner)),
        None => name(value),
    }
}

/// The words for a value.
pub(super) fn name(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.chars().count() <= MAX_SHOWN => format!("the text \"{}\"", text.escape_debug()),
        Value::String(_) => "a text".into(),
        Value::Array(items) if items.is_empty() => "an empty array".into(),
        Value::Array(_) => "an array".into(),
        Value::Object(_) => "an object".into(),
    }
}

/// Longer texts are not quoted in messages.
const MAX_SHOWN: usize = 20;

/// Whether a value says nothing, so that nothing is lost with it.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, word: &str, expect: Fit) {
        let value = serde_json::from_str(value).unwrap_or_default();
        let shape = types::parse(word).map(|word| word.shape);
        assert_eq!(shape.map(|shape| fit(&value, &shape)), Some(expect), "{value} as {word}");
    }

    #[test]
    fn kinds_that_differ_and_kinds_that_decoding_bridges() {
        check("1", "Integer", Fit::Well);
        check("1.0", "Integer", Fit::Well);
        check("1.5", "Integer", Fit::Not);
        check("\"1\"", "Integer", Fit::Loose);
        check("\"one\"", "Integer", Fit::Not);
        check("\"0.5\"", "Float", Fit::Loose);
        check("true", "String", Fit::Loose);
        check("1", "Boolean", Fit::Loose);
        check("2", "Boolean", Fit::Not);
        check("\"True\"", "Boolean", Fit::Loose);
        check("null", "Array of strings", Fit::Well);
        check("\"\"", "Object", Fit::Loose);
        check("\"x\"", "Object", Fit::Not);
        check("[1, \"2\"]", "Array of integers", Fit::Loose);
        check("[{}]", "Object", Fit::Not);
        check("{}", "Array of objects", Fit::Not);
        check("[]", "Map<String,String>", Fit::Not);
        check("{\"a\": \"b\"}", "Map<String,Integer>", Fit::Not);
        check("\"2020-01-01\"", "Timestamp", Fit::Well);
    }
}
