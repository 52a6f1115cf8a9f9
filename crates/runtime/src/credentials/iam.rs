//! Tokens and ids from IAM, the identity service: logging in with a password or by an agency, and looking up projects and accounts.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::cached::{Cached, Fetched};
use super::exchange::{exchange, json};
use super::{CredentialsError, CredentialsProvider, ProviderContext, date, token};
use crate::clouds;
use crate::endpoint::Endpoint;
use crate::headers::Headers;
use crate::path;
use crate::transport::HttpRequest;

const WHOM: &str = "the identity service";

/// The header in which a new token comes.
const SUBJECT_TOKEN: &str = "X-Subject-Token";

/// How long a token is used whose answer does not say when it ends; the service's own are valid for a day.
const LIFE: Duration = Duration::from_secs(3600);

/// How long whatever was obtained is used at least: a clock that is wrong must not make every call log in.
const SHORTEST_LIFE: Duration = Duration::from_secs(60);

/// How many projects have a token at a time.
const TOKENS: usize = 256;

/// How IAM lets one refer to a user, account or project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    Id(String),
    Name(String),
}

impl Named {
    fn json(&self) -> Value {
        match self {
            Named::Id(id) => json!({ "id": id }),
            Named::Name(name) => json!({ "name": name }),
        }
    }

    fn text(&self) -> &str {
        match self {
            Named::Id(text) | Named::Name(text) => text,
        }
    }
}

/// Who asks for a token, and by what right.
#[derive(Clone)]
pub(super) enum Login {
    /// A user of an account; a user that is given by its id needs no account.
    Password { user: Named, domain: Option<Named>, password: SecretString },
    /// Whoever `source` is, on behalf of the account `domain` that trusts it through the agency.
    Agency { source: Arc<dyn CredentialsProvider>, domain: Named, agency: String },
}

impl Login {
    pub(super) fn check(&self) -> Result<(), CredentialsError> {
        let texts = match self {
            Login::Password { user, domain, password } => {
                let domain = domain.as_ref().map_or("-", Named::text);
                [("user", user.text()), ("account", domain), ("password", password.expose_secret())]
            }
            Login::Agency { source, domain, agency } => {
                source.check()?;
                [("account", domain.text()), ("agency", agency.as_str()), ("", "-")]
            }
        };
        match texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            Some((what, _)) => Err(CredentialsError::new(format!("the {what} of the login is an empty text"))),
            None => Ok(()),
        }
    }

    pub(super) fn bound(&self, context: &ProviderContext) -> Login {
        match self {
            Login::Agency { source, domain, agency } => {
                let source = source.bind(context).unwrap_or_else(|| Arc::clone(source));
                Login::Agency { source, domain: domain.clone(), agency: agency.clone() }
            }
            login => login.clone(),
        }
    }

    fn identity(&self) -> Value {
        match self {
            Login::Password { user, domain, password } => {
                let mut who = user.json();
                who["password"] = password.expose_secret().into();
                if let Some(domain) = domain {
                    who["domain"] = domain.json();
                }
                json!({ "methods": ["password"], "password": { "user": who } })
            }
            Login::Agency { domain, agency, .. } => {
                let domain = match domain {
                    Named::Id(id) => ("domain_id", id),
                    Named::Name(name) => ("domain_name", name),
                };
                json!({ "methods": ["assume_role"], "assume_role": { domain.0: domain.1, "agency_name": agency } })
            }
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Login::Password { user, domain, .. } => write!(f, "password of {user:?} in {domain:?}"),
            Login::Agency { domain, agency, .. } => write!(f, "agency {agency:?} of {domain:?}"),
        }
    }
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Scope {
    Project(Named),
    Domain(Named),
    Unscoped,
}

/// What is known beside the secret, from where the credentials came.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) project_id: Option<String>,
    pub(super) project_name: Option<String>,
    pub(super) domain_id: Option<String>,
    pub(super) region: Option<String>,
    pub(super) iam_endpoint: Option<String>,
    /// Whether tokens are for the account and not for a project.
    pub(super) domain_scope: bool,
}

impl Facts {
    /// These facts, and those of `other` where these say nothing.
    pub(super) fn or(self, other: Facts) -> Facts {
        Facts {
            project_id: self.project_id.or(other.project_id),
            project_name: self.project_name.or(other.project_name),
            domain_id: self.domain_id.or(other.domain_id),
            region: self.region.or(other.region),
            iam_endpoint: self.iam_endpoint.or(other.iam_endpoint),
            domain_scope: self.domain_scope || other.domain_scope,
        }
    }

    fn region<'a>(&'a self, context: &'a ProviderContext) -> Option<&'a str> {
        context.region().or(self.region.as_deref())
    }

