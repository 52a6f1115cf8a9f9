//! What is sent, what is refused before anything is sent, and what counts as a success.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::future::Future;
use std::time::Duration;

use common::{EMPTY, Fake, LIST, STOP, STOP_JOB, TOKEN};
use serde_json::{Value, json};
use tablature_runtime::{
    BoxFuture, Call, Client, ClientBuilder, Credentials, CredentialsError, CredentialsProvider, Decode, Error,
    HttpRequest, HttpResponse, Operation, Raw, Service,
};

fn stop(client: &Client, job: &str) -> Call {
    Call::new(client, &STOP).path("job_name", job.to_owned())
}

struct StopJob(Call);

impl StopJob {
    tablature_runtime::call!(());
}

#[test]
fn futures_and_types_can_move() {
    fn check<F: Future + Send + 'static>(_: F) {}
    fn sync<T: Send + Sync + 'static>() {}
    let client = Fake::json(200, "").client();
    check(stop(&client, "j").send::<Value>());
    check(stop(&client, "j").send_raw::<Value>());

    sync::<Client>();
    sync::<Call>();
    sync::<Error>();
    sync::<Raw<Value>>();
}

#[tokio::test]
async fn a_request() {
    let fake = Fake::json(204, "");
    let call = stop(&fake.client(), "my Job").header("workspace", "ws-1".to_owned());
    call.json(json!({"a": 1})).send::<()>().await.unwrap();
    let requests = fake.requests();
    let [request] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://dgc.eu-de.example.com/v1/p-1/jobs/my%20Job/stop");
    let headers: Vec<_> = request.headers.iter().collect();
    assert_eq!(headers, [("Content-Type", "application/json"), ("workspace", "ws-1"), ("X-Auth-Token", TOKEN)]);
    assert_eq!(request.body, &br#"{"a":1}"#[..]);
    assert!(request.timeout.is_some());
    assert!(!format!("{request:?}").contains(TOKEN));
}

#[tokio::test]
async fn query_and_body() {
    let fake = Fake::json(200, "{}");
    let call = Call::new(&fake.client(), &LIST)
        .query("limit", 5)
        .query("tag", vec!["a&b".to_owned(), "ä".to_owned()])
        .query("limit", 10)
        .header("Workspace", "w".to_owned());
    call.send::<Value>().await.unwrap();
    let request = fake.requests().pop().unwrap();
    assert_eq!(
        request.url,
        "https://dgc.eu-de.example.com/v1/p-1/jobs?action_id=list&x=a%20b&tag=a%26b&tag=%C3%A4&limit=10"
    );
    assert!(request.body.is_empty());
    assert_eq!(request.headers.get("content-type"), None);
}

#[tokio::test]
async fn call_options() {
    let fake = Fake::json(204, "");
    let client = fake.client();
    let call = stop(&client, "j").content("x".into()).header("workspace", "w".to_owned());
    let builder = StopJob(call)
        .with_project_id("p-2")
        .with_endpoint("http://127.0.0.1:9/base/")
        .with_header("content-type", "text/csv")
        .with_header("WORKSPACE", "w2")
        .with_header("X-Auth-Token", "other");
    builder.send().await.unwrap();
    let request = fake.requests().pop().unwrap();
    assert_eq!(request.url, "http://127.0.0.1:9/base/v1/p-2/jobs/j/stop");
    let headers: Vec<_> = request.headers.iter().collect();
    assert_eq!(headers, [("content-type", "text/csv"), ("WORKSPACE", "w2"), ("X-Auth-Token", "other")]);
}

#[tokio::test]
async fn endpoints() {
    let fake = Fake::json(204, "");
    let url = async |client: Client| {
        stop(&client, "j").send::<()>().await.unwrap();
        fake.requests().pop().unwrap().url
    };
    let all = fake.builder().endpoint("gateway.example.com/x/").build().unwrap();
    assert_eq!(url(all).await, "https://gateway.example.com/x/v1/p-1/jobs/j/stop");
    let one = fake.builder().endpoint("https://a").service_endpoint("dgc", "https://b").build().unwrap();
    assert_eq!(url(one).await, "https://b/v1/p-1/jobs/j/stop");
    let other = fake.builder().endpoint("https://a").service_endpoint("iam", "https://b").build().unwrap();
    assert_eq!(url(other).await, "https://a/v1/p-1/jobs/j/stop");
}

/// The call fails before anything is sent, and the message holds every part.
#[track_caller]
fn refused(fake: &Fake, result: Result<(), Error>, parts: &[&str]) -> Error {
    let error = result.unwrap_err();
    let text = error.to_string();
    assert!(fake.requests().is_empty(), "sent all the same");
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
    error
}

#[tokio::test]
async fn ids_are_refused_before_io() {
    for job in ["", ".", ".."] {
        let fake = Fake::json(204, "");
        let result = stop(&fake.client(), job).send::<()>().await;
        let error = refused(&fake, result, &["dgc stop_job", "`job_name`"]);
        assert!(error.is_invalid_parameter() && error.operation() == Some("stop_job"));
    }
}

#[tokio::test]
async fn everything_missing_is_named_at_once() {
    let fake = Fake::json(204, "");
    let client = Client::builder().region("eu-de").transport(fake.clone()).build().unwrap();
    let call = Call::new(&client, &LIST);
    let error = refused(&fake, call.send().await, &["project_id(..)"]);
    assert!(error.is_missing_parameter());
    assert_eq!(error.missing_parameters(), ["project_id", "limit", "workspace"]);
    // A header given for this call counts.
    let call = Call::new(&client, &LIST).with_project_id("p".to_owned()).with_header("Workspace", "w".to_owned());
    assert_eq!(call.send::<()>().await.unwrap_err().missing_parameters(), ["limit"]);
}

#[tokio::test]
async fn headers_are_refused_before_io() {
    for (name, value) in
        [("workspace", "a\r\nX-Evil: 1"), ("workspace", "中"), ("bad name", "x"), ("content-length", "1")]
    {
        let fake = Fake::json(204, "");
        let call = stop(&fake.client(), "j").with_header(name, value.to_owned());
        assert!(refused(&fake, call.send().await, &["dgc stop_job", name]).is_invalid_parameter());
    }
    let fake = Fake::json(204, "");
    let client = fake.builder().credentials(Careless).build().unwrap();
    let error = refused(&fake, stop(&client, "j").send().await, &["X-Auth-Token", "0x0a"]);
    assert!(error.is_auth() && !error.to_string().contains("secret"));
}

/// Gives a token that no header can hold.
struct Careless;

impl CredentialsProvider for Careless {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        request.headers.insert_secret("X-Auth-Token", "secret\n");
        Box::pin(std::future::ready(Ok(())))
    }
}

