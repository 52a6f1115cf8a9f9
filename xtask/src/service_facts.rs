//! The files beside a service's index that hold facts of the service as a whole: error codes, and hosts by region. And what specs say of such
//! facts, counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::errors::{self, ErrorCode, Errors};
use tablature_spec::facts::{self, Hosts, PageFacts};
use tablature_spec::load::Index;
use tablature_spec::model::{Claim, Operation, Role};
use tablature_spec::paging::{Step, paging};
use tablature_spec::polling::polling;
use tablature_spec::{codes, envelope};

use crate::output::{self, Changes};
use crate::publish;
use crate::report::align;
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

/// What specs say about a service as a whole, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Error codes.
    pub codes: usize,
    /// Those of them whose status the sources give differently.
    pub contested: usize,
    /// Hosts that pages list.
    pub hosts: usize,
    /// Operations that give a list piece by piece: by offset, by page, by marker.
    pub paged: [usize; 3],
    /// Operations whose pages name another one for polling, with ids that are at hand.
    pub polled: usize,
    /// Response headers.
    pub headers: usize,
    /// The shapes of error bodies that examples show, with the number of examples.
    pub envelopes: BTreeMap<String, usize>,
}

impl Counts {
    /// Counts what the folder of a service and its operations say; also gives what is wrong with the files.
    pub fn of(dir: &Path, operations: &[&Operation]) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut counts = Counts::default();
        let text = |name: &str| {
            let path = dir.join(name);
            Some((shown(&path), fs::read_to_string(&path).ok()?))
        };
        if let Some((file, text)) = text(errors::FILE) {
            let (errors, found) = Errors::read(&file, &text);
            diagnostics.extend(found);
            counts.codes = errors.codes.len();
            let contested = |code: &&ErrorCode| matches!(code.status, Some(Claim::Contested(_)));
            counts.contested = errors.codes.iter().filter(contested).count();
        }
        if let Some((file, text)) = text(facts::HOSTS) {
            let (hosts, found) = Hosts::read(&file, &text);
            diagnostics.extend(found);
            counts.hosts = hosts.hosts.len();
        }
        let by_name: HashMap<&str, &Operation> =
            operations.iter().map(|operation| (operation.name.as_str(), *operation)).collect();
        for operation in operations {
            if let Some(paging) = paging(operation) {
                let [offset, page, marker] = &mut counts.paged;
                *match paging.step {
                    Step::Offset { .. } => offset,
                    Step::Page { .. } => page,
                    Step::Marker { .. } => marker,
                } += 1;
            }
            counts.polled += usize::from(polling(operation, |name| by_name.get(name).copied()).is_some());
            counts.headers += operation.tables_of(Role::ResponseHeader).map(|table| table.rows.len()).sum::<usize>();
        }
        let seen = envelope::seen(operations.iter().copied());
        counts.envelopes = seen.into_iter().map(|(shape, count)| (shape.to_string(), count)).collect();
        (counts, diagnostics)
    }

    /// As a value of the JSON form.
    pub fn json(&self) -> Value {
        let [offset, page, marker] = self.paged;
        json!({
            "error_codes": self.codes,
            "error_codes_contested": self.contested,
            "hosts": self.hosts,
            "paged": { "offset": offset, "page": page, "marker": marker },
            "polled": self.polled,
            "response_headers": self.headers,
            "envelopes": self.envelopes,
        })
    }
}

/// A row for each service, and under it a row for each shape of error bodies; nothing if there is nothing to count.
pub fn table(all: &[(&str, &Counts)]) -> String {
    if all.iter().all(|(_, counts)| **counts == Counts::default()) {
        return String::new();
    }
    let heads =
        ["service", "error codes", "contested", "hosts", "by offset", "by page", "by marker", "polled", "headers"];
    let mut rows = vec![heads.map(String::from).to_vec()];
    rows.extend(all.iter().map(|(service, counts)| {
        let [offset, page, marker] = counts.paged;
        let numbers =
            [counts.codes, counts.contested, counts.hosts, offset, page, marker, counts.polled, counts.headers];
        std::iter::once((*service).to_string()).chain(numbers.map(|n| n.to_string())).collect()
    }));
    let mut out = align(&rows);
    let shapes: BTreeSet<&String> = all.iter().flat_map(|(_, counts)| counts.envelopes.keys()).collect();
    if !shapes.is_empty() {
        let services = all.iter().map(|(service, _)| (*service).to_string());
        let mut rows = vec![std::iter::once("envelopes".to_string()).chain(services).collect::<Vec<_>>()];
        rows.extend(shapes.into_iter().map(|shape| {
            let numbers = all.iter().map(|(_, counts)| counts.envelopes.get(shape).copied().unwrap_or_default());
            std::iter::once(shape.clone()).chain(numbers.map(|n| n.to_string())).collect()
        }));
        out.push('\n');
        out += &align(&rows);
    }
    out
}

/// Whether a host begins as one of the service's endpoints does: pages list the hosts of all services of a family.
fn is_own(index: &Index, host: &str) -> bool {
    let first = |host: &str| host.split('.').next().unwrap_or_default().to_string();
    index.endpoints.is_empty() || index.endpoints.iter().any(|endpoint| first(&endpoint.host) == first(host))
}