    /// The base URL of IAM: the one that came with the credentials, the client's, or the one of the region.
    fn iam(&self, context: &ProviderContext) -> Result<String, CredentialsError> {
        let url = match self.iam_endpoint.as_deref().or(context.iam_endpoint()) {
            Some(url) => url.to_owned(),
            None => {
                let region = self.region(context).ok_or_else(|| {
                    CredentialsError::new(
                        "neither a region nor the endpoint of the identity service is known; set Client::builder().region(..) or .service_endpoint(\"iam\", ..)",
                    )
                })?;
                clouds::iam(region).map_err(|problem| {
                    CredentialsError::new(format!("{problem}; or give .service_endpoint(\"iam\", ..)"))
                })?
            }
        };
        let endpoint = Endpoint::parse(&url).map_err(CredentialsError::new)?;
        // OpenStack tools are given the URL with the version.
        Ok(endpoint.as_str().strip_suffix("/v3").unwrap_or(endpoint.as_str()).to_owned())
    }
}

/// A token and what its answer said about it.
struct Token {
    token: SecretString,
    project_id: Option<String>,
    domain_id: Option<String>,
}

/// Tokens that are obtained by a login: one for each project that calls are made in.
pub(super) struct Tokens {
    login: Login,
    facts: Facts,
    context: ProviderContext,
    by_scope: Mutex<BTreeMap<Scope, Arc<Cached<Token>>>>,
}

impl Tokens {
    pub(super) fn new(login: Login, facts: Facts, context: ProviderContext) -> Tokens {
        Tokens { login, facts, context, by_scope: Mutex::default() }
    }

    pub(super) async fn authorize(&self, request: &mut HttpRequest) -> Result<(), CredentialsError> {
        if !token::is_authorized(request) {
            let found = self.token(request.project_id.as_deref()).await?;
            token::authorize(request, &found.token);
        }
        Ok(())
    }

    /// Forgets the token that was refused; one that is another already is worth an attempt too.
    pub(super) fn refresh(&self, refused: &Headers) -> bool {
        let Some(refused) = refused.get(token::TOKEN_HEADER) else { return false };
        for cached in self.all() {
            cached.forget(|token| token.token.expose_secret() == refused);
        }
        true
    }

    pub(super) async fn project_id(&self) -> Result<Option<String>, CredentialsError> {
        Ok(self.token(None).await?.project_id.clone())
    }

    pub(super) async fn domain_id(&self) -> Result<Option<String>, CredentialsError> {
        Ok(self.token(None).await?.domain_id.clone())
    }

    async fn token(&self, project_id: Option<&str>) -> Result<Arc<Token>, CredentialsError> {
        let scope = self.scope(project_id);
        let cached = self.cached(&scope);
        cached.get(Instant::now, async || self.log_in(&scope).await).await
    }

    fn all(&self) -> Vec<Arc<Cached<Token>>> {
        self.by_scope.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    fn cached(&self, scope: &Scope) -> Arc<Cached<Token>> {
        let mut all = self.by_scope.lock().unwrap_or_else(PoisonError::into_inner);
        // A project that was found by its name is the same by its id.
        if let Scope::Project(Named::Id(id)) = scope {
            let same =
                |cached: &&Arc<Cached<Token>>| cached.kept().is_some_and(|token| token.project_id.as_ref() == Some(id));
            if let Some(cached) = all.values().find(same) {
                return Arc::clone(cached);
            }
        }
        if all.len() >= TOKENS && !all.contains_key(scope) {
            all.clear();
        }
        Arc::clone(all.entry(scope.clone()).or_insert_with(|| Arc::new(Cached::new())))
    }

    /// What the token of a call must be good for.
    fn scope(&self, project_id: Option<&str>) -> Scope {
        let facts = &self.facts;
        let account = || match &self.login {
            Login::Agency { domain, .. } | Login::Password { domain: Some(domain), .. } => Some(domain.clone()),
            Login::Password { .. } => facts.domain_id.clone().map(Named::Id),
        };
        if !facts.domain_scope {
            let id = project_id.or(self.context.project_id()).or(facts.project_id.as_deref());
            if let Some(id) = id {
                return Scope::Project(Named::Id(id.to_owned()));
            }
            // The project that each region has is called as the region.
            if let Some(name) = facts.project_name.as_deref().or(facts.region(&self.context)) {
                return Scope::Project(Named::Name(name.to_owned()));
            }
        }
        account().map_or(Scope::Unscoped, Scope::Domain)
    }

    async fn log_in(&self, scope: &Scope) -> Result<Fetched<Token>, CredentialsError> {
        let mut body = json!({ "auth": { "identity": self.login.identity() } });
        match scope {
            Scope::Project(project) => {
                let mut project_json = project.json();
                // OpenStack wants to know whose project it is that has the name.
                if let (Named::Name(_), Login::Password { domain: Some(domain), .. }) = (project, &self.login) {
                    project_json["domain"] = domain.json();
                }
                body["auth"]["scope"] = json!({ "project": project_json });
            }
            Scope::Domain(domain) => body["auth"]["scope"] = json!({ "domain": domain.json() }),
            Scope::Unscoped => {}
        }
        let url = format!("{}/v3/auth/tokens?nocatalog=true", self.facts.iam(&self.context)?);
        let mut request = HttpRequest::new("POST", url);
        request.headers.insert("Content-Type", "application/json;charset=utf8");
        request.body = body.to_string().into();
        let mut secrets = Vec::new();
        match &self.login {
            Login::Password { password, .. } => secrets.push(password.expose_secret()),
            Login::Agency { source, .. } => source.authorize(&mut request).await?,
        }
        let answer = exchange(&self.context, WHOM, request, &secrets).await?;
        let token = answer.headers.get(SUBJECT_TOKEN).filter(|token| !token.trim().is_empty());
        let token = token.ok_or_else(|| {
            CredentialsError::new(format!("{WHOM} answered HTTP {} without a header {SUBJECT_TOKEN}", answer.status))
        })?;
        let body = json(WHOM, &answer).unwrap_or_default();
        let text = |keys: &str| body.pointer(keys).and_then(Value::as_str).map(str::to_owned);
        let time = |keys: &str| text(keys).and_then(|text| date::parse(&text));
        Ok(Fetched {
            value: Token {
                token: SecretString::from(token.trim()),
                project_id: text("/token/project/id"),
                domain_id: ["/token/project/domain/id", "/token/domain/id", "/token/user/domain/id"]
                    .into_iter()
                    .find_map(text),
            },
            life: Some(life(time("/token/expires_at"), time("/token/issued_at"))),
        })
    }
}

/// How long something that ends at `end` can be used from now on. With `begin`, which is by the same clock, ours does not matter.
pub(super) fn life(end: Option<SystemTime>, begin: Option<SystemTime>) -> Duration {
    let Some(end) = end else { return LIFE };
    let begin = begin.unwrap_or_else(SystemTime::now);
    end.duration_since(begin).unwrap_or_default().max(SHORTEST_LIFE)
}

/// Ids that are looked up once with the credentials themselves.
pub(super) struct Ids {
    project: Cached<String>,
    domain: Cached<String>,
}

impl Ids {
    pub(super) fn new() -> Ids {
        Ids { project: Cached::new(), domain: Cached::new() }
    }

