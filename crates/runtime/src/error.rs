//! The one error type: opaque, a pointer wide, and saying in one line what happened.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::credentials::{CredentialsError, Refusal};
use crate::operation::{Location, Operation};
use crate::transport::{BoxError, TransportError};
use crate::waiting::Started;

/// How much of a text from the server one line of an error shows, in characters.
const SHOWN: usize = 500;

/// How much of a text of our own is shown: lists of what was tried or exists are long.
const OWN: usize = 2000;

/// Why a client could not be built or a call did not succeed.
///
/// `Display` says operation, status, service code, message and request id in one line. `Display` and `Debug` show no
/// secret: where a server repeats what the call sent as one, or a field of its answer says by its name that it holds one, it is replaced.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: Option<&'static Operation>,
    answer: Option<Answer>,
    attempts: u32,
    source: Option<BoxError>,
    started: Option<Arc<Started>>,
}

enum Kind {
    Configuration(String),
    Missing(Vec<Missing>),
    Invalid(String),
    Credentials(String),
    Paging(String),
    File(String),
    /// Work that was waited for failed.
    Failed {
        state: Option<String>,
    },
    /// The answer to the call that starts work names none.
    NoWork(&'static str),
    /// The call that starts work was not answered.
    Unanswered(Duration),
    /// Work that was waited for went on for too long.
    Unfinished {
        after: Duration,
        state: Option<String>,
        polls: u32,
    },
    Transport {
        error: TransportError,
        host: String,
    },
    Service,
    Decode {
        path: String,
        target: &'static str,
        problem: String,
    },
}

/// A mandatory parameter that has no value.
pub(crate) struct Missing {
    pub(crate) location: Location,
    pub(crate) name: String,
    pub(crate) hint: Option<&'static str>,
}

/// What an unsuccessful response said.
#[derive(Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) location: Option<String>,
    /// The start of the body without secrets, which is all of it that is ever shown.
    pub(crate) excerpt: String,
    /// It is one redirect too many.
    pub(crate) goes_on: bool,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    fn new(kind: Kind) -> Error {
        Error(Box::new(Inner { kind, operation: None, answer: None, attempts: 0, source: None, started: None }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Error {
        Error::new(Kind::Configuration(message.into()))
    }

    pub(crate) fn missing(missing: Vec<Missing>) -> Error {
        Error::new(Kind::Missing(missing))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Error {
        Error::new(Kind::Invalid(message.into()))
    }

    pub(crate) fn credentials(message: impl Into<String>) -> Error {
        Error::new(Kind::Credentials(message.into()))
    }

    pub(crate) fn paging(message: impl Into<String>) -> Error {
        Error::new(Kind::Paging(message.into()))
    }

    /// An error of a provider, with all that is behind it in one line.
    pub(crate) fn from_credentials(error: CredentialsError) -> Error {
        let refusal = sources(&error).find_map(|source| source.downcast_ref::<CredentialsError>()?.refusal()).cloned();
        let mut failure = Error::credentials(chain(&error)).with_source(error);
        failure.0.answer = refusal.map(|Refusal { status, code, message, request_id }| Answer {
            status,
            code,
            message,
            request_id,
            ..Answer::default()
        });
        failure
    }

    /// Who gives the credentials did not answer while the call had time.
    pub(crate) fn credentials_timeout(problem: &str, timeout: Duration) -> Error {
        let timeout = TransportError::timeout(format!("the call may take {timeout:?}"));
        Error::from_credentials(CredentialsError::new(problem).with_source(timeout).with_retryable(true))
    }

    pub(crate) fn transport(host: String, error: TransportError) -> Error {
        Error::new(Kind::Transport { error, host })
    }

    pub(crate) fn service(answer: Answer) -> Error {
        let mut error = Error::new(Kind::Service);
        error.0.answer = Some(answer);
        error
    }

    pub(crate) fn decode(answer: Answer, path: String, target: &'static str, problem: String) -> Error {
        let mut error = Error::new(Kind::Decode { path, target, problem });
        error.0.answer = Some(answer);
        error
    }

    /// A file of this machine that cannot be read or written.
    pub(crate) fn file(what: &str, path: &Path, error: io::Error) -> Error {
        Error::new(Kind::File(format!("cannot {what} {}: {error}", path.display()))).with_source(error)
    }

    pub(crate) fn failed_work(answer: Answer, state: Option<String>) -> Error {
        let mut error = Error::new(Kind::Failed { state });
        error.0.answer = Some(answer);
        error
    }

    pub(crate) fn no_work(answer: Answer, field: &'static str) -> Error {
        let mut error = Error::new(Kind::NoWork(field));
        error.0.answer = Some(answer);
        error
    }

    pub(crate) fn unanswered(after: Duration) -> Error {
        Error::new(Kind::Unanswered(after))
    }

    pub(crate) fn after_start(mut self, started: Arc<Started>) -> Error {
        self.0.started = Some(started);
        self
    }

    pub(crate) fn unfinished(after: Duration, state: Option<String>, polls: u32) -> Error {
        Error::new(Kind::Unfinished { after, state, polls })
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// Says how often the request was sent.
    pub(crate) fn after(mut self, attempts: u32) -> Error {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn of(mut self, operation: &'static Operation) -> Error {
        self.0.operation = Some(operation);
        self
    }

    /// Whether the server answered that the call failed: any status but 2xx, or a body that says `is_success: false`.
    pub fn is_service(&self) -> bool {
        matches!(self.0.kind, Kind::Service)
    }

    /// Whether the server answered a success whose body is not of the documented shape.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode { .. })
    }

    /// Whether no connection could be made to the server, so that it saw nothing of the call, or to who gives the credentials.
    pub fn is_connect(&self) -> bool {
        self.transport_error().is_some_and(TransportError::is_connect)
    }

    /// Whether the time for the call was up, or for the work that was waited for.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Unfinished { .. } | Kind::Unanswered(_))
            || self.transport_error().is_some_and(TransportError::is_timeout)
    }

    /// Whether there was no answer for any reason, `is_connect` and `is_timeout` among them.
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, Kind::Transport { .. })
    }

    /// Whether the same call may succeed later: there was no answer, or its status says that the service was not able to (408, 429, 500,
    /// 502, 503, 504). An operation that changes something may have been carried out all the same, unless
    /// [`is_connect`](Error::is_connect) or [`is_throttled`](Error::is_throttled).
    pub fn is_retryable(&self) -> bool {
        let transport = self.transport_error().is_some_and(|error| !error.is_final());
        transport
            || self.credentials_error().is_some_and(CredentialsError::is_retryable)
            || (self.is_service() && matches!(self.status(), Some(408 | 429 | 500 | 502 | 503 | 504)))
    }

    /// Whether credentials are missing, wrong or without the permission: none found, refused by the identity service, or status 401 or 403.
    /// That the identity service is not reachable or not able to answer says nothing of them: see [`is_retryable`](Error::is_retryable).
    pub fn is_auth(&self) -> bool {
        let outage =
            self.transport_error().is_some() || self.credentials_error().is_some_and(CredentialsError::is_retryable);
        (matches!(self.0.kind, Kind::Credentials(_)) && !outage)
            || (self.is_service() && matches!(self.status(), Some(401 | 403)))
    }

    /// Whether the service refused the call because there were too many (status 429).
    pub fn is_throttled(&self) -> bool {
        self.is_service() && self.status() == Some(429)
    }

    /// Whether a list could not be followed to its end: the service repeats a page or a marker, or there are more pages than allowed.
    pub fn is_paging(&self) -> bool {
        matches!(self.0.kind, Kind::Paging(_))
    }

    /// Whether the work that a waiter waited for failed. [`state`](Error::state) has its status, and [`code`](Error::code) and
    /// [`message`](Error::message) say why if the service does.
    pub fn is_work_failed(&self) -> bool {
        matches!(self.0.kind, Kind::Failed { .. })
    }

    /// Whether the call that should start work succeeded and its answer names no work to wait for, as with an order or a dry run.
    /// [`body`](Error::body) has the answer.
    pub fn is_work_unknown(&self) -> bool {
        matches!(self.0.kind, Kind::NoWork(_))
    }

    /// The work that a waiter started before this error; it may go on.
    pub fn started(&self) -> Option<&Started> {
        self.0.started.as_deref()
    }

    /// The last status of the work that a waiter waited for.
    pub fn state(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Failed { state } | Kind::Unfinished { state, .. } => state.as_deref(),
            _ => None,
        }
    }

    /// Whether a file of this machine could not be read or written.
    pub fn is_file(&self) -> bool {
        matches!(self.0.kind, Kind::File(_))
    }

    /// Whether mandatory parameters had no value; nothing was sent.
    pub fn is_missing_parameter(&self) -> bool {
        matches!(self.0.kind, Kind::Missing(_))
    }

    /// Whether a parameter had a value that cannot be sent; nothing was sent.
    pub fn is_invalid_parameter(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
    }

    /// Whether the client is not set up for the call: region, endpoint or transport; nothing was sent.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// How often the request was sent, or would have been with a connection; 0 if the call failed before that.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The HTTP status, if there was an answer; of the identity service if that refused the credentials.
    pub fn status(&self) -> Option<u16> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The service's error code (`DLF.0100`), if the body has one in any known envelope; a number is given as text.
    pub fn code(&self) -> Option<&str> {
        self.0.answer.as_ref()?.code.as_deref()
    }

    /// The service's error message, if the body has one in any known envelope.
    pub fn message(&self) -> Option<&str> {
        self.0.answer.as_ref()?.message.as_deref()
    }

    /// The id under which the service logged the call, from a header or the body.
    pub fn request_id(&self) -> Option<&str> {
        self.0.answer.as_ref()?.request_id.as_deref()
    }

    /// The whole body of the answer, for the application and not for a log: what the call sent as a secret is replaced in it, and what the
    /// service added on its own is there as it came. `Display` and `Debug` show its start without either.
    pub fn body(&self) -> Option<&[u8]> {
        let answer = self.0.answer.as_ref().filter(|_| !matches!(self.0.kind, Kind::Credentials(_)));
        answer.map(|answer| answer.body.as_slice())
    }

    /// The name of the operation that was called; none for errors of `build` and of credentials.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation.map(|operation| operation.name)
    }

