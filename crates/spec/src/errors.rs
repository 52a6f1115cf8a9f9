//! The error codes of a service with their HTTP status, as its pages list them. Texts are not kept.

use std::collections::BTreeMap;

use crate::decode;
use crate::diagnostic::Diagnostic;
use crate::facts::{self, PageFacts};
use crate::model::{At, Claim, Source};
use crate::{read, write};

/// The file, in the folder of a service.
pub const FILE: &str = "errors.toml";

/// The error codes of a service.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errors {
    /// The pages.
    pub sources: Vec<Source>,
    /// The codes, in the order of their names.
    pub codes: Vec<ErrorCode>,
}

/// An error code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCode {
    /// The code, as in the body of a failure.
    pub code: String,
    /// The HTTP status codes with which it comes, in ascending order; `None` where no page says.
    pub status: Option<Claim<Vec<u16>>>,
    /// Where each source has it.
    pub at: Vec<At>,
}

/// The status codes that each source gives.
type Claims = Vec<(String, Vec<u16>)>;

impl Errors {
    /// Merges what pages say, given in the order of their sources.
    pub fn of<'a>(pages: impl IntoIterator<Item = &'a PageFacts>) -> Self {
        let pages: Vec<&PageFacts> = pages.into_iter().filter(|page| !page.codes.is_empty()).collect();
        let sources = facts::sources(pages.iter().copied());
        let mut found: BTreeMap<&str, (Claims, Vec<At>)> = BTreeMap::new();
        for (page, source) in pages.iter().zip(&sources) {
            for row in &page.codes {
                let (claims, at) = found.entry(&row.code).or_default();
                at.push(At { source: source.name.clone(), line: row.line });
                let Some(status) = row.status else { continue };
                match claims.iter_mut().find(|(name, _)| *name == source.name) {
                    Some((_, known)) => known.push(status),
                    None => claims.push((source.name.clone(), vec![status])),
                }
            }
        }
        let codes = found.into_iter().map(|(code, (mut claims, at))| {
            for (_, statuses) in &mut claims {
                statuses.sort_unstable();
                statuses.dedup();
            }
            let agreed = claims.iter().all(|(_, statuses)| claims.first().is_some_and(|(_, first)| first == statuses));
            let status =
                if agreed { claims.pop().map(|(_, all)| Claim::Agreed(all)) } else { Some(Claim::Contested(claims)) };
            ErrorCode { code: code.to_string(), status, at }
        });
        Errors { codes: codes.collect(), sources }
    }

    /// The entry of a code.
    pub fn code(&self, code: &str) -> Option<&ErrorCode> {
        self.codes.iter().find(|known| known.code == code)
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let list = |all: &Vec<u16>| {
            let all: Vec<String> = all.iter().map(ToString::to_string).collect();
            format!("[{}]", all.join(", "))
        };
        let mut out = String::from("codes = [\n");
        for code in &self.codes {
            let status = code.status.as_ref().map(|claim| format!("status = {}, ", write::claim(claim, list)));
            let (name, status) = (write::string(&code.code), status.unwrap_or_default());
            out.push_str(&format!("  {{ code = {name}, {status}at = {} }},\n", write::at(&code.at)));
        }
        out.push_str("]\n");
        for source in &self.sources {
            write::source(&mut out, source);
        }
        out
    }

    /// Reads the file.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        decode::file(file, text, "the file of error codes", |d, root| {
            d.known_keys(root, &["codes", "source"]);
            let mut out = Errors::default();
            for node in d.tables(root, "source", "a source") {
                out.sources.push(read::source(d, &node));
            }
            for node in d.tables(root, "codes", "an error code") {
                d.known_keys(&node, &["code", "status", "at"]);
                let code = d.string(&node, "code");
                let Some(code) = d.required(&node, "code", code) else { continue };
                let mut status = d.claim(&node, "status", "an array of HTTP status codes", |value| {
                    let status = |item: &toml::de::DeValue<'_>| decode::integer(item)?.parse().ok();
                    value.as_array()?.iter().map(|item| status(item.get_ref())).collect()
                });
                if let Some(Claim::Contested(claims)) = &mut status {
                    let place = |name: &str| out.sources.iter().position(|source| source.name == name);
                    claims.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
                }
                let at = d.at(&node);
                out.codes.push(ErrorCode { code, status, at });
            }
            out
        })
    }
}
