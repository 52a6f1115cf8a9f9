//! Limits that descriptions state, as keywords of a schema; what no keyword of the type can say is kept beside them.

use serde_json::{Map, Value, json};
use tablature_spec::model::{Claim, Facts, Literal};

use crate::pattern;
use crate::types::Type;

/// Adds the facts of a row to its schema. `extra` takes what has no keyword, for the `x-tablature-*` keys.
pub(crate) fn apply(facts: &Facts, kind: &Type, schema: &mut Map<String, Value>, extra: &mut Map<String, Value>) {
    let mut sorted = Sorted::default();
    let is_list = matches!(kind, Type::List(_));
    // Values, ranges and lengths of an array's row are those of its items.
    let single = if let Type::List(item) = kind { item } else { kind };
    let mut keywords = Map::new();
    if let Some(values) = sorted.agreed("values", &facts.values, |values| json!(values)) {
        let typed: Option<Vec<Value>> = values.iter().map(|text| value(text, single)).collect();
        match typed {
            Some(typed) if !typed.is_empty() => {
                let mut unique: Vec<Value> = Vec::new();
                for value in typed {
                    if !unique.contains(&value) {
                        unique.push(value);
                    }
                }
                keywords.insert("enum".into(), Value::Array(unique));
            }
            _ => sorted.keep("values", json!(values)),
        }
    }
    let number = matches!(single, Type::Integer | Type::Long | Type::Number);
    sorted.limit("min", "minimum", &facts.min, number, numeric, &mut keywords);
    sorted.limit("max", "maximum", &facts.max, number, numeric, &mut keywords);
    let text = *single == Type::Text;
    sorted.limit("min_length", "minLength", &facts.min_length, text, count, &mut keywords);
    sorted.limit("max_length", "maxLength", &facts.max_length, text, count, &mut keywords);
    let plain = |text: &str| pattern::is_plain(text).then(|| json!(text));
    sorted.limit("pattern", "pattern", &facts.pattern, text, plain, &mut keywords);
    let target = if is_list { schema.get_mut("items").and_then(Value::as_object_mut) } else { Some(&mut *schema) };
    if let Some(target) = target {
        target.extend(keywords);
    }
    sorted.limit("min_items", "minItems", &facts.min_items, is_list, count, schema);
    sorted.limit("max_items", "maxItems", &facts.max_items, is_list, count, schema);
    if let Some(text) = sorted.agreed("default", &facts.default, |text| json!(text)) {
        let literal = match kind {
            Type::List(_) => serde_json::from_str::<Value>(text).ok().filter(Value::is_array),
            kind => value(text, kind),
        };
        // A default that its own schema refuses is an error in the eyes of every validator.
        match literal.filter(|value| conforms(value, kind, schema)) {
            Some(value) => {
                schema.insert("default".into(), value);
            }
            None => sorted.keep("default", json!(text)),
        }
    }
    if let Some(true) = sorted.agreed("deprecated", &facts.deprecated, |said| json!(said)) {
        schema.insert("deprecated".into(), Value::Bool(true));
    }
    if let Some(true) = sorted.agreed("conditional", &facts.conditional, |said| json!(said)) {
        extra.insert("x-tablature-conditional".into(), Value::Bool(true));
    }
    if !sorted.kept.is_empty() {
        extra.insert("x-tablature-facts".into(), Value::Object(sorted.kept));
    }
    if !sorted.contested.is_empty() {
        extra.insert("x-tablature-contested".into(), Value::Object(sorted.contested));
    }
}

/// What is left over: facts without a keyword, and facts on which sources differ.
#[derive(Default)]
struct Sorted {
    kept: Map<String, Value>,
    contested: Map<String, Value>,
}

impl Sorted {
    fn keep(&mut self, key: &str, value: Value) {
        self.kept.insert(key.into(), value);
    }

    /// The value, if all sources say the same; else each source's is noted.
    fn agreed<'a, T>(&mut self, key: &str, claim: &'a Option<Claim<T>>, show: impl Fn(&T) -> Value) -> Option<&'a T> {
        match claim.as_ref()? {
            Claim::Agreed(value) => Some(value),
            Claim::Contested(claims) => {
                self.contested.insert(key.into(), by_source(claims, show));
                None
            }
        }
    }

    fn limit(
        &mut self,
        key: &str,
        keyword: &str,
        claim: &Option<Claim<Literal>>,
        fits: bool,
        read: impl Fn(&str) -> Option<Value>,
        into: &mut Map<String, Value>,
    ) {
        let Some(text) = self.agreed(key, claim, |text| json!(text)) else { return };
        match read(text).filter(|_| fits) {
            Some(value) => {
                into.insert(keyword.into(), value);
            }
            None => self.keep(key, json!(text)),
        }
    }
}

/// An object with what each source says.
pub(crate) fn by_source<T>(claims: &[(String, T)], show: impl Fn(&T) -> Value) -> Value {
    Value::Object(claims.iter().map(|(source, value)| (source.clone(), show(value))).collect())
}

/// A literal as a value of a type that has single values.
fn value(text: &str, kind: &Type) -> Option<Value> {
    match kind {
        Type::Text => Some(json!(text)),
        Type::Integer | Type::Long => text.trim().parse::<i64>().ok().map(|value| json!(value)),
        Type::Number => numeric(text),
        Type::Boolean => match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(json!(true)),
            "false" => Some(json!(false)),
            _ => None,
        },
        _ => None,
    }
}

fn numeric(text: &str) -> Option<Value> {
    let text = text.trim();
    if let Ok(whole) = text.parse::<i64>() {
        return Some(json!(whole));
    }
    text.parse::<f64>().ok().filter(|value| value.is_finite()).map(|value| json!(value))
}

fn count(text: &str) -> Option<Value> {
    text.trim().parse::<u32>().ok().map(|value| json!(value))
}

/// Whether a default keeps to the keywords of its schema. A pattern is not run, because a page's pattern may take for ever.
fn conforms(value: &Value, kind: &Type, schema: &Map<String, Value>) -> bool {
    if let (Type::List(item), Value::Array(values)) = (kind, value) {
        let within = |key: &str, fits: fn(u64, u64) -> bool| {
            schema.get(key).and_then(Value::as_u64).is_none_or(|limit| fits(values.len() as u64, limit))
        };
        let Some(items) = schema.get("items").and_then(Value::as_object) else { return false };
        return within("minItems", |n, limit| n >= limit)
            && within("maxItems", |n, limit| n <= limit)
            && values.iter().all(|value| conforms(value, item, items));
    }
    let right = match kind {
        Type::Text => value.is_string(),
        Type::Integer | Type::Long => value.is_i64(),
        Type::Number => value.is_number(),
        Type::Boolean => value.is_boolean(),
        _ => false,
    };
    let listed = schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(value));
    let size = value.as_str().map_or_else(|| value.as_f64(), |text| Some(text.chars().count() as f64));
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let least = limit("minimum").or(limit("minLength"));
    let most = limit("maximum").or(limit("maxLength"));
    let inside =
        size.is_none_or(|size| least.is_none_or(|least| size >= least) && most.is_none_or(|most| size <= most));
    right && listed && inside && !schema.contains_key("pattern")
}
