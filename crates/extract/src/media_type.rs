//! The media type of a request body, where it is not JSON or not plainly so.

use tablature_spec::model::{Example, ExampleKind};

/// The top-level types that bodies have (RFC 6838, section 4.2, without those that no API sends).
const TOP_LEVEL: &[&str] = &["application", "audio", "image", "multipart", "text", "video"];
const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";

/// The media types that a text names, in its order. Where prose is set, blanks get around the plus of a suffix.
pub fn named(text: &str) -> Vec<String> {
    let text = text.replace(" +", "+").replace("+ ", "+");
    let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '+' | '-');
    let tokens = text.split(|c| !part(c)).map(|token| token.trim_end_matches('.'));
    let is_type = |token: &&str| {
        token.split_once('/').is_some_and(|(top, rest)| {
            TOP_LEVEL.contains(&top.to_ascii_lowercase().as_str())
                && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
                && !rest.contains('/')
        })
    };
    tokens.filter(is_type).map(str::to_ascii_lowercase).collect()
}

/// The media type of a body: what the examples of requests send, else what the row of `Content-Type` names, else that of a form if the page calls
/// the body one. `None` is JSON, which is also what a body is that an example shows as JSON under any other name.
pub fn of(examples: &[Example], row: &[String], form: bool) -> Option<String> {
    let requests = || examples.iter().filter(|example| example.kind == ExampleKind::Request);
    let headers = requests().flat_map(|example| &example.headers);
    let sent: Vec<String> = headers
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .flat_map(|(_, value)| named(value))
        .collect();
    let shown_as_json = requests().any(|example| example.json && example.body.is_some());
    let candidates = if sent.is_empty() { row } else { &sent };
    if candidates.iter().any(|candidate| candidate == JSON) {
        return None;
    }
    let said = candidates.iter().find(|candidate| !shown_as_json || candidate.contains("json"));
    said.cloned().or_else(|| form.then(|| FORM.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        assert_eq!(named(text), expect, "{text}");
    }

    #[test]
    fn texts_name_media_types() {
        check("application/json; charset=utf-8", &["application/json"]);
        check("表单，取值：application/x-www-form-urlencoded。", &["application/x-www-form-urlencoded"]);
        check("Either **text/plain** or Application/Octet-Stream.", &["text/plain", "application/octet-stream"]);
        check(
            "“application/vnd.kite+json”、“application/kite-v2.1-patch”",
            &["application/vnd.kite+json", "application/kite-v2.1-patch"],
        );
        check("Application/Kite-Patch + JSON.", &["application/kite-patch+json"]);
        check("and/or a path/application/json, application/", &[]);
    }

    fn request(content_type: Option<&str>, body: Option<&str>) -> Example {
        let headers = content_type.map(|value| ("Content-Type".to_string(), value.to_string()));
        Example {
            headers: headers.into_iter().collect(),
            body: body.map(str::to_string),
            json: body.is_some_and(|body| body.starts_with('{')),
            ..Example::new(ExampleKind::Request)
        }
    }

    #[test]
    fn examples_come_before_rows_and_json_is_believed() {
        let row = |name: &str| vec![name.to_string()];
        let octets = "application/octet-stream";
        assert_eq!(of(&[], &[], false), None);
        assert_eq!(of(&[], &[], true).as_deref(), Some(FORM));
        assert_eq!(
            of(&[], &row("application/x-www-form-urlencoded"), true).as_deref(),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(of(&[request(Some(octets), None)], &row("text/plain"), false).as_deref(), Some(octets));
        assert_eq!(of(&[request(Some(octets), Some("{}"))], &[], false), None);
        assert_eq!(of(&[], &[octets.to_string(), JSON.to_string()], false), None);
        let patch = "application/merge-patch+json";
        assert_eq!(of(&[request(Some(patch), Some("{}"))], &[], false).as_deref(), Some(patch));
    }
}
