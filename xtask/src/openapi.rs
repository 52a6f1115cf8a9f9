//! `openapi`: one OpenAPI document per service.

use std::path::{Path, PathBuf};

use tablature_openapi::Version;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::cli::OpenApiArgs;
use crate::output::Changes;
use crate::report;
use crate::specs;

/// Runs the command; false if there is an error. Nothing is written then.
pub fn run(args: &OpenApiArgs) -> bool {
    let folder = specs::folder(args.specs.as_deref());
    if args.services.len() > 1 && args.out.is_none() {
        let message = "several documents cannot go to standard output";
        let diagnostic = Diagnostic::new(&codes::OUTPUT_UNWRITABLE, Place::file("standard output"), message)
            .help("name a folder with --out, or one service");
        return report::fail(&diagnostic);
    }
    let mut changes = Changes::default();
    let mut failed = false;
    for name in &args.services {
        let result = specs::service(&folder, name).map_err(|diagnostic| vec![*diagnostic]);
        match result.and_then(|dir| export(&dir, args.version.into())) {
            Ok((text, diagnostics)) => {
                report::diagnostics(&diagnostics);
                match &args.out {
                    Some(out) => changes.write(path(out, name, args.services.len()), text),
                    None => print!("{text}"),
                }
            }
            Err(diagnostics) => {
                report::diagnostics(&diagnostics);
                failed = true;
            }
        }
    }
    if failed {
        return false;
    }
    match changes.commit() {
        Ok(()) => true,
        Err(diagnostic) => report::fail(&diagnostic),
    }
}

/// The document of a service as text, and what there is to know about it; or the errors that stand in its way.
pub fn export(dir: &Path, version: Version) -> Result<(String, Vec<Diagnostic>), Vec<Diagnostic>> {
    let loaded = specs::load(dir);
    let Some(service) = loaded.service.filter(|_| !report::has_errors(&loaded.diagnostics)) else {
        return Err(loaded.diagnostics);
    };
    let (document, found) = tablature_openapi::document(&service, version);
    let mut diagnostics = loaded.diagnostics;
    diagnostics.extend(found);
    if report::has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    Ok((text, diagnostics))
}

/// The file of a document: FILE itself for one service, a file of its own in the folder FILE for each of several.
fn path(out: &Path, service: &str, services: usize) -> PathBuf {
    if services > 1 { out.join(format!("{service}.openapi.json")) } else { out.to_path_buf() }
}
