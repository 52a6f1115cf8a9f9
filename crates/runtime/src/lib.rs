//! The hand-written part of every client that Tablature generates.
//!
//! Generated code states constants ([`Operation`], [`Service`]) and typed setters; this crate does the rest, and no line of it knows a
//! service: URLs, credentials, sending, judging an answer, tolerant decoding, errors. The parts that touch the outside are traits:
//! [`Transport`] and [`CredentialsProvider`].
//!
//! ```
//! use tablature_runtime::{BoxFuture, Call, Client, Credentials, Host, HttpRequest, HttpResponse, Operation, Service, Transport, TransportError};
//!
//! static DGC: Service = Service { name: "dgc", hosts: &[Host { template: "dgc.{region}.example.com", regions: &[] }] };
//! static STOP_JOB: Operation =
//!     Operation { empty: true, ..Operation::new(&DGC, "stop_job", "POST", "/v1/{project_id}/jobs/{job_name}/stop", &[]) };
//!
//! // Stands in for the service; a client that is given no transport talks HTTP.
//! struct Always204;
//! impl Transport for Always204 {
//!     fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
//!         assert_eq!(request.url, "https://dgc.eu-de.example.com/v1/p-1/jobs/my%20job/stop");
//!         assert_eq!(request.headers.get("X-Auth-Token"), Some("a token"));
//!         Box::pin(async { Ok(HttpResponse::new(204)) })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tablature_runtime::Error> {
//! let client = Client::builder()
//!     .region("eu-de")
//!     .project_id("p-1")
//!     .credentials(Credentials::token("a token"))
//!     .transport(Always204)
//!     .build()?;
//! Call::new(&client, &STOP_JOB).path("job_name", "my job".to_owned()).send::<()>().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//! `rustls` (default) and `native-tls` choose who does TLS; with neither, only `http` endpoints work. `gzip` (default) asks for compressed answers.
//! `clouds-yaml` (default) reads the credentials of OpenStack tools. `sha2` signs requests in a build without TLS. `blocking` is for code without async.

mod attempts;
mod bases;
#[cfg(feature = "blocking")]
pub mod blocking;
mod body;
mod call;
mod client;
mod clock;
mod clouds;
mod content;
#[cfg(feature = "contract")]
#[doc(hidden)]
pub mod contract;
mod credentials;
mod decode;
mod download;
mod drift;
mod encode;
mod endpoint;
mod envelope;
mod error;
mod files;
mod headers;
mod http;
mod http_settings;
mod ids;
mod lookup;
mod macros;
mod opening;
mod operation;
mod paging;
mod part;
mod path;
mod redact;
mod redirect;
mod response;
mod retry;
mod secret_names;
mod send;
mod sending;
pub mod testing;
mod trace;
mod transport;
mod waiting;

pub use call::Call;
pub use client::{Client, ClientBuilder};
pub use content::{Content, Upload};
pub use credentials::{Credentials, CredentialsError, CredentialsProvider, ProviderContext};
pub use decode::Decode;
pub use download::Download;
pub use drift::{Drift, DriftKind};
pub use encode::Encode;
pub use error::{Error, Result};
pub use headers::Headers;
pub use http::HttpTransport;
pub use http_settings::HttpTransportBuilder;
pub use operation::{Host, Location, Operation, Service};
pub use paging::{Items, Next, Pages, Paging};
pub use part::Part;
pub use response::Raw;
pub use retry::{Backoff, Exponential, Failure, Retry, RetryPolicy, StandardPolicy};
pub use transport::{
    BodyStream, BoxError, BoxFuture, HttpRequest, HttpResponse, HttpStream, Transport, TransportError,
};
pub use waiting::{Finished, Origin, Polling, Progress, Started, States, Waiter};

/// Bytes that are cheap to clone: the body of a request.
pub use bytes::Bytes;
/// Any JSON value: what a field is whose shape no page describes.
pub use serde_json::Value;

/// What generated code uses, so that a crate with generated code depends on this one only.
#[doc(hidden)]
pub mod private {
    pub use crate::decode::{Choice, DecodeFields, Failure, Shape, WithDecode, deserialize, from_str};
    pub use crate::encode::{EncodeFields, View, WithEncode, serialize};
    pub use crate::redact::Hidden;
    pub use serde_core as serde;
    pub use serde_json;
}
