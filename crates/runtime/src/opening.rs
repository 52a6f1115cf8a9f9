//! Calls whose answer is read while it comes: only a failure is read at once, to be judged.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::call::Call;
use crate::download::Download;
use crate::endpoint::origin;
use crate::envelope;
use crate::error::Error;
use crate::response::is_success;
use crate::transport::{BodyStream, HttpRequest, HttpResponse, Pieces, Transport, TransportError};

/// A success that says in its body that it is a failure is not longer.
const ENVELOPE: usize = 64 << 10;

/// The body of a success with the host that it comes from, for who made the call.
pub(crate) type Slot = Arc<Mutex<Option<(String, BodyStream)>>>;

impl Call {
    /// Sends the call, and gives the body of a success as it comes.
    ///
    /// # Errors
    /// See the predicates of [`Error`].
    pub fn send_stream(self) -> impl Future<Output = Result<Download, Error>> + Send + 'static {
        let idle = self.client().attempt_timeout();
        let opened = Slot::default();
        let reply = self.opening(Arc::clone(&opened)).execute();
        async move {
            let reply = reply.await?;
            let body = slot(&opened).take();
            match body {
                Some((host, body)) => Ok(reply.into_download(host, body, idle)),
                // The answer is a failure, which was read.
                None => Err(reply.failure()),
            }
        }
    }
}

/// Sends a request, and puts the body of a success into the slot.
pub(crate) async fn open(
    transport: &dyn Transport,
    mut request: HttpRequest,
    opened: Slot,
) -> Result<HttpResponse, TransportError> {
    // A file is wanted as it is.
    if !request.headers.contains("accept-encoding") {
        request.headers.insert("Accept-Encoding", "identity");
    }
    let limit = request.max_response_bytes;
    let host = origin(&request.url).to_owned();
    let stream = transport.open(request).await?;
    let mut response = HttpResponse::new(stream.status);
    response.headers = stream.headers;
    let mut body = stream.body;
    if !is_success(response.status) {
        response.body = match whole(&mut body, limit).await? {
            (pieces, true) => pieces.concat(),
            (_, false) => {
                return Err(TransportError::too_large(format!("the body of the error has more than {limit} bytes")));
            }
        };
    } else if is_json(&response) {
        let (pieces, ended) = whole(&mut body, ENVELOPE).await?;
        let text = pieces.concat();
        if ended && std::str::from_utf8(&text).is_ok_and(envelope::says_failure) {
            response.body = text;
        } else {
            *slot(&opened) = Some((host, Box::pin(Pieces::from(pieces).then(body))));
        }
    } else {
        *slot(&opened) = Some((host, body));
    }
    Ok(response)
}

fn slot(slot: &Slot) -> MutexGuard<'_, Option<(String, BodyStream)>> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_json(response: &HttpResponse) -> bool {
    response.headers.get("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("json"))
}

/// The pieces of a body up to a limit, and whether that was all.
async fn whole(body: &mut BodyStream, limit: usize) -> Result<(Vec<bytes::Bytes>, bool), TransportError> {
    let mut pieces = Vec::new();
    let mut length = 0;
    while length <= limit {
        let Some(piece) = poll_fn(|context| body.as_mut().poll_next(context)).await else { return Ok((pieces, true)) };
        let piece = piece?;
        length += piece.len();
        pieces.push(piece);
    }
    Ok((pieces, false))
}
