//! Which names say that a value is a secret. The runtime and the generator have the same copy of this file, as a test makes sure.

/// Parts of names of secrets, in lower case and without `_`, `-` and `.`.
const PARTS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "adminpass",
    "secret",
    "token",
    "credential",
    "privatekey",
    "accesskey",
    "apikey",
    "signature",
    "authorization",
    "userdata",
    "cookie",
];

/// Whether values of what has this name are secrets.
pub(crate) fn is_secret(name: &str) -> bool {
    let name: String =
        name.chars().filter(|char| !matches!(char, '_' | '-' | '.')).map(|char| char.to_ascii_lowercase()).collect();
    // The short name of a secret access key is part of many words.
    name == "sk" || PARTS.iter().any(|part| name.contains(part))
}
