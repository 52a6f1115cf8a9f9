//! Credentials in the profile file that the vendor's SDKs read: sections, and in them `key = value`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::CredentialsError;
use super::chain::Found;
use super::environment::Environment;
use super::given::Credentials;

/// The variable that names another file.
const FILE: &str = "HUAWEICLOUD_SDK_CREDENTIALS_FILE";

/// The sections that are tried, in order: credentials for regional services, and for global ones.
const SECTIONS: [&str; 2] = ["basic", "global"];

type Section = BTreeMap<String, String>;

/// What the file has in its first section that we look for.
pub(super) fn look(environment: &Environment) -> Result<Found, CredentialsError> {
    let path = match (environment.value(FILE), &environment.home) {
        (Some(path), _) => environment.directory.join(path),
        (None, Some(home)) => home.join(".huaweicloud/credentials"),
        (None, None) => return Ok(Found::Nothing("there is no home directory".to_owned())),
    };
    let Some(text) = read(&path)? else {
        // A file that somebody named must be there.
        return match environment.value(FILE) {
            Some(_) => Err(CredentialsError::new(format!("{FILE} names {}, which does not exist", path.display()))),
            None => Ok(Found::Nothing(format!("{} does not exist", path.display()))),
        };
    };
    let sections = parse(&path, &text)?;
    match SECTIONS.iter().find_map(|name| sections.get_key_value(*name)) {
        Some((name, section)) => credentials(&path, name, section).map(Found::Credentials),
        None => Err(CredentialsError::new(format!(
            "{} has neither a section [basic] nor [global]; write one with ak and sk in it",
            path.display()
        ))),
    }
}

/// What the section `name` of the file at `path` has.
pub(super) fn from_file(path: PathBuf, name: &str) -> Result<Credentials, CredentialsError> {
    let text = read(&path)?.ok_or_else(|| CredentialsError::new(format!("{} does not exist", path.display())))?;
    let sections = parse(&path, &text)?;
    let section = sections.get(name).ok_or_else(|| {
        let known: Vec<&str> = sections.keys().map(String::as_str).collect();
        CredentialsError::new(format!("{} has no section [{name}], only [{}]", path.display(), known.join("], [")))
    })?;
    credentials(&path, name, section)
}

/// The text of the file; none if there is no file.
pub(super) fn read(path: &Path) -> Result<Option<String>, CredentialsError> {
    match fs::read(path) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(CredentialsError::new(format!("{} is not UTF-8", path.display()))),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CredentialsError::new(format!("{} cannot be read", path.display())).with_source(error)),
    }
}

/// No line is repeated in an error: it may hold a secret.
fn parse(path: &Path, text: &str) -> Result<BTreeMap<String, Section>, CredentialsError> {
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    let mut current = None;
    for (index, line) in text.strip_prefix('\u{feff}').unwrap_or(text).lines().enumerate() {
        let line = line.trim();
        let wrong = |expected: &str| {
            Err(CredentialsError::new(format!("{}:{}: expected {expected}", path.display(), index + 1)))
        };
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let Some(name) = rest.strip_suffix(']') else { return wrong("`]` at the end of the section's name") };
            current = Some(sections.entry(name.trim().to_owned()).or_default());
            continue;
        }
        let (Some(section), Some((key, value))) = (current.as_deref_mut(), line.split_once(['=', ':'])) else {
            return wrong("`key = value` below a `[section]`");
        };
        section.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    Ok(sections)
}

fn credentials(path: &Path, name: &str, section: &Section) -> Result<Credentials, CredentialsError> {
    let value = |key: &str| section.get(key).filter(|value| !value.is_empty()).cloned();
    let (Some(id), Some(secret)) = (value("ak"), value("sk")) else {
        let more = match value("idp_id") {
            Some(_) => "; a login through idp_id is not supported",
            None => "",
        };
        return Err(CredentialsError::new(format!(
            "{}: section [{name}] has no ak or no sk; give both{more}",
            path.display()
        )));
    };
    let mut credentials = Credentials::key(id, secret, value("security_token"));
    credentials.facts.project_id = value("project_id");
    credentials.facts.domain_id = value("domain_id");
    credentials.facts.iam_endpoint = value("iam_endpoint");
    Ok(credentials)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::environment::tests::{environment, shown};

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".huaweicloud/credentials");
        fs::create_dir(folder.path().join(".huaweicloud")).unwrap();
        fs::write(&path, text).unwrap();
        let environment = Environment { home: Some(folder.path().to_owned()), ..environment(&[]) };
        let found = shown(look(&environment)).replace(&path.display().to_string(), "FILE");
        assert_eq!(found, expected);
    }

    #[test]
    fn sections() {
        check("[basic]\nak = k\nsk = s=;#\n", "key k s=;#");
        check("\u{feff}# x\n; y\n[other]\nak = x\n\n[basic]\r\nAK: k\r\n sk = s \n", "key k s");
        check("[global]\nak = g\nsk = s\ndomain_id = d\n[basic]\nak = k\nsk = s\nproject_id = p\n", "key k s; p");
        check(
            "[global]\nak=g\nsk=s\nsecurity_token=t\ndomain_id=d\niam_endpoint=https://i\n",
            "key g s t; d https://i",
        );
    }

    #[test]
    fn mistakes() {
        check("", "error: FILE has neither a section [basic] nor [global]; write one with ak and sk in it");
        check("ak = hidden", "error: FILE:1: expected `key = value` below a `[section]`");
        check("[basic]\nhidden", "error: FILE:2: expected `key = value` below a `[section]`");
        check("[basic\n", "error: FILE:1: expected `]` at the end of the section's name");
        check("[basic]\nak = k\nsk =\n", "error: FILE: section [basic] has no ak or no sk; give both");
        check(
            "[basic]\nidp_id = k\n",
            "error: FILE: section [basic] has no ak or no sk; give both; a login through idp_id is not supported",
        );
    }

    #[test]
    fn another_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "[basic]\nak = k\nsk = s\n").unwrap();
        let named = |name| Environment { directory: folder.path().to_owned(), ..environment(&[(FILE, name)]) };
        assert_eq!(shown(look(&named("mine"))), "key k s");
        assert!(shown(look(&named("gone"))).ends_with("gone, which does not exist"));
        assert_eq!(shown(look(&environment(&[]))), "nothing: there is no home directory");
        let path = folder.path().join("mine");
        assert!(from_file(path.clone(), "basic").is_ok());
        assert!(from_file(path, "other").unwrap_err().to_string().ends_with("has no section [other], only [basic]"));
    }
}
