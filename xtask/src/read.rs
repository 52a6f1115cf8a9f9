//! `read`: any pages into a folder of specs of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use tablature_extract::Counts;
use tablature_spec::codes;
use tablature_spec::diagnostic::{self, Diagnostic, Place};
use tablature_spec::load::{INDEX, Index};
use tablature_spec::read::is_snake_case;

use crate::assemble::{Assembled, Parts};
use crate::cli::ReadArgs;
use crate::output::Changes;
use crate::pipeline::{self, Input, Options};
use crate::report::{self, Figures};
use crate::service_facts::Leave;
use crate::{assemble, check, publish, service_facts, specs, walk};

/// Runs the command; false if there was an error.
pub fn run(args: &ReadArgs) -> bool {
    let mut found = Vec::new();
    let mut by_service: BTreeMap<String, Vec<Input>> = BTreeMap::new();
    let mut others = 0;
    if let Some(name) = args.service.as_deref().filter(|name| !is_snake_case(name)) {
        let message = format!("`{name}` cannot name a service");
        let help = format!("use lower-case letters, digits and underscores, such as `{}`", snake_case(name));
        let place = Place::file(format!("--service {name}"));
        return report::fail(&Diagnostic::new(&codes::SPEC_NAME_WRONG, place, message).help(help));
    }
    let mut files = BTreeSet::new();
    for path in &args.paths {
        let walked = walk::walk(path);
        found.extend(walked.diagnostics);
        others += walked.others;
        let root = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        let inputs = by_service.entry(args.service.clone().unwrap_or_else(|| service_of(path))).or_default();
        for page in walked.pages {
            // A page that was named itself needs no folder; one of a folder begins with the folder's name.
            let inside = page.strip_prefix(root).unwrap_or(&page).components().count() + usize::from(path.is_dir());
            let file = unique_tail(&page, inside, &files);
            files.insert(file.clone());
            inputs.push(Input { file, shown: page.display().to_string(), path: page, source: None });
        }
    }
    let mut figures = Vec::new();
    let mut coverage = Vec::new();
    let mut changes = Changes::default();
    for (service, inputs) in &by_service {
        if inputs.is_empty() {
            continue;
        }
        let (service_figures, counts) = one(args, service, inputs, &mut found, &mut changes);
        figures.push(service_figures);
        coverage.push((service.clone(), counts));
    }
    diagnostic::sort(&mut found);
    report::diagnostics(&found);
    // Edits that would be lost and an index that cannot be read stop everything; a page that failed stops only itself.
    let fatal = [&codes::SPEC_EDITED, &codes::SPEC_SYNTAX, &codes::OUTPUT_UNWRITABLE];
    let stop = found.iter().any(|diagnostic| fatal.contains(&diagnostic.code));
    if !stop && let Err(diagnostic) = changes.commit() {
        return report::fail(&diagnostic);
    }
    report::table(&figures);
    report::coverage(&coverage);
    if others > 0 {
        println!("{others} other files were left out because their names do not end like a page's");
    }
    if stop {
        println!("nothing was written to {}", specs::shown(&args.out));
    }
    report::succeeds(&found, &args.accept)
}

fn one(
    args: &ReadArgs,
    service: &str,
    inputs: &[Input],
    found: &mut Vec<Diagnostic>,
    changes: &mut Changes,
) -> (Figures, Counts) {
    let options = Options { format: args.format.forced(), keep_descriptions: args.copy_descriptions };
    let pages = pipeline::run(inputs, options);
    let dir = args.out.join(service);
    let index = if dir.join(INDEX).is_file() { specs::index(&dir).0 } else { Index::default() };
    let (renames, problems) = assemble::overrides(&dir);
    let old = publish::existing(&dir, &index);
    let known = publish::operations(&old);
    let parts = Parts { own: &pages, old: &known, ..Parts::default() };
    let Assembled { operations, mut diagnostics, .. } = assemble::assemble(parts, &renames);
    diagnostics.extend(problems);
    diagnostics.extend(assemble::changed_names(&known, &operations, || pages.iter()));
    let mut plan = publish::plan(&dir, service, &old, &operations, &|_| false, args.discard_edits);
    let facts = pages.iter().filter_map(|page| page.facts.clone()).collect();
    let leave = Leave { edits: args.discard_edits, removals: true };
    let (mut facts, lost) = service_facts::plan(&dir, &index, facts, &[], leave);
    diagnostics.extend(lost);
    plan.changes.writes.append(&mut facts.writes);
    if operations.is_empty() {
        // Without an operation there is no service, and an empty folder would only puzzle.
        plan = publish::Plan::default();
    }
    report::pages(&pages, &operations, &BTreeMap::new());
    diagnostics.append(&mut plan.diagnostics);
    let mut figures = Figures::of(service, pages.len(), &operations);
    let counts = report::total(&pages);
    diagnostics.extend(pages.into_iter().flat_map(|page| page.diagnostics));
    let shown: BTreeMap<&str, &str> = inputs.iter().map(|input| (input.file.as_str(), input.shown.as_str())).collect();
    if !operations.is_empty() {
        let loaded = specs::load_planned(&dir, &plan.files);
        let mut contradictions = loaded.diagnostics.clone();
        contradictions.extend(check::contradictions(&loaded));
        for place in contradictions.iter_mut().flat_map(specs::places) {
            if let Some(path) = shown.get(&*place.file) {
                place.file = (*path).into();
            }
        }
        check::drop_repeated(&diagnostics, &mut contradictions);
        diagnostics.extend(contradictions);
    }
    figures.count(&diagnostics);
    found.extend(diagnostics);
    changes.writes.append(&mut plan.changes.writes);
    changes.removals.append(&mut plan.changes.removals);
    (figures, counts)
}

/// The name of the folder that a path is or lies in, as a service is called.
fn service_of(path: &Path) -> String {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = std::fs::canonicalize(folder).ok();
    let name = real.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    snake_case(&name.unwrap_or_default())
}

/// The last parts of a page's path, as many as asked for or as it takes to name no other page.
fn unique_tail(page: &Path, parts: usize, taken: &BTreeSet<String>) -> String {
    let real = std::fs::canonicalize(page).unwrap_or_else(|_| page.to_path_buf());
    // A page that is a link is called by the link's name.
    let parent = page.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = match (std::fs::canonicalize(parent), page.file_name()) {
        (Ok(parent), Some(name)) => parent.join(name),
        _ => real,
    };
    let names: Vec<String> = real
        .components()
        .filter(|part| matches!(part, std::path::Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    let tail = |count: usize| names.get(names.len().saturating_sub(count)..).unwrap_or_default().join("/");
    (parts.max(1)..=names.len()).map(tail).find(|name| !taken.contains(name)).unwrap_or_else(|| tail(names.len()))
}

/// A folder's name as a service is called: lower case, digits, underscores, a letter first.
pub fn snake_case(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('_') {
            out.push('_');
        }
    }
    let out = out.trim_matches('_').to_string();
    match out.chars().next() {
        Some(c) if c.is_ascii_alphabetic() => out,
        Some(_) => format!("s{out}"),
        None => "pages".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn folders_name_services() {
        for (name, expect) in [
            ("seeds", "seeds"),
            ("otc-html", "otc_html"),
            ("Elastic Cloud", "elastic_cloud"),
            ("3d", "s3d"),
            ("中文", "pages"),
        ] {
            assert_eq!(super::snake_case(name), expect);
        }
    }
}
