//! Credentials in the hands of a client: with its transport, and with what was obtained through it.

use super::given::{Credentials, Source};
use super::iam::{Ids, Tokens};
use super::metadata::Metadata;
use super::{CredentialsError, CredentialsProvider, ProviderContext};
use crate::headers::Headers;
use crate::transport::{BoxFuture, HttpRequest};

pub(super) struct Bound {
    credentials: Credentials,
    context: ProviderContext,
    /// What the source obtains over the network, if it does.
    obtained: Obtained,
    ids: Ids,
}

enum Obtained {
    Nothing,
    Tokens(Tokens),
    Key(Metadata),
}

impl Bound {
    pub(super) fn new(credentials: Credentials, context: ProviderContext) -> Bound {
        let obtained = match &credentials.source {
            Source::Login(login) => {
                Obtained::Tokens(Tokens::new(login.bound(&context), credentials.facts.clone(), context.clone()))
            }
            Source::Metadata(endpoint) => Obtained::Key(Metadata::new(endpoint.clone(), context.clone())),
            Source::Token(_) | Source::AccessKey(_) | Source::Chain => Obtained::Nothing,
        };
        Bound { credentials, context, obtained, ids: Ids::new() }
    }

    /// Obtains what the source must obtain, so that one knows whether it can.
    pub(super) async fn probe(&self) -> Result<(), CredentialsError> {
        match &self.obtained {
            Obtained::Key(metadata) => metadata.key().await.map(drop),
            Obtained::Nothing | Obtained::Tokens(_) => Ok(()),
        }
    }
}

impl CredentialsProvider for Bound {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        match &self.obtained {
            Obtained::Nothing => self.credentials.authorize(request),
            Obtained::Tokens(tokens) => Box::pin(tokens.authorize(request)),
            Obtained::Key(metadata) => Box::pin(metadata.authorize(request)),
        }
    }

    fn project_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(async {
            let facts = &self.credentials.facts;
            if let Some(id) = &facts.project_id {
                return Ok(Some(id.clone()));
            }
            if let Obtained::Tokens(tokens) = &self.obtained
                && let Some(id) = tokens.project_id().await?
            {
                return Ok(Some(id));
            }
            self.ids.project(self, facts, &self.context).await
        })
    }

    fn domain_id(&self) -> BoxFuture<'_, Result<Option<String>, CredentialsError>> {
        Box::pin(async {
            let facts = &self.credentials.facts;
            if let Some(id) = &facts.domain_id {
                return Ok(Some(id.clone()));
            }
            if let Obtained::Tokens(tokens) = &self.obtained
                && let Some(id) = tokens.domain_id().await?
            {
                return Ok(Some(id));
            }
            self.ids.domain(self, facts, &self.context).await
        })
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        let again = match &self.obtained {
            Obtained::Nothing => false,
            Obtained::Tokens(tokens) => tokens.refresh(refused),
            Obtained::Key(metadata) => metadata.refresh(refused),
        };
        Box::pin(std::future::ready(Ok(again)))
    }

    fn uses_time(&self) -> bool {
        match &self.obtained {
            Obtained::Nothing => self.credentials.uses_time(),
            Obtained::Tokens(_) => false,
            Obtained::Key(_) => true,
        }
    }
}
