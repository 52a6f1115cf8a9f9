//! The examples of a page: request line, headers, body and status, and whether a response shows success or failure.

use serde_json::Value;
use tablature_pages::model::Code;
use tablature_spec::codes;
use tablature_spec::model::{At, Example, ExampleKind};

use crate::json;
use crate::report::Report;
use crate::request_line::{self, Line};
use crate::rows::{fold, shorten};
use crate::sections::{Piece, Placed};
use crate::status;
use crate::vocabulary::{Label, SectionRole, squeeze, vocabulary};

/// A block shows so many documents at most, so that a long one takes linear time.
const MAX_DOCUMENTS: usize = 16;
/// So many lines can stand between two documents of a block.
const MAX_LINES_BETWEEN: usize = 6;

/// What the nearest label says about the next code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Unknown,
    Request,
    Response,
    Success,
    Failure,
}

/// A code block taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Request lines: method, and URL as the page writes it.
    pub requests: Vec<(Option<String>, String)>,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The status line's code.
    pub status: Option<u16>,
    /// What is left, with the number of lines before it.
    pub body: Option<(String, u32)>,
}

struct Collector<'r> {
    source: String,
    examples: Vec<Example>,
    /// The last piece was the code block of the last example, so the next block may belong to it.
    open: bool,
    /// A status that was announced and that no code block has taken yet.
    pending: Option<(u16, u32)>,
    status: Option<u16>,
    context: Context,
    /// The context comes from a label and not only from the section.
    labelled: bool,
    role: SectionRole,
    report: &'r mut Report,
}

