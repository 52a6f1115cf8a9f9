//! A transport that answers from memory, by operation.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::client::{Client, ClientBuilder};
use crate::error::Error;
use crate::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};

/// Whether a request is the expected one.
type Check = Box<dyn Fn(&HttpRequest) -> Result<(), String> + Send + Sync>;

/// What comes of a request.
type Outcome = Box<dyn Fn() -> Result<HttpResponse, TransportError> + Send + Sync>;

/// A call that is expected, and what comes of it.
pub struct Expect {
    operation: String,
    checks: Vec<Check>,
    outcome: Outcome,
    times: usize,
}

impl Expect {
    /// Expects one call of the operation, by its name in the generated client: `stop_job`, or `dgc.stop_job` where several services have
    /// one of that name. Without an answer it is given an empty one of status 204.
    pub fn call(operation: impl Into<String>) -> Expect {
        Expect {
            operation: operation.into(),
            checks: Vec::new(),
            outcome: Box::new(|| Ok(HttpResponse::new(204))),
            times: 1,
        }
    }

    /// What the call is answered.
    #[must_use]
    pub fn answer(mut self, response: HttpResponse) -> Expect {
        self.outcome = Box::new(move || Ok(response.clone()));
        self
    }

    /// The call gets no answer, for a reason that `error` makes: `|| TransportError::timeout("too slow")`.
    #[must_use]
    pub fn fail(mut self, error: impl Fn() -> TransportError + Send + Sync + 'static) -> Expect {
        self.outcome = Box::new(move || Err(error()));
        self
    }

    /// How often the call comes.
    #[must_use]
    pub fn times(mut self, times: usize) -> Expect {
        self.times = times;
        self
    }

    /// The call has this body, whatever the order of its keys.
    #[must_use]
    pub fn with_json(self, body: Value) -> Expect {
        self.with(move |request| match serde_json::from_slice::<Value>(&request.body) {
            Ok(sent) if sent == body => Ok(()),
            Ok(sent) => Err(format!("the body is {sent}, expected {body}")),
            Err(error) => Err(format!("the body is not JSON ({error}), expected {body}")),
        })
    }

    /// The request passes `check`, which says what is wrong with it otherwise.
    #[must_use]
    pub fn with(mut self, check: impl Fn(&HttpRequest) -> Result<(), String> + Send + Sync + 'static) -> Expect {
        self.checks.push(Box::new(check));
        self
    }

    fn is_of(&self, request: &HttpRequest) -> bool {
        let Some(operation) = request.operation else { return false };
        match self.operation.split_once('.') {
            Some((service, name)) => service == operation.service.name && name == operation.name,
            None => self.operation == operation.name,
        }
    }
}

impl fmt::Debug for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expect").field("operation", &self.operation).field("times", &self.times).finish_non_exhaustive()
    }
}

/// A transport that answers expected calls, those of one operation in the order in which they are expected, and refuses all others.
///
/// A clone shares the expectations, so one is given to a client and another asked afterwards.
#[derive(Clone, Debug)]
pub struct Replay(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    expected: Vec<Expect>,
    requests: Vec<HttpRequest>,
    unexpected: Vec<String>,
}

impl Replay {
    /// A transport that answers `expected`.
    pub fn new(expected: impl IntoIterator<Item = Expect>) -> Replay {
        let expected = expected.into_iter().filter(|expect| expect.times > 0).collect();
        Replay(Arc::new(Mutex::new(State { expected, requests: Vec::new(), unexpected: Vec::new() })))
    }

    /// Expects one more call.
    pub fn expect(&self, expect: Expect) {
        self.state().expected.push(expect);
    }

    /// A builder of a client that talks to this transport: endpoint, project and account are set, and calls are made without credentials.
    ///
    /// Nothing waits: neither retries, whatever a `Retry-After` says, nor waiters for work. Only what is given a backoff of its own
    /// ([`Retry::backoff`](crate::Retry::backoff), [`Waiter::with_backoff`](crate::Waiter::with_backoff)) waits as that says. A client of
    /// [`Client::builder`] with this transport waits as it would in production.
    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .endpoint("https://replay.invalid")
            .project_id("project-1")
            .domain_id("domain-1")
            .without_credentials()
            .instant()
            .transport(self.clone())
    }

    /// A client that talks to this transport. A generated client is made of it: `huaweicloud::Client::from(replay.client()?)`.
    ///
    /// # Errors
    /// Never, unless a default of the builder is wrong.
    pub fn client(&self) -> Result<Client, Error> {
        self.builder().build()
    }

    /// Every request so far, in order; those of retries and those that were refused too.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.state().requests.clone()
    }

    /// Whether every expected call came and no other.
    ///
    /// # Errors
    /// Says which calls did not come, and which were refused and why.
    pub fn verify(&self) -> Result<(), String> {
        let state = self.state();
        let missing = state
            .expected
            .iter()
            .map(|expect| format!("{} is expected {} more time(s)", expect.operation, expect.times));
        let problems: Vec<String> = missing.chain(state.unexpected.iter().cloned()).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("; ")) }
    }

    /// A test that panicked while it held the lock does not make the others panic.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn outcome(&mut self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let position = self.expected.iter().position(|expect| expect.is_of(&request));
        let found = position.and_then(|position| Some((position, self.expected.get_mut(position)?)));
        let result = match found {
            None => Err(format!("{} was called, and no such call is expected (any more)", name(&request))),
            Some((position, expect)) => {
                let problem = expect.checks.iter().find_map(|check| check(&request).err());
                let outcome = match problem {
                    Some(problem) => Err(format!("{} is not as expected: {problem}", name(&request))),
                    None => Ok((expect.outcome)()),
                };
                expect.times -= 1;
                if expect.times == 0 {
                    self.expected.remove(position);
                }
                outcome
            }
        };
        self.requests.push(request);
        result.unwrap_or_else(|problem| {
            self.unexpected.push(problem.clone());
            Err(TransportError::refused(problem))
        })
    }
}

fn name(request: &HttpRequest) -> String {
    match request.operation {
        Some(operation) => format!("{}.{}", operation.service.name, operation.name),
        None => format!("{} {}", request.method, request.url),
    }
}

impl Transport for Replay {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        let outcome = self.state().outcome(request);
        Box::pin(std::future::ready(outcome))
    }
}
