//! The files beside a service's index that hold facts of the service as a whole: error codes, and hosts by region.

use std::fs;
use std::path::Path;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::errors::{self, Errors};
use tablature_spec::facts::{self, Hosts, PageFacts};
use tablature_spec::load::Index;

use crate::output::{self, Changes};
use crate::publish;
use crate::specs::shown;

/// The files; they are no specs of operations.
pub const FILES: [&str; 2] = [errors::FILE, facts::HOSTS];

/// What may be lost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Leave {
    /// Edits by hand.
    pub edits: bool,
    /// Files that no page gives any more.
    pub removals: bool,
}

/// Plans the files from what pages say, given in the order of their sources. While the pages of a collection are not at hand the files stay as
/// they are.
pub fn plan(
    dir: &Path,
    index: &Index,
    said: Vec<PageFacts>,
    absent: &[String],
    leave: Leave,
) -> (Changes, Vec<Diagnostic>) {
    let errors = Errors::of(&said);
    let hosts = Hosts::of(&said, |host| is_own(index, host));
    let mut changes = Changes::default();
    let mut diagnostics = Vec::new();
    let texts = [
        (errors::FILE, (!errors.codes.is_empty()).then(|| errors.write())),
        (facts::HOSTS, (!hosts.hosts.is_empty()).then(|| hosts.write())),
    ];
    for (name, body) in texts {
        let path = dir.join(name);
        let before = fs::read_to_string(&path).ok();
        if !absent.is_empty() {
            diagnostics.extend(before.filter(|text| output::edited(text)).map(|_| publish::edited_kept(&path)));
            continue;
        }
        let after = body.map(|body| output::seal(&body));
        if let Some(before) = &before
            && after.as_ref() != Some(before)
            && output::edited(before)
            && !leave.edits
        {
            diagnostics.push(publish::edit(&path, before, after.as_deref()));
        }
        match (before, after) {
            (_, Some(text)) => changes.write(path, text),
            (Some(_), None) => {
                if !leave.removals {
                    let message = format!("`{name}` would vanish: no page gives it any more");
                    diagnostics.push(Diagnostic::new(&codes::OPERATIONS_VANISH, Place::file(shown(&path)), message));
                }
                changes.removals.push(path);
            }
            (None, None) => {}
        }
    }
    (changes, diagnostics)
}

/// Whether a host begins as one of the service's endpoints does: pages list the hosts of all services of a family.
fn is_own(index: &Index, host: &str) -> bool {
    let first = |host: &str| host.split('.').next().unwrap_or_default().to_string();
    index.endpoints.is_empty() || index.endpoints.iter().any(|endpoint| first(&endpoint.host) == first(host))
}
