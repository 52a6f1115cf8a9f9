//! The shapes of error bodies that the examples of operations show: which keys lead to the code and to the message.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Example, Operation};

/// Bodies are not followed deeper than this.
const MAX_DEPTH: usize = 8;

/// The shape of an error body. A key that differs from failure to failure, such as `badRequest`, is `*`; `[]` is the items of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Envelope {
    /// The keys that lead to the error code.
    pub code: Vec<String>,
    /// The keys that lead to the message.
    pub message: Vec<String>,
}

impl std::fmt::Display for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths = [&self.code, &self.message].into_iter().filter(|path| !path.is_empty());
        f.write_str(&paths.map(|path| path.join(".")).collect::<Vec<_>>().join(", "))
    }
}

/// The envelope that an example shows: where its error code and its error message stand in its body.
pub fn of(example: &Example) -> Option<Envelope> {
    let body: Value = serde_json::from_str(example.body.as_deref().filter(|_| example.json)?).ok()?;
    let find = |wanted: &Option<String>| {
        let mut path = Vec::new();
        let found = wanted.as_deref().is_some_and(|text| leads(&body, text, &mut path, MAX_DEPTH));
        if found { path } else { Vec::new() }
    };
    let mut envelope = Envelope { code: find(&example.error_code), message: find(&example.error_message) };
    if envelope == Envelope::default() {
        return None;
    }
    // A fault of its own name around a code and a message: the name says what went wrong and differs from failure to failure.
    let (code, message) = (&mut envelope.code, &mut envelope.message);
    if let ([first, _], [second, _]) = (code.as_mut_slice(), message.as_mut_slice())
        && first == second
        && !first.to_lowercase().starts_with("error")
    {
        *first = "*".into();
        *second = "*".into();
    }
    Some(envelope)
}

/// Whether a text or number stands in a value, and the keys that lead there.
fn leads(value: &Value, wanted: &str, path: &mut Vec<String>, depth: usize) -> bool {
    let mut below = |key: &str, value: &Value| {
        path.push(key.to_string());
        let found = depth > 0 && leads(value, wanted, path, depth - 1);
        if !found {
            path.pop();
        }
        found
    };
    match value {
        Value::String(text) => text == wanted,
        Value::Number(number) => number.to_string() == wanted,
        // What stands nearer to the top is meant.
        Value::Object(map) => {
            let deep = |value: &Value| value.is_object() || value.is_array();
            let flat = map.iter().filter(|(_, value)| !deep(value));
            flat.chain(map.iter().filter(|(_, value)| deep(value))).any(|(key, value)| below(key, value))
        }
        Value::Array(items) => items.iter().any(|item| below("[]", item)),
        Value::Null | Value::Bool(_) => false,
    }
}

/// The envelopes of operations, with the number of examples of each.
pub fn seen<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> BTreeMap<Envelope, usize> {
    let mut out = BTreeMap::new();
    for example in operations.into_iter().flat_map(|operation| &operation.examples) {
        if let Some(envelope) = of(example) {
            *out.entry(envelope).or_default() += 1;
        }
    }
    out
}
