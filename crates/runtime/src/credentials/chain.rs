//! The default chain: the first place that has credentials.

use std::sync::Arc;
use std::time::Instant;

use super::bound::Bound;
use super::cached::{Cached, Fetched};
use super::environment::Environment;
use super::given::Credentials;
use super::iam::Facts;
use super::{CredentialsError, CredentialsProvider, ProviderContext, clouds_yaml, environment, profile, token};
use crate::error::chain;
use crate::headers::Headers;
use crate::transport::{BoxFuture, HttpRequest};

/// What a place says when it is asked for credentials.
pub(super) enum Found {
    Credentials(Credentials),
    /// There are none, for this reason; the next place is asked.
    Nothing(String),
}

type Place = fn(&Environment) -> Result<Found, CredentialsError>;

/// The places on this machine, in order. What is there but wrong is an error: somebody meant it.
const PLACES: [(&str, Place); 3] =
    [("environment", environment::look), ("profile", profile::look), ("clouds.yaml", clouds_yaml::look)];

/// Looks when the first call is made, and keeps what it finds.
pub(super) struct Chain {
    environment: Environment,
    /// What was said of the chain itself, which is stronger than what a place says.
    facts: Facts,
    context: ProviderContext,
    found: Cached<Bound>,
}

impl Chain {
    pub(super) fn new(environment: Environment, facts: Facts, context: ProviderContext) -> Chain {
        Chain { environment, facts, context, found: Cached::new() }
    }

    async fn found(&self) -> Result<Arc<Bound>, CredentialsError> {
        self.found.get(Instant::now, async || Ok(Fetched { value: self.look().await?, life: None })).await
    }

    async fn look(&self) -> Result<Bound, CredentialsError> {
        let mut reasons = Vec::new();
        for (place, look) in PLACES {
            match look(&self.environment)? {
                Found::Credentials(mut credentials) => {
                    credentials.facts = self.facts.clone().or(credentials.facts);
                    credentials.check()?;
                    return Ok(Bound::new(credentials, self.context.clone()));
                }
                Found::Nothing(reason) => reasons.push(format!("{place}: {reason}")),
            }
        }
        let mut metadata = Credentials::metadata();
        metadata.facts = self.facts.clone();
        let bound = Bound::new(metadata, self.context.clone());
        match bound.probe().await {
            Ok(()) => Ok(bound),
            Err(error) => {
                reasons.push(format!("metadata: {}", chain(&error)));
                Err(CredentialsError::new(format!(
                    "none found, so give them to Client::builder().credentials(..) or to one of these places: {}",
                    reasons.join("; ")
                )))
            }
        }
    }
}

impl CredentialsProvider for Chain {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        Box::pin(async move {
            match token::is_authorized(request) {
                true => Ok(()),
                false => self.found().await?.authorize(request).await,
            }
        })
    }

    fn project_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(async move { self.found().await?.project_id().await })
    }

    fn domain_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(async move { self.found().await?.domain_id().await })
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        Box::pin(async move { self.found().await?.refresh(refused).await })
    }

    fn uses_time(&self) -> bool {
        self.found.kept().is_none_or(|found| found.uses_time())
    }
}
