//! When a call is sent again, and when it is not. The clock is tokio's, paused: no test waits.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

mod common;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use common::{Fake, STOP_JOB};
use tablature_runtime::{
    BoxFuture, Call, ClientBuilder, CredentialsError, CredentialsProvider, Error, Failure, Headers, HttpRequest,
    HttpResponse, Operation, Retry, RetryPolicy, StandardPolicy, Transport, TransportError,
};
use tokio::time::Instant;

static POST: Operation = Operation { path: "/v1/stop", empty: true, ..STOP_JOB };
static GET: Operation = Operation { name: "show_job", method: "GET", ..POST };

type Outcome = Result<HttpResponse, TransportError>;

fn answers(outcomes: impl IntoIterator<Item = Outcome>) -> Fake {
    let outcomes: Mutex<VecDeque<Outcome>> = Mutex::new(outcomes.into_iter().collect());
    Fake::new(move || outcomes.lock().unwrap().pop_front().expect("no more attempts"))
}

fn status(status: u16) -> Outcome {
    Ok(HttpResponse::new(status))
}

async fn call(client: ClientBuilder, operation: &'static Operation) -> Result<(), Error> {
    Call::new(&client.build().unwrap(), operation).send().await
}

/// The call ends well after as many attempts as there are outcomes.
async fn succeeds(operation: &'static Operation, outcomes: Vec<Outcome>) -> Duration {
    let (start, count) = (Instant::now(), outcomes.len());
    let fake = answers(outcomes);
    call(fake.builder(), operation).await.unwrap();
    assert_eq!(fake.requests().len(), count);
    start.elapsed()
}

/// The call fails after as many attempts as there are outcomes.
async fn fails(operation: &'static Operation, outcomes: Vec<Outcome>) -> Error {
    let count = outcomes.len();
    let fake = answers(outcomes);
    let error = call(fake.builder(), operation).await.unwrap_err();
    assert_eq!(fake.requests().len(), count);
    assert_eq!(error.attempts() as usize, count);
    error
}

#[tokio::test(start_paused = true)]
async fn tried_again() {
    succeeds(&GET, vec![status(500), status(502), status(200)]).await;
    succeeds(&GET, vec![Err(TransportError::other("reset")), status(200)]).await;
    succeeds(&GET, vec![Err(TransportError::timeout("slow")), status(200)]).await;
    succeeds(&POST, vec![status(429), status(503), status(200)]).await;
    succeeds(&POST, vec![Err(TransportError::connect("refused")), status(200)]).await;
}

#[tokio::test(start_paused = true)]
async fn not_tried_again() {
    for error in [TransportError::other("reset"), TransportError::timeout("slow")] {
        fails(&POST, vec![Err(error)]).await;
    }
    fails(&POST, vec![status(500)]).await;
    fails(&GET, vec![status(404)]).await;
    fails(&GET, vec![Err(TransportError::too_large("1 GB"))]).await;
    fails(&GET, vec![Ok(HttpResponse::new(200).with_body(r#"{"is_success":false}"#))]).await;
}

#[tokio::test(start_paused = true)]
async fn attempts_are_bounded_and_told() {
    let error = fails(&GET, vec![status(500), status(500), status(500)]).await;
    assert!(error.is_retryable());
    assert_eq!(error.to_string(), "dgc show_job: HTTP 500: an empty body, after 3 attempts");
    let refused = || Err(TransportError::connect("refused"));
    let error = fails(&POST, vec![refused(), refused(), refused()]).await;
    assert_eq!(
        error.to_string(),
        "dgc stop_job: cannot connect to https://dgc.eu-de.example.com: refused, after 3 attempts"
    );
    let fake = answers([status(500)]);
    let error = call(fake.builder().retry(Retry::none()), &GET).await.unwrap_err();
    assert_eq!(error.attempts(), 1);
}

#[tokio::test(start_paused = true)]
async fn waits() {
    let busy = |after: &str| Ok(HttpResponse::new(429).with_header("Retry-After", after));
    assert_eq!(succeeds(&POST, vec![busy("7"), status(200)]).await.as_secs(), 7);
    assert!(succeeds(&POST, vec![busy("soon"), status(200)]).await < Duration::from_secs(1));
    assert!(succeeds(&POST, vec![busy("0"), status(200)]).await >= Duration::from_millis(100));
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3605));
    let now = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3600));
    let dated = Ok(HttpResponse::new(503).with_header("Retry-After", date).with_header("Date", now));
    assert_eq!(succeeds(&POST, vec![dated, status(200)]).await.as_secs(), 5);
    // Longer than the call may take: what the service said is the answer, at once.
    let start = Instant::now();
    assert!(fails(&POST, vec![busy("3600")]).await.is_throttled());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_call_can_say_otherwise() {
    let fake = answers([status(409), status(409), status(200)]);
    let also_conflicts = |failure: &Failure<'_>| failure.status() == Some(409) || StandardPolicy.retry(failure);
    let retry = Retry::default().policy(also_conflicts).backoff(Duration::from_secs(10));
    let call = Call::new(&fake.client(), &POST).with_retry(retry);
    let start = Instant::now();
    call.send::<()>().await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 20);
    let fake = answers([status(500)]);
    let call = Call::new(&fake.client(), &GET).with_retry(Retry::none());
    assert_eq!(call.send::<()>().await.unwrap_err().status(), Some(500));
}

