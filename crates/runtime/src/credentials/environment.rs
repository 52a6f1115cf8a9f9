//! Credentials in environment variables: those of the vendor's SDKs, and those of OpenStack tools.

use std::env::VarError;
use std::fmt;
use std::path::PathBuf;

use super::CredentialsError;
use super::chain::Found;
use super::given::Credentials;
use super::iam::Named;

const TOKENS: [&str; 3] = ["HUAWEICLOUD_SDK_TOKEN", "OS_TOKEN", "OS_AUTH_TOKEN"];

/// Access key, secret key and security token.
const KEYS: [[&str; 3]; 2] = [
    ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    ["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"],
];

const USER_IDS: [&str; 1] = ["OS_USER_ID"];
const USER_NAMES: [&str; 1] = ["OS_USERNAME"];
const PASSWORD: &str = "OS_PASSWORD";
const USER_DOMAIN_IDS: [&str; 2] = ["OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"];
const USER_DOMAIN_NAMES: [&str; 2] = ["OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"];

const PROJECT_IDS: [&str; 3] = ["HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"];
const PROJECT_NAMES: [&str; 2] = ["OS_PROJECT_NAME", "OS_TENANT_NAME"];
const DOMAIN_IDS: [&str; 3] = ["HUAWEICLOUD_SDK_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"];
const REGIONS: [&str; 1] = ["OS_REGION_NAME"];
const IAM_ENDPOINTS: [&str; 2] = ["HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"];

type Variable = Box<dyn Fn(&str) -> Result<String, VarError> + Send + Sync>;

/// What a process is started with; tests give their own.
pub(super) struct Environment {
    pub(super) variable: Variable,
    pub(super) home: Option<PathBuf>,
    /// Where a relative path begins.
    pub(super) directory: PathBuf,
    /// Where the system keeps its settings.
    pub(super) system: PathBuf,
}

impl Environment {
    pub(super) fn of_process() -> Environment {
        Environment {
            variable: Box::new(|name| std::env::var(name)),
            home: std::env::home_dir(),
            directory: PathBuf::from("."),
            system: PathBuf::from("/etc"),
        }
    }

    /// The value of the variable, without blanks around it; an empty one counts as not set.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        (self.variable)(name).ok().map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.value(name))
    }

    fn named(&self, ids: &[&str], names: &[&str]) -> Option<Named> {
        self.first(ids).map(Named::Id).or_else(|| self.first(names).map(Named::Name))
    }
}

/// The variables that were looked at in vain, each with the reason.
#[derive(Default)]
struct Tried {
    not_set: Vec<&'static str>,
    others: Vec<String>,
}

impl Tried {
    fn value(&mut self, environment: &Environment, name: &'static str) -> Option<String> {
        let value = environment.value(name);
        if value.is_none() {
            match (environment.variable)(name) {
                Ok(_) => self.others.push(format!("{name} is empty")),
                Err(VarError::NotPresent) => self.not_set.push(name),
                Err(VarError::NotUnicode(_)) => self.others.push(format!("{name} is not valid Unicode")),
            }
        }
        value
    }

    /// Both values, or none; one without the other is a mistake that must not lead to other credentials.
    fn pair(
        &mut self,
        environment: &Environment,
        [first, second]: [&'static str; 2],
    ) -> Result<Option<(String, String)>, CredentialsError> {
        let (set, unset) = match (self.value(environment, first), self.value(environment, second)) {
            (Some(first), Some(second)) => return Ok(Some((first, second))),
            (None, None) => return Ok(None),
            (Some(_), None) => (first, second),
            (None, Some(_)) => (second, first),
        };
        Err(CredentialsError::new(format!("{set} is set, but {unset} is not; set both or none of them")))
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut reasons = self.others.clone();
        match self.not_set.as_slice() {
            [] => {}
            [name] => reasons.push(format!("{name} is not set")),
            names => reasons.push(format!("{} are not set", names.join(", "))),
        }
        f.write_str(&reasons.join(", "))
    }
}

/// The first credentials that the variables give, with what else they say.
pub(super) fn look(environment: &Environment) -> Result<Found, CredentialsError> {
    let mut tried = Tried::default();
    Ok(match secret(environment, &mut tried)? {
        None => Found::Nothing(tried.to_string()),
        Some(mut credentials) => {
            let facts = &mut credentials.facts;
            facts.project_id = environment.first(&PROJECT_IDS);
            facts.project_name = environment.first(&PROJECT_NAMES);
            facts.domain_id = environment.first(&DOMAIN_IDS);
            facts.region = environment.first(&REGIONS);
            facts.iam_endpoint = environment.first(&IAM_ENDPOINTS);
            Found::Credentials(credentials)
        }
    })
}

fn secret(environment: &Environment, tried: &mut Tried) -> Result<Option<Credentials>, CredentialsError> {
    let key = |tried: &mut Tried, [id, secret, token]: [&'static str; 3]| {
        let pair = tried.pair(environment, [id, secret])?;
        Ok(pair.map(|(id, secret)| Credentials::key(id, secret, environment.value(token))))
    };
    let [vendor, openstack] = KEYS;
    if let Some(credentials) = key(tried, vendor)? {
        return Ok(Some(credentials));
    }
    if let Some(token) = TOKENS.iter().find_map(|name| tried.value(environment, name)) {
        return Ok(Some(Credentials::token(token)));
    }
    if let Some(credentials) = key(tried, openstack)? {
        return Ok(Some(credentials));
    }
    let Some(password) = tried.value(environment, PASSWORD) else { return Ok(None) };
    let Some(user) = environment.named(&USER_IDS, &USER_NAMES) else {
        return Err(CredentialsError::new(
            "OS_PASSWORD is set, but neither OS_USERNAME nor OS_USER_ID is; say whose password it is",
        ));
    };
    let domain = environment.named(&USER_DOMAIN_IDS, &USER_DOMAIN_NAMES);
    if domain.is_none() && matches!(user, Named::Name(_)) {
        return Err(CredentialsError::new(
            "OS_USERNAME is set, but none of OS_USER_DOMAIN_NAME, OS_USER_DOMAIN_ID, OS_DOMAIN_NAME and OS_DOMAIN_ID; set one to the user's account",
        ));
    }
    Ok(Some(Credentials::login(user, domain, password)))
}

#[cfg(test)]
pub(super) mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::credentials::given::Source;
    use crate::credentials::iam::Login;

