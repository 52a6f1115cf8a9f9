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

/// How many questions about new work may be answered with 404.
const UNKNOWN: u32 = 5;

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
    /// Whether a question was answered.
    answered: bool,
    /// What was started, which every error from now on tells.
    started: Arc<Started>,
    /// How the last question failed, if it did.
    failed: Option<Error>,
    /// The last state, for the error when the time is up.
    pub(super) state: Option<String>,
    /// How many answers in a row had none.
    pub(super) silent: u32,
}

/// Work that a waiter started, for who wants to wait for it in another way after an error.
#[derive(Clone, Debug)]
pub struct Started {
    ids: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Started {
    /// The id by which the work is asked for, by the name that it has in the path of the operation to ask: `job_id`.
    pub fn id(&self, name: &str) -> Option<&str> {
        self.ids.iter().find(|(known, _)| *known == name).map(|(_, id)| id.as_str())
    }

    /// All ids by which the work is asked for, with their names.
    pub fn ids(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.ids.iter().map(|(name, id)| (*name, id.as_str()))
    }

    /// The whole body of the answer to the call that started the work.
    pub fn body(&self) -> &[u8] {
        &self.body
    }
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
                Err(_) => return Err(Error::unanswered(self.limit).of(operation)),
            },
        };
        let (parts, started) = question(&template, polling, &reply)?;
        let polls = Polls {
            parts,
            operation,
            backoff,
            limit: self.limit,
            deadline: self.deadline,
            made: 0,
            answered: false,
            started: Arc::new(started),
            failed: None,
            state: None,
            silent: 0,
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
                Err(error) if self.may_pass(&error) => self.failed = Some(error),
                Err(error) => return Err(self.told(error)),
                Ok(reply) => {
                    self.answered = true;
                    self.failed = None;
                    return Ok(reply);
                }
            }
        }
    }

    /// Whether another question may be answered. What was just started need not be known everywhere yet.
    fn may_pass(&self, error: &Error) -> bool {
        let is_new = !self.answered && self.made <= UNKNOWN && error.is_service() && error.status() == Some(404);
        self.deadline.is_some() && (is_new || error.is_retryable())
    }

    /// An error that says what was started.
    pub(super) fn told(&self, error: Error) -> Error {
        error.after_start(Arc::clone(&self.started))
    }

    fn out_of_time(&mut self, made: u32) -> Error {
        let error = Error::unfinished(self.limit, self.state.take(), made).of(self.operation);
        let error = self.told(error);
        match self.failed.take() {
            Some(last) => error.with_source(last),
            None => error,
        }
    }
}

/// The call that asks how far the work has come that `reply` says was started.
fn question(start: &Parts, polling: Polling, reply: &Reply) -> Result<(Parts, Started), Error> {
    let json = reply.json()?.unwrap_or_default();
    let mut parts = start.for_operation(polling.operation, polling.shared);
    let mut ids = Vec::new();
    for (name, origin) in polling.arguments {
        let (field, value) = match origin {
            Origin::Response(field) => (field, lookup::member(json, field).and_then(lookup::text)),
            Origin::Path(field) => (field, start.path_value(field).map(str::to_owned)),
        };
        let Some(value) = value else { return Err(reply.names_no_work(field)) };
        parts.set_path(name, value.clone());
        ids.push((*name, value));
    }
    Ok((parts, Started { ids, body: reply.body().to_vec() }))
}
