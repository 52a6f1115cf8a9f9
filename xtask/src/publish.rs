//! Plans the files of a service: its specs, its index, and what vanishes. Edits by hand are found here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::load::{INDEX, Index};
use tablature_spec::model::Operation;
use tablature_spec::{read, write};

use crate::output::{self, Changes};
use crate::service_facts::FILES;
use crate::specs::shown;

/// A spec file as it lies on disk.
#[derive(Debug, Clone)]
pub struct OldSpec {
    /// Where it lies.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
    /// What could be read of that; without a name if nothing could.
    pub operation: Operation,
}

/// What a service's folder is to become.
#[derive(Debug, Default)]
pub struct Plan {
    /// The files.
    pub changes: Changes,
    /// The full content of every file of the service after the changes.
    pub files: BTreeMap<PathBuf, String>,
    /// The operations that vanish.
    pub removed: Vec<String>,
    /// Edits that would be lost, and an index that cannot be edited.
    pub diagnostics: Vec<Diagnostic>,
}

/// Plans the folder of a service. `name` is for an index that does not exist yet; `kept` knows the specs that stay as they are, because
/// their pages are not at hand.
pub fn plan(
    dir: &Path,
    name: &str,
    old: &[OldSpec],
    operations: &[Operation],
    kept: &dyn Fn(&Operation) -> bool,
    discard_edits: bool,
) -> Plan {
    let mut plan = Plan::default();
    let by_path: BTreeMap<&Path, &OldSpec> = old.iter().map(|spec| (spec.path.as_path(), spec)).collect();
    for operation in operations {
        let path = dir.join(format!("{}.toml", operation.name));
        let before = by_path.get(path.as_path());
        if let Some(before) = before.filter(|before| kept(&before.operation) && before.operation == *operation) {
            // Its pages are not here to write it anew from, so what it says must be what they said.
            if output::edited(&before.text) {
                plan.diagnostics.push(edited_kept(&path));
            }
            plan.files.insert(path, before.text.clone());
            continue;
        }
        let text = output::seal(&write::operation(operation));
        if let Some(before) = before
            && !discard_edits
            && before.text != text
            && output::edited(&before.text)
        {
            plan.diagnostics.push(edit(&path, &before.text, Some(&text)));
        }
        plan.changes.write(path.clone(), text.clone());
        plan.files.insert(path, text);
    }
    for spec in old.iter().filter(|spec| !plan.files.contains_key(&spec.path)).collect::<Vec<_>>() {
        if !discard_edits && output::edited(&spec.text) {
            plan.diagnostics.push(edit(&spec.path, &spec.text, None));
        }
        plan.removed.extend(spec.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        plan.changes.removals.push(spec.path.clone());
    }
    match self::index(dir, name, operations) {
        Ok(text) => {
            let path = dir.join(INDEX);
            plan.changes.write(path.clone(), text.clone());
            plan.files.insert(path, text);
        }
        Err(diagnostic) => plan.diagnostics.push(*diagnostic),
    }
    plan
}

/// The specs that a folder holds now.
pub fn existing(dir: &Path, index: &Index) -> Vec<OldSpec> {
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_default();
        let operation = read::operation(&shown(&path), &text).0.operation;
        OldSpec { path, text, operation }
    };
    files(dir, index).into_iter().map(read).collect()
}

/// The operations of specs, as far as they can be read.
pub fn operations(old: &[OldSpec]) -> Vec<Operation> {
    old.iter().map(|spec| spec.operation.clone()).filter(|operation| !operation.name.is_empty()).collect()
}

/// The spec files that a folder holds now.
fn files(dir: &Path, index: &Index) -> Vec<PathBuf> {
    let reserved = [Some(INDEX), Some("overrides.toml"), index.overrides.as_deref()];
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "toml"))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            !reserved.contains(&name.as_deref()) && !name.is_some_and(|name| FILES.contains(&name.as_str()))
        })
        .collect();
    files.sort();
    files
}

pub(crate) fn edited_kept(path: &Path) -> Diagnostic {
    let message = "was edited by hand, and its pages are not at hand to write it anew from";
    Diagnostic::new(&codes::SPEC_EDITED, Place::file(shown(path)), message)
        .help("move the edit to overrides.toml and take the file back, or name the pages with --docs and let it go with --discard-edits")
}

/// Names the first line that would be lost.
pub(crate) fn edit(path: &Path, before: &str, after: Option<&str>) -> Diagnostic {
    let after = after.unwrap_or_default();
    let diff = similar::TextDiff::from_lines(before, after);
    // Digests and the checksum are the tool's own book-keeping, which nobody means by an edit.
    let mut lost = diff.iter_all_changes().filter(|change| {
        let header = change.old_index().is_some_and(|index| index < output::HEADER_LINES);
        let bookkeeping = header || change.value().starts_with("digest = ");
        change.tag() == similar::ChangeTag::Delete && !bookkeeping
    });
    let first = lost.next();
    let line = first.as_ref().and_then(|change| change.old_index()).map_or(1, |index| index + 1);
    let what = first.as_ref().map_or(String::new(), |change| format!(": {}", change.value().trim()));
    let more = lost.count();
    let more = if more > 0 { format!(" (and {more} more lines)") } else { String::new() };
    let place = Place::line(shown(path), u32::try_from(line).unwrap_or(0));
    Diagnostic::new(&codes::SPEC_EDITED, place, format!("was edited by hand, and this line would be lost{what}{more}"))
}

/// The index with the names of the operations; everything else in it stays as a person wrote it.
fn index(dir: &Path, name: &str, operations: &[Operation]) -> Result<String, Box<Diagnostic>> {
    let path = dir.join(INDEX);
    let before = fs::read_to_string(&path).unwrap_or_default();
    let mut document: toml_edit::DocumentMut = before.parse().map_err(|error: toml_edit::TomlError| {
        Box::new(Diagnostic::new(&codes::SPEC_SYNTAX, Place::file(shown(&path)), error.message().to_string()))
    })?;
    if !document.contains_key("name") {
        document.insert("name", toml_edit::value(name));
    }
    let mut list = toml_edit::Array::new();
    for operation in operations {
        let mut value = toml_edit::Value::from(operation.name.as_str());
        value.decor_mut().set_prefix("\n  ");
        list.push_formatted(value);
    }
    if !list.is_empty() {
        list.set_trailing_comma(true);
        list.set_trailing("\n");
    }
    document.insert("operations", toml_edit::value(list));
    if dir.join("overrides.toml").is_file() {
        document.insert("overrides", toml_edit::value("overrides.toml"));
    } else {
        document.remove("overrides");
    }
    Ok(document.to_string())
}
