//! `check`: problems and contradictions of specs.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use tablature_spec::codes;
use tablature_spec::diagnostic::{self, Diagnostic, Place};
use tablature_spec::load::Loaded;

use crate::cli::{CheckArgs, Output};
use crate::report::{self, Figures};
use crate::{service_facts, specs};

/// The version of the JSON form; it changes when a key changes its meaning or goes away.
const JSON_VERSION: u32 = 1;

/// Runs the command; false if there is a defect that the index of its service does not accept.
pub fn run(args: &CheckArgs) -> bool {
    let folder = specs::folder(args.specs.as_deref());
    let dirs = match specs::services(&folder) {
        Ok(dirs) => dirs,
        Err(diagnostic) => {
            if args.format == Output::Json {
                println!("{}", json(&[(String::new(), (*diagnostic).clone())], &[]));
            }
            return report::fail(&diagnostic);
        }
    };
    let mut figures = Vec::new();
    let mut all = Vec::new();
    let mut sound = true;
    for dir in dirs {
        let (found, service) = service(&dir);
        sound &= report::succeeds(&found, &specs::index(&dir).0.accept);
        all.extend(found.into_iter().map(|diagnostic| (service.service.clone(), diagnostic)));
        figures.push(service);
    }
    match args.format {
        Output::Human => {
            for (_, diagnostic) in &all {
                println!("{diagnostic}");
            }
            report::table(&figures);
            let facts: Vec<_> = figures.iter().map(|f| (f.service.as_str(), &f.facts)).collect();
            let table = service_facts::table(&facts);
            if !table.is_empty() {
                print!("\n{table}");
            }
        }
        Output::Json => println!("{}", json(&all, &figures)),
    }
    sound
}

/// Everything there is to say about the specs of a folder, and its figures.
pub fn service(dir: &Path) -> (Vec<Diagnostic>, Figures) {
    let loaded = specs::load(dir);
    let mut found = loaded.diagnostics.clone();
    found.extend(contradictions(&loaded));
    specs::show_pages(dir, &mut found);
    let specs = loaded.service.iter().flat_map(|service| &service.operations);
    let operations: Vec<_> = specs.map(|spec| &spec.operation).collect();
    let (facts, problems) = service_facts::Counts::of(dir, &operations);
    found.extend(problems);
    diagnostic::sort(&mut found);
    let pages = operations.iter().map(|operation| operation.pages().count()).sum();
    let mut figures = Figures::of(&specs::name_of(dir), pages, operations);
    figures.count(&found);
    figures.facts = facts;
    (found, figures)
}

/// The contradictions of a loaded service, and what generation has to say about it.
pub fn contradictions(loaded: &Loaded) -> Vec<Diagnostic> {
    let Some(service) = &loaded.service else { return Vec::new() };
    let mut found: Vec<Diagnostic> = service.operations.iter().flat_map(tablature_spec::check::check).collect();
    if !report::has_errors(&loaded.diagnostics) {
        // All that generation has to say is said when it decides; the tokens themselves are of no use here.
        found.extend(tablature_codegen::resolve::service(service).diagnostics);
    }
    found
}

/// What the extraction already said about a page needs no second voice: the same code at the same place, or for an example that is not JSON
/// on the same page, because the extraction knows the line that breaks.
pub fn drop_repeated(known: &[Diagnostic], found: &mut Vec<Diagnostic>) {
    let key = |diagnostic: &Diagnostic| {
        let line = if *diagnostic.code == codes::EXAMPLE_NOT_JSON { 0 } else { diagnostic.place.line };
        (diagnostic.code.id, diagnostic.place.file.clone(), line)
    };
    let known: BTreeSet<_> = known.iter().map(key).collect();
    found.retain(|diagnostic| !known.contains(&key(diagnostic)));
}

/// The document of `--format json`, as the README describes it.
fn json(all: &[(String, Diagnostic)], figures: &[Figures]) -> String {
    let place = |place: &Place| json!({ "file": &*place.file, "line": place.line, "column": place.column });
    let diagnostics: Vec<Value> = all
        .iter()
        .map(|(service, diagnostic)| {
            let related: Vec<Value> = diagnostic
                .related
                .iter()
                .map(|(at, message)| json!({ "place": place(at), "message": message }))
                .collect();
            json!({
                "service": service,
                "operation": diagnostic.operation,
                "code": diagnostic.code.id,
                "severity": diagnostic.severity().to_string(),
                "class": report::class(diagnostic.code),
                "place": place(&diagnostic.place),
                "message": diagnostic.message,
                "help": diagnostic.help,
                "related": related,
            })
        })
        .collect();
    let services: Vec<Value> = figures
        .iter()
        .map(|f| {
            json!({
                "service": f.service,
                "pages": f.pages,
                "operations": f.operations,
                "rows": f.rows,
                "object_fields": f.object_fields,
                "with_table": f.with_table,
                "examples": f.examples,
                "bodies": f.bodies,
                "json_bodies": f.json_bodies,
                "conflicts": f.conflicts,
                "conflicts_by_code": f.by_code,
                "warnings": f.warnings,
                "errors": f.errors,
                "facts": f.facts.json(),
            })
        })
        .collect();
    let document = json!({ "version": JSON_VERSION, "diagnostics": diagnostics, "services": services });
    serde_json::to_string_pretty(&document).unwrap_or_default()
}
