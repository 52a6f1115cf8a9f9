//! The client of all services: the runtime's, with one function for each service.

use std::time::Duration;

use tablature_runtime as runtime;

use crate::{CredentialsProvider, Error, Transport};

/// Region, project, credentials and connections, shared by the calls of all services. A clone is cheap and shares them too.
#[derive(Clone, Debug)]
pub struct Client {
    inner: runtime::Client,
}

impl Client {
    /// A builder with nothing set.
    pub fn builder() -> ClientBuilder {
        ClientBuilder { inner: runtime::Client::builder() }
    }

    /// The calls of Data Lake Governance Center.
    #[cfg(feature = "dgc")]
    pub fn dgc(&self) -> crate::dgc::Client {
        crate::dgc::Client::new(self.inner.clone())
    }

    /// The calls of ModelArts.
    #[cfg(feature = "modelarts")]
    pub fn modelarts(&self) -> crate::modelarts::Client {
        crate::modelarts::Client::new(self.inner.clone())
    }

    /// The client without services, for code that was generated elsewhere.
    pub fn runtime(&self) -> &runtime::Client {
        &self.inner
    }
}

impl From<runtime::Client> for Client {
    fn from(inner: runtime::Client) -> Self {
        Client { inner }
    }
}

/// Sets up a [`Client`]. Nothing is checked before [`build`](ClientBuilder::build).
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    inner: runtime::ClientBuilder,
}

impl ClientBuilder {
    /// The region (`eu-de`) from which the host of each service follows.
    pub fn region(self, region: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.region(region) }
    }

    /// The project that calls belong to; a call can name another with `with_project_id`.
    pub fn project_id(self, project_id: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.project_id(project_id) }
    }

    /// The account that calls belong to.
    pub fn domain_id(self, domain_id: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.domain_id(domain_id) }
    }

    /// Who makes the calls. Without credentials, calls are sent without.
    pub fn credentials(self, credentials: impl CredentialsProvider + 'static) -> Self {
        ClientBuilder { inner: self.inner.credentials(credentials) }
    }

    /// The base URL of every service, in place of the host that follows from the region.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.endpoint(url) }
    }

    /// The base URL of one service by the name of its feature; stronger than [`endpoint`](ClientBuilder::endpoint).
    pub fn service_endpoint(self, service: impl Into<String>, url: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.service_endpoint(service, url) }
    }

    /// What sends the requests, in place of [`HttpTransport`](crate::HttpTransport).
    pub fn transport(self, transport: impl Transport + 'static) -> Self {
        ClientBuilder { inner: self.inner.transport(transport) }
    }

    /// How long a request may take from its first byte to the last byte of the answer; 60 seconds if not set.
    pub fn timeout(self, timeout: Duration) -> Self {
        ClientBuilder { inner: self.inner.timeout(timeout) }
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    /// When a URL is wrong, a text is empty, the credentials cannot be sent, or the default transport cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client { inner: self.inner.build()? })
    }
}
