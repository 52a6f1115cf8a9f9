//! The grammar of type cells. The word itself stays in the spec; this says what it means.
//!
//! Vocabulary is in `data/types.toml`; what is here is the grammar around it: generics, suffixes, lengths, sentences.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a type word means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// Text; dates and times too, because the pages give them as text.
    String,
    /// A whole number of 32 bits.
    Integer32,
    /// A whole number of 64 bits.
    Integer64,
    /// A number that may have a fraction.
    Float,
    /// True or false.
    Boolean,
    /// An object, with the name of its type where the word gives one.
    Object(Option<String>),
    /// An array; of `Any` where the word says nothing about its items.
    Array(Box<Shape>),
    /// An object with free keys and values of one shape.
    Map(Box<Shape>),
    /// Any JSON value: a union, or a word that promises nothing.
    Any,
    /// Always null, or no value at all.
    Null,
    /// The bytes of a file.
    File,
}

/// A type cell, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeWord {
    /// The shape.
    pub shape: Shape,
    /// The length in `String(64)`.
    pub max_length: Option<u32>,
    /// The number in "see Table 16".
    pub table_number: Option<u32>,
    /// The word is nothing but a name, such as `GesMetaData`: a type if a table of that name exists, else an unknown word.
    pub bare: bool,
}

/// Deeper generics than this are refused.
const MAX_DEPTH: usize = 16;
/// Longer cells than this are prose.
const MAX_CHARS: usize = 200;
/// So many words are remembered; a service has a few hundred.
const MAX_REMEMBERED: usize = 4_096;

impl Shape {
    /// The name of the object type in it, through arrays and maps.
    pub fn object_name(&self) -> Option<&str> {
        match self {
            Shape::Object(name) => name.as_deref(),
            Shape::Array(inner) | Shape::Map(inner) => inner.object_name(),
            _ => None,
        }
    }

    /// Whether a table may describe it: an object, or an array or map whose items are objects or unknown.
    pub fn is_objectish(&self) -> bool {
        match self {
            Shape::Object(_) => true,
            Shape::Array(inner) => matches!(**inner, Shape::Any) || inner.is_objectish(),
            Shape::Map(inner) => inner.is_objectish(),
            _ => false,
        }
    }

    /// The kind by which two sources are compared: spelling and size do not count. `None` agrees with everything.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Shape::String => Some("text"),
            Shape::Integer32 | Shape::Integer64 | Shape::Float => Some("number"),
            Shape::Boolean => Some("boolean"),
            Shape::Object(_) | Shape::Map(_) => Some("object"),
            Shape::Array(_) => Some("array"),
            Shape::File => Some("file"),
            Shape::Any | Shape::Null => None,
        }
    }

    /// Whether two sources mean the same kind, looking into arrays and maps.
    pub fn agrees_with(&self, other: &Shape) -> bool {
        match (self, other) {
            (Shape::Array(a), Shape::Array(b)) | (Shape::Map(a), Shape::Map(b)) => a.agrees_with(b),
            _ => match (self.kind(), other.kind()) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            },
        }
    }
}

static WORDS: LazyLock<HashMap<String, Shape>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    // The file is part of the crate and a test reads it, so a syntax error cannot reach a user.
    let Ok(table) = toml::de::DeTable::parse(include_str!("../data/types.toml")) else { return words };
    for (key, value) in table.get_ref() {
        let shape = match key.get_ref().as_ref() {
            "string" => Shape::String,
            "integer32" => Shape::Integer32,
            "integer64" => Shape::Integer64,
            "float" => Shape::Float,
            "boolean" => Shape::Boolean,
            "object" => Shape::Object(None),
            "array" => Shape::Array(Box::new(Shape::Any)),
            "null" => Shape::Null,
            "file" => Shape::File,
            _ => Shape::Any,
        };
        for word in value.get_ref().as_array().into_iter().flatten() {
            if let Some(word) = word.get_ref().as_str() {
                words.insert(squeeze(word), shape.clone());
            }
        }
    }
    words
});

thread_local! {
    /// Words with what they mean. A service has the same few in thousands of rows, and understanding one takes long in unoptimised builds.
    static REMEMBERED: RefCell<HashMap<String, Option<TypeWord>>> = RefCell::default();
}

/// Understands a type cell; `None` if its word is in no vocabulary and no form of the grammar.
pub fn parse(word: &str) -> Option<TypeWord> {
    if word.len() > MAX_CHARS {
        return understand(word);
    }
    REMEMBERED.with_borrow_mut(|remembered| {
        if let Some(known) = remembered.get(word) {
            return known.clone();
        }
        let found = understand(word);
        if remembered.len() < MAX_REMEMBERED {
            remembered.insert(word.to_string(), found.clone());
        }
        found
    })
}

