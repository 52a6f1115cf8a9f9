//! The names of all operations of real services, which the repository does not carry: run with `TABLATURE_SHARED`.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use tablature_extract::{Context, Outcome, extract, names};
use tablature_spec::merge::merge;
use tablature_spec::model::Operation;

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn operations(folder: &Path, source: &str) -> Vec<Operation> {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    let mut out = Vec::new();
    for path in paths {
        let bytes = std::fs::read(&path).expect("a readable file");
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(page) = tablature_pages::read(&name, &bytes, None).0 else { continue };
        let context = Context { source, file: &name, digest: "0", keep_descriptions: false, library: None };
        if let Outcome::Operations(found) = extract(&page, &context).outcome {
            out.extend(found);
        }
    }
    out
}

/// Names all operations of a service and judges the names.
fn survey(service: &str, mut all: Vec<Operation>) {
    let mut bases: BTreeMap<String, usize> = BTreeMap::new();
    for operation in &all {
        *bases.entry(names::name(operation)).or_default() += 1;
    }
    names::assign(&mut all);
    let mut seen = BTreeSet::new();
    let show = std::env::var("TABLATURE_SHOW").unwrap_or_default();
    for operation in &all {
        let Operation { name, method, path, .. } = operation;
        let base = names::name(operation);
        let shared = bases.get(&base).copied().unwrap_or_default();
        if show == "assigned" || (show == "shared" && shared > 1) {
            let title = operation.title.as_ref().and_then(|title| title.first()).cloned().unwrap_or_default();
            println!("{service}\t{base}\t{name}\t{method} {path}\t{:?}\t{title}", operation.fixed_query);
        }
        assert!(seen.insert(name), "{service}: {name} twice");
        assert!(name.len() <= 80, "{service}: {name}");
        let whole = ["get_v", "post_v", "put_v", "delete_v", "patch_v"]
            .iter()
            .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())));
        assert!(!whole, "{service}: {name} is no name but a path");
    }
    let mut backward: Vec<Operation> = all.iter().rev().cloned().collect();
    names::assign(&mut backward);
    assert!(all.iter().eq(backward.iter().rev()), "{service}: names depend on the order");
}

#[test]
fn names_of_real_services() {
    let Some(shared) = std::env::var_os("TABLATURE_SHARED").map(PathBuf::from) else {
        eprintln!("skipped: TABLATURE_SHARED is not set");
        return;
    };
    let corpus = shared.join("corpus");
    let mut by_service: BTreeMap<String, Vec<Vec<Operation>>> = BTreeMap::new();
    for (folder, source) in [("zh-markdown", "zh-md"), ("otc-html", "en-html"), ("otc-rst", "en-rst")] {
        let mut services: Vec<PathBuf> =
            std::fs::read_dir(corpus.join(folder)).expect("a folder").flatten().map(|entry| entry.path()).collect();
        services.sort();
        for dir in services {
            let service = dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let found = operations(&dir, source);
            survey(&format!("{service} {source}"), merge(vec![found.clone()]));
            by_service.entry(service.replace("elastic-cloud-server", "ecs")).or_default().push(found);
        }
    }
    for (service, sources) in by_service {
        survey(&service, merge(sources));
    }
}