    /// The names of all mandatory parameters that had no value.
    pub fn missing_parameters(&self) -> Vec<&str> {
        match &self.0.kind {
            Kind::Missing(missing) => missing.iter().map(|missing| missing.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// Where in the body decoding failed, as a JSON path (`$.jobs[3].size`).
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Why there was no answer: to the call, or to the credentials' own request.
    fn transport_error(&self) -> Option<&TransportError> {
        match &self.0.kind {
            Kind::Transport { error, .. } => Some(error),
            Kind::Credentials(_) => sources(self.credentials_error()?).find_map(|source| source.downcast_ref()),
            _ => None,
        }
    }

    fn credentials_error(&self) -> Option<&CredentialsError> {
        self.0.source.as_deref()?.downcast_ref()
    }

    pub(crate) fn kind_name(&self) -> &'static str {
        match self.0.kind {
            Kind::Configuration(_) => "Configuration",
            Kind::Missing(_) => "MissingParameter",
            Kind::Invalid(_) => "InvalidParameter",
            Kind::Credentials(_) => "Credentials",
            Kind::Paging(_) => "Paging",
            Kind::File(_) => "File",
            Kind::Failed { .. } => "WorkFailed",
            Kind::NoWork(_) => "WorkUnknown",
            Kind::Unanswered(_) => "WorkUnanswered",
            Kind::Unfinished { .. } => "WorkUnfinished",
            Kind::Transport { .. } => "Transport",
            Kind::Service => "Service",
            Kind::Decode { .. } => "Decode",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{} {}: ", operation.service.name, operation.name)?;
        }
        self.display_problem(f)?;
        if let Some(started) = &inner.started {
            let ids: Vec<String> = started.ids().map(|(name, id)| format!("{name} {}", one_line(id))).collect();
            write!(f, "; the work was started, with {}", ids.join(" and "))?;
        }
        if inner.attempts > 1 { write!(f, ", after {} attempts", inner.attempts) } else { Ok(()) }
    }
}

impl Error {
    fn display_problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match &inner.kind {
            Kind::Configuration(message) | Kind::Invalid(message) | Kind::Paging(message) | Kind::File(message) => {
                f.write_str(&cut(message, OWN))
            }
            Kind::Failed { state } => {
                f.write_str("the work failed")?;
                if let Some(state) = state {
                    write!(f, " with status {}", one_line(state))?;
                }
                let Some(answer) = &inner.answer else { return Ok(()) };
                if let Some(code) = &answer.code {
                    write!(f, ", {}", one_line(code))?;
                }
                if let Some(message) = &answer.message {
                    write!(f, ": {}", one_line(message))?;
                }
                match &answer.request_id {
                    Some(id) => write!(f, " (request id {})", one_line(id)),
                    None => Ok(()),
                }
            }
            Kind::NoWork(field) => {
                write!(f, "the call succeeded, and its answer names no work to wait for: it has no `{field}`")
            }
            Kind::Unanswered(after) => {
                write!(f, "the call that starts the work was not answered in {after:?}; it may have started it")
            }
            Kind::Unfinished { after, state, polls } => {
                write!(f, "the work is not done after {after:?}")?;
                match state {
                    Some(state) => write!(f, ", with status {} when it was last asked for", one_line(state))?,
                    None if *polls == 0 => f.write_str(", and it was never asked for")?,
                    None => {}
                }
                if let Some(last) = &inner.source {
                    write!(f, "; the last question failed: {}", one_line(&last.to_string()))?;
                }
                f.write_str("; with_deadline(..) gives it more time")
            }
            Kind::Credentials(message) => write!(f, "credentials: {}", cut(message, OWN)),
            Kind::Missing(missing) => display_missing(f, missing),
            Kind::Transport { error, host } => {
                let what = match (error.is_connect(), error.is_timeout()) {
                    (true, true) => "timed out connecting to",
                    (true, false) => "cannot connect to",
                    (false, true) => "timed out waiting for",
                    (false, false) => "no usable response from",
                };
                write!(f, "{what} {host}: {}", one_line(&error.to_string()))
            }
            Kind::Service => {
                let Some(answer) = &inner.answer else { return f.write_str("failed") };
                display_answer(f, answer)
            }
            Kind::Decode { path, target, problem } => {
                let Some(answer) = &inner.answer else { return f.write_str(problem) };
                write!(
                    f,
                    "HTTP {}, but the body is not a {target}: at {}: {}",
                    answer.status,
                    one_line(path),
                    one_line(problem)
                )?;
                if is_binary(&answer.body) {
                    let kind = answer.content_type.as_deref().map_or_else(|| "no stated type".to_owned(), one_line);
                    write!(f, "; it is {} bytes of {kind}, which send_stream gives as they are", answer.body.len())?;
                } else if !matches!(first_byte(&answer.body), Some(b'{' | b'[')) {
                    write!(f, "; it is {}", excerpt(&answer.excerpt))?;
                }
                let page = inner.operation.and_then(|operation| operation.pages.first());
                match (&answer.request_id, page) {
                    (Some(id), Some(page)) => write!(f, " (request id {}, documented in {page})", one_line(id)),
                    (Some(id), None) => write!(f, " (request id {})", one_line(id)),
                    (None, Some(page)) => write!(f, " (documented in {page})"),
                    (None, None) => Ok(()),
                }
            }
        }
    }
}

fn display_missing(f: &mut fmt::Formatter<'_>, missing: &[Missing]) -> fmt::Result {
    f.write_str("nothing was sent, because mandatory parameters have no value:")?;
    for (index, missing) in missing.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(f, "{comma} `{}` ({})", missing.name, missing.location.as_str())?;
    }
    for hint in missing.iter().filter_map(|missing| missing.hint) {
        write!(f, "; {hint}")?;
    }
    Ok(())
}