#[test]
fn a_token_that_cannot_be_sent_is_refused_with_the_settings() {
    let build = |token: &str| Fake::json(204, "").builder().credentials(Credentials::token(token)).build();
    let error = build("secret\n").unwrap_err();
    assert!(error.is_auth() && !format!("{error:?}").contains("secret"));
    assert_eq!(
        error.to_string(),
        "credentials: the token begins or ends with white space; trim what was read from a file or a prompt"
    );
    let shared = std::sync::Arc::new(Credentials::token(""));
    assert!(Fake::json(204, "").builder().credentials(shared).build().unwrap_err().is_auth());
    build("secret").unwrap();
}

#[test]
fn settings_with_which_no_call_succeeds_are_refused() {
    let refused = |builder: ClientBuilder, start: &str| {
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration() && error.to_string().starts_with(start), "{error}");
    };
    let fake = Fake::json(200, "");
    refused(fake.builder().project_id("a/b"), "project_id \"a/b\" holds a `/`");
    refused(fake.builder().domain_id("/b"), "domain_id \"/b\" holds a `/`");
    refused(fake.builder().timeout(Duration::ZERO), "timeout is zero");
    refused(fake.builder().attempt_timeout(Duration::ZERO), "attempt_timeout is zero");
}

#[tokio::test]
async fn wrong_settings_are_refused() {
    let fake = Fake::json(204, "");
    let client = Client::builder().project_id("p").transport(fake.clone()).build().unwrap();
    let error =
        refused(&fake, stop(&client, "j").send().await, &["no region and no endpoint", "service_endpoint(\"dgc\""]);
    assert!(error.is_configuration());
    let call = stop(&fake.client(), "j").with_endpoint("nonsense://x".to_owned());
    refused(&fake, call.send().await, &["nonsense"]);
    for (builder, part) in [
        (fake.builder().endpoint("https://"), "not a URL"),
        (fake.builder().service_endpoint("dgc", "https://a?b"), "query"),
        (fake.builder().region("evil.example/"), "evil.example"),
        (fake.builder().project_id(" "), "project_id"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration() && error.to_string().contains(part), "{error}");
    }
}

