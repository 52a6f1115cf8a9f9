//! Whether and when a call is tried again.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use crate::operation::Operation;
use crate::transport::{HttpResponse, TransportError};

/// How often a call is sent at most, unless the builder or the call says otherwise.
const ATTEMPTS: u32 = 3;

/// How a call is tried again: how often, after which failures, and after which wait.
///
/// The default sends a call three times at most, by the rules of [`StandardPolicy`], and waits as [`Exponential`] says or as long as the
/// service asks in `Retry-After`. A call is never tried again when its time would be over before the next attempt.
#[derive(Clone)]
pub struct Retry {
    attempts: u32,
    policy: Arc<dyn RetryPolicy>,
    /// None for the default one.
    backoff: Option<Arc<dyn Backoff>>,
}

/// How long to wait before the next attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Delay {
    /// As the backoff or the service says.
    pub(crate) whole: Duration,
    /// What the application itself asked for; a client that does not wait waits for this alone.
    pub(crate) given: Duration,
}

impl Retry {
    /// Every call is sent once. Only a token that the service refuses is still refreshed once.
    pub fn none() -> Retry {
        Retry::default().attempts(1)
    }

    /// How often a call is sent at most, the first time included; 0 counts as 1.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Retry {
        self.attempts = attempts.max(1);
        self
    }

    /// After which failures a call is tried again.
    #[must_use]
    pub fn policy(mut self, policy: impl RetryPolicy + 'static) -> Retry {
        self.policy = Arc::new(policy);
        self
    }

    /// How long to wait between attempts.
    #[must_use]
    pub fn backoff(mut self, backoff: impl Backoff + 'static) -> Retry {
        self.backoff = Some(Arc::new(backoff));
        self
    }

    /// How long to wait before the next attempt; none to give up.
    pub(crate) fn next(&self, failure: &Failure<'_>, retries: u32) -> Option<Delay> {
        if retries + 1 >= self.attempts || !self.policy.retry(failure) {
            return None;
        }
        let given = self.backoff.as_ref().map(|backoff| backoff.delay(retries));
        let delay = given.unwrap_or_else(|| Exponential::default().delay(retries));
        let whole = failure.retry_after().map_or(delay, |asked| asked.max(delay));
        Some(Delay { whole, given: given.unwrap_or_default() })
    }
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { attempts: ATTEMPTS, policy: Arc::new(StandardPolicy), backoff: None }
    }
}

impl fmt::Debug for Retry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").field("attempts", &self.attempts).finish_non_exhaustive()
    }
}

/// Says after which failures a call is tried again. A closure `Fn(&Failure<'_>) -> bool` is one.
pub trait RetryPolicy: Send + Sync {
    /// Whether to send the call again; not asked when there are no attempts left.
    fn retry(&self, failure: &Failure<'_>) -> bool;
}

impl<F: Fn(&Failure<'_>) -> bool + Send + Sync> RetryPolicy for F {
    fn retry(&self, failure: &Failure<'_>) -> bool {
        self(failure)
    }
}

/// Says how long to wait between attempts.
pub trait Backoff: Send + Sync {
    /// The wait before the next attempt, when `retries` attempts besides the first were made.
    fn delay(&self, retries: u32) -> Duration;
}

/// A fixed wait.
impl Backoff for Duration {
    fn delay(&self, _: u32) -> Duration {
        *self
    }
}

/// What is tried again unless the application says otherwise:
///
/// * whatever the operation does: a connection that could not be made, and the statuses 429 and 503, with which a service declines work;
/// * operations that may be repeated, by their method (`GET`, `HEAD`, `OPTIONS`, `PUT`, `DELETE`): also a connection that broke, an
///   attempt whose time was up, and the statuses 408, 500, 502 and 504.
///
/// A `POST` or `PATCH` is therefore never sent twice once its bytes may have reached the service, unless that said that it declined.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardPolicy;

impl RetryPolicy for StandardPolicy {
    fn retry(&self, failure: &Failure<'_>) -> bool {
        match failure.outcome {
            Ok(response) => match response.status {
                429 | 503 => true,
                408 | 500 | 502 | 504 => failure.is_idempotent(),
                _ => false,
            },
            Err(error) => error.is_connect() || (failure.is_idempotent() && !error.is_final()),
        }
    }
}

/// One attempt that failed.
pub struct Failure<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) attempts: u32,
    pub(crate) outcome: Result<&'a HttpResponse, &'a TransportError>,
}

