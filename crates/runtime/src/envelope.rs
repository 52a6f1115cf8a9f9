//! What a failure's body says, by rule: the shapes differ by service, the words do not.

use serde_json::{Map, Value};

use crate::decode;

/// Keys of an error code, best first, in lower case and without `_` and `-`.
const CODE: &[&str] = &["errorcode", "errcode", "code"];

/// Keys of an error message, best first, in the same form.
const MESSAGE: &[&str] = &[
    "errormsg",
    "errormessage",
    "errmsg",
    "errmessage",
    "externalmessage",
    "message",
    "msg",
    "errordescription",
    "detail",
    "failreason",
    "reason",
    "title",
];

/// Keys of code and message in an answer of OAuth, in the same form.
const OAUTH_CODE: &[&str] = &["error"];
const OAUTH_MESSAGE: &[&str] = &["errordescription"];

/// Keys of a request id, in the same form.
const REQUEST_ID: &[&str] = &["requestid"];

/// What was found in a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

#[derive(Default)]
struct Flag {
    is_success: Value,
}
crate::response!(Flag; is_success);

/// Whether the body is an object whose `is_success` says no.
pub(crate) fn says_failure(text: &str) -> bool {
    // A whole list is not parsed a second time when the word is nowhere in it.
    if !text.trim_start().starts_with('{') || !text.contains("\"is_success\"") {
        return false;
    }
    let Ok(Flag { is_success }) = decode::from_str(text) else { return false };
    match is_success {
        Value::Bool(flag) => !flag,
        Value::String(flag) => ["false", "0"].iter().any(|no| flag.trim().eq_ignore_ascii_case(no)),
        Value::Number(flag) => flag.as_f64() == Some(0.0),
        _ => false,
    }
}

/// Reads code, message and request id at the top, or one level below it under any key (`{"itemNotFound": {…}}`).
pub(crate) fn read(body: &Value) -> Found {
    let top = match body {
        Value::Object(top) => top,
        Value::String(text) => return Found { message: shown(text), ..Found::default() },
        _ => return Found::default(),
    };
    let mut best = object(top);
    // A key that says "error" is looked at before any other.
    let (errors, others): (Vec<_>, Vec<_>) = top.iter().partition(|(key, _)| normal(key).contains("error"));
    for (_, value) in errors.into_iter().chain(others) {
        if best.code.is_some() && best.message.is_some() {
            break;
        }
        let inner = match value {
            Value::Object(inner) => inner,
            Value::Array(items) => match items.first() {
                Some(Value::Object(inner)) => inner,
                _ => continue,
            },
            _ => continue,
        };
        let inner = object(inner);
        // Half of one envelope is not mixed with half of another.
        if score(&inner) > score(&best) {
            best = Found { request_id: best.request_id.or(inner.request_id), ..inner };
        } else if best.request_id.is_none() {
            best.request_id = inner.request_id;
        }
    }
    if best.message.is_none() {
        best.message = top.get("error").and_then(Value::as_str).and_then(shown);
    }
    best
}

/// Reads the code and message that are nearest to the top and belong together, else the nearest code.
pub(crate) fn read_anywhere(body: &Value) -> Found {
    /// Deeper ones say nothing about the whole.
    const DEPTH: usize = 8;
    let mut best = Found::default();
    let mut level = vec![body];
    for _ in 0..DEPTH {
        let mut below = Vec::new();
        for value in level {
            match value {
                Value::Object(members) => {
                    let found = object(members);
                    if found.code.is_some() && score(&found) > score(&best) {
                        best = found;
                    }
                    below.extend(members.values());
                }
                Value::Array(items) => below.extend(items),
                _ => {}
            }
        }
        if score(&best) == 2 {
            break;
        }
        level = below;
    }
    best
}

fn score(found: &Found) -> u8 {
    u8::from(found.code.is_some()) + u8::from(found.message.is_some())
}

fn object(object: &Map<String, Value>) -> Found {
    // RFC 6749 calls the code `error` where it calls the message `error_description`.
    let described = || pick(object, OAUTH_MESSAGE).and_then(|_| pick(object, OAUTH_CODE));
    Found {
        code: pick(object, CODE).or_else(described),
        message: pick(object, MESSAGE),
        request_id: pick(object, REQUEST_ID),
    }
}

fn pick(object: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| object.iter().filter(|(key, _)| normal(key) == *name).find_map(|(_, value)| text(value)))
}

