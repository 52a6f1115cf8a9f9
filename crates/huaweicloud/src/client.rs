//! The client of all services: the runtime's, with one function for each service.

use std::time::Duration;

use tablature_runtime as runtime;

use crate::{CredentialsProvider, Drift, Error, Retry, Transport};

/// Region, project, credentials and connections, shared by the calls of all services. A clone is cheap and shares them too.
#[derive(Clone, Debug)]
pub struct Client {
    inner: runtime::Client,
}

impl Client {
    /// A builder with nothing set.
    pub fn builder() -> ClientBuilder {
        ClientBuilder { inner: runtime::Client::builder().product(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")) }
    }

    /// The calls of Cloud Data Migration.
    #[cfg(feature = "cdm")]
    pub fn cdm(&self) -> crate::cdm::Client {
        crate::cdm::Client::new(self.inner.clone())
    }

    /// The calls of Data Lake Governance Center.
    #[cfg(feature = "dgc")]
    pub fn dgc(&self) -> crate::dgc::Client {
        crate::dgc::Client::new(self.inner.clone())
    }

    /// The calls of Data Ingestion Service.
    #[cfg(feature = "dis")]
    pub fn dis(&self) -> crate::dis::Client {
        crate::dis::Client::new(self.inner.clone())
    }

    /// The calls of Data Lake Factory.
    #[cfg(feature = "dlf")]
    pub fn dlf(&self) -> crate::dlf::Client {
        crate::dlf::Client::new(self.inner.clone())
    }

    /// The calls of Elastic Cloud Server.
    #[cfg(feature = "ecs")]
    pub fn ecs(&self) -> crate::ecs::Client {
        crate::ecs::Client::new(self.inner.clone())
    }

    /// The calls of Identity and Access Management.
    #[cfg(feature = "iam")]
    pub fn iam(&self) -> crate::iam::Client {
        crate::iam::Client::new(self.inner.clone())
    }

    /// The calls of Image Management Service.
    #[cfg(feature = "ims")]
    pub fn ims(&self) -> crate::ims::Client {
        crate::ims::Client::new(self.inner.clone())
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

    /// Who makes the calls. If nobody is given, [`Credentials::default_chain`](crate::Credentials::default_chain) looks for it when the
    /// first call is made.
    pub fn credentials(self, credentials: impl CredentialsProvider + 'static) -> Self {
        ClientBuilder { inner: self.inner.credentials(credentials) }
    }

    /// Makes the calls without credentials, and looks for none.
    pub fn without_credentials(self) -> Self {
        ClientBuilder { inner: self.inner.without_credentials() }
    }

    /// The base URL of every service, in place of the host that follows from the region.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.endpoint(url) }
    }

    /// The base URL of one service by the name of its feature (`dgc`); stronger than [`endpoint`](ClientBuilder::endpoint). Nothing notices
    /// a name that no service has.
    pub fn service_endpoint(self, service: impl Into<String>, url: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.service_endpoint(service, url) }
    }

    /// What sends the requests, in place of [`HttpTransport`](crate::HttpTransport).
    pub fn transport(self, transport: impl Transport + 'static) -> Self {
        ClientBuilder { inner: self.inner.transport(transport) }
    }

    /// How long a call may take with all of its attempts and the waits between them; 180 seconds if not set. A call can say otherwise
    /// with `with_timeout`.
    pub fn timeout(self, timeout: Duration) -> Self {
        ClientBuilder { inner: self.inner.timeout(timeout) }
    }

    /// How long one attempt may take from its first byte to the last byte of the answer; 60 seconds if not set.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        ClientBuilder { inner: self.inner.attempt_timeout(timeout) }
    }

    /// How long a connection may take to be made, TLS included; 10 seconds if not set.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        ClientBuilder { inner: self.inner.connect_timeout(timeout) }
    }

    /// How long a connection without a request is kept; 30 seconds if not set. Shorter than the service keeps it is safest.
    pub fn idle_timeout(self, timeout: Duration) -> Self {
        ClientBuilder { inner: self.inner.idle_timeout(timeout) }
    }

    /// How calls are tried again; up to twice if not set. A call can say otherwise with `with_retry`.
    pub fn retry(self, retry: Retry) -> Self {
        ClientBuilder { inner: self.inner.retry(retry) }
    }

    /// Who is told what the services send and their pages do not know: fields, values of enums and types, each with its JSON path. Nothing
    /// fails because of it, and without it nothing is looked for.
    pub fn on_drift(self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        ClientBuilder { inner: self.inner.on_drift(hook) }
    }

    /// How large the body of an answer may be, once it is decompressed; 16 MiB if not set. What is larger is an error and is not read.
    pub fn max_response_bytes(self, bytes: usize) -> Self {
        ClientBuilder { inner: self.inner.max_response_bytes(bytes) }
    }

    /// The proxy for every request, as `http://user:password@host:port`, in place of what `HTTPS_PROXY` and its like say.
    pub fn proxy(self, url: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.proxy(url) }
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(self) -> Self {
        ClientBuilder { inner: self.inner.no_proxy() }
    }

    /// Trusts the certificates in `pem` too, besides those that the system trusts.
    pub fn root_certificate(self, pem: impl Into<Vec<u8>>) -> Self {
        ClientBuilder { inner: self.inner.root_certificate(pem) }
    }

    /// Shows a certificate to servers that ask for one: its chain and its key (PKCS #8), both as PEM.
    pub fn client_identity(self, chain_pem: impl Into<Vec<u8>>, key_pem: impl Into<Vec<u8>>) -> Self {
        ClientBuilder { inner: self.inner.client_identity(chain_pem, key_pem) }
    }

    /// Names the application in `User-Agent`, in front of this crate: `my-app/1.0 huaweicloud/0.1.0`.
    pub fn product(self, name: impl Into<String>, version: impl Into<String>) -> Self {
        ClientBuilder { inner: self.inner.product(name, version) }
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    /// When a URL is wrong, a text is empty, the credentials cannot be sent, or the default transport cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        Ok(Client { inner: self.inner.build()? })
    }
}