/// Collects the examples of a page; `lines` are example lines of the URI section.
pub fn collect(pieces: &[Placed<'_>], lines: &[Line], source: &str, report: &mut Report) -> Vec<Example> {
    let mut collector = Collector {
        source: source.to_string(),
        examples: Vec::new(),
        open: false,
        pending: None,
        status: None,
        context: Context::Unknown,
        labelled: false,
        role: SectionRole::Other,
        report,
    };
    for line in lines {
        let mut example = Example::new(ExampleKind::Request);
        example.method.clone_from(&line.method);
        example.url = Some(line.url.clone());
        collector.push(example, line.line);
    }
    let mut section = usize::MAX;
    for placed in pieces {
        if placed.section != section {
            section = placed.section;
            collector.enter(placed.role);
        }
        match placed.piece {
            Piece::Text(text) if !placed.note => collector.text(&fold(&text.plain()), text.line),
            Piece::Code(code) => collector.code(code),
            _ => collector.open = false,
        }
    }
    collector.enter(SectionRole::Other);
    let mut examples = collector.examples;
    // Requests first; the order within a kind is the page's.
    examples.sort_by_key(|example| example.kind != ExampleKind::Request);
    report.counts.examples = examples.len();
    examples
}

impl Collector<'_> {
    fn enter(&mut self, role: SectionRole) {
        self.flush();
        self.role = role;
        self.open = false;
        self.status = None;
        self.labelled = false;
        self.context = match role {
            SectionRole::ExampleRequest | SectionRole::Request => Context::Request,
            SectionRole::ExampleResponse | SectionRole::Response => Context::Response,
            SectionRole::ErrorResponse => Context::Failure,
            _ => Context::Unknown,
        };
    }

    /// Whether code blocks of this section are examples.
    fn here(&self) -> bool {
        matches!(
            self.role,
            SectionRole::ExampleRequest
                | SectionRole::ExampleResponse
                | SectionRole::Example
                | SectionRole::Request
                | SectionRole::Response
                | SectionRole::ErrorResponse
                | SectionRole::ResponseHeader
        )
    }

    /// Whether the section is about responses: a body there without a request line is no request, whatever its label says.
    fn responds(&self) -> bool {
        matches!(self.role, SectionRole::Response | SectionRole::ExampleResponse | SectionRole::ErrorResponse)
    }

    /// Whether a status without a body is an example here and not the heading of tables.
    fn shows_responses(&self) -> bool {
        matches!(self.role, SectionRole::ExampleResponse | SectionRole::Example)
            || (self.labelled && matches!(self.context, Context::Success | Context::Failure))
    }

    fn push(&mut self, mut example: Example, line: u32) {
        example.at = vec![At { source: self.source.clone(), line }];
        self.examples.push(example);
    }

    /// A status that no body followed is an example of its own: a 204 has none.
    fn flush(&mut self) {
        let Some((code, line)) = self.pending.take() else { return };
        if !self.shows_responses() || self.context == Context::Request {
            return;
        }
        let failed = code >= 400 || self.context == Context::Failure;
        let mut example = Example::new(if failed { ExampleKind::Failure } else { ExampleKind::Success });
        example.status = Some(code);
        self.push(example, line);
    }

    fn text(&mut self, plain: &str, line: u32) {
        if !self.here() || plain.is_empty() {
            return;
        }
        if let Some(code) = status::labelled(plain) {
            self.flush();
            self.open = false;
            self.status = Some(code);
            self.pending = Some((code, line));
            let differs = match self.context {
                Context::Success => code >= 400,
                Context::Failure => code < 400,
                Context::Unknown | Context::Request => true,
                Context::Response => false,
            };
            if differs && self.role != SectionRole::ExampleRequest && self.role != SectionRole::Request {
                self.context = Context::Response;
            }
            return;
        }
        if plain.chars().count() > 60 {
            return;
        }
        let context = match vocabulary().label_part(plain) {
            Some(Label::ExampleRequest | Label::Request) => Context::Request,
            Some(Label::ExampleSuccess) => Context::Success,
            Some(Label::ExampleFailure | Label::Error) => Context::Failure,
            Some(Label::ExampleResponse | Label::Response) => Context::Response,
            _ => return,
        };
        // A request section shows requests; a label that says "failed" there means a request that fails.
        if matches!(self.role, SectionRole::ExampleRequest | SectionRole::Request) && context == Context::Failure {
            return;
        }
        self.flush();
        self.open = false;
        self.status = None;
        self.labelled = true;
        self.context = context;
    }

    fn code(&mut self, code: &Code) {
        if !self.here() {
            self.open = false;
            return;
        }
        let mut text = code.text.as_str();
        let mut line = code.line;
        for _ in 1..MAX_DOCUMENTS {
            let Some((document, rest)) = first_document(text) else { break };
            self.part(document, line);
            let lines = document.matches('\n').count();
            line = line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            text = rest;
            // What labels the next document in the block says no more than a label between blocks.
            for label in labels(text) {
                self.text(&fold(label), line);
            }
            self.open = false;
        }
        self.part(text, line);
    }

    /// Reads a block, or the part of a block that shows one document.
    fn part(&mut self, text: &str, line: u32) {
        let parts = split(text);
        if parts.requests.is_empty() && parts.status.is_none() && parts.headers.is_empty() && parts.body.is_none() {
            return;
        }
        let status = parts.status.or(self.status);
        if let Some(status) = parts.status {
            self.status = Some(status);
        }
        if !parts.requests.is_empty() {
            self.request(parts, line);
            self.open = true;
            return;
        }
        let body = match parts.body {
            Some((text, offset)) => match self.body(&text, line.saturating_add(offset)) {
                Some(body) => Some(body),
                None => {
                    self.open = false;
                    return;
                }
            },
            None => None,
        };
        let has_status = parts.status.is_some();
        // A block right behind a request line or status line holds its body.
        if self.open
            && !has_status
            && let Some(last) = self.examples.last_mut()
            && last.body.is_none()
        {
            let takes = match last.kind {
                ExampleKind::Request => {
                    let sends = !matches!(last.method.as_deref(), Some("GET" | "HEAD"));
                    matches!(self.context, Context::Request) || (self.context == Context::Unknown && sends)
                }
                _ => last.status.is_some() && self.context != Context::Request,
            };
            if takes {
                let (kind, at) = (last.kind, last.at.clone());
                // Several lines in one block are one request to several versions of the call, and the body belongs to each of them.
                let several = self
                    .examples
                    .iter_mut()
                    .rev()
                    .take_while(|other| other.kind == kind && other.at == at)
                    .take(if kind == ExampleKind::Request { usize::MAX } else { 1 });
                for example in several {
                    example.headers.extend(parts.headers.iter().cloned());
                    if let Some(body) = &body {
                        apply(example, body.clone());
                        if kind != ExampleKind::Request {
                            judge(example, self.context);
                        }
                    }
                }
                self.pending = None;
                return;
            }
        }
        if self.context == Context::Request && !has_status && !self.responds() {
            let mut example = Example::new(ExampleKind::Request);
            example.headers = parts.headers;
            if let Some(body) = body {
                apply(&mut example, body);
            }
            self.push(example, line);
            self.open = false;
            return;
        }
        let mut example = Example::new(ExampleKind::Success);
        example.status = status;
        example.headers = parts.headers;
        if let Some(body) = body {
            apply(&mut example, body);
        }
        judge(&mut example, self.context);
        self.pending = None;
        self.push(example, line);
        self.open = true;
    }

    fn request(&mut self, parts: Parts, line: u32) {
        let body = parts.body.and_then(|(text, offset)| self.body(&text, line.saturating_add(offset)));
        for (method, url) in parts.requests {
            let mut example = Example::new(ExampleKind::Request);
            example.method = method;
            example.url = Some(url);
            example.headers.clone_from(&parts.headers);
            if let Some(body) = &body {
                apply(&mut example, body.clone());
            }
            self.push(example, line);
        }
    }

    /// Reads a body. `None`: it is nothing that an example can show, and that was said.
    fn body(&mut self, text: &str, line: u32) -> Option<Body> {
        let trimmed = text.trim();
        if vocabulary().no_content.contains(&squeeze(trimmed)) && !looks_like_json(trimmed) {
            return Some(Body::default());
        }
        if looks_like_json(trimmed) {
            self.report.counts.bodies += 1;
            return Some(match json::repair(trimmed) {
                Ok(json) => {
                    if !json.repairs.is_empty() {
                        self.report.counts.bodies_repaired += 1;
                        self.report.say(
                            &codes::EXAMPLE_REPAIRED,
                            line,
                            format!("the body is JSON after a repair: {}", json.repairs.join(", ")),
                        );
                    }
                    Body {
                        text: Some(json.text),
                        json: true,
                        repairs: json.repairs.iter().map(|repair| (*repair).to_string()).collect(),
                    }
                }
                Err(fault) => {
                    self.report.counts.bodies_failed += 1;
                    let blank = text.len() - text.trim_start().len();
                    let before = text.get(..blank).unwrap_or_default().matches('\n').count();
                    let before = u32::try_from(before).unwrap_or(u32::MAX);
                    let line = line.saturating_add(before).saturating_add(fault.line - 1);
                    self.report.say(&codes::EXAMPLE_NOT_JSON, line, format!("the body is not JSON: {}", fault.message));
                    Body { text: Some(trimmed.to_string()), ..Body::default() }
                }
            });
        }
        // A form and the like: text that is sent as it stands.
        let form = self.context == Context::Request && self.open && trimmed.contains('=') && !trimmed.contains(' ');
        if form || trimmed.starts_with(['<', '-', '"']) {
            return Some(Body { text: Some(trimmed.to_string()), ..Body::default() });
        }
        self.report.say(
            &codes::EXAMPLE_UNUSED,
            line,
            format!("`{}` is neither a request nor a response that could be understood", shorten(trimmed)),
        );
        None
    }
}