/// Never answers, whatever the request says about time.
struct Silent;

impl Transport for Silent {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Outcome> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_ends_in_time() {
    let builder = || Fake::json(200, "").builder().transport(Silent);
    let start = Instant::now();
    let error = call(builder(), &GET).await.unwrap_err();
    assert!(error.is_timeout() && !error.is_connect() && error.is_retryable());
    assert_eq!(start.elapsed().as_secs(), 180);
    assert_eq!(
        error.to_string(),
        "dgc show_job: timed out waiting for https://dgc.eu-de.example.com: the call may take 180s, and the attempt before failed with \
         no answer within 60s, after 3 attempts"
    );
    let start = Instant::now();
    let client = builder().timeout(Duration::from_secs(5)).build().unwrap();
    let quick = Call::new(&client, &GET).with_timeout(Duration::from_secs(2));
    assert!(quick.send::<()>().await.unwrap_err().is_timeout());
    assert_eq!(start.elapsed().as_secs(), 2);
}

/// Never answers the first request, and the others at once.
struct SilentOnce(Arc<Mutex<u32>>);

impl Transport for SilentOnce {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Outcome> {
        let mut sent = self.0.lock().unwrap();
        *sent += 1;
        if *sent == 1 { Box::pin(std::future::pending()) } else { Box::pin(async { status(200) }) }
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_in_time_whoever_sends_it() {
    let sent = Arc::new(Mutex::new(0));
    let builder = Fake::json(200, "").builder().transport(SilentOnce(Arc::clone(&sent)));
    let start = Instant::now();
    call(builder.attempt_timeout(Duration::from_secs(3)), &GET).await.unwrap();
    let took = start.elapsed();
    assert!(took >= Duration::from_secs(3) && took < Duration::from_secs(4), "{took:?}");
    assert_eq!(*sent.lock().unwrap(), 2);
    // The service may have seen the request, so a POST is not sent again.
    let start = Instant::now();
    let builder = Fake::json(200, "").builder().transport(Silent).attempt_timeout(Duration::from_secs(3));
    let error = call(builder, &POST).await.unwrap_err();
    assert!(error.is_timeout() && error.is_transport(), "{error}");
    assert_eq!((error.attempts(), start.elapsed()), (1, Duration::from_secs(3)));
    assert_eq!(
        error.to_string(),
        "dgc stop_job: timed out waiting for https://dgc.eu-de.example.com: no answer within 3s"
    );
}

#[tokio::test(start_paused = true)]
async fn an_attempt_has_a_part_of_the_time() {
    let fake = answers([status(429), status(200), status(200), status(200)]);
    let builder = || fake.builder().attempt_timeout(Duration::from_secs(30)).timeout(Duration::from_secs(40));
    let retry = Retry::default().backoff(Duration::from_secs(20));
    call(builder().retry(retry), &GET).await.unwrap();
    call(builder().timeout(Duration::MAX), &GET).await.unwrap();
    call(builder().timeout(Duration::MAX).attempt_timeout(Duration::MAX), &GET).await.unwrap();
    let given: Vec<_> = fake.requests().iter().map(|request| request.timeout.unwrap()).collect();
    assert_eq!(
        given,
        [30, 20, 30, u64::MAX]
            .map(|seconds| { if seconds == u64::MAX { Duration::MAX } else { Duration::from_secs(seconds) } })
    );
}

/// A token that a refresh renews, and a signature of the time.
struct Renewed {
    token: Mutex<u32>,
    refreshes: Arc<Mutex<u32>>,
    fails: bool,
}

impl Renewed {
    fn new(fails: bool) -> (Renewed, Arc<Mutex<u32>>) {
        let refreshes = Arc::default();
        (Renewed { token: Mutex::new(1), refreshes: Arc::clone(&refreshes), fails }, refreshes)
    }
}

impl CredentialsProvider for Renewed {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        request.headers.insert_secret("X-Auth-Token", format!("token-{}", self.token.lock().unwrap()));
        let seconds = request.time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        request.headers.insert("X-Sdk-Date", seconds.to_string());
        Box::pin(std::future::ready(Ok(())))
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        let mut token = self.token.lock().unwrap();
        assert_eq!(refused.get("X-Auth-Token"), Some(format!("token-{token}").as_str()));
        *token += 1;
        *self.refreshes.lock().unwrap() += 1;
        Box::pin(std::future::ready(if self.fails { Err(CredentialsError::new("no new token")) } else { Ok(true) }))
    }

