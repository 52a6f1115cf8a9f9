//! Sends a request until there is an answer to keep: authorizes each attempt, waits between them, and stops in time.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;
use tracing::Instrument;

use crate::client::Client;
use crate::credentials::CredentialsError;
use crate::endpoint::Endpoint;
use crate::error::{Error, chain};
use crate::headers::Headers;
use crate::operation::Operation;
use crate::redirect;
use crate::response::{Reply, is_success};
use crate::retry::{Failure, Retry};
use crate::trace;
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// A request that is ready but for the credentials, and how often and how long it may be sent.
pub(crate) struct Attempts {
    client: Client,
    operation: &'static Operation,
    endpoint: Endpoint,
    request: HttpRequest,
    timeout: Duration,
    retry: Retry,
    made: u32,
    redirects: u32,
    refreshed: bool,
    corrected: bool,
    /// How the last attempt failed, for when there is no time to see the end of the next one.
    last: Option<String>,
}

/// What was sent in one attempt, as far as it matters afterwards, and what came of it.
struct Attempt {
    time: std::time::SystemTime,
    headers: Headers,
    outcome: Result<HttpResponse, TransportError>,
}

impl Attempts {
    pub(crate) fn new(
        client: Client,
        operation: &'static Operation,
        endpoint: Endpoint,
        request: HttpRequest,
        timeout: Duration,
        retry: Retry,
    ) -> Attempts {
        Attempts {
            client,
            operation,
            endpoint,
            request,
            timeout,
            retry,
            made: 0,
            redirects: 0,
            refreshed: false,
            corrected: false,
            last: None,
        }
    }

    pub(crate) async fn run(mut self) -> Result<Reply, Error> {
        let span = trace::call(self.operation);
        let result = self.in_time().instrument(span.clone()).await;
        trace::finished(&span, self.made, &result);
        result
    }

    async fn in_time(&mut self) -> Result<Reply, Error> {
        // A transport of memory works without a runtime; nobody could measure time then.
        if Handle::try_current().is_err() {
            return self.until(None).await;
        }
        let Some(deadline) = Instant::now().checked_add(self.timeout) else { return self.until(None).await };
        match tokio::time::timeout_at(deadline, self.until(Some(deadline))).await {
            Ok(result) => result,
            Err(_) => {
                let before = self.last.take().map(|last| format!(", and the attempt before failed with {last}"));
                let problem = format!("the call may take {:?}{}", self.timeout, before.unwrap_or_default());
                let problem = TransportError::timeout(problem);
                Err(Error::transport(self.endpoint.origin(), problem).after(self.made))
            }
        }
    }

    async fn until(&mut self, deadline: Option<Instant>) -> Result<Reply, Error> {
        let mut retries = 0;
        loop {
            self.made += 1;
            let attempt = self.attempt(deadline).await?;
            if let Ok(response) = &attempt.outcome {
                if is_success(response.status) {
                    return self.finish(attempt);
                }
                if self.again_at_once(&attempt, response).await? {
                    continue;
                }
            }
            let failure = Failure { operation: self.operation, attempts: self.made, outcome: attempt.outcome.as_ref() };
            match self.retry.next(&failure, retries) {
                Some(delay) if has_time(delay, deadline) => {
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

    /// Authorizes and sends once.
    async fn attempt(&self, deadline: Option<Instant>) -> Result<Attempt, Error> {
        let mut request = self.request.clone();
        request.time = self.client.clock().now();
        if let Some(credentials) = self.client.credentials() {
            credentials.authorize(&mut request).await.map_err(unauthorized)?;
            if let Some(problem) = request.headers.problem() {
                return Err(Error::credentials(problem));
            }
        }
        let left = deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
        request.timeout = Some(self.client.attempt_timeout().min(left));
        let (time, headers) = (request.time, request.headers.clone());
        let span = trace::attempt(&request, self.made);
        let outcome = self.client.transport().send(request).instrument(span.clone()).await;
        trace::outcome(&span, &outcome, &headers);
        Ok(Attempt { time, headers, outcome })
    }

    /// Whether the request is sent once more because of what the answer says, changed so that it can succeed.
    async fn again_at_once(&mut self, attempt: &Attempt, response: &HttpResponse) -> Result<bool, Error> {
        if let Some(url) = redirect::follow(&self.request.method, &self.request.url, response)
            && self.redirects < redirect::MOST
        {
            self.redirects += 1;
            self.request.url = url;
            return Ok(true);
        }
        let Some(credentials) = self.client.credentials() else { return Ok(false) };
        if matches!(response.status, 401 | 403)
            && !self.corrected
            && credentials.uses_time()
            && self.client.clock().learn(&response.headers, attempt.time)
        {
            self.corrected = true;
            return Ok(true);
        }
        if response.status == 401 && !self.refreshed {
            self.refreshed = true;
            return credentials.refresh(&attempt.headers).await.map_err(|error| unauthorized(error).after(self.made));
        }
        Ok(false)
    }

    fn finish(&self, attempt: Attempt) -> Result<Reply, Error> {
        match attempt.outcome {
            Ok(response) => Ok(Reply::new(self.operation, response, attempt.headers.into_secrets(), self.made)
                .telling(self.client.drift())),
            Err(error) => Err(Error::transport(self.endpoint.origin(), error).after(self.made)),
        }
    }
}

fn unauthorized(error: CredentialsError) -> Error {
    Error::credentials(chain(&error)).with_source(error)
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
