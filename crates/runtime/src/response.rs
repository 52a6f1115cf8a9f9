//! Answers: what is a success, and what a failure says.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use crate::decode::{Decode, Failure, read};
use crate::download::Download;
use crate::drift::{Drift, Hook};
use crate::envelope;
use crate::error::{Answer, Error};
use crate::headers::Headers;
use crate::operation::Operation;
use crate::redact;
use crate::secret_names::is_secret;
use crate::transport::{BodyStream, HttpResponse};

/// Headers that are known to carry the id of a request, best first; others that end in `request-id` follow.
const REQUEST_ID: &[&str] = &["x-request-id", "x-openstack-request-id", "x-compute-request-id", "x-obs-request-id"];

/// An answer that has not been judged yet.
pub(crate) struct Reply {
    operation: &'static Operation,
    response: HttpResponse,
    /// Header fields and body of the request; an error must not repeat the secrets in them.
    sent: (Headers, Bytes),
    /// How often the request was sent.
    attempts: u32,
    /// Whether it is one redirect too many.
    goes_on: bool,
    drift: Option<Hook>,
}

/// An answer of any status, as the service sent it.
pub struct Raw<T> {
    reply: Reply,
    success: PhantomData<fn() -> T>,
}

impl<T> Raw<T> {
    pub(crate) fn new(reply: Reply) -> Raw<T> {
        Raw { reply, success: PhantomData }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.reply.response.status
    }

    /// How often the request was sent, the last time included.
    pub fn attempts(&self) -> u32 {
        self.reply.attempts
    }

    /// The header fields.
    pub fn headers(&self) -> &Headers {
        &self.reply.response.headers
    }

    /// The id under which the service logged the call, from a header.
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers())
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.reply.response.body
    }

    /// The body without its copy in this answer.
    pub fn into_bytes(self) -> Vec<u8> {
        self.reply.response.body
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.bytes())
    }

    /// Judges the answer as `send` does.
    ///
    /// # Errors
    /// When the answer is a failure, or the body is not a `T`.
    pub fn decode(&self) -> Result<T, Error>
    where
        T: Decode,
    {
        self.reply.decode()
    }
}

/// Shows no secret, also where the service repeats one that it was sent.
impl<T> fmt::Debug for Raw<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let response = self.reply.clean(&format!("{:?}", self.reply.response));
        f.debug_struct("Raw")
            .field("operation", &self.reply.operation.name)
            .field("response", &format_args!("{response}"))
            .finish()
    }
}

/// Whether a status says that the call did what it should. 300 does: lists of API versions come with it, and it names no place to go to.
pub(crate) fn is_success(status: u16) -> bool {
    matches!(status, 200..=300)
}

impl Reply {
    pub(crate) fn new(
        operation: &'static Operation,
        response: HttpResponse,
        sent: (Headers, Bytes),
        attempts: u32,
    ) -> Reply {
        Reply { operation, response, sent, attempts, goes_on: false, drift: None }
    }

    /// Says that it is a redirect that would be followed if there were not so many.
    pub(crate) fn going_on(mut self, goes_on: bool) -> Reply {
        self.goes_on = goes_on;
        self
    }

