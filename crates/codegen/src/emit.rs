//! Third pass: tokens. What an item looks like in Rust is here and nowhere else.
//!
//! Paths to crates are absolute and start at the runtime, so that a crate with generated code depends on the runtime and the macros only.
//! Names of the prelude are used as they are; no generated type takes one of them.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::ident::token;
use crate::lower::{Call, CallBody, Module, OpenEnum, Record, RecordField, RustType, Setter, Target, Usage};
use crate::resolve::Location;

/// The items of a service.
pub fn module(module: &Module) -> TokenStream {
    let name = &module.name;
    let hosts = module.hosts.iter().map(
        |(template, regions)| quote!(::tablature_runtime::Host { template: #template, regions: &[#(#regions),*] }),
    );
    let service_docs = doc_lines(&format!("The service `{name}` and its hosts."));
    let docs = doc_lines(&module.docs);
    let methods = module.operations.iter().map(method);
    let constants = module.operations.iter().map(constant);
    let calls = module.operations.iter().map(call);
    let lenient = lenient(module);
    quote! {
        #service_docs
        pub static SERVICE: ::tablature_runtime::Service =
            ::tablature_runtime::Service { name: #name, hosts: &[#(#hosts),*] };

        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            inner: ::tablature_runtime::Client,
        }

        impl Client {
            /// The calls of this service through a client.
            pub fn new(inner: ::tablature_runtime::Client) -> Self {
                Client { inner }
            }
            #(#methods)*
        }

        /// What the pages say of each operation, for tests and for tools.
        pub mod operations {
            #(#constants)*
        }

        #(#calls)*
        #lenient
    }
}

fn lenient(module: &Module) -> TokenStream {
    let records = module.operations.iter().flat_map(|call| &call.records).filter(|record| record.usage != Usage::Body);
    let names: Vec<_> = records.map(|record| token(&record.name)).collect();
    let enums: Vec<_> = module.operations.iter().flat_map(|call| &call.enums).map(|item| token(&item.name)).collect();
    if names.is_empty() && enums.is_empty() {
        return TokenStream::new();
    }
    quote!(::tablature_runtime::lenient_types!(#(#names,)* #(#enums),*);)
}

fn constant(call: &Call) -> TokenStream {
    let Call { name, http_method, path, pages, .. } = call;
    let constant = token(&call.constant);
    let docs = doc_lines(&crate::docs::code(&format!("{http_method} {path}")));
    let query = call.query.iter().map(|(name, value)| quote!((#name, #value)));
    let required = call.required.iter().map(|(location, name)| {
        let location = match location {
            Location::Path => quote!(Path),
            Location::Query => quote!(Query),
            Location::Header => quote!(Header),
        };
        quote!((::tablature_runtime::Location::#location, #name))
    });
    let empty = call.response == RustType::Unit;
    quote! {
        #docs
        pub const #constant: ::tablature_runtime::Operation = ::tablature_runtime::Operation {
            service: &super::SERVICE,
            name: #name,
            method: #http_method,
            path: #path,
            query: &[#(#query),*],
            required: &[#(#required),*],
            media_type: None,
            body: false,
            empty: #empty,
            pages: &[#(#pages),*],
        };
    }
}

fn method(call: &Call) -> TokenStream {
    let docs = doc_lines(&call.docs);
    let name = token(&call.method);
    let builder = token(&call.builder);
    let constant = token(&call.constant);
    let parameters = call.arguments.iter().map(|argument| {
        let (name, kind) = (token(&argument.name), rust_type(&argument.kind));
        quote!(#name: impl Into<#kind>)
    });
    let new = quote!(::tablature_runtime::Call::new(&self.inner, &operations::#constant));
    let sets = call.arguments.iter().map(|argument| {
        let (name, wire) = (token(&argument.name), &argument.wire);
        let value = text(&quote!(#name.into()), &argument.kind);
        quote!(call.set_path(#wire, #value);)
    });
    let body = match call.body {
        CallBody::None => None,
        _ => Some(quote!(body: Default::default())),
    };
    // Seven are clippy's limit, and `self` is one of them.
    let many = (call.arguments.len() > 6).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    let work = if call.arguments.is_empty() {
        quote!(#builder { call: #new, #body })
    } else {
        quote! {
            let mut call = #new;
            #(#sets)*
            #builder { call, #body }
        }
    };
    quote! {
        #docs
        #many
        pub fn #name(&self, #(#parameters),*) -> #builder {
            #work
        }
    }
}

/// The attributes of a rustdoc text, one for each line, as a person would have written them.
fn doc_lines(text: &str) -> TokenStream {
    let lines = text.split('\n').map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// A value as the text that goes into a path, query or header.
fn text(value: &TokenStream, kind: &RustType) -> TokenStream {
    match kind {
        RustType::Text => value.clone(),
        _ => quote!(#value.to_string()),
    }
}

fn call(call: &Call) -> TokenStream {
    let builder = token(&call.builder);
    let docs = doc_lines(&format!("The call of [`Client::{}`].", call.method));
    let body_type = match &call.body {
        CallBody::None => None,
        CallBody::Fields(name) => {
            let name = token(name);
            Some(quote!(#name))
        }
        CallBody::Whole(kind) => {
            let kind = rust_type(kind);
            Some(quote!(Option<#kind>))
        }
        CallBody::Bytes(_) => Some(quote!(Option<Vec<u8>>)),
    };
    let body_field = body_type.map(|kind| quote!(body: #kind,));
    let setters = call.setters.iter().map(setter);
    let convention = self_convention(call.setters.iter().map(|setter| setter.name.as_str()));
    let response = rust_type(&call.response);
    let prepare = prepare(call);
    let ready = if prepare.is_some() { quote!(self.into_call()) } else { quote!(self.call) };
    let records = call.records.iter().map(record);
    let enums = call.enums.iter().map(open_enum);
    quote! {
        #docs
        #[derive(Debug)]
        #[must_use = "nothing is sent before `send` is called"]
        pub struct #builder {
            call: ::tablature_runtime::Call,
            #body_field
        }

        #convention
        impl #builder {
            ::tablature_runtime::call_options!();
            #(#setters)*
            #prepare

            /// Sends the call and decodes its response.
            pub fn send(self) -> impl ::core::future::Future<Output = Result<#response, ::tablature_runtime::Error>> + Send + 'static {
                #ready.send()
            }

            /// Sends the call and gives its response as it is, with status and headers.
            pub fn send_raw(
                self,
            ) -> impl ::core::future::Future<Output = Result<::tablature_runtime::Raw<#response>, ::tablature_runtime::Error>> + Send + 'static
            {
                #ready.send_raw()
            }
        }

        #(#records)*
        #(#enums)*
    }
}

/// Wire names such as `is_shared` make setters that look like questions.
fn self_convention<'a>(names: impl Iterator<Item = &'a str>) -> Option<TokenStream> {
    let prefixes = ["as_", "from_", "into_", "is_", "to_"];
    let mut names = names;
    names
        .any(|name| prefixes.iter().any(|prefix| name.starts_with(prefix)))
        .then(|| quote!(#[allow(clippy::wrong_self_convention)]))
}

fn setter(setter: &Setter) -> TokenStream {
    let Setter { wire, kind, target, .. } = setter;
    let docs = doc_lines(&setter.docs);
    let name = token(&setter.name);
    let kind_tokens = rust_type(kind);
    let work = match (target, kind) {
        (Target::Query, RustType::Vec(inner)) => {
            let values = match **inner {
                RustType::Text => quote!(value.into()),
                _ => quote!(value.into().iter().map(ToString::to_string).collect()),
            };
            quote!(self.call.set_query_all(#wire, #values);)
        }
        (Target::Header, RustType::Vec(inner)) => {
            let values = match **inner {
                RustType::Text => quote!(value.into()),
                _ => quote!(value.into().iter().map(ToString::to_string).collect::<Vec<_>>()),
            };
            quote!(self.call.set_header(#wire, #values.join(",")) ;)
        }
        (Target::Query, _) => {
            let value = text(&quote!(value.into()), kind);
            quote!(self.call.set_query(#wire, #value);)
        }
        (Target::Header, _) => {
            let value = text(&quote!(value.into()), kind);
            quote!(self.call.set_header(#wire, #value);)
        }
        (Target::Field(boxed), _) => {
            let value = if *boxed { quote!(Box::new(value.into())) } else { quote!(value.into()) };
            quote!(self.body.#name = Some(#value);)
        }
        (Target::Whole, _) => quote!(self.body = Some(value.into());),
    };
    quote! {
        #docs
        pub fn #name(mut self, value: impl Into<#kind_tokens>) -> Self {
            #work
            self
        }
    }
}

/// The function that checks the body and puts it into the call.
fn prepare(call: &Call) -> Option<TokenStream> {
    // On these methods a body is unusual, so an empty one is not sent.
    let bare = matches!(call.http_method.as_str(), "GET" | "HEAD" | "DELETE" | "OPTIONS");
    let media = call.json_type.as_ref().map(|media| quote!(self.call.set_header("Content-Type", #media.into());));
    let work = match &call.body {
        CallBody::None => return None,
        CallBody::Fields(name) => {
            let checked = call.records.iter().any(|record| record.name == *name && record.checked);
            let name = token(name);
            let check = checked.then(|| quote!(self.body.check_mandatory("", &mut self.call);));
            let set = quote!(self.call.set_json(&self.body); #media);
            let set = if bare { quote!(if self.body != #name::default() { #set }) } else { set };
            quote!(#check #set)
        }
        CallBody::Whole(kind) => {
            let check = check_inside(kind, call).map(|check| quote!(let at = ""; let call = &mut self.call; #check));
            quote!(if let Some(value) = &self.body { self.call.set_json(value); #media #check })
        }
        CallBody::Bytes(media_type) => {
            quote!(if let Some(value) = self.body { self.call.set_body(#media_type, value); })
        }
    };
    Some(quote! {
        fn into_call(mut self) -> ::tablature_runtime::Call {
            #work
            self.call
        }
    })
}

/// The check of what lies in a whole body, if there is anything to check.
fn check_inside(kind: &RustType, call: &Call) -> Option<TokenStream> {
    let checked = |name: &str| call.records.iter().any(|record| record.name == name && record.checked);
    check_value(kind, &checked)
}

/// The check of `value` at the path `at`, which ends in nothing or a dot.
fn check_value(kind: &RustType, checked: &dyn Fn(&str) -> bool) -> Option<TokenStream> {
    match kind {
        RustType::Named(name) if checked(name) => Some(quote!(value.check_mandatory(&at, call);)),
        RustType::Vec(inner) => {
            let inner = check_value(inner, checked)?;
            Some(quote! {
                for (index, value) in value.iter().enumerate() {
                    let at = format!("{}[{index}].", at.trim_end_matches('.'));
                    #inner
                }
            })
        }
        RustType::Map(inner) => {
            let inner = check_value(inner, checked)?;
            Some(quote! {
                for (key, value) in value {
                    let at = format!("{at}{key}.");
                    #inner
                }
            })
        }
        _ => None,
    }
}

fn record(record: &Record) -> TokenStream {
    let name = token(&record.name);
    let docs = doc_lines(&record.docs);
    let private = record.usage == Usage::Body;
    let fields = record.fields.iter().map(|field| self::field(field, record.usage));
    let visibility = (!private).then(|| quote!(pub));
    let exhaustive = (!private).then(|| quote!(#[non_exhaustive]));
    let decode = (!private).then(|| quote!(, ::tablature_runtime::private::serde::Deserialize));
    let default = if private { quote!() } else { quote!(, default) };
    let check = record.checked.then(|| check(record));
    let functions = (record.usage == Usage::Request).then(|| {
        let setters = record.fields.iter().map(|field| {
            let (name, kind) = (token(&field.name), rust_type(&field.kind));
            let docs = doc_lines(&field.setter_docs);
            let value = if field.boxed { quote!(Box::new(value.into())) } else { quote!(value.into()) };
            quote! {
                #docs
                #[must_use]
                pub fn #name(mut self, value: impl Into<#kind>) -> Self {
                    self.#name = Some(#value);
                    self
                }
            }
        });
        quote! {
            /// Nothing is set.
            pub fn new() -> Self {
                Self::default()
            }
            #(#setters)*
        }
    });
    let implementation = (functions.is_some() || check.is_some()).then(|| {
        let convention =
            functions.as_ref().and_then(|_| self_convention(record.fields.iter().map(|field| field.name.as_str())));
        quote!(#convention impl #name { #functions #check })
    });
    quote! {
        #docs
        #[derive(Debug, Clone, Default, PartialEq, ::tablature_runtime::private::serde::Serialize #decode)]
        #[serde(crate = "::tablature_runtime::private::serde" #default)]
        #exhaustive
        #visibility struct #name {
            #(#fields)*
        }
        #implementation
    }
}

fn field(field: &RecordField, usage: Usage) -> TokenStream {
    let name = token(&field.name);
    let kind = rust_type(&field.kind);
    let kind = if field.boxed { quote!(Box<#kind>) } else { kind };
    let (kind, skip) = match (&field.kind, usage) {
        (RustType::Vec(_), Usage::Response) => (kind, "Vec::is_empty"),
        (RustType::Map(_), Usage::Response) => (kind, "::std::collections::BTreeMap::is_empty"),
        _ => (quote!(Option<#kind>), "Option::is_none"),
    };
    let rename = (field.wire != field.name).then(|| {
        let wire = &field.wire;
        quote!(rename = #wire,)
    });
    let decode = (usage != Usage::Body).then(|| quote!(deserialize_with = "::tablature_runtime::lenient::field",));
    let docs = (usage != Usage::Body).then(|| doc_lines(&field.docs));
    let visibility = (usage != Usage::Body).then(|| quote!(pub));
    quote! {
        #docs
        #[serde(#rename #decode skip_serializing_if = #skip)]
        #visibility #name: #kind,
    }
}

fn check(record: &Record) -> TokenStream {
    let lines = record.fields.iter().filter(|field| field.mandatory || field.checked).map(|field| {
        let name = token(&field.name);
        let missing = field.mandatory.then(|| {
            let label = Literal::string(&format!("{{at}}{}", braces(&field.wire)));
            quote!(if self.#name.is_none() { call.missing(format!(#label)); })
        });
        let inside = check_value(&field.kind, &|_| field.checked).map(|inside| {
            let label = Literal::string(&format!("{{at}}{}.", braces(&field.wire)));
            quote! {
                if let Some(value) = &self.#name {
                    let at = format!(#label);
                    #inside
                }
            }
        });
        quote!(#missing #inside)
    });
    quote! {
        fn check_mandatory(&self, at: &str, call: &mut ::tablature_runtime::Call) {
            #(#lines)*
        }
    }
}

fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}

fn open_enum(item: &OpenEnum) -> TokenStream {
    let name = token(&item.name);
    let docs = doc_lines(&item.docs);
    let variants = item.variants.iter().map(|(variant, wire)| {
        let variant = token(variant);
        let docs = doc_lines(&crate::docs::code(wire));
        quote!(#docs #variant = #wire,)
    });
    quote! {
        ::tablature_runtime::open_enum! {
            #docs
            pub enum #name {
                #(#variants)*
            }
        }
    }
}

/// The tokens of a type.
pub fn rust_type(kind: &RustType) -> TokenStream {
    match kind {
        RustType::Unit => quote!(()),
        RustType::Bool => quote!(bool),
        RustType::Integer => quote!(i64),
        RustType::Float => quote!(f64),
        RustType::Text => quote!(String),
        RustType::Value => quote!(::tablature_runtime::Value),
        RustType::Bytes => quote!(Vec<u8>),
        RustType::Named(name) => {
            let name = token(name);
            quote!(#name)
        }
        RustType::Vec(inner) => {
            let inner = rust_type(inner);
            quote!(Vec<#inner>)
        }
        RustType::Map(inner) => {
            let inner = rust_type(inner);
            quote!(::std::collections::BTreeMap<String, #inner>)
        }
    }
}
