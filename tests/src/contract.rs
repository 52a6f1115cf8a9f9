//! One case per example of a spec: a server expects exactly the documented request and answers with the documented response, and the typed
//! client is called through the glue that the `contract!` macro generates.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value};
use tablature_runtime::contract::Answer;
use tablature_runtime::{Client, Credentials, Error, Retry};
use tablature_spec::body::{self, Format};
use tablature_spec::check::{Expect, path_fits, url_path, verdicts};
use tablature_spec::headers;
use tablature_spec::model::{Claim, Example, ExampleKind, Mandatory, Operation, Role, Row, Table};
use tablature_spec::read::SpecFile;
use tablature_spec::types::{self, Shape};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::compare;

/// A call through the typed API, by operation name and with JSON for the parameters; `Err` if the input cannot be said with the typed API.
pub type Glue = fn(Client, &str, &Value) -> Result<Answer, String>;

/// One example to be checked.
#[derive(Debug, Clone)]
pub struct Case {
    /// `stop_job::failure_1`.
    pub name: String,
    /// What the case has to come to. Nobody can tell which side a service is on whose page contradicts itself, so then only this is checked: that
    /// the contradiction is still there, and that a response decodes all the same.
    pub expect: Expect,
    is_request: bool,
    operation: Operation,
    request: Option<Example>,
    response: Option<Example>,
    /// The statuses that the server answers with, one after the other.
    statuses: Vec<u16>,
}

/// The token that is sent where an example shows none.
const TOKEN: &str = "contract-token";
/// The project where an example shows a placeholder. It would be lost or change the path if it were not percent-encoded.
const PROJECT: &str = "contract project?中";
/// All but the unreserved characters of RFC 3986, section 2.3: a value is one segment of the path, whatever it holds.
const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What RFC 3986, section 3.3, does not let a path hold as it is; a percent sign of a page is part of an encoding.
const LITERAL: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The cases of an operation: every example once, requests with the first good success response, responses with the first good request.
pub fn cases(spec: &SpecFile) -> Vec<Case> {
    let operation = &spec.operation;
    let verdicts = verdicts(spec);
    let of =
        |kind: ExampleKind| operation.examples.iter().zip(&verdicts).filter(move |(example, _)| example.kind == kind);
    let good = |(_, expect): &(&Example, &Expect)| **expect == Expect::Pass;
    let request = of(ExampleKind::Request)
        .filter(good)
        .map(|(example, _)| example)
        .find(|example| example.url.is_some() || example.body.is_some());
    let success = of(ExampleKind::Success).find(good).map(|(example, _)| example);
    let mut out = Vec::new();
    for (kind, name) in ExampleKind::ALL {
        for (index, (example, expect)) in of(*kind).enumerate() {
            let (request, response) = match kind {
                ExampleKind::Request => (Some(example), success),
                _ => (request, Some(example)),
            };
            out.push(Case {
                name: format!("{}::{name}_{}", operation.name, index + 1),
                expect: expect.clone(),
                is_request: *kind == ExampleKind::Request,
                operation: operation.clone(),
                request: request.cloned(),
                response: response.cloned(),
                statuses: statuses(response),
            });
        }
    }
    out
}

fn statuses(response: Option<&Example>) -> Vec<u16> {
    match response {
        None => vec![204],
        Some(Example { status: Some(status), .. }) => vec![*status],
        Some(Example { kind: ExampleKind::Success, body: None, .. }) => vec![204],
        Some(Example { kind: ExampleKind::Success, .. }) => vec![200],
        // A body that says `is_success: false` is a failure at any status.
        Some(example) if example.body.as_deref().is_some_and(says_failure) => vec![200, 400, 500],
        Some(_) => vec![400],
    }
}

fn says_failure(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|body| body.get("is_success") == Some(&Value::Bool(false)))
}

/// What the documented request looks like on the wire.
#[derive(Debug, Default)]
struct Expected {
    method: String,
    /// Percent-encoded, as it goes over the wire.
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    /// There is no example of the request.
    is_made_up: bool,
    /// The parts of a form.
    parts: Vec<(String, String)>,
    /// A body that is not JSON and no form.
    bytes: Option<String>,
    /// The media type of the body.
    content_type: Option<String>,
}

/// Why a case does not pass.
enum Problem {
    /// The call gave an answer that is not all of what the page documents.
    Lost(String),
    /// Anything else.
    Other(String),
}

impl From<String> for Problem {
    fn from(text: String) -> Self {
        Problem::Other(text)
    }
}

impl From<&str> for Problem {
    fn from(text: &str) -> Self {
        Problem::Other(text.into())
    }
}

