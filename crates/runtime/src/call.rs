//! One call: collects parameters, checks them, sends, and judges the answer.

use std::fmt;
use std::future::Future;

use serde::Serialize;

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, Missing, chain};
use crate::headers::Headers;
use crate::lenient::Lenient;
use crate::operation::{Location, Operation};
use crate::path::{self, Piece};
use crate::response::{Raw, Reply};
use crate::transport::{BoxFuture, HttpRequest};

const CONTENT_TYPE: &str = "Content-Type";

/// A call of one operation, as the generated setters fill it. It owns all that it needs, so its futures are `'static`.
pub struct Call {
    client: Client,
    operation: &'static Operation,
    path: Vec<(&'static str, String)>,
    query: Vec<(&'static str, String)>,
    headers: Headers,
    /// Given by `with_header`, stronger than everything else.
    overrides: Headers,
    body: Option<Body>,
    missing: Vec<String>,
    project_id: Option<String>,
    endpoint: Option<String>,
    /// What a setter could not do; `send` returns it, because setters return the builder.
    failure: Option<Error>,
}

struct Body {
    media_type: String,
    bytes: Vec<u8>,
}

/// A request that is ready but for the credentials, so that each attempt can be authorized anew.
struct Prepared {
    client: Client,
    operation: &'static Operation,
    endpoint: Endpoint,
    request: HttpRequest,
}

impl Call {
    /// A call of `operation` without parameters.
    pub fn new(client: &Client, operation: &'static Operation) -> Call {
        Call {
            client: client.clone(),
            operation,
            path: Vec::new(),
            query: Vec::new(),
            headers: Headers::new(),
            overrides: Headers::new(),
            body: None,
            missing: Vec::new(),
            project_id: None,
            endpoint: None,
            failure: None,
        }
    }

    /// Sets the value of `{name}` in the path.
    pub fn set_path(&mut self, name: &'static str, value: String) {
        self.path.retain(|(known, _)| *known != name);
        self.path.push((name, value));
    }

    /// Sets the query parameter `name`, in place of what it had.
    pub fn set_query(&mut self, name: &'static str, value: String) {
        self.set_query_all(name, vec![value]);
    }

    /// Sets the query parameter `name` once for each value, in place of what it had.
    pub fn set_query_all(&mut self, name: &'static str, values: Vec<String>) {
        self.query.retain(|(known, _)| *known != name);
        self.query.extend(values.into_iter().map(|value| (name, value)));
    }

    /// Sets the header `name`, in place of what it had.
    pub fn set_header(&mut self, name: &str, value: String) {
        self.headers.insert(name, value);
    }

    /// Sets the body to `value` as JSON.
    pub fn set_json(&mut self, value: &impl Serialize) {
        self.set_serialized(serde_json::to_vec(value));
    }

    fn set_serialized(&mut self, json: serde_json::Result<Vec<u8>>) {
        match json {
            Ok(bytes) => self.set_body("application/json", bytes),
            Err(error) => {
                self.failure = Some(
                    Error::invalid(format!("the request body cannot be written as JSON: {error}")).with_source(error),
                )
            }
        }
    }

    /// Sets the body to `bytes` of the media type `media_type`.
    pub fn set_body(&mut self, media_type: &str, bytes: Vec<u8>) {
        self.body = Some(Body { media_type: media_type.to_owned(), bytes });
    }

    /// Notes a mandatory field of the body that has no value; nothing will be sent, and the error names all of them.
    pub fn missing(&mut self, field: impl Into<String>) {
        self.missing.push(field.into());
    }

    /// The project of this call, in place of the client's.
    pub fn set_project_id(&mut self, project_id: String) {
        self.project_id = Some(project_id);
    }

    /// The base URL of this call, in place of the client's.
    pub fn set_endpoint(&mut self, url: String) {
        self.endpoint = Some(url);
    }

    /// Sets a header that is stronger than what parameters, body and credentials set.
    pub fn override_header(&mut self, name: &str, value: String) {
        self.overrides.insert(name, value);
    }

    /// The operation that is called.
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sends the call and decodes a success into `T`.
    ///
    /// # Errors
    /// See the predicates of [`Error`].
    pub fn send<T: for<'de> Lenient<'de> + 'static>(self) -> impl Future<Output = Result<T, Error>> + Send + 'static {
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

    /// Boxed here, so that each operation compiles a pointer and not this whole machine.
    fn execute(self) -> BoxFuture<'static, Result<Reply, Error>> {
        Box::pin(async move {
            let operation = self.operation;
            let prepared = self.prepare().map_err(|error| error.of(operation))?;
            prepared.attempt().await.map_err(|error| error.of(operation))
        })
    }

    /// Everything that can be checked without I/O.
    fn prepare(mut self) -> Result<Prepared, Error> {
        let missing = self.all_missing();
        if !missing.is_empty() {
            return Err(Error::missing(missing));
        }
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let endpoint = match &self.endpoint {
            Some(url) => Endpoint::parse(url).map_err(Error::configuration)?,
            None => self.client.endpoint(self.operation.service)?,
        };
        let path = path::fill(self.operation.path, |name| self.path_value(name)).map_err(Error::invalid)?;
        let fixed = self.operation.query.iter().copied();
        let query = path::query(fixed.chain(self.query.iter().map(|(name, value)| (*name, value.as_str()))));

        let mut request = HttpRequest::new(self.operation.method, format!("{}{path}{query}", endpoint.as_str()));
        request.timeout = Some(self.client.timeout());
        if let Some(body) = self.body.take() {
            request.headers.insert(CONTENT_TYPE, body.media_type);
            request.body = body.bytes;
        }
        request.headers.override_with(&self.headers);
        request.headers.override_with(&self.overrides);
        match request.headers.problem() {
            Some(problem) => Err(Error::invalid(problem)),
            None => Ok(Prepared { client: self.client, operation: self.operation, endpoint, request }),
        }
    }

    fn all_missing(&self) -> Vec<Missing> {
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
                Location::Body => self.body.is_some(),
            };
            if !present {
                add(*location, name, None);
            }
        }
        for name in &self.missing {
            add(Location::Body, name, None);
        }
        missing
    }

