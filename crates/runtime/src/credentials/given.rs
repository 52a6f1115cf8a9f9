//! Credentials as an application states them.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::access_key::AccessKey;
use super::environment::{Environment, from_environment};
use super::{CredentialsError, CredentialsProvider, token};
use crate::error::Error;
use crate::transport::{BoxFuture, HttpRequest};

/// Credentials that come from the application or its environment.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(super) source: Source,
}

/// Where what proves a request comes from. `Debug` of each shows no secret.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Token(SecretString),
    AccessKey(Arc<AccessKey>),
}

impl Credentials {
    pub(super) fn new(source: Source) -> Credentials {
        Credentials { source }
    }

    /// A token that the application obtained, sent as `X-Auth-Token`.
    pub fn token(token: impl Into<String>) -> Credentials {
        Credentials::new(Source::Token(SecretString::from(token.into())))
    }

    /// A permanent access key (AK) and its secret key (SK), with which each request is signed (SDK-HMAC-SHA256).
    pub fn access_key(access_key: impl Into<String>, secret_key: impl Into<String>) -> Credentials {
        Credentials::key(access_key.into(), secret_key.into(), None)
    }

    /// A temporary access key with its secret key and security token.
    pub fn temporary_access_key(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
        security_token: impl Into<String>,
    ) -> Credentials {
        Credentials::key(access_key.into(), secret_key.into(), Some(security_token.into()))
    }

    pub(super) fn key(id: String, secret: String, security_token: Option<String>) -> Credentials {
        let (secret, security_token) = (secret.into(), security_token.map(SecretString::from));
        Credentials::new(Source::AccessKey(Arc::new(AccessKey { id, secret, security_token })))
    }

    /// What the environment variables give: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK` with or without
    /// `HUAWEICLOUD_SDK_SECURITY_TOKEN`, else the token in the first of `HUAWEICLOUD_SDK_TOKEN`, `OS_TOKEN` and `OS_AUTH_TOKEN`, else
    /// `OS_ACCESS_KEY` and `OS_SECRET_KEY` with or without `OS_SECURITY_TOKEN`. Blanks around a value are removed, and an empty one
    /// counts as not set.
    ///
    /// # Errors
    /// When there is none, or half of a pair; the error lists every variable and why it did not serve.
    pub fn from_env() -> Result<Credentials, Error> {
        from_environment(&Environment::of_process()).map_err(Error::from_credentials)
    }
}

impl CredentialsProvider for Credentials {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        let done = match &self.source {
            Source::Token(token) => {
                token::authorize(request, token);
                Ok(())
            }
            Source::AccessKey(key) => key.authorize(request),
        };
        Box::pin(std::future::ready(done))
    }

    fn check(&self) -> Result<(), CredentialsError> {
        match &self.source {
            Source::Token(token) => token::check("token", token.expose_secret()),
            Source::AccessKey(key) => key.check(),
        }
    }

    fn uses_time(&self) -> bool {
        matches!(self.source, Source::AccessKey(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_hides_secrets() {
        let all = [
            Credentials::token("hidden"),
            Credentials::access_key("hidden", "hidden"),
            Credentials::temporary_access_key("hidden", "hidden", "hidden"),
        ];
        let text = format!("{all:#?}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
