//! A typed client for Huawei Cloud and Open Telekom Cloud.
//!
//! The calls, their types and their documentation are generated from the API reference pages of the two clouds; each operation names
//! the pages that it comes from. Every service is a cargo feature and none is on by default:
//!
//! | feature | module | service |
//! |---|---|---|
//! | `cdm` | `cdm` | Cloud Data Migration |
//! | `dgc` | `dgc` | Data Lake Governance Center (DataArts Studio) |
//! | `dis` | `dis` | Data Ingestion Service |
//! | `dlf` | `dlf` | Data Lake Factory (connections of Data Lake Governance Center) |
//! | `ecs` | `ecs` | Elastic Cloud Server |
//! | `iam` | `iam` | Identity and Access Management |
//! | `ims` | `ims` | Image Management Service |
//! | `modelarts` | `modelarts` | ModelArts |
//!
//! `rustls` (on by default) and `native-tls` choose who does TLS; `gzip` (on by default) asks for compressed answers;
//! `clouds-yaml` (on by default) reads the credentials of OpenStack tools; `sha2` signs requests where neither `rustls` nor `native-tls` is
//! on; `blocking` gives every call a `blocking()`, for code without async.
//!
//! # Example
//!
#![cfg_attr(all(feature = "modelarts", feature = "dgc"), doc = "```no_run")]
#![cfg_attr(not(all(feature = "modelarts", feature = "dgc")), doc = "```ignore")]
//! use huaweicloud::{Client, Credentials};
//!
//! # async fn example() -> Result<(), huaweicloud::Error> {
//! let client = Client::builder()
//!     .region("cn-north-4")
//!     .project_id("b384b9e9ab9b4ee8994c8633aabc9505")
//!     .credentials(Credentials::from_env()?)
//!     .build()?;
//!
//! // Path ids are arguments.
//! let stopped = client.modelarts().stop_training_job_version(10, 10).send().await?;
//! assert!(stopped.is_success.unwrap_or_default());
//!
//! // Everything else is a setter.
//! client.dgc().stop_job("myJob").workspace("ws-1").send().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # What to expect
//!
//! * A call is a builder that owns a clone of the client, so its future can be spawned. Nothing is sent before `send`; `send_raw` gives
//!   status, headers and request id as well.
//! * A mandatory field that is not set is an error before anything is sent, and the error names all of them. Where the pages disagree
//!   about a field nothing is checked, and its documentation says who claims what.
//! * Fields of responses are `Option`s, or lists and maps that may be empty. Numbers as text, `null` and values that the pages do not list
//!   are taken as they come: an enum has `Unknown`.
//! * A list that comes in pages has `items` and `pages`, streams that ask for the next page when it is needed. Work that goes on after the
//!   answer has `wait` where the pages say how to ask for it.
//! * `send_stream` gives a body piece by piece, or saves it to a file, and [`Content::file`] is read while it is sent, so that files need not fit
//!   into memory.
//! * The pages seldom say that an answer is a file (that of `dgc().export_job(..)` is one). `send` of such an operation is a decode error, which
//!   says how many bytes of which type came; `send_stream` gives the file, and `send_raw` all of it at once.
//! * There is one [`Error`], with predicates and with everything that a log needs in its `Display`.
//! * A client that is given no credentials looks for them in the places of [`Credentials::default_chain`]; the project of the region is
//!   looked up where none is set.
//! * [`Transport`] is the place for mocks, and [`CredentialsProvider`] for other ways to sign a call.
//!
//! # Names in the documentation
//!
//! Most types here come from the crate `tablature-runtime`, and the examples in their documentation name it: every
//! `tablature_runtime::X` of what is here is `huaweicloud::X` as well.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod client;

#[cfg(feature = "cdm")]
pub mod cdm;
#[cfg(feature = "dgc")]
pub mod dgc;
#[cfg(feature = "dis")]
pub mod dis;
#[cfg(feature = "dlf")]
pub mod dlf;
#[cfg(feature = "ecs")]
pub mod ecs;
#[cfg(feature = "iam")]
pub mod iam;
#[cfg(feature = "ims")]
pub mod ims;
#[cfg(feature = "modelarts")]
pub mod modelarts;

pub use client::{Client, ClientBuilder};
#[cfg(feature = "blocking")]
pub use tablature_runtime::blocking;
pub use tablature_runtime::testing;
pub use tablature_runtime::{
    Backoff, BodyStream, BoxError, BoxFuture, Bytes, Content, Credentials, CredentialsError, CredentialsProvider,
    Download, Drift, DriftKind, Error, Exponential, Failure, Finished, Headers, HttpRequest, HttpResponse, HttpStream,
    HttpTransport, HttpTransportBuilder, Items, Pages, Part, Progress, ProviderContext, Raw, Retry, RetryPolicy,
    StandardPolicy, Started, Transport, TransportError, Upload, Value, Waiter,
};
