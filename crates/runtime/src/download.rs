//! Bodies of answers that are read while they come: files that need not fit into memory.

mod save;

use std::fmt;
use std::future::poll_fn;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::runtime::Handle;
use tokio::time::{Sleep, sleep};

use crate::error::Error;
use crate::headers::Headers;
use crate::operation::Operation;
use crate::response::request_id;
use crate::transport::{BodyStream, HttpResponse, Pieces, TransportError};

/// The successful answer to a call, with its body as a [`Stream`] of pieces.
///
/// The limit for bodies does not apply, and neither does the time for an attempt: that much may pass between two pieces. A body that ends too
/// early is an error. Dropping it ends the transfer.
#[must_use = "a body that is not read is not transferred"]
pub struct Download {
    operation: &'static Operation,
    host: String,
    status: u16,
    headers: Headers,
    attempts: u32,
    body: BodyStream,
    /// How long the next piece may take.
    idle: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Download {
    pub(crate) fn new(
        operation: &'static Operation,
        host: String,
        head: HttpResponse,
        attempts: u32,
        body: BodyStream,
        idle: Duration,
    ) -> Download {
        let HttpResponse { status, headers, .. } = head;
        Download { operation, host, status, headers, attempts, body, idle, timer: None }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header fields.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The id under which the service logged the call, from a header.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    /// How long the body is, if the service says it.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get("content-length")?.trim().parse().ok()
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// When the connection breaks, or nothing comes for too long.
    pub async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Writes the body to a file, and gives its length. The file appears under its name when all of it is there, in place of one that had
    /// the name; until then it has another name in the same folder.
    ///
    /// # Errors
    /// As those of [`next`](Download::next), and [`Error::is_file`] when the file cannot be written.
    pub async fn save(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        save::save(self, path.as_ref().to_owned()).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Poll::Ready(piece) = self.body.as_mut().poll_next(context) {
            self.timer = None;
            return Poll::Ready(piece.map(|piece| piece.map_err(|error| self.broken(error))));
        }
        // Without a runtime, which a transport of memory does not need, nobody can measure time.
        if self.timer.is_none() && Handle::try_current().is_ok() {
            self.timer = Some(Box::pin(sleep(self.idle)));
        }
        let Some(timer) = &mut self.timer else { return Poll::Pending };
        ready!(timer.as_mut().poll(context));
        self.timer = None;
        let error = TransportError::timeout(format!("nothing came for {:?}", self.idle));
        self.body = Box::pin(Pieces::from(Vec::new()));
        Poll::Ready(Some(Err(self.broken(error))))
    }

    fn broken(&self, error: TransportError) -> Error {
        Error::transport(self.host.clone(), error).after(self.attempts).of(self.operation)
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

/// Shows no payload.
impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("operation", &self.operation.name)
            .field("status", &self.status)
            .field("headers", &self.headers)
            .finish_non_exhaustive()
    }
}
