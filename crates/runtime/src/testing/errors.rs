//! Errors to order, for tests of code that handles them.

use std::time::Duration;

use crate::error::Error;
use crate::operation::{Operation, Service};
use crate::response::Reply;
use crate::transport::{HttpResponse, TransportError};

static SERVICE: Service = Service { name: "testing", hosts: &[] };
static OPERATION: Operation = Operation::new(&SERVICE, "testing", "GET", "/", &[]);

/// The error of a call that was answered with `response`; code, message and request id are read from it as from a real one.
///
/// ```
/// # use tablature_runtime::{HttpResponse, testing::service_error};
/// let error = service_error(HttpResponse::new(404).with_body(r#"{"error_code":"DLF.0100","error_msg":"no job"}"#));
/// assert_eq!(error.code(), Some("DLF.0100"));
/// ```
pub fn service_error(response: HttpResponse) -> Error {
    Error::service(Reply::new(&OPERATION, response, Default::default(), 1).answer()).after(1)
}

/// The error of a call that got no answer.
pub fn transport_error(error: TransportError) -> Error {
    Error::transport("https://testing.invalid".to_owned(), error).after(1)
}

/// The error of a call whose answer is not what it should be at `path` (`$.jobs[3].size`).
pub fn decode_error(response: HttpResponse, path: &str, problem: &str) -> Error {
    let answer = Reply::new(&OPERATION, response, Default::default(), 1).answer();
    Error::decode(answer, path.to_owned(), "Response", problem.to_owned()).after(1)
}

/// The error of a list that cannot be followed to its end.
pub fn paging_error(problem: &str) -> Error {
    Error::paging(problem)
}

/// The error of a waiter whose work failed, by the last answer of the operation that was asked.
pub fn work_failed_error(response: HttpResponse, state: &str) -> Error {
    Reply::new(&OPERATION, response, Default::default(), 1).failed_work(Some(state.to_owned()))
}

/// The error of a waiter that gave up after that long, with the last status.
pub fn work_unfinished_error(after: Duration, state: &str) -> Error {
    Error::unfinished(after, Some(state.to_owned()), 1)
}
