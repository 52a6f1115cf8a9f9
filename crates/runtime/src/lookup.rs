//! Single values of a JSON text, found without reading the others: a marker, a total, the state of a job.

use std::fmt;

use serde_core::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The value that `path` leads to, as it was sent. An empty path leads to the whole text.
pub(crate) fn at<'a>(json: &'a str, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(json, |json, name| member(json, name))
}

/// A member of an object. Of a name that comes twice the last one counts.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    members(json).into_iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
}

/// The members of an object; none if it is no object.
pub(crate) fn members(json: &str) -> Vec<(String, &str)> {
    serde_json::from_str::<Members<'_>>(json).map_or(Vec::new(), |members| members.0)
}

/// The items of an array, none of what stands for absence, and else the value itself: an array of one may come without its brackets.
pub(crate) fn items(json: &str) -> Vec<&str> {
    match json.trim() {
        "" | "null" | "\"\"" => Vec::new(),
        array if array.starts_with('[') => serde_json::from_str::<Items<'_>>(array).map_or(Vec::new(), |items| items.0),
        one => vec![one],
    }
}

/// A single value as text; none for what stands for absence, and for objects and arrays.
pub(crate) fn text(json: &str) -> Option<String> {
    let json = json.trim();
    match json.as_bytes().first()? {
        b'"' => serde_json::from_str::<String>(json).ok().filter(|text| !text.is_empty()),
        b'{' | b'[' | b'n' => None,
        _ => Some(json.to_owned()),
    }
}

/// A whole number, also one that came as text.
pub(crate) fn integer(json: &str) -> Option<i64> {
    text(json)?.trim().parse().ok()
}

/// A boolean, also one that came as text or number.
pub(crate) fn boolean(json: &str) -> Option<bool> {
    match text(json)?.trim().to_ascii_lowercase().as_str() {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

struct Members<'a>(Vec<(String, &'a str)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    out.push((name, value.get()));
                }
                Ok(Members(out))
            }
        }
        from.deserialize_map(Collect)
    }
}

struct Items<'a>(Vec<&'a str>);

impl<'de: 'a, 'a> Deserialize<'de> for Items<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Items<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut out = Vec::new();
                while let Some(value) = items.next_element::<&'de RawValue>()? {
                    out.push(value.get());
                }
                Ok(Items(out))
            }
        }
        from.deserialize_seq(Collect)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let json = r#"{"a": {"b": [1, {"c": 2}]}, "a.b": 3, "twice": 1, "twice": 2, "d\u0065": 4}"#;
        assert_eq!(at(json, &[]), Some(json));
        assert_eq!(at(json, &["a", "b"]), Some(r#"[1, {"c": 2}]"#));
        assert_eq!(at(json, &["twice"]), Some("2"));
        assert_eq!(at(json, &["de"]), Some("4"));
        assert_eq!(at(json, &["a", "c"]), None);
        assert_eq!(at(json, &["a.b", "c"]), None);
        assert_eq!(at("[1]", &["a"]), None);
        assert_eq!(at("{", &["a"]), None);
    }

    #[test]
    fn arrays() {
        assert_eq!(items(r#" [1, {"a": [2]}, null]"#), ["1", r#"{"a": [2]}"#, "null"]);
        assert_eq!(items("[]"), [""; 0]);
        assert_eq!(items("null"), [""; 0]);
        assert_eq!(items("\"\""), [""; 0]);
        assert_eq!(items("{\"a\": 1}"), ["{\"a\": 1}"]);
        assert_eq!(items("[1"), [""; 0]);
    }

    #[test]
    fn scalars() {
        assert_eq!(text(r#""a\u00e4""#).as_deref(), Some("aä"));
        assert_eq!(text("12").as_deref(), Some("12"));
        for absent in ["null", "\"\"", "{}", "[]", "", " "] {
            assert_eq!(text(absent), None, "{absent:?}");
        }
        assert_eq!(
            (integer("7"), integer("\" 7 \""), integer("\"x\""), integer("1.5")),
            (Some(7), Some(7), None, None)
        );
        assert_eq!(
            (boolean("true"), boolean("\"False\""), boolean("0"), boolean("2")),
            (Some(true), Some(false), Some(false), None)
        );
    }
}
