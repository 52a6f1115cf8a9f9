//! The default transport against servers on this machine.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{STOP, TOKEN};
use serde_json::{Value, json};
use tablature_runtime::{Call, Client, Credentials, Error};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use wiremock::matchers::{any, body_json, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn client(url: &str) -> Client {
    let builder = Client::builder().endpoint(url).project_id("p-1").credentials(Credentials::token(TOKEN));
    builder.attempt_timeout(Duration::from_millis(500)).build().unwrap()
}

async fn stop(url: &str) -> Result<Value, Error> {
    let call = Call::new(&client(url), &STOP).path("job_name", "中/a".to_owned());
    let call = call.json(json!({"a": "b"}));
    call.send().await
}

#[tokio::test]
async fn a_call() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path("/base/v1/p-1/jobs/%E4%B8%AD%2Fa/stop"))
        .and(header("X-Auth-Token", TOKEN))
        .and(header("Content-Type", "application/json"))
        .and(header("User-Agent", concat!("tablature-runtime/", env!("CARGO_PKG_VERSION"))))
        .and(body_json(json!({"a": "b"})))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"id": 1})))
        .expect(1)
        .mount(&server)
        .await;
    assert_eq!(stop(&format!("{}/base", server.uri())).await.unwrap(), json!({"id": 1}));
}

#[tokio::test]
async fn a_failure() {
    let server = MockServer::start().await;
    let template = ResponseTemplate::new(400)
        .insert_header("X-Request-Id", "r-1")
        .set_body_json(json!({"error_code": "DLF.0100", "error_msg": "no job"}));
    Mock::given(any()).respond_with(template).mount(&server).await;
    let error = stop(&server.uri()).await.unwrap_err();
    assert_eq!(error.to_string(), "dgc stop_job: HTTP 400, DLF.0100: no job (request id r-1)");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200)).expect(0).mount(&other).await;
    let server = MockServer::start().await;
    for status in [301, 302, 307, 308] {
        let template = ResponseTemplate::new(status).insert_header("Location", other.uri());
        server.reset().await;
        Mock::given(any()).respond_with(template).expect(1).mount(&server).await;
        let error = stop(&server.uri()).await.unwrap_err();
        assert_eq!(error.status(), Some(status));
        assert!(error.to_string().contains(&other.uri()), "{error}");
    }
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = stop(&url).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!(error.to_string().starts_with(&format!("dgc stop_job: cannot connect to {url}: ")), "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_come() {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_delay(Duration::from_secs(30))).mount(&server).await;
    let error = stop(&server.uri()).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect(), "{error}");
}

#[tokio::test]
async fn a_body_that_breaks_off() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":").await.unwrap();
    });
    let error = stop(&url).await.unwrap_err();
    assert!(error.is_transport() && !error.is_connect() && !error.is_timeout(), "{error}");
}

#[tokio::test]
async fn https() {
    let error = stop("https://127.0.0.1:9").await.unwrap_err();
    if cfg!(any(feature = "rustls", feature = "native-tls")) {
        assert!(error.is_connect(), "{error}");
    } else {
        assert!(error.to_string().contains("enable the feature `rustls` or `native-tls`"), "{error}");
    }
}

#[test]
fn no_runtime_is_an_error_and_no_panic() {
    use std::future::Future;
    use std::task::{Context, Poll, Waker};
    let call = Call::new(&client("http://127.0.0.1:9"), &STOP).path("job_name", "j".to_owned());
    let mut future = Box::pin(call.send::<Value>());
    let Poll::Ready(Err(error)) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("no answer")
    };
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}
