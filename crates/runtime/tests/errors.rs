//! What each kind of error says.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::{Fake, LIST, STOP};
use serde_json::Value;
use tablature_runtime::{
    Call, Client, CredentialsError, CredentialsProvider, Decode, Error, HttpRequest, HttpResponse, TransportError,
};

async fn fail_with<T: Decode + std::fmt::Debug + 'static>(fake: &Fake) -> Error {
    let call = Call::new(&fake.client(), &STOP).path("job_name", "j".to_owned());
    call.send::<T>().await.unwrap_err()
}

async fn fail(status: u16, body: &'static str) -> String {
    fail_with::<Value>(&Fake::json(status, body)).await.to_string()
}

#[test]
fn an_error_is_a_pointer() {
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
}

#[tokio::test]
async fn service() {
    insta::assert_snapshot!(fail(400, r#"{"error_code":"DLF.0100","error_msg":"The job\n does not exist."}"#).await, @"dgc stop_job: HTTP 400, DLF.0100: The job does not exist. (request id req-1)");
    insta::assert_snapshot!(fail(200, r#"{"is_success":false,"error_code":"ModelArts.0104","error_message":"busy"}"#).await, @"dgc stop_job: HTTP 200, ModelArts.0104: busy (request id req-1)");
    insta::assert_snapshot!(fail(404, r#"{"itemNotFound":{"code":404,"message":"no server"}}"#).await, @"dgc stop_job: HTTP 404: no server (request id req-1)");
    insta::assert_snapshot!(fail(403, r#"{"error_code":"APIG.0301"}"#).await, @"dgc stop_job: HTTP 403, APIG.0301 (request id req-1)");
    insta::assert_snapshot!(fail(500, "").await, @"dgc stop_job: HTTP 500: an empty body (request id req-1)");
    insta::assert_snapshot!(fail(502, "<html>\n<title>502 Bad Gateway</title>\n</html>").await, @"dgc stop_job: HTTP 502: <html> <title>502 Bad Gateway</title> </html> (request id req-1)");
    insta::assert_snapshot!(fail(400, r#"{"what":[1]}"#).await, @r#"dgc stop_job: HTTP 400: {"what":[1]} (request id req-1)"#);
    let plain = Fake::new(|| Ok(HttpResponse::new(429).with_body(r#"{"message":"slow down","request_id":"body-1"}"#)));
    let error = fail_with::<Value>(&plain).await;
    assert!(error.is_throttled() && !error.is_auth());
    assert_eq!(error.request_id(), Some("body-1"));
    insta::assert_snapshot!(error, @"dgc stop_job: HTTP 429: slow down (request id body-1), after 3 attempts");
    let moved = Fake::new(|| {
        Ok(HttpResponse::new(301).with_header("Location", "http://elsewhere.example/x").with_body("moved"))
    });
    insta::assert_snapshot!(fail_with::<Value>(&moved).await, @"dgc stop_job: HTTP 301: redirects to http://elsewhere.example/x, which is not followed: only a place of the same host with the same method is");
}

#[tokio::test]
async fn a_long_text_is_cut_in_display_only() {
    let fake = Fake::new(|| Ok(HttpResponse::new(500).with_body("é ".repeat(5_000_000))));
    let error = fail_with::<Value>(&fake).await;
    let text = error.to_string();
    assert!(text.chars().count() < 600 && text.ends_with("é…"), "{text}");
    assert!(format!("{error:?}").len() < 4000);
    assert_eq!(error.body().unwrap().len(), 15_000_000);
    let fake = Fake::new(|| Ok(HttpResponse::new(500).with_body([0xff, 0xfe, b'x'])));
    assert_eq!(fail_with::<Value>(&fake).await.to_string(), "dgc stop_job: HTTP 500: \u{fffd}\u{fffd}x");
}

#[derive(Debug, Default)]
struct ListJobsResponse {
    jobs: Vec<Job>,
}
tablature_runtime::response!(ListJobsResponse; jobs);

#[derive(Debug, Default)]
struct Job {
    size: Option<i64>,
}
tablature_runtime::response!(Job; size);

#[tokio::test]
async fn a_file_in_place_of_json() {
    for body in [&b"PK\x03\x04 text"[..], &b"\x1f\x8b\xff\xfe"[..]] {
        let zip = Fake::new(move || {
            Ok(HttpResponse::new(200).with_header("Content-Type", "application/zip").with_body(body))
        });
        let error = fail_with::<Value>(&zip).await;
        assert_eq!(error.body(), Some(body));
        let text = error.to_string();
        let shown = format!("it is {} bytes of application/zip, which send_stream gives as they are", body.len());
        assert!(error.is_decode() && text.contains(&shown) && !text.contains(char::is_control), "{text}");
    }
    // Text that is cut in the middle of a character is text.
    let long = Fake::new(|| Ok(HttpResponse::new(200).with_body(format!("x{}", "é".repeat(5000)))));
    let text = fail_with::<Value>(&long).await.to_string();
    assert!(text.contains("it is xé"), "{text}");
}

async fn misread(body: &'static str) -> Error {
    let error = fail_with::<ListJobsResponse>(&Fake::json(200, body)).await;
    assert!(error.is_decode() && !error.is_service());
    assert_eq!(error.body(), Some(body.as_bytes()));
    error
}

#[tokio::test]
async fn decode() {
    let error = misread("{\n \"jobs\": [{\"size\": 1},\n {\"size\": 10.5}]}").await;
    assert_eq!(error.decode_path(), Some("$.jobs[1].size"));
    assert!(std::error::Error::source(&error).is_some());
    insta::assert_snapshot!(error, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs[1].size: invalid value: floating point `10.5`, expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":[{"size":9999999999999999999}]}"#).await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs[0].size: invalid value: integer `9999999999999999999`, expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":[{"size":{"a":1}}]}"#).await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs[0].size: invalid type: map, expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":[{"size":["#).await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs[0].size: invalid type: sequence, expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":[{"size":1}], "next""#).await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $: EOF while parsing an object (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":"#).await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs: EOF while parsing a value (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread("<html>a proxy</html>").await, @"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $: expected value; it is <html>a proxy</html> (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)");
    insta::assert_snapshot!(misread(r#"{"jobs":{"size":"x"}}"#).await, @r#"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs.size: invalid value: string "x", expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)"#);
    insta::assert_snapshot!(misread(r#"{"jobs":[{"size":1},{"size":"x","b":2}],"c":3}"#).await, @r#"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs[1].size: invalid value: string "x", expected an integer of 64 bits (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)"#);
    insta::assert_snapshot!(misread(r#"{"jobs":"x"}"#).await, @r#"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $.jobs: invalid type: string "x", expected an object (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)"#);
    insta::assert_snapshot!(misread(r#""a""#).await, @r#"dgc stop_job: HTTP 200, but the body is not a ListJobsResponse: at $: invalid type: string "a", expected an object; it is "a" (request id req-1, documented in https://docs.example.com/dgc/stop_job.html)"#);
    let fake = Fake::new(|| Ok(HttpResponse::new(200).with_body([b'"', 0xff, b'"'])));
    insta::assert_snapshot!(fail_with::<Value>(&fake).await, @r#"dgc stop_job: HTTP 200, but the body is not a JSON text: at $: not UTF-8 after byte 1; it is 3 bytes of no stated type, which send_stream gives as they are (documented in https://docs.example.com/dgc/stop_job.html)"#);
}

#[tokio::test]
async fn transport() {
    let fake = |error: fn() -> TransportError| Fake::new(move || Err(error()));
    let error = fail_with::<Value>(&fake(|| TransportError::connect("connection refused"))).await;
    assert!(error.is_connect() && error.is_transport() && !error.is_timeout());
    insta::assert_snapshot!(error, @"dgc stop_job: cannot connect to https://dgc.eu-de.example.com: connection refused, after 3 attempts");
    let error = fail_with::<Value>(&fake(|| TransportError::timeout("60 s are over"))).await;
    assert!(error.is_timeout() && !error.is_connect());
    insta::assert_snapshot!(error, @"dgc stop_job: timed out waiting for https://dgc.eu-de.example.com: 60 s are over");
    insta::assert_snapshot!(fail_with::<Value>(&fake(|| TransportError::other("reset"))).await, @"dgc stop_job: no usable response from https://dgc.eu-de.example.com: reset");
}

struct Broken;

impl CredentialsProvider for Broken {
    fn authorize<'a>(
        &'a self,
        _: &'a mut HttpRequest,
    ) -> tablature_runtime::BoxFuture<'a, Result<(), CredentialsError>> {
        Box::pin(async {
            Err(CredentialsError::new("the agency has no token").with_source("metadata is not reachable"))
        })
    }
}

#[tokio::test]
async fn before_anything_is_sent() {
    let fake = Fake::json(204, "");
    let client = fake.builder().credentials(Broken).build().unwrap();
    let call = Call::new(&client, &STOP).path("job_name", "j".to_owned());
    let error = call.send::<()>().await.unwrap_err();
    assert!(error.is_auth());
    insta::assert_snapshot!(error, @"dgc stop_job: credentials: the agency has no token: metadata is not reachable");

    let client = Client::builder().region("eu-de").transport(fake.clone()).build().unwrap();
    let call = Call::new(&client, &LIST);
    insta::assert_snapshot!(call.send::<()>().await.unwrap_err(), @"dgc list_jobs: nothing was sent, because mandatory parameters have no value: `project_id` (path), `limit` (query), `workspace` (header); set the project with Client::builder().project_id(..), or for one call with with_project_id(..)");

    let call = Call::new(&fake.client(), &STOP).path("job_name", "..".to_owned());
    insta::assert_snapshot!(call.send::<()>().await.unwrap_err(), @r#"dgc stop_job: path parameter `job_name` is "..", which would change the path; give the id of an existing resource"#);

    let client = Client::builder().project_id("p").transport(fake.clone()).build().unwrap();
    let call = Call::new(&client, &STOP).path("job_name", "j".to_owned());
    insta::assert_snapshot!(call.send::<()>().await.unwrap_err(), @r#"dgc stop_job: no region and no endpoint; set Client::builder().region(..), or give its URL with Client::builder().service_endpoint("dgc", ..)"#);
    insta::assert_snapshot!(fake.builder().endpoint("htp://x").build().unwrap_err(), @r#"endpoint "htp://x" has the scheme `htp`; expected a URL like https://host, https://host:8443/prefix or http://127.0.0.1:8080"#);
    assert!(fake.requests().is_empty());
}
