//! Calls for code without async: with the feature `blocking`, every call has `blocking()`, and `send()` of that waits.
//!
//! ```
//! # use tablature_runtime::testing::{Expect, Replay};
//! # use tablature_runtime::{Call, Operation, Service};
//! # static DGC: Service = Service { name: "dgc", hosts: &[] };
//! # static STOP_JOB: Operation = Operation::new(&DGC, "stop_job", "POST", "/v1/stop", &[]);
//! # let replay = Replay::new([Expect::call("stop_job")]);
//! # let client = replay.client()?;
//! # struct StopJob(Call);
//! # impl StopJob { tablature_runtime::call!(()); }
//! # let stop_job = StopJob(Call::new(&client, &STOP_JOB));
//! // No runtime and no `await`; a generated client's call in practice.
//! stop_job.blocking().send()?;
//! # Ok::<(), tablature_runtime::Error>(())
//! ```
//!
//! The calls of a process share one thread that drives their connections. It starts with the first call and takes no time while nobody
//! calls. A client is either used this way or with a runtime of the application, because connections belong to the runtime that made them.

use std::fmt;
use std::future::Future;
use std::io;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::{OnceLock, mpsc};
use std::thread;

use bytes::Bytes;
use tokio::runtime::{Builder, Handle};

use crate::decode::Decode;
use crate::error::Error;
use crate::paging::{Items, Pages};
use crate::response::Raw;
use crate::waiting::{Finished, Waiter};

/// A call whose `send` waits for the answer. `K` says what it can besides.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<T, K = ()> {
    call: crate::Call,
    kind: K,
    response: PhantomData<fn() -> T>,
}

/// The call gives a list in pages.
#[derive(Debug)]
pub struct Paged;

/// The call gives a list in pages, and this takes the items out of one.
pub struct Listed<T, I>(fn(T) -> Vec<I>);

/// The call starts work, and the operation to ask answers with a `P`.
#[derive(Debug)]
pub struct Waiting<P>(PhantomData<fn() -> P>);

impl<T, I> Listed<T, I> {
    /// Takes items by `items`.
    pub fn new(items: fn(T) -> Vec<I>) -> Self {
        Listed(items)
    }
}

impl<T, I> fmt::Debug for Listed<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listed")
    }
}

impl<P> Default for Waiting<P> {
    fn default() -> Self {
        Waiting(PhantomData)
    }
}

impl<T, K> Call<T, K> {
    /// The same call, for waiting.
    pub fn new(call: crate::Call, kind: K) -> Self {
        Call { call, kind, response: PhantomData }
    }

    /// Sends the call, waits, and decodes its response.
    ///
    /// # Errors
    /// See the predicates of [`Error`].
    pub fn send(self) -> Result<T, Error>
    where
        T: Decode,
    {
        wait(self.call.execute())??.decode()
    }

    /// Sends the call, waits, and gives its response as it is, with status and headers.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn send_raw(self) -> Result<Raw<T>, Error> {
        Ok(Raw::new(wait(self.call.execute())??))
    }

    /// Sends the call, waits for the head of the answer, and gives the body of a success to be read.
    ///
    /// # Errors
    /// See the predicates of [`Error`].
    pub fn send_stream(self) -> Result<Download, Error> {
        Ok(Download { inner: Some(wait(self.call.send_stream())??), piece: Bytes::new() })
    }
}

/// The body of an answer, to be read while it comes; see [`crate::Download`].
#[derive(Debug)]
pub struct Download {
    /// None after the end.
    inner: Option<crate::Download>,
    piece: Bytes,
}

impl Download {
    /// The answer, with status and header fields; none once the body has been read to its end.
    pub fn answer(&self) -> Option<&crate::Download> {
        self.inner.as_ref()
    }

    /// Writes the body to a file, and gives its length; see [`crate::Download::save`].
    ///
    /// # Errors
    /// When the connection breaks, or the file cannot be written.
    pub fn save(self, path: impl AsRef<Path>) -> Result<u64, Error> {
        let path = path.as_ref().to_owned();
        match self.inner {
            Some(download) => wait(async move { download.save(path).await })?,
            None => Ok(0),
        }
    }
}