    fn path_value(&self, name: &str) -> Option<&str> {
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

impl Prepared {
    /// Authorizes and sends once.
    async fn attempt(&self) -> Result<Reply, Error> {
        let mut request = self.request.clone();
        if let Some(credentials) = self.client.credentials() {
            let authorized = credentials.authorize(&mut request).await;
            authorized.map_err(|error| Error::credentials(chain(&error)).with_source(error))?;
            if let Some(problem) = request.headers.problem() {
                return Err(Error::credentials(problem));
            }
        }
        let secrets = request.headers.secrets();
        let response = self.client.transport().send(request).await;
        let response = response.map_err(|error| Error::transport(self.endpoint.origin(), error))?;
        Ok(Reply::new(self.operation, response, secrets))
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("operation", &self.operation.name)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("overrides", &self.overrides)
            .finish_non_exhaustive()
    }
}

/// The options that every generated builder has, for a builder with a field `call: Call`.
///
/// ```
/// pub struct StopJob {
///     call: tablature_runtime::Call,
/// }
///
/// impl StopJob {
///     tablature_runtime::call_options!();
/// }
/// ```
#[macro_export]
macro_rules! call_options {
    () => {
        /// Makes this one call in another project than the client's.
        #[must_use]
        pub fn with_project_id(mut self, project_id: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.call.set_project_id(project_id.into());
            self
        }

        /// Sends a header with this one call, in place of any header with that name.
        #[must_use]
        pub fn with_header(
            mut self,
            name: impl ::core::convert::AsRef<str>,
            value: impl ::core::convert::Into<::std::string::String>,
        ) -> Self {
            self.call.override_header(name.as_ref(), value.into());
            self
        }

        /// Sends this one call to another base URL than the client's.
        #[must_use]
        pub fn with_endpoint(mut self, url: impl ::core::convert::Into<::std::string::String>) -> Self {
            self.call.set_endpoint(url.into());
            self
        }
    };
}
