//! One call: collects parameters and checks them.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::body::{Body, SharedEncode};
use crate::client::Client;
use crate::content::Content;
use crate::decode::Decode;
use crate::encode::{Encode, texts};
use crate::error::{Error, Missing};
use crate::headers::Headers;
use crate::opening::Slot;
use crate::operation::{Location, Operation};
use crate::part::Part;
use crate::path::{self, Piece};
use crate::response::Raw;
use crate::retry::Retry;
use crate::secret_names::is_secret;

/// A call of one operation, as the generated setters fill it. It owns all that it needs, so its futures are `'static`.
pub struct Call(Box<Parts>);

/// In a box, because a setter takes a call and gives it back.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) client: Client,
    pub(crate) operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Headers,
    /// Given by `with_header`, stronger than everything else.
    pub(crate) overrides: Headers,
    pub(crate) body: Body,
    project_id: Option<String>,
    pub(crate) endpoint: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<Retry>,
    /// Where the body of a success goes that is read while it comes; none for calls that want it whole.
    pub(crate) opened: Option<Slot>,
}

/// What setters of a parameter do. Only the shells are generic, so that a type of parameters costs next to nothing.
impl Call {
    /// A call of `operation` without parameters.
    pub fn new(client: &Client, operation: &'static Operation) -> Call {
        Call(Box::new(Parts {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: Headers::new(),
            overrides: Headers::new(),
            body: Body::None,
            project_id: None,
            endpoint: None,
            timeout: None,
            retry: None,
            opened: None,
        }))
    }

    /// Sets the value of `{name}` in the path; an array is separated by commas.
    #[must_use]
    pub fn path(self, name: &'static str, value: impl Encode) -> Call {
        self.put(Location::Path, name, &value)
    }

    /// Sets the query parameter `name`, in place of what it had; an array repeats it.
    #[must_use]
    pub fn query(self, name: &'static str, value: impl Encode) -> Call {
        self.put(Location::Query, name, &value)
    }

    /// Sets the header `name`, in place of what it had; an array is separated by commas.
    #[must_use]
    pub fn header(self, name: &'static str, value: impl Encode) -> Call {
        self.put(Location::Header, name, &value)
    }

    /// Sets a member of a JSON object that is the body.
    #[must_use]
    pub fn field(self, name: &'static str, value: impl Encode + Send + Sync + 'static) -> Call {
        self.put_field(name, Arc::new(value))
    }

    /// Sets the body to `value` as JSON.
    #[must_use]
    pub fn json(self, value: impl Encode + Send + Sync + 'static) -> Call {
        self.put_body(Body::Json(Arc::new(value)))
    }

    /// Sets the body to bytes or a file of the operation's media type.
    #[must_use]
    pub fn content(self, content: Content) -> Call {
        self.put_body(Body::Content(content))
    }

    /// Sets a part of a form that is the body.
    #[must_use]
    pub fn part(mut self, name: &'static str, part: Part) -> Call {
        self.0.body.set_part(name, part);
        self
    }

    /// Makes the call in another project than the client's.
    #[must_use]
    pub fn with_project_id(mut self, project_id: String) -> Call {
        self.0.project_id = Some(project_id);
        self
    }

    /// Sends the call to another base URL than the client's.
    #[must_use]
    pub fn with_endpoint(mut self, url: String) -> Call {
        self.0.endpoint = Some(url);
        self
    }

