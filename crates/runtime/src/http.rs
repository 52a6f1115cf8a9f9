//! The default transport, over reqwest.

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::headers::Headers;
use crate::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

/// How long a connection may take to be made, so that a wrong host is noticed long before a call's own limit.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The transport that a client uses unless it is given another: HTTP/1.1 with pooled connections.
///
/// It follows no redirect and needs a tokio runtime. `https` needs one of the features `rustls` and `native-tls`; with both,
/// `rustls` is used. With `rustls`, the process-wide crypto provider is used if the application installed one, and ring if not.
#[derive(Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// Makes a transport with a connection pool of its own; clones share it.
    pub fn new() -> Result<HttpTransport, Error> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "rustls")]
        let builder = {
            // reqwest panics without a provider; one that the application chose is kept, also when it is installed in this moment.
            if rustls::crypto::CryptoProvider::get_default().is_none() {
                let _ = rustls::crypto::ring::default_provider().install_default();
            }
            builder.tls_backend_rustls()
        };
        let client = builder
            .build()
            .map_err(|error| Error::configuration("the HTTP transport cannot be set up").with_source(error))?;
        Ok(HttpTransport { client })
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if cfg!(not(any(feature = "rustls", feature = "native-tls"))) && request.url.starts_with("https:") {
            return Err(TransportError::refused(
                "this build has no TLS: enable the feature `rustls` or `native-tls` of tablature-runtime, or use an endpoint that starts with http://",
            ));
        }
        if tokio::runtime::Handle::try_current().is_err() {
            return Err(TransportError::refused(
                "the call was polled outside a tokio runtime: run it under #[tokio::main] or in Runtime::block_on",
            ));
        }
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(TransportError::refused)?;
        let mut builder = self.client.request(method, &request.url);
        for (name, value) in request.headers.iter() {
            builder = builder.header(name, value);
        }
        if let Some(timeout) = request.timeout {
            builder = builder.timeout(timeout);
        }
        if !request.body.is_empty() {
            builder = builder.body(request.body);
        }
        let response = builder.send().await.map_err(failure)?;
        let status = response.status().as_u16();
        let mut headers = Headers::new();
        for (name, value) in response.headers() {
            headers.append(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        let body = response.bytes().await.map_err(failure)?;
        let mut answer = HttpResponse::new(status).with_body(body);
        answer.headers = headers;
        Ok(answer)
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
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