/// Spellings of a key that differ in case and separators only are one key.
fn normal(key: &str) -> String {
    key.chars().filter(|char| !matches!(char, '_' | '-')).map(|char| char.to_ascii_lowercase()).collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => shown(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn shown(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, code: Option<&str>, message: Option<&str>) {
        let found = read(&serde_json::from_str(body).unwrap());
        assert_eq!((found.code.as_deref(), found.message.as_deref()), (code, message), "{body}");
    }

    #[test]
    fn envelopes() {
        check(r#"{"error_code":"DLF.0100","error_msg":"no job"}"#, Some("DLF.0100"), Some("no job"));
        check(r#"{"is_success":false,"error_code":"A.1","error_message":"m"}"#, Some("A.1"), Some("m"));
        check(r#"{"errorCode":"GES.0011","errorMessage":"m"}"#, Some("GES.0011"), Some("m"));
        check(r#"{"errCode":"DBS.200001","externalMessage":"m"}"#, Some("DBS.200001"), Some("m"));
        check(r#"{"code":"E","message":"m","title":"t"}"#, Some("E"), Some("m"));
        check(r#"{"err_msg":"m","is_success":false}"#, None, Some("m"));
        check(r#"{"error":{"code":"Ecs.0005","message":"m"}}"#, Some("Ecs.0005"), Some("m"));
        check(r#"{"error":{"code":401,"message":"m","title":"Unauthorized"}}"#, Some("401"), Some("m"));
        check(r#"{"itemNotFound":{"code":404,"message":"m"}}"#, Some("404"), Some("m"));
        check(r#"{"badrequest":{"message":"m","code":400}}"#, Some("400"), Some("m"));
        check(r#"{"errors":[{"code":"a","message":"m"},{"code":"b"}]}"#, Some("a"), Some("m"));
        check(r#"{"aaa":{"code":"x"},"error":{"code":"y","message":"m"}}"#, Some("y"), Some("m"));
        check(r#"{"error_code":"A","error_msg":"m","details":{"code":"inner","message":"n"}}"#, Some("A"), Some("m"));
        check(r#"{"error":"invalid_grant","error_description":"m"}"#, Some("invalid_grant"), Some("m"));
        check(r#"{"error":"e","error_description":"m","error_code":"A.1"}"#, Some("A.1"), Some("m"));
        check(r#"{"error":"Not Found","message":"m"}"#, None, Some("m"));
        check(r#"{"error":"Not Found","status":404}"#, None, Some("Not Found"));
        check(r#"{"error_code":"","error_msg":"m"}"#, None, Some("m"));
        check(r#"{"error_code":null,"error_msg":null}"#, None, None);
        check(r#""plain words""#, None, Some("plain words"));
        check("{}", None, None);
        check("[]", None, None);
        check("17", None, None);
    }

    #[test]
    fn request_ids() {
        let id = |body: &str| read(&serde_json::from_str(body).unwrap()).request_id;
        assert_eq!(id(r#"{"error_code":"A","error_msg":"m","request_id":"r"}"#).as_deref(), Some("r"));
        assert_eq!(id(r#"{"error":{"code":"A","message":"m","request_id":"r"}}"#).as_deref(), Some("r"));
        assert_eq!(id(r#"{"requestId":"r","error":{"code":"A","message":"m"}}"#).as_deref(), Some("r"));
    }

    #[track_caller]
    fn failure(body: &str, expected: bool) {
        assert_eq!(says_failure(body), expected, "{body}");
    }

    #[test]
    fn is_success() {
        failure(r#"{"is_success":false}"#, true);
        failure(r#" {"a":1,"is_success":"false"}"#, true);
        failure(r#"{"is_success":"False"}"#, true);
        failure(r#"{"is_success":0}"#, true);
        failure(r#"{"is_success":"0"}"#, true);
        failure(r#"{"is_success":true}"#, false);
        failure(r#"{"is_success":"true"}"#, false);
        failure(r#"{"is_success":1}"#, false);
        failure(r#"{"is_success":null}"#, false);
        failure(r#"{"is_success":true,"is_success":false}"#, true);
        failure(r#"{"is_success":false,"is_success":true}"#, false);
        failure(r#"{"inner":{"is_success":false}}"#, false);
        failure(r#"[{"is_success":false}]"#, false);
        failure(r#"{"is_success":false"#, false);
        failure("", false);
    }
}
