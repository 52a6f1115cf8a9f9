//! Texts as they were sent: a number with all its digits, an object as it was written.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;
use std::sync::OnceLock;

use serde_core::de::value::Error as ProbeError;
use serde_core::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_core::forward_to_deserialize_any;
use serde_json::Value;
use serde_json::value::RawValue;

/// What a report calls a text.
pub(super) const TEXT: &str = "text";

/// A value as text, and what it was before.
pub(super) struct Sent {
    pub(super) text: String,
    pub(super) kind: &'static str,
}

impl Sent {
    fn new(kind: &'static str, text: impl Into<String>) -> Option<Sent> {
        Some(Sent { text: text.into(), kind })
    }
}

/// The text that the next value is, or nothing for a `null`.
pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Sent>, D::Error> {
    deserializer.deserialize_newtype_struct(raw_name(), TextVisitor)
}

/// The name by which `RawValue` asks serde_json for a value as it was sent. Learnt from `RawValue` itself, because it is not public;
/// any other deserializer takes it for an ordinary newtype.
fn raw_name() -> &'static str {
    static NAME: OnceLock<&'static str> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = Cell::new("");
        let _ = Box::<RawValue>::deserialize(Probe(&name));
        name.get()
    })
}

struct Probe<'a>(&'a Cell<&'static str>);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = ProbeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbeError> {
        Err(ProbeError::custom("only asks for a name"))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ProbeError> {
        self.0.set(name);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<Sent>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Sent>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Sent>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<Sent>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Sent>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Sent>, E> {
        Ok(Sent::new("true or false", value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Sent>, E> {
        Ok(Sent::new("an integer", value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Sent>, E> {
        Ok(Sent::new("an integer", value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<Sent>, E> {
        Ok(Sent::new("a number", Value::from(value).to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Sent>, E> {
        Ok(Sent::new(TEXT, text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Option<Sent>, E> {
        Ok(Sent::new(TEXT, text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Sent>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Value>()? {
            items.push(item);
        }
        Ok(Sent::new("an array", Value::Array(items).to_string()))
    }

    /// A value as it was sent, or a map that really is one.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Sent>, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if object.is_empty() && key.0 == raw_name() {
                return text_of(map.next_value::<Key<'de>>()?.0).map_err(A::Error::custom);
            }
            object.insert(key.0.into_owned(), map.next_value()?);
        }
        Ok(Sent::new("an object", Value::Object(object).to_string()))
    }
}

/// The text that a JSON value is.
fn text_of(json: Cow<'_, str>) -> Result<Option<Sent>, serde_json::Error> {
    if json == "null" {
        return Ok(None);
    }
    let kind = match json.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "true or false",
        Some(b'"') => TEXT,
        _ if json.contains(['.', 'e', 'E']) => "a number",
        _ => "an integer",
    };
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Ok(Sent::new(kind, inner)),
        Some(_) => serde_json::from_str::<String>(&json).map(|text| Sent::new(kind, text)),
        None => Ok(Sent::new(kind, json)),
    }
}

/// A string that is borrowed from the input where it can be.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}
