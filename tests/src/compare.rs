//! Whether a decoded and re-encoded body still holds what the page shows.

use serde_json::Value;

/// The paths of keys that `documented` has and `encoded` lost or changed. Numbers and their text are the same, as decoding is lenient; a null
/// or empty value may be left out.
pub fn lost(documented: &Value, encoded: &Value) -> Vec<String> {
    let mut out = Vec::new();
    walk(documented, Some(encoded), "", &mut out);
    out
}

fn walk(documented: &Value, encoded: Option<&Value>, path: &str, out: &mut Vec<String>) {
    let at = if path.is_empty() { "the body" } else { path };
    match (documented, encoded) {
        (documented, None | Some(Value::Null)) => {
            if !is_nothing(documented) {
                out.push(format!("{at} is lost"));
            }
        }
        (Value::Object(documented), Some(Value::Object(encoded))) => {
            for (key, value) in documented {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(value, encoded.get(key), &path, out);
            }
        }
        (Value::Array(documented), Some(Value::Array(encoded))) => {
            if documented.len() != encoded.len() {
                out.push(format!("{at} had {} items and has {}", documented.len(), encoded.len()));
            }
            for (index, (documented, encoded)) in documented.iter().zip(encoded).enumerate() {
                walk(documented, Some(encoded), &format!("{path}[{index}]"), out);
            }
        }
        // A lone object where an array is declared is decoded as one item.
        (documented, Some(Value::Array(items))) if items.len() == 1 => walk(documented, items.first(), path, out),
        (documented, Some(encoded)) => {
            if !same_scalar(documented, encoded) && !is_nothing(documented) {
                out.push(format!("{at} was {documented} and is {encoded}"));
            }
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_nothing),
        _ => false,
    }
}

fn same_scalar(a: &Value, b: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.trim().to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    let number = |value: &Value| text(value).and_then(|text| text.parse::<f64>().ok());
    let truth = |value: &Value| match text(value)?.to_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    };
    let same = |pair: (Option<f64>, Option<f64>)| matches!(pair, (Some(a), Some(b)) if a == b);
    text(a) == text(b) && text(a).is_some()
        || same((number(a), number(b)))
        || (a.is_boolean() || b.is_boolean()) && truth(a).is_some() && truth(a) == truth(b)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(documented: Value, encoded: Value, expect: &[&str]) {
        assert_eq!(lost(&documented, &encoded), expect);
    }

    #[test]
    fn keys_that_vanish_are_named() {
        check(json!({"a": 1, "b": {"c": [{"d": 2}]}}), json!({"a": 1, "b": {"c": [{}]}}), &["b.c[0].d is lost"]);
        check(json!({"a": [1, 2]}), json!({"a": [1]}), &["a had 2 items and has 1"]);
        check(json!({"a": "x"}), json!({"a": "y"}), &["a was \"x\" and is \"y\""]);
        check(json!([1]), json!(null), &["the body is lost"]);
    }

    #[test]
    fn lenient_forms_are_the_same() {
        check(
            json!({"a": "10", "b": 1.0, "c": "True", "d": null, "e": [], "f": ""}),
            json!({"a": 10, "b": 1, "c": true}),
            &[],
        );
        check(json!({"a": {"x": 1}}), json!({"a": [{"x": 1}]}), &[]);
    }
}
