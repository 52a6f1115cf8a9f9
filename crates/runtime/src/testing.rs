//! What an application needs to test its own code without a service: a transport that replays answers, and errors to order.
//!
//! ```
//! use tablature_runtime::testing::{Expect, Replay};
//! use tablature_runtime::{Call, Error, HttpResponse, Value};
//! # use tablature_runtime::{Operation, Service};
//! # static DGC: Service = Service { name: "dgc", hosts: &[] };
//! # static STOP_JOB: Operation = Operation::new(&DGC, "stop_job", "POST", "/v1/stop", &[]);
//!
//! // What is to be tested; a generated client's call in practice.
//! async fn stop(client: &tablature_runtime::Client) -> Result<Value, Error> {
//!     Call::new(client, &STOP_JOB).send().await
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let replay = Replay::new([
//!     Expect::call("stop_job").answer(HttpResponse::new(429)),
//!     Expect::call("stop_job").answer(HttpResponse::new(200).with_json(&serde_json::json!({"stopped": true}))),
//! ]);
//! assert_eq!(stop(&replay.client()?).await?["stopped"], true);
//! replay.verify()?;
//! # Ok(())
//! # }
//! ```

mod errors;
mod replay;

pub use errors::{
    decode_error, paging_error, service_error, transport_error, work_failed_error, work_unfinished_error,
};
pub use replay::{Expect, Replay};