    /// An environment with these variables and no files.
    pub(in crate::credentials) fn environment(pairs: &[(&str, &str)]) -> Environment {
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let value = move |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        Environment {
            variable: Box::new(move |name| value(name).ok_or(VarError::NotPresent)),
            home: None,
            directory: PathBuf::from("/nowhere"),
            system: PathBuf::from("/nowhere"),
        }
    }

    /// What was found, secrets included.
    pub(in crate::credentials) fn shown(found: Result<Found, CredentialsError>) -> String {
        let credentials = match found {
            Ok(Found::Credentials(credentials)) => credentials,
            Ok(Found::Nothing(reason)) => return format!("nothing: {reason}"),
            Err(error) => return format!("error: {error}"),
        };
        let secret = match &credentials.source {
            Source::Token(token) => format!("token {}", token.expose_secret()),
            Source::AccessKey(key) => {
                let token = key.security_token.as_ref().map(|token| format!(" {}", token.expose_secret()));
                format!("key {} {}{}", key.id, key.secret.expose_secret(), token.unwrap_or_default())
            }
            Source::Login(login) => match login.as_ref() {
                Login::Password { user, domain, password } => {
                    format!("{user:?} {domain:?} {}", password.expose_secret())
                }
                Login::Agency { .. } => "agency".to_owned(),
            },
            source => format!("{source:?}"),
        };
        let facts = credentials.facts;
        let facts = [facts.project_id, facts.project_name, facts.domain_id, facts.region, facts.iam_endpoint];
        let facts: Vec<String> = facts.into_iter().flatten().collect();
        [secret, facts.join(" ")].join("; ").trim_end_matches("; ").to_owned()
    }

    #[track_caller]
    fn check(pairs: &[(&str, &str)], expected: &str) {
        assert_eq!(shown(look(&environment(pairs))), expected);
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        check(&[("OS_AUTH_TOKEN", "c"), ("OS_TOKEN", "b")], "token b");
        check(&[("OS_TOKEN", "b"), ("HUAWEICLOUD_SDK_TOKEN", " a\n")], "token a");
        check(&[("OS_TOKEN", " "), ("OS_AUTH_TOKEN", "c")], "token c");
        check(&[("HUAWEICLOUD_SDK_AK", "k"), ("HUAWEICLOUD_SDK_SK", "s"), ("OS_TOKEN", "t")], "key k s");
        check(
            &[("HUAWEICLOUD_SDK_AK", "k"), ("HUAWEICLOUD_SDK_SK", "s\n"), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t")],
            "key k s t",
        );
        check(&[("OS_ACCESS_KEY", "k"), ("OS_SECRET_KEY", "s"), ("OS_SECURITY_TOKEN", "")], "key k s");
    }

    #[test]
    fn passwords() {
        let who = [("OS_USERNAME", "u"), ("OS_PASSWORD", "p"), ("OS_USER_DOMAIN_NAME", "d")];
        check(&who, r#"Name("u") Some(Name("d")) p"#);
        check(&[("OS_USER_ID", "u"), ("OS_PASSWORD", "p")], r#"Id("u") None p"#);
        check(
            &[("OS_PASSWORD", "p")],
            "error: OS_PASSWORD is set, but neither OS_USERNAME nor OS_USER_ID is; say whose password it is",
        );
        check(
            &[("OS_PASSWORD", "p"), ("OS_USERNAME", "u")],
            "error: OS_USERNAME is set, but none of OS_USER_DOMAIN_NAME, OS_USER_DOMAIN_ID, OS_DOMAIN_NAME and OS_DOMAIN_ID; set one to the user's account",
        );
    }

    #[test]
    fn what_else_the_variables_say() {
        check(
            &[
                ("OS_TOKEN", "t"),
                ("OS_PROJECT_ID", "p"),
                ("HUAWEICLOUD_SDK_PROJECT_ID", "first"),
                ("OS_PROJECT_NAME", "n"),
                ("HUAWEICLOUD_SDK_DOMAIN_ID", "d"),
                ("OS_REGION_NAME", "eu-de"),
                ("OS_AUTH_URL", "https://iam/v3"),
            ],
            "token t; first n d eu-de https://iam/v3",
        );
    }

    #[test]
    fn half_a_pair_is_an_error() {
        check(
            &[("HUAWEICLOUD_SDK_AK", "k"), ("OS_TOKEN", "t")],
            "error: HUAWEICLOUD_SDK_AK is set, but HUAWEICLOUD_SDK_SK is not; set both or none of them",
        );
        check(
            &[("OS_ACCESS_KEY", " "), ("OS_SECRET_KEY", "s")],
            "error: OS_SECRET_KEY is set, but OS_ACCESS_KEY is not; set both or none of them",
        );
    }

    #[test]
    fn every_variable_that_was_tried_is_listed() {
        check(
            &[("OS_TOKEN", "")],
            "nothing: OS_TOKEN is empty, HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_TOKEN, OS_AUTH_TOKEN, OS_ACCESS_KEY, OS_SECRET_KEY, OS_PASSWORD are not set",
        );
    }
}
