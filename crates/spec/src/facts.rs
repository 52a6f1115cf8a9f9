//! Facts about a service as a whole, which stand in files beside its index: hosts by region, and error codes (in [`crate::errors`]).

use toml::de::DeTable;

use crate::decode;
use crate::diagnostic::Diagnostic;
use crate::model::{At, Source};
use crate::{read, write};

/// The file of the hosts that pages list, in the folder of a service.
pub const HOSTS: &str = "endpoints.toml";

/// What one page says about the service as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageFacts {
    /// The page.
    pub source: Source,
    /// The rows of its tables of error codes.
    pub codes: Vec<CodeRow>,
    /// The rows of its tables of endpoints.
    pub hosts: Vec<HostRow>,
}

/// An error code that a page lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeRow {
    /// The code, as in the body of a failure.
    pub code: String,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The line.
    pub line: u32,
}

/// A host that a page lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRow {
    /// The id of the region.
    pub region: String,
    /// The name of the host.
    pub host: String,
    /// The line.
    pub line: u32,
}

/// The hosts of a service by region, as pages list them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hosts {
    /// The pages.
    pub sources: Vec<Source>,
    /// The hosts, in the order of their regions.
    pub hosts: Vec<Host>,
}

/// The host of a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// The id of the region.
    pub region: String,
    /// The name of the host.
    pub host: String,
    /// Where each source has it.
    pub at: Vec<At>,
}

/// The sources of several pages, with names that are unique: the second page of `zh-md` is `zh-md.2`.
pub(crate) fn sources<'a>(pages: impl IntoIterator<Item = &'a PageFacts>) -> Vec<Source> {
    let mut out: Vec<Source> = Vec::new();
    for page in pages {
        let mut source = page.source.clone();
        let before = out.iter().filter(|known| known.name.split('.').next() == Some(source.name.as_str())).count();
        if before > 0 {
            source.name = format!("{}.{}", source.name, before + 1);
        }
        out.push(source);
    }
    out
}

impl Hosts {
    /// The hosts that pages list and that are of this service: a family of pages lists those of several.
    pub fn of<'a>(pages: impl IntoIterator<Item = &'a PageFacts>, own: impl Fn(&str) -> bool) -> Self {
        let own_rows = |page: &&PageFacts| page.hosts.iter().any(|row| own(&row.host));
        let pages: Vec<&PageFacts> = pages.into_iter().filter(own_rows).collect();
        let sources = sources(pages.iter().copied());
        let mut hosts: Vec<Host> = Vec::new();
        for (page, source) in pages.iter().zip(&sources) {
            for row in page.hosts.iter().filter(|row| own(&row.host)) {
                let at = At { source: source.name.clone(), line: row.line };
                match hosts.iter_mut().find(|known| known.region == row.region && known.host == row.host) {
                    Some(known) => known.at.push(at),
                    None => hosts.push(Host { region: row.region.clone(), host: row.host.clone(), at: vec![at] }),
                }
            }
        }
        hosts.sort_by(|a, b| (&a.region, &a.host).cmp(&(&b.region, &b.host)));
        Hosts { sources, hosts }
    }

    /// The text of the file.
    pub fn write(&self) -> String {
        let mut out = String::from("hosts = [\n");
        for host in &self.hosts {
            let (region, name) = (write::string(&host.region), write::string(&host.host));
            out.push_str(&format!("  {{ region = {region}, host = {name}, at = {} }},\n", write::at(&host.at)));
        }
        out.push_str("]\n");
        for source in &self.sources {
            write::source(&mut out, source);
        }
        out
    }

    /// Reads the file.
    pub fn read(file: &str, text: &str) -> (Self, Vec<Diagnostic>) {
        decode::file(file, text, "the file of hosts", |d, root| {
            d.known_keys(root, &["hosts", "source"]);
            let mut out = Hosts::default();
            for node in d.tables(root, "hosts", "a host") {
                d.known_keys(&node, &["region", "host", "at"]);
                let (region, host) = (d.string(&node, "region"), d.string(&node, "host"));
                let (region, host) = (d.required(&node, "region", region), d.required(&node, "host", host));
                if let (Some(region), Some(host)) = (region, host) {
                    let at = d.at(&node);
                    out.hosts.push(Host { region, host, at });
                }
            }
            for node in d.tables(root, "source", "a source") {
                out.sources.push(read::source(d, &node));
            }
            out
        })
    }
}

/// The lists of words in a data file of this crate, by key.
pub(crate) fn lists(text: &str) -> Vec<(String, Vec<String>)> {
    // The files are part of the crate and tests read them, so a syntax error cannot reach a user.
    let Ok(table) = DeTable::parse(text) else { return Vec::new() };
    let words = |value: &toml::de::DeValue<'_>| {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(|item| item.get_ref().as_str().map(str::to_string)).collect()
    };
    table.get_ref().iter().map(|(key, value)| (key.get_ref().to_string(), words(value.get_ref()))).collect()
}
