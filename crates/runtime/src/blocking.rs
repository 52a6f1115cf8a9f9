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

use std::future::Future;
use std::marker::PhantomData;
use std::sync::{OnceLock, mpsc};
use std::thread;

use tokio::runtime::{Builder, Handle};

use crate::decode::Decode;
use crate::error::Error;
use crate::response::Raw;

/// A call whose `send` waits for the answer.
#[derive(Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<T> {
    call: crate::Call,
    response: PhantomData<fn() -> T>,
}

impl<T> Call<T> {
    /// The same call, for waiting.
    pub fn new(call: crate::Call) -> Call<T> {
        Call { call, response: PhantomData }
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
