//! What callers see of waiting.

use std::fmt;
use std::future::IntoFuture;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use super::polls::{Polls, Start};
use crate::call::Call;
use crate::decode::Decode;
use crate::error::Error;
use crate::lookup;
use crate::response::Reply;
use crate::retry::{Backoff, Exponential};
use crate::transport::BoxFuture;

/// How long work may take unless the caller says otherwise.
const DEADLINE: Duration = Duration::from_secs(30 * 60);

/// Before the first question, at most.
const FIRST: Duration = Duration::from_secs(2);

/// Before any question, at most.
const LONGEST: Duration = Duration::from_secs(15);

/// How many answers in a row may come without a status.
const SILENT: u32 = 2;

/// A call that starts work, and what then asks until the work is done: `.await` it.
///
/// It is done or has failed when the status is one that the pages call so; any other status means that it goes on. Between two questions it waits,
/// 1 to 2 seconds at first and 15 at most, and after 30 minutes it gives up. While the work goes on, an error that may pass is not an error
/// of the waiter, and [`Error::started`] has the ids of the work for who wants to go on later. Dropping it stops the questions, and not the work.
#[must_use = "nothing is sent before it is awaited"]
pub struct Waiter<R, P> {
    call: Call,
    /// None for the default one.
    backoff: Option<Arc<dyn Backoff>>,
    deadline: Duration,
    observer: Option<Observer>,
    judge: Option<Judge<P>>,
    started: PhantomData<fn() -> R>,
}

type Observer = Box<dyn FnMut(&str) + Send>;
type Judge<P> = Box<dyn FnMut(&P) -> Progress + Send>;

/// How far work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// It goes on.
    Running,
    /// It is done.
    Done,
    /// It has failed.
    Failed,
}

/// Work that is done.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finished<R, P> {
    /// The response of the call that started it.
    pub started: R,
    /// The last response of the operation that was asked.
    pub last: P,
    /// How often it answered; questions that got no answer, and what retries repeated, are not counted.
    pub polls: u32,
}

impl<R, P> Waiter<R, P> {
    /// Waits for the work of `call` by the states that the pages list.
    pub fn new(call: Call) -> Waiter<R, P> {
        Waiter { call, backoff: None, deadline: DEADLINE, observer: None, judge: None, started: PhantomData }
    }

    /// Waits until `judge` says that the work is done or has failed, for work whose states no page lists, or where they are wrong.
    pub fn until(mut self, judge: impl FnMut(&P) -> Progress + Send + 'static) -> Self {
        self.judge = Some(Box::new(judge));
        self
    }

    /// Gives up after that long, with an error of which [`Error::is_timeout`] is true; the call that starts the work counts.
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long to wait before each question; a [`Duration`] is a fixed wait.
    pub fn with_backoff(mut self, backoff: impl Backoff + 'static) -> Self {
        self.backoff = Some(Arc::new(backoff));
        self
    }

    /// Is told the status after each question.
    pub fn on_state(mut self, observer: impl FnMut(&str) + Send + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }
}

impl<R: Decode + Send + 'static, P: Decode + Send + 'static> Waiter<R, P> {
    async fn finish(self) -> Result<Finished<R, P>, Error> {
        let Waiter { call, backoff, deadline, mut observer, mut judge, .. } = self;
        let operation = call.operation();
        let backoff = backoff.unwrap_or_else(|| default_backoff(call.client().is_instant()));
        let (reply, mut polls) = Start::new(call, deadline).send(backoff).await?;
        let started = reply.decode().map_err(|error| polls.told(error))?;
        // Who asks for work that was started before has the first answer already.
        let mut answer =
            operation.polling.is_some_and(|polling| std::ptr::eq(polling.operation, operation)).then_some(reply);
        let mut asked = 0;
        loop {
            let reply = match answer.take() {
                Some(reply) => reply,
                None => polls.next().await?,
            };
            asked += 1;
            match judge_answer(&reply, &mut polls, &mut judge) {
                Err(error) => return Err(polls.told(error)),
                Ok((progress, last)) => {
                    if let (Some(observer), Some(state)) = (&mut observer, &polls.state) {
                        observer(state);
                    }
                    match progress {
                        Progress::Running => {}
                        Progress::Failed => {
                            return Err(polls.told(reply.failed_work(polls.state.clone()).of(operation)));
                        }
                        Progress::Done => return Ok(Finished { started, last, polls: asked }),
                    }
                }
            }
        }
    }

    /// Waits without async.
    ///
    /// # Errors
    /// As those of the awaited waiter.
    #[cfg(feature = "blocking")]
    pub fn blocking(self) -> Result<Finished<R, P>, Error> {
        crate::blocking::wait(self.into_future())?
    }
}

fn default_backoff(instant: bool) -> Arc<dyn Backoff> {
    if instant { Arc::new(Duration::ZERO) } else { Arc::new(Exponential::new(FIRST, LONGEST)) }
}

/// How far the work is by an answer, and the answer.
fn judge_answer<P: Decode>(
    reply: &Reply,
    polls: &mut Polls,
    judge: &mut Option<Judge<P>>,
) -> Result<(Progress, P), Error> {
    let last = reply.decode()?;
    let progress = match judge {
        None => by_states(reply, polls)?,
        Some(judge) => judge(&last),
    };
    Ok((progress, last))
}

/// Judges an answer by its status.
fn by_states(reply: &Reply, polls: &mut Polls) -> Result<Progress, Error> {
    let Some(states) = reply.operation().states else {
        return Err(Error::configuration("no page lists the states of this work: say when it is done with until(..)")
            .of(reply.operation()));
    };
    let json = reply.json()?.unwrap_or_default();
    match lookup::member(json, states.field).and_then(lookup::text) {
        Some(state) => {
            let progress = states.progress(&state).unwrap_or(Progress::Running);
            polls.silent = 0;
            polls.state = Some(state);
            Ok(progress)
        }
        // It may come yet, and if it does not, waiting for it does not end.
        None if polls.silent < SILENT => {
            polls.silent += 1;
            Ok(Progress::Running)
        }
        None => Err(reply.lacks(states.field, "answer with the status of the work")),
    }
}

impl<R: Decode + Send + 'static, P: Decode + Send + 'static> IntoFuture for Waiter<R, P> {
    type Output = Result<Finished<R, P>, Error>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.finish())
    }
}

impl<R, P> fmt::Debug for Waiter<R, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiter").field("call", &self.call).field("deadline", &self.deadline).finish_non_exhaustive()
    }
}
