//! The folder of specs: where it is, which services it holds, and loading them from disk with planned changes on top.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::load::{self, Index, Loaded};

use crate::service_facts;

/// The root of the workspace that this task belongs to.
pub fn root() -> PathBuf {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let manifest = manifest.filter(|dir| dir.join("../specs").exists());
    let manifest = manifest.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    manifest.parent().map(Path::to_path_buf).unwrap_or(manifest)
}

/// The folder that was asked for, or the workspace's own.
pub fn folder(given: Option<&Path>) -> PathBuf {
    given.map_or_else(|| root().join("specs"), Path::to_path_buf)
}

/// A path as people type it: relative to where they are, if it lies below.
pub fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let relative = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    relative.filter(|path| !path.as_os_str().is_empty()).unwrap_or(path).display().to_string()
}

/// The folders of services in a folder of specs: those with an index, in the order of their names. A folder that itself has an index counts as
/// one service.
pub fn services(folder: &Path) -> Result<Vec<PathBuf>, Box<Diagnostic>> {
    let missing = |message: String| {
        Box::new(
            Diagnostic::new(&codes::INPUT_MISSING, Place::file(shown(folder)), message)
                .help("name a folder that `cargo xtask regen` or `read` wrote, with --specs"),
        )
    };
    if folder.join(load::INDEX).is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let entries = fs::read_dir(folder).map_err(|error| missing(format!("cannot be read: {error}")))?;
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.join(load::INDEX).is_file()).collect();
    found.sort();
    if found.is_empty() {
        return Err(missing(format!("no service here: no folder in it has a {}", load::INDEX)));
    }
    Ok(found)
}

/// Finds a service by its folder's name.
pub fn service(folder: &Path, name: &str) -> Result<PathBuf, Box<Diagnostic>> {
    let all = services(folder)?;
    let names: Vec<String> = all.iter().map(|path| name_of(path)).collect();
    let found = all.into_iter().find(|path| name_of(path) == name);
    found.ok_or_else(|| {
        let message = format!("there is no service `{name}`; there are {}", names.join(", "));
        Box::new(Diagnostic::new(&codes::INPUT_MISSING, Place::file(shown(folder)), message))
    })
}

/// The name of a service's folder.
pub fn name_of(dir: &Path) -> String {
    let real = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    real.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads the index of a service.
pub fn index(dir: &Path) -> (Index, Vec<Diagnostic>) {
    let file = dir.join(load::INDEX);
    match fs::read_to_string(&file) {
        Ok(text) => load::index(&shown(&file), &text),
        Err(error) => {
            let place = Place::file(shown(&file));
            (
                Index::default(),
                vec![Diagnostic::new(&codes::SPEC_UNREADABLE, place, format!("cannot be read: {error}"))],
            )
        }
    }
}

/// Loads a service from its folder.
pub fn load(dir: &Path) -> Loaded {
    let mut loaded = load_planned(dir, &BTreeMap::new());
    unlisted(dir, &mut loaded);
    loaded
}

/// Loads a service as it will be once the planned files are written.
pub fn load_planned(dir: &Path, planned: &BTreeMap<PathBuf, String>) -> Loaded {
    let mut loaded = load::service(&shown(dir), |file| {
        let path = dir.join(file);
        match planned.get(&path) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => fs::read(&path).map_err(|error| format!("cannot be read: {error}")),
        }
    });
    if dir.join("overrides.toml").is_file()
        && !loaded.files.iter().any(|file| file == "overrides.toml")
        && loaded.service.is_some()
    {
        let place = Place::file(shown(&dir.join(load::INDEX)));
        let message = "overrides.toml lies beside the index, but the index does not name it";
        loaded.diagnostics.push(
            Diagnostic::new(&codes::INDEX_WRONG, place, message)
                .help("add `overrides = \"overrides.toml\"` or run `cargo xtask regen`"),
        );
    }
    loaded
}

/// Spec files that the index does not list would be left out of the client without a word.
fn unlisted(dir: &Path, loaded: &mut Loaded) {
    if loaded.service.is_none() {
        return;
    }
    let mut files: Vec<PathBuf> =
        fs::read_dir(dir).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    for path in files.iter().filter(|path| path.is_file() && path.extension().is_some_and(|ending| ending == "toml")) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let known = name == "overrides.toml" || service_facts::FILES.contains(&name.as_str());
        if !known && !loaded.files.contains(&name) {
            let place = Place::file(shown(&dir.join(load::INDEX)));
            let message =
                format!("{name} lies beside the index, but the index does not list it, so it is in no client");
            loaded.diagnostics.push(
                Diagnostic::new(&codes::INDEX_WRONG, place, message)
                    .help("add its name to `operations`, remove the file, or run `cargo xtask regen`"),
            );
        }
    }
}

/// Every place that a diagnostic names.
pub fn places(diagnostic: &mut Diagnostic) -> impl Iterator<Item = &mut Place> {
    std::iter::once(&mut diagnostic.place).chain(diagnostic.related.iter_mut().map(|(place, _)| place))
}

/// Names in specs are relative to the service's folder; people see them relative to where they are. Pages that lie elsewhere stay as they are.
pub fn show_pages(dir: &Path, diagnostics: &mut [Diagnostic]) {
    for place in diagnostics.iter_mut().flat_map(places) {
        let path = dir.join(&*place.file);
        if path.is_file() {
            place.file = shown(&path).into();
        }
    }
}
