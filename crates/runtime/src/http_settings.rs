//! What can be set about the default transport, and the reqwest client that follows from it.

use std::fmt;
use std::time::Duration;

use crate::error::Error;
use crate::http::HttpTransport;

/// How long a connection may take to be made, so that a wrong host is noticed long before a call's own limit.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long an unused connection is kept: less than services do, because a request that crosses with their closing cannot be repeated.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// Sets up an [`HttpTransport`]. Nothing is checked before [`build`](HttpTransportBuilder::build).
#[derive(Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpTransportBuilder {
    connect_timeout: Option<Duration>,
    idle_timeout: Option<Duration>,
    proxy: Option<String>,
    no_proxy: bool,
    root_certificates: Vec<Vec<u8>>,
    client_identity: Option<(Vec<u8>, Vec<u8>)>,
    products: Vec<(String, String)>,
}

impl HttpTransportBuilder {
    /// How long a connection may take to be made, TLS included; 10 seconds if not set.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// How long a connection without a request is kept; 30 seconds if not set. Shorter than the service keeps it is safest: a write that
    /// meets a connection which the service closes just then is an error, because it may have arrived.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// The proxy for every request, as `http://user:password@host:port`. If none is set, the environment variables `HTTPS_PROXY`,
    /// `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` decide, in capitals or not.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.no_proxy = true;
        self
    }

    /// Trusts the certificates in `pem` too, besides those that the system trusts.
    pub fn root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Shows a certificate to servers that ask for one: its chain and its key (PKCS #8), both as PEM.
    pub fn client_identity(mut self, chain_pem: impl Into<Vec<u8>>, key_pem: impl Into<Vec<u8>>) -> Self {
        self.client_identity = Some((chain_pem.into(), key_pem.into()));
        self
    }

    /// Puts a product in front of those that `User-Agent` names already: `my-app/1.0 tablature-runtime/0.1.0`.
    pub fn product(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.products.push((name.into(), version.into()));
        self
    }

    /// Whether nothing was set, so that any transport will do.
    pub(crate) fn is_default(&self) -> bool {
        self.connect_timeout.is_none()
            && self.idle_timeout.is_none()
            && self.proxy.is_none()
            && !self.no_proxy
            && self.root_certificates.is_empty()
            && self.client_identity.is_none()
    }

    /// Makes a transport with a connection pool of its own.
    ///
    /// # Errors
    /// When a setting is not what it should be, or TLS cannot be set up.
    pub fn build(self) -> Result<HttpTransport, Error> {
        let client = reqwest::Client::builder()
            // Redirects and retries are decided above the transport, where each attempt is authorized.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            .pool_idle_timeout(self.idle_timeout.unwrap_or(IDLE_TIMEOUT))
            .user_agent(self.user_agent()?);
        let client = self.with_tls(self.with_proxy(client)?)?;
        let client = client
            .build()
            .map_err(|error| Error::configuration("the HTTP transport cannot be set up").with_source(error))?;
        Ok(HttpTransport::over(client))
    }

    fn user_agent(&self) -> Result<String, Error> {
        let token = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
        };
        let mut agent = String::new();
        for (name, version) in self.products.iter().rev() {
            if !token(name) || !token(version) {
                return Err(Error::configuration(format!(
                    "product {name:?} of version {version:?} cannot be named in User-Agent; expected letters, digits and `-._+` in both"
                )));
            }
            agent.push_str(&format!("{name}/{version} "));
        }
        agent.push_str(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        Ok(agent)
    }

    fn with_proxy(&self, client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        if self.no_proxy {
            if self.proxy.is_some() {
                return Err(Error::configuration("both a proxy and no_proxy() are set; leave one of them out"));
            }
            return Ok(client.no_proxy());
        }
        let Some(url) = &self.proxy else { return Ok(client) };
        // The URL stays out of the message, because it may hold a password.
        let wrong = |problem: String| {
            Error::configuration(format!(
                "the proxy is not a URL that can be used ({problem}); expected one like http://proxy.example.com:8080"
            ))
        };
        let parsed = url::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(wrong(format!("its scheme is `{}`", parsed.scheme())));
        }
        let proxy = reqwest::Proxy::all(url).map_err(|error| wrong(error.without_url().to_string()))?;
        Ok(client.proxy(proxy))
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn with_tls(&self, client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        if self.root_certificates.is_empty() && self.client_identity.is_none() {
            return Ok(client);
        }
        Err(Error::configuration(
            "certificates are set, but this build has no TLS: enable the feature `rustls` or `native-tls` of huaweicloud (or tablature-runtime)",
        ))
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn with_tls(&self, mut client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        #[cfg(feature = "rustls")]
        {
            // reqwest panics without a provider; one that the application chose is kept, also when it is installed in this moment.
            if rustls::crypto::CryptoProvider::get_default().is_none() {
                let _ = rustls::crypto::ring::default_provider().install_default();
            }
            client = client.tls_backend_rustls();
        }
        for pem in &self.root_certificates {
            let wrong = "a root certificate cannot be read; expected PEM with at least one BEGIN CERTIFICATE";
            let certificates = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| Error::configuration(wrong).with_source(error))?;
            if certificates.is_empty() {
                return Err(Error::configuration(wrong));
            }
            for certificate in certificates {
                client = client.add_root_certificate(certificate);
            }
        }
        if let Some((chain, key)) = &self.client_identity {
            let identity = identity(chain, key).map_err(|error| {
                Error::configuration(
                    "the client identity cannot be read; expected a certificate chain and a PKCS #8 key, both as PEM",
                )
                .with_source(error)
            })?;
            client = client.identity(identity);
        }
        Ok(client)
    }
}

#[cfg(feature = "rustls")]
fn identity(chain: &[u8], key: &[u8]) -> reqwest::Result<reqwest::Identity> {
    reqwest::Identity::from_pem(&[chain, b"\n", key].concat())
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn identity(chain: &[u8], key: &[u8]) -> reqwest::Result<reqwest::Identity> {
    reqwest::Identity::from_pkcs8_pem(chain, key)
}

/// Shows no proxy and no key, because both may hold secrets.
impl fmt::Debug for HttpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransportBuilder")
            .field("connect_timeout", &self.connect_timeout)
            .field("products", &self.products)
            .finish_non_exhaustive()
    }
}
