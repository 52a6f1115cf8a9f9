//! The calls that ask how far work has come.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, timeout_at};

use super::{Origin, Polling};
use crate::attempts;
use crate::call::{Call, Parts};
use crate::error::Error;
use crate::lookup;
use crate::operation::Operation;
use crate::response::Reply;
use crate::retry::Backoff;

/// Asks again and again, with waits in between, until there is no time left.
pub(super) struct Polls {
    /// The call that asks.
    parts: Parts,
    /// The operation that started the work, which errors name.
    operation: &'static Operation,
    backoff: Arc<dyn Backoff>,
    limit: Duration,
    deadline: Option<Instant>,
    made: u32,
    /// How the last question failed, if it did.
    failed: Option<Error>,
    /// The last state, for the error when the time is up.
    pub(super) state: Option<String>,
}

/// A call that starts work, with the time that all of it may take.
pub(super) struct Start {
    parts: Parts,
    limit: Duration,
    deadline: Option<Instant>,
}

impl Start {
    pub(super) fn new(call: Call, limit: Duration) -> Start {
        // Without a runtime, which a transport of memory does not need, nobody can measure time.
        let deadline = Handle::try_current().is_ok().then(|| Instant::now().checked_add(limit)).flatten();
        Start { parts: call.into_parts(), limit, deadline }
    }

    /// Starts the work. What asks for it later is the second part.
    pub(super) async fn send(self, backoff: Arc<dyn Backoff>) -> Result<(Reply, Polls), Error> {
        let operation = self.parts.operation;
        let Some(polling) = operation.polling else {
            return Err(Error::configuration("the operation does not say how its work is asked for").of(operation));
        };
        let template = self.parts.clone();
        let call = Call::from_parts(self.parts).execute();
        let reply = match self.deadline {
            None => call.await?,
            Some(deadline) => match timeout_at(deadline, call).await {
                Ok(result) => result?,
                Err(_) => return Err(Error::unfinished(self.limit, None, 0).of(operation)),
            },
        };
        let parts = question(&template, polling, &reply)?;
        let polls = Polls {
            parts,
            operation,
            backoff,
            limit: self.limit,
            deadline: self.deadline,
            made: 0,
            failed: None,
            state: None,
        };
        Ok((reply, polls))
    }
}

impl Polls {
    /// Waits, asks, and returns the answer. An error that may pass is no reason to give up.
    pub(super) async fn next(&mut self) -> Result<Reply, Error> {
        loop {
            let delay = self.backoff.delay(self.made);
            self.made = self.made.saturating_add(1);
            let made = self.made;
            let call = Call::from_parts(self.parts.clone());
            let ask = async {
                attempts::wait(delay).await;
                call.execute().await
            };
            let result = match self.deadline {
                None => ask.await,
                Some(deadline) => match timeout_at(deadline, ask).await {
                    Ok(result) => result,
                    Err(_) => return Err(self.out_of_time(made - 1)),
                },
            };
            match result.and_then(|reply| reply.json().map(|_| ()).map(|()| reply)) {
                Err(error) if error.is_retryable() && self.deadline.is_some() => self.failed = Some(error),
                result => {
                    self.failed = None;
                    return result;
                }
            }
        }
    }

    fn out_of_time(&mut self, made: u32) -> Error {
        let error = Error::unfinished(self.limit, self.state.take(), made).of(self.operation);
        match self.failed.take() {
            Some(last) => error.with_source(last),
            None => error,
        }
    }
}

/// The call that asks how far the work has come that `reply` says was started.
fn question(start: &Parts, polling: Polling, reply: &Reply) -> Result<Parts, Error> {
    let json = reply.json()?.unwrap_or_default();
    let mut parts = start.for_operation(polling.operation);
    for (name, origin) in polling.arguments {
        let value = match origin {
            Origin::Response(field) => lookup::member(json, field).and_then(lookup::text),
            Origin::Path(name) => start.path_value(name).map(str::to_owned),
        };
        let value = value.ok_or_else(|| {
            let field = match origin {
                Origin::Response(field) | Origin::Path(field) => field,
            };
            reply.lacks(&format!("$.{field}"), "the id by which the work is asked for")
        })?;
        parts.set_path(name, value);
    }
    Ok(parts)
}