fn display_answer(f: &mut fmt::Formatter<'_>, answer: &Answer) -> fmt::Result {
    write!(f, "HTTP {}", answer.status)?;
    // OpenStack repeats the status as the code.
    if let Some(code) = answer.code.as_ref().filter(|code| **code != answer.status.to_string()) {
        write!(f, ", {}", one_line(code))?;
    }
    if let Some(location) = &answer.location {
        let why = match answer.goes_on {
            true => "it redirected too often",
            false => "only a place of the same host with the same method is",
        };
        write!(f, ": redirects to {}, which is not followed: {why}", one_line(location))?;
    } else if let Some(message) = &answer.message {
        write!(f, ": {}", one_line(message))?;
    } else if answer.code.is_none() {
        write!(f, ": {}", excerpt(&answer.excerpt))?;
    }
    if let Some(id) = &answer.request_id {
        write!(f, " (request id {})", one_line(id))?;
    }
    Ok(())
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.kind_name()).field("display", &self.to_string());
        if let Some(answer) = &self.0.answer {
            out.field("status", &answer.status)
                .field("code", &answer.code)
                .field("message", &answer.message)
                .field("request_id", &answer.request_id);
        }
        if let Some(answer) = self.0.answer.as_ref().filter(|_| self.body().is_some()) {
            out.field("body", &excerpt(&answer.excerpt));
        }
        if self.0.attempts > 0 {
            out.field("attempts", &self.0.attempts);
        }
        out.field("source", &self.source()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Transport { error, .. } => Some(error),
            _ => self.0.source.as_deref().map(|source| source as _),
        }
    }
}

