//! Sends a request until there is an answer to keep: authorizes each attempt, waits between them, and stops in time.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;
use tracing::instrument::Instrumented;

use crate::body::Encoded;
use crate::call::Parts;
use crate::client::Client;
use crate::endpoint::origin;
use crate::error::Error;
use crate::headers::Headers;
use crate::opening;
use crate::redirect;
use crate::response::{Reply, is_success};
use crate::retry::{Failure, Retry};
use crate::trace;
use crate::transport::{BoxFuture, HttpRequest, HttpResponse, TransportError};

/// How many bytes of a file are sent in a second at least.
const SLOWEST: u64 = 64 << 10;

/// A call that can be sent, and how often and how long it was.
pub(crate) struct Attempts {
    parts: Box<Parts>,
    body: Option<Encoded>,
    /// Where the service sent the call, in place of its own URL.
    redirected: Option<String>,
    made: u32,
    redirects: u32,
    refreshed: bool,
    corrected: bool,
    /// How the last attempt failed, for when there is no time to see the end of the next one.
    last: Option<String>,
}

/// A request on its way.
struct Sent<'a> {
    time: SystemTime,
    headers: Headers,
    timeout: Duration,
    /// When to stop waiting for a transport that would wait for ever; none for one that measures the time itself.
    watched: Option<Instant>,
    answer: Instrumented<BoxFuture<'a, Result<HttpResponse, TransportError>>>,
}

/// What was sent in one attempt, as far as it matters afterwards, and what came of it.
struct Attempt {
    time: SystemTime,
    headers: Headers,
    outcome: Result<HttpResponse, TransportError>,
}

impl Attempts {
    pub(crate) fn new(parts: Box<Parts>, body: Option<Encoded>) -> Attempts {
        Attempts {
            parts,
            body,
            redirected: None,
            made: 0,
            redirects: 0,
            refreshed: false,
            corrected: false,
            last: None,
        }
    }

    pub(crate) async fn run(&mut self) -> Result<Reply, Error> {
        let span = trace::call(self.parts.operation);
        let result = self.until_kept().instrument(span.clone()).await;
        trace::finished(&span, self.made, &result);
        result
    }

    async fn until_kept(&mut self) -> Result<Reply, Error> {
        let deadline = Instant::now().checked_add(self.timeout());
        let mut retries = 0;
        loop {
            self.made += 1;
            let attempt = self.attempt(deadline).await?;
            if let Ok(response) = &attempt.outcome {
                if is_success(response.status) {
                    return self.finish(attempt);
                }
                if self.again_at_once(&attempt, response, deadline).await? {
                    continue;
                }
            }
            let (operation, outcome) = (self.parts.operation, attempt.outcome.as_ref());
            let failure = Failure { operation, attempts: self.made, outcome };
            match self.retry().next(&failure, retries) {
                // By the whole delay also where it is not waited for: a test gets the outcome that the application would get.
                Some(delay) if has_time(delay.whole, deadline) => {
                    let delay = if self.client().is_instant() { delay.given } else { delay.whole };
                    retries += 1;
                    let last = match &attempt.outcome {
                        Ok(response) => format!("HTTP {}", response.status),
                        Err(error) => error.to_string(),
                    };
                    trace::retry(delay, self.made, &last);
                    self.last = Some(last);
                    wait(delay).await;
                }
                _ => return self.finish(attempt),
            }
        }
    }

    /// Waits for `future` while the call has time.
    async fn in_time<F: Future + Unpin>(&self, deadline: Option<Instant>, future: &mut F) -> Result<F::Output, Error> {
        before(deadline, future).await.ok_or_else(|| self.out_of_time())
    }

    fn timeout(&self) -> Duration {
        self.parts.timeout.unwrap_or_else(|| self.client().timeout().saturating_add(self.for_files()))
    }

    /// What files take to be sent over a slow line; other bodies are small.
    fn for_files(&self) -> Duration {
        let upload = self.body.as_ref().and_then(|body| body.upload.as_ref());
        upload.map_or(Duration::ZERO, |upload| Duration::from_secs(upload.length() / SLOWEST))
    }

    /// The body that is sent with each attempt, of which a clone shares the bytes.
    fn sent_body(&self) -> Bytes {
        self.body.as_ref().map(|body| body.bytes.clone()).unwrap_or_default()
    }

    fn retry(&self) -> &Retry {
        self.parts.retry.as_ref().unwrap_or(self.client().retry())
    }

    fn client(&self) -> &Client {
        &self.parts.client
    }

    fn out_of_time(&self) -> Error {
        let before = self.last.as_ref().map(|last| format!(", and the attempt before failed with {last}"));
        let problem = format!("the call may take {:?}{}", self.timeout(), before.unwrap_or_default());
        self.no_answer(TransportError::timeout(problem))
    }

    /// The time was up before the request could be sent, so the service has nothing to do with it.
    fn no_credentials(&self) -> Error {
        Error::credentials_timeout(
            "no answer from the identity service, or who else gives the credentials",
            self.timeout(),
        )
    }

    fn no_answer(&self, error: TransportError) -> Error {
        Error::transport(self.url().map(|url| origin(&url).to_owned()).unwrap_or_default(), error).after(self.made)
    }

    fn url(&self) -> Result<String, Error> {
        self.redirected.clone().map_or_else(|| self.parts.url(), Ok)
    }

