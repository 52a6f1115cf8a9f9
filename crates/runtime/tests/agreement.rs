//! On documents of the declared types the tables and plain serde derives agree, in both directions.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tablature_runtime::private;

/// The same structs twice.
macro_rules! twice {
    ($($type:ident { $($field:ident: $kind:ty),* $(,)? })*) => {
        mod tables {
            use super::{BTreeMap, Value};
            $(
                #[derive(Debug, Default, PartialEq)]
                pub(crate) struct $type { $($field: $kind),* }
                tablature_runtime::both!($type; $($field),*);
            )*
        }
        mod derives {
            use super::{BTreeMap, Value};
            $(
                #[derive(Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
                #[serde(default)]
                pub(crate) struct $type { $(#[serde(skip_serializing_if = "Option::is_none")] $field: $kind),* }
            )*
        }
    };
}
twice! {
    Node {
        text: Option<String>,
        number: Option<i64>,
        ratio: Option<f64>,
        flag: Option<bool>,
        any: Option<Value>,
        next: Option<Box<Node>>,
        texts: Option<Vec<String>>,
        lists: Option<Vec<Vec<i64>>>,
        nodes: Option<Vec<Node>>,
        map: Option<BTreeMap<String, String>>,
        maps: Option<BTreeMap<String, Vec<Node>>>,
    }
}

/// A generator of numbers that is the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn text(&mut self) -> String {
        let letters = ['a', 'B', '0', ' ', '"', '\\', '\n', '\u{1}', 'é', '中', '😀'];
        (0..self.below(6)).map(|_| letters[usize::try_from(self.below(11)).unwrap()]).collect()
    }

    fn list(&mut self, item: impl Fn(&mut Random) -> Value) -> Value {
        (0..self.below(4)).map(|_| item(self)).collect()
    }

    fn map(&mut self, item: impl Fn(&mut Random) -> Value) -> Value {
        Value::Object((0..self.below(4)).map(|_| (self.text(), item(self))).collect())
    }

    fn number(&mut self) -> i64 {
        let number = self.below(u64::MAX).cast_signed();
        number >> self.below(64)
    }

    fn any(&mut self) -> Value {
        match self.below(4) {
            0 => json!(self.text()),
            1 => json!(self.number()),
            2 => self.list(|random| json!(random.below(9))),
            _ => json!(self.below(2) == 0),
        }
    }

    fn node(&mut self, depth: u64) -> Value {
        let mut members = Map::new();
        for _ in 0..self.below(12) {
            let (key, value) = match self.below(13) {
                0 => ("text", json!(self.text())),
                1 => ("number", json!(self.number())),
                2 => ("ratio", json!(f64::from(u32::try_from(self.below(1 << 32)).unwrap()) / 1024.0)),
                3 => ("flag", json!(self.below(2) == 0)),
                4 => ("any", self.any()),
                5 => ("texts", self.list(|random| json!(random.text()))),
                6 => ("lists", self.list(|random| random.list(|random| json!(random.number())))),
                7 => ("map", self.map(|random| json!(random.text()))),
                8 => ("unknown", self.any()),
                9 => (["text", "number", "next", "nodes", "map"][usize::try_from(self.below(5)).unwrap()], Value::Null),
                _ if depth == 0 => continue,
                10 => ("next", self.node(depth - 1)),
                11 => ("nodes", self.list(|random| random.node(depth - 1))),
                _ => ("maps", self.map(|random| random.list(|random| random.node(depth - 1)))),
            };
            members.insert(key.to_owned(), value);
        }
        Value::Object(members)
    }
}

#[test]
fn tables_and_derives_agree() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2_000 {
        let text = random.node(3).to_string();
        let derived: derives::Node = serde_json::from_str(&text).unwrap();
        let plain: tables::Node = private::from_str(&text).unwrap();
        let exact: tables::Node = serde_json::from_str(&text).unwrap();
        assert_eq!(format!("{plain:?}"), format!("{derived:?}"), "{text}");
        assert_eq!(plain, exact, "{text}");
        assert_eq!(serde_json::to_string(&plain).unwrap(), serde_json::to_string(&derived).unwrap(), "{text}");
    }
}
