//! The client: what all calls of an application share.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::call::Call;
use crate::clock::Clock;
use crate::credentials::{Credentials, CredentialsProvider, IAM, ProviderContext};
use crate::drift::{Drift, Hook};
use crate::endpoint::{Endpoint, HAS_TLS};
use crate::error::Error;
use crate::http_settings::HttpTransportBuilder;
use crate::operation::{Operation, Service};
use crate::retry::Retry;
use crate::transport::{MAX_RESPONSE_BYTES, Transport};

/// How long one attempt may take unless the builder says otherwise.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a call may take with all of its attempts unless the builder or the call says otherwise: three slow attempts.
const TIMEOUT: Duration = Duration::from_secs(180);

/// Region, project, credentials and connections, shared by all calls. A clone is cheap and shares them too.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    region: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
    endpoint: Option<Endpoint>,
    service_endpoints: BTreeMap<String, Endpoint>,
    /// What followed from the region so far, because parsing it costs a twentieth of a call.
    region_endpoints: RwLock<Vec<(&'static Service, Endpoint)>>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    transport: Arc<dyn Transport>,
    timeout: Duration,
    attempt_timeout: Duration,
    max_response_bytes: usize,
    retry: Retry,
    drift: Option<Hook>,
    instant: bool,
    clock: Clock,
    /// Whether `https` can be reached, as far as that is known.
    tls: bool,
}

