//! Every form in which servers send values, against the types that pages declare.
#![deny(missing_docs, warnings)]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::{Value, json};
use tablature_runtime::private::{self, DecodeFields, WithDecode};
use tablature_runtime::{Decode, both, open_text, response};

/// An object with one field that the test chooses the type of.
struct Field<T> {
    f: T,
}

impl<T: Decode> Default for Field<T> {
    fn default() -> Self {
        Field { f: T::fresh() }
    }
}

impl<T: Decode> DecodeFields for Field<T> {
    fn fields(&mut self, with: WithDecode<'_>) {
        with(&["f"], &mut [&mut self.f]);
    }
}

impl<'de, T: Decode> serde::Deserialize<'de> for Field<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        private::deserialize(from)
    }
}

/// How a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// At fixed times.
    Batch,
    /// A number.
    Two,
    /// A value that the pages do not list.
    Unknown(String),
}
open_text!(Mode; Batch = "BATCH", Two = "2");

/// A type that holds itself.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Node {
    /// A number.
    pub size: Option<i64>,
    /// One of the same.
    pub next: Option<Box<Node>>,
    /// Several of the same.
    pub children: Vec<Node>,
    /// A name that is a keyword.
    pub r#type: Option<String>,
    /// A name that is no identifier.
    pub meta: BTreeMap<String, Node>,
}
response!(Node; size, next, children, r#type, meta = "OS-EXT:meta");

/// A type without fields.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Nothing {}
both!(Nothing;);

fn node(size: Option<i64>) -> Node {
    Node { size, ..Node::default() }
}

/// `json` is the value of a field of type `T`.
#[track_caller]
fn ok<T: Decode + PartialEq + Debug>(json: &str, expected: T) {
    let text = format!(r#"{{"f": {json}, "g": 0}}"#);
    let found: Field<T> = private::from_str(&text).unwrap_or_else(|e| panic!("{json}: {e:?}"));
    assert_eq!(found.f, expected, "{json}");
    let found: Field<T> = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{json} through serde: {e}"));
    assert_eq!(found.f, expected, "{json} through serde");
}

/// `json` is refused, and the message holds `part` and the position of the value.
#[track_caller]
fn no<T: Decode + Debug>(json: &str, part: &str) {
    let text = format!(r#"{{"f": {json}, "g": 0}}"#);
    let serde = serde_json::from_str::<Field<T>>(&text).map(|found| panic!("{json} became {:?}", found.f));
    let fast = private::from_str::<Field<T>>(&text).map(|found| panic!("{json} became {:?}", found.f));
    let fast = fast.map_err(|failure: private::Failure| {
        assert!(failure.path.starts_with("$.f"), "{json}: {}", failure.path);
        failure.error
    });
    for error in [serde, fast].into_iter().filter_map(Result::<(), _>::err) {
        assert!(error.to_string().contains(part), "{json}: {error}");
        assert!(error.line() == 1 && error.column() >= 6, "{json} has no position: {error}");
    }
}

#[test]
fn integers() {
    ok("10", 10_i64);
    ok("-10", -10_i64);
    ok("\"10\"", 10_i64);
    ok("\" 10 \"", 10_i64);
    ok("\"+10\"", 10_i64);
    ok("\"007\"", 7_i64);
    ok("10.0", 10_i64);
    ok("\"10.0\"", 10_i64);
    ok("1e3", 1000_i64);
    ok("\"1e3\"", 1000_i64);
    ok("-0.0", 0_i64);
    ok("\"\"", 0_i64);
    ok("null", 0_i64);
    ok("\"\"", None::<i64>);
    ok("\" \"", None::<i64>);
    ok("null", None::<i64>);
    ok("\"10\"", Some(10_i64));
    ok("0", Some(0_i64));
    ok("9223372036854775807", i64::MAX);
    ok("-9223372036854775808", i64::MIN);
    ok("\"9223372036854775807\"", i64::MAX);
    ok("\"-9223372036854775808.000\"", i64::MIN);
    ok("9007199254740992.0", 9_007_199_254_740_992_i64);
}

#[test]
fn integers_refused() {
    no::<i64>("9223372036854775808", "9223372036854775808");
    no::<i64>("-9223372036854775809", "expected an integer of 64 bits");
    no::<i64>("\"9223372036854775808\"", "expected an integer of 64 bits");
    no::<i64>("9007199254740994.0", "expected an integer of 64 bits");
    no::<i64>("1e19", "expected an integer of 64 bits");
    no::<i64>("1e400", "out of range");
    no::<i64>("10.5", "10.5");
    no::<i64>("\"10.5\"", "10.5");
    ok("\"10.\"", 10_i64);
    no::<i64>("\"1_000\"", "expected an integer");
    no::<i64>("\"0x10\"", "expected an integer");
    no::<i64>("\"ten\"", "ten");
    no::<i64>("\"NaN\"", "NaN");
    no::<i64>("true", "boolean `true`");
    no::<i64>("{}", "map");
    no::<i64>("[1]", "sequence");
    no::<Option<i64>>("10.5", "10.5");
}

#[test]
fn floats() {
    ok("1.5", 1.5_f64);
    ok("1", 1.0_f64);
    ok("18446744073709551615", 18_446_744_073_709_551_615.0_f64);
    ok("\"1.5\"", 1.5_f64);
    ok("\"1e-3\"", 0.001_f64);
    ok("\"\"", 0.0_f64);
    ok("\"\"", None::<f64>);
    ok("null", None::<f64>);
    no::<f64>("\"NaN\"", "NaN");
    no::<f64>("\"inf\"", "inf");
    no::<f64>("\"-Infinity\"", "Infinity");
    no::<f64>("\"1e999\"", "1e999");
    no::<f64>("\"1,5\"", "expected a number");
    no::<f64>("false", "expected a number");
}

#[test]
fn booleans() {
    ok("true", true);
    ok("false", Some(false));
    ok("\"true\"", true);
    ok("\"False\"", Some(false));
    ok("\"TRUE\"", true);
    ok("0", Some(false));
    ok("1", true);
    ok("1.0", true);
    ok("\"0\"", Some(false));
    ok("\"1\"", true);
    ok("\"\"", None::<bool>);
    ok("null", None::<bool>);
    no::<bool>("2", "expected true or false");
    no::<bool>("\"yes\"", "yes");
    no::<bool>("0.5", "0.5");
}

#[test]
fn texts() {
    let text = |text: &str| text.to_owned();
    ok("\"a\"", text("a"));
    ok("\"\"", Some(text("")));
    ok("null", None::<String>);
    ok("null", text(""));
    ok(r#""a\"\\\né\ud83d\ude00""#, text("a\"\\\né😀"));
    ok("\"中文\"", text("中文"));
    ok("10", text("10"));
    ok("10.0", text("10.0"));
    ok("1.10", text("1.10"));
    ok("-0", text("-0"));
    ok("1E5", text("1E5"));
    ok("123456789012345678901234567890", text("123456789012345678901234567890"));
    ok("true", text("true"));
    ok(r#"{"b": 1.10, "a": [] }"#, text(r#"{"b": 1.10, "a": [] }"#));
    ok("[1, 2]", text("[1, 2]"));
}

#[test]
fn texts_from_another_deserializer() {
    let text = |value: Value| serde_json::from_value::<Field<Option<String>>>(json!({"f": value})).unwrap().f;
    assert_eq!(text(json!(1.5)).as_deref(), Some("1.5"));
    assert_eq!(text(json!("a\"b")).as_deref(), Some("a\"b"));
    assert_eq!(text(json!(null)), None);
    assert_eq!(text(json!({"a": [1]})).as_deref(), Some(r#"{"a":[1]}"#));
}

#[test]
fn arrays() {
    ok("[1, \"2\", 3.0]", vec![1_i64, 2, 3]);
    ok("null", Vec::<i64>::new());
    ok("\"\"", Vec::<i64>::new());
    ok("[]", Vec::<i64>::new());
    ok("7", vec![7_i64]);
    ok("\"7\"", vec![7_i64]);
    ok("true", vec![true]);
    ok("\"a\"", vec!["a".to_owned()]);
    ok("1.5", vec!["1.5".to_owned()]);
    ok("[\"a\", \"\", null, 1.10]", vec!["a".to_owned(), String::new(), "1.10".to_owned()]);
    ok("[1, null, \"\"]", vec![1_i64]);
    ok("[1, null]", vec![json!(1), Value::Null]);
    ok("[[1], null, 2]", vec![vec![1_i64], vec![], vec![2]]);
    ok("{\"k\": 1}", vec!["{\"k\":1}".to_owned()]);
    ok("{\"k\": 1}", vec![json!({"k": 1})]);
    ok("null", None::<Vec<i64>>);
    ok("[]", Some(Vec::<i64>::new()));
    no::<Vec<i64>>("[1, \"x\"]", "\"x\"");
    no::<Vec<i64>>("\"x\"", "\"x\"");
    no::<Vec<i64>>("{}", "map");
}

#[test]
fn maps() {
    let map = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect::<BTreeMap<_, _>>()
    };
    ok("{\"a\": \"1\", \"b\": 2}", map(&[("a", 1), ("b", 2)]));
    ok("{\"a\": null}", map(&[]));
    ok("null", map(&[]));
    ok("\"\"", map(&[]));
    ok("[]", map(&[]));
    ok("null", None::<BTreeMap<String, i64>>);
    ok("{\"a\": null}", BTreeMap::from([("a".to_owned(), Value::Null)]));
    no::<BTreeMap<String, i64>>("[1]", "expected an object");
    no::<BTreeMap<String, i64>>("\"x\"", "expected an object");
    no::<BTreeMap<String, i64>>("{\"a\": \"x\"}", "\"x\"");
}

#[test]
fn any_values() {
    ok("null", Value::Null);
    ok("null", None::<Value>);
    ok("\"\"", Some(json!("")));
    ok("{\"a\": [1]}", Some(json!({"a": [1]})));
}

#[test]
fn objects() {
    ok("{\"size\": \"1\"}", node(Some(1)));
    ok("null", None::<Node>);
    ok("\"\"", None::<Node>);
    ok("[]", None::<Node>);
    ok("[{\"size\": 1}]", Some(node(Some(1))));
    ok("{\"size\": 1}", vec![node(Some(1))]);
    ok("[{\"size\": 1}, null, {}]", vec![node(Some(1)), node(None)]);
    ok("{\"next\": {\"size\": 2}}", Node { next: Some(Box::new(node(Some(2)))), ..node(None) });
    ok("{\"children\": {\"size\": 2}, \"new\": {}}", Node { children: vec![node(Some(2))], ..node(None) });
    no::<Node>("null", "expected an object");
    no::<Option<Node>>("[{}, {}]", "several items");
    no::<Option<Node>>("[1]", "1");
    no::<Option<Node>>("\"x\"", "\"x\"");
    no::<Option<Node>>("7", "7");
    no::<Vec<Node>>("[{\"size\": 1}, 7]", "7");
}

#[test]
fn open_enums() {
    ok("\"BATCH\"", Mode::Batch);
    ok("\"LATER\"", Mode::Unknown("LATER".to_owned()));
    ok("2", Mode::Two);
    ok("\"\"", Some(Mode::Unknown(String::new())));
    ok("null", None::<Mode>);
    ok("true", Mode::Unknown("true".to_owned()));
    ok("[\"BATCH\", 3]", vec![Mode::Batch, Mode::Unknown("3".to_owned())]);
    ok("\"BATCH\"", vec![Mode::Batch]);
    assert_eq!(serde_json::to_string(&[Mode::Batch, Mode::from("x".to_owned())]).unwrap(), r#"["BATCH","x"]"#);
    assert_eq!(Mode::from("BATCH").to_string(), "BATCH");
    assert_eq!(serde_json::from_str::<Mode>("1.10").unwrap().as_str(), "1.10");
}

#[test]
fn deep_nesting_is_an_error() {
    let json = format!("{}{}", "{\"next\":".repeat(100_000), "}".repeat(100_000));
    assert!(serde_json::from_str::<Node>(&json).unwrap_err().to_string().contains("recursion limit"));
    let json = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(serde_json::from_str::<Field<Option<Node>>>(&format!("{{\"f\":{json}}}")).is_err());
    ok(&json, json.clone());
}

#[test]
fn names() {
    ok(r#"{"type": "a", "OS-EXT:meta": {"k": {"type": 1}}}"#, {
        let inner = Node { r#type: Some("1".to_owned()), ..Node::default() };
        Node { r#type: Some("a".to_owned()), meta: BTreeMap::from([("k".to_owned(), inner)]), ..Node::default() }
    });
    ok(r#"{"r#type": "a", "meta": {}}"#, node(None));
    ok("{\"a\": 1}", Nothing {});
}

#[test]
fn the_last_value_of_a_key_counts() {
    ok(r#"{"size": 1, "size": 2, "size": null}"#, node(None));
    ok(r#"{"children": [{}, {}], "size": 1, "children": {"size": 2}}"#, {
        Node { children: vec![node(Some(2))], ..node(Some(1)) }
    });
    ok(r#"{"next": {"size": 1}, "next": {}}"#, Node { next: Some(Box::new(node(None))), ..node(None) });
    ok(r#"{"OS-EXT:meta": {"a": {}, "a": null, "b": {"size": 1}, "b": {}}}"#, {
        Node { meta: BTreeMap::from([("b".to_owned(), node(None))]), ..node(None) }
    });
}

#[test]
fn a_second_pass_leaves_nothing_of_the_first() {
    ok(r#"{"children": [{"size": 1}, {"type": "a"}, {"type": 1.10}], "size": 3}"#, {
        let text = |text: &str| Node { r#type: Some(text.to_owned()), ..Node::default() };
        Node { children: vec![node(Some(1)), text("a"), text("1.10")], ..node(Some(3)) }
    });
}

#[test]
fn paths() {
    let path = |json: &str| private::from_str::<Node>(json).unwrap_err().path;
    assert_eq!(path(r#"{"size": 1,"#), "$");
    assert_eq!(path(r#"{"size": "#), "$.size");
    assert_eq!(path(r#"{"children": [{"size": 1}, {"next": {"size": "x"}}]}"#), "$.children[1].next.size");
    assert_eq!(path(r#"{"children": [null, null, 1]}"#), "$.children[2]");
    assert_eq!(path(r#"{"OS-EXT:meta": {"a.b": {"type": 1.5, "size": {}}}}"#), r#"$["OS-EXT:meta"]["a.b"].size"#);
    assert_eq!(path(r#"{} x"#), "$");
    assert_eq!(path("7"), "$");
}
