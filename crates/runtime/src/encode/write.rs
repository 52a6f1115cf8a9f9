//! Values for any serializer of serde, and as texts; bodies are written by [`json`](super::json).

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::Value;

use super::{Encode, View};
use crate::decode::plain;

/// What generated types do for `serde::Serialize`.
#[doc(hidden)]
pub fn serialize<S: Serializer>(value: &dyn Encode, serializer: S) -> Result<S::Ok, S::Error> {
    Shown(&value.view()).serialize(serializer)
}

/// A view as serde writes it.
pub(crate) struct Shown<'a>(pub(crate) &'a View<'a>);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            View::Absent => serializer.serialize_unit(),
            View::Bool(value) => serializer.serialize_bool(*value),
            View::Integer(value) => serializer.serialize_i64(*value),
            View::Float(value) => serializer.serialize_f64(*value),
            View::Text(text) => serializer.serialize_str(text),
            View::Any(value) => value.serialize(serializer),
            View::List(list) => {
                let mut seq = serializer.serialize_seq(None)?;
                let mut index = 0;
                while let Some(item) = list.item(index) {
                    seq.serialize_element(&Shown(&item))?;
                    index += 1;
                }
                seq.end()
            }
            View::Object(object) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                object.fields(&mut |names, _, fields| {
                    for (name, field) in names.iter().zip(fields) {
                        let view = field.view();
                        if !matches!(view, View::Absent) && result.is_ok() {
                            result = map.serialize_entry(plain(name), &Shown(&view));
                        }
                    }
                });
                result?;
                map.end()
            }
            View::Map(pairs) => {
                let mut map = serializer.serialize_map(None)?;
                let mut result = Ok(());
                pairs.each(&mut |key, view| {
                    if result.is_ok() {
                        result = map.serialize_entry(key, &Shown(&view));
                    }
                });
                result?;
                map.end()
            }
        }
    }
}

/// The texts of a value outside a body: one, or one for each item of an array.
pub(crate) fn texts(view: &View<'_>) -> Vec<String> {
    match view {
        View::Absent => Vec::new(),
        View::Bool(value) => vec![value.to_string()],
        View::Integer(value) => vec![value.to_string()],
        View::Float(value) => vec![value.to_string()],
        View::Text(text) => vec![(*text).to_owned()],
        View::Any(Value::String(text)) => vec![text.clone()],
        View::List(list) => {
            let mut out = Vec::new();
            while let Some(item) = list.item(out.len()) {
                out.push(texts(&item).join(","));
            }
            out
        }
        // No page says how an object stands in a URL; as JSON nothing is lost. Text keys and numbers cannot fail to be written.
        View::Any(_) | View::Object(_) | View::Map(_) => {
            vec![serde_json::to_string(&Shown(view)).unwrap_or_default()]
        }
    }
}
