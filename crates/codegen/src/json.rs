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
pub fn parse(text: &str) -> Option<Json> {
    let mut reader = Reader { rest: text };
    let value = reader.value(0)?;
    reader.blank();
    reader.rest.is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']);
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blank();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        if self.eat("{") {
            let mut members = Vec::new();
            if self.eat("}") {
                return Some(Json::Object(members));
            }
            loop {
                self.blank();
                let key = self.text()?;
                if !self.eat(":") {
                    return None;
                }
                members.push((key, self.value(depth + 1)?));
                if !self.eat(",") {
                    return self.eat("}").then_some(Json::Object(members));
                }
            }
        }
        if self.eat("[") {
            let mut items = Vec::new();
            if self.eat("]") {
                return Some(Json::Array(items));
            }
            loop {
                items.push(self.value(depth + 1)?);
                if !self.eat(",") {
                    return self.eat("]").then_some(Json::Array(items));
                }
            }
        }
        for (word, value) in [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))] {
            if self.eat(word) {
                return Some(value);
            }
        }
        if self.rest.starts_with('"') { self.text().map(Json::Text) } else { self.number() }
    }

    fn number(&mut self) -> Option<Json> {
        let end =
            self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(end)?;
        number.parse::<f64>().ok().filter(|value| value.is_finite())?;
        self.rest = rest;
        Some(Json::Number(number.to_string()))
    }

    fn text(&mut self) -> Option<String> {
        let mut chars = self.rest.strip_prefix('"')?.chars();
        let mut out = String::new();
        loop {
            match chars.next()? {
                '"' => break,
                '\\' => match chars.next()? {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'u' => {
                        let mut code = 0;
                        for _ in 0..4 {
                            code = code * 16 + chars.next()?.to_digit(16)?;
                        }
                        // Halves of a pair are of no interest here: the value is text either way.
                        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    c @ ('"' | '\\' | '/') => out.push(c),
                    _ => return None,
                },
                c => out.push(c),
            }
        }
        self.rest = chars.as_str();
        Some(out)
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
        check(r#"{"a": {}, "b" : null}"#, Some(r#"Object([("a", Object([])), ("b", Null)])"#));
    }

    #[test]
    fn no_values() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "\"a", "\"\\x\"", "1 2", "nul", "-", "--1", "{a:1}", "\"\\u12"] {
            check(text, None);
        }
        check(&"[".repeat(100_000), None);
    }
}