/// Runs a case; the error says what is not as expected.
pub async fn run(case: &Case, call: Glue) -> Result<(), String> {
    for status in &case.statuses {
        let outcome = once(case, call, *status).await;
        let Expect::Contradiction(codes) = &case.expect else {
            outcome.map_err(|(Problem::Lost(text) | Problem::Other(text))| format!("answering {status}: {text}"))?;
            continue;
        };
        let codes: Vec<&str> = codes.iter().map(|code| code.id).collect();
        let not_json = case.response.as_ref().is_some_and(|response| response.body.is_some() && !response.json);
        match outcome {
            Ok(()) => return Err(format!("it passes, although `check` says {}", codes.join(", "))),
            Err(Problem::Other(text)) if !case.is_request && !not_json => {
                return Err(format!(
                    "answering {status}: a documented response must decode, whatever else is wrong: {text}"
                ));
            }
            Err(_) => {}
        }
    }
    Ok(())
}

async fn once(case: &Case, call: Glue, status: u16) -> Result<(), Problem> {
    let (mut expected, input, project) = request(case)?;
    let server = MockServer::start().await;
    let body = case.response.as_ref().and_then(|response| response.body.clone());
    let mut template = ResponseTemplate::new(status).insert_header("X-Request-Id", "contract-request");
    if let Some(body) = &body {
        template = template.set_body_raw(body.clone(), "application/json");
    }
    Mock::given(any()).respond_with(template).mount(&server).await;
    let token = expected.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-auth-token"));
    let token = token.map_or(TOKEN, |(_, token)| token.as_str()).to_string();
    let client = Client::builder()
        .endpoint(server.uri())
        .project_id(project)
        .credentials(Credentials::token(token.as_str()))
        .retry(Retry::none())
        .build()
        .map_err(|error| format!("the client could not be built: {error}"))?;
    // Who proves by a header of the operation's own who calls sends no token.
    if !expected.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        expected.headers.push(("X-Auth-Token".into(), token));
    }
    let answer = call(client, &case.operation.name, &input)?.await;
    let received = server.received_requests().await.unwrap_or_default();
    let received = match received.as_slice() {
        [] => {
            let why = answer.err().map_or(String::new(), |error| error.to_string());
            return Err(format!("no request was sent: {why}").into());
        }
        [one] => one,
        several => return Err(format!("{} requests were sent instead of one", several.len()).into()),
    };
    compare_request(&case.operation, &expected, received)?;
    result(case, status, body.as_deref(), answer)
}

