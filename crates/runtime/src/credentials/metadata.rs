//! The temporary access key of an elastic cloud server that has an agency, from the server's metadata.

use std::sync::Arc;
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use super::access_key::AccessKey;
use super::cached::{Cached, Fetched};
use super::exchange::{exchange, json, once};
use super::{CredentialsError, ProviderContext, date, iam, sign, token};
use crate::headers::Headers;
use crate::transport::HttpRequest;

const WHOM: &str = "the metadata service";

/// The address at which every server finds its own metadata, and nobody else's.
pub(super) const ENDPOINT: &str = "http://169.254.169.254";

/// A machine that is no server of the cloud has nobody there, and should learn that soon.
const FIRST_TIMEOUT: Duration = Duration::from_secs(2);
const TIMEOUT: Duration = Duration::from_secs(5);

const TOKEN: &str = "X-Metadata-Token";
const TOKEN_LIFE: &str = "X-Metadata-Token-Ttl-Seconds";

/// Access keys of the server, renewed before they end.
pub(super) struct Metadata {
    endpoint: String,
    context: ProviderContext,
    key: Cached<AccessKey>,
}

impl Metadata {
    pub(super) fn new(endpoint: String, context: ProviderContext) -> Metadata {
        Metadata { endpoint, context, key: Cached::new() }
    }

    pub(super) async fn authorize(&self, request: &mut HttpRequest) -> Result<(), CredentialsError> {
        match token::is_authorized(request) {
            true => Ok(()),
            false => self.key().await?.authorize(request),
        }
    }

    /// Forgets the key that was refused.
    pub(super) fn refresh(&self, refused: &Headers) -> bool {
        let authorization = refused.get(sign::AUTHORIZATION).unwrap_or_default();
        self.key.forget(|key| authorization.contains(&format!("Access={},", key.id)));
        true
    }

    pub(super) async fn key(&self) -> Result<Arc<AccessKey>, CredentialsError> {
        self.key.get(Instant::now, async || self.fetch().await).await
    }

    async fn fetch(&self) -> Result<Fetched<AccessKey>, CredentialsError> {
        let token = self.token().await?;
        let mut request = HttpRequest::new("GET", format!("{}/openstack/latest/securitykey", self.endpoint));
        request.timeout = Some(TIMEOUT);
        request.direct = true;
        if let Some(token) = &token {
            request.headers.insert_secret(TOKEN, token.expose_secret());
        }
        let answer = json(WHOM, &exchange(&self.context, WHOM, request, &[]).await?)?;
        let text = |key: &str| answer.get("credential")?.get(key)?.as_str().filter(|text| !text.is_empty());
        let (Some(id), Some(secret)) = (text("access"), text("secret")) else {
            return Err(CredentialsError::new(format!(
                "{WHOM} gives no access key; let an agency of the server allow what the program does"
            )));
        };
        Ok(Fetched {
            value: AccessKey {
                id: id.to_owned(),
                secret: secret.into(),
                security_token: text("securitytoken").map(SecretString::from),
            },
            life: Some(iam::life(text("expires_at").and_then(date::parse), None)),
        })
    }

    /// The token without which newer servers say nothing; older ones know none.
    async fn token(&self) -> Result<Option<SecretString>, CredentialsError> {
        let mut request = HttpRequest::new("PUT", format!("{}/meta-data/latest/api/token", self.endpoint));
        request.timeout = Some(FIRST_TIMEOUT);
        request.direct = true;
        request.headers.insert(TOKEN_LIFE, "21600");
        match once(&self.context, WHOM, request, &[]).await {
            Ok(answer) => {
                let token = String::from_utf8_lossy(&answer.body).trim().to_owned();
                Ok(Some(token).filter(|token| !token.is_empty()).map(SecretString::from))
            }
            Err(error) => match error.status() {
                Some(404 | 405 | 503) => Ok(None),
                _ => Err(error),
            },
        }
    }
}
