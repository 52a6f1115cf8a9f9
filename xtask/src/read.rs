//! `read`: any pages into a folder of specs of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tablature_spec::codes;
use tablature_spec::diagnostic::{self, Diagnostic, Place};
use tablature_spec::load::{INDEX, Index};

use crate::cli::ReadArgs;
use crate::output::Changes;
use crate::pipeline::{self, Input, Options};
use crate::report::{self, Figures};
use crate::{assemble, check, publish, specs, walk};

/// Runs the command; false if there was an error.
pub fn run(args: &ReadArgs) -> bool {
    let mut found = Vec::new();
    let mut by_service: BTreeMap<String, Vec<Input>> = BTreeMap::new();
    let mut others = 0;
    for path in &args.paths {
        let walked = walk::walk(path);
        found.extend(walked.diagnostics);
        others += walked.others;
        let (root, folder) = names(path);
        let service = args.service.as_deref().map_or(folder.clone(), snake_case);
        let inputs = by_service.entry(service).or_default();
        for page in walked.pages {
            let relative = page.strip_prefix(&root).unwrap_or(&page);
            // A page that was named itself needs no folder, unless another one is called the same.
            let alone = relative.display().to_string();
            let taken = inputs.iter().any(|input| input.file == alone);
            let file =
                if path.is_dir() || taken { Path::new(&folder).join(relative).display().to_string() } else { alone };
            inputs.push(Input { file, shown: page.display().to_string(), path: page, source: None });
        }
    }
    let mut figures = Vec::new();
    let mut changes = Changes::default();
    for (service, inputs) in &by_service {
        if inputs.is_empty() {
            continue;
        }
        figures.push(one(args, service, inputs, &mut found, &mut changes));
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
) -> Figures {
    let options = Options { format: args.format.forced(), keep_descriptions: args.copy_descriptions };
    let pages = pipeline::run(inputs, options);
    let dir = args.out.join(service);
    let (operations, mut diagnostics) = assemble::assemble(&pages, &[], &[]);
    let index = if dir.join(INDEX).is_file() { specs::index(&dir).0 } else { Index::default() };
    let mut plan = publish::plan(&dir, service, &index, &operations, args.discard_edits);
    if operations.is_empty() {
        // Without an operation there is no service, and an empty folder would only puzzle.
        plan = publish::Plan::default();
    }
    report::pages(&pages, &operations);
    diagnostics.append(&mut plan.diagnostics);
    let mut figures = Figures::of(service, pages.len(), &operations);
    diagnostics.extend(pages.into_iter().flat_map(|page| page.diagnostics));
    let shown: BTreeMap<&str, &str> = inputs.iter().map(|input| (input.file.as_str(), input.shown.as_str())).collect();
    if !operations.is_empty() {
        let loaded = specs::load_planned(&dir, &plan.files);
        let mut contradictions = loaded.diagnostics.clone();
        contradictions.extend(check::contradictions(&loaded));
        for diagnostic in &mut contradictions {
            let places =
                std::iter::once(&mut diagnostic.place).chain(diagnostic.related.iter_mut().map(|(place, _)| place));
            for place in places {
                if let Some(path) = shown.get(&*place.file) {
                    place.file = (*path).into();
                }
            }
        }
        // What the extraction already said about a line needs no second voice.
        contradictions.retain(|new| !diagnostics.iter().any(|old| old.code == new.code && old.place == new.place));
        diagnostics.extend(contradictions);
    }
    figures.count(&diagnostics);
    found.extend(diagnostics);
    changes.writes.append(&mut plan.changes.writes);
    changes.removals.append(&mut plan.changes.removals);
    figures
}

/// The folder that file names are relative to, and the name that stands for it in specs.
fn names(path: &Path) -> (PathBuf, String) {
    let folder =
        if path.is_dir() { path.to_path_buf() } else { path.parent().map(Path::to_path_buf).unwrap_or_default() };
    let real = std::fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { &folder });
    let name = real.ok().and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    (folder, snake_case(&name.unwrap_or_else(|| "pages".into())))
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

/// A place for messages about a service as a whole.
pub fn place(dir: &Path) -> Place {
    Place::file(specs::shown(dir))
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
