//! The default transport, over reqwest.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as _, Frame};
use reqwest::Method;
use reqwest::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::bases::Bases;
use crate::endpoint::NO_TLS;
use crate::error::Error;
use crate::headers::Headers;
use crate::http_settings::HttpTransportBuilder;
use crate::sending::Sending;
use crate::transport::{BodyStream, BoxFuture, HttpRequest, HttpResponse, HttpStream, Transport, TransportError};

/// How much is set aside for a body before it comes, because the length that an answer claims may be a lie. A longer body is copied when its
/// memory grows.
const RESERVED: usize = 1 << 20;

/// How many fields are added to those of a request: `Accept`, `Accept-Encoding` and `User-Agent`.
const OWN_FIELDS: usize = 3;

/// The transport that a client uses unless it is given another: HTTP/1.1 with pooled connections.
///
/// It follows no redirect, repeats nothing, and needs a tokio runtime with time and I/O. `https` needs one of the features `rustls` and
/// `native-tls`; with both, `rustls` is used. With `rustls`, the process-wide crypto provider is used if the application installed one,
/// and ring if not. With `gzip`, answers may come compressed.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
    /// Made when it is needed, which is on servers of the cloud.
    direct: Arc<OnceLock<reqwest::Client>>,
    bases: Arc<Bases>,
}

impl HttpTransport {
    /// Makes a transport with a connection pool of its own; clones share it.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> Result<HttpTransport, Error> {
        HttpTransport::builder().build()
    }

    /// A transport with settings of its own. A client makes one for itself; this is for a transport that several clients share.
    pub fn builder() -> HttpTransportBuilder {
        HttpTransportBuilder::default()
    }

    pub(crate) fn over(client: reqwest::Client) -> HttpTransport {
        HttpTransport { client, direct: Arc::default(), bases: Arc::default() }
    }

    /// The client for `request`; one that knows no proxy if it says so.
    fn client(&self, request: &HttpRequest) -> Result<&reqwest::Client, TransportError> {
        if !request.direct {
            return Ok(&self.client);
        }
        if let Some(client) = self.direct.get() {
            return Ok(client);
        }
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build();
        let client = client.map_err(TransportError::refused)?;
        Ok(self.direct.get_or_init(|| client))
    }

    /// The request as reqwest has it, with the client that sends it.
    fn outgoing(&self, request: HttpRequest) -> Result<(&reqwest::Client, reqwest::Request), TransportError> {
        if cfg!(not(any(feature = "rustls", feature = "native-tls"))) && request.url.starts_with("https:") {
            return Err(TransportError::refused(NO_TLS));
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(TransportError::refused(
                "the call was polled outside a tokio runtime: run it under #[tokio::main] or in Runtime::block_on",
            ));
        }
        let method = Method::from_bytes(request.method.as_bytes()).map_err(TransportError::refused)?;
        let (client, url) = (self.client(&request)?, self.bases.url(&request.url)?);
        // Through the builder only where it has to make a header of a password, because each of its steps moves the whole request.
        let mut outgoing = if url.username().is_empty() && url.password().is_none() {
            reqwest::Request::new(method, url)
        } else {
            client.request(method, url).build().map_err(failure)?
        };
        let headers = outgoing.headers_mut();
        headers.reserve(request.headers.len() + OWN_FIELDS);
        for (name, value) in request.headers.shared() {
            headers.append(field_name(name)?, HeaderValue::from_maybe_shared(value).map_err(TransportError::refused)?);
        }
        if cfg!(feature = "gzip") && !headers.contains_key(ACCEPT_ENCODING) {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        *outgoing.timeout_mut() = request.timeout;
        if let Some(upload) = request.upload {
            *outgoing.body_mut() = Some(reqwest::Body::wrap(Sending::new(upload)));
        } else if !request.body.is_empty() {
            *outgoing.body_mut() = Some(request.body.into());
        }
        Ok((client, outgoing))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = request.max_response_bytes;
        // Who asks for a coding undoes it.
        let inflate = cfg!(feature = "gzip") && !request.headers.contains("accept-encoding");
        // The answer to HEAD states the length of a body that does not come.
        let no_body = request.method == Method::HEAD.as_str();
        let sent = {
            let (client, outgoing) = self.outgoing(request)?;
            client.execute(outgoing)
        };
        let mut response = sent.await.map_err(failure)?;
        let mut answer = HttpResponse::new(response.status().as_u16());
        answer.headers = incoming(response.headers());
        if !no_body {
            answer.body = body(&mut response, limit).await?;
        }
        if inflate && is_gzip(&answer.headers) && !answer.body.is_empty() {
            answer.body = inflated(&answer.body, limit)?;
            answer.headers.remove("content-encoding");
            answer.headers.remove("content-length");
        }
        Ok(answer)
    }

    async fn head(&self, mut request: HttpRequest) -> Result<HttpStream, TransportError> {
        let timeout = request.timeout.take();
        let sent = {
            let (client, outgoing) = self.outgoing(request)?;
            client.execute(outgoing)
        };
        let response = match timeout {
            None => sent.await,
            Some(timeout) => match tokio::time::timeout(timeout, sent).await {
                Ok(response) => response,
                Err(_) => return Err(TransportError::timeout(format!("no answer came for {timeout:?}"))),
            },
        };
        let (parts, body) = http::Response::from(response.map_err(failure)?).into_parts();
        let body: BodyStream = Box::pin(Incoming(body));
        Ok(HttpStream::new(parts.status.as_u16(), incoming(&parts.headers), body))
    }
}