    fn uses_time(&self) -> bool {
        true
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_refreshed_once() {
    let fake = answers([status(401), status(200)]);
    let (provider, _) = Renewed::new(false);
    // Also when nothing else is tried again: the service did nothing.
    call(fake.builder().credentials(provider).retry(Retry::none()), &POST).await.unwrap();
    let tokens: Vec<_> = fake.requests().iter().map(|r| r.headers.get("X-Auth-Token").unwrap().to_owned()).collect();
    assert_eq!(tokens, ["token-1", "token-2"]);

    let fake = answers([status(401), status(401)]);
    let (provider, refreshes) = Renewed::new(false);
    let error = call(fake.builder().credentials(provider), &POST).await.unwrap_err();
    assert!(error.is_auth() && error.attempts() == 2);
    assert_eq!(*refreshes.lock().unwrap(), 1);

    let fake = answers([status(401)]);
    let (provider, _) = Renewed::new(true);
    let error = call(fake.builder().credentials(provider), &POST).await.unwrap_err();
    assert_eq!(error.to_string(), "dgc stop_job: credentials: no new token");

    let fake = answers([status(403)]);
    let (provider, refreshes) = Renewed::new(false);
    assert!(call(fake.builder().credentials(provider), &POST).await.unwrap_err().is_auth());
    assert_eq!(*refreshes.lock().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_clock_of_the_service_counts() {
    let there = SystemTime::now() + Duration::from_secs(3600);
    let skewed = || Ok(HttpResponse::new(403).with_header("Date", httpdate::fmt_http_date(there)));
    let fake = answers([skewed(), status(200), status(200)]);
    let (provider, refreshes) = Renewed::new(false);
    let client = fake.builder().credentials(provider).build().unwrap();
    for _ in 0..2 {
        Call::new(&client, &POST).send::<()>().await.unwrap();
    }
    let seconds = |r: &HttpRequest| r.headers.get("X-Sdk-Date").unwrap().parse::<u64>().unwrap();
    let requests = fake.requests();
    let [first, second, third] = requests.as_slice() else { panic!("{requests:?}") };
    assert!(seconds(second) - seconds(first) > 3500);
    assert!(seconds(third) - seconds(first) > 3500);
    assert_eq!(*refreshes.lock().unwrap(), 0);
    // Refused again by the same clock: the reason is another.
    let fake = answers([skewed(), skewed()]);
    let (provider, _) = Renewed::new(false);
    assert!(call(fake.builder().credentials(provider), &POST).await.unwrap_err().is_auth());
}

#[tokio::test(start_paused = true)]
async fn redirects_on_the_same_host() {
    let to = |url: &str| Ok(HttpResponse::new(308).with_header("Location", url));
    let fake = answers([to("/v2/stop"), to("stop2"), status(200)]);
    call(fake.builder(), &POST).await.unwrap();
    let urls: Vec<_> = fake.requests().into_iter().map(|request| request.url).collect();
    let host = "https://dgc.eu-de.example.com";
    assert_eq!(urls, [format!("{host}/v1/stop"), format!("{host}/v2/stop"), format!("{host}/v2/stop2")]);
    assert_eq!(fails(&GET, vec![to("https://evil.example/v1/stop")]).await.status(), Some(308));
    assert_eq!(fails(&GET, vec![to("http://dgc.eu-de.example.com/v1/stop")]).await.status(), Some(308));
    let round = (0..6).map(|index| to(if index % 2 == 0 { "/a" } else { "/b" })).collect();
    let error = fails(&GET, round).await;
    assert_eq!(error.status(), Some(308));
    assert!(error.to_string().contains("/b, which is not followed: it redirected too often"), "{error}");
    let error = fails(&GET, vec![to("/loop"), to("/loop")]).await;
    assert!(error.to_string().contains("/loop, which is not followed: it redirected too often"), "{error}");
}
