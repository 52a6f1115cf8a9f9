//! A token that somebody obtained.

use secrecy::{ExposeSecret, SecretString};

use super::CredentialsError;
use super::sign::AUTHORIZATION;
use crate::transport::HttpRequest;

/// The header that carries a token.
pub(super) const TOKEN_HEADER: &str = "X-Auth-Token";

/// Adds the token, unless one was given for this one call.
pub(super) fn authorize(request: &mut HttpRequest, token: &SecretString) {
    if !is_authorized(request) {
        request.headers.insert_secret(TOKEN_HEADER, token.expose_secret());
    }
}

/// Whether the call brings what proves who makes it, which is stronger than what a provider has.
pub(super) fn is_authorized(request: &HttpRequest) -> bool {
    request.headers.contains(TOKEN_HEADER) || request.headers.contains(AUTHORIZATION)
}

/// Says why `text`, which is called `what`, cannot be sent in a header; the text stays out of the message.
pub(super) fn check(what: &str, text: &str) -> Result<(), CredentialsError> {
    if text.trim().is_empty() {
        return Err(CredentialsError::new(format!(
            "the {what} is an empty text; give a {what}, or build without credentials"
        )));
    }
    if text.trim() != text {
        return Err(CredentialsError::new(format!(
            "the {what} begins or ends with white space; trim what was read from a file or a prompt"
        )));
    }
    match text.bytes().find(|byte| !(0x20..=0x7e).contains(byte)) {
        None => Ok(()),
        Some(byte) => Err(CredentialsError::new(format!(
            "the {what} holds the byte 0x{byte:02x}; a header holds visible ASCII, so give the {what} as it was issued"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tokens(token: &str, expected: Option<&str>) {
        match (check("token", token), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) if error.to_string().contains(part) => {
                assert!(!error.to_string().contains("secret"), "{error}");
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn what_a_header_can_hold() {
        tokens("MIIC+a/b==", None);
        tokens("", Some("empty"));
        tokens(" \n", Some("empty"));
        tokens("secret\n", Some("trim"));
        tokens(" secret", Some("trim"));
        tokens("two words", None);
        tokens("secret\r\nx: y", Some("0x0d"));
        tokens("secret\0", Some("visible ASCII"));
        tokens("sécret", Some("visible ASCII"));
    }
}