/// Names that calls have, made once: the name of a field that HTTP does not define is allocated each time.
static KNOWN: [HeaderName; 5] = [
    CONTENT_TYPE,
    HeaderName::from_static("x-auth-token"),
    AUTHORIZATION,
    HeaderName::from_static("x-sdk-date"),
    HeaderName::from_static("x-project-id"),
];

fn field_name(name: &str) -> Result<HeaderName, TransportError> {
    match KNOWN.iter().find(|known| known.as_str().eq_ignore_ascii_case(name)) {
        Some(known) => Ok(known.clone()),
        None => HeaderName::from_bytes(name.as_bytes()).map_err(TransportError::refused),
    }
}

/// A body as it comes.
struct Incoming(reqwest::Body);

impl Stream for Incoming {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
            match frame.map(|frame| frame.map(Frame::into_data)) {
                // What is no data are fields behind the body.
                Some(Ok(Err(_))) => {}
                Some(Ok(Ok(data))) => return Poll::Ready(Some(Ok(data))),
                Some(Err(error)) => return Poll::Ready(Some(Err(failure(error)))),
                None => return Poll::Ready(None),
            }
        }
    }
}

/// The header fields of an answer; bytes that are not UTF-8 are replaced.
fn incoming(headers: &HeaderMap) -> Headers {
    let bytes = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let mut fields = Headers::with_capacity(headers.len(), bytes);
    for (name, value) in headers {
        match std::str::from_utf8(value.as_bytes()) {
            Ok(value) => fields.append(name, value),
            Err(_) => fields.append(name, String::from_utf8_lossy(value.as_bytes())),
        }
    }
    fields
}

/// The body, if it is not longer than `limit`.
async fn body(response: &mut reqwest::Response, limit: usize) -> Result<Vec<u8>, TransportError> {
    let claimed = response.content_length().unwrap_or(0);
    if claimed > limit as u64 {
        return Err(too_large(&format!("{claimed} bytes"), limit));
    }
    let mut body = Vec::with_capacity(RESERVED.min(claimed as usize));
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > limit {
            return Err(too_large("longer", limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn is_gzip(headers: &Headers) -> bool {
    headers
        .get("content-encoding")
        .is_some_and(|coding| ["gzip", "x-gzip"].iter().any(|gzip| gzip.eq_ignore_ascii_case(coding.trim())))
}

#[cfg(feature = "gzip")]
fn inflated(body: &[u8], limit: usize) -> Result<Vec<u8>, TransportError> {
    use std::io::Read;
    let mut inflated = Vec::new();
    // One byte more than allowed tells a body that fits from one that was cut.
    let mut reader = flate2::read::MultiGzDecoder::new(body).take((limit as u64).saturating_add(1));
    reader.read_to_end(&mut inflated).map_err(TransportError::other)?;
    if inflated.len() > limit { Err(too_large("longer once it is decompressed", limit)) } else { Ok(inflated) }
}

#[cfg(not(feature = "gzip"))]
fn inflated(body: &[u8], _: usize) -> Result<Vec<u8>, TransportError> {
    Ok(body.to_vec())
}

fn too_large(size: &str, limit: usize) -> TransportError {
    TransportError::too_large(format!(
        "the body may have {limit} bytes and is {size}; raise the limit with Client::builder().max_response_bytes(..) if this is meant"
    ))
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn open(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpStream, TransportError>> {
        Box::pin(self.head(request))
    }

    fn keeps_time(&self) -> bool {
        true
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

/// The URL is left out: the caller names the host, and a query may hold what should not be logged.
fn failure(error: reqwest::Error) -> TransportError {
    let make = match (error.is_connect(), error.is_timeout()) {
        (true, true) => TransportError::connect_timeout,
        (true, false) => TransportError::connect,
        (false, true) => TransportError::timeout,
        (false, false) => TransportError::other,
    };
    make(error.without_url())
}
