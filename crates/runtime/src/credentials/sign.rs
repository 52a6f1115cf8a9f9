//! The signature SDK-HMAC-SHA256: what of a request it covers, in which form, and where it is stated.
//!
//! The form was read off the signer of the vendor's Python SDK, and a differential test (`tests/vendor_signer.rs`) holds both together.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{CredentialsError, date, digest};
use crate::headers::Headers;
use crate::path;
use crate::transport::HttpRequest;

pub(super) const AUTHORIZATION: &str = "Authorization";
const ALGORITHM: &str = "SDK-HMAC-SHA256";
const DATE: &str = "X-Sdk-Date";
const CONTENT_HASH: &str = "X-Sdk-Content-Sha256";
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Says whether this build can sign; see `no_sign.rs` for the one that cannot.
pub(super) fn available() -> Result<(), CredentialsError> {
    Ok(())
}

/// Adds date and signature to a request that is final otherwise.
pub(super) fn sign(request: &mut HttpRequest, access_key: &str, secret_key: &str) -> Result<(), CredentialsError> {
    let is_signed =
        |media_type: &str| ["application/json", "application/bson"].iter().any(|signed| media_type.starts_with(signed));
    // A file is not read a second time for its hash.
    if request.upload.is_some() || request.headers.get("Content-Type").is_some_and(|media_type| !is_signed(media_type))
    {
        request.headers.insert(CONTENT_HASH, UNSIGNED);
    }
    let time = match request.headers.get(DATE) {
        Some(time) => time.trim().to_owned(),
        None => {
            let time = date::basic(request.time);
            request.headers.insert(DATE, time.clone());
            time
        }
    };

    let (authority, path, query) = split(&request.url);
    let lower = lower(&request.headers, authority);
    let fields = signed_fields(&request.headers, &lower);
    let mut names = String::with_capacity(lower.len() + fields.len());
    for (name, _) in &fields {
        names.extend([if names.is_empty() { "" } else { ";" }, name]);
    }

    let mut canonical = String::with_capacity(512 + request.url.len());
    canonical.push_str(&request.method);
    canonical.make_ascii_uppercase();
    canonical.push('\n');
    push_path(path, &mut canonical);
    canonical.push('\n');
    push_query(query, &mut canonical);
    canonical.push('\n');
    for (name, value) in &fields {
        canonical.extend([name, ":", value.trim(), "\n"]);
    }
    canonical.extend(["\n", &names, "\n"]);
    match request.headers.get(CONTENT_HASH).filter(|_| request.body_length() > 0) {
        Some(hash) => canonical.push_str(hash.trim()),
        None => digest::push_sha256(&request.body, &mut canonical),
    }

    let mut to_sign = String::with_capacity(128);
    to_sign.extend([ALGORITHM, "\n", &time, "\n"]);
    digest::push_sha256(canonical.as_bytes(), &mut to_sign);
    let mut authorization = String::with_capacity(128 + access_key.len() + names.len());
    authorization.extend([ALGORITHM, " Access=", access_key, ", SignedHeaders=", &names, ", Signature="]);
    digest::push_hmac_sha256(secret_key.as_bytes(), to_sign.as_bytes(), &mut authorization);
    request.headers.insert_secret(AUTHORIZATION, authorization);
    Ok(())
}

/// Authority as it goes into the field `Host`, path and query of an absolute URL.
fn split(url: &str) -> (&str, &str, &str) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = rest.find('/').and_then(|slash| rest.split_at_checked(slash)).unwrap_or((rest, "/"));
    // Clients leave the scheme's own port out of the field.
    let port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    (authority.strip_suffix(port).unwrap_or(authority), path, query)
}

/// The names of all fields and then the authority in lower case, in one text, because an allocation for each is a good part of a signature.
fn lower(headers: &Headers, authority: &str) -> String {
    let mut lower = String::with_capacity(256);
    lower.extend(headers.iter().map(|(name, _)| name));
    lower.push_str(authority);
    lower.make_ascii_lowercase();
    lower
}

