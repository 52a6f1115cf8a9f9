//! Requests that credentials make on their own.

use std::time::Duration;

use serde_json::Value;

use super::{CredentialsError, ProviderContext, Refusal};
use crate::attempts::wait;
use crate::endpoint::origin;
use crate::envelope;
use crate::redact;
use crate::response::request_id;
use crate::retry::{Backoff, Exponential};
use crate::transport::{HttpRequest, HttpResponse};

/// How often such a request is sent: it changes nothing, so it can be repeated after any failure.
const ATTEMPTS: u32 = 3;

/// How long one attempt may take unless the request says otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Sends `request` to `whom`, which is named in errors; any answer but a success is one. `secrets` are what errors must not repeat.
pub(super) async fn exchange(
    context: &ProviderContext,
    whom: &str,
    mut request: HttpRequest,
    secrets: &[&str],
) -> Result<HttpResponse, CredentialsError> {
    request.timeout = request.timeout.or(Some(TIMEOUT));
    let mut attempt = 1;
    loop {
        let error = match once(context, whom, request.clone(), secrets).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        if attempt == ATTEMPTS || !error.is_retryable() {
            return Err(error);
        }
        wait(Exponential::default().delay(attempt - 1)).await;
        attempt += 1;
    }
}

/// Like [`exchange`], but the request is sent once.
pub(super) async fn once(
    context: &ProviderContext,
    whom: &str,
    request: HttpRequest,
    secrets: &[&str],
) -> Result<HttpResponse, CredentialsError> {
    let origin = origin(&request.url).to_owned();
    let mut hidden = request.headers.secrets();
    hidden.extend(secrets.iter().map(|&secret| secret.to_owned()));
    let response = context.transport().send(request).await.map_err(|error| {
        let retryable = !error.is_final();
        CredentialsError::new(format!("{whom} at {origin} cannot be asked"))
            .with_source(error)
            .with_retryable(retryable)
    })?;
    match response.status {
        200..=299 => Ok(response),
        status => {
            let body = serde_json::from_slice::<Value>(&response.body).unwrap_or_default();
            let said = envelope::read(&body);
            let clean = |text: String| redact::text(text, &hidden);
            let id = response.headers.get("X-IAM-Trace-Id").or_else(|| request_id(&response.headers));
            let refusal = Refusal {
                status,
                code: said.code.map(clean),
                message: said.message.map(clean),
                request_id: said.request_id.or_else(|| id.map(str::to_owned)).map(clean),
            };
            let mut message = format!("{whom} at {origin} answered HTTP {status}");
            for part in [&refusal.code, &refusal.message].into_iter().flatten() {
                message.push_str(": ");
                message.push_str(part);
            }
            if let Some(id) = &refusal.request_id {
                message.push_str(&format!(" (request id {id})"));
            }
            let retryable = matches!(status, 408 | 429 | 500..=599);
            Err(CredentialsError::new(message).with_refusal(refusal).with_retryable(retryable))
        }
    }
}

/// The answer's body as JSON.
pub(super) fn json(whom: &str, response: &HttpResponse) -> Result<Value, CredentialsError> {
    // The text stays out of the message: it may hold keys.
    serde_json::from_slice(&response.body).map_err(|error| {
        CredentialsError::new(format!(
            "{whom} answered HTTP {}, but not with JSON: {:?} at line {}, column {}",
            response.status,
            error.classify(),
            error.line(),
            error.column()
        ))
    })
}
