//! Contradictions inside a spec: source against source, table against example, path against request line. Pages need not be at hand.
//!
//! One walk finds both what people read ([`check()`]) and which examples no client can send or give back ([`verdicts`]), so that the two cannot
//! say different things.

mod bodies;
mod examples;
mod fields;
mod kinds;
mod request_lines;
mod slots;
mod sources;
mod verdict;

use std::collections::BTreeMap;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::*;
use crate::read::SpecFile;

pub use request_lines::{path_fits, url_path};
pub use verdict::{Expect, verdicts};

/// Finds the contradictions of one operation. Places are lines of its pages, by the file name that the source gives.
pub fn check(spec: &SpecFile) -> Vec<Diagnostic> {
    findings(spec).into_iter().map(|finding| finding.diagnostic).collect()
}

/// What was found, in the order of the walk.
fn findings(spec: &SpecFile) -> Vec<Finding> {
    let mut check = Check { spec, operation: &spec.operation, found: Vec::new(), seen: BTreeMap::new() };
    check.sources();
    check.fields();
    check.examples();
    check.found
}

/// A diagnostic, and which examples it is about.
struct Finding {
    diagnostic: Diagnostic,
    /// The examples that no client can send or give back because of it, by their index in the operation.
    blocks: Vec<usize>,
}

struct Check<'a> {
    spec: &'a SpecFile,
    operation: &'a Operation,
    found: Vec<Finding>,
    /// What was reported: an array of a thousand items, or a second example, has the same gap and not another one.
    seen: BTreeMap<(&'static str, String), usize>,
}

/// The example that a finding is about.
#[derive(Clone, Copy)]
struct Shown<'a> {
    /// Its index in the operation.
    index: usize,
    example: &'a Example,
}

impl<'a> Check<'a> {
    fn report(&mut self, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.operation(&self.operation.name);
        let key = (diagnostic.code.id, format!("{} {}", diagnostic.place, diagnostic.message));
        if !self.seen.contains_key(&key) {
            self.seen.insert(key, self.found.len());
            self.found.push(Finding { diagnostic, blocks: Vec::new() });
        }
    }

    /// Reports something about an example, once for all examples with the same `what`. `blocks`: no client can send or give back the example.
    fn report_shown(
        &mut self,
        code: &'static Code,
        shown: Shown<'_>,
        what: String,
        blocks: bool,
        make: impl FnOnce(Place) -> Diagnostic,
    ) {
        let place = self.place_of_example(shown);
        let index = match self.seen.get(&(code.id, what.clone())) {
            Some(&index) => index,
            None => {
                let diagnostic = make(place.clone()).operation(&self.operation.name);
                self.seen.insert((code.id, what), self.found.len());
                self.found.push(Finding { diagnostic, blocks: Vec::new() });
                self.found.len() - 1
            }
        };
        let Some(finding) = self.found.get_mut(index) else { return };
        let known =
            finding.diagnostic.place == place || finding.diagnostic.related.iter().any(|(other, _)| *other == place);
        if !known {
            finding.diagnostic.related.push((place, "another example that shows it".into()));
        }
        if blocks && !finding.blocks.contains(&shown.index) {
            finding.blocks.push(shown.index);
        }
    }

    /// The page line of an `at`.
    fn page(&self, at: &At) -> Place {
        match self.operation.source(&at.source) {
            Some(source) => Place::line(source.file.as_str(), at.line),
            None => self.spec.place_of("at"),
        }
    }

    fn place(&self, places: &[At], otherwise: Place) -> Place {
        places.first().map_or(otherwise, |at| self.page(at))
    }

    /// The place where one source has something.
    fn of(&self, places: &[At], source: &str) -> Place {
        places.iter().find(|at| at.source == source).map_or_else(|| self.spec.place_of("source"), |at| self.page(at))
    }

    fn place_of_example(&self, shown: Shown<'_>) -> Place {
        self.place(&shown.example.at, self.spec.place_of_example(shown.index))
    }

    /// The place on the page that shows the example, if that page has one: the other side of a contradiction of one page.
    fn beside(&self, places: &[At], example: &Example, otherwise: Place) -> Place {
        let speaker = |at: &At| self.operation.speaker(&at.source).to_string();
        let page = example.at.first().map(speaker);
        let same = places.iter().find(|at| Some(speaker(at)) == page);
        same.or(places.first()).map_or(otherwise, |at| self.page(at))
    }
}
