//! The glue of the contract tests: one function for each operation, from JSON to a typed call and back.
//!
//! The tests read specs when they run and hold no code for an operation, so something must lead from the wire names of an example to the
//! typed setters. That is this module's output. It uses nothing that a user of the client could not use.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::ident::token;
use crate::lower::{Call, CallBody, Module, RustType, Setter, Target};

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
        quote!(#name => Box::pin(#function(client, input)))
    });
    let functions = module.operations.iter().enumerate().map(|(index, call)| operation(index, call, &client, &path));
    let service = &module.name;
    quote! {
        /// Calls an operation by its name through the typed API. The input holds `path`, `query` and `header` by wire names, and `body`.
        ///
        /// # Errors
        /// The text says what part of the input no setter takes.
        pub async fn call(
            client: &#client,
            operation: &str,
            input: &::tablature_runtime::Value,
        ) -> Result<Result<::tablature_runtime::Value, ::tablature_runtime::Error>, String> {
            let future: ::std::pin::Pin<Box<dyn ::core::future::Future<Output = _> + Send + '_>> = match operation {
                #(#arms,)*
                _ => return Err(format!("{} has no operation {operation}", #service)),
            };
            future.await
        }

        #(#functions)*

        /// The parts of the input that have not been used.
        struct Input {
            parts: Vec<(&'static str, Vec<(String, ::tablature_runtime::Value)>)>,
            body: Option<::tablature_runtime::Value>,
        }

        #[allow(dead_code)] // A service without bodies or without parameters needs only some of these.
        impl Input {
            fn new(input: &::tablature_runtime::Value) -> Result<Self, String> {
                let input = input.as_object().ok_or("the input is not an object")?;
                for key in input.keys() {
                    if !["path", "query", "header", "body"].contains(&key.as_str()) {
                        return Err(format!("the input has a part `{key}`"));
                    }
                }
                let part = |name: &'static str| {
                    let members = input.get(name).and_then(|part| part.as_object()).into_iter().flatten();
                    (name, members.map(|(key, value)| (key.clone(), value.clone())).collect())
                };
                Ok(Input { parts: vec![part("path"), part("query"), part("header")], body: input.get("body").cloned() })
            }

            fn take<T: for<'de> ::tablature_runtime::lenient::Lenient<'de> + Encode>(
                &mut self,
                part: &str,
                name: &str,
            ) -> Result<Option<T>, String> {
                let same = |key: &str| if part == "header" { key.eq_ignore_ascii_case(name) } else { key == name };
                let members = self.parts.iter_mut().find(|(known, _)| *known == part).map(|(_, members)| members);
                let Some(members) = members else { return Ok(None) };
                let Some(at) = members.iter().position(|(key, _)| same(key)) else { return Ok(None) };
                convert(&format!("{part} {name}"), &members.remove(at).1, part == "body").map(Some)
            }

            fn body<T: for<'de> ::tablature_runtime::lenient::Lenient<'de> + Encode>(&mut self) -> Result<Option<T>, String> {
                self.body.take().map(|body| convert("body", &body, true)).transpose()
            }

            /// Makes the members of the body a part of the input.
            fn open_body(&mut self) -> Result<(), String> {
                match self.body.take() {
                    Some(::tablature_runtime::Value::Object(members)) => self.parts.push(("body", members.into_iter().collect())),
                    Some(_) => return Err("the body is not an object".into()),
                    None => {}
                }
                Ok(())
            }

            /// A query value that belongs to the operation's identity.
            fn fixed(&mut self, name: &str, value: &str) -> Result<(), String> {
                match self.take::<String>("query", name)? {
                    Some(given) if given != value => Err(format!("query {name} is always {value}, not {given}")),
                    _ => Ok(()),
                }
            }

            fn done(mut self) -> Result<(), String> {
                // The client sets these itself.
                let own = ["x-auth-token", "content-type", "accept", "host", "content-length", "user-agent", "authorization", "x-sdk-date", "connection"];
                for (part, members) in &mut self.parts {
                    if *part == "header" {
                        members.retain(|(key, _)| !own.contains(&key.to_ascii_lowercase().as_str()));
                    }
                    if let Some((key, _)) = members.first() {
                        return Err(format!("there is no setter for {part} {key}"));
                    }
                }
                if self.body.is_some() { Err("there is no setter for a body".into()) } else { Ok(()) }
            }
        }

        /// What can be encoded to see whether anything was lost on the way in.
        trait Encode {
            fn encode(&self) -> Option<::tablature_runtime::Value>;
        }

        impl<T: ::tablature_runtime::private::serde::Serialize> Encode for T {
            fn encode(&self) -> Option<::tablature_runtime::Value> {
                ::tablature_runtime::private::serde_json::to_value(self).ok()
            }
        }

        fn convert<T: for<'de> ::tablature_runtime::lenient::Lenient<'de> + Encode>(
            what: &str,
            value: &::tablature_runtime::Value,
            whole: bool,
        ) -> Result<T, String> {
            let out: T = ::tablature_runtime::lenient::field(value).map_err(|error| format!("{what} does not convert: {error}"))?;
            match out.encode().filter(|_| whole).and_then(|encoded| lost(value, &encoded)) {
                Some(key) => Err(format!("there is no setter for {what}{key}")),
                None => Ok(out),
            }
        }

        /// The path of a key that the second value does not have, nulls apart.
        fn lost(before: &::tablature_runtime::Value, after: &::tablature_runtime::Value) -> Option<String> {
            use ::tablature_runtime::Value;
            match (before, after) {
                (Value::Object(before), Value::Object(after)) => before.iter().filter(|(_, value)| !value.is_null()).find_map(|(key, value)| {
                    match after.get(key) {
                        Some(after) => lost(value, after).map(|rest| format!(".{key}{rest}")),
                        None => Some(format!(".{key}")),
                    }
                }),
                (Value::Array(before), Value::Array(after)) => {
                    before.iter().zip(after).enumerate().find_map(|(index, (before, after))| lost(before, after).map(|rest| format!("[{index}]{rest}")))
                }
                _ => None,
            }
        }
    }
}

