//! Objects that name a key twice. Derived decoders refuse them; as everywhere else in JSON the last value counts.
//!
//! Only a decoder that has failed for this reason pays for it.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// As deep as serde_json itself decodes.
const MAX_DEPTH: usize = 128;

/// `text` without all values of a repeated key but the last one, if a repeated key is what `error` is about.
pub(crate) fn removed(text: &str, error: &serde_json::Error) -> Option<String> {
    // Serde has no other mark for it than its words.
    if !error.to_string().starts_with("duplicate field `") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    write(serde_json::from_str(text).ok()?, 0, &mut out)?;
    Some(out)
}

fn write(value: &RawValue, depth: usize, out: &mut String) -> Option<()> {
    let text = value.get();
    if depth == MAX_DEPTH {
        return None;
    }
    if text.starts_with('[') {
        out.push('[');
        for (index, item) in serde_json::from_str::<Vec<&RawValue>>(text).ok()?.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write(item, depth + 1, out)?;
        }
        out.push(']');
    } else if text.starts_with('{') {
        out.push('{');
        for (index, (key, member)) in serde_json::from_str::<Members<'_>>(text).ok()?.0.into_iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            out.push_str(&serde_json::to_string(&key).ok()?);
            out.push(':');
            write(member, depth + 1, out)?;
        }
        out.push('}');
    } else {
        out.push_str(text);
    }
    Some(())
}

/// The members of an object, each key once, at its first place and with its last value.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members<'a>, D::Error> {
        struct MembersVisitor;
        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut places: HashMap<String, usize> = HashMap::new();
                let mut members: Self::Value = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, &RawValue>()? {
                    match places.get(&key).and_then(|place| members.get_mut(*place)) {
                        Some(member) => member.1 = value,
                        None => {
                            places.insert(key.clone(), members.len());
                            members.push((key, value));
                        }
                    }
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(MembersVisitor).map(Members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Once {
        #[expect(dead_code, reason = "only the error is looked at")]
        id: serde_json::Value,
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let error = serde_json::from_str::<Once>(text).map(|_| ()).unwrap_err();
        assert_eq!(removed(text, &error).as_deref(), expected);
    }

    #[test]
    fn the_last_value_counts() {
        check(r#"{"id":1,"id":2}"#, Some(r#"{"id":2}"#));
        check(
            r#" {"id" : 1.50, "a\"" : [ {"x":1, "y" : "\u00e9", "x":{} } ], "id":2} "#,
            Some(r#"{"id":2,"a\"":[{"x":{},"y":"\u00e9"}]}"#),
        );
        check(r#"{"id":1,"\u0069d":20000000000000000000.10}"#, Some(r#"{"id":20000000000000000000.10}"#));
    }

    #[test]
    fn other_errors_stay() {
        check(r#"{"a":1,"a":2}"#, None);
        check(r#"{"id":1,"id":2"#, None);
        check(r#"[1, 2]"#, None);
        let deep = format!(r#"{{"id":1,"id":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        check(&deep, None);
    }
}
