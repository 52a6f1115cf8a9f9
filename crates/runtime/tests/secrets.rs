//! Secrets are nowhere to be read: what a call sent, and what an answer has under a name that says it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::error::Error as _;

use common::{Fake, STOP};
use tablature_runtime::{Call, Error, HttpRequest, HttpResponse, Value};

const SECRET: &str = "hunter2-X";

/// All that an error shows.
#[track_caller]
fn check(error: &Error, parts: &[&str]) {
    let mut shown = format!("{error}\n{error:?}\n{:?} {:?}", error.code(), error.message());
    let mut source = error.source();
    while let Some(next) = source {
        shown += &format!("\n{next}\n{next:?}");
        source = next.source();
    }
    assert!(!shown.contains("hunter2"), "{shown}");
    for part in parts {
        assert!(shown.contains(part), "{part:?} is not in: {shown}");
    }
}

async fn fail<T: tablature_runtime::Decode + std::fmt::Debug + 'static>(status: u16, body: &str) -> Error {
    let body = body.replace("SECRET", SECRET);
    let fake = Fake::new(move || Ok(HttpResponse::new(status).with_body(body.clone())));
    let call = Call::new(&fake.client(), &STOP).path("job_name", "j".to_owned());
    let server = serde_json::json!({"adminPass": SECRET, "name": "message", "secret": "error_msg"});
    call.field("server", server).send::<T>().await.unwrap_err()
}

#[tokio::test]
async fn what_was_sent_and_is_repeated() {
    check(
        &fail::<Value>(400, r#"{"request":{"server":{"adminPass":"SECRET"}}}"#).await,
        &[r#""adminPass":"[redacted]""#],
    );
    let error = fail::<Value>(400, r#"{"error_msg":"invalid adminPass 'SECRET'","error_code":"E.1"}"#).await;
    assert_eq!((error.code(), error.message()), (Some("E.1"), Some("invalid adminPass '[redacted]'")));
    check(&error, &["HTTP 400, E.1: invalid adminPass '[redacted]'"]);
    assert!(!String::from_utf8_lossy(error.body().unwrap()).contains(SECRET));
    check(&fail::<Value>(502, "no place for SECRET here").await, &["no place for [redacted] here"]);
}

#[derive(Debug, Default)]
struct Key {
    secret: Option<i64>,
    name: Option<String>,
}
tablature_runtime::response!(Key; secret, name);

#[tokio::test]
async fn what_is_secret_by_its_name() {
    for body in [
        r#"{"credential":"hunter2"}"#,
        r#"{"name":"shown","secret":"hunter2"}"#,
        r#"{"secret":"hunter2","#,
        r#"{"secret":"hunter2"#,
        "secret=hunter2",
        r#"{"credential":{"access":"hunter2","#,
    ] {
        let error = fail::<i64>(200, body).await;
        check(&error, &["redacted"]);
        // Who asks for the body gets it.
        assert_eq!(error.body(), Some(body.as_bytes()));
        check(&fail::<Value>(500, body).await, &["redacted"]);
    }
    check(
        &fail::<Key>(200, r#"{"secret":"hunter2"}"#).await,
        &["at $.secret: invalid value: [redacted], expected an integer"],
    );
}

#[tokio::test]
async fn links() {
    let location = "http://other.example.com/?token=hunter2&X-Auth-Token=hunter2&x=1";
    let fake = Fake::new(move || Ok(HttpResponse::new(302).with_header("Location", location)));
    let call = Call::new(&fake.client(), &STOP).path("job_name", "j".to_owned()).query("apiKey", "hunter2".to_owned());
    assert!(!format!("{call:?}").contains("hunter2"), "{call:?}");
    let raw = call.send_raw::<Value>().await.unwrap();
    assert!(!format!("{raw:?}").contains("hunter2"), "{raw:?}");
    check(&raw.decode().unwrap_err(), &["redirects to http://other.example.com/?token=%5Bredacted%5D", "&x=1"]);
    let request = format!("{:?}", HttpRequest::new("GET", "http://user:hunter2@h/?token=hunter2"));
    assert!(!request.contains("hunter2") && request.contains("http://h/"), "{request}");
}
