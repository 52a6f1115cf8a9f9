//! The glue of the contract tests: one function for each operation, from JSON to a typed call and back.
//!
//! The tests read specs when they run and hold no code for an operation, so something must lead from the wire names of an example to the
//! typed setters. That is this module's output. Parts of an input become typed values by the same tables that encode them, read backwards: the
//! feature `contract` of the runtime.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ident::token;
use crate::lower::{Call, Module, RustType, Setter, Target};

/// The glue of a service whose accessor has the path `client`.
pub fn module(module: &Module, client: &str) -> TokenStream {
    let path = match client.rsplit_once("::") {
        Some((path, _)) => format!("{path}::"),
        None => String::new(),
    };
    // Both come from a path that the caller checked; what is no path shows as a compile error at the call.
    let client: TokenStream = client.parse().unwrap_or_default();
    let path: TokenStream = path.parse().unwrap_or_default();
    let arms = module.operations.iter().enumerate().map(|(index, call)| {
        let (name, function) = (&call.name, format_ident!("call_{index}"));
        quote!(#name => #function(client, &mut input))
    });
    let functions = module.operations.iter().enumerate().map(|(index, call)| operation(index, call, &client, &path));
    let service = &module.name;
    quote! {
        /// Calls an operation by its name through the typed API. The input holds `path`, `query` and `header` by wire names, and `body`.
        ///
        /// # Errors
        /// The text says what part of the input no setter takes.
        pub fn call(
            client: &#client,
            operation: &str,
            input: &::tablature_runtime::Value,
        ) -> Result<::tablature_runtime::contract::Answer, String> {
            let mut input = ::tablature_runtime::contract::Input::new(input)?;
            match operation {
                #(#arms,)*
                _ => Err(format!("{} has no operation {operation}", #service)),
            }
        }

        #(#functions)*
    }
}

fn operation(index: usize, call: &Call, client: &TokenStream, path: &TokenStream) -> TokenStream {
    let function = format_ident!("call_{index}");
    let method = token(&call.method);
    let arguments = call.arguments.iter().map(|argument| {
        let (wire, kind) = (&argument.wire, rust_type(&argument.kind, path));
        quote!(input.argument::<#kind>(#wire)?)
    });
    let open = call.setters.iter().any(|setter| matches!(setter.target, Target::Field | Target::Part));
    let open = open.then(|| quote!(input.open_body()?;));
    let fixed = call.query.iter().map(|(name, value)| quote!(input.fixed(#name, #value)?;));
    let setters = call.setters.iter().map(|setter| self::setter(setter, path));
    quote! {
        fn #function(
            client: &#client,
            input: &mut ::tablature_runtime::contract::Input,
        ) -> Result<::tablature_runtime::contract::Answer, String> {
            #open
            let mut call = client.#method(#(#arguments),*);
            if let Some(project_id) = input.project_id()? {
                call = call.with_project_id(project_id);
            }
            #(#fixed)*
            #(#setters)*
            input.done()?;
            Ok(::tablature_runtime::contract::answer(call.send()))
        }
    }
}

fn setter(setter: &Setter, path: &TokenStream) -> TokenStream {
    let name = token(&setter.name);
    let wire = &setter.wire;
    let kind = rust_type(&setter.kind, path);
    let take = match setter.target {
        Target::Query => quote!(input.take::<#kind>("query", #wire)?),
        Target::Header => quote!(input.take::<#kind>("header", #wire)?),
        Target::Field => quote!(input.take::<#kind>("body", #wire)?),
        Target::Part => quote!(input.take::<String>("body", #wire)?),
        Target::Bytes => quote!(input.body::<String>()?.map(String::into_bytes)),
        Target::Json => quote!(input.body::<#kind>()?),
    };
    quote! {
        if let Some(value) = #take {
            call = call.#name(value);
        }
    }
}

/// The tokens of a type, seen from outside of the generated module.
fn rust_type(kind: &RustType, path: &TokenStream) -> TokenStream {
    match kind {
        RustType::Named(name) => {
            let name = token(name);
            quote!(#path #name)
        }
        RustType::Vec(inner) => {
            let inner = rust_type(inner, path);
            quote!(Vec<#inner>)
        }
        RustType::Map(inner) => {
            let inner = rust_type(inner, path);
            quote!(::std::collections::BTreeMap<String, #inner>)
        }
        other => crate::emit::rust_type(other).parse().unwrap_or_default(),
    }
}