#[derive(Debug, Clone, Default)]
struct Body {
    text: Option<String>,
    json: bool,
    repairs: Vec<String>,
}

fn apply(example: &mut Example, body: Body) {
    example.body = body.text;
    example.json = body.json;
    example.repairs = body.repairs;
}

/// The lines of a text before its JSON.
fn labels(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).take_while(|line| !looks_like_json(line))
}

/// A text up to the end of its first JSON document, and the rest, if the rest holds another one: right away or behind
/// a few short lines. `None` where the first one needs more than a repair, because then it may end elsewhere.
fn first_document(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    let start = text.split_inclusive('\n').find_map(|line| {
        let begin = at + (line.len() - line.trim_start().len());
        at += line.len();
        looks_like_json(line.trim_start()).then_some(begin)
    })?;
    let mut depth = 0usize;
    let (mut quoted, mut escaped) = (false, false);
    let mut end = None;
    for (at, c) in text.get(start..)?.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' | '[' | '｛' if !quoted => depth += 1,
            '}' | ']' | '｝' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    end = Some(start + at + c.len_utf8());
                    break;
                }
            }
            _ => {}
        }
    }
    let (head, rest) = text.split_at_checked(end?)?;
    let between: Vec<&str> = labels(rest).take(MAX_LINES_BETWEEN + 1).collect();
    // A line of marks, such as a comma, joins the items of one document whose brackets were left out.
    let label = |line: &&str| line.chars().count() <= 60 && line.chars().any(char::is_alphanumeric);
    let short = between.len() <= MAX_LINES_BETWEEN && between.iter().all(label);
    let next = rest.lines().map(str::trim).filter(|line| !line.is_empty()).nth(between.len())?;
    let value = json::repair(head.get(start..)?).ok()?.value;
    // A path such as `{endpoint}/v1/kites` is no document.
    (short && looks_like_json(next) && (value.is_object() || value.is_array())).then_some((head, rest))
}

fn looks_like_json(text: &str) -> bool {
    text.starts_with(['{', '[', '｛'])
}

