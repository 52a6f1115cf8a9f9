//! Forms the request of a call, from everything that can be checked without I/O.

use crate::attempts::Attempts;
use crate::call::{Call, Parts};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::path;
use crate::response::Reply;
use crate::transport::{BoxFuture, HttpRequest};

const CONTENT_TYPE: &str = "Content-Type";

impl Call {
    /// Boxed here, so that each operation compiles a pointer and not this whole machine.
    pub(crate) fn execute(self) -> BoxFuture<'static, Result<Reply, Error>> {
        let mut parts = self.into_parts();
        Box::pin(async move {
            let operation = parts.operation;
            parts.look_up_ids().await.map_err(|error| error.of(operation))?;
            let attempts = parts.prepare().map_err(|error| error.of(operation))?;
            attempts.run().await.map_err(|error| error.of(operation))
        })
    }
}

impl Parts {
    fn prepare(mut self) -> Result<Attempts, Error> {
        let missing = self.all_missing();
        if !missing.is_empty() {
            return Err(Error::missing(missing));
        }
        let endpoint = match &self.endpoint {
            Some(url) => Endpoint::parse(url).map_err(Error::configuration)?,
            None => self.client.endpoint(self.operation.service)?,
        };
        let path = path::fill(self.operation.path, |name| self.path_value(name)).map_err(Error::invalid)?;
        let fixed = self.operation.query.iter().copied();
        let query = path::query(fixed.chain(self.query.iter().map(|(name, value)| (*name, value.as_str()))));

        let mut request = HttpRequest::new(self.operation.method, format!("{}{path}{query}", endpoint.as_str()));
        request.operation = Some(self.operation);
        (request.project_id, request.domain_id) = self.owner();
        request.max_response_bytes = self.client.max_response_bytes();
        if let Some((media_type, bytes)) = self.body.encode(self.operation)? {
            request.headers.insert(CONTENT_TYPE, media_type);
            request.body = bytes.into();
        }
        request.headers.override_with(&self.headers);
        request.headers.override_with(&self.overrides);
        match request.headers.problem() {
            Some(problem) => Err(Error::invalid(problem)),
            None => {
                let timeout = self.timeout.unwrap_or(self.client.timeout());
                let retry = self.retry.unwrap_or_else(|| self.client.retry().clone());
                Ok(Attempts::new(self.client, self.operation, endpoint, request, timeout, retry))
            }
        }
    }
}