    /// The id of the project that is called as the region; none without a region.
    pub(super) async fn project(
        &self,
        provider: &dyn CredentialsProvider,
        facts: &Facts,
        context: &ProviderContext,
    ) -> Result<Option<String>, CredentialsError> {
        let Some(name) = facts.project_name.as_deref().or(facts.region(context)) else { return Ok(None) };
        let fetch = async || {
            let mut query = String::from("/v3/projects?name=");
            path::encode(name, &mut query);
            let answer = ask(provider, facts, context, &query).await.map_err(|error| wanted("project_id", error))?;
            let ids = ids(&answer, "projects");
            match ids.as_slice() {
                [id] => Ok(Fetched { value: id.clone(), life: None }),
                [] => Err(CredentialsError::new(format!(
                    "{WHOM} knows no project {name} that these credentials may use; set Client::builder().project_id(..)"
                ))),
                several => Err(CredentialsError::new(format!(
                    "{WHOM} knows several projects {name}: {}; choose one with Client::builder().project_id(..)",
                    several.join(", ")
                ))),
            }
        };
        self.project.get(Instant::now, fetch).await.map(|id| Some(id.as_ref().clone()))
    }

    /// The id of the account.
    pub(super) async fn domain(
        &self,
        provider: &dyn CredentialsProvider,
        facts: &Facts,
        context: &ProviderContext,
    ) -> Result<Option<String>, CredentialsError> {
        let fetch = async || {
            let answer =
                ask(provider, facts, context, "/v3/auth/domains").await.map_err(|error| wanted("domain_id", error))?;
            match ids(&answer, "domains").into_iter().next() {
                Some(value) => Ok(Fetched { value, life: None }),
                None => Err(CredentialsError::new(format!(
                    "{WHOM} does not tell these credentials their account; set Client::builder().domain_id(..)"
                ))),
            }
        };
        self.domain.get(Instant::now, fetch).await.map(|id| Some(id.as_ref().clone()))
    }
}

fn wanted(what: &str, error: CredentialsError) -> CredentialsError {
    let retryable = error.is_retryable();
    CredentialsError::new(format!("{what} is not set and could not be looked up; set Client::builder().{what}(..)"))
        .with_source(error)
        .with_retryable(retryable)
}

async fn ask(
    provider: &dyn CredentialsProvider,
    facts: &Facts,
    context: &ProviderContext,
    path: &str,
) -> Result<Value, CredentialsError> {
    let mut request = HttpRequest::new("GET", format!("{}{path}", facts.iam(context)?));
    provider.authorize(&mut request).await?;
    json(WHOM, &exchange(context, WHOM, request, &[]).await?)
}

fn ids(answer: &Value, key: &str) -> Vec<String> {
    let items = answer.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.get("id")?.as_str()).map(str::to_owned).collect()
}
