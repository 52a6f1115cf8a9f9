//! JSON as people write it into pages, and the few repairs that make it JSON without guessing at what it says.

/// A body that is JSON, perhaps after repairs.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// The text, as the page has it or repaired.
    pub text: String,
    /// The parsed value.
    pub value: serde_json::Value,
    /// What was repaired, each kind once, in the order in which it was met.
    pub repairs: Vec<&'static str>,
}

/// A comma before a closing bracket.
pub const TRAILING_COMMA: &str = "trailing comma";
/// No comma between two values.
pub const MISSING_COMMA: &str = "missing comma";
/// `//`, `#` or `/* */`.
pub const COMMENT: &str = "comment";
/// Full-width quotes, commas, colons or brackets outside of text.
pub const FULL_WIDTH: &str = "full-width punctuation";
/// A line break or tab inside a text.
pub const RAW_BREAK: &str = "raw line break in a text";
/// An ellipsis that stands for left-out values.
pub const ELLIPSIS: &str = "ellipsis";
/// A blank that JSON does not know.
pub const BLANK: &str = "unusual blank";
/// A key without quotes.
pub const UNQUOTED_KEY: &str = "unquoted key";
/// A backslash before a character that needs none.
pub const ESCAPE: &str = "needless escape";
/// Something behind the end of the document.
pub const TEXT_AFTER: &str = "text after the document";

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Blank(String),
    Punct(char),
    Text(String),
    Word(String),
}

/// What stands in the way of reading a text as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line of the text, from 1.
    pub line: u32,
    /// What is wrong there.
    pub message: String,
}

impl Fault {
    fn new(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        // The parser counts from the start of the text, which means nothing to somebody who looks at the page.
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what).to_string();
        Fault { line: u32::try_from(error.line()).unwrap_or(u32::MAX).max(1), message }
    }
}

/// Reads a text as JSON, with repairs where it needs them; the error says what stands in the way.
pub fn repair(text: &str) -> Result<Json, Fault> {
    let first = match serde_json::from_str(text) {
        Ok(value) => return Ok(Json { text: text.to_string(), value, repairs: Vec::new() }),
        Err(error) => error,
    };
    let mut repairs = Vec::new();
    let tokens = mend(tokens(text, &mut repairs), &mut repairs);
    let mut out = String::with_capacity(text.len() + 16);
    for token in &tokens {
        match token {
            Token::Blank(text) | Token::Text(text) | Token::Word(text) => out.push_str(text),
            Token::Punct(mark) => out.push(*mark),
        }
    }
    let out = out.trim_end().to_string();
    match serde_json::from_str(&out) {
        Ok(value) if !repairs.is_empty() => Ok(Json { text: out, value, repairs }),
        _ => Err(Fault::new(&first)),
    }
}

fn note(repairs: &mut Vec<&'static str>, repair: &'static str) {
    if !repairs.contains(&repair) {
        repairs.push(repair);
    }
}

