//! The snapshots that `regen` keeps fresh and the tests hold against what the specs give.
//!
//! They are insta's files, so `cargo insta review` shows them too; both sides make their content with the functions here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tablature_spec::diagnostic::{self, Diagnostic};
use tablature_spec::load::Loaded;
use tablature_spec::model::Operation;
use tablature_spec::write;

use crate::{check, expand, report, specs};

/// Where snapshots of specs lie, from the root of the workspace.
pub const FOLDER: &str = "tests/snapshots";

/// The snapshots of a service, as name and content: of the operations whose pages lie in the repository. For the others, which are many,
/// the specs themselves are what a reviewer reads.
pub fn of_service(dir: &Path, loaded: &Loaded) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let Some(service) = &loaded.service else { return out };
    let name = &service.name;
    let own = service.operations.iter().filter(|spec| lies_here(dir, &spec.operation));
    let names: BTreeSet<&str> = own.clone().map(|spec| spec.operation.name.as_str()).collect();
    if names.is_empty() {
        return out;
    }
    for spec in own {
        let operation = &spec.operation;
        out.insert(format!("spec__{name}__{}", operation.name), write::operation(operation));
        let code = expand::code(service, Some(&operation.name)).unwrap_or_else(|problems| text(&problems));
        out.insert(format!("expansion__{name}__{}", operation.name), code);
    }
    let mut found: Vec<Diagnostic> = loaded.diagnostics.clone();
    found.extend(check::contradictions(loaded));
    found.retain(|diagnostic| diagnostic.operation.as_deref().is_none_or(|operation| names.contains(operation)));
    specs::show_pages(dir, &mut found);
    // Snapshots do not depend on the folder that the command was called in.
    let root = specs::root();
    for place in found.iter_mut().flat_map(specs::places) {
        let path = std::env::current_dir().unwrap_or_default().join(&*place.file);
        if let Ok(relative) = path.strip_prefix(&root) {
            place.file = relative.display().to_string().into();
        }
    }
    diagnostic::sort(&mut found);
    out.insert(format!("check__{name}"), text(&found));
    out
}

/// Whether a page of the operation lies in the service's folder.
fn lies_here(dir: &Path, operation: &Operation) -> bool {
    operation.sources.iter().any(|source| dir.join(&source.file).is_file())
}

fn text(diagnostics: &[Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    if lines.is_empty() { "nothing to report".into() } else { lines.join("\n") }
}

/// The files of snapshots, with insta's header.
pub fn files(root: &Path, snapshots: &BTreeMap<String, String>) -> BTreeMap<PathBuf, String> {
    let folder = root.join(FOLDER);
    snapshots
        .iter()
        .map(|(name, content)| {
            let content = content.trim_end();
            (folder.join(format!("{name}.snap")), format!("---\nsource: tests/tests/snapshots.rs\n---\n{content}\n"))
        })
        .collect()
}

/// The snapshot files of a service that lie in the folder now.
pub fn existing(root: &Path, service: &str) -> Vec<PathBuf> {
    let kinds = [format!("spec__{service}__"), format!("expansion__{service}__"), format!("check__{service}.")];
    let entries = std::fs::read_dir(root.join(FOLDER)).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.ends_with(".snap") && kinds.iter().any(|kind| name.starts_with(kind.as_str()))
        })
        .collect();
    files.sort();
    files
}

/// Whether a folder of specs is the workspace's own, whose snapshots are kept.
pub fn kept_for(folder: &Path) -> bool {
    let own = std::fs::canonicalize(specs::root().join("specs"));
    matches!((own, std::fs::canonicalize(folder)), (Ok(a), Ok(b)) if a == b)
}

/// Used by tests to see that no error hides in a snapshot.
pub fn clean(loaded: &Loaded) -> bool {
    !report::has_errors(&loaded.diagnostics)
}