fn understand(word: &str) -> Option<TypeWord> {
    let folded = fold(word);
    if folded.is_empty() || folded.chars().count() > MAX_CHARS {
        return None;
    }
    let (head, table_number) = cut_reference(&folded);
    let head = trim_marks(head);
    let mut length = None;
    if let Some(shape) = shape(head, 0, &mut length) {
        return Some(TypeWord { shape, max_length: length, table_number, bare: false });
    }
    if table_number.is_some() && head.is_empty() {
        return Some(TypeWord { shape: Shape::Object(None), max_length: None, table_number, bare: false });
    }
    is_name(head).then(|| TypeWord {
        shape: Shape::Object(Some(head.to_string())),
        max_length: None,
        table_number,
        bare: true,
    })
}

/// White space folded, full-width punctuation made plain.
fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        let c = match c {
            '，' => ',',
            '（' => '(',
            '）' => ')',
            '＜' | '《' => '<',
            '＞' | '》' => '>',
            '\u{200b}' | '\u{feff}' => continue,
            c if c.is_whitespace() || c == '\u{a0}' => ' ',
            c => c,
        };
        if c != ' ' || !(out.is_empty() || out.ends_with(' ')) {
            out.push(c);
        }
    }
    out.trim_end().to_string()
}

/// Cuts "For details, see Table 16." and its relatives off, and gives the number.
fn cut_reference(word: &str) -> (&str, Option<u32>) {
    let number = table_number(word);
    let mut head = word;
    for start in [
        ". For",
        ".For",
        ", see",
        ". See",
        " For details",
        "请参",
        ",详",
        "。",
        ",请",
        "详情",
        "参考",
        "详见",
        "见表",
        "，见",
        " see Table",
    ] {
        if let Some(at) = head.find(start) {
            head = &head[..at];
        }
    }
    (head, number)
}

/// The number after "Table" or "表".
pub fn table_number(text: &str) -> Option<u32> {
    for marker in ["Table", "table", "表"] {
        for (at, _) in text.match_indices(marker) {
            let tail = text.get(at + marker.len()..)?.trim_start();
            let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(number) = digits.parse() {
                return Some(number);
            }
        }
    }
    None
}

/// Final stops, footnote marks such as `[1]`, quotes.
fn trim_marks(word: &str) -> &str {
    let mut word = word.trim();
    loop {
        let trimmed = word.trim_matches(|c: char| {
            c.is_whitespace()
                || matches!(c, '。' | '.' | ';' | '；' | ',' | '、' | ':' | '：' | '"' | '“' | '”' | '*' | '`')
        });
        let trimmed = match trimmed.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
            Some((rest, mark)) if !rest.is_empty() && !mark.is_empty() && mark.chars().all(|c| c.is_ascii_digit()) => {
                rest
            }
            _ => trimmed,
        };
        if trimmed.len() == word.len() {
            return word;
        }
        word = trimmed;
    }
}

/// Lower case without blanks: how words are looked up.
fn squeeze(word: &str) -> String {
    word.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

fn vocabulary(word: &str) -> Option<Shape> {
    WORDS.get(&squeeze(word)).cloned()
}

/// A single name, as types are called: a letter first, then letters, digits, `_`, `-`, `.`.
fn is_name(word: &str) -> bool {
    let mut chars = word.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Names inside generics and before "object" may be several words (`Security Group Rule`).
fn is_phrase(word: &str) -> bool {
    !word.is_empty()
        && word.split(' ').count() <= 6
        && word.split(' ').all(|part| {
            part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '\'' | ':'))
        })
}

fn named(word: &str) -> Option<Shape> {
    let word = trim_marks(word);
    is_phrase(word).then(|| Shape::Object(Some(word.to_string())))
}

/// An item of a generic: a known shape, or the name of a type.
fn item(word: &str, depth: usize, length: &mut Option<u32>) -> Option<Shape> {
    if depth >= MAX_DEPTH {
        return None;
    }
    let word = trim_marks(word);
    if word.is_empty() {
        return Some(Shape::Any);
    }
    shape(word, depth + 1, length).or_else(|| named(word)).or_else(|| named(word.strip_suffix('s')?))
}

fn strip_prefix_ci<'a>(word: &'a str, prefix: &str) -> Option<&'a str> {
    let head = word.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &word[prefix.len()..])
}

fn strip_suffix_ci<'a>(word: &'a str, suffix: &str) -> Option<&'a str> {
    let at = word.len().checked_sub(suffix.len())?;
    let tail = word.get(at..)?;
    tail.eq_ignore_ascii_case(suffix).then(|| &word[..at])
}

