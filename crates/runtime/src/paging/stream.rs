//! The streams that callers see.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use super::Walk;
use crate::call::Call;
use crate::decode::Decode;
use crate::error::Error;

/// The responses of an operation that gives a list piece by piece, as a `futures_core::Stream`; the crate `futures-util` has the combinators
/// (`StreamExt`, `TryStreamExt`).
///
/// Nothing is sent before the first one is asked for, and never more than one at a time. A call that says where to begin, by an offset, a page or a
/// marker, begins there. After an error there is nothing more.
#[must_use = "nothing is sent before a page is asked for"]
pub struct Pages<R> {
    state: State,
    decode: fn(&crate::response::Reply) -> Result<R, Error>,
}

enum State {
    Walk(Box<Walk>),
    /// Nobody knows how the operation gives its list.
    Unknown(Option<Error>),
}

impl<R: Decode> Pages<R> {
    /// The pages of a call whose operation says how it gives its list.
    pub fn new(call: Call) -> Pages<R> {
        let operation = call.operation();
        let state = match Walk::new(call) {
            Some(walk) => State::Walk(Box::new(walk)),
            None => State::Unknown(Some(
                Error::paging("the operation does not say how it gives a list".to_owned()).of(operation),
            )),
        };
        Pages { state, decode: |reply| reply.decode() }
    }
}

impl<R> Pages<R> {
    /// Asks for that many pages at most, in place of 10,000; more is an error.
    pub fn with_max_pages(mut self, pages: u32) -> Self {
        if let State::Walk(walk) = &mut self.state {
            walk.set_max_pages(pages);
        }
        self
    }

    /// The next page; none at the end.
    ///
    /// # Errors
    /// As those of the call itself, and [`Error::is_paging`] where the list cannot be followed to its end.
    pub async fn next(&mut self) -> Option<Result<R, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<R, Error>>> {
        let walk = match &mut self.state {
            State::Walk(walk) => walk,
            State::Unknown(error) => return Poll::Ready(error.take().map(Err)),
        };
        let Some(reply) = ready!(walk.poll_next(context)) else { return Poll::Ready(None) };
        Poll::Ready(Some(reply.and_then(|reply| {
            let page = (self.decode)(&reply);
            match page {
                Ok(page) => walk.advance(&reply).map(|()| page),
                Err(error) => {
                    walk.end();
                    Err(error)
                }
            }
        })))
    }
}

impl<R> Stream for Pages<R> {
    type Item = Result<R, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<R> fmt::Debug for Pages<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// The items of [`Pages`], one after the other, as a `futures_core::Stream`; the crate `futures-util` has the
/// combinators (`StreamExt`, `TryStreamExt`). A page is asked for when the items of the one before are used up.
#[must_use = "nothing is sent before an item is asked for"]
pub struct Items<I> {
    source: Box<dyn Source<I> + Send>,
    items: VecDeque<I>,
}

impl<I> Items<I> {
    /// The items that `items` takes out of each page.
    pub fn new<R: 'static>(pages: Pages<R>, items: fn(R) -> Vec<I>) -> Items<I>
    where
        I: 'static,
    {
        Items { source: Box::new((pages, items)), items: VecDeque::new() }
    }

    /// Asks for that many pages at most, in place of 10,000; more is an error.
    pub fn with_max_pages(mut self, pages: u32) -> Self {
        self.source.set_max_pages(pages);
        self
    }

    /// The next item; none at the end.
    ///
    /// # Errors
    /// As those of [`Pages::next`].
    pub async fn next(&mut self) -> Option<Result<I, Error>> {
        poll_fn(|context| self.poll(context)).await
    }

    /// All items that are left, in memory at once.
    ///
    /// # Errors
    /// As those of [`Pages::next`].
    pub async fn into_vec(mut self) -> Result<Vec<I>, Error> {
        let mut out = Vec::new();
        while let Some(item) = self.next().await {
            out.push(item?);
        }
        Ok(out)
    }

    /// The next item if its page has come already.
    #[cfg(feature = "blocking")]
    pub(crate) fn buffered(&mut self) -> Option<I> {
        self.items.pop_front()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<I, Error>>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.source.poll(context)) {
                Some(Ok(items)) => self.items = items.into(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<I: Unpin> Stream for Items<I> {
    type Item = Result<I, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll(context)
    }
}

impl<I> fmt::Debug for Items<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("buffered", &self.items.len()).finish_non_exhaustive()
    }
}

/// Pages whose type is forgotten, so that a stream of items is named after the items only.
trait Source<I> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<I>, Error>>>;
    fn set_max_pages(&mut self, pages: u32);
}

impl<R, I> Source<I> for (Pages<R>, fn(R) -> Vec<I>) {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Vec<I>, Error>>> {
        let page = ready!(self.0.poll(context));
        Poll::Ready(page.map(|page| page.map(self.1)))
    }

    fn set_max_pages(&mut self, pages: u32) {
        if let State::Walk(walk) = &mut self.0.state {
            walk.set_max_pages(pages);
        }
    }
}
