//! An access key: permanent, or temporary with a security token.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{CredentialsError, sign, token};
use crate::transport::HttpRequest;

const SECURITY_TOKEN: &str = "X-Security-Token";
const PROJECT_ID: &str = "X-Project-Id";
const DOMAIN_ID: &str = "X-Domain-Id";

/// An access key with which requests are signed.
#[derive(Clone)]
pub(super) struct AccessKey {
    pub(super) id: String,
    pub(super) secret: SecretString,
    pub(super) security_token: Option<SecretString>,
}

impl AccessKey {
    /// Signs `request`, unless the call brings an authorization of its own.
    pub(super) fn authorize(&self, request: &mut HttpRequest) -> Result<(), CredentialsError> {
        if token::is_authorized(request) {
            return Ok(());
        }
        // A key belongs to a user; these say for which project or account of the user the call is.
        for (name, id) in [(PROJECT_ID, &request.project_id), (DOMAIN_ID, &request.domain_id)] {
            if let Some(id) = id
                && !request.headers.contains(name)
            {
                request.headers.insert(name, id);
                break;
            }
        }
        if let Some(token) = &self.security_token {
            request.headers.insert_secret(SECURITY_TOKEN, token.expose_secret());
        }
        sign::sign(request, &self.id, self.secret.expose_secret())
    }

    pub(super) fn check(&self) -> Result<(), CredentialsError> {
        sign::available()?;
        token::check("access key", &self.id)?;
        token::check("secret key", self.secret.expose_secret())?;
        self.security_token.as_ref().map_or(Ok(()), |token| token::check("security token", token.expose_secret()))
    }
}

/// The id of the key is no secret, but nobody needs it in a log either.
impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.security_token.is_some() { "temporary access key" } else { "access key" })
    }
}