/// The request that the example shows, and the same as input of the typed call. Where there is no example the parameters get sample values.
fn request(case: &Case) -> Result<(Expected, Value, String), String> {
    let operation = &case.operation;
    let is_made_up = case.request.is_none();
    let mut expected = Expected { method: operation.method.clone(), is_made_up, ..Expected::default() };
    let url = case.request.as_ref().and_then(|example| example.url.as_deref());
    if let Some(method) = case.request.as_ref().and_then(|example| example.method.as_ref()) {
        expected.method.clone_from(method);
    }
    let documented = url.map_or(operation.path.as_str(), url_path);
    if !path_fits(&operation.path, documented) {
        return Err(format!("the example's path {documented} does not fit {}", operation.path));
    }
    let mut path = Map::new();
    let mut project = PROJECT.to_string();
    let mut parts = Vec::new();
    for (template, part) in operation.path.trim_matches('/').split('/').zip(documented.trim_matches('/').split('/')) {
        let Some((name, value)) = placeholder(template, part) else {
            parts.push(utf8_percent_encode(part, LITERAL).to_string());
            continue;
        };
        let sample = || sample(operation, Role::Path, name);
        let value =
            if is_placeholder(&value) { if name == "project_id" { PROJECT.into() } else { sample() } } else { value };
        let (head, end) = template.split_once(&format!("{{{name}}}")).unwrap_or((template, ""));
        parts.push(format!(
            "{}{}{}",
            utf8_percent_encode(head, LITERAL),
            utf8_percent_encode(&value, VALUE),
            utf8_percent_encode(end, LITERAL)
        ));
        if name == "project_id" {
            project = value;
        } else {
            path.insert(name.to_string(), Value::String(value));
        }
    }
    let slash = if operation.path.len() > 1 && operation.path.ends_with('/') { "/" } else { "" };
    expected.path = format!("/{}{slash}", parts.join("/"));
    let mut query = Map::new();
    for (name, value) in url.map(query_of).unwrap_or_default() {
        let fixed = operation.fixed_query.iter().any(|(known, fixed)| *known == name && *fixed == value);
        let value = if is_placeholder(&value) { sample(operation, Role::Query, &name) } else { value };
        expected.query.push((name.clone(), value.clone()));
        if !fixed {
            insert(&mut query, name, value);
        }
    }
    for (name, value) in &operation.fixed_query {
        if !expected.query.contains(&(name.clone(), value.clone())) {
            expected.query.push((name.clone(), value.clone()));
        }
    }
    let mut header = Map::new();
    for (name, value) in case.request.iter().flat_map(|example| &example.headers) {
        if !headers::is_own(operation, name) {
            let value = if is_placeholder(value) { sample(operation, Role::Header, name) } else { value.clone() };
            expected.headers.push((name.clone(), value.clone()));
            header.insert(name.clone(), Value::String(value));
        } else if name.eq_ignore_ascii_case("x-auth-token")
            && value.is_ascii()
            && !value.contains(' ')
            && !is_placeholder(value)
        {
            expected.headers.push((name.clone(), value.clone()));
        }
    }
    // A request example rarely shows what it takes for granted; the client insists on it.
    for (role, set) in [(Role::Query, &mut query), (Role::Header, &mut header)] {
        for row in operation.tables_of(role).flat_map(|table| &table.rows) {
            let own = role == Role::Header && headers::is_own(operation, &row.name);
            if is_mandatory(row) && !set.contains_key(&row.name) && !own {
                let value = sample(operation, role, &row.name);
                set.insert(row.name.clone(), Value::String(value.clone()));
                if role == Role::Query { &mut expected.query } else { &mut expected.headers }
                    .push((row.name.clone(), value));
            }
        }
    }
    let format = body::format(operation);
    let is_json = format == Format::Json;
    let body = case.request.as_ref().and_then(|example| example.body.as_deref().filter(|_| example.json && is_json));
    if let Some(body) = body {
        expected.body =
            Some(serde_json::from_str(body).map_err(|error| format!("the example's body is not JSON: {error}"))?);
        let other = case.request.as_ref().and_then(|example| operation.other_media_type(example));
        let media_type = other.or(operation.media_type.as_deref()).unwrap_or("application/json");
        expected.content_type = Some(media_type.into());
    }
    let shown = case.request.as_ref().and_then(|example| example.body.as_deref());
    if is_json && shown.is_some() && body.is_none() {
        return Err("the example's body is not JSON".into());
    }
    // Without an example of a request, what must be in a body is made up.
    let mut given = None;
    match &format {
        Format::Json if is_made_up => expected.body = mandatory_body(operation),
        Format::Json => {}
        Format::Form(media_type) => {
            given = mandatory_body(operation);
            let parts = given.as_ref().and_then(Value::as_object).into_iter().flatten();
            expected.parts = parts.map(|(name, value)| (name.clone(), text(value))).collect();
            expected.content_type = Some(media_type.clone());
        }
        Format::Bytes(media_type) => {
            // Not what UTF-8 or JSON would make of it.
            let bytes = shown.unwrap_or("sample\r\n\0é\"").to_string();
            given = Some(Value::String(bytes.clone()));
            expected.bytes = Some(bytes);
            expected.content_type = Some(media_type.clone());
        }
    }
    let mut input = Map::new();
    input.insert("path".into(), Value::Object(path));
    input.insert("query".into(), Value::Object(query));
    input.insert("header".into(), Value::Object(header));
    if let Some(body) = expected.body.as_ref().or(given.as_ref()) {
        input.insert("body".into(), body.clone());
    }
    Ok((expected, Value::Object(input), project))
}

fn is_mandatory(row: &Row) -> bool {
    row.mandatory == Some(Claim::Agreed(Mandatory::Yes))
}

/// A JSON body or a form with sample values for what is mandatory; none if nothing is.
fn mandatory_body(operation: &Operation) -> Option<Value> {
    let is_array = operation.tables_of(Role::Body).any(|table| table.array);
    let tables = operation.tables_of(Role::Body).filter(|table| table.array == is_array);
    let body: Map<String, Value> = tables.flat_map(|table| sample_fields(operation, table, 0)).collect();
    let value = (!body.is_empty()).then_some(Value::Object(body));
    if is_array { value.map(|item| Value::Array(vec![item])) } else { value }
}

/// A value as a part of a form.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn sample_fields(operation: &Operation, table: &Table, depth: usize) -> Vec<(String, Value)> {
    let rows = table.rows.iter().filter(|row| depth < 10 && is_mandatory(row));
    rows.map(|row| {
        let word = row.kind.as_ref().and_then(Claim::first).and_then(|word| types::parse(word));
        let shape = word.map_or(Shape::String, |word| word.shape);
        (row.name.clone(), sample_value(operation, row, &shape, depth))
    })
    .collect()
}

