//! Credentials in `clouds.yaml`, the file that OpenStack tools share.

use std::path::PathBuf;

use super::CredentialsError;
use super::chain::Found;
use super::environment::Environment;
use super::profile::read;

/// The variable that names the file.
const FILE: &str = "OS_CLIENT_CONFIG_FILE";

/// The variable that names the cloud.
const CLOUD: &str = "OS_CLOUD";

/// What the file has for the cloud that `OS_CLOUD` names, or for the only one in it.
pub(super) fn look(environment: &Environment) -> Result<Found, CredentialsError> {
    from_file(environment, environment.value(CLOUD).as_deref())
}

/// What the first file that exists has for `cloud`.
pub(super) fn from_file(environment: &Environment, cloud: Option<&str>) -> Result<Found, CredentialsError> {
    let paths = match environment.value(FILE) {
        Some(path) => vec![environment.directory.join(path)],
        None => places(environment),
    };
    for path in &paths {
        if let Some(text) = read(path)? {
            return file::look(path, &text, cloud);
        }
    }
    let tried: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match cloud {
        Some(cloud) => Err(CredentialsError::new(format!(
            "{CLOUD} is {cloud}, but there is no clouds.yaml: looked for {}",
            tried.join(", ")
        ))),
        None => Ok(Found::Nothing(format!("there is no {}", tried.join(", no ")))),
    }
}

fn places(environment: &Environment) -> Vec<PathBuf> {
    let home = environment.home.as_ref().map(|home| home.join(".config"));
    let system = Some(environment.system.clone());
    let folders = [home, system].into_iter().flatten().map(|folder| folder.join("openstack"));
    std::iter::once(environment.directory.clone()).chain(folders).map(|folder| folder.join("clouds.yaml")).collect()
}

#[cfg(not(feature = "clouds-yaml"))]
mod file {
    use std::path::Path;

    use super::{CredentialsError, Found};

    pub(super) fn look(path: &Path, _: &str, cloud: Option<&str>) -> Result<Found, CredentialsError> {
        let reason = format!(
            "{} is there, but this build does not read it: enable the feature `clouds-yaml` of huaweicloud (or tablature-runtime)",
            path.display()
        );
        match cloud {
            Some(_) => Err(CredentialsError::new(reason)),
            None => Ok(Found::Nothing(reason)),
        }
    }
}

#[cfg(feature = "clouds-yaml")]
mod file {
    use std::path::Path;

    use super::{CLOUD, CredentialsError, Found, read};
    use crate::credentials::given::Credentials;
    use crate::credentials::iam::Named;
    use crate::credentials::yaml::{self, Node};

    pub(super) fn look(path: &Path, text: &str, cloud: Option<&str>) -> Result<Found, CredentialsError> {
        let clouds = parse(path, text)?;
        let all = clouds.get("clouds").map(Node::keys).unwrap_or_default();
        let name = match (cloud, all.as_slice()) {
            (Some(name), _) if all.contains(&name) => name,
            (Some(name), _) => {
                return Err(CredentialsError::new(format!(
                    "{} has no cloud {name}, only {}; set {CLOUD} to one of these",
                    path.display(),
                    all.join(", ")
                )));
            }
            (None, [only]) => only,
            (None, []) => return Ok(Found::Nothing(format!("{} has no clouds", path.display()))),
            (None, several) => {
                return Err(CredentialsError::new(format!(
                    "{} has several clouds, and {CLOUD} does not say which: set it to one of {}",
                    path.display(),
                    several.join(", ")
                )));
            }
        };
        // Secrets may stand in a file of their own beside it.
        let secure = path.with_file_name("secure.yaml");
        let secure = match read(&secure)? {
            Some(text) => parse(&secure, &text)?,
            None => Node::default(),
        };
        let files =
            [secure.get("clouds").and_then(|all| all.get(name)), clouds.get("clouds").and_then(|all| all.get(name))];
        let cloud = Cloud { nodes: files.into_iter().flatten().collect() };
        cloud.credentials(&format!("{}: cloud {name}", path.display())).map(Found::Credentials)
    }

    fn parse(path: &Path, text: &str) -> Result<Node, CredentialsError> {
        yaml::parse(text)
            .map_err(|problem| CredentialsError::new(format!("{}:{}: {}", path.display(), problem.line, problem.what)))
    }

