//! What the default transport keeps of URLs.

use std::sync::{PoisonError, RwLock};

use url::Url;

use crate::endpoint::origin;
use crate::transport::TransportError;

/// Parsed URLs of hosts, because parsing a host costs more than all of a path.
#[derive(Default)]
pub(crate) struct Bases(RwLock<Vec<(String, Url)>>);

impl Bases {
    /// How many are kept; an application calls few hosts.
    const MOST: usize = 32;

    pub(crate) fn url(&self, text: &str) -> Result<Url, TransportError> {
        let origin = origin(text);
        let path = text.get(origin.len()..).unwrap_or_default();
        // Two slashes at the start of a reference begin a host, a backslash is a slash, and control characters are taken out before anything
        // else; `http:///h` is for people who type.
        let begins_a_host = matches!(path.as_bytes().get(1), Some(b'/' | b'\\' | ..b' '));
        if origin.ends_with('/') || !path.starts_with('/') || begins_a_host {
            return Url::parse(text).map_err(TransportError::refused);
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, base)) = known.iter().find(|(known, _)| known == origin) {
            return base.join(path).map_err(TransportError::refused);
        }
        let room = known.len() < Bases::MOST;
        drop(known);
        let url = Url::parse(text).map_err(TransportError::refused)?;
        if room && let Ok(base) = url.join("/") {
            self.0.write().unwrap_or_else(PoisonError::into_inner).push((origin.to_owned(), base));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bases: &Bases, text: &str) {
        assert_eq!(bases.url(text).unwrap(), Url::parse(text).unwrap());
    }

    #[test]
    fn urls_are_what_parsing_makes_of_them() {
        let bases = Bases::default();
        for host in ["http://h", "https://h:8443", "HTTPS://H.example.com:443", "http://[::1]:80", "http://u:p@h"] {
            // The second time from what was kept.
            for _ in 0..2 {
                for path in
                    ["", "/", "/v1/a%20b/c?x=1&y=%2F", "/a/../b/./c", "//x/y", "/\\x", "/a//b", "?x", "/a#b", "/a b\t"]
                        .into_iter()
                        .chain(["/\t/x", "/\n\\x", "/\r/y", "/\t\t//z"])
                {
                    check(&bases, &format!("{host}{path}"));
                }
            }
        }
        check(&bases, "http:///x");
        check(&bases, "http:///y");
        assert!(bases.url("h/x").is_err() && bases.url("http:///x y:").is_err() && bases.url("").is_err());
    }

    #[test]
    fn few_are_kept() {
        let bases = Bases::default();
        for number in 0..100 {
            check(&bases, &format!("http://h{number}/x"));
        }
        assert_eq!(bases.0.read().unwrap().len(), Bases::MOST);
    }
}
