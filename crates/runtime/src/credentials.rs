//! Who makes a call: the seam for credentials, and the token that OpenStack services take.

use std::env::VarError;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error::Error;
use crate::headers::Headers;
use crate::transport::{BoxError, BoxFuture, HttpRequest};

/// The header that carries a token.
const TOKEN_HEADER: &str = "X-Auth-Token";

/// The environment variables that may hold a token, in the order in which they are tried.
const TOKEN_VARIABLES: &[&str] = &["HUAWEICLOUD_SDK_TOKEN", "OS_TOKEN", "OS_AUTH_TOKEN"];

/// Makes a request one of an authenticated user.
///
/// It is asked once per attempt, after everything else in the request is final, so that a signature can cover all of it.
pub trait CredentialsProvider: Send + Sync {
    /// Adds to `request` what proves who makes it, by [`Headers::insert_secret`](crate::Headers::insert_secret).
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>>;

    /// Says what is wrong with what the provider was given, without I/O; asked once, when the client is built.
    fn check(&self) -> Result<(), CredentialsError> {
        Ok(())
    }

    /// Told that the service answered 401 to a request with the headers `refused`; says whether authorizing the request again would
    /// give something else. Asked once for each call, which is sent once more if the answer is yes.
    ///
    /// Many calls may be refused at the same time: a provider whose token is not the one in `refused` any more has nothing to do.
    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        let _ = refused;
        Box::pin(std::future::ready(Ok(false)))
    }

    /// Whether what [`authorize`](CredentialsProvider::authorize) adds depends on [`HttpRequest::time`]. Then a request that is refused
    /// with 401 or 403 by a server whose clock differs is authorized and sent once more, by the clock of the server.
    fn uses_time(&self) -> bool {
        false
    }
}

impl<P: CredentialsProvider + ?Sized> CredentialsProvider for Arc<P> {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        (**self).authorize(request)
    }

    fn check(&self) -> Result<(), CredentialsError> {
        (**self).check()
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        (**self).refresh(refused)
    }

    fn uses_time(&self) -> bool {
        (**self).uses_time()
    }
}

/// Credentials that come from the application or its environment.
#[derive(Clone, Debug)]
pub struct Credentials {
    token: Secret,
}

impl Credentials {
    /// A token that the application obtained, sent as `X-Auth-Token`.
    pub fn token(token: impl Into<String>) -> Credentials {
        Credentials { token: Secret(token.into()) }
    }

    /// The token in the first of the environment variables `HUAWEICLOUD_SDK_TOKEN`, `OS_TOKEN` and `OS_AUTH_TOKEN` that is set and
    /// not empty. Blanks around it are removed.
    ///
    /// # Errors
    /// When there is none; the error lists every variable and why it did not serve.
    pub fn from_env() -> Result<Credentials, Error> {
        Credentials::from_lookup(|name| std::env::var(name))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Result<String, VarError>) -> Result<Credentials, Error> {
        let mut tried = Vec::new();
        for name in TOKEN_VARIABLES {
            match lookup(name) {
                Ok(value) if value.trim().is_empty() => tried.push(format!("{name} is empty")),
                Ok(value) => return Ok(Credentials::token(value.trim())),
                Err(VarError::NotPresent) => tried.push(format!("{name} is not set")),
                Err(VarError::NotUnicode(_)) => tried.push(format!("{name} is not valid Unicode")),
            }
        }
        Err(Error::credentials(format!(
            "no token in the environment: {}; set one of them, or use Credentials::token",
            tried.join(", ")
        )))
    }
}

impl CredentialsProvider for Credentials {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        // A token given for this one call by `with_header` wins.
        if !request.headers.contains(TOKEN_HEADER) {
            request.headers.insert_secret(TOKEN_HEADER, self.token.0.clone());
        }
        Box::pin(std::future::ready(Ok(())))
    }

    /// The token stays out of the message.
    fn check(&self) -> Result<(), CredentialsError> {
        if self.token.0.trim().is_empty() {
            return Err(CredentialsError::new(
                "the token is an empty text; give a token, or build without credentials",
            ));
        }
        if self.token.0.trim() != self.token.0 {
            return Err(CredentialsError::new(
                "the token begins or ends with white space; trim what was read from a file or a prompt",
            ));
        }
        match self.token.0.bytes().find(|byte| !(0x20..=0x7e).contains(byte)) {
            None => Ok(()),
            Some(byte) => Err(CredentialsError::new(format!(
                "the token holds the byte 0x{byte:02x}; a header holds visible ASCII, so give the token as it was issued"
            ))),
        }
    }
}

/// Text that no output shows.
#[derive(Clone)]
struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Why a provider could not authorize a request.
#[derive(Debug)]
pub struct CredentialsError {
    message: String,
    source: Option<BoxError>,
}

impl CredentialsError {
    /// An error that says what was tried and what to do; it must not hold a secret.
    pub fn new(message: impl Into<String>) -> CredentialsError {
        CredentialsError { message: message.into(), source: None }
    }

    /// Adds the error behind this one.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> CredentialsError {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for CredentialsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &'static [(&str, &str)]) -> Result<Credentials, Error> {
        Credentials::from_lookup(|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()).ok_or(VarError::NotPresent)
        })
    }

    #[test]
    fn the_first_variable_that_is_set_wins() {
        assert_eq!(from(&[("OS_AUTH_TOKEN", "c"), ("OS_TOKEN", "b")]).unwrap().token.0, "b");
        assert_eq!(from(&[("OS_TOKEN", "b"), ("HUAWEICLOUD_SDK_TOKEN", " a\n")]).unwrap().token.0, "a");
        assert_eq!(from(&[("OS_TOKEN", " "), ("OS_AUTH_TOKEN", "c")]).unwrap().token.0, "c");
    }

    #[test]
    fn without_a_token_the_error_lists_what_was_tried() {
        let error = from(&[("OS_TOKEN", "")]).unwrap_err();
        assert!(error.is_auth());
        insta::assert_snapshot!(error, @"credentials: no token in the environment: HUAWEICLOUD_SDK_TOKEN is not set, OS_TOKEN is empty, OS_AUTH_TOKEN is not set; set one of them, or use Credentials::token");
    }

    #[track_caller]
    fn check(token: &str, expected: Option<&str>) {
        match (Credentials::token(token).check(), expected) {
            (Ok(()), None) => {}
            (Err(error), Some(part)) if error.to_string().contains(part) => {
                assert!(!error.to_string().contains("secret"), "{error}");
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn tokens() {
        check("MIIC+a/b==", None);
        check("", Some("empty"));
        check(" \n", Some("empty"));
        check("secret\n", Some("trim"));
        check(" secret", Some("trim"));
        check("two words", None);
        check("secret\r\nx: y", Some("0x0d"));
        check("secret\0", Some("visible ASCII"));
        check("sécret", Some("visible ASCII"));
    }

    #[test]
    fn debug_hides_the_token() {
        assert_eq!(format!("{:?}", Credentials::token("abc")), "Credentials { token: [redacted] }");
    }
}