impl Failure<'_> {
    /// The name of the operation, as in the generated client.
    pub fn operation(&self) -> &'static str {
        self.operation.name
    }

    /// Whether the method of the operation says that it may be repeated.
    pub fn is_idempotent(&self) -> bool {
        matches!(self.operation.method, "GET" | "HEAD" | "OPTIONS" | "PUT" | "DELETE")
    }

    /// How often the call was sent so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What the service answered; none if there was no answer.
    pub fn response(&self) -> Option<&HttpResponse> {
        self.outcome.ok()
    }

    /// Why there was no answer.
    pub fn transport_error(&self) -> Option<&TransportError> {
        self.outcome.err()
    }

    /// The status of the answer.
    pub fn status(&self) -> Option<u16> {
        self.response().map(|response| response.status)
    }

    /// How long the service asks to wait: seconds or a date. What is neither is ignored, and so is a date that has passed.
    pub fn retry_after(&self) -> Option<Duration> {
        let headers = &self.response()?.headers;
        let value = headers.get("retry-after")?.trim();
        if let Ok(seconds) = value.parse::<u64>() {
            return Some(Duration::from_secs(seconds));
        }
        let until = httpdate::parse_http_date(value).ok()?;
        // Both dates are by the clock of the server, if it says what that shows.
        let now = headers.get("date").and_then(|date| httpdate::parse_http_date(date.trim()).ok());
        until.duration_since(now.unwrap_or_else(std::time::SystemTime::now)).ok()
    }
}

impl fmt::Debug for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("operation", &self.operation.name)
            .field("attempts", &self.attempts)
            .field("outcome", &self.outcome)
            .finish()
    }
}

/// Waits that double, up to a limit, each with a random part, so that clients that failed together do not come back together.
///
/// The wait is between half of the doubled one and all of it.
#[derive(Clone, Copy, Debug)]
pub struct Exponential {
    first: Duration,
    most: Duration,
}

impl Exponential {
    /// Waits up to `first` before the first retry, and never longer than `most`.
    pub fn new(first: Duration, most: Duration) -> Exponential {
        Exponential { first, most }
    }
}

/// Up to 200 ms, then 400 ms, and so on up to 20 seconds.
impl Default for Exponential {
    fn default() -> Exponential {
        Exponential::new(Duration::from_millis(200), Duration::from_secs(20))
    }
}

impl Backoff for Exponential {
    fn delay(&self, retries: u32) -> Duration {
        let full = self.first.saturating_mul(2_u32.saturating_pow(retries)).min(self.most);
        let half = full / 2;
        half + half.mul_f64(random())
    }
}

