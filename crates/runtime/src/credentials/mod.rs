//! Who makes a call: the seam for credentials, and the credentials that the two clouds know.

mod access_key;
mod bound;
mod cached;
mod chain;
mod clouds_yaml;
mod context;
// A build that cannot sign states no date.
#[cfg_attr(not(any(feature = "rustls", feature = "sha2")), allow(dead_code))]
mod date;
#[cfg(any(feature = "rustls", feature = "sha2"))]
mod digest;
mod environment;
mod error;
mod exchange;
mod given;
mod iam;
mod metadata;
mod profile;
#[cfg(any(feature = "rustls", feature = "sha2"))]
mod sign;
#[cfg(not(any(feature = "rustls", feature = "sha2")))]
#[path = "no_sign.rs"]
mod sign;
mod token;
#[cfg(feature = "clouds-yaml")]
mod yaml;

use std::sync::Arc;

pub use context::ProviderContext;
pub use error::CredentialsError;
pub(crate) use error::Refusal;
pub use given::Credentials;

use crate::headers::Headers;
use crate::transport::{BoxFuture, HttpRequest};

/// The name under which a client can be given the endpoint of the identity service.
pub(crate) const IAM: &str = "iam";

/// Makes a request one of an authenticated user.
///
/// It is asked once per attempt, after everything else in the request is final, so that a signature can cover all of it.
pub trait CredentialsProvider: Send + Sync {
    /// Adds to `request` what proves who makes it, by [`Headers::insert_secret`](crate::Headers::insert_secret).
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>>;

    /// Says what is wrong with what the provider was given, without I/O; asked once, when the client is built.
    fn check(&self) -> Result<(), CredentialsError> {
        Ok(())
    }

    /// The provider that a client with this `context` uses in place of this one; asked once, when the client is built. A provider that
    /// obtains something over the network has its transport, region and cache from here.
    fn bind(&self, context: &ProviderContext) -> Option<Arc<dyn CredentialsProvider>> {
        let _ = context;
        None
    }

    /// The project that the credentials belong to, looked up where necessary and kept; none if they cannot tell. Asked only for calls
    /// that need it, by clients that were given none.
    fn project_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// The account that the credentials belong to; like [`project_id`](CredentialsProvider::project_id).
    fn domain_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Told that the service answered 401 to a request with the headers `refused`; says whether authorizing the request again would
    /// give something else. Asked once for each call, which is sent once more if the answer is yes.
    ///
    /// Many calls may be refused at the same time: a provider whose token is not the one in `refused` any more has nothing to do.
    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        let _ = refused;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Whether what [`authorize`](CredentialsProvider::authorize) adds depends on [`HttpRequest::time`]. Then a request that is refused
    /// with 401 or 403 by a server whose clock differs is authorized and sent once more, by the clock of the server.
    fn uses_time(&self) -> bool {
        false
    }
}

impl<P: CredentialsProvider + ?Sized> CredentialsProvider for Arc<P> {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        (**self).authorize(request)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        (**self).check()
    }

    fn bind(&self, context: &ProviderContext) -> Option<Arc<dyn CredentialsProvider>> {
        (**self).bind(context)
    }

    fn project_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        (**self).project_id()
    }

    fn domain_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        (**self).domain_id()
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        (**self).refresh(refused)
    }

    fn uses_time(&self) -> bool {
        (**self).uses_time()
    }
}