impl io::Read for Download {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            let Some(mut download) = self.inner.take() else { return Ok(0) };
            let (download, piece) = wait(async move {
                let piece = download.next().await;
                (download, piece)
            })
            .map_err(io::Error::other)?;
            let Some(piece) = piece else { return Ok(0) };
            self.piece = piece.map_err(io::Error::other)?;
            self.inner = Some(download);
        }
        let length = out.len().min(self.piece.len());
        let read = self.piece.split_to(length);
        if let Some(out) = out.get_mut(..length) {
            out.copy_from_slice(&read);
        }
        Ok(length)
    }
}

impl<T: Decode> Call<T, Paged> {
    /// The responses one after the other, each asked for when it is needed.
    pub fn pages(self) -> Iter<Pages<T>> {
        Iter(Some(Pages::new(self.call)))
    }
}

impl<T: Decode, I> Call<T, Listed<T, I>> {
    /// The responses one after the other, each asked for when it is needed.
    pub fn pages(self) -> Iter<Pages<T>> {
        Iter(Some(Pages::new(self.call)))
    }
}

impl<T: Decode + 'static, I: 'static> Call<T, Listed<T, I>> {
    /// The items of all pages, each page asked for when it is needed.
    pub fn items(self) -> Iter<Items<I>> {
        Iter(Some(Items::new(Pages::new(self.call), self.kind.0)))
    }
}

impl<T: Decode + Send + 'static, P: Decode + Send + 'static> Call<T, Waiting<P>> {
    /// Sends the call, and waits until the work that it starts is done. [`Waiter::blocking`] takes options.
    ///
    /// # Errors
    /// As those of an awaited [`Waiter`].
    pub fn wait(self) -> Result<Finished<T, P>, Error> {
        Waiter::new(self.call).blocking()
    }
}

/// A list for code without async: an iterator whose `next` waits.
#[derive(Debug)]
#[must_use = "nothing is sent before something is asked for"]
pub struct Iter<S>(Option<S>);

impl<T> Iter<Pages<T>> {
    /// Asks for that many pages at most, in place of 10,000; more is an error.
    pub fn with_max_pages(self, pages: u32) -> Self {
        Iter(self.0.map(|list| list.with_max_pages(pages)))
    }
}

impl<I> Iter<Items<I>> {
    /// Asks for that many pages at most, in place of 10,000; more is an error.
    pub fn with_max_pages(self, pages: u32) -> Self {
        Iter(self.0.map(|list| list.with_max_pages(pages)))
    }
}

impl<T: Send + 'static> Iterator for Iter<Pages<T>> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut pages = self.0.take()?;
        let turn = async move {
            let page = pages.next().await;
            (pages, page)
        };
        match wait(turn) {
            Ok((pages, page)) => {
                self.0 = Some(pages);
                page
            }
            Err(error) => Some(Err(error)),
        }
    }
}

impl<I: Send + 'static> Iterator for Iter<Items<I>> {
    type Item = Result<I, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut items = self.0.take()?;
        // Only a new page needs the thread that drives calls.
        let next = match items.buffered() {
            Some(item) => Ok((items, Some(Ok(item)))),
            None => wait(async move {
                let item = items.next().await;
                (items, item)
            }),
        };
        match next {
            Ok((items, item)) => {
                self.0 = Some(items);
                item
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// Drives `future` to its end and waits for it: for what is more than one call, as pages are.
///
/// # Errors
/// When the thread that drives it cannot be started, or the future panics.
pub fn wait<F>(future: F) -> Result<F::Output, Error>
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    let (sender, receiver) = mpsc::sync_channel(1);
    let task = async move {
        // Nobody receives it if the thread that waits is gone.
        let _ = sender.send(future.await);
    };
    driver()?.spawn(task);
    receiver.recv().map_err(|_| Error::configuration("the thread that drives blocking calls panicked in this one"))
}

/// The runtime of the shared thread.
fn driver() -> Result<&'static Handle, Error> {
    static DRIVER: OnceLock<Result<Handle, String>> = OnceLock::new();
    let driver = DRIVER.get_or_init(start).as_ref();
    driver
        .map_err(|problem| Error::configuration(format!("the thread for blocking calls cannot be started: {problem}")))
}

fn start() -> Result<Handle, String> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let drive = move || match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => {
            let _ = sender.send(Ok(runtime.handle().clone()));
            runtime.block_on(std::future::pending::<()>());
        }
        Err(error) => {
            let _ = sender.send(Err(error.to_string()));
        }
    };
    thread::Builder::new().name("tablature-blocking".to_owned()).spawn(drive).map_err(|error| error.to_string())?;
    receiver.recv().map_err(|error| error.to_string())?
}