/// Names and values of the fields that are signed, in the order of the names. `lower` is what [`lower`] gives.
fn signed_fields<'a>(headers: &'a Headers, lower: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut fields = Vec::with_capacity(headers.len() + 1);
    let mut rest = lower;
    for (name, value) in headers.iter() {
        let (name, after) = rest.split_at_checked(name.len()).unwrap_or((name, ""));
        rest = after;
        // Some gateways drop names with an underscore.
        if !name.bytes().any(|byte| byte == b'_') {
            fields.push((name, value));
        }
    }
    if !headers.contains("Host") {
        fields.push(("host", rest));
    }
    fields.sort_unstable();
    // A field that is given several times is left out: nothing says in which form it is signed.
    if fields.windows(2).any(|two| matches!(two, [(one, _), (other, _)] if one == other)) {
        fields.retain(|(name, _)| headers.get_all(name).nth(1).is_none());
    }
    fields
}

/// The path decoded and encoded again, so that both sides agree on what is encoded, and with a slash at its end.
fn push_path(path: &str, out: &mut String) {
    // Most paths come out as they are.
    if path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte)) {
        out.push_str(path);
        if !path.ends_with('/') {
            out.push('/');
        }
        return;
    }
    let decoded = decode(path);
    let decoded = String::from_utf8_lossy(&decoded);
    for (index, segment) in decoded.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        path::encode(segment, out);
    }
    if !decoded.ends_with('/') {
        out.push('/');
    }
}

/// The parameters of the query in the order of name and value, decoded and encoded again; each has its `=`.
fn push_query(query: &str, out: &mut String) {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect();
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        path::encode(&String::from_utf8_lossy(name), out);
        out.push('=');
        path::encode(&String::from_utf8_lossy(value), out);
    }
}

/// The bytes that `text` stands for; a `%` without two hexadecimal digits stands for itself.
fn decode(text: &str) -> Cow<'_, [u8]> {
    percent_decode_str(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_path(path: &str, expected: &str) {
        let mut out = String::new();
        push_path(path, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn paths() {
        check_path("/", "/");
        check_path("/v1/jobs", "/v1/jobs/");
        check_path("/v1/jobs/", "/v1/jobs/");
        check_path("/v1/a%20b/%E4%B8%AD", "/v1/a%20b/%E4%B8%AD/");
        check_path("/os:a/(b)*", "/os%3Aa/%28b%29%2A/");
        check_path("/a%2Fb", "/a/b/");
        check_path("/%252F", "/%252F/");
        check_path("/%zz%4", "/%25zz%254/");
        check_path("/%7e%2d~-._", "/~-~-._/");
        check_path("//a//", "//a//");
    }

    #[track_caller]
    fn check_query(query: &str, expected: &str) {
        let mut out = String::new();
        push_query(query, &mut out);
        assert_eq!(out, expected);
    }

    #[test]
    fn queries() {
        check_query("", "");
        check_query("b=2&a=1", "a=1&b=2");
        check_query("a=2&a=10&a=", "a=&a=10&a=2");
        check_query("a", "a=");
        check_query("a=b=c&&d", "a=b%3Dc&d=");
        check_query("a%2Db=1&a=2", "a=2&a-b=1");
        check_query("%E4%B8%AD=x%20y", "%E4%B8%AD=x%20y");
    }

    #[test]
    fn urls() {
        assert_eq!(split("https://H:443/a?b#c"), ("H", "/a", "b"));
        assert_eq!(split("http://h:80"), ("h", "/", ""));
        assert_eq!(split("http://h:443?x=/"), ("h:443", "/", "x=/"));
        assert_eq!(split("https://h:8443/a/b"), ("h:8443", "/a/b", ""));
    }

    #[test]
    fn fields() {
        let mut headers = Headers::new();
        headers.insert("X-B", " b ");
        headers.insert("a", "");
        headers.insert("with_line", "x");
        headers.append("twice", "1");
        headers.append("Twice", "2");
        let expected = [("a", ""), ("host", "h"), ("x-b", " b ")];
        assert_eq!(signed_fields(&headers, &lower(&headers, "H")), expected);
        headers.insert("HOST", "other");
        assert_eq!(signed_fields(&headers, &lower(&headers, "H"))[1], ("host", "other"));
    }
}