async fn decode<T: Decode + 'static>(
    operation: &'static Operation,
    status: u16,
    body: &'static str,
) -> Result<T, Error> {
    Call::new(&Fake::json(status, body).client(), operation).path("job_name", "j".to_owned()).send().await
}

#[tokio::test]
async fn successes() {
    assert_eq!(decode::<Value>(&STOP, 200, r#"{"a":1}"#).await.unwrap(), json!({"a": 1}));
    assert_eq!(decode::<Value>(&STOP, 200, "\u{feff}[1]").await.unwrap(), json!([1]));
    assert_eq!(
        decode::<Value>(&STOP, 200, r#"{"is_success":true,"error_code":""}"#).await.unwrap()["is_success"],
        true
    );
    assert_eq!(decode::<Value>(&STOP, 202, r#"{"request_id":"r"}"#).await.unwrap()["request_id"], "r");
    decode::<()>(&STOP, 204, "").await.unwrap();
    decode::<()>(&STOP, 200, " \r\n").await.unwrap();
    assert_eq!(decode::<Vec<i64>>(&STOP, 204, "").await.unwrap(), Vec::<i64>::new());
    assert_eq!(decode::<Answer>(&STOP, 200, "").await.unwrap(), Answer::default());
    // No body is documented, so whatever comes is no reason to fail.
    decode::<()>(&EMPTY, 200, "{}").await.unwrap();
    decode::<()>(&EMPTY, 200, "<html>").await.unwrap();
}

#[derive(Debug, Default, PartialEq)]
struct Answer {
    id: Option<String>,
    next: Option<Box<Answer>>,
}
tablature_runtime::response!(Answer; id, next);

async fn answer(body: &'static str) -> Result<Answer, Error> {
    decode(&STOP, 200, body).await
}

#[tokio::test]
async fn null_is_no_body() {
    for body in ["null", " null\n", "\u{feff}null"] {
        assert_eq!(answer(body).await.unwrap(), Answer::default(), "{body}");
        assert_eq!(decode::<Vec<Answer>>(&STOP, 200, body).await.unwrap(), []);
        assert_eq!(decode::<Value>(&STOP, 200, body).await.unwrap(), Value::Null);
    }
    assert!(answer("nulls").await.unwrap_err().is_decode());
}

#[tokio::test]
async fn an_array_is_no_object() {
    for body in [r#"["5", null]"#, r#"["5"]"#, "[[\"5\"]]", "[]", r#"[{"id":1},{"id":2}]"#, r#"{"next":[["5"]]}"#] {
        let error = answer(body).await.unwrap_err();
        assert!(error.is_decode(), "{body}: {error}");
    }
    let error = answer(r#"[[5, "a"], {}]"#).await.unwrap_err().to_string();
    assert!(error.contains("at $[0][0]: invalid type: integer `5`, expected an object"), "{error}");
    let error = answer("[]").await.unwrap_err().to_string();
    assert!(error.contains("expected an object"), "{error}");
    assert!(decode::<Vec<Answer>>(&STOP, 200, r#"[["5", null]]"#).await.unwrap_err().is_decode());
    // One object in brackets is what a field takes, too.
    assert_eq!(answer(r#"[{"id":5}]"#).await.unwrap().id.as_deref(), Some("5"));
}

#[tokio::test]
async fn the_last_value_of_a_repeated_key_counts() {
    let body = r#"{"id":1,"next":{"id":"x","next":{"id":2.50,"id":3.50},"id":"y"},"id":20000000000000000000000}"#;
    let found = answer(body).await.unwrap();
    assert_eq!(found.id.as_deref(), Some("20000000000000000000000"));
    let next = found.next.unwrap();
    assert_eq!((next.id.as_deref(), next.next.unwrap().id.as_deref()), (Some("y"), Some("3.50")));
    let error = answer(r#"{"id":1,"id":2,"next":7}"#).await.unwrap_err();
    assert_eq!(error.decode_path(), Some("$.next"), "{error}");
    assert!(answer(r#"{"id":1,"id":2"#).await.unwrap_err().is_decode());
}

#[tokio::test]
async fn lists_of_versions_come_with_300() {
    let versions = decode::<Value>(&STOP, 300, r#"{"versions":[]}"#).await.unwrap();
    assert_eq!(versions, json!({"versions": []}));
}

#[tokio::test]
async fn failures() {
    for (status, body) in [
        (200, r#"{"is_success":false}"#),
        (200, r#"{"is_success":"false","error_msg":"m"}"#),
        (201, r#"{"is_success":0}"#),
        (301, "{}"),
        (304, ""),
        (400, r#"{"is_success":true}"#),
        (404, ""),
        (503, "<html>"),
        (199, "{}"),
    ] {
        let error = decode::<Value>(&STOP, status, body).await.unwrap_err();
        assert!(error.is_service() && error.status() == Some(status), "{status} {body}: {error}");
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert!(decode::<()>(&EMPTY, status, body).await.unwrap_err().is_service());
    }
}

#[tokio::test]
async fn raw() {
    let fake = Fake::json(409, r#"{"error_code":"DLF.1","error_msg":"busy"}"#);
    let raw = stop(&fake.client(), "j").send_raw::<()>().await.unwrap();
    assert_eq!(raw.status(), 409);
    assert_eq!(raw.request_id(), Some("req-1"));
    assert_eq!(raw.headers().get("x-request-id"), Some("req-1"));
    assert_eq!(raw.text(), r#"{"error_code":"DLF.1","error_msg":"busy"}"#);
    let error = raw.decode().unwrap_err();
    assert_eq!((error.code(), error.operation()), (Some("DLF.1"), Some("stop_job")));
    let raw = stop(&Fake::json(200, "[7]").client(), "j").send_raw::<Vec<i64>>().await.unwrap();
    assert_eq!(raw.decode().unwrap(), [7]);
    assert_eq!(raw.into_bytes(), b"[7]");
}

#[tokio::test]
async fn a_token_is_nowhere_to_be_read() {
    // A server that repeats what it was sent, in the body and in headers.
    let fake = Fake::new(|| {
        Ok(HttpResponse::new(401)
            .with_header("X-Request-Id", format!("r-{TOKEN}"))
            .with_header("X-Subject-Token", TOKEN)
            .with_body(format!(r#"{{"error_code":"{TOKEN}","error_msg":"bad token {TOKEN}"}}"#)))
    });
    let client = fake.client();
    let error = stop(&client, "j").send::<()>().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(error.message(), Some("bad token [redacted]"));
    let raw = stop(&client, "j").send_raw::<()>().await.unwrap();
    let decode = {
        let fake = Fake::new(|| Ok(HttpResponse::new(200).with_body(format!("\"{TOKEN}\""))));
        stop(&fake.client(), "j").send::<i64>().await.unwrap_err()
    };
    assert!(decode.is_decode());
    let call = stop(&client, "j").with_header("X-Auth-Token", TOKEN.to_owned());
    let mut all = vec![format!("{client:?} {raw:?} {:?} {call:?} {:?}", fake.builder(), fake.requests())];
    for error in [&error, &decode] {
        all.push(format!("{error} {error:?} {:?} {:?}", error.code(), error.request_id()));
        all.push(String::from_utf8_lossy(error.body().unwrap()).into_owned());
        let mut source = std::error::Error::source(error);
        while let Some(next) = source {
            all.push(format!("{next} {next:?}"));
            source = next.source();
        }
    }
    for text in all {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[tokio::test]
async fn an_operation_of_a_service_without_hosts_needs_an_endpoint() {
    static NOWHERE: Service = Service { name: "nowhere", hosts: &[] };
    static OPERATION: Operation = Operation { service: &NOWHERE, path: "/", ..STOP_JOB };
    let fake = Fake::json(204, "");
    refused(&fake, Call::new(&fake.client(), &OPERATION).send().await, &["service_endpoint(\"nowhere\""]);
    let client = fake.builder().service_endpoint("nowhere", "http://h").build().unwrap();
    Call::new(&client, &OPERATION).send::<()>().await.unwrap();
    assert_eq!(fake.requests().pop().unwrap().url, "http://h/");
}
