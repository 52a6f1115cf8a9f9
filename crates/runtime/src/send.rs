//! Sends a call: forms the request, authorizes each attempt, hands it to the transport.

use std::time::SystemTime;

use crate::call::Call;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, chain};
use crate::operation::Operation;
use crate::path;
use crate::response::Reply;
use crate::transport::{BoxFuture, HttpRequest};

const CONTENT_TYPE: &str = "Content-Type";

/// A request that is ready but for the credentials, so that each attempt can be authorized anew.
struct Prepared {
    client: Client,
    operation: &'static Operation,
    endpoint: Endpoint,
    request: HttpRequest,
}

impl Call {
    /// Boxed here, so that each operation compiles a pointer and not this whole machine.
    pub(crate) fn execute(self) -> BoxFuture<'static, Result<Reply, Error>> {
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
        request.operation = Some(self.operation);
        if let Some(body) = self.body.take() {
            request.headers.insert(CONTENT_TYPE, body.media_type);
            request.body = body.bytes.into();
        }
        request.headers.override_with(&self.headers);
        request.headers.override_with(&self.overrides);
        match request.headers.problem() {
            Some(problem) => Err(Error::invalid(problem)),
            None => Ok(Prepared { client: self.client, operation: self.operation, endpoint, request }),
        }
    }
}

impl Prepared {
    /// Authorizes and sends once.
    async fn attempt(&self) -> Result<Reply, Error> {
        let mut request = self.request.clone();
        request.time = SystemTime::now();
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
