//! Credentials as an application states them.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};

use super::access_key::AccessKey;
use super::bound::Bound;
use super::chain::{Chain, Found};
use super::environment::Environment;
use super::iam::{Facts, Login, Named};
use super::{
    CredentialsError, CredentialsProvider, ProviderContext, clouds_yaml, environment, metadata, profile, sign, token,
};
use crate::error::Error;
use crate::transport::{BoxFuture, HttpRequest};

/// Credentials that come from the application or its environment.
///
/// What is obtained over the network (tokens of a login, keys of a server, ids of projects) is obtained by the client that they are
/// given to, through its transport, when the first call needs it. It is kept, renewed before it ends, and renewed once when a service
/// answers 401; however many calls wait for it, it is asked for once. Clones of the client share it.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub(super) source: Source,
    pub(super) facts: Facts,
}

/// Where what proves a request comes from. `Debug` of each shows no secret.
#[derive(Clone, Debug)]
pub(super) enum Source {
    Token(SecretString),
    AccessKey(Arc<AccessKey>),
    Login(Arc<Login>),
    /// The metadata service at this URL.
    Metadata(String),
    Chain,
}

impl Credentials {
    pub(super) fn new(source: Source) -> Credentials {
        Credentials { source, facts: Facts::default() }
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

    /// The password of a user of the account `domain`, for which IAM gives tokens: one for each project that calls are made in.
    pub fn password(domain: impl Into<String>, user: impl Into<String>, password: impl Into<String>) -> Credentials {
        Credentials::login(Named::Name(user.into()), Some(Named::Name(domain.into())), password.into())
    }

    pub(super) fn login(user: Named, domain: Option<Named>, password: String) -> Credentials {
        let password = SecretString::from(password);
        Credentials::new(Source::Login(Arc::new(Login::Password { user, domain, password })))
    }

    /// The agency by which the account `domain` lets somebody act for it; `source` are the credentials of that somebody.
    pub fn agency(
        source: impl CredentialsProvider + 'static,
        domain: impl Into<String>,
        agency: impl Into<String>,
    ) -> Credentials {
        let (domain, agency) = (Named::Name(domain.into()), agency.into());
        Credentials::new(Source::Login(Arc::new(Login::Agency { source: Arc::new(source), domain, agency })))
    }

    /// The temporary access key of the elastic cloud server on which the program runs, given by an agency of the server.
    pub fn metadata() -> Credentials {
        Credentials::metadata_at(metadata::ENDPOINT)
    }

    /// Like [`metadata`](Credentials::metadata), from a metadata service at another URL.
    pub fn metadata_at(url: impl Into<String>) -> Credentials {
        let url: String = url.into();
        Credentials::new(Source::Metadata(url.trim_end_matches('/').to_owned()))
    }

    /// What the environment variables give: `HUAWEICLOUD_SDK_AK` and `HUAWEICLOUD_SDK_SK` with or without
    /// `HUAWEICLOUD_SDK_SECURITY_TOKEN`, else the token in the first of `HUAWEICLOUD_SDK_TOKEN`, `OS_TOKEN` and `OS_AUTH_TOKEN`, else
    /// `OS_ACCESS_KEY` and `OS_SECRET_KEY` with or without `OS_SECURITY_TOKEN`, else `OS_PASSWORD` with `OS_USERNAME` or `OS_USER_ID`
    /// and `OS_USER_DOMAIN_NAME`, `OS_USER_DOMAIN_ID`, `OS_DOMAIN_NAME` or `OS_DOMAIN_ID`.
    ///
    /// To them belong, where they are set: `HUAWEICLOUD_SDK_PROJECT_ID` (`OS_PROJECT_ID`, `OS_TENANT_ID`), `OS_PROJECT_NAME`
    /// (`OS_TENANT_NAME`), `HUAWEICLOUD_SDK_DOMAIN_ID`, `OS_REGION_NAME`, and `HUAWEICLOUD_SDK_IAM_ENDPOINT` (`OS_AUTH_URL`). Blanks
    /// around a value are removed, and an empty one counts as not set.
    ///
    /// # Errors
    /// When there are none, or half of a pair; the error lists every variable and why it did not serve.
    pub fn from_env() -> Result<Credentials, Error> {
        found("no credentials in the environment", environment::look(&Environment::of_process()))
    }

    /// What the profile file of the vendor's SDKs has: `~/.huaweicloud/credentials`, or the file that
    /// `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names. Its section `[basic]`, else `[global]`, has `ak` and `sk`, and may have
    /// `security_token`, `project_id`, `domain_id` and `iam_endpoint`.
    ///
    /// # Errors
    /// When there is no such file or section, or half of a key; the error says where.
    pub fn from_profile() -> Result<Credentials, Error> {
        found("no credentials in a profile", profile::look(&Environment::of_process()))
    }

    /// What the section `section` of another profile file has.
    ///
    /// # Errors
    /// As [`from_profile`](Credentials::from_profile).
    pub fn from_profile_file(path: impl Into<PathBuf>, section: &str) -> Result<Credentials, Error> {
        profile::from_file(path.into(), section).map_err(Error::from_credentials)
    }

    /// What `clouds.yaml` has for `cloud`, else for the one that `OS_CLOUD` names, else for the only one in it. The file is the one that
    /// `OS_CLIENT_CONFIG_FILE` names, else the first of `./clouds.yaml`, `~/.config/openstack/clouds.yaml` and
    /// `/etc/openstack/clouds.yaml`; secrets may stand in `secure.yaml` beside it. `auth` has `ak` and `sk` (with `security_token`), or
    /// `token`, or `username` and `password` with `user_domain_name`. Needs the feature `clouds-yaml`.
    ///
    /// # Errors
    /// When there is no such file or cloud, or something is missing in it; the error says where.
    pub fn from_clouds_yaml(cloud: Option<&str>) -> Result<Credentials, Error> {
        let environment = Environment::of_process();
        let look = match cloud {
            Some(cloud) => clouds_yaml::from_file(&environment, Some(cloud)),
            None => clouds_yaml::look(&environment),
        };
        found("no credentials in clouds.yaml", look)
    }

    /// The first that there is, looked for when the first call is made: [`from_env`](Credentials::from_env), then
    /// [`from_profile`](Credentials::from_profile), then [`from_clouds_yaml`](Credentials::from_clouds_yaml), then
    /// [`metadata`](Credentials::metadata). A place that has something, but wrong or half, ends the search with an error. If no place
    /// has any, the error lists all of them and why each did not serve.
    pub fn default_chain() -> Credentials {
        Credentials::new(Source::Chain)
    }

    /// The project to which the credentials belong, for clients and calls that state none.
    #[must_use]
    pub fn with_project_id(mut self, project_id: impl Into<String>) -> Credentials {
        self.facts.project_id = Some(project_id.into());
        self
    }

    /// The account to which the credentials belong, for clients that state none.
    #[must_use]
    pub fn with_domain_id(mut self, domain_id: impl Into<String>) -> Credentials {
        self.facts.domain_id = Some(domain_id.into());
        self
    }

    /// The base URL of IAM, in place of the one that follows from the client's endpoints and region.
    #[must_use]
    pub fn with_iam_endpoint(mut self, url: impl Into<String>) -> Credentials {
        self.facts.iam_endpoint = Some(url.into());
        self
    }

    /// Asks for tokens of the whole account instead of one project, as services without regions want them (IAM itself).
    #[must_use]
    pub fn with_domain_scope(mut self) -> Credentials {
        self.facts.domain_scope = true;
        self
    }
}

fn found(none: &str, found: Result<Found, CredentialsError>) -> Result<Credentials, Error> {
    match found {
        Ok(Found::Credentials(credentials)) => Ok(credentials),
        Ok(Found::Nothing(reason)) => Err(Error::credentials(format!("{none}: {reason}"))),
        Err(error) => Err(Error::from_credentials(error)),
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
            Source::Login(_) | Source::Metadata(_) | Source::Chain => Err(CredentialsError::new(
                "these credentials are obtained over the network: give them to Client::builder().credentials(..)",
            )),
        };
        Box::pin(std::future::ready(done))
    }

    fn check(&self) -> Result<(), CredentialsError> {
        match &self.source {
            Source::Token(token) => token::check("token", token.expose_secret()),
            Source::AccessKey(key) => key.check(),
            Source::Login(login) => login.check(),
            Source::Metadata(_) => sign::available(),
            Source::Chain => Ok(()),
        }
    }

    fn bind(&self, context: &ProviderContext) -> Option<Arc<dyn CredentialsProvider>> {
        Some(match self.source {
            Source::Chain => Arc::new(Chain::new(Environment::of_process(), self.facts.clone(), context.clone())),
            _ => Arc::new(Bound::new(self.clone(), context.clone())),
        })
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
            Credentials::password("d", "u", "hidden"),
            Credentials::agency(Credentials::token("hidden"), "d", "a"),
        ];
        let text = format!("{all:#?}");
        assert!(!text.contains("hidden"), "{text}");
    }
}
