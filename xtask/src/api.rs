//! The listing of a service's public items, which reviewers read when pages change; and whether all of its operations can be generated.

use std::path::{Path, PathBuf};

use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::load::Service;

/// Where the listings lie, from the root of the workspace.
pub const FOLDER: &str = "tests/api";

/// The file of a service's listing.
pub fn file(root: &Path, service: &str) -> PathBuf {
    root.join(FOLDER).join(format!("{service}.txt"))
}

/// The listing of a service, and what stands in the way of generating an operation.
pub fn listing(service: &Service) -> (String, Vec<Diagnostic>) {
    let (lines, diagnostics) = tablature_codegen::api(service);
    let mut out = format!("# The public items of `{}`, written by `cargo xtask regen`.\n", service.name);
    for line in lines {
        out.push_str(&line);
        out.push('\n');
    }
    (out, diagnostics)
}