fn sample_value(operation: &Operation, row: &Row, shape: &Shape, depth: usize) -> Value {
    match shape {
        Shape::Integer32 | Shape::Integer64 | Shape::Float => 7.into(),
        Shape::Boolean => true.into(),
        Shape::Array(inner) => vec![sample_value(operation, row, inner, depth)].into(),
        Shape::Object(_) | Shape::Any | Shape::Map(_) => {
            let table = row.table.as_deref().and_then(|id| operation.table(id));
            Value::Object(
                table.map_or(Map::new(), |table| sample_fields(operation, table, depth + 1).into_iter().collect()),
            )
        }
        _ => "sample".into(),
    }
}

/// Repeated names become a list.
fn insert(map: &mut Map<String, Value>, name: String, value: String) {
    let value = Value::String(value);
    match map.get_mut(&name) {
        None => {
            map.insert(name, value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => *first = Value::Array(vec![first.clone(), value]),
    }
}

/// The name of a template segment's placeholder and the part of the path that it stands for.
fn placeholder<'a>(template: &'a str, part: &str) -> Option<(&'a str, String)> {
    let (head, tail) = template.split_once('{')?;
    let (name, end) = tail.split_once('}')?;
    let value = part.strip_prefix(head)?.strip_suffix(end)?;
    Some((name, percent_decode_str(value).decode_utf8_lossy().into_owned()))
}

fn is_placeholder(value: &str) -> bool {
    value.contains(['{', '}', '<', '>', '$']) || value.is_empty()
}

fn query_of(url: &str) -> Vec<(String, String)> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            pair.split_once('=').map_or((decode(pair), String::new()), |(name, value)| (decode(name), decode(value)))
        })
        .collect()
}

/// A value that a parameter may have.
fn sample(operation: &Operation, role: Role, name: &str) -> String {
    let row = operation.tables_of(role).flat_map(|table| &table.rows).find(|row| row.name.eq_ignore_ascii_case(name));
    let word = row.and_then(|row| row.kind.as_ref()).and_then(Claim::first);
    if let Some(value) =
        row.and_then(|row| row.facts.values.as_ref()).and_then(Claim::first).and_then(|values| values.first())
    {
        return value.clone();
    }
    match word.and_then(|word| types::parse(word)).map(|word| word.shape) {
        Some(Shape::Integer32 | Shape::Integer64 | Shape::Float) => "7".into(),
        Some(Shape::Boolean) => "true".into(),
        // Characters that must be encoded where they go, so that a client that does not is noticed.
        _ => match role {
            Role::Path => format!("sample {}/é?", name.to_lowercase()),
            Role::Query => format!("sample {}&a=b+é", name.to_lowercase()),
            _ => format!("sample-{}", name.to_lowercase()),
        },
    }
}

fn compare_request(operation: &Operation, expected: &Expected, received: &Request) -> Result<(), String> {
    if !received.method.as_str().eq_ignore_ascii_case(&expected.method) {
        return Err(format!("the method is {}, the page has {}", received.method, expected.method));
    }
    same_path(&expected.path, received.url.path())?;
    let mut sent: Vec<(String, String)> =
        received.url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let mut wanted = expected.query.clone();
    sent.sort();
    wanted.sort();
    if sent != wanted {
        return Err(format!("the query is {sent:?}, the page has {wanted:?}"));
    }
    for (name, value) in &expected.headers {
        let sent = received.headers.get(name.as_str()).and_then(|value| value.to_str().ok());
        if sent != Some(value) {
            return Err(format!("the header {name} is {sent:?}, the page has {value:?}"));
        }
    }
    for name in received.headers.keys() {
        let known = headers::is_own(operation, name.as_str())
            || expected.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name.as_str()));
        if !known {
            return Err(format!("the header {name} is on no page"));
        }
    }
    let sent = received.headers.get("content-type").and_then(|value| value.to_str().ok());
    if let Some(wanted) = &expected.content_type
        && sent.map(essence) != Some(essence(wanted))
    {
        return Err(format!("the content type is {sent:?}, the page has {wanted:?}"));
    }
    if !expected.parts.is_empty() {
        let sent = String::from_utf8_lossy(&received.body);
        let pairs = query_of(&format!("?{sent}"));
        let multipart = |name: &str, value: &str| sent.contains(&format!("name=\"{name}\"\r\n\r\n{value}\r\n"));
        let lost = expected.parts.iter().find(|part| !pairs.contains(part) && !multipart(&part.0, &part.1));
        return lost.map_or(Ok(()), |(name, _)| Err(format!("the part {name} of the form is lost: {sent}")));
    }
    if let Some(bytes) = &expected.bytes {
        let same = received.body == bytes.as_bytes();
        let sent = || String::from_utf8_lossy(&received.body);
        return if same { Ok(()) } else { Err(format!("the bytes {bytes:?} became {:?}", sent())) };
    }
    match &expected.body {
        // Where no example shows the request, that there is an empty object says the operation's table.
        None if received.body.is_empty() || expected.is_made_up && received.body == b"{}" => Ok(()),
        None => Err(format!("a body was sent, the page has none: {}", String::from_utf8_lossy(&received.body))),
        Some(wanted) => {
            let sent: Value =
                serde_json::from_slice(&received.body).map_err(|error| format!("the body is not JSON: {error}"))?;
            let mut lost = compare::lost(wanted, &sent);
            lost.extend(
                compare::lost(&sent, wanted).into_iter().map(|problem| format!("sent beyond the page: {problem}")),
            );
            if lost.is_empty() { Ok(()) } else { Err(format!("the request body differs: {}", lost.join("; "))) }
        }
    }
}

