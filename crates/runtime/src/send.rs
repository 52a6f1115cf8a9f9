//! Forms the request of a call, from everything that can be checked without I/O.

use std::borrow::Cow;

use crate::attempts::Attempts;
use crate::body::Encoded;
use crate::call::{Call, Parts};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::headers::Headers;
use crate::path;
use crate::response::Reply;
use crate::transport::{BoxFuture, HttpRequest};

const CONTENT_TYPE: &str = "Content-Type";

/// Space for the values in a URL, so that it rarely grows.
const URL_VALUES: usize = 96;

/// Space for the fields of a request, those of the credentials among them.
const FIELDS: (usize, usize) = (6, 384);

impl Call {
    /// Boxed here, so that each operation compiles a pointer and not this whole machine. It stays below a kilobyte, from which on malloc
    /// is much slower.
    pub(crate) fn execute(self) -> BoxFuture<'static, Result<Reply, Error>> {
        let mut parts = self.into_box();
        Box::pin(async move {
            let operation = parts.operation;
            parts.look_up_ids().await.map_err(|error| error.of(operation))?;
            let mut attempts = parts.prepare().map_err(|error| error.of(operation))?;
            attempts.run().await.map_err(|error| error.of(operation))
        })
    }
}

impl Parts {
    fn prepare(mut self: Box<Self>) -> Result<Attempts, Error> {
        let missing = self.all_missing();
        if !missing.is_empty() {
            return Err(Error::missing(missing));
        }
        let body = self.body.encode(self.operation)?;
        Ok(Attempts::new(self, body))
    }

    /// The request but for the credentials. It is formed for each attempt, because few calls need a second one and a copy costs as much.
    pub(crate) fn request(&self, body: Option<&Encoded>) -> Result<HttpRequest, Error> {
        let time = self.client.clock().now();
        let mut request = HttpRequest::at(time, self.operation.method.to_owned(), self.url()?);
        request.headers = Headers::with_capacity(FIELDS.0, FIELDS.1);
        request.operation = Some(self.operation);
        (request.project_id, request.domain_id) = self.owner();
        request.max_response_bytes = self.client.max_response_bytes();
        if let Some(body) = body {
            request.headers.insert(CONTENT_TYPE, &body.media_type);
            request.body = body.bytes.clone();
            request.upload.clone_from(&body.upload);
        }
        request.headers.override_with(&self.headers);
        request.headers.override_with(&self.overrides);
        match request.headers.problem() {
            Some(problem) => Err(Error::invalid(problem)),
            None => Ok(request),
        }
    }

    pub(crate) fn url(&self) -> Result<String, Error> {
        let endpoint = match &self.endpoint {
            Some(url) => Cow::Owned(Endpoint::parse(url).map_err(Error::configuration)?),
            None => self.client.endpoint(self.operation.service)?,
        };
        endpoint.needs(self.client.tls()).map_err(Error::configuration)?;
        let mut url = String::with_capacity(endpoint.as_str().len() + self.operation.path.len() + URL_VALUES);
        url.push_str(endpoint.as_str());
        path::fill(self.operation.path, |name| self.path_value(name), &mut url).map_err(Error::invalid)?;
        let fixed = self.operation.query.iter().copied();
        path::query(fixed.chain(self.query.iter().map(|(name, value)| (*name, value.as_str()))), &mut url);
        Ok(url)
    }
}