fn operation(index: usize, call: &Call, client: &TokenStream, path: &TokenStream) -> TokenStream {
    let function = format_ident!("call_{index}");
    let method = token(&call.method);
    let arguments = call.arguments.iter().map(|argument| {
        let (wire, kind) = (&argument.wire, rust_type(&argument.kind, path));
        quote!(input.take::<#kind>("path", #wire)?.ok_or_else(|| format!("path {} is missing", #wire))?)
    });
    let open = matches!(call.body, CallBody::Fields(_)).then(|| quote!(input.open_body()?;));
    let fixed = call.query.iter().map(|(name, value)| quote!(input.fixed(#name, #value)?;));
    let setters = call.setters.iter().map(|setter| self::setter(setter, path));
    quote! {
        async fn #function(
            client: &#client,
            input: &::tablature_runtime::Value,
        ) -> Result<Result<::tablature_runtime::Value, ::tablature_runtime::Error>, String> {
            let mut input = Input::new(input)?;
            #open
            let mut call = client.#method(#(#arguments),*);
            if let Some(project_id) = input.take::<String>("path", "project_id")? {
                call = call.with_project_id(project_id);
            }
            #(#fixed)*
            #(#setters)*
            input.done()?;
            match call.send().await {
                Ok(response) => match response.encode() {
                    Some(value) => Ok(Ok(value)),
                    None => Err("the response cannot be written as JSON".into()),
                },
                Err(error) => Ok(Err(error)),
            }
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
        Target::Field(_) => quote!(input.take::<#kind>("body", #wire)?),
        Target::Whole if setter.kind == RustType::Bytes => quote!(input.body::<String>()?.map(String::into_bytes)),
        Target::Whole => quote!(input.body::<#kind>()?),
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
        other => crate::emit::rust_type(other),
    }
}