/// Whether the path is the documented one to the byte; only the case of hexadecimal digits in an encoding may differ.
fn same_path(expected: &str, sent: &str) -> Result<(), String> {
    let normal = |path: &str| {
        let mut parts = path.split('%');
        let mut out = parts.next().unwrap_or_default().to_string();
        for part in parts {
            let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
            out.push('%');
            out.push_str(&code.to_uppercase());
            out.push_str(rest);
        }
        out
    };
    if normal(expected) == normal(sent) { Ok(()) } else { Err(format!("the path is {sent}, the page has {expected}")) }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_lowercase()
}

fn result(case: &Case, status: u16, body: Option<&str>, answer: Result<Value, Error>) -> Result<(), Problem> {
    let failure = case.response.as_ref().filter(|response| response.kind == ExampleKind::Failure);
    match (failure, answer) {
        (None, Ok(encoded)) => {
            let Some(documented) = body.filter(|_| case.response.as_ref().is_some_and(|response| response.json)) else {
                return Ok(());
            };
            let documented: Value =
                serde_json::from_str(documented).map_err(|error| format!("the response is not JSON: {error}"))?;
            let lost = compare::lost(&documented, &encoded);
            if lost.is_empty() {
                Ok(())
            } else {
                Err(Problem::Lost(format!("decoding and encoding lost something: {}", lost.join("; "))))
            }
        }
        (None, Err(error)) => Err(format!("a documented success became an error: {error}").into()),
        (Some(_), Ok(_)) => Err("a documented failure became a success".into()),
        (Some(response), Err(error)) => {
            if !error.is_service() {
                return Err(format!("a documented failure became an error of another kind: {error}").into());
            }
            let same = |what: &str, found: Option<&str>, wanted: Option<&str>| match wanted {
                Some(wanted) if found != Some(wanted) => {
                    Err(Problem::Other(format!("the {what} is {found:?}, the page has {wanted:?}")))
                }
                _ => Ok(()),
            };
            same("error code", error.code(), response.error_code.as_deref())?;
            same("error message", error.message(), response.error_message.as_deref())?;
            same("request id", error.request_id(), Some("contract-request"))?;
            if error.status() != Some(status) {
                return Err(format!("the status is {:?}, the server sent {status}", error.status()).into());
            }
            let display = error.to_string();
            let missing = response.error_code.as_deref().filter(|code| !display.contains(code));
            missing.map_or(Ok(()), |code| Err(format!("the error does not say {code}: {display}").into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, sent: &str, same: bool) {
        let expected = format!("/v1/{}/stop", utf8_percent_encode(value, VALUE));
        assert_eq!(same_path(&expected, sent).is_ok(), same, "{expected} and {sent}");
    }

    #[test]
    fn a_path_is_compared_as_it_was_sent() {
        check("a b/中", "/v1/a%20b%2F%E4%B8%AD/stop", true);
        check("a b/中", "/v1/a%20b%2f%e4%b8%ad/stop", true);
        check("a-b_c.d~", "/v1/a-b_c.d~/stop", true);
        // What the URL parser makes of a value that was not encoded, or not wholly.
        check("a b/中", "/v1/a%20b/%E4%B8%AD/stop", false);
        check("a:b", "/v1/a:b/stop", false);
        check("%2F", "/v1/%2F/stop", false);
        check("a", "/v1/%61/stop", false);
        check("a", "/V1/a/stop", false);
    }
}