impl Client {
    /// A call of an operation, without parameters.
    pub fn call(&self, operation: &'static Operation) -> Call {
        Call::new(self, operation)
    }

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
    pub(crate) fn endpoint(&self, service: &'static Service) -> Result<Cow<'_, Endpoint>, Error> {
        match self.0.service_endpoints.get(service.name).or(self.0.endpoint.as_ref()) {
            Some(endpoint) => Ok(Cow::Borrowed(endpoint)),
            None => self.endpoint_of_region(service).map(Cow::Owned),
        }
    }

    fn endpoint_of_region(&self, service: &'static Service) -> Result<Endpoint, Error> {
        let known = self.0.region_endpoints.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, endpoint)) = known.iter().find(|(known, _)| std::ptr::eq(*known, service)) {
            return Ok(endpoint.clone());
        }
        drop(known);
        let endpoint = Endpoint::of_region(service, self.region()).map_err(Error::configuration)?;
        self.0.region_endpoints.write().unwrap_or_else(PoisonError::into_inner).push((service, endpoint.clone()));
        Ok(endpoint)
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

    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.0.attempt_timeout
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        self.0.max_response_bytes
    }

    pub(crate) fn drift(&self) -> Option<Hook> {
        self.0.drift.clone()
    }

    pub(crate) fn retry(&self) -> &Retry {
        &self.0.retry
    }

    /// Whether nothing waits but what was given a backoff of its own.
    pub(crate) fn is_instant(&self) -> bool {
        self.0.instant
    }

    pub(crate) fn tls(&self) -> bool {
        self.0.tls
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
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
    anonymous: bool,
    transport: Option<Arc<dyn Transport>>,
    http: HttpTransportBuilder,
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    max_response_bytes: Option<usize>,
    retry: Retry,
    drift: Option<Hook>,
    instant: bool,
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

    /// Who makes the calls. If nobody is given, [`Credentials::default_chain`] looks for it when the first call is made.
    pub fn credentials(mut self, credentials: impl CredentialsProvider + 'static) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self.anonymous = false;
        self
    }

    /// Makes the calls without credentials, and looks for none.
    pub fn without_credentials(mut self) -> Self {
        self.credentials = None;
        self.anonymous = true;
        self
    }

    /// The base URL of every service, in place of the host that follows from the region. Credentials go to it in clear text if it starts
    /// with `http://`; without a scheme it is `https`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// The base URL of one service by its name in the SDK (`dgc`); stronger than [`endpoint`](ClientBuilder::endpoint). Nothing notices a
    /// name that no service has: a client does not know the services before they are called.
    pub fn service_endpoint(mut self, service: impl Into<String>, url: impl Into<String>) -> Self {
        self.service_endpoints.push((service.into(), url.into()));
        self
    }

    /// What sends the requests, in place of an [`HttpTransport`](crate::HttpTransport) of its own.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// How long a call may take with all of its attempts and the waits between them; 180 seconds if not set. A call can say otherwise
    /// with `with_timeout`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long one attempt may take from its first byte to the last byte of the answer; 60 seconds if not set.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How calls are tried again. A call can say otherwise with `with_retry`.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    /// Lets nothing wait that was not given a backoff of its own, for clients of tests.
    pub(crate) fn instant(mut self) -> Self {
        self.instant = true;
        self
    }

    /// Who is told what the services send and their pages do not know: fields, values of enums and types, each with its JSON path. Nothing
    /// fails because of it, and without it nothing is looked for. It is called while a response is decoded, so it should be quick;
    /// if it panics, so does the call.
    pub fn on_drift(mut self, hook: impl Fn(&Drift) + Send + Sync + 'static) -> Self {
        self.drift = Some(Arc::new(hook));
        self
    }

    /// How large the body of an answer may be, once it is decompressed; 16 MiB if not set. What is larger is an error and is not read.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// See [`HttpTransportBuilder::connect_timeout`].
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// See [`HttpTransportBuilder::idle_timeout`].
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.idle_timeout(timeout);
        self
    }

    /// See [`HttpTransportBuilder::proxy`].
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.http = self.http.proxy(url);
        self
    }

    /// See [`HttpTransportBuilder::no_proxy`].
    pub fn no_proxy(mut self) -> Self {
        self.http = self.http.no_proxy();
        self
    }

    /// See [`HttpTransportBuilder::root_certificate`].
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificate(pem);
        self
    }

    /// See [`HttpTransportBuilder::client_identity`].
    pub fn client_identity(mut self, chain_pem: impl Into<Vec<u8>>, key_pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.client_identity(chain_pem, key_pem);
        self
    }

    /// See [`HttpTransportBuilder::product`]; a transport of another kind does not send it.
    pub fn product(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.http = self.http.product(name, version);
        self
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    /// When a URL is wrong, a text is empty, the id of a project or account holds a `/`, a timeout is zero, the credentials cannot be sent, or the default transport cannot be set up.
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
        for (name, value) in [("project_id", &self.project_id), ("domain_id", &self.domain_id)] {
            if let Some(value) = value.as_ref().filter(|value| value.contains('/')) {
                return Err(Error::configuration(format!(
                    "{name} {value:?} holds a `/`, which no id does; give the id alone, and not a path or a URL"
                )));
            }
        }
        for (name, timeout) in [("timeout", self.timeout), ("attempt_timeout", self.attempt_timeout)] {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return Err(Error::configuration(format!(
                    "{name} is zero, so that no call could succeed; give a longer one, or Duration::MAX for none"
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
        // What a transport that was given reaches is not known.
        let tls = HAS_TLS || self.transport.is_some();
        let parse = |url: &String| {
            let endpoint = Endpoint::parse(url).map_err(Error::configuration)?;
            endpoint.needs(tls).map(|()| endpoint).map_err(Error::configuration)
        };
        let endpoint = self.endpoint.as_ref().map(parse).transpose()?;
        let mut service_endpoints = BTreeMap::new();
        for (service, url) in &self.service_endpoints {
            service_endpoints.insert(service.clone(), parse(url)?);
        }
        let credentials = match self.credentials {
            None if !self.anonymous => Some(Arc::new(Credentials::default_chain()) as Arc<dyn CredentialsProvider>),
            credentials => credentials,
        };
        if let Some(credentials) = &credentials {
            credentials.check().map_err(Error::from_credentials)?;
        }
        let transport = match self.transport {
            Some(_) if !self.http.is_default() => {
                return Err(Error::configuration(
                    "a transport is given, and settings that only the default one knows (connect_timeout, proxy, certificates); \
                     set them on HttpTransport::builder() and give what it builds, or leave them out",
                ));
            }
            Some(transport) => transport,
            None => Arc::new(self.http.build()?),
        };
        let iam = service_endpoints.get(IAM).or(endpoint.as_ref()).map(|endpoint| endpoint.as_str().to_owned());
        let context = ProviderContext::new(Arc::clone(&transport))
            .with_region(self.region.clone())
            .with_project_id(self.project_id.clone())
            .with_iam_endpoint(iam);
        let credentials = credentials.map(|given| given.bind(&context).unwrap_or(given));
        Ok(Client(Arc::new(Shared {
            region: self.region,
            project_id: self.project_id,
            domain_id: self.domain_id,
            endpoint,
            service_endpoints,
            region_endpoints: RwLock::default(),
            credentials,
            transport,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            attempt_timeout: self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT),
            max_response_bytes: self.max_response_bytes.unwrap_or(MAX_RESPONSE_BYTES),
            retry: self.retry,
            drift: self.drift,
            instant: self.instant,
            clock: Clock::default(),
            tls,
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