    /// The request with the credentials of now.
    async fn authorized(&self, deadline: Option<Instant>) -> Result<HttpRequest, Error> {
        let mut request = self.parts.request(self.body.as_ref())?;
        if let Some(url) = &self.redirected {
            request.url.clone_from(url);
        }
        if let Some(credentials) = self.client().credentials() {
            let mut authorized = credentials.authorize(&mut request);
            self.in_time(deadline, &mut authorized)
                .await
                .map_err(|_| self.no_credentials())?
                .map_err(Error::from_credentials)?;
            drop(authorized);
            if let Some(problem) = request.headers.problem() {
                return Err(Error::credentials(problem));
            }
        }
        Ok(request)
    }

    /// Authorizes and sends once.
    async fn attempt(&self, deadline: Option<Instant>) -> Result<Attempt, Error> {
        let mut sent = self.send(self.authorized(deadline).await?, deadline);
        let outcome = before(sent.watched, &mut sent.answer).await;
        let outcome =
            outcome.unwrap_or_else(|| Err(TransportError::timeout(format!("no answer within {:?}", sent.timeout))));
        if outcome.as_ref().is_err_and(TransportError::is_timeout) && !has_time(Duration::ZERO, deadline) {
            return Err(self.out_of_time());
        }
        trace::outcome(sent.answer.span(), &outcome, &sent.headers, &self.sent_body());
        Ok(Attempt { time: sent.time, headers: sent.headers, outcome })
    }

    /// Apart from `attempt`, so that the request is not kept while the answer is waited for.
    fn send(&self, mut request: HttpRequest, deadline: Option<Instant>) -> Sent<'_> {
        let now = Instant::now();
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(now));
        let timeout = self.client().attempt_timeout().saturating_add(self.for_files()).min(left);
        request.timeout = Some(timeout);
        let (time, headers) = (request.time, request.headers.clone());
        let span = trace::attempt(&request, self.made);
        let transport = self.client().transport();
        // One timer for each attempt is enough: that of the transport, if it has one.
        let watched = match &self.parts.opened {
            Some(_) => deadline,
            None if transport.keeps_time() => None,
            None => now.checked_add(timeout),
        };
        let answer = match &self.parts.opened {
            None => transport.send(request),
            Some(slot) => Box::pin(opening::open(transport, request, Arc::clone(slot))),
        };
        Sent { time, headers, timeout, watched, answer: answer.instrument(span) }
    }

    /// Whether the request is sent once more because of what the answer says, changed so that it can succeed.
    async fn again_at_once(
        &mut self,
        attempt: &Attempt,
        response: &HttpResponse,
        deadline: Option<Instant>,
    ) -> Result<bool, Error> {
        if let Some(url) = redirect::follow(self.parts.operation.method, &self.url()?, response)
            && self.redirects < redirect::MOST
        {
            self.redirects += 1;
            self.redirected = Some(url);
            return Ok(true);
        }
        let Some(credentials) = self.parts.client.credentials() else { return Ok(false) };
        if matches!(response.status, 401 | 403)
            && !self.corrected
            && credentials.uses_time()
            && self.client().clock().learn(&response.headers, attempt.time)
        {
            self.corrected = true;
            return Ok(true);
        }
        if response.status == 401 && !self.refreshed {
            self.refreshed = true;
            let mut refreshed = credentials.refresh(&attempt.headers);
            let result = self.in_time(deadline, &mut refreshed).await.map_err(|_| self.no_credentials());
            return result
                .and_then(|again| again.map_err(Error::from_credentials))
                .map_err(|error| error.after(self.made));
        }
        Ok(false)
    }

    /// Whether an answer that is kept would send the call on, if it had not been sent on too often.
    fn goes_on(&self, response: &HttpResponse) -> bool {
        let method = self.parts.operation.method;
        !is_success(response.status) && self.url().is_ok_and(|url| redirect::goes_on(method, &url, response))
    }

    fn finish(&self, attempt: Attempt) -> Result<Reply, Error> {
        match attempt.outcome {
            Ok(response) => {
                let sent = (attempt.headers, self.sent_body());
                let goes_on = self.goes_on(&response);
                let reply = Reply::new(self.parts.operation, response, sent, self.made);
                Ok(reply.going_on(goes_on).telling(self.client().drift()))
            }
            Err(error) => Err(self.no_answer(error)),
        }
    }
}

/// Waits for `future` until `deadline`; none if it is not ready then. What is ready at once, as most of it is, needs no timer.
async fn before<F: Future + Unpin>(deadline: Option<Instant>, future: &mut F) -> Option<F::Output> {
    let Some(deadline) = deadline else { return Some(future.await) };
    let polled = poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await;
    if let Poll::Ready(output) = polled {
        return Some(output);
    }
    // A transport of memory works without a runtime; nobody could measure time then.
    if Handle::try_current().is_err() {
        return Some(future.await);
    }
    // In a box, because every call would carry the space for the timer.
    Box::pin(timeout_at(deadline, future)).await.ok()
}

/// Whether there is time for another attempt after waiting for `delay`.
fn has_time(delay: Duration, deadline: Option<Instant>) -> bool {
    let Some(deadline) = deadline else { return true };
    Instant::now().checked_add(delay).is_some_and(|next| next < deadline)
}

pub(crate) async fn wait(delay: Duration) {
    if Handle::try_current().is_ok() {
        tokio::time::sleep(delay).await;
    }
}
