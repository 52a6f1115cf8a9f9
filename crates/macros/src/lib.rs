//! The proc macros of Tablature. A thin shell: specs are read by `tablature-spec`, code is made by `tablature-codegen`.
//!
//! ```ignore
//! // In a module of its own; the path is relative to the folder of Cargo.toml.
//! tablature_macros::service!("specs/dgc");
//! // With the way to the accessor, every operation's rustdoc gets an example that is compiled.
//! tablature_macros::service!("specs/dgc", example = "huaweicloud::Client", accessor = "dgc");
//! // In the contract tests.
//! tablature_macros::contract!("specs/dgc", client = huaweicloud::dgc::Client);
//! ```

mod arguments;
mod source;

use proc_macro::TokenStream;
use tablature_codegen::{ExampleRoot, Options};

use crate::arguments::{ContractArguments, ServiceArguments};

/// Generates the client of a service from the folder of its specs.
///
/// `service!("specs/dgc")`; the path is relative to the folder of the crate's Cargo.toml. Every problem of a spec becomes a compile error
/// of its own that begins with the spec's file, line and column; what can be generated is generated all the same, so that a mistake in one
/// spec does not bury its message under errors about missing names. Editing a spec, or adding one to the index, builds the crate anew.
///
/// `example = "huaweicloud::Client", accessor = "dgc"` say how a user gets at the generated `Client`; every operation's rustdoc then holds
/// an example that is compiled. The generated code must lie in a module beside that client which is called like the accessor.
#[proc_macro]
pub fn service(input: TokenStream) -> TokenStream {
    let arguments = syn::parse_macro_input!(input as ServiceArguments);
    let root = arguments.example.map(|(client, accessor)| ExampleRoot { client, accessor });
    let options = Options { example_root: root, ..Options::default() };
    source::expand(&arguments.folder, |service| tablature_codegen::generate(service, &options)).into()
}

/// Generates the glue of the contract tests: `call(&client, operation, &input)` with JSON in and out.
///
/// `contract!("specs/dgc", client = huaweicloud::dgc::Client)`, with the path of the `Client` that [`service!`] generated.
#[proc_macro]
pub fn contract(input: TokenStream) -> TokenStream {
    let arguments = syn::parse_macro_input!(input as ContractArguments);
    let options = Options { client: Some(arguments.client), ..Options::default() };
    source::expand(&arguments.folder, |service| (tablature_codegen::contract(service, &options), Vec::new())).into()
}
