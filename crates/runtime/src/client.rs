//! The client: what all calls of an application share.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::credentials::CredentialsProvider;
use crate::endpoint::Endpoint;
use crate::error::{Error, chain};
use crate::http::HttpTransport;
use crate::operation::Service;
use crate::transport::Transport;

/// How long a call may take unless the builder says otherwise.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Region, project, credentials and connections, shared by all calls. A clone is cheap and shares them too.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    endpoint: Option<Endpoint>,
    service_endpoints: BTreeMap<String, Endpoint>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    transport: Arc<dyn Transport>,
    timeout: Duration,
}

impl Client {
    /// A builder with nothing set.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// The region, if one is set.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The project that calls belong to unless they name another.
    pub fn project_id(&self) -> Option<&str> {
        self.0.project_id.as_deref()
    }

    /// The account that calls belong to.
    pub fn domain_id(&self) -> Option<&str> {
        self.0.domain_id.as_deref()
    }

    /// Where calls to `service` go.
    pub(crate) fn endpoint(&self, service: &Service) -> Result<Endpoint, Error> {
        match self.0.service_endpoints.get(service.name).or(self.0.endpoint.as_ref()) {
            Some(endpoint) => Ok(endpoint.clone()),
            None => Endpoint::of_region(service, self.region()).map_err(Error::configuration),
        }
    }

    pub(crate) fn credentials(&self) -> Option<&dyn CredentialsProvider> {
        self.0.credentials.as_deref()
    }

    pub(crate) fn transport(&self) -> &dyn Transport {
        self.0.transport.as_ref()
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.0.timeout
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("region", &self.0.region)
            .field("project_id", &self.0.project_id)
            .field("endpoint", &self.0.endpoint)
            .field("service_endpoints", &self.0.service_endpoints)
            .finish_non_exhaustive()
    }
}

/// Sets up a [`Client`]. Nothing is checked before [`build`](ClientBuilder::build).
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    endpoint: Option<String>,
    service_endpoints: Vec<(String, String)>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    transport: Option<Arc<dyn Transport>>,
    timeout: Option<Duration>,
}

impl ClientBuilder {
    /// The region (`eu-de`) from which the host of each service follows.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// The value of `{project_id}` in every path; a call can override it with `with_project_id`.
    pub fn project_id(mut self, project_id: impl Into<String>) -> Self {
        self.project_id = Some(project_id.into());
        self
    }

    /// The value of `{domain_id}` in every path.
    pub fn domain_id(mut self, domain_id: impl Into<String>) -> Self {
        self.domain_id = Some(domain_id.into());
        self
    }

    /// Who makes the calls. Without credentials, calls are sent without.
    pub fn credentials(mut self, credentials: impl CredentialsProvider + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// The base URL of every service, in place of the host that follows from the region. Credentials go to it in clear text if it starts
    /// with `http://`; without a scheme it is `https`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The base URL of one service by its name in the SDK; stronger than [`endpoint`](ClientBuilder::endpoint).
    pub fn service_endpoint(mut self, service: impl Into<String>, url: impl Into<String>) -> Self {
        self.service_endpoints.push((service.into(), url.into()));
        self
    }

    /// What sends the requests, in place of [`HttpTransport`].
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// How long a request may take from its first byte to the last byte of the answer; 60 seconds if not set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    /// When a URL is wrong, a text is empty, the credentials cannot be sent, or the default transport cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        for (name, value) in
            [("region", &self.region), ("project_id", &self.project_id), ("domain_id", &self.domain_id)]
        {
            if value.as_ref().is_some_and(|value| value.trim().is_empty()) {
                return Err(Error::configuration(format!(
                    "{name} is set to an empty text; give its value, or do not set it"
                )));
            }
        }
        if let Some(region) = &self.region
            && !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        {
            return Err(Error::configuration(format!(
                "region {region:?} is not a region; expected letters, digits and `-`, as in eu-de"
            )));
        }
        let parse = |url: &String| Endpoint::parse(url).map_err(Error::configuration);
        let endpoint = self.endpoint.as_ref().map(parse).transpose()?;
        let mut service_endpoints = BTreeMap::new();
        for (service, url) in &self.service_endpoints {
            service_endpoints.insert(service.clone(), parse(url)?);
        }
        if let Some(credentials) = &self.credentials {
            credentials.check().map_err(|error| Error::credentials(chain(&error)).with_source(error))?;
        }
        let transport = match self.transport {
            Some(transport) => transport,
            None => Arc::new(HttpTransport::new()?),
        };
        Ok(Client(Arc::new(Shared {
            region: self.region,
            project_id: self.project_id,
            domain_id: self.domain_id,
            endpoint,
            service_endpoints,
            credentials: self.credentials,
            transport,
            timeout: self.timeout.unwrap_or(TIMEOUT),
        })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("project_id", &self.project_id)
            .finish_non_exhaustive()
    }
}
