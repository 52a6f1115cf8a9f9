//! What a call tells `tracing`, and what it does not.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::{Fake, STOP_JOB, TOKEN};
use tablature_runtime::{Call, HttpResponse, Operation, Retry, Value};
use tracing::Level;
use tracing_subscriber::fmt::format::FmtSpan;

static STOP: Operation = Operation { path: "/v1/stop", query: &[("api_key", "hunter2"), ("x", "1")], ..STOP_JOB };

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is written at `level` about a call that is tried again once.
fn log(level: Level) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let statuses = Mutex::new(vec![200, 503]);
    let fake = Fake::new(move || {
        let body = format!(r#"{{"password": "hunter2", "echo": "{TOKEN}", "id": 1, "said": "not hunter2"}}"#);
        let response = HttpResponse::new(statuses.lock().unwrap().pop().unwrap());
        Ok(response
            .with_header("X-Subject-Token", "hunter2")
            .with_header("X-Echo", TOKEN)
            .with_header("Location", "http://other/?token=hunter2")
            .with_body(body))
    });
    let client = fake.builder().retry(Retry::default().backoff(Duration::ZERO)).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        let call = Call::new(&client, &STOP).field("adminPass", "hunter2".to_owned()).field("name", "n".to_owned());
        runtime.block_on(call.send::<Value>()).unwrap();
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains("hunter2") && !text.contains(TOKEN), "{text}");
    text
}

#[track_caller]
fn check(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

#[test]
fn spans_and_events() {
    let info = log(Level::INFO);
    check(
        &info,
        &[
            "otel.name=dgc.stop_job",
            r#"rpc.service="dgc""#,
            "http.request.resend_count=1",
            "http.response.status_code=200",
        ],
    );
    assert!(!info.contains("url.full"), "{info}");
    let debug = log(Level::DEBUG);
    check(
        &debug,
        &[
            r#"otel.kind="client""#,
            "http.request.method=POST",
            r#"url.full="https://dgc.eu-de.example.com/v1/stop?api_key=%5Bredacted%5D&x=1""#,
            r#"server.address="dgc.eu-de.example.com" server.port=443"#,
            "http.response.status_code=503",
            "error.type=503",
            "trying again",
        ],
    );
    assert!(!debug.contains(r#""name""#) && !debug.contains("X-Echo"), "{debug}");
    let all = log(Level::TRACE);
    check(&all, &[r#"\"name\":\"n\""#, r#"\"id\":1"#, "X-Subject-Token", "[redacted]"]);
}
