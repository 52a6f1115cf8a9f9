//! The transport that replays, and errors to order.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{EMPTY, STOP_JOB};
use serde_json::json;
use tablature_runtime::testing::{
    Expect, Replay, decode_error, paging_error, service_error, transport_error, work_failed_error,
    work_unfinished_error,
};
use tablature_runtime::{Call, Client, HttpResponse, Operation, Retry, TransportError, Value};
use tokio::time::Instant;

static STOP: Operation = Operation { path: "/v1/{project_id}/stop", ..STOP_JOB };

async fn stop(client: &Client, body: Value) -> Result<Value, tablature_runtime::Error> {
    Call::new(client, &STOP).json(body).send().await
}

#[tokio::test]
async fn what_is_expected_is_answered() {
    let replay = Replay::new([
        Expect::call("dgc.stop_job")
            .with_json(json!({"a": 1, "b": 2}))
            .answer(HttpResponse::new(200).with_json(&json!(1))),
        Expect::call("stop_job").times(2).answer(HttpResponse::new(200).with_json(&json!(2))),
    ]);
    let client = replay.client().unwrap();
    assert!(replay.verify().is_err());
    assert_eq!(stop(&client, json!({"b": 2, "a": 1})).await.unwrap(), json!(1));
    assert_eq!(stop(&client, json!({})).await.unwrap(), json!(2));
    assert_eq!(replay.verify().unwrap_err(), "stop_job is expected 1 more time(s)");
    assert_eq!(stop(&client, json!({})).await.unwrap(), json!(2));
    replay.verify().unwrap();
    assert_eq!(replay.requests().len(), 3);
    assert_eq!(replay.requests()[0].url, "https://replay.invalid/v1/project-1/stop");
}

#[tokio::test]
async fn what_is_not_expected_is_refused() {
    let replay = Replay::new([
        Expect::call("stop_job").with_json(json!(1)),
        Expect::call("iam.empty"),
        Expect::call("stop_job").with(|request| match request.headers.get("X-Auth-Token") {
            Some(_) => Ok(()),
            None => Err("without a token".to_owned()),
        }),
    ]);
    let client = replay.client().unwrap();
    let error = stop(&client, json!(2)).await.unwrap_err();
    assert!(error.to_string().contains("dgc.stop_job is not as expected: the body is 2, expected 1"), "{error}");
    assert!(stop(&client, json!(2)).await.unwrap_err().to_string().contains("without a token"));
    let error = stop(&client, json!(2)).await.unwrap_err();
    assert!(error.to_string().contains("no such call is expected"), "{error}");
    let call = Call::new(&client, &EMPTY).path("job_name", "j".to_owned());
    assert!(call.send::<()>().await.is_err());
    let problems = replay.verify().unwrap_err();
    for part in ["iam.empty is expected 1 more", "the body is 2", "without a token", "dgc.empty was called"] {
        assert!(problems.contains(part), "{problems}");
    }
}

#[tokio::test]
async fn failures_are_replayed_without_waiting() {
    let replay = Replay::new([
        Expect::call("stop_job").fail(|| TransportError::connect("refused")),
        Expect::call("stop_job").answer(HttpResponse::new(503)),
        Expect::call("stop_job").answer(HttpResponse::new(200).with_json(&json!("done"))),
    ]);
    assert_eq!(stop(&replay.client().unwrap(), json!({})).await.unwrap(), json!("done"));
    replay.expect(Expect::call("stop_job"));
    assert_eq!(stop(&replay.client().unwrap(), json!({})).await.unwrap(), Value::Null);
    replay.verify().unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_a_service_asks_for_is_not_waited_for() {
    let busy = || Expect::call("stop_job").answer(HttpResponse::new(429).with_header("Retry-After", "60"));
    let replay = Replay::new([busy(), busy(), Expect::call("stop_job")]);
    let before = Instant::now();
    stop(&replay.client().unwrap(), json!({})).await.unwrap();
    assert!(before.elapsed() < Duration::from_millis(100), "{:?}", before.elapsed());
    // Nor with more attempts, in the client and in the call.
    let replay = Replay::new([busy().times(4), Expect::call("stop_job")]);
    let client = replay.builder().retry(Retry::default().attempts(5)).build().unwrap();
    stop(&client, json!({})).await.unwrap();
    assert!(before.elapsed() < Duration::from_millis(100), "{:?}", before.elapsed());
    // What the test gives is waited for.
    let replay = Replay::new([busy(), Expect::call("stop_job")]);
    let client = replay.builder().retry(Retry::default().backoff(Duration::from_secs(3))).build().unwrap();
    let before = Instant::now();
    stop(&client, json!({})).await.unwrap();
    assert_eq!(before.elapsed().as_secs(), 3);
    // Longer than the call may take: an application would not wait either.
    let busy = Expect::call("stop_job").answer(HttpResponse::new(429).with_header("Retry-After", "3600"));
    let error = stop(&Replay::new([busy]).client().unwrap(), json!({})).await.unwrap_err();
    assert!(error.is_throttled(), "{error}");
}

#[test]
fn errors_to_order() {
    let response = HttpResponse::new(429)
        .with_header("X-Request-Id", "r-1")
        .with_json(&json!({"error_code": "APIG.0308", "error_msg": "slow down"}));
    let error = service_error(response.clone());
    assert!(error.is_service() && error.is_throttled() && error.is_retryable());
    assert_eq!((error.status(), error.attempts()), (Some(429), 1));
    assert_eq!(error.to_string(), "HTTP 429, APIG.0308: slow down (request id r-1)");
    let error = transport_error(TransportError::connect_timeout("no answer"));
    assert!(error.is_connect() && error.is_timeout() && error.is_retryable() && !error.is_service());
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "no answer");
    let error = decode_error(response, "$.jobs[0]", "not a number");
    assert!(error.is_decode() && !error.is_retryable());
    assert_eq!(error.decode_path(), Some("$.jobs[0]"));
    let error = paging_error("the same page twice");
    assert!(error.is_paging() && error.to_string() == "the same page twice");
    let answer = HttpResponse::new(200).with_json(&json!({"error_code": "Ecs.0219", "fail_reason": "none left"}));
    let error = work_failed_error(answer, "FAIL");
    assert!(error.is_work_failed() && !error.is_retryable());
    assert_eq!(error.to_string(), "the work failed with status FAIL, Ecs.0219: none left");
    let error = work_unfinished_error(Duration::from_secs(60), "RUNNING");
    assert!(error.is_timeout());
    assert_eq!(error.state(), Some("RUNNING"));
}
