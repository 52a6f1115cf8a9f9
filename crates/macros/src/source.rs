//! Reads the specs of a folder, tracks them, and turns diagnostics into compile errors.

use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;
use tablature_spec::diagnostic::{Diagnostic, Severity};
use tablature_spec::load::{self, Service};

/// The items that `generate` makes of the service in `folder`, every error, and the files to watch.
pub(crate) fn expand(
    folder: &LitStr,
    generate: impl FnOnce(&Service) -> (TokenStream, Vec<Diagnostic>),
) -> TokenStream {
    let label = folder.value();
    let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) else {
        let message = "CARGO_MANIFEST_DIR is not set, so the folder of the specs cannot be found; build with cargo";
        return quote_spanned!(folder.span() => ::core::compile_error!(#message););
    };
    let root = root.join(&label);
    let loaded = load::service(&label, |file| std::fs::read(root.join(file)).map_err(|error| error.to_string()));
    let mut diagnostics = loaded.diagnostics;
    let items = loaded.service.as_ref().map(|service| {
        let (items, found) = generate(service);
        diagnostics.extend(found);
        items
    });
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).map(|diagnostic| {
        let message = diagnostic.to_string();
        quote_spanned!(folder.span() => ::core::compile_error!(#message);)
    });
    let tracked = tracked(&root, &loaded.files);
    quote!(#(#errors)* #tracked #items)
}

/// Cargo builds anew when a file that was read changes; it learns of files through their inclusion only. One constant for all of them and
/// text instead of single tokens, because a service has hundreds.
fn tracked(root: &Path, files: &[String]) -> TokenStream {
    let mut text = String::from("const _: () = {");
    for path in files.iter().map(|file| root.join(file)).filter(|path| path.is_file()) {
        if let Some(path) = path.to_str() {
            text.push_str("let _ = ::core::include_bytes!(");
            text.push_str(&format!("{path:?}"));
            text.push_str(");");
        }
    }
    text.push_str("};");
    // A string as `{:?}` shows it is a literal, so this cannot fail; without the constant the client would be the same.
    text.parse().unwrap_or_default()
}
