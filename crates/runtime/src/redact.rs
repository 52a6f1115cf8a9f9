//! What may be shown of requests and responses: not the values whose names say that they are secrets.

use std::fmt::{self, Write as _};

use serde_json::Value;
use url::Url;

use crate::headers::Headers;
use crate::secret_names::is_secret;

/// How much of a body is shown, in characters.
const SHOWN: usize = 4096;

/// A base for links without one; it is not shown.
const NOWHERE: &str = "http://nowhere.invalid";

const REDACTED: &str = "[redacted]";

/// `url` without user, password, and values of query parameters that are secrets.
pub(crate) fn url(mut url: Url) -> String {
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if url.query_pairs().any(|(name, _)| is_secret(&name)) {
        let pairs: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| (name.to_string(), if is_secret(&name) { REDACTED.to_owned() } else { value.into() }))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(pairs);
    }
    // OAuth gives tokens behind the `#`.
    if let Some(fragment) = url.fragment().map(words) {
        url.set_fragment(Some(&fragment));
    }
    url.into()
}

/// As [`url`] for a link that may be relative, or no link at all.
pub(crate) fn link(text: &str) -> String {
    let parsed = match Url::parse(text) {
        Err(url::ParseError::RelativeUrlWithoutBase) => Url::parse(NOWHERE).and_then(|base| base.join(text)),
        parsed => parsed,
    };
    match parsed {
        Ok(parsed) if !parsed.cannot_be_a_base() => {
            let shown = url(parsed);
            shown.strip_prefix(NOWHERE).map(str::to_owned).unwrap_or(shown)
        }
        // Before an `@` may stand a password.
        _ if text.contains('@') => REDACTED.to_owned(),
        _ => words(text),
    }
}

/// A JSON body without values of members that are secrets, and the size of any other body. What is in `known` is not shown either.
pub(crate) fn body(body: &[u8], known: &[String]) -> String {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else {
        return format!("{} bytes", body.len());
    };
    hide(&mut json, false, known);
    let mut shown = json.to_string();
    if let Some((end, _)) = shown.char_indices().nth(SHOWN) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}

/// `text` without what is in `known`; very short secrets are left, because they would be found within words.
pub(crate) fn text(mut text: String, known: &[String]) -> String {
    for secret in known.iter().filter(|secret| secret.len() >= 4 && text.contains(secret.as_str())).collect::<Vec<_>>()
    {
        text = text.replace(secret.as_str(), REDACTED);
    }
    text
}

/// The start of a body for an error: as it was sent if there is no secret in it. `json` is the body where it is JSON.
pub(crate) fn excerpt(body: &[u8], json: Option<Value>, known: &[String]) -> String {
    if let Some(mut json) = json {
        if hide(&mut json, false, known) {
            return json.to_string().chars().take(SHOWN).collect();
        }
        return start(body);
    }
    words(&text(start(body), known))
}

fn start(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..SHOWN).unwrap_or(body)).into_owned()
}

/// The values in a JSON body whose names say that they are secrets, for [`text`].
pub(crate) fn secrets(body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_slice::<Value>(body) {
        collect(&json, false, &mut found);
    }
    // A secret that is a part of another one would leave the rest of it.
    found.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    found.dedup();
    found
}

/// The secrets of a request, in its header fields and in its body, that an answer to it may repeat.
pub(crate) fn sent(headers: &Headers, body: &[u8]) -> Vec<String> {
    let mut all = headers.secrets();
    all.extend(secrets(body));
    all
}

fn collect(value: &Value, secret: bool, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect(value, secret || is_secret(name), found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, secret, found)),
        Value::String(text) if secret => {
            // A body that repeats it has it as JSON writes it.
            let written = value.to_string();
            let written = written.trim_matches('"');
            if written != text {
                found.push(written.to_owned());
            }
            found.push(text.clone());
        }
        // A short number is found in everything.
        Value::Number(number) if secret && number.to_string().len() >= 6 => found.push(number.to_string()),
        _ => {}
    }
}

/// Text that is no JSON, without what stands behind names of secrets: `secret=X`, `"secret": "X"`, `<secret>X<`.
fn words(text: &str) -> String {
    let in_word = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(in_word) {
        let (before, tail) = rest.split_at(begin);
        let (word, after) = tail.split_at(tail.find(|char| !in_word(char)).unwrap_or(tail.len()));
        out.push_str(before);
        out.push_str(word);
        rest = after;
        if is_secret(word)
            && let Some((separator, behind)) = value(after)
        {
            out.push_str(separator);
            out.push_str(REDACTED);
            rest = behind;
        }
    }
    out.push_str(rest);
    out
}

/// What separates a name from its value, and what stands behind the value; nothing if there is no value.
fn value(after: &str) -> Option<(&str, &str)> {
    let blank = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\\');
    let at = after.find(|char| !blank(char))?;
    let sign = after.split_at(at).1.chars().next().filter(|char| matches!(char, ':' | '=' | '>'))?;
    let is_sign = |char: char| char.is_whitespace() || matches!(char, ':' | '=' | '>');
    let signs = after.split_at(at).1;
    let begin = at + signs.find(|char| !is_sign(char))?;
    let (mut separator, mut value) = after.split_at(begin);
    let escapes = value.find(|char| char != '\\').unwrap_or(0);
    let quote = value.split_at(escapes).1.chars().next().filter(|char| matches!(char, '"' | '\''));
    if let Some(quote) = quote {
        (separator, value) = after.split_at(begin + escapes + 1);
        let mut backslashes = 0;
        for (index, char) in value.char_indices() {
            if char == quote && backslashes <= escapes {
                return Some((separator, value.split_at(index).1));
            }
            backslashes = if char == '\\' { backslashes + 1 } else { 0 };
        }
        return Some((separator, ""));
    }
    // What is opened may hold anything up to the end.
    if value.starts_with(['{', '[']) {
        return Some((separator, ""));
    }
    // A header has blanks in its value: `Authorization: Bearer X`.
    let ends = |char: char| match char {
        '&' | ',' | ';' | '<' | '>' | '}' | ']' | ')' | '"' | '\'' | '\r' | '\n' => true,
        char => sign == '=' && char.is_whitespace(),
    };
    let end = value.find(ends).unwrap_or(value.len());
    (end > 0).then(|| (separator, value.split_at(end).1))
}

