//! Why a provider could not authorize a request.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// Why a provider could not authorize a request. A clone shares the error behind it, so that all calls that waited can have it.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    message: String,
    retryable: bool,
    refusal: Option<Box<Refusal>>,
    source: Option<Arc<dyn StdError + Send + Sync + 'static>>,
}

/// What an answer said that refused the credentials' own request, without secrets.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
}

impl CredentialsError {
    /// An error that says what was tried and what to do; it must not hold a secret.
    pub fn new(message: impl Into<String>) -> CredentialsError {
        CredentialsError { message: message.into(), retryable: false, refusal: None, source: None }
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

    /// Keeps what the answer said that refused the credentials' own request.
    pub(super) fn with_refusal(mut self, refusal: Refusal) -> CredentialsError {
        self.refusal = Some(Box::new(refusal));
        self
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.refusal.as_ref().map(|refusal| refusal.status)
    }

    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_deref()
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
