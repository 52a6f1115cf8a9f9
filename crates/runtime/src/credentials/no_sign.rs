//! In place of `sign` in a build without a hash function.

use super::CredentialsError;
use crate::transport::HttpRequest;

pub(super) const AUTHORIZATION: &str = "Authorization";

pub(super) fn available() -> Result<(), CredentialsError> {
    Err(CredentialsError::new(
        "this build cannot sign requests: enable the feature `rustls`, `native-tls` or `sha2` of huaweicloud (or tablature-runtime), or use a token",
    ))
}

pub(super) fn sign(_: &mut HttpRequest, _: &str, _: &str) -> Result<(), CredentialsError> {
    available()
}
