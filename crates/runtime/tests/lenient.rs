//! Every form in which servers send values, against the types that pages declare.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::Deserialize;
use serde_json::{Value, json};
use tablature_runtime::lenient::{self, Lenient};
use tablature_runtime::{lenient_types, open_enum};

#[derive(Deserialize)]
#[serde(bound = "T: for<'a> Lenient<'a>")]
struct Field<T> {
    #[serde(default = "absent::<T>", deserialize_with = "lenient::field")]
    f: T,
}

fn absent<T: for<'a> Lenient<'a>>() -> T {
    lenient::field(Value::Null).unwrap()
}

open_enum! {
    /// How a job runs.
    pub enum Mode {
        /// At fixed times.
        Batch = "BATCH",
        /// A number.
        Two = "2",
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Node {
    #[serde(default, deserialize_with = "lenient::field")]
    size: Option<i64>,
    #[serde(default, deserialize_with = "lenient::field")]
    next: Option<Box<Node>>,
    #[serde(default, deserialize_with = "lenient::field")]
    children: Vec<Node>,
}
lenient_types!(Mode, Node);

fn node(size: Option<i64>) -> Node {
    Node { size, next: None, children: Vec::new() }
}

/// `json` is the value of a field of type `T`.
#[track_caller]
fn ok<T: for<'a> Lenient<'a> + PartialEq + Debug>(json: &str, expected: T) {
    let found: Field<T> =
        serde_json::from_str(&format!(r#"{{"f": {json}, "g": 0}}"#)).unwrap_or_else(|e| panic!("{json}: {e}"));
    assert_eq!(found.f, expected, "{json}");
}

/// `json` is refused, and the message holds `part` and the position of the value.
#[track_caller]
fn no<T: for<'a> Lenient<'a> + Debug>(json: &str, part: &str) {
    match serde_json::from_str::<Field<T>>(&format!(r#"{{"f": {json}, "g": 0}}"#)) {
        Ok(found) => panic!("{json} became {:?}", found.f),
        Err(error) => {
            assert!(error.to_string().contains(part), "{json}: {error}");
            assert!(error.line() == 1 && error.column() >= 6, "{json} has no position: {error}");
        }
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
    ok("2147483647", i32::MAX);
    ok("\"-2147483648\"", i32::MIN);
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
    no::<i32>("2147483648", "expected an integer of 32 bits");
    no::<i32>("\"-2147483649\"", "expected an integer of 32 bits");
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
    let text = |value: Value| lenient::field::<_, Option<String>>(value).unwrap();
    assert_eq!(text(json!(1.5)).as_deref(), Some("1.5"));
    assert_eq!(text(json!("a\"b")).as_deref(), Some("a\"b"));
    assert_eq!(text(json!(null)), None);
    assert_eq!(text(json!({"a": [1]})).as_deref(), Some(r#"{"a":[1]}"#));
    let one = lenient::field::<_, String>(serde::de::value::U64Deserializer::<serde_json::Error>::new(7)).unwrap();
    assert_eq!(one, "7");
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
    ok("[1, null]", vec![Some(1_i64), None]);
    ok("[1, null]", vec![json!(1), Value::Null]);
    ok("[[1], null, 2]", vec![vec![1_i64], vec![], vec![2]]);
    ok("{\"k\": 1}", vec!["{\"k\":1}".to_owned()]);
    ok("{\"k\": 1}", vec![json!({"k": 1})]);
    ok("null", None::<Vec<i64>>);
    ok("[]", Some(Vec::<i64>::new()));
    no::<Vec<i64>>("[1, \"x\"]", "\"x\"");
    no::<Vec<i64>>("\"x\"", "\"x\"");
    no::<Vec<i64>>("{}", "map");
    let missing: Field<Vec<i64>> = serde_json::from_str("{}").unwrap();
    assert!(missing.f.is_empty());
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
