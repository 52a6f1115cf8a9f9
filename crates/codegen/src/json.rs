//! Just enough of JSON to see what kinds of values an example holds. Numbers keep their text; strings are unescaped.

/// A JSON value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, keys in their order; of a key given twice the last value counts.
    Object(Vec<(String, Json)>),
}

/// Deeper values are refused: an example that deep shows nothing that a person could read.
const MAX_DEPTH: usize = 100;

/// Reads a JSON text; `None` if it is not JSON.
///
/// Plain loops over bytes, because every macro expansion reads all examples in unoptimised code.
pub fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
    let value = reader.value(0)?;
    reader.blank();
    (reader.at == text.len()).then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Goes past white space, and gives the byte behind it.
    fn blank(&mut self) -> Option<u8> {
        loop {
            match *self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                // A byte order mark.
                0xef if self.text.get(self.at..).is_some_and(|rest| rest.starts_with('\u{feff}')) => self.at += 3,
                byte => return Some(byte),
            }
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.blank() == Some(byte);
        if found {
            self.at += 1;
        }
        found
    }

    fn word(&mut self, word: &str, value: Json) -> Option<Json> {
        let found = self.text.get(self.at..)?.starts_with(word);
        self.at += word.len();
        found.then_some(value)
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.blank()? {
            b'{' => {
                self.at += 1;
                let mut members = Vec::new();
                if self.eat(b'}') {
                    return Some(Json::Object(members));
                }
                loop {
                    self.blank();
                    let key = self.string()?;
                    if !self.eat(b':') {
                        return None;
                    }
                    members.push((key, self.value(depth + 1)?));
                    if !self.eat(b',') {
                        return self.eat(b'}').then_some(Json::Object(members));
                    }
                }
            }
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                if self.eat(b']') {
                    return Some(Json::Array(items));
                }
                loop {
                    items.push(self.value(depth + 1)?);
                    if !self.eat(b',') {
                        return self.eat(b']').then_some(Json::Array(items));
                    }
                }
            }
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Option<Json> {
        let start = self.at;
        while self.at < self.bytes.len()
            && matches!(self.bytes[self.at], b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
        {
            self.at += 1;
        }
        let number = self.text.get(start..self.at)?;
        number.parse::<f64>().ok().filter(|value| value.is_finite())?;
        Some(Json::Number(number.to_string()))
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<String> {
        if *self.bytes.get(self.at)? != b'"' {
            return None;
        }
        let mut out = String::new();
        loop {
            let start = self.at + 1;
            let mut at = start;
            while *self.bytes.get(at)? != b'"' && self.bytes[at] != b'\\' {
                at += 1;
            }
            out.push_str(self.text.get(start..at)?);
            self.at = at + 1;
            if self.bytes[at] == b'"' {
                return Some(out);
            }
            out.push(self.escape()?);
        }
    }

    /// What stands behind a backslash; `at` is left on its last byte.
    fn escape(&mut self) -> Option<char> {
        Some(match *self.bytes.get(self.at)? {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let digits = self.text.get(self.at + 1..self.at + 5)?;
                if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                    return None;
                }
                self.at += 4;
                // Halves of a pair are of no interest here: the value is text either way.
                u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
            }
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        assert_eq!(parse(text).map(|value| format!("{value:?}")).as_deref(), expect, "{text}");
    }

    #[test]
    fn values() {
        check("null", Some("Null"));
        check(" true ", Some("Bool(true)"));
        check("-1.5e3", Some("Number(\"-1.5e3\")"));
        check(r#""a\"\u4e2d\n""#, Some("Text(\"a\\\"中\\n\")"));
        check("[1, []]", Some("Array([Number(\"1\"), Array([])])"));
        check("\u{feff}{ }", Some("Object([])"));
        check(r#""\/\u00e9\b\ud800x中""#, Some("Text(\"/é\\u{8}\u{fffd}x中\")"));
        check(r#"{"a": {}, "b" : null}"#, Some(r#"Object([("a", Object([])), ("b", Null)])"#));
    }

    #[test]
    fn no_values() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "\"a",
            "\"\\x\"",
            "1 2",
            "nul",
            "-",
            "--1",
            "{a:1}",
            "\"\\u12",
            "\"\\u+123\"",
            "\"\\",
            "truefalse",
            "[1 2]",
            "\"\\u12中\"",
        ] {
            check(text, None);
        }
        check(&"[".repeat(100_000), None);
    }
}