    /// Sends a header that is stronger than what parameters, body and credentials set.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: String) -> Call {
        self.0.overrides.insert(name, value);
        self
    }

    /// Lets the call take that long, with all of its attempts.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Call {
        self.0.timeout = Some(timeout);
        self
    }

    /// Tries the call again in another way than the client's.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Call {
        self.0.retry = Some(retry);
        self
    }

    fn put(mut self, location: Location, name: &'static str, value: &dyn Encode) -> Call {
        let texts = texts(&value.view());
        match location {
            Location::Query => {
                self.0.query.retain(|(known, _)| *known != name);
                self.0.query.extend(texts.into_iter().map(|text| (name, text)));
            }
            Location::Header => self.0.headers.insert(name, texts.join(",")),
            Location::Path | Location::Body => self.0.set_path(name, texts.join(",")),
        }
        self
    }

    fn put_field(mut self, name: &'static str, value: SharedEncode) -> Call {
        self.0.body.set_field(name, value);
        self
    }

    fn put_body(mut self, body: Body) -> Call {
        self.0.body = body;
        self
    }

    /// The operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.0.operation
    }

    /// Puts the body of a success into a slot while it is still coming.
    pub(crate) fn opening(mut self, slot: Slot) -> Call {
        self.0.opened = Some(slot);
        self
    }

    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    pub(crate) fn from_parts(parts: Parts) -> Call {
        Call(Box::new(parts))
    }

    pub(crate) fn into_parts(self) -> Parts {
        *self.0
    }

    pub(crate) fn into_box(self) -> Box<Parts> {
        self.0
    }

    /// Sends the call and decodes a success into `T`. A signature does not cover a body that is a file; see [`Content`].
    ///
    /// # Errors
    /// See the predicates of [`Error`].
    pub fn send<T: Decode + 'static>(self) -> impl Future<Output = Result<T, Error>> + Send + 'static {
        let reply = self.execute();
        async move { reply.await?.decode() }
    }

    /// Sends the call and returns the answer whatever its status; [`Raw::decode`] judges it later.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn send_raw<T: 'static>(self) -> impl Future<Output = Result<Raw<T>, Error>> + Send + 'static {
        let reply = self.execute();
        async move { Ok(Raw::new(reply.await?)) }
    }
}

impl Parts {
    /// A call of another operation of the service, with the options of this one.
    pub(crate) fn for_operation(&self, operation: &'static Operation, shared: &[&str]) -> Parts {
        let mut headers = Headers::new();
        for (name, value) in
            self.headers.iter().filter(|(name, _)| shared.iter().any(|known| known.eq_ignore_ascii_case(name)))
        {
            headers.append(name, value);
        }
        Parts {
            operation,
            path: Vec::new(),
            query: self.query.iter().filter(|(name, _)| shared.contains(name)).cloned().collect(),
            headers,
            body: Body::None,
            ..self.clone()
        }
    }

    pub(crate) fn set_path(&mut self, name: &'static str, value: String) {
        self.path.retain(|(known, _)| *known != name);
        self.path.push((name, value));
    }

    pub(crate) fn all_missing(&self) -> Vec<Missing> {
        let mut missing: Vec<Missing> = Vec::new();
        let mut add = |location, name: &str, hint| {
            if !missing.iter().any(|known| known.location == location && known.name == name) {
                missing.push(Missing { location, name: name.to_owned(), hint });
            }
        };
        for piece in path::pieces(self.operation.path) {
            if let Piece::Placeholder(name) = piece
                && self.path_value(name).is_none()
            {
                add(Location::Path, name, hint(name));
            }
        }
        for (location, name) in self.operation.required {
            let present = match location {
                Location::Path => self.path_value(name).is_some(),
                Location::Query => {
                    self.query.iter().any(|(known, _)| known == name)
                        || self.operation.query.iter().any(|(known, _)| known == name)
                }
                Location::Header => self.headers.contains(name) || self.overrides.contains(name),
                Location::Body => self.body.has(name),
            };
            if !present {
                add(*location, name, None);
            }
        }
        for name in &self.body.missing() {
            add(Location::Body, name, None);
        }
        missing
    }

    pub(crate) fn path_value(&self, name: &str) -> Option<&str> {
        let set = self.path.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        match name {
            "project_id" => self.project_id.as_deref().or(set).or(self.client.project_id()),
            "domain_id" => set.or(self.client.domain_id()),
            _ => set,
        }
    }
}

/// How to set a path parameter that belongs to the client.
fn hint(name: &str) -> Option<&'static str> {
    match name {
        "project_id" => {
            Some("set the project with Client::builder().project_id(..), or for one call with with_project_id(..)")
        }
        "domain_id" => Some("set the account with Client::builder().domain_id(..)"),
        _ => None,
    }
}

/// Parameters without the values of those that are secrets.
fn shown<'a>(parameters: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    let shown = |(name, value): &'a (&'static str, String)| (*name, if is_secret(name) { "[redacted]" } else { value });
    parameters.iter().map(shown).collect()
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.0.operation.name)
            .field("path", &shown(&self.0.path))
            .field("query", &shown(&self.0.query))
            .field("headers", &self.0.headers)
            .field("overrides", &self.0.overrides)
            .finish_non_exhaustive()
    }
}
