//! Waiting for work that goes on after its call was answered.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tablature_runtime::testing::{Expect, Replay};
use tablature_runtime::{
    BoxFuture, Call, Client, HttpRequest, HttpResponse, Operation, Origin, Polling, Progress, Service, States,
    Transport, TransportError, Value,
};
use tokio::time::Instant;

static SERVICE: Service = Service { name: "ecs", hosts: &[] };
static SHOW_JOB: Operation = Operation::new(&SERVICE, "show_job", "GET", "/v1/{project_id}/jobs/{job_id}", &[])
    .polling(Polling::new(&SHOW_JOB, &[("job_id", Origin::Path("job_id"))]))
    .states(States::new("status", &["SUCCESS"], &["FAIL"], &["RUNNING", "INIT"]));
static START: Operation = Operation::new(&SERVICE, "start", "POST", "/v1/{project_id}/servers/{server_id}", &[])
    .polling(Polling::new(&SHOW_JOB, &[("job_id", Origin::Response("job_id"))]));
static SCOPED: Operation = Operation::new(&SERVICE, "start", "POST", "/v1/servers", &[])
    .polling(Polling::new(&SHOW_JOB, &[("job_id", Origin::Response("job_id"))]).sharing(&["workspace", "zone"]));
static BY_PATH: Operation = Operation::new(&SERVICE, "by_path", "PUT", "/v1/jobs/{id}", &[])
    .polling(Polling::new(&SHOW_JOB, &[("job_id", Origin::Path("id"))]));
static SHOW_THING: Operation = Operation::new(&SERVICE, "show_thing", "GET", "/v1/things/{id}", &[]);
static UNLISTED: Operation = Operation::new(&SERVICE, "unlisted", "POST", "/v1/things", &[])
    .polling(Polling::new(&SHOW_THING, &[("id", Origin::Response("id"))]));

/// Calls as generated code has them.
struct Start(Call);

impl Start {
    tablature_runtime::call!(Value; wait Value);
}

struct Unlisted(Call);

impl Unlisted {
    tablature_runtime::call!(Value; wait_until Value);
}

fn start(client: &Client) -> Start {
    Start(Call::new(client, &START).path("server_id", "s-1".to_owned()))
}

/// A client that waits as in production.
fn patient(replay: &Replay) -> Client {
    let builder = Client::builder().endpoint("https://replay.invalid").project_id("project-1").without_credentials();
    builder.transport(replay.clone()).build().unwrap()
}

fn answer(body: &Value) -> HttpResponse {
    HttpResponse::new(200).with_json(body)
}

fn started() -> Expect {
    Expect::call("start").answer(answer(&json!({"job_id": "job/1"})))
}

fn state(state: &str) -> Expect {
    Expect::call("show_job").answer(answer(&json!({"status": state, "job_id": "job/1"})))
}