fn shape(word: &str, depth: usize, length: &mut Option<u32>) -> Option<Shape> {
    if depth > MAX_DEPTH {
        return None;
    }
    let word = trim_marks(word);
    if let Some(shape) = vocabulary(word) {
        return Some(shape);
    }
    // []T and [T]
    if let Some(rest) = word.strip_prefix("[]") {
        return Some(Shape::Array(Box::new(item(rest, depth, length)?)));
    }
    if let Some(rest) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Some(Shape::Array(Box::new(item(rest, depth, length)?)));
    }
    // Map<K, V>
    for prefix in ["map", "dict", "hashmap"] {
        if let Some(rest) = strip_prefix_ci(word, prefix).map(str::trim_start) {
            if let Some(inner) = brackets(rest) {
                return map(inner, depth, length);
            }
            if let Some(rest) = strip_prefix_ci(rest, "of ") {
                return Some(Shape::Map(Box::new(item(rest, depth, length)?)));
            }
        }
    }
    // Array of T, List<T>, Array(T), ArrayOfT
    for prefix in ["json array", "jsonarray", "arraylist", "array", "list", "set", "arrary"] {
        let Some(rest) = strip_prefix_ci(word, prefix) else { continue };
        let rest =
            strip_prefix_ci(rest, "s").filter(|rest| rest.starts_with([' ', '<', '('])).unwrap_or(rest).trim_start();
        if let Some(inner) = brackets(rest) {
            return Some(Shape::Array(Box::new(item(inner, depth, length)?)));
        }
        if let Some(rest) = strip_prefix_ci(rest, "of ").or_else(|| strip_prefix_ci(rest, "Of")) {
            return Some(Shape::Array(Box::new(item(rest, depth, length)?)));
        }
        if let Some(inner) = rest.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Some(Shape::Array(Box::new(item(inner, depth, length)?)));
        }
        if let Some(inner) = rest.strip_prefix('<') {
            // The closing bracket is missing.
            return Some(Shape::Array(Box::new(item(inner, depth, length)?)));
        }
    }
    // String(64), Integer (1-100)
    if let Some((head, tail)) = word.split_once('(')
        && let Some(found) = vocabulary(head).filter(|found| !found.is_objectish())
    {
        let inner = tail.split(')').next().unwrap_or(tail);
        if found == Shape::String && depth == 0 {
            *length = inner.trim().parse().ok();
        }
        return Some(found);
    }
    // `X[]`
    if let Some(rest) = word.strip_suffix("[]") {
        return Some(Shape::Array(Box::new(item(rest, depth, length)?)));
    }
    for suffix in ["结构数组", "数组结构", "数组", "列表", " arrays", " array", " list", " lists"] {
        if let Some(rest) = strip_suffix_ci(word, suffix) {
            return Some(Shape::Array(Box::new(item(rest, depth, length)?)));
        }
    }
    if let Some(rest) = strip_suffix_ci(word, "array")
        && let Some(inner) = vocabulary(rest)
    {
        return Some(Shape::Array(Box::new(inner)));
    }
    for suffix in [
        "类型数据结构说明",
        "类型数据结构",
        "数据结构说明",
        "数据结构",
        "结构体",
        "结构",
        "对象",
        "类型",
        " data structure",
        "data structure",
        " structure",
        " objects",
        " object",
        " dict",
        " type",
        " struct",
        " json",
    ] {
        if let Some(rest) = strip_suffix_ci(word, suffix) {
            let rest = trim_marks(rest);
            return match shape(rest, depth + 1, length) {
                Some(found) => Some(found),
                None => named(rest).or_else(|| {
                    // `网络拓扑结构`: a few Chinese characters in front of a structure word name no type we could find.
                    let short = rest.chars().count() <= 6 && rest.chars().all(|c| !c.is_ascii());
                    short.then_some(Shape::Object(None))
                }),
            };
        }
    }
    // Unions.
    for separator in ["/", "|", "或者", "或", " or ", "、", " and "] {
        if word.contains(separator) {
            let mut parts = word.split(separator).map(|part| shape(part, depth + 1, &mut None));
            if parts.clone().all(|part| part.is_some()) {
                let first = parts.next().flatten()?;
                return Some(if parts.all(|part| part.as_ref() == Some(&first)) { first } else { Shape::Any });
            }
        }
    }
    None
}

