//! Writes a body as serde_json would: the same bytes, but a text without escapes, as most are, is copied as a whole.

use std::io::Write as _;

use serde_json::Result;

use super::View;
use crate::decode::plain;

/// Appends `view` as JSON.
pub(crate) fn write(view: &View<'_>, out: &mut Vec<u8>) -> Result<()> {
    match view {
        View::Absent => out.extend_from_slice(b"null"),
        View::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        // A vector takes whatever it is given.
        View::Integer(value) => write!(out, "{value}").map_err(serde_json::Error::io)?,
        View::Float(value) => serde_json::to_writer(out, value)?,
        View::Text(value) => text(value, out)?,
        View::Any(value) => serde_json::to_writer(out, value)?,
        View::List(list) => {
            let mut index = 0;
            out.push(b'[');
            while let Some(item) = list.item(index) {
                if index > 0 {
                    out.push(b',');
                }
                write(&item, out)?;
                index += 1;
            }
            out.push(b']');
        }
        View::Object(object) => {
            let mut result = Ok(());
            let mut members = Members::begin(out);
            object.fields(&mut |names, _, fields| {
                result = names.iter().zip(fields).try_for_each(|(name, field)| match field.view() {
                    View::Absent => Ok(()),
                    view => members.add(plain(name), &view),
                });
            });
            members.end();
            result?;
        }
        View::Map(pairs) => {
            let mut result = Ok(());
            let mut members = Members::begin(out);
            pairs.each(&mut |key, view| {
                if result.is_ok() {
                    result = members.add(key, &view);
                }
            });
            members.end();
            result?;
        }
    }
    Ok(())
}

/// An object that is being written.
pub(crate) struct Members<'a> {
    out: &'a mut Vec<u8>,
    /// What stands before the next member.
    before: u8,
}

impl<'a> Members<'a> {
    pub(crate) fn begin(out: &'a mut Vec<u8>) -> Members<'a> {
        Members { out, before: b'{' }
    }

    pub(crate) fn add(&mut self, name: &str, view: &View<'_>) -> Result<()> {
        self.out.push(self.before);
        self.before = b',';
        text(name, self.out)?;
        self.out.push(b':');
        write(view, self.out)
    }

    pub(crate) fn end(self) {
        if self.before == b'{' {
            self.out.push(b'{');
        }
        self.out.push(b'}');
    }
}

fn text(text: &str, out: &mut Vec<u8>) -> Result<()> {
    // Looks at every byte and decides nothing in between, so that many are looked at in one instruction.
    let escaped = |byte: u8| (byte < 0x20) | (byte == b'"') | (byte == b'\\');
    if text.bytes().fold(false, |found, byte| found | escaped(byte)) {
        return serde_json::to_writer(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::super::Encode;
    use super::super::write::Shown;
    use super::*;

    #[derive(Default)]
    struct All {
        flag: Option<bool>,
        size: Option<i64>,
        share: Option<f64>,
        name: Option<String>,
        any: Option<Value>,
        r#type: Vec<Option<String>>,
        map: BTreeMap<String, Option<i64>>,
        inner: Option<Box<All>>,
    }
    crate::request!(All; flag, size, share, name, any, r#type, map, inner);

    #[track_caller]
    fn check(value: &dyn Encode) {
        let mut out = Vec::new();
        write(&value.view(), &mut out).unwrap();
        let expected = serde_json::to_string(&Shown(&value.view())).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn as_serde_json_writes() {
        check(&All::default());
        for text in ["", "a", "中文", "a \"b\" \\ c", "\u{7f}", "tab\t", "\0", "line\r\n", "long ".repeat(99).as_str()]
        {
            check(&text.to_owned());
            let map = [(text.to_owned(), Some(1)), ("none".to_owned(), None)].into();
            let (name, list) = (Some(text.to_owned()), vec![None, Some(text.to_owned())]);
            let inner = All { map, name: name.clone(), r#type: list, ..All::default() };
            let any = Some(json!({text: [1, null, {"a": 1.5}]}));
            check(&All { flag: Some(true), name, any, inner: Some(Box::new(inner)), ..All::default() });
        }
        for byte in 0..=255_u8 {
            check(&char::from(byte).to_string());
        }
        for size in [0, 1, -1, i64::MIN, i64::MAX] {
            check(&All { flag: Some(false), size: Some(size), ..All::default() });
        }
        for share in [0.0, -0.0, 1.0, 1e300, 1.5e-7, f64::NAN, f64::INFINITY] {
            check(&All { share: Some(share), ..All::default() });
        }
    }
}
