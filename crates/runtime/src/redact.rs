//! What may be shown of requests and responses: not the values whose names say that they are secrets.

use serde_json::Value;
use url::Url;

/// Parts of names of secrets, in lower case and without `_` and `-`.
const SECRET: &[&str] = &[
    "password",
    "passwd",
    "pwd",
    "adminpass",
    "secret",
    "token",
    "credential",
    "privatekey",
    "accesskey",
    "apikey",
    "signature",
    "userdata",
    "cookie",
];

/// How much of a body is shown, in characters.
const SHOWN: usize = 4096;

const REDACTED: &str = "[redacted]";

fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(|char| !matches!(char, '_' | '-' | '.')).map(|char| char.to_ascii_lowercase()).collect();
    SECRET.iter().any(|secret| name.contains(secret))
}

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
    url.into()
}

/// A JSON body without values of members that are secrets, and the size of any other body. What is in `known` is not shown either.
pub(crate) fn body(body: &[u8], known: &[String]) -> String {
    let Ok(mut json) = serde_json::from_slice::<Value>(body) else {
        return format!("{} bytes", body.len());
    };
    hide(&mut json, false);
    let mut shown = text(json.to_string(), known);
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

fn hide(value: &mut Value, secret: bool) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                hide(value, secret || is_secret(name));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, secret)),
        Value::Null => {}
        value if secret => *value = REDACTED.into(),
        _ => {}
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
}