/// Hides what is secret by its name or in `known`, and says whether there was something.
fn hide(value: &mut Value, secret: bool, known: &[String]) -> bool {
    match value {
        Value::Object(members) => {
            let mut found = false;
            for (name, value) in members {
                found |= hide(value, secret || is_secret(name), known);
            }
            found
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| found | hide(item, secret, known)),
        Value::Null => false,
        value if secret => {
            *value = REDACTED.into();
            true
        }
        Value::String(said) => {
            let clean = text(said.clone(), known);
            let found = clean != *said;
            *said = clean;
            found
        }
        _ => false,
    }
}

/// Shows of a field that holds a secret only whether it has a value.
#[doc(hidden)]
pub struct Hidden<'a>(pub &'a dyn fmt::Debug);

impl fmt::Debug for Hidden<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut start = Start::default();
        // It stops at the first byte that would have to be kept.
        let complete = write!(start, "{:?}", self.0).is_ok();
        match start.text.as_str() {
            nothing @ ("None" | "[]" | "{}") if complete => f.write_str(nothing),
            _ => f.write_str(REDACTED),
        }
    }
}

/// Keeps a text that is as short as that of an absent value.
#[derive(Default)]
struct Start {
    text: String,
}

impl fmt::Write for Start {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.text.len() + text.len() > "None".len() {
            return Err(fmt::Error);
        }
        self.text.push_str(text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies() {
        let json = r#"{"auth":{"user":"u","password":"p","X-Subject-Token":{"id":1,"of":["a",null]}},"list":[{"adminPass":"q"}]}"#;
        let shown = body(json.as_bytes(), &[]);
        assert_eq!(
            serde_json::from_str::<Value>(&shown).unwrap(),
            serde_json::json!({"auth": {"user": "u", "password": "[redacted]", "X-Subject-Token": {"id": "[redacted]",
                "of": ["[redacted]", null]}}, "list": [{"adminPass": "[redacted]"}]})
        );
        assert_eq!(body(b"password=p", &[]), "10 bytes");
        assert_eq!(
            body(br#"{"said":"secret-1 was sent"}"#, &["secret-1".to_owned()]),
            r#"{"said":"[redacted] was sent"}"#
        );
        assert_eq!(body(format!("{:?}", "é".repeat(9000)).as_bytes(), &[]).chars().count(), SHOWN + 1);
    }

    #[test]
    fn urls() {
        let shown = |text: &str| url(Url::parse(text).unwrap());
        assert_eq!(shown("https://u:p@h/a?x=1&y=%20"), "https://h/a?x=1&y=%20");
        assert_eq!(shown("https://h/a?x=1&access_token=t"), "https://h/a?x=1&access_token=%5Bredacted%5D");
    }

    #[test]
    fn links() {
        for (text, expected) in [
            (
                "http://other/?token=X1&X-Auth-Token=Y1",
                "http://other/?token=%5Bredacted%5D&X-Auth-Token=%5Bredacted%5D",
            ),
            ("/a/b?x=1", "/a/b?x=1"),
            ("/a?access_token=X1", "/a?access_token=%5Bredacted%5D"),
            ("//user:X1@h/a", "http://h/a"),
            ("https://h/#access_token=X1&y=2", "https://h/#access_token=[redacted]&y=2"),
            ("user:X1@h", "[redacted]"),
            ("http://[X1?token=X1", "http://[X1?token=[redacted]"),
        ] {
            assert_eq!(link(text), expected, "{text}");
        }
    }

    #[test]
    fn text_that_is_no_json() {
        for (text, expected) in [
            ("secret=X1", "secret=[redacted]"),
            ("a=1&secret=X1&b=2", "a=1&secret=[redacted]&b=2"),
            (r#"{"a":1,"secret":"X1 \" X1","b":2"#, r#"{"a":1,"secret":"[redacted]","b":2"#),
            (r#"{"a":1,"secret" : "X1"#, r#"{"a":1,"secret" : "[redacted]"#),
            (r#"said {\"secret\":\"X1\",\"b\":2}"#, r#"said {\"secret\":\"[redacted]",\"b\":2}"#),
            (r#"{"credential":{"a":"X1","#, r#"{"credential":[redacted]"#),
            (r#"{"pwd":12345,"b":2"#, r#"{"pwd":[redacted],"b":2"#),
            ("Authorization: Bearer X1\nb: 2", "Authorization: [redacted]\nb: 2"),
            ("<adminPass>X1</adminPass><b>2</b>", "<adminPass>[redacted]</adminPass><b>2</b>"),
            ("the token is wrong", "the token is wrong"),
            ("secret=", "secret="),
            ("secret", "secret"),
            ("é=1 sécret", "é=1 sécret"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn secrets_of_a_body() {
        let body =
            br#"{"a":"shown","server":{"adminPass":"p\"1","keys":[{"apiKey":["k1","k2"]}],"pwd":1234567,"token":17}}"#;
        assert_eq!(secrets(body), ["1234567", "p\\\"1", "p\"1", "k1", "k2"]);
        assert!(secrets(b"secret=x").is_empty());
    }
}