/// Decides between success and failure: what the body says, then the status, then the label.
fn judge(example: &mut Example, context: Context) {
    let value: Option<Value> =
        if example.json { example.body.as_deref().and_then(|body| serde_json::from_str(body).ok()) } else { None };
    let succeeded = value.as_ref().and_then(says_success);
    let envelope = value.as_ref().is_some_and(is_envelope);
    let failed = match (succeeded, example.status, context) {
        (Some(succeeded), _, _) => !succeeded,
        (_, Some(code), _) => code >= 400,
        (_, None, Context::Failure) => true,
        (_, None, Context::Success) => false,
        _ => envelope,
    };
    example.kind = if failed { ExampleKind::Failure } else { ExampleKind::Success };
    if failed && let Some(value) = &value {
        let words = vocabulary();
        example.error_code = find_key(value, &words.envelope_codes);
        example.error_message = find_key(value, &words.envelope_messages);
    }
}

/// What a body says of the call where it has a key for that.
fn says_success(value: &Value) -> Option<bool> {
    vocabulary().envelope_success.iter().find_map(|key| match value.get(key) {
        Some(Value::Bool(said)) => Some(*said),
        Some(Value::String(text)) => text.parse().ok(),
        _ => None,
    })
}

/// The body of an error: a code and a message, alone or under one key.
fn is_envelope(value: &Value) -> bool {
    let words = vocabulary();
    let Some(object) = value.as_object() else { return false };
    let known = |key: &String| {
        [&words.envelope_codes, &words.envelope_messages, &words.envelope_others].iter().any(|list| list.contains(key))
    };
    let has = |list: &[String]| list.iter().any(|key| object.contains_key(key));
    // Bodies that show their error fields empty show a success.
    let empty =
        |key: &String| matches!(object.get(key), None | Some(Value::Null)) || object.get(key) == Some(&Value::from(""));
    if words.envelope_codes.iter().chain(&words.envelope_messages).all(empty) && has(&words.envelope_codes) {
        return false;
    }
    if has(&words.envelope_messages) && has(&words.envelope_codes) && object.keys().all(known) {
        return true;
    }
    match object.iter().next() {
        Some((_, Value::Object(inner))) if object.len() == 1 => {
            inner.contains_key("code") && inner.contains_key("message") && inner.keys().all(known)
        }
        _ => false,
    }
}

/// The text of the first key that the body has, at the top or one level down.
fn find_key(value: &Value, keys: &[String]) -> Option<String> {
    let object = value.as_object()?;
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    keys.iter().find_map(|key| object.get(key).and_then(text)).or_else(|| {
        object
            .values()
            .filter_map(Value::as_object)
            .find_map(|inner| keys.iter().find_map(|key| inner.get(key).and_then(text)))
    })
}

/// Takes a code block apart: request lines, headers, status line, body.
pub fn split(text: &str) -> Parts {
    let mut parts = Parts::default();
    let mut method: Option<String> = None;
    let lines: Vec<&str> = text.lines().collect();
    let mut at = 0usize;
    while let Some(line) = lines.get(at) {
        let trimmed = line.trim();
        if trimmed.is_empty() {
            at += 1;
            continue;
        }
        // As an argument of a command line, a header stands in quotes.
        if let Some(header) = quoted(trimmed).and_then(header) {
            parts.headers.push(header);
            at += 1;
            continue;
        }
        if looks_like_json(trimmed) || trimmed.starts_with(['"', '<', '“']) {
            // `{Endpoint}/v1/…` under a method is the rest of the request line.
            if let Some(found) = method.take_if(|_| trimmed.starts_with('{') && trimmed.contains("}/")) {
                parts.requests.push((Some(found), fold(trimmed)));
                at += 1;
                continue;
            }
            break;
        }
        if let Some((found, url)) = request_line::parse_line(trimmed) {
            // `GET https://…{` with the body starting on the same line keeps its brace for the body.
            parts.requests.push((Some(found), url));
            at += 1;
            continue;
        }
        if let Some(found) = request_line::method_alone(trimmed) {
            method = Some(found);
            at += 1;
            continue;
        }
        if (trimmed.starts_with("https://") || trimmed.starts_with("http://"))
            || (method.is_some() && trimmed.starts_with('/'))
        {
            parts.requests.push((method.take(), fold(request_line::take_url(trimmed))));
            at += 1;
            continue;
        }
        if let Some(code) = status::labelled(trimmed).or_else(|| status::with_reason(trimmed)) {
            parts.status = Some(code);
            at += 1;
            continue;
        }
        if let Some(header) = header(trimmed) {
            parts.headers.push(header);
            at += 1;
            continue;
        }
        // A short line that ends in a colon, or stands before the body, is a label.
        if trimmed.ends_with([':', '：']) && trimmed.chars().count() <= 60 {
            at += 1;
            continue;
        }
        let rest = lines.get(at + 1..).unwrap_or_default();
        let next = rest.iter().find(|line| !line.trim().is_empty());
        if trimmed.chars().count() <= 60 && next.is_some_and(|next| looks_like_json(next.trim())) {
            at += 1;
            continue;
        }
        break;
    }
    let body = lines.get(at..).unwrap_or_default().join("\n");
    if !body.trim().is_empty() {
        parts.body = Some((body.trim_end().to_string(), u32::try_from(at).unwrap_or(0)));
    }
    parts
}

