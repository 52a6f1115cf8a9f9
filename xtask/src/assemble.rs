//! From the operations of pages to the specs of a service: group by source, merge, name, apply overrides of names.

use std::collections::BTreeMap;

use tablature_extract::names;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::merge;
use tablature_spec::model::{Claim, Operation};
use tablature_spec::overrides::{self, Override};

use crate::pipeline::{End, PageResult};

/// Merges and names the operations of pages. `order` lists the sources; sources that it lacks follow in the order of their names, Chinese
/// Markdown first, because that is the vendor's own language.
pub fn assemble(pages: &[PageResult], order: &[String], renames: &[Override]) -> (Vec<Operation>, Vec<Diagnostic>) {
    let mut diagnostics = repeated_ids(pages);
    let mut by_source: BTreeMap<(usize, std::cmp::Reverse<String>), Vec<Operation>> = BTreeMap::new();
    for page in pages {
        let End::Operations(operations) = &page.end else { continue };
        let rank = order.iter().position(|name| *name == page.source).unwrap_or(order.len());
        let group = by_source.entry((rank, std::cmp::Reverse(page.source.clone()))).or_default();
        group.extend(operations.iter().cloned());
    }
    let mut operations = merge::merge(by_source.into_values().collect());
    names::assign(&mut operations);
    diagnostics.extend(overrides::rename(renames, &mut operations));
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in operations.windows(2) {
        if let [a, b] = pair
            && a.name == b.name
        {
            let message = format!("two operations are called `{}`", a.name);
            let related = place(a, pages);
            diagnostics.push(
                Diagnostic::new(&codes::SPEC_NAME_REPEATED, place(b, pages), message).related(related, "the other one"),
            );
        }
    }
    (operations, diagnostics)
}

/// Where an operation's request line stands, with the file's name in messages.
pub fn place(operation: &Operation, pages: &[PageResult]) -> Place {
    let Some(source) = operation.sources.first() else { return Place::file(operation.name.as_str()) };
    let line = operation.at.iter().find(|at| at.source == source.name).map_or(0, |at| at.line);
    let shown = pages.iter().find(|page| page.input.file == source.file).map(|page| page.input.shown.as_str());
    Place::line(shown.unwrap_or(&source.file), line)
}

fn repeated_ids(pages: &[PageResult]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<(String, String), Place> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    for page in pages {
        let End::Operations(operations) = &page.end else { continue };
        let Some(id) = operations.first().and_then(|operation| operation.sources.first()?.page_id.clone()) else {
            continue;
        };
        let here = Place::file(page.input.shown.as_str());
        match seen.get(&(page.source.clone(), id.clone())) {
            Some(other) => diagnostics.push(
                Diagnostic::new(&codes::PAGE_ID_REPEATED, here, format!("the page id `{id}` also names another page"))
                    .related(other.clone(), "the other page"),
            ),
            None => {
                seen.insert((page.source.clone(), id), here);
            }
        }
    }
    diagnostics
}

/// Compares names with those of the specs so far. What is matched is the request line and a page id.
pub fn changed_names(old: &[Operation], new: &[Operation], pages: &[PageResult]) -> Vec<Diagnostic> {
    let ids = |operation: &Operation| -> Vec<String> {
        operation.pages().filter_map(|source| source.page_id.clone()).collect()
    };
    let mut diagnostics = Vec::new();
    for operation in new {
        if old.iter().any(|before| before.name == operation.name) {
            continue;
        }
        let same = |before: &&Operation| {
            before.method == operation.method
                && before.path == operation.path
                && before.fixed_query == operation.fixed_query
                && (ids(before).iter().any(|id| ids(operation).contains(id))
                    || before.title.as_ref().and_then(Claim::first) == operation.title.as_ref().and_then(Claim::first))
        };
        if let Some(before) = old.iter().find(same) {
            let message = format!("`{}` is now called `{}`", before.name, operation.name);
            diagnostics.push(Diagnostic::new(&codes::NAME_CHANGED, place(operation, pages), message));
        }
    }
    diagnostics
}