/// A number from 0 up to 1. The keys of the standard library's hash maps are random, which is enough for a wait.
fn random() -> f64 {
    let bits = RandomState::new().build_hasher().finish();
    f64::from((bits >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Service;

    static SERVICE: Service = Service { name: "s", hosts: &[] };
    static GET: Operation = Operation::new(&SERVICE, "read", "GET", "/", &[]);
    static POST: Operation = Operation::new(&SERVICE, "write", "POST", "/", &[]);

    #[track_caller]
    fn status(operation: &'static Operation, status: u16, expected: bool) {
        let response = HttpResponse::new(status);
        let failure = Failure { operation, attempts: 1, outcome: Ok(&response) };
        assert_eq!(StandardPolicy.retry(&failure), expected, "{} {status}", operation.method);
    }

    #[track_caller]
    fn error(operation: &'static Operation, error: TransportError, expected: bool) {
        let failure = Failure { operation, attempts: 1, outcome: Err(&error) };
        assert_eq!(StandardPolicy.retry(&failure), expected, "{} {error}", operation.method);
    }

    #[test]
    fn what_is_tried_again() {
        for both in [429, 503] {
            status(&GET, both, true);
            status(&POST, both, true);
        }
        for read in [408, 500, 502, 504] {
            status(&GET, read, true);
            status(&POST, read, false);
        }
        for none in [400, 401, 403, 404, 409, 501, 505] {
            status(&GET, none, false);
            status(&POST, none, false);
        }
        for operation in [&GET, &POST] {
            error(operation, TransportError::connect("no"), true);
            error(operation, TransportError::connect_timeout("no"), true);
            error(operation, TransportError::too_large("no"), false);
            error(operation, TransportError::refused("no"), false);
        }
        error(&GET, TransportError::other("reset"), true);
        error(&POST, TransportError::other("reset"), false);
        error(&GET, TransportError::timeout("slow"), true);
        error(&POST, TransportError::timeout("slow"), false);
    }

    #[track_caller]
    fn after(value: &str, date: Option<&str>, expected: Option<u64>) {
        let mut response = HttpResponse::new(429).with_header("Retry-After", value);
        if let Some(date) = date {
            response = response.with_header("Date", date);
        }
        let failure = Failure { operation: &GET, attempts: 1, outcome: Ok(&response) };
        assert_eq!(failure.retry_after(), expected.map(Duration::from_secs), "{value:?}");
    }

    #[test]
    fn retry_after() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        after("3", None, Some(3));
        after(" 3 ", None, Some(3));
        after("0", None, Some(0));
        after("Sun, 06 Nov 1994 08:49:47 GMT", date, Some(10));
        after("Sunday, 06-Nov-94 08:49:47 GMT", date, Some(10));
        after("Sun Nov  6 08:49:47 1994", date, Some(10));
        after("Sun, 06 Nov 1994 08:49:00 GMT", date, None);
        after("Sun, 06 Nov 1994 08:49:47 GMT", None, None);
        after("Sun, 06 Nov 1994 08:49:47 GMT", Some("yesterday"), None);
        for garbage in ["", "-1", "1.5", "soon", "99999999999999999999999", "\u{0663}"] {
            after(garbage, date, None);
        }
    }

    #[test]
    fn the_next_attempt() {
        let response = HttpResponse::new(503).with_header("Retry-After", "7");
        let failure = Failure { operation: &POST, attempts: 1, outcome: Ok(&response) };
        let delay = |whole, given| Some(Delay { whole: Duration::from_secs(whole), given: Duration::from_secs(given) });
        assert_eq!(Retry::default().next(&failure, 0), delay(7, 0));
        let retry = Retry::default().backoff(Duration::from_secs(2));
        assert_eq!(retry.next(&failure, 0), delay(7, 2));
        assert_eq!(retry.next(&failure, 2), None);
        assert_eq!(retry.clone().attempts(4).next(&failure, 2), delay(7, 2));
        assert_eq!(retry.clone().backoff(Duration::from_secs(9)).next(&failure, 0), delay(9, 9));
        assert_eq!(retry.policy(|failure: &Failure<'_>| failure.status() == Some(500)).next(&failure, 0), None);
        assert_eq!(Retry::none().next(&failure, 0), None);
        assert_eq!(Retry::default().attempts(0).next(&failure, 0), None);
    }

    #[test]
    fn waits_double_and_differ() {
        let backoff = Exponential::new(Duration::from_millis(100), Duration::from_secs(2));
        for (retries, full) in [(0, 100), (1, 200), (4, 1600), (5, 2000), (200, 2000)] {
            let waits: Vec<_> = (0..50).map(|_| backoff.delay(retries)).collect();
            let full = Duration::from_millis(full);
            assert!(waits.iter().all(|wait| *wait >= full / 2 && *wait <= full), "{waits:?}");
            assert!(waits.iter().any(|wait| *wait != waits[0]), "{waits:?}");
        }
    }
}