    /// Tells what the pages do not know.
    pub(crate) fn telling(mut self, drift: Option<Hook>) -> Reply {
        self.drift = drift;
        self
    }

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) fn status(&self) -> u16 {
        self.response.status
    }

    /// The only code that is compiled for each response type.
    pub(crate) fn decode<T: Decode>(&self) -> Result<T, Error> {
        let mut value = T::fresh();
        self.decode_into(&mut value, std::any::type_name::<T>())?;
        Ok(value)
    }

    /// A success without a body leaves the value as it is.
    fn decode_into(&self, value: &mut dyn Decode, target: &'static str) -> Result<(), Error> {
        match self.json()? {
            None => Ok(()),
            Some(text) => {
                let result = match &self.drift {
                    None => read(text, value, None),
                    Some(hook) => {
                        let Operation { service, name: operation, .. } = self.operation;
                        let told = |drift| hook(&Drift { service: service.name, operation, ..drift });
                        read(text, value, Some(&told))
                    }
                };
                result.map_err(|failure| self.decode_error(failure, target))
            }
        }
    }

    /// The error that the answer is.
    pub(crate) fn failure(&self) -> Error {
        Error::service(self.answer()).after(self.attempts).of(self.operation)
    }

    /// The answer, of which only the head has come.
    pub(crate) fn into_download(self, host: String, body: BodyStream, idle: Duration) -> Download {
        Download::new(self.operation, host, self.response, self.attempts, body, idle)
    }

    /// The body of a success as JSON text, if it has one.
    pub(crate) fn json(&self) -> Result<Option<&str>, Error> {
        let body = self.response.body.as_slice();
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let text = std::str::from_utf8(body);
        if !is_success(self.response.status) || text.is_ok_and(envelope::says_failure) {
            return Err(self.failure());
        }
        // A page that documents no body is believed over a body that comes all the same.
        if self.response.status == 204 || self.operation.empty || matches!(body.trim_ascii(), b"" | b"null") {
            return Ok(None);
        }
        match text {
            Ok(text) => Ok(Some(text)),
            Err(error) => {
                let problem = format!("not UTF-8 after byte {}", error.valid_up_to());
                Err(Error::decode(self.answer(), "$".to_owned(), "JSON text", problem)
                    .with_source(error)
                    .after(self.attempts)
                    .of(self.operation))
            }
        }
    }

    /// Code, message and the rest of what the answer says, without secrets.
    pub(crate) fn answer(&self) -> Answer {
        let secrets = self.secrets();
        let clean = |text: String| redact::text(text, &secrets);
        // Read before anything is replaced, because a secret can be a word that the envelope has.
        let json: Option<Value> = serde_json::from_slice(&self.response.body).ok();
        let found = json.as_ref().map(envelope::read).unwrap_or_default();
        let headers = &self.response.headers;
        let redirect = (300..=399).contains(&self.response.status);
        Answer {
            status: self.response.status,
            code: found.code.map(clean),
            message: found.message.map(clean),
            request_id: request_id(headers).map(str::to_owned).or(found.request_id).map(clean),
            location: headers.get("location").filter(|_| redirect).map(redact::link).map(clean),
            goes_on: self.goes_on,
            content_type: headers.get("content-type").map(str::to_owned).map(clean),
            excerpt: redact::excerpt(&self.response.body, json, &secrets),
            body: without(&self.response.body, &secrets).into_owned(),
        }
    }

    /// An error at the place where decoding stopped.
    fn decode_error(&self, failure: Failure, target: &'static str) -> Error {
        let Failure { path, error } = failure;
        let path = self.clean(&path);
        let mut problem = error.to_string();
        // The position is in the path already.
        if let Some(end) = problem.rfind(" at line ") {
            problem.truncate(end);
        }
        let mut clean = self.clean(&problem);
        // The error quotes the value; the path says what it is.
        if is_secret(&path)
            && let (Some(found), Some(expected)) = (clean.find(": "), clean.rfind(", expected "))
            && found < expected
        {
            clean.replace_range(found + 2..expected, "[redacted]");
        }
        let mut answer = self.answer();
        answer.code = None;
        answer.message = None;
        let repeats_a_secret = clean != problem;
        let failure = Error::decode(answer, path, short(target), clean).after(self.attempts).of(self.operation);
        if repeats_a_secret { failure } else { failure.with_source(error) }
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.response.body
    }

    /// The error of a success without work to wait for.
    pub(crate) fn names_no_work(&self, field: &'static str) -> Error {
        Error::no_work(self.answer(), field).after(self.attempts).of(self.operation)
    }

    /// The error of a success that has no such field.
    pub(crate) fn lacks(&self, field: &str, what: &'static str) -> Error {
        let problem = "there is no value".to_owned();
        Error::decode(self.answer(), format!("$.{field}"), what, problem).after(self.attempts).of(self.operation)
    }

    /// The error of work that this answer says has failed.
    pub(crate) fn failed_work(&self, state: Option<String>) -> Error {
        let state = state.map(|state| self.clean(&state));
        let mut answer = self.answer();
        if answer.code.is_none()
            && let Ok(body) = serde_json::from_slice::<Value>(&answer.body)
        {
            // Jobs say in one of their parts why they failed.
            let found = envelope::read_anywhere(&body);
            answer.code = found.code;
            answer.message = found.message.or(answer.message);
        }
        Error::failed_work(answer, state).after(self.attempts)
    }

    /// What the request carried that nobody may read.
    fn secrets(&self) -> Vec<String> {
        redact::sent(&self.sent.0, &self.sent.1)
    }

    fn clean(&self, text: &str) -> String {
        redact::text(text.to_owned(), &self.secrets())
    }
}

/// A body without `secrets`. Those of one to three bytes are left, because they would be found in the middle of words.
fn without<'a>(body: &'a [u8], secrets: &[String]) -> Cow<'a, [u8]> {
    let mut body = Cow::Borrowed(body);
    for secret in secrets.iter().filter(|secret| secret.len() >= 4) {
        if let Some(replaced) = replace(&body, secret.as_bytes(), b"[redacted]") {
            body = Cow::Owned(replaced);
        }
    }
    body
}

/// The id of the request, from the header that is known best.
pub(crate) fn request_id(headers: &Headers) -> Option<&str> {
    let known = REQUEST_ID.iter().find_map(|name| headers.get(name));
    let other =
        || headers.iter().find(|(name, _)| name.to_ascii_lowercase().ends_with("request-id")).map(|(_, value)| value);
    known.or_else(other).filter(|id| !id.is_empty())
}

/// A type's name without its modules.
fn short(name: &'static str) -> &'static str {
    if name.contains('<') { name } else { name.rsplit("::").next().unwrap_or(name) }
}

/// `text` with every `old` replaced, or nothing if it has none.
fn replace(text: &[u8], old: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = text;
    let mut found = false;
    while let Some((first, tail)) = rest.split_first() {
        match rest.strip_prefix(old) {
            Some(after) => {
                out.extend_from_slice(new);
                rest = after;
                found = true;
            }
            None => {
                out.push(*first);
                rest = tail;
            }
        }
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(&str, &str)], expected: Option<&str>) {
        let mut all = Headers::new();
        for (name, value) in headers {
            all.append(*name, *value);
        }
        assert_eq!(request_id(&all), expected);
    }

    #[test]
    fn request_ids() {
        check(&[], None);
        check(&[("X-Request-Id", "a")], Some("a"));
        check(&[("X-Openstack-Request-Id", "o"), ("x-request-id", "a")], Some("a"));
        check(&[("X-Compute-Request-Id", "c")], Some("c"));
        check(&[("x-obs-request-id", "b")], Some("b"));
        check(&[("X-Vendor-Request-ID", "v")], Some("v"));
        check(&[("X-Request-Idea", "v")], None);
        check(&[("X-Request-Id", "")], None);
    }

    #[test]
    fn replacing() {
        assert_eq!(replace(b"a-b-a", b"a", b"xx").unwrap(), b"xx-b-xx");
        assert_eq!(replace(b"abc", b"d", b"x"), None);
    }
}