#[tokio::test(start_paused = true)]
async fn until_it_is_done() {
    let replay = Replay::new([started(), state("INIT"), state("RUNNING"), state("something new"), state("success")]);
    let states = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&states);
    let before = Instant::now();
    let client = patient(&replay);
    let waiter = start(&client).with_project_id("p-2").wait();
    let finished = waiter.on_state(move |state| seen.lock().unwrap().push(state.to_owned())).await.unwrap();
    assert_eq!(finished.started["job_id"], "job/1");
    assert_eq!(finished.last["status"], "success");
    assert_eq!(finished.polls, 4);
    assert_eq!(*states.lock().unwrap(), ["INIT", "RUNNING", "something new", "success"]);
    assert_eq!(replay.requests()[4].url, "https://replay.invalid/v1/p-2/jobs/job%2F1");
    replay.verify().unwrap();
    // 1 to 2 seconds, 2 to 4, 4 to 8, 7.5 to 15.
    let took = before.elapsed();
    assert!(took > Duration::from_secs(14) && took < Duration::from_secs(30), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn work_that_fails() {
    let failed = json!({"status": "FAIL", "error_code": "Ecs.0219", "fail_reason": "no more of them"});
    let replay = Replay::new([started(), state("RUNNING"), Expect::call("show_job").answer(answer(&failed))]);
    let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
    assert!(error.is_work_failed() && !error.is_timeout() && !error.is_retryable());
    assert_eq!(
        (error.state(), error.code(), error.message()),
        (Some("FAIL"), Some("Ecs.0219"), Some("no more of them"))
    );
    let text = "ecs start: the work failed with status FAIL, Ecs.0219: no more of them; the work was started, with job_id job/1";
    assert_eq!(error.to_string(), text);
    assert_eq!(error.attempts(), 1);
    assert!(error.body().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_deadline() {
    let replay = Replay::new([started(), state("RUNNING").times(100)]);
    let before = Instant::now();
    let waiter = start(&replay.client().unwrap()).wait();
    let waiter = waiter.with_backoff(Duration::from_secs(3)).with_deadline(Duration::from_secs(10));
    let error = waiter.await.unwrap_err();
    assert!(error.is_timeout() && !error.is_work_failed() && !error.is_transport());
    assert_eq!(error.state(), Some("RUNNING"));
    assert_eq!(before.elapsed(), Duration::from_secs(10));
    assert_eq!(replay.requests().len(), 4);
    let text = error.to_string();
    assert!(text.starts_with("ecs start: the work is not done after 10s, with status RUNNING"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_does_not_end_the_waiting() {
    let lost = |operation: &str| Expect::call(operation).times(3).fail(|| TransportError::other("reset"));
    let replay = Replay::new([started(), lost("show_job"), state("SUCCESS")]);
    let finished = start(&replay.client().unwrap()).wait().await.unwrap();
    assert_eq!(finished.polls, 1);
    replay.verify().unwrap();
    // New work may not be known everywhere yet; work that was known and is gone is another thing.
    let gone = || Expect::call("show_job").answer(HttpResponse::new(404));
    let replay = Replay::new([started(), gone().times(2), state("SUCCESS")]);
    assert_eq!(start(&replay.client().unwrap()).wait().await.unwrap().polls, 1);
    for before in [vec![gone().times(5)], vec![state("RUNNING")]] {
        let replay = Replay::new([started()].into_iter().chain(before).chain([gone()]));
        let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
        assert_eq!(error.status(), Some(404));
        assert_eq!(error.started().unwrap().id("job_id"), Some("job/1"));
        replay.verify().unwrap();
    }
    // The call that starts the work is not one that may be made twice.
    let replay = Replay::new([Expect::call("start").fail(|| TransportError::other("reset"))]);
    assert!(start(&replay.client().unwrap()).wait().await.unwrap_err().is_transport());
    replay.verify().unwrap();
    let replay = Replay::new([started(), lost("show_job").times(900)]);
    let error = start(&patient(&replay)).wait().await.unwrap_err();
    assert!(error.is_timeout() && error.to_string().contains("the last question failed"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn where_the_id_comes_from() {
    let replay = Replay::new([Expect::call("by_path"), state("SUCCESS")]);
    Start(Call::new(&replay.client().unwrap(), &BY_PATH).path("id", 7_i64)).wait().await.unwrap();
    assert_eq!(replay.requests()[1].url, "https://replay.invalid/v1/project-1/jobs/7");
    let replay = Replay::new([Expect::call("start").answer(answer(&json!({"job_id": null})))]);
    let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
    assert!(error.is_work_unknown() && !error.is_decode() && error.started().is_none(), "{error}");
    assert!(error.to_string().contains("names no work to wait for: it has no `job_id`"), "{error}");
    assert_eq!(error.body(), Some(b"{\"job_id\":null}".as_slice()));
    // Work that was started before.
    let replay = Replay::new([state("RUNNING"), state("SUCCESS")]);
    let call = Call::new(&replay.client().unwrap(), &SHOW_JOB).path("job_id", "j".to_owned());
    let finished = Start(call).wait().await.unwrap();
    assert_eq!((finished.polls, finished.started["status"].as_str()), (2, Some("RUNNING")));
    replay.verify().unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_caller_knows_the_states() {
    let thing = |status: i64| Expect::call("show_thing").answer(answer(&json!({"status": status})));
    let judge = |last: &Value| match last["status"].as_i64() {
        Some(10) => Progress::Done,
        Some(9) => Progress::Failed,
        _ => Progress::Running,
    };
    let start = || Expect::call("unlisted").answer(answer(&json!({"id": 17})));
    let replay = Replay::new([start(), thing(1), thing(10)]);
    let call = Unlisted(Call::new(&replay.client().unwrap(), &UNLISTED));
    assert_eq!(call.wait_until(judge).await.unwrap().polls, 2);
    assert_eq!(replay.requests()[2].url, "https://replay.invalid/v1/things/17");
    let replay = Replay::new([start(), thing(9)]);
    let call = Unlisted(Call::new(&replay.client().unwrap(), &UNLISTED));
    assert!(call.wait_until(judge).await.unwrap_err().is_work_failed());
}

#[tokio::test(start_paused = true)]
async fn dropping_ends_the_questions() {
    let replay = Replay::new([started(), state("RUNNING").times(100)]);
    let client = patient(&replay);
    let waiting = async { start(&client).wait().await };
    assert!(tokio::time::timeout(Duration::from_secs(5), waiting).await.is_err());
    let made = replay.requests().len();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(replay.requests().len(), made);
}

#[cfg(feature = "blocking")]
#[test]
fn without_async() {
    let replay = Replay::new([started(), state("SUCCESS")]);
    let finished = start(&replay.client().unwrap()).blocking().wait().unwrap();
    assert_eq!(finished.polls, 1);
    let replay = Replay::new([started(), state("RUNNING"), state("SUCCESS")]);
    let waiter = start(&replay.client().unwrap()).wait().with_backoff(Duration::from_millis(1));
    assert_eq!(waiter.blocking().unwrap().polls, 2);
}

/// Not with a paused clock: a test of an application has none.
#[tokio::test]
async fn a_replay_does_not_wait() {
    let replay = Replay::new([started(), state("RUNNING").times(3), state("SUCCESS")]);
    let before = std::time::Instant::now();
    assert_eq!(start(&replay.client().unwrap()).wait().await.unwrap().polls, 4);
    assert!(before.elapsed() < Duration::from_millis(500), "{:?}", before.elapsed());
    let replay = Replay::new([started(), state("SUCCESS")]);
    let before = std::time::Instant::now();
    start(&replay.client().unwrap()).wait().with_backoff(Duration::from_millis(50)).await.unwrap();
    assert!(before.elapsed() >= Duration::from_millis(50), "{:?}", before.elapsed());
}

/// Who gets an error knows what was started, and what of it can be told from what was not.
#[tokio::test(start_paused = true)]
async fn errors_tell_what_was_started() {
    let replay = Replay::new([started(), state("RUNNING").times(100)]);
    let waiter = start(&replay.client().unwrap()).wait().with_backoff(Duration::from_secs(2));
    let error = waiter.with_deadline(Duration::from_secs(9)).await.unwrap_err();
    let work = error.started().unwrap();
    assert_eq!((work.id("job_id"), work.id("other")), (Some("job/1"), None));
    assert_eq!(work.ids().collect::<Vec<_>>(), [("job_id", "job/1")]);
    assert_eq!(work.body(), b"{\"job_id\":\"job/1\"}");
    assert!(error.to_string().ends_with("; the work was started, with job_id job/1"), "{error}");
    // A proxy answers in place of the service: waiting would not help.
    let page = HttpResponse::new(200).with_header("Content-Type", "text/html").with_body("<html>log in</html>");
    let replay = Replay::new([started(), Expect::call("show_job").answer(page)]);
    let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
    assert!(error.is_decode() && error.started().is_some(), "{error}");
    let silent = || Expect::call("show_job").answer(answer(&json!({"job_id": "job/1"})));
    let replay = Replay::new([started(), silent().times(2), state("RUNNING"), silent().times(2), state("SUCCESS")]);
    assert_eq!(start(&replay.client().unwrap()).wait().await.unwrap().polls, 6);
    let replay = Replay::new([started(), silent().times(3)]);
    let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
    assert_eq!((error.is_decode(), error.decode_path()), (true, Some("$.status")));
    // The reason stands in a part of the job.
    let part =
        json!({"status": "FAIL", "entities": {"sub_jobs": [{"error_code": "Ecs.0001", "fail_reason": "quota"}]}});
    let replay = Replay::new([started(), Expect::call("show_job").answer(answer(&part))]);
    let error = start(&replay.client().unwrap()).wait().await.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("Ecs.0001"), Some("quota")));
}

#[tokio::test(start_paused = true)]
async fn a_start_without_an_answer_is_told_from_work_that_goes_on() {
    struct Never;
    impl Transport for Never {
        fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
            Box::pin(std::future::pending())
        }
    }
    let client = Client::builder().endpoint("https://h").project_id("p").without_credentials().transport(Never);
    let error = start(&client.build().unwrap()).wait().with_deadline(Duration::from_secs(9)).await.unwrap_err();
    assert!(error.is_timeout() && error.started().is_none(), "{error}");
    assert!(error.to_string().contains("was not answered in 9s; it may have started it"), "{error}");
}

/// What both operations have goes with the questions, and nothing else does.
#[tokio::test(start_paused = true)]
async fn questions_have_what_both_operations_have() {
    let replay = Replay::new([started(), state("SUCCESS")]);
    let call = Call::new(&replay.client().unwrap(), &SCOPED);
    let call = call.header("Workspace", "ws".to_owned()).header("X-Other", "x".to_owned());
    Start(call.query("zone", "a b".to_owned()).query("dry_run", true)).wait().await.unwrap();
    let question = &replay.requests()[1];
    assert_eq!((question.headers.get("workspace"), question.headers.get("x-other")), (Some("ws"), None));
    assert!(question.url.ends_with("/jobs/job%2F1?zone=a%20b"), "{}", question.url);
}