    /// One cloud, as all files say it together.
    struct Cloud<'a> {
        nodes: Vec<&'a Node>,
    }

    impl Cloud<'_> {
        /// The first of `keys` that has a value, below `auth` or beside it.
        fn value(&self, keys: &[&str]) -> Option<String> {
            let places = || self.nodes.iter().filter_map(|node| node.get("auth")).chain(self.nodes.iter().copied());
            let find =
                |key: &&str| places().find_map(|node| node.get(key)?.text()).filter(|text| !text.trim().is_empty());
            keys.iter().find_map(find).map(str::to_owned)
        }

        fn named(&self, ids: &[&str], names: &[&str]) -> Option<Named> {
            self.value(ids).map(Named::Id).or_else(|| self.value(names).map(Named::Name))
        }

        fn credentials(&self, place: &str) -> Result<Credentials, CredentialsError> {
            let wrong = |what: &str| Err(CredentialsError::new(format!("{place}: {what}")));
            let key = (self.value(&["ak", "access_key"]), self.value(&["sk", "secret_key"]));
            let mut credentials = match (key, self.value(&["token"]), self.value(&["password"])) {
                ((Some(id), Some(secret)), _, _) => Credentials::key(id, secret, self.value(&["security_token"])),
                ((Some(_), None), _, _) => return wrong("has ak, but no sk"),
                ((None, Some(_)), _, _) => return wrong("has sk, but no ak"),
                (_, Some(token), _) => Credentials::token(token),
                (_, None, Some(password)) => {
                    let Some(user) = self.named(&["user_id"], &["username"]) else {
                        return wrong("has a password, but neither username nor user_id");
                    };
                    let domain = self.named(&["user_domain_id", "domain_id"], &["user_domain_name", "domain_name"]);
                    if domain.is_none() && matches!(user, Named::Name(_)) {
                        return wrong("has a username, but neither user_domain_name nor user_domain_id");
                    }
                    Credentials::login(user, domain, password)
                }
                (_, None, None) => {
                    return wrong("has none of ak and sk, token, or username and password below auth");
                }
            };
            let facts = &mut credentials.facts;
            facts.project_id = self.value(&["project_id", "tenant_id"]);
            facts.project_name = self.value(&["project_name", "tenant_name"]);
            facts.domain_id = self.value(&["domain_id", "user_domain_id"]);
            facts.region = self.value(&["region_name"]);
            facts.iam_endpoint = self.value(&["auth_url"]);
            Ok(credentials)
        }
    }
}

#[cfg(feature = "clouds-yaml")]
#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::credentials::environment::tests::{environment, shown};

    #[track_caller]
    fn check(variables: &[(&str, &str)], files: &[(&str, &str)], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let environment = Environment {
            home: Some(folder.path().join("home")),
            directory: folder.path().join("here"),
            system: folder.path().join("etc"),
            ..environment(variables)
        };
        let found = shown(look(&environment)).replace(&folder.path().display().to_string(), "");
        assert_eq!(found, expected);
    }

    const ONE: &str = "clouds:\n  otc:\n    region_name: eu-de\n    auth:\n      auth_url: https://iam.example.com/v3\n      username: u\n      password: 007\n      user_domain_name: d\n      project_name: eu-de_p\n";

    #[test]
    fn the_first_file_that_exists() {
        check(
            &[],
            &[("here/clouds.yaml", ONE), ("etc/openstack/clouds.yaml", "clouds: {}")],
            r#"Name("u") Some(Name("d")) 007; eu-de_p eu-de https://iam.example.com/v3"#,
        );
        let two = "clouds:\n  a: {auth: {token: t-a}}\n  b: {auth: {ak: k, sk: \"s # x\", project_id: p}}\n";
        check(&[("OS_CLOUD", "b")], &[("home/.config/openstack/clouds.yaml", two)], "key k s # x; p");
        check(
            &[],
            &[("etc/openstack/clouds.yaml", two)],
            "error: /etc/openstack/clouds.yaml has several clouds, and OS_CLOUD does not say which: set it to one of a, b",
        );
        check(
            &[("OS_CLOUD", "c")],
            &[("etc/openstack/clouds.yaml", two)],
            "error: /etc/openstack/clouds.yaml has no cloud c, only a, b; set OS_CLOUD to one of these",
        );
        check(
            &[(FILE, "mine.yml"), ("OS_CLOUD", "a")],
            &[("here/mine.yml", two), ("here/clouds.yaml", ONE)],
            "token t-a",
        );
    }

    #[test]
    fn no_file() {
        check(
            &[],
            &[],
            "nothing: there is no /here/clouds.yaml, no /home/.config/openstack/clouds.yaml, no /etc/openstack/clouds.yaml",
        );
        check(
            &[("OS_CLOUD", "a"), (FILE, "mine.yml")],
            &[],
            "error: OS_CLOUD is a, but there is no clouds.yaml: looked for /here/mine.yml",
        );
    }

    #[test]
    fn secrets_beside_it() {
        let open = "clouds: {a: {auth: {username: u, user_domain_id: d}}}";
        let secure = "clouds: {a: {auth: {password: p}}}";
        check(&[], &[("here/clouds.yaml", open), ("here/secure.yaml", secure)], r#"Name("u") Some(Id("d")) p; d"#);
    }

    #[test]
    fn anchors_and_merge_keys() {
        let text = "base: &base\n  auth: &auth {token: t}\nclouds:\n  a:\n    <<: *base\n    region_name: eu-nl\n";
        check(&[], &[("here/clouds.yaml", text)], "token t; eu-nl");
    }

    #[test]
    fn mistakes() {
        let file = |text| [("here/clouds.yaml", text)];
        check(&[], &file("clouds: [hidden"), "error: /here/clouds.yaml:2: this is not YAML");
        check(&[], &file("clouds: {a: {auth: {ak: k}}}"), "error: /here/clouds.yaml: cloud a: has ak, but no sk");
        check(
            &[],
            &file("clouds: {a: {auth: {password: k}}}"),
            "error: /here/clouds.yaml: cloud a: has a password, but neither username nor user_id",
        );
        check(
            &[],
            &file("clouds: {a: {}}"),
            "error: /here/clouds.yaml: cloud a: has none of ak and sk, token, or username and password below auth",
        );
        check(&[], &file("- a"), "nothing: /here/clouds.yaml has no clouds");
        check(&[], &file(""), "nothing: /here/clouds.yaml has no clouds");
        let deep = format!("{}a", "- ".repeat(100));
        check(&[], &file(&deep), "error: /here/clouds.yaml:1: it is nested too deep");
    }
}
