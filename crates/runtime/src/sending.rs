//! The body of a request whose files are read while it is sent.

use std::io::{self, Read};
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use crate::content::Upload;
use crate::files::on_thread;
use crate::transport::BoxFuture;

/// How much is read at once, because each read is a trip to another thread.
const PIECE: usize = 128 << 10;

/// What has not been read yet.
type Rest = Box<dyn Read + Send>;

type Reading = BoxFuture<'static, io::Result<(Rest, Bytes)>>;

/// Reads the next piece while the one before is sent.
pub(crate) struct Sending {
    length: u64,
    /// How much was given on.
    given: u64,
    /// Behind a lock that is never taken, because a body has to be shared between threads although nobody does.
    reading: Mutex<Option<Reading>>,
}

impl Sending {
    pub(crate) fn new(upload: Upload) -> Sending {
        let length = upload.length();
        Sending { length, given: 0, reading: Mutex::new(Some(read(Box::new(upload.reader())))) }
    }
}

fn read(mut rest: Rest) -> Reading {
    Box::pin(on_thread(move || {
        let mut piece = Vec::with_capacity(PIECE);
        rest.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        Ok((rest, piece.into()))
    }))
}

impl Body for Sending {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let reading = self.reading.get_mut().unwrap_or_else(PoisonError::into_inner);
        let Some(future) = reading else { return Poll::Ready(None) };
        let result = ready!(future.as_mut().poll(context));
        *reading = None;
        Poll::Ready(match result {
            Err(error) => Some(Err(error)),
            Ok((_, piece)) if piece.is_empty() => None,
            Ok((rest, piece)) => {
                *reading = Some(read(rest));
                self.given += piece.len() as u64;
                Some(Ok(Frame::data(piece)))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.given >= self.length
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length - self.given.min(self.length))
    }
}
