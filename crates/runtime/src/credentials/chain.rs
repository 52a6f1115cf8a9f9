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
                    "none found; give them to Client::builder().credentials(..), or to one of the places where they were looked for: {}",
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::credentials::environment::tests::environment;
    use crate::transport::{HttpResponse, Transport, TransportError};

    /// A machine that is a server of the cloud or is not.
    struct Machine {
        is_server: bool,
    }

    impl Transport for Machine {
        fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
            let key = r#"{"credential":{"access":"of-the-server","secret":"s","securitytoken":"t"}}"#;
            let answer = match self.is_server {
                true if request.method == "PUT" => Ok(HttpResponse::new(200).with_body("m")),
                true => Ok(HttpResponse::new(200).with_body(key)),
                false => Err(TransportError::connect_timeout("no answer in 2 s")),
            };
            Box::pin(async { answer })
        }
    }

    /// The header that the chain adds, or its error, on a machine with these files.
    async fn added(variables: &[(&str, &str)], folder: &Path, is_server: bool) -> String {
        let environment = Environment {
            home: Some(folder.join("home")),
            directory: folder.to_owned(),
            system: folder.join("etc"),
            ..environment(variables)
        };
        let context = ProviderContext::new(Arc::new(Machine { is_server }));
        let chain = Chain::new(environment, Facts::default(), context);
        let mut request = HttpRequest::new("GET", "https://h/");
        match chain.authorize(&mut request).await {
            Err(error) => error.to_string().replace(&folder.display().to_string(), ""),
            Ok(()) => {
                let key = request.headers.get("Authorization").map(|text| text.split([' ', ',']).nth(1).unwrap_or(""));
                key.or(request.headers.get("X-Auth-Token")).unwrap_or_default().to_owned()
            }
        }
    }

    #[cfg(any(feature = "rustls", feature = "sha2"))]
    #[tokio::test]
    async fn the_places_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(added(&[], folder, true).await, "Access=of-the-server");
        fs::write(folder.join("clouds.yaml"), "clouds: {a: {auth: {token: of-the-yaml}}}").unwrap();
        let yaml = if cfg!(feature = "clouds-yaml") { "of-the-yaml" } else { "Access=of-the-server" };
        assert_eq!(added(&[], folder, true).await, yaml);
        fs::create_dir_all(folder.join("home/.huaweicloud")).unwrap();
        fs::write(folder.join("home/.huaweicloud/credentials"), "[basic]\nak = of-the-profile\nsk = s\n").unwrap();
        assert_eq!(added(&[], folder, true).await, "Access=of-the-profile");
        assert_eq!(added(&[("OS_TOKEN", "of-the-environment")], folder, true).await, "of-the-environment");
    }

    #[tokio::test]
    async fn without_any_the_error_lists_every_place() {
        let folder = tempfile::tempdir().unwrap();
        let text = added(&[("OS_TOKEN", "")], folder.path(), false).await;
        insta::assert_snapshot!(text.replace("; ", ";\n"), @"
        none found;
        give them to Client::builder().credentials(..), or to one of the places where they were looked for: environment: OS_TOKEN is empty, HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_TOKEN, OS_AUTH_TOKEN, OS_ACCESS_KEY, OS_SECRET_KEY, OS_PASSWORD are not set;
        profile: /home/.huaweicloud/credentials does not exist;
        clouds.yaml: there is no /clouds.yaml, no /home/.config/openstack/clouds.yaml, no /etc/openstack/clouds.yaml;
        metadata: the metadata service at http://169.254.169.254 cannot be asked: no answer in 2 s
        ");
    }

    #[tokio::test]
    async fn what_is_there_but_wrong_ends_the_search() {
        let folder = tempfile::tempdir().unwrap();
        let half = added(&[("OS_ACCESS_KEY", "k")], folder.path(), true).await;
        assert_eq!(half, "OS_ACCESS_KEY is set, but OS_SECRET_KEY is not; set both or none of them");
        let unreadable = added(&[("HUAWEICLOUD_SDK_TOKEN", "a\u{7f}b")], folder.path(), true).await;
        assert!(unreadable.starts_with("the token holds the byte 0x7f"), "{unreadable}");
        fs::create_dir_all(folder.path().join("home/.huaweicloud")).unwrap();
        fs::write(folder.path().join("home/.huaweicloud/credentials"), "[basic]\n").unwrap();
        let empty = added(&[], folder.path(), true).await;
        assert_eq!(empty, "/home/.huaweicloud/credentials: section [basic] has no ak or no sk; give both");
    }

    #[cfg(feature = "clouds-yaml")]
    #[tokio::test]
    async fn a_server_does_not_choose_among_clouds() {
        let folder = tempfile::tempdir().unwrap();
        let two = "clouds: {a: {auth: {token: t-a}}, b: {auth: {token: t-b}}}";
        fs::write(folder.path().join("clouds.yaml"), two).unwrap();
        let several = "/clouds.yaml has several clouds, and OS_CLOUD does not say which: set it to one of a, b";
        assert_eq!(added(&[], folder.path(), true).await, several);
        assert_eq!(added(&[("OS_CLOUD", "b")], folder.path(), true).await, "t-b");
    }
}
