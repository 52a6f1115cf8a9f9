//! Credentials in environment variables.

use std::env::VarError;
use std::fmt;

use super::CredentialsError;
use super::given::Credentials;

const TOKENS: &[&str] = &["HUAWEICLOUD_SDK_TOKEN", "OS_TOKEN", "OS_AUTH_TOKEN"];

/// Access key, secret key and security token, of the vendor's SDKs and of OpenStack tools.
const KEYS: [[&str; 3]; 2] = [
    ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"],
    ["OS_ACCESS_KEY", "OS_SECRET_KEY", "OS_SECURITY_TOKEN"],
];

type Variable = Box<dyn Fn(&str) -> Result<String, VarError> + Send + Sync>;

/// What a process is started with; tests give their own.
pub(super) struct Environment {
    variable: Variable,
}

impl Environment {
    pub(super) fn of_process() -> Environment {
        Environment { variable: Box::new(|name| std::env::var(name)) }
    }
}

/// The variables that were looked at in vain, each with the reason.
#[derive(Default)]
struct Tried {
    not_set: Vec<&'static str>,
    others: Vec<String>,
}

impl Tried {
    /// The value of the variable `name`, without blanks around it; a reason is noted if there is none.
    fn value(&mut self, environment: &Environment, name: &'static str) -> Option<String> {
        match (environment.variable)(name) {
            Ok(value) if value.trim().is_empty() => self.others.push(format!("{name} is empty")),
            Ok(value) => return Some(value.trim().to_owned()),
            Err(VarError::NotPresent) => self.not_set.push(name),
            Err(VarError::NotUnicode(_)) => self.others.push(format!("{name} is not valid Unicode")),
        }
        None
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
        f.write_str(&reasons.join("; "))
    }
}

/// The first credentials that the variables give.
pub(super) fn from_environment(environment: &Environment) -> Result<Credentials, CredentialsError> {
    let mut tried = Tried::default();
    let key = |tried: &mut Tried, [id, secret, token]: [&'static str; 3]| {
        let pair = tried.pair(environment, [id, secret])?;
        let token = pair.is_some().then(|| Tried::default().value(environment, token)).flatten();
        Ok(pair.map(|(id, secret)| Credentials::key(id, secret, token)))
    };
    let [vendor, openstack] = KEYS;
    if let Some(credentials) = key(&mut tried, vendor)? {
        return Ok(credentials);
    }
    if let Some(token) = TOKENS.iter().find_map(|name| tried.value(environment, name)) {
        return Ok(Credentials::token(token));
    }
    if let Some(credentials) = key(&mut tried, openstack)? {
        return Ok(credentials);
    }
    Err(CredentialsError::new(format!(
        "no credentials in the environment: {tried}; set a token, or an access key and its secret key"
    )))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::credentials::given::Source;

    fn environment(pairs: &'static [(&str, &str)]) -> Environment {
        let value = move |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Environment { variable: Box::new(move |name| value(name).ok_or(VarError::NotPresent)) }
    }

    #[track_caller]
    fn check(pairs: &'static [(&str, &str)], expected: &str) {
        let found = match from_environment(&environment(pairs)).map(|credentials| credentials.source) {
            Ok(Source::Token(token)) => token.expose_secret().to_owned(),
            Ok(Source::AccessKey(key)) => {
                let token = key.security_token.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
                format!("{} {} {token}", key.id, key.secret.expose_secret())
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        check(&[("OS_AUTH_TOKEN", "c"), ("OS_TOKEN", "b")], "b");
        check(&[("OS_TOKEN", "b"), ("HUAWEICLOUD_SDK_TOKEN", " a\n")], "a");
        check(&[("OS_TOKEN", " "), ("OS_AUTH_TOKEN", "c")], "c");
        check(&[("HUAWEICLOUD_SDK_AK", "k"), ("HUAWEICLOUD_SDK_SK", "s"), ("OS_TOKEN", "t")], "k s ");
        check(
            &[("HUAWEICLOUD_SDK_AK", "k"), ("HUAWEICLOUD_SDK_SK", "s\n"), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "t")],
            "k s t",
        );
        check(&[("OS_ACCESS_KEY", "k"), ("OS_SECRET_KEY", "s"), ("OS_SECURITY_TOKEN", "")], "k s ");
    }

    #[test]
    fn half_a_pair_is_an_error() {
        check(
            &[("HUAWEICLOUD_SDK_AK", "k"), ("OS_TOKEN", "t")],
            "HUAWEICLOUD_SDK_AK is set, but HUAWEICLOUD_SDK_SK is not; set both or none of them",
        );
        check(
            &[("OS_ACCESS_KEY", " "), ("OS_SECRET_KEY", "s")],
            "OS_SECRET_KEY is set, but OS_ACCESS_KEY is not; set both or none of them",
        );
    }

    #[test]
    fn the_error_lists_what_was_tried() {
        let error = from_environment(&environment(&[("OS_TOKEN", "")])).unwrap_err();
        insta::assert_snapshot!(error, @"no credentials in the environment: OS_TOKEN is empty; HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK, HUAWEICLOUD_SDK_TOKEN, OS_AUTH_TOKEN, OS_ACCESS_KEY, OS_SECRET_KEY are not set; set a token, or an access key and its secret key");
    }
}
