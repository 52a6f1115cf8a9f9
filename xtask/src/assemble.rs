//! From the operations of pages to the specs of a service: group by source, merge, name, apply overrides of names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tablature_extract::names;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::merge;
use tablature_spec::model::{Claim, Operation};
use tablature_spec::overrides::{self, Override};
use tablature_spec::polling;

use crate::pipeline::{End, PageResult};
use crate::specs::shown;

/// What a service is assembled from.
#[derive(Default)]
pub struct Parts<'a> {
    /// Pages that lie in the repository, or that were named.
    pub own: &'a [PageResult],
    /// Pages of collections that lie elsewhere. Where an own page documents the same operation they stand aside.
    pub collected: &'a [PageResult],
    /// The sources in the order of their ranks; sources that it lacks follow in the order of their names, Chinese Markdown first, because
    /// that is the vendor's own language.
    pub order: &'a [String],
    /// The operations that specs have now. An operation among them keeps its name, because callers use it; the others are named by rule.
    pub old: &'a [Operation],
    /// Of these, the ones with a page in a collection that is not at hand. They stay as they are, unless an own page documents them.
    pub kept: Vec<Operation>,
}

/// The operations of a service.
#[derive(Default)]
pub struct Assembled {
    /// The operations, in the order of their names.
    pub operations: Vec<Operation>,
    /// The file of each page that stood aside, with the operation that has pages in the repository.
    pub aside: BTreeMap<String, String>,
    /// How many operations were kept without their pages.
    pub kept: usize,
    /// What there is to say.
    pub diagnostics: Vec<Diagnostic>,
}

/// Merges and names the operations of pages.
pub fn assemble(parts: Parts<'_>, renames: &[Override]) -> Assembled {
    let Parts { own, collected, order, old, kept } = parts;
    let mut diagnostics = repeated_ids(own);
    diagnostics.extend(repeated_ids(collected));
    let mut operations = merge::merge(by_source(own, order));
    let documented = operations.len();
    let kept = rest(&operations, kept, |_, _| {});
    let mut aside: Vec<(String, usize)> = Vec::new();
    let mut groups = by_source(collected, order);
    for group in &mut groups {
        let all = std::mem::take(group);
        *group = rest(&operations, all, |operation, own| aside.push((file(operation), own)));
        // What cannot be merged again, because a source is missing, is not read from the others alone either.
        *group = rest(&kept, std::mem::take(group), |_, _| {});
    }
    operations.extend(merge::merge(groups));
    let count = kept.len();
    operations.extend(kept);
    let pages = || own.iter().chain(collected);
    names::assign(&mut operations);
    let by_rule: Vec<String> = operations.iter().map(|operation| operation.name.clone()).collect();
    let kept = kept_names(old, &operations);
    names::assign_keeping(&mut operations, &kept);
    let place = |operation: &Operation| place(operation, pages());
    let named = operations.iter().zip(&by_rule).zip(&kept);
    for ((operation, rule), _) in named.filter(|((operation, rule), kept)| kept.is_some() && operation.name != **rule) {
        let overridden =
            renames.iter().any(|entry| entry.key == "name" && entry.row.is_none() && entry.operation == *rule);
        if !overridden {
            let message = format!("`{}` keeps its name; the rule would call it `{rule}` now", operation.name);
            diagnostics.push(Diagnostic::new(&codes::NAME_KEPT, place(operation), message));
        }
    }
    diagnostics.extend(overrides::rename(renames, &mut operations, &by_rule));
    diagnostics.extend(names::repeated(&operations, place));
    let named = |at: usize| operations.get(at).filter(|_| at < documented).map(|operation| operation.name.clone());
    let aside = aside.into_iter().filter_map(|(file, at)| Some((file, named(at)?))).collect();
    polling::settle(&mut operations);
    operations.sort_by(|a, b| a.name.cmp(&b.name));
    for pair in operations.windows(2) {
        if let [a, b] = pair
            && a.name == b.name
        {
            let message = format!("two operations are called `{}`", a.name);
            let related = place(a);
            diagnostics
                .push(Diagnostic::new(&codes::SPEC_NAME_REPEATED, place(b), message).related(related, "the other one"));
        }
    }
    Assembled { operations, aside, kept: count, diagnostics }
}

/// The operations of pages, source by source in the order of the ranks.
fn by_source(pages: &[PageResult], order: &[String]) -> Vec<Vec<Operation>> {
    let mut groups: BTreeMap<(usize, std::cmp::Reverse<String>), Vec<Operation>> = BTreeMap::new();
    for page in pages {
        let End::Operations(operations) = &page.end else { continue };
        let rank = order.iter().position(|name| *name == page.source).unwrap_or(order.len());
        let group = groups.entry((rank, std::cmp::Reverse(page.source.clone()))).or_default();
        group.extend(operations.iter().cloned());
    }
    groups.into_values().collect()
}

