//! Code generation of Tablature: specs in, the tokens of a typed client and diagnostics out.
//!
//! Three passes, each in a module of its own: [`resolve`] decides names, types and who is right where sources disagree; [`lower`] turns
//! that into a few kinds of items with their rustdoc; [`emit`] writes the text of the code. There are no files and no environment, and no input
//! makes it panic: what cannot be generated is a diagnostic with the spec's file, line and column.

pub mod api;
pub mod contract;
pub mod docs;
pub mod emit;
mod example;
mod following;
pub mod ident;
pub mod json;
pub mod lower;
pub mod resolve;
mod secret_names;

use proc_macro2::TokenStream;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::load::Service;

/// How code is generated.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// How a user gets at the accessor. With it the rustdoc of every operation holds an example that is compiled.
    pub example_root: Option<ExampleRoot>,
    /// Only this operation and the types that it uses, called as they are called among all of the service.
    pub operation: Option<String>,
    /// The path of the accessor type that [`contract()`] calls; `Client` if none is given.
    pub client: Option<String>,
}

/// How a user gets at the accessor of a service.
#[derive(Debug, Clone)]
pub struct ExampleRoot {
    /// The path of the client type, such as `huaweicloud::Client`.
    pub client: String,
    /// The function of the client that gives the accessor. The module beside the client type that holds the generated code has the same name.
    pub accessor: String,
}

impl ExampleRoot {
    /// The path of the module with the generated code.
    pub fn module(&self) -> String {
        match self.client.rsplit_once("::") {
            Some((parent, _)) => format!("{parent}::{}", self.accessor),
            None => self.accessor.clone(),
        }
    }
}

/// Generates the items of a service. Operations with an error among the diagnostics may be missing from them.
pub fn generate(service: &Service, options: &Options) -> (TokenStream, Vec<Diagnostic>) {
    let (text, mut diagnostics) = source(service, options);
    match text.parse() {
        Ok(tokens) => (tokens, diagnostics),
        Err(error) => {
            let place = Place::file(service.name.as_str());
            let message = format!("the generated code is not Rust: {error}");
            diagnostics.push(
                Diagnostic::new(&codes::GENERATE_UNSUPPORTED, place, message)
                    .help("this is a mistake of the generator: please report it with the spec"),
            );
            (TokenStream::new(), diagnostics)
        }
    }
}

/// The source text of [`generate`], with line breaks but not formatted.
pub fn source(service: &Service, options: &Options) -> (String, Vec<Diagnostic>) {
    let resolved = resolve::service(service);
    let module = lower::module(&resolved, options);
    (emit::module(&module), resolved.diagnostics)
}

/// Lists the public items of a service, one line each.
pub fn api(service: &Service) -> (Vec<String>, Vec<Diagnostic>) {
    let resolved = resolve::service(service);
    (api::lines(&lower::module(&resolved, &Options::default())), resolved.diagnostics)
}

/// Generates the glue of the contract tests: a function that calls any operation of the service through its typed API, with JSON in and out.
pub fn contract(service: &Service, options: &Options) -> TokenStream {
    let resolved = resolve::service(service);
    let module = lower::module(&resolved, options);
    contract::module(&module, options.client.as_deref().unwrap_or("Client"))
}
