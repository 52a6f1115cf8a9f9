//! The folders of collections outside of the repository: each is read once, and every service takes what it selects of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::facts::PageFacts;
use tablature_spec::load::{INDEX, Index, SourceFolder};
use tablature_spec::model::Operation;

use crate::pipeline::{self, End, Input, Options, PageResult};
use crate::specs::shown;
use crate::{specs, walk};

/// The services that may share folders, and what was read of these.
pub struct Families {
    indices: Vec<(PathBuf, Index)>,
    /// An index that cannot be read may be the one that selects a page, so nothing is said about pages that nobody selects.
    complete: bool,
    read: BTreeMap<Key, Rc<Vec<PageResult>>>,
}

/// What decides what reading a folder gives: where it lies, what its source is called, and whether descriptions are kept.
type Key = (PathBuf, String, String, bool);

/// The pages of a source that are a service's.
#[derive(Default)]
pub struct Share {
    /// The pages.
    pub pages: Vec<PageResult>,
    /// What the pages of the folder say about services as a whole: hosts of all, error codes of this one.
    pub facts: Vec<PageFacts>,
    /// Folders that cannot be read, and pages that belong to no service or to several.
    pub diagnostics: Vec<Diagnostic>,
}

impl Families {
    /// The families of the services of these folders.
    pub fn new(services: &[PathBuf]) -> Self {
        let mut families = Families { indices: Vec::new(), complete: true, read: BTreeMap::new() };
        for dir in services {
            let (index, problems) = specs::index(dir);
            families.complete &= problems.is_empty();
            families.indices.push((dir.clone(), index));
        }
        families
    }

    /// Reads a source, whose pages lie in `root`, and takes from it what is the service's of the folder `dir`.
    pub fn share(&mut self, dir: &Path, index: &Index, source: &SourceFolder, root: &Path) -> Share {
        let mut share = Share::default();
        let key = (root.to_path_buf(), source.name.clone(), source.file(""), index.copy_descriptions);
        let pages = match self.read.get(&key) {
            Some(pages) => pages.clone(),
            None => {
                let inputs = match inputs(source, root) {
                    Ok(inputs) => inputs,
                    Err(diagnostics) => return Share { diagnostics, ..Share::default() },
                };
                let options = Options { format: None, keep_descriptions: index.copy_descriptions };
                let pages = Rc::new(pipeline::run(&inputs, options));
                if source.docs.is_some() && self.complete {
                    share.diagnostics = self.misplaced(source, &pages);
                }
                self.read.insert(key, pages.clone());
                pages
            }
        };
        share.facts = pages.iter().filter_map(|page| page.facts.as_ref()).map(|facts| own(source, facts)).collect();
        // Pages without an operation are told of once, with the first of the services.
        let first = self.claims(source).next().is_none_or(|(first, _)| first == dir);
        share.pages = pages
            .iter()
            .filter_map(|page| match &page.end {
                End::Operations(operations) => {
                    let own: Vec<_> = operations.iter().filter(|operation| source.takes(operation)).cloned().collect();
                    (!own.is_empty()).then(|| PageResult { end: End::Operations(own), ..page.clone() })
                }
                _ => first.then(|| page.clone()),
            })
            .collect();
        share
    }

    /// The services that take pages from the folder of a source, each with its own entry for it.
    fn claims<'a>(&'a self, source: &'a SourceFolder) -> impl Iterator<Item = (&'a Path, &'a SourceFolder)> {
        self.indices.iter().flat_map(move |(dir, index)| {
            index.sources.iter().filter(|other| other.same_folder(source)).map(|other| (dir.as_path(), other))
        })
    }

    /// The pages of a folder that no service takes, or more than one.
    fn misplaced(&self, source: &SourceFolder, pages: &[PageResult]) -> Vec<Diagnostic> {
        let entry = |dir: &Path, source: &SourceFolder| Place::line(shown(&dir.join(INDEX)), source.line);
        let mut found = Vec::new();
        for page in pages {
            let End::Operations(operations) = &page.end else { continue };
            for operation in operations {
                let takers: Vec<_> = self.claims(source).filter(|(_, source)| source.takes(operation)).collect();
                if takers.len() == 1 {
                    continue;
                }
                let what = format!("`{} {}`", operation.method, operation.path);
                let (code, message, others) = if takers.is_empty() {
                    let message = format!("no service takes {what} of this page from the folder");
                    (&codes::PAGE_UNCLAIMED, message, self.claims(source).collect())
                } else {
                    let message = format!("{} services take {what} of this page", takers.len());
                    (&codes::PAGE_CLAIMED_TWICE, message, takers)
                };
                let line = operation.at.first().map_or(0, |at| at.line);
                let mut diagnostic = Diagnostic::new(code, Place::line(page.input.shown.as_str(), line), message);
                for (dir, source) in others {
                    let says = if source.takes(operation) { "takes it" } else { "does not take it" };
                    diagnostic = diagnostic.related(entry(dir, source), format!("`{}` {says}", specs::name_of(dir)));
                }
                found.push(diagnostic);
            }
        }
        found
    }
}

/// What a page says, without the error codes if the source does not select the page. Several services may select one page of codes.
fn own(source: &SourceFolder, facts: &PageFacts) -> PageFacts {
    let page = Operation { sources: vec![facts.source.clone()], ..Operation::default() };
    let codes = if source.takes(&page) { facts.codes.clone() } else { Vec::new() };
    PageFacts { codes, ..facts.clone() }
}

/// The files of a source.
fn inputs(source: &SourceFolder, root: &Path) -> Result<Vec<Input>, Vec<Diagnostic>> {
    let found = walk::walk(root);
    if !found.diagnostics.is_empty() {
        return Err(found.diagnostics);
    }
    let input = |page: PathBuf| Input {
        file: source.file(&page.strip_prefix(root).unwrap_or(&page).display().to_string()),
        shown: shown(&page),
        path: page,
        source: Some(source.name.clone()),
    };
    Ok(found.pages.into_iter().map(input).collect())
}