/// The operations that are not among known ones; the others go to `same`, with the known one's number.
fn rest(known: &[Operation], all: Vec<Operation>, mut same: impl FnMut(&Operation, usize)) -> Vec<Operation> {
    let pairs = merge::matches(known, &all);
    let mut out = Vec::with_capacity(all.len());
    for (index, operation) in all.into_iter().enumerate() {
        match pairs.get(&index) {
            Some(target) => same(&operation, *target),
            None => out.push(operation),
        }
    }
    out
}

fn file(operation: &Operation) -> String {
    operation.sources.first().map(|source| source.file.clone()).unwrap_or_default()
}

/// Where an operation's request line stands, with the file's name in messages.
pub fn place<'a>(operation: &Operation, mut pages: impl Iterator<Item = &'a PageResult>) -> Place {
    let Some(source) = operation.sources.first() else { return Place::file(operation.name.as_str()) };
    let line = operation.at.iter().find(|at| at.source == source.name).map_or(0, |at| at.line);
    let shown = pages.find(|page| page.input.file == source.file).map(|page| page.input.shown.as_str());
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

/// The names that specs have already, each for the operation that fits its spec best.
fn kept_names(old: &[Operation], new: &[Operation]) -> Vec<Option<String>> {
    let mut by_key: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, operation) in new.iter().enumerate() {
        for key in keys(operation) {
            by_key.entry(key).or_default().push(index);
        }
    }
    let mut fits = Vec::new();
    for (before, spec) in old.iter().enumerate() {
        let near: BTreeSet<usize> = keys(spec).iter().filter_map(|key| by_key.get(key)).flatten().copied().collect();
        let near = near.into_iter().filter_map(|index| Some((index, new.get(index)?)));
        for (index, operation) in near.filter(|(_, operation)| same_operation(spec, operation)) {
            // A page that many operations take tables from says nothing about which of them this is.
            let same_files =
                spec.pages().filter(|source| operation.pages().any(|other| other.file == source.file)).count();
            let same_line = spec.path == operation.path && spec.fixed_query == operation.fixed_query;
            fits.push((std::cmp::Reverse((same_files, same_line)), before, index));
        }
    }
    fits.sort();
    let mut kept = vec![None; new.len()];
    let mut used = vec![false; old.len()];
    for (_, before, index) in fits {
        if let (Some(slot), Some(used), Some(spec)) = (kept.get_mut(index), used.get_mut(before), old.get(before))
            && slot.is_none()
            && !*used
        {
            *slot = Some(spec.name.clone());
            *used = true;
        }
    }
    kept
}

/// What two versions of one operation may have in common.
fn keys(operation: &Operation) -> Vec<String> {
    let mut keys = vec![format!("{} {}", operation.method, operation.path)];
    keys.extend(operation.pages().map(|source| format!("file {}", source.file)));
    keys.extend(operation.pages().filter_map(|source| source.page_id.as_ref()).map(|id| format!("id {id}")));
    keys
}

/// Whether a spec and an operation that was just read are one: a page id and method in common, or the request line and the title.
pub fn same_operation(old: &Operation, new: &Operation) -> bool {
    let shared_page = old.pages().any(|source| {
        new.pages().any(|other| {
            other.name == source.name
                && (other.file == source.file || other.page_id.is_some() && other.page_id == source.page_id)
        })
    });
    let line = old.method == new.method && old.path == new.path && old.fixed_query == new.fixed_query;
    shared_page && (line || old.method == new.method)
        || line && old.title.as_ref().and_then(Claim::first) == new.title.as_ref().and_then(Claim::first)
}

/// The operations that have another name than their spec.
pub fn changed_names<'a, Pages: Iterator<Item = &'a PageResult>>(
    old: &[Operation],
    new: &[Operation],
    pages: impl Fn() -> Pages,
) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for operation in new {
        if old.iter().any(|before| before.name == operation.name) {
            continue;
        }
        let before = old
            .iter()
            .find(|before| same_operation(before, operation) && !new.iter().any(|other| other.name == before.name));
        if let Some(before) = before {
            let message = format!("`{}` is now called `{}`", before.name, operation.name);
            diagnostics.push(Diagnostic::new(&codes::NAME_CHANGED, place(operation, pages()), message));
        }
    }
    diagnostics
}

/// The overrides of a service. Their problems are reported when the planned service is loaded; here only a file that cannot be read is one.
pub fn overrides(dir: &Path) -> (Vec<Override>, Vec<Diagnostic>) {
    let path = dir.join("overrides.toml");
    match std::fs::read_to_string(&path) {
        Ok(text) => (overrides::read(&shown(&path), &text).0, Vec::new()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Vec::new(), Vec::new()),
        Err(error) => {
            let place = Place::file(shown(&path));
            (Vec::new(), vec![Diagnostic::new(&codes::SPEC_UNREADABLE, place, format!("cannot be read: {error}"))])
        }
    }
}
