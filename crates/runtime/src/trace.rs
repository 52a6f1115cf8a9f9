//! What a call tells `tracing`: a span for the call, one for each attempt with OpenTelemetry's names for HTTP, and events.
//!
//! Bodies are shown at the level `trace` only. Nobody who does not listen pays for more than a check.

use std::time::Duration;

use tracing::{Level, Span, debug, debug_span, enabled, field, info_span, trace};
use url::Url;

use crate::error::Error;
use crate::headers::Headers;
use crate::operation::Operation;
use crate::redact;
use crate::response::Reply;
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// The span of a call with all of its attempts.
pub(crate) fn call(operation: &'static Operation) -> Span {
    info_span!(
        "call",
        otel.name = %format_args!("{}.{}", operation.service.name, operation.name),
        rpc.service = operation.service.name,
        rpc.method = operation.name,
        http.request.resend_count = field::Empty,
        http.response.status_code = field::Empty,
        error.type = field::Empty,
    )
}

/// Notes how a call ended. The error itself is returned, so it is no event of its own.
pub(crate) fn finished(span: &Span, made: u32, result: &Result<Reply, Error>) {
    if span.is_disabled() {
        return;
    }
    if made > 1 {
        span.record("http.request.resend_count", made - 1);
    }
    match result {
        Ok(reply) => {
            span.record("http.response.status_code", reply.status());
        }
        Err(error) => {
            span.record("error.type", error.kind_name());
        }
    }
}

/// The span of one attempt, before it is sent.
pub(crate) fn attempt(request: &HttpRequest, made: u32) -> Span {
    let span = debug_span!(
        "http",
        otel.kind = "client",
        otel.name = %request.method,
        http.request.method = %request.method,
        http.request.resend_count = field::Empty,
        http.request.body.size = request.body_length(),
        url.full = field::Empty,
        server.address = field::Empty,
        server.port = field::Empty,
        http.response.status_code = field::Empty,
        http.response.body.size = field::Empty,
        error.type = field::Empty,
    );
    if !span.is_disabled() {
        if made > 1 {
            span.record("http.request.resend_count", made - 1);
        }
        if let Ok(url) = Url::parse(&request.url) {
            span.record("server.address", url.host_str().unwrap_or_default());
            span.record("server.port", url.port_or_known_default().unwrap_or_default());
            span.record("url.full", redact::url(url).as_str());
        }
    }
    if enabled!(Level::TRACE) {
        let body = redact::body(&request.body, &[]);
        span.in_scope(|| trace!(headers = ?request.headers, body, "request"));
    }
    span
}

/// Notes what came of an attempt. `headers` and `body` are those of the request, whose secrets a service may repeat.
pub(crate) fn outcome(span: &Span, outcome: &Result<HttpResponse, TransportError>, headers: &Headers, body: &[u8]) {
    match outcome {
        Ok(response) => {
            span.record("http.response.status_code", response.status);
            span.record("http.response.body.size", response.body.len());
            if response.status >= 400 {
                span.record("error.type", response.status);
            }
            if enabled!(Level::TRACE) {
                let secrets = redact::sent(headers, body);
                let headers = redact::text(format!("{:?}", response.headers), &secrets);
                let body = redact::body(&response.body, &secrets);
                span.in_scope(|| trace!(headers, body, "response"));
            }
        }
        Err(error) => {
            span.record(
                "error.type",
                match (error.is_connect(), error.is_timeout()) {
                    (_, true) => "timeout",
                    (true, _) => "connect",
                    _ => "transport",
                },
            );
            span.in_scope(|| debug!(error = %error, "no response"));
        }
    }
}

/// The next attempt comes after `delay`.
pub(crate) fn retry(delay: Duration, made: u32, last: &str) {
    debug!(attempts = made, delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), last, "trying again");
}
