//! The seam below which bytes leave the process: a request in, a response out, no judgement.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_core::Stream;

use crate::content::Upload;
use crate::error::chain;
use crate::headers::Headers;
use crate::operation::Operation;
use crate::redact;

/// How large the body of an answer may be unless the caller says otherwise: far above any list, and far below what a machine has.
pub(crate) const MAX_RESPONSE_BYTES: usize = 16 << 20;

/// A boxed error of any type, as sources are kept.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// A boxed future that can move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The pieces of a body as they come.
pub type BodyStream = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

/// Sends one request and returns the response, whatever its status.
///
/// An implementation follows no redirect: the request carries credentials that are meant for one host.
pub trait Transport: Send + Sync {
    /// Sends `request` once.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>>;

    /// Sends `request` once, and returns when the head of the response has come. [`HttpRequest::timeout`] is about the head then, and
    /// [`HttpRequest::max_response_bytes`] about nothing. Unless a transport does better, the body is read before.
    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        let response = self.send(request);
        Box::pin(async move { Ok(HttpStream::from(response.await?)) })
    }

    /// Whether [`send`](Transport::send) ends in [`HttpRequest::timeout`] by itself. It does not unless a transport says so, and a client
    /// measures the time around it: when that is up, the future of `send` is dropped, and the attempt counts as a
    /// [`TransportError::timeout`]. Only a transport that measures it anyway gains from saying `true`: it saves a timer.
    fn keeps_time(&self) -> bool {
        false
    }
}

/// A request as it goes over the wire.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method, in capitals.
    pub method: String,
    /// The absolute URL, percent-encoded.
    pub url: String,
    /// The header fields; the transport adds `Host` and `Content-Length`.
    pub headers: Headers,
    /// The body; empty for none.
    pub body: Bytes,
    /// The body if files of it are read while it is sent, in place of `body`.
    pub upload: Option<Upload>,
    /// How long this request may take from the first byte sent to the last byte received.
    pub timeout: Option<Duration>,
    /// How many bytes of a body the answer may have, once it is decompressed; more is a [`TransportError::too_large`].
    pub max_response_bytes: usize,
    /// When the request is sent, by the clock of the server as far as it is known: the time that a signature states.
    pub time: SystemTime,
    /// The operation that is called; none for requests that credentials make on their own.
    pub operation: Option<&'static Operation>,
    /// The project that the call belongs to, as far as it is known; a signed request says it.
    pub project_id: Option<String>,
    /// The account that the call belongs to, if it belongs to no project.
    pub domain_id: Option<String>,
    /// Whether no proxy may pass the request on, because it is for somebody on this machine's own network.
    pub direct: bool,
}

impl HttpRequest {
    /// A request without headers and body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> HttpRequest {
        HttpRequest::at(SystemTime::now(), method.into(), url.into())
    }

    pub(crate) fn at(time: SystemTime, method: String, url: String) -> HttpRequest {
        HttpRequest {
            method,
            url,
            headers: Headers::new(),
            body: Bytes::new(),
            upload: None,
            timeout: None,
            max_response_bytes: MAX_RESPONSE_BYTES,
            time,
            operation: None,
            project_id: None,
            domain_id: None,
            direct: false,
        }
    }

    /// How long the body is.
    pub fn body_length(&self) -> u64 {
        self.upload.as_ref().map_or(self.body.len() as u64, Upload::length)
    }
}

/// Shows method, URL, header names and the size of the body; no secret and no payload.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &redact::link(&self.url))
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body_length()))
            .field("timeout", &self.timeout)
            .finish()
    }
}

/// A response as it came.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The whole body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A response without headers and body.
    pub fn new(status: u16) -> HttpResponse {
        HttpResponse { status, headers: Headers::new(), body: Vec::new() }
    }

    /// Adds a header field.
    #[must_use]
    pub fn with_header(mut self, name: impl AsRef<str>, value: impl AsRef<str>) -> HttpResponse {
        self.headers.append(name, value);
        self
    }

    /// Sets the body to `value` as JSON, and the header that says so.
    #[must_use]
    pub fn with_json(self, value: &serde_json::Value) -> HttpResponse {
        self.with_header("Content-Type", "application/json").with_body(value.to_string())
    }

    /// Sets the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> HttpResponse {
        self.body = body.into();
        self
    }
}

/// Shows status, headers without secrets and the size of the body.
impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// A response whose body is read while it comes.
#[non_exhaustive]
pub struct HttpStream {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body.
    pub body: BodyStream,
}

impl HttpStream {
    /// A response.
    pub fn new(status: u16, headers: Headers, body: BodyStream) -> HttpStream {
        HttpStream { status, headers, body }
    }
}

impl From<HttpResponse> for HttpStream {
    fn from(response: HttpResponse) -> HttpStream {
        let HttpResponse { status, headers, body } = response;
        HttpStream { status, headers, body: Box::pin(Pieces::from(vec![body.into()])) }
    }
}

/// Pieces of a body that have come, and those that follow them.
pub(crate) struct Pieces {
    come: std::vec::IntoIter<Bytes>,
    rest: Option<BodyStream>,
}

impl Pieces {
    pub(crate) fn then(mut self, rest: BodyStream) -> Pieces {
        self.rest = Some(rest);
        self
    }
}

impl From<Vec<Bytes>> for Pieces {
    fn from(come: Vec<Bytes>) -> Pieces {
        Pieces { come: come.into_iter(), rest: None }
    }
}

impl Stream for Pieces {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(piece) = self.come.find(|piece| !piece.is_empty()) {
            return Poll::Ready(Some(Ok(piece)));
        }
        match &mut self.rest {
            Some(rest) => rest.as_mut().poll_next(context),
            None => Poll::Ready(None),
        }
    }
}

/// Why a request got no response.
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    source: BoxError,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Connect,
    ConnectTimeout,
    Timeout,
    Refused,
    TooLarge,
    Other,
}

impl TransportError {
    fn new(kind: Kind, source: impl Into<BoxError>) -> TransportError {
        TransportError { kind, source: source.into() }
    }

    /// No connection could be made, so the server saw nothing of the request, and it may be sent again whatever it does.
    pub fn connect(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::Connect, source)
    }

    /// The time for making a connection was up; the server saw nothing of the request.
    pub fn connect_timeout(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::ConnectTimeout, source)
    }

    /// The time was up; the server may have seen the request.
    pub fn timeout(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::Timeout, source)
    }

    /// The transport does not send such a request, however often it is asked.
    pub fn refused(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::Refused, source)
    }

    /// The answer is larger than [`HttpRequest::max_response_bytes`]; the rest of it was not read.
    pub fn too_large(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::TooLarge, source)
    }

    /// Any other failure; the server may have seen the request.
    pub fn other(source: impl Into<BoxError>) -> TransportError {
        TransportError::new(Kind::Other, source)
    }

    /// Whether no connection could be made, so that nothing of the request was sent.
    pub fn is_connect(&self) -> bool {
        matches!(self.kind, Kind::Connect | Kind::ConnectTimeout)
    }

    /// Whether the time was up.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, Kind::Timeout | Kind::ConnectTimeout)
    }

    /// Whether sending the same request again cannot give another result.
    pub fn is_final(&self) -> bool {
        matches!(self.kind, Kind::Refused | Kind::TooLarge)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&chain(self.source.as_ref()))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.source.as_ref())
    }
}