/// Cuts the text into tokens; what is repaired inside one token is repaired here. Stops behind the first document.
fn tokens(text: &str, repairs: &mut Vec<&'static str>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut depth = 0usize;
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\n' | '\r' | '\t' => blank(&mut out, c),
            '\u{a0}' | '\u{3000}' | '\u{200b}' | '\u{feff}' | '\u{2002}' | '\u{2003}' => {
                note(repairs, BLANK);
                blank(&mut out, ' ');
            }
            '/' if matches!(chars.peek(), Some('/')) => {
                note(repairs, COMMENT);
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            '#' => {
                note(repairs, COMMENT);
                while chars.peek().is_some_and(|c| *c != '\n') {
                    chars.next();
                }
            }
            '/' if matches!(chars.peek(), Some('*')) => {
                note(repairs, COMMENT);
                let mut last = ' ';
                for c in chars.by_ref() {
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            '.' | '…' if c == '…' || matches!(chars.peek(), Some('.')) => {
                note(repairs, ELLIPSIS);
                while chars.peek().is_some_and(|c| matches!(c, '.' | '…')) {
                    chars.next();
                }
            }
            '"' | '“' | '”' => {
                if c != '"' {
                    note(repairs, FULL_WIDTH);
                }
                out.push(Token::Text(string(c != '"', &mut chars, repairs)));
            }
            '{' | '[' | '｛' | '［' => {
                depth += 1;
                out.push(Token::Punct(plain_mark(c, repairs)));
            }
            '}' | ']' | '｝' | '］' => {
                depth = depth.saturating_sub(1);
                out.push(Token::Punct(plain_mark(c, repairs)));
                if depth == 0 {
                    if chars.any(|c| !c.is_whitespace()) {
                        note(repairs, TEXT_AFTER);
                    }
                    break;
                }
            }
            ',' | ':' | '，' | '：' => out.push(Token::Punct(plain_mark(c, repairs))),
            _ => match out.last_mut() {
                Some(Token::Word(word)) => word.push(c),
                _ => out.push(Token::Word(c.to_string())),
            },
        }
    }
    out
}

fn blank(out: &mut Vec<Token>, c: char) {
    match out.last_mut() {
        Some(Token::Blank(text)) => text.push(c),
        _ => out.push(Token::Blank(c.to_string())),
    }
}

fn plain_mark(c: char, repairs: &mut Vec<&'static str>) -> char {
    let plain = match c {
        '｛' => '{',
        '｝' => '}',
        '［' => '[',
        '］' => ']',
        '，' => ',',
        '：' => ':',
        other => return other,
    };
    note(repairs, FULL_WIDTH);
    plain
}

/// Reads a text behind its opening quote, and gives it with plain quotes.
fn string(wide: bool, chars: &mut std::iter::Peekable<std::str::Chars<'_>>, repairs: &mut Vec<&'static str>) -> String {
    let mut out = String::from("\"");
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '“' | '”' if wide => break,
            // A full-width quote closes a plain one only where the text could not go on.
            '”' if matches!(chars.peek(), Some(',' | ':' | '\n' | '}' | ']')) => {
                note(repairs, FULL_WIDTH);
                break;
            }
            '\\' => match chars.peek() {
                Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') => {
                    out.push('\\');
                    out.extend(chars.next());
                }
                Some('\n') | None => note(repairs, ESCAPE),
                Some(_) => {
                    note(repairs, ESCAPE);
                    out.extend(chars.next());
                }
            },
            '\n' => {
                note(repairs, RAW_BREAK);
                out.push_str("\\n");
            }
            '\r' => note(repairs, RAW_BREAK),
            '\t' => {
                note(repairs, RAW_BREAK);
                out.push_str("\\t");
            }
            c if c.is_control() => note(repairs, RAW_BREAK),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Mends what stands between tokens: commas and keys.
fn mend(tokens: Vec<Token>, repairs: &mut Vec<&'static str>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len() + 8);
    // The place in `out` of the last token that is no blank.
    let mut last: Option<usize> = None;
    let mut stack: Vec<char> = Vec::new();
    let next_marks: Vec<Option<char>> = {
        let mut next = None;
        let mut marks: Vec<Option<char>> = tokens
            .iter()
            .rev()
            .map(|token| {
                let here = next;
                match token {
                    Token::Blank(_) => {}
                    Token::Punct(mark) => next = Some(*mark),
                    _ => next = None,
                }
                here
            })
            .collect();
        marks.reverse();
        marks
    };
    for (token, next) in tokens.into_iter().zip(next_marks) {
        let before = last.and_then(|at| out.get(at)).cloned();
        let value_before = matches!(before, Some(Token::Text(_) | Token::Word(_) | Token::Punct('}' | ']')));
        match token {
            Token::Blank(_) => {
                out.push(token);
                continue;
            }
            Token::Punct(',') => {
                if !value_before {
                    // Two commas in a row, or one behind a bracket: what stood between them was an ellipsis or nothing.
                    note(repairs, TRAILING_COMMA);
                    continue;
                }
                out.push(Token::Punct(','));
            }
            Token::Punct(mark @ ('}' | ']')) => {
                if before == Some(Token::Punct(','))
                    && let Some(at) = last
                {
                    note(repairs, TRAILING_COMMA);
                    out.remove(at);
                }
                stack.pop();
                out.push(Token::Punct(mark));
            }
            Token::Punct(mark @ ('{' | '[')) => {
                if value_before && !stack.is_empty() {
                    note(repairs, MISSING_COMMA);
                    insert_comma(&mut out, last);
                }
                stack.push(mark);
                out.push(Token::Punct(mark));
            }
            Token::Punct(mark) => out.push(Token::Punct(mark)),
            Token::Text(text) => {
                if value_before && !stack.is_empty() {
                    note(repairs, MISSING_COMMA);
                    insert_comma(&mut out, last);
                }
                out.push(Token::Text(text));
            }
            Token::Word(word) => {
                let key =
                    next == Some(':') && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
                if value_before && !stack.is_empty() && key {
                    note(repairs, MISSING_COMMA);
                    insert_comma(&mut out, last);
                }
                if key {
                    note(repairs, UNQUOTED_KEY);
                    out.push(Token::Text(format!("\"{word}\"")));
                } else {
                    out.push(Token::Word(word));
                }
            }
        }
        last = Some(out.len().saturating_sub(1));
    }
    out
}

/// Puts a comma right behind the last value. Only blanks stand behind it, so little is moved.
fn insert_comma(out: &mut Vec<Token>, last: Option<usize>) {
    match last {
        Some(at) if at < out.len() => out.insert(at + 1, Token::Punct(',')),
        _ => out.push(Token::Punct(',')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, mended: &str, repairs: &[&str]) {
        let json = repair(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(json.text, mended);
        assert_eq!(json.repairs, repairs);
    }

    #[test]
    fn sound_json_is_left_as_it_is() {
        check("{ \"a\" : [1, 2] }", "{ \"a\" : [1, 2] }", &[]);
        check("[]", "[]", &[]);
    }

    #[test]
    fn commas() {
        check("{\"a\": 1,\n}", "{\"a\": 1\n}", &[TRAILING_COMMA]);
        check("[{\"a\": 1}, ]", "[{\"a\": 1} ]", &[TRAILING_COMMA]);
        check("{\"a\": \"x\"\n\"b\": 2}", "{\"a\": \"x\",\n\"b\": 2}", &[MISSING_COMMA]);
        check("[{\"a\": 1} {\"a\": 2}]", "[{\"a\": 1}, {\"a\": 2}]", &[MISSING_COMMA]);
    }

    #[test]
    fn comments_and_ellipses() {
        check("{\"a\": 1 // one\n}", "{\"a\": 1 \n}", &[COMMENT]);
        check("{\"a\": 1 /* one */}", "{\"a\": 1 }", &[COMMENT]);
        check("{\"a\": 1 # one\n}", "{\"a\": 1 \n}", &[COMMENT]);
        check("[1, 2, ...]", "[1, 2 ]", &[ELLIPSIS, TRAILING_COMMA]);
        check("[{\"a\": 1},\n……,\n{\"a\": 3}]", "[{\"a\": 1},\n\n{\"a\": 3}]", &[ELLIPSIS, TRAILING_COMMA]);
    }

    #[test]
    fn punctuation_and_blanks() {
        check("{“a”：1，\"b\": 2}", "{\"a\":1,\"b\": 2}", &[FULL_WIDTH]);
        check("{\u{a0}\"a\":\u{3000}1}", "{ \"a\": 1}", &[BLANK]);
        check("{\"a\": \"x\ny\tz\"}", "{\"a\": \"x\\ny\\tz\"}", &[RAW_BREAK]);
        check("{\"a\": \"x\\_y\"}", "{\"a\": \"x_y\"}", &[ESCAPE]);
        check("{a_b: 1}", "{\"a_b\": 1}", &[UNQUOTED_KEY]);
        check("{\"a\": 1}\n\n{\"b\": 2}", "{\"a\": 1}", &[TEXT_AFTER]);
    }

    #[test]
    fn damage_is_not_guessed_at() {
        for text in ["", "{", "{\"a\": }", "{\"a\" = \"b\"}", "{\"a:\"b\"}", "{\"a\": xxx}", "hello"] {
            assert!(repair(text).is_err(), "{text}");
        }
    }

    #[test]
    fn long_input_takes_linear_time() {
        let text = format!("[{}", "{\"a\": [1,],".repeat(200_000));
        assert!(repair(&text).is_err());
        let deep = "[".repeat(100_000);
        assert!(repair(&deep).is_err());
    }
}
