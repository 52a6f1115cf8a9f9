//! Why a provider could not authorize a request.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a provider could not authorize a request. A clone shares the error behind it, so that all calls that waited can have it.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    message: String,
    retryable: bool,
    status: Option<u16>,
    source: Option<Arc<dyn StdError + Send + Sync + 'static>>,
}

impl CredentialsError {
    /// An error that says what was tried and what to do; it must not hold a secret.
    pub fn new(message: impl Into<String>) -> CredentialsError {
        CredentialsError { message: message.into(), retryable: false, status: None, source: None }
    }

    /// Adds the error behind this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync + 'static>>) -> CredentialsError {
        self.source = Some(source.into().into());
        self
    }

    /// Says that asking again later may help, because who gives the credentials was not reachable or busy.
    #[must_use]
    pub fn with_retryable(mut self, retryable: bool) -> CredentialsError {
        self.retryable = retryable;
        self
    }

    /// Keeps the status of the answer that refused the credentials' own request.
    pub(super) fn with_status(mut self, status: u16) -> CredentialsError {
        self.status = Some(status);
        self
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.status
    }

    /// Whether asking again later may help.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