/// The inside of `<…>` or `(…)` that spans the whole rest.
fn brackets(rest: &str) -> Option<&str> {
    let inner = rest.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.or_else(|| rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')))
}

fn map(inner: &str, depth: usize, length: &mut Option<u32>) -> Option<Shape> {
    let mut level = 0i32;
    for (at, c) in inner.char_indices() {
        match c {
            '<' | '(' => level += 1,
            '>' | ')' => level -= 1,
            ',' if level == 0 => return Some(Shape::Map(Box::new(item(&inner[at + 1..], depth, length)?))),
            _ => {}
        }
    }
    Some(Shape::Map(Box::new(Shape::Any)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(shape: &Shape) -> String {
        match shape {
            Shape::Object(Some(name)) => format!("{{{name}}}"),
            Shape::Object(None) => "{}".into(),
            Shape::Array(inner) => format!("[{}]", show(inner)),
            Shape::Map(inner) => format!("map<{}>", show(inner)),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[track_caller]
    fn check(word: &str, expect: &str) {
        let found = parse(word);
        let text = match &found {
            None => "?".to_string(),
            Some(word) => {
                let mut text = show(&word.shape);
                if let Some(n) = word.max_length {
                    text += &format!(" length {n}");
                }
                if let Some(n) = word.table_number {
                    text += &format!(" table {n}");
                }
                if word.bare {
                    text += " bare";
                }
                text
            }
        };
        assert_eq!(text, expect, "{word:?}");
    }

    #[test]
    fn scalars() {
        check("String", "string");
        check("String。", "string");
        check(" string ", "string");
        check("String(255)", "string length 255");
        check("Interger", "integer32");
        check("Long", "integer64");
        check("Number", "float");
        check("Bool", "boolean");
        check("Json String", "string");
        check("Timestamp", "string");
        check("Null", "null");
        check("无", "null");
        check("File", "file");
        check("布尔类型", "boolean");
    }

    #[test]
    fn objects() {
        check("Object", "{}");
        check("JSON", "{}");
        check("ProcessorTask object", "{ProcessorTask}");
        check("clusters objects", "{clusters}");
        check("字典数据类型", "{}");
        check("字典数据结构，请参见表11。", "{} table 11");
        check("Dictionary data structure. For details, see Table 16.", "{} table 16");
        check("DataSource数据结构", "{DataSource}");
        check("OutputParams结构体", "{OutputParams}");
        check("volume data structure", "{volume}");
        check("GesMetaData", "{GesMetaData} bare");
        check("Blob", "{Blob} bare");
    }

    #[test]
    fn arrays() {
        check("Array", "[any]");
        check("列表数据结构", "[any]");
        check("List data structure. For details, see Table 3.", "[any] table 3");
        check("Array of strings", "[string]");
        check("Array of Longs", "[integer64]");
        check("Array of objects", "[{}]");
        check("Array<Object>", "[{}]");
        check("Array of X objects", "[{X}]");
        check("Array of Security Group Rule objects", "[{Security Group Rule}]");
        check("List<Node>", "[{Node}]");
        check("List< Dict >", "[{}]");
        check("List <resource_tag>[1]", "[{resource_tag}]");
        check("Array(dnat_rule)", "[{dnat_rule}]");
        check("[]String", "[string]");
        check("[Long]", "[integer64]");
        check("String Array", "[string]");
        check("StringArray", "[string]");
        check("String数组", "[string]");
        check("jobs array", "[{jobs}]");
        check("params结构数组", "[{params}]");
        check("persistentVolume数组结构", "[{persistentVolume}]");
        check("JSON Array", "[any]");
        check("JSONArray", "[any]");
        check("Set<String>", "[string]");
        check("Array<Array<String>>", "[[string]]");
        check("Array of body", "[{body}]");
        check("Array of Json", "[{}]");
    }

    #[test]
    fn maps() {
        check("Map<String,String>", "map<string>");
        check("map <String,Object>", "map<{}>");
        check("Map<String,Stri ng>", "map<string>");
        check("Map<String,Array<X>>", "map<[{X}]>");
        check("Map<String,Map<String,Array<String>>>", "map<map<[string]>>");
        check("Map<String,Array of address objects>", "map<[{address}]>");
        check("Map<String, Array of objects>", "map<[{}]>");
        check("list<map<String,String>>", "[map<string>]");
        check("Array of Map<String,String> objects", "[map<string>]");
    }

    #[test]
    fn unions_and_unknown() {
        check("Integer/Boolean", "any");
        check("String或List", "any");
        check("string/String", "string");
        check("是", "?");
        check("4 or 6", "?");
        check("", "?");
        check("这一格写的是一句话而不是类型", "?");
        check(&"<".repeat(5000), "?");
        check(&"Array of ".repeat(20), "?");
    }

    #[test]
    fn vocabulary_has_no_word_twice() {
        let text = include_str!("../data/types.toml");
        let table = toml::de::DeTable::parse(text).unwrap();
        let mut seen = std::collections::BTreeMap::new();
        for (key, value) in table.get_ref() {
            for word in value.get_ref().as_array().unwrap() {
                let word = squeeze(word.get_ref().as_str().unwrap());
                if let Some(old) = seen.insert(word.clone(), key.get_ref().to_string()) {
                    panic!("{word} stands in {old} and {}", key.get_ref());
                }
            }
        }
        assert!(seen.len() > 100);
    }
}