/// What stands between the two quotes of a line.
fn quoted(line: &str) -> Option<&str> {
    line.strip_prefix(['"', '“'])?.strip_suffix(['"', '”']).filter(|inside| !inside.contains(['"', '“', '”']))
}

/// `Name: value`.
fn header(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once([':', '：', '→'])?;
    let name = name.trim();
    let sound = !name.is_empty()
        && name.len() <= 60
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        && name.starts_with(|c: char| c.is_ascii_uppercase() || name.contains('-') || c == 'h');
    sound.then(|| (name.to_string(), value.trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_taken_apart() {
        let parts = split("POST https://{endpoint}/v1/kites\nX-Auth-Token: abc\n\n{\n\"a\": 1\n}");
        assert_eq!(parts.requests, [(Some("POST".into()), "https://{endpoint}/v1/kites".into())]);
        assert_eq!(parts.headers, [("X-Auth-Token".to_string(), "abc".to_string())]);
        assert_eq!(parts.body, Some(("{\n\"a\": 1\n}".to_string(), 3)));
        let parts = split("GET\n\nhttps://{kite}/v1/kites");
        assert_eq!(parts.requests, [(Some("GET".into()), "https://{kite}/v1/kites".into())]);
        let parts = split("\"Content-Type:application/kite\"  \n[1]");
        assert_eq!(parts.headers, [("Content-Type".to_string(), "application/kite".to_string())]);
        assert_eq!(parts.body, Some(("[1]".to_string(), 1)));
        assert_eq!(split("\"Kite\": \"a\"").headers, []);
        assert_eq!(split("STATUS CODE 204").status, Some(204));
        assert_eq!(split("HTTP/1.1 201 Created\n{\"a\": 1}").status, Some(201));
        assert_eq!(split("GET /v1/kites\nGET /v2/kites").requests.len(), 2);
        assert_eq!(split("Response body:\n{\"a\": 1}").body, Some(("{\"a\": 1}".to_string(), 1)));
    }

    #[track_caller]
    fn check(context: Context, status: Option<u16>, body: &str, kind: ExampleKind, code: Option<&str>) {
        let mut example = Example::new(ExampleKind::Success);
        example.status = status;
        example.body = Some(body.to_string());
        example.json = true;
        judge(&mut example, context);
        assert_eq!(example.kind, kind, "{body}");
        assert_eq!(example.error_code.as_deref(), code, "{body}");
    }

    #[test]
    fn failures_are_told_from_successes() {
        use ExampleKind::{Failure, Success};
        check(Context::Response, None, "{\"is_success\": false, \"error_code\": \"K.1\"}", Failure, Some("K.1"));
        check(Context::Response, None, "{\"is_success\": true}", Success, None);
        let empty = ", \"error_code\": \"\", \"error_message\": \"\"";
        for said in ["true", "\"true\""] {
            check(Context::Response, None, &format!("{{\"is_success\": {said}{empty}}}"), Success, None);
        }
        check(
            Context::Response,
            None,
            "{\"is_success\": true, \"error_code\": \"0\", \"error_msg\": \"ok\"}",
            Success,
            None,
        );
        check(Context::Response, None, &format!("{{\"request_id\": \"7\"{empty}}}"), Success, None);
        check(Context::Response, None, "{\"error_code\": null, \"error_msg\": \"no\"}", Failure, None);
        check(Context::Failure, None, "{\"errCode\": \"7\"}", Failure, Some("7"));
        check(Context::Response, Some(403), "{\"kite\": {\"code\": 403, \"message\": \"no\"}}", Failure, Some("403"));
        check(
            Context::Response,
            None,
            "{\"itemNotFound\": {\"code\": 404, \"message\": \"no\"}}",
            Failure,
            Some("404"),
        );
        check(Context::Response, None, "{\"error_code\": \"K.1\", \"error_msg\": \"no\"}", Failure, Some("K.1"));
        check(Context::Response, None, "{\"request_id\": \"7\"}", Success, None);
        check(Context::Response, Some(200), "{\"code\": \"0\", \"message\": \"ok\"}", Success, None);
    }
}