/// An error and all that are behind it.
fn sources<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn StdError + 'static)| (*error).source())
}

/// The messages of `error` and of all errors behind it, without those that repeat the one before.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let message = error.to_string();
        if !text.ends_with(&message) {
            text.push_str(": ");
            text.push_str(&message);
        }
        next = error.source();
    }
    text
}

/// `text` on one line, cut to a length that a log bears.
fn one_line(text: &str) -> String {
    cut(text, SHOWN)
}

fn cut(text: &str, most: usize) -> String {
    let mut line = String::new();
    let mut blank = false;
    let mut length = 0;
    for char in text.chars() {
        if char.is_whitespace() || char.is_control() {
            blank = true;
            continue;
        }
        // A text that ends in blanks is not longer for them.
        if length >= most {
            line.push('…');
            break;
        }
        if blank && length > 0 {
            line.push(' ');
            length += 1;
        }
        blank = false;
        line.push(char);
        length += 1;
    }
    line
}

/// The start of a body that is in no known envelope.
fn excerpt(start: &str) -> String {
    let text = one_line(start);
    if text.is_empty() { "an empty body".to_owned() } else { text }
}

/// Whether the start of a body is no text, so that an excerpt of it would say nothing.
fn is_binary(body: &[u8]) -> bool {
    let start = body.get(..SHOWN * 8).unwrap_or(body);
    match std::str::from_utf8(start) {
        Ok(text) => text.chars().any(|char| char.is_control() && !char.is_whitespace()),
        // The last character may be cut by the excerpt alone.
        Err(error) => error.error_len().is_some() || start.len() == body.len(),
    }
}

fn first_byte(body: &[u8]) -> Option<u8> {
    body.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}
