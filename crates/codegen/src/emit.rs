//! Third pass: the text of the code. What an item looks like in Rust is here and nowhere else.
//!
//! Text, because the compiler's own lexer turns it into tokens many times faster than an unoptimised build of a macro can make them one by
//! one. Every name comes from [`crate::ident`] and every text of a page goes through `Text::literal` or `Text::docs`, so that nothing of
//! a page can be read as code.
//!
//! Paths to crates are absolute and start at the runtime, so that a crate with generated code depends on the runtime and the macros only.
//! Names of the prelude are used as they are; no generated type takes one of them.

use std::fmt::Write;

use crate::ident::raw;
use tablature_spec::model::Role;
use tablature_spec::paging::{Next, Parameter, Step};
use tablature_spec::polling::{Origin, States};

use crate::lower::{
    Argument, Call, List, Module, OpenEnum, Place, Record, RecordField, RustType, Setter, Target, Wait,
};
use crate::resolve::Usage;
use crate::secret_names::is_secret;

/// The items of a service.
pub fn module(module: &Module) -> String {
    let mut text = Text::default();
    service(module, &mut text);
    client(module, &mut text);
    operations(module, &mut text);
    for call in &module.operations {
        self::call(call, &mut text);
    }
    for record in &module.records {
        self::record(record, &mut text);
    }
    for item in &module.enums {
        open_enum(item, &mut text);
    }
    text.out
}

/// Rust source that grows.
#[derive(Default)]
struct Text {
    out: String,
}

impl Text {
    /// Adds pieces as they are.
    fn add(&mut self, pieces: &[&str]) {
        for piece in pieces {
            self.out.push_str(piece);
        }
    }

    /// Adds a text of a page as a string literal.
    fn literal(&mut self, text: &str) {
        self.out.push('"');
        if text.bytes().any(|byte| byte == b'"' || byte == b'\\' || byte < b' ') || !text.is_ascii() {
            // Escapes what is invisible too, which in the source would be a lint.
            for c in text.chars() {
                if c.is_alphanumeric() {
                    self.out.push(c);
                } else {
                    self.out.extend(c.escape_debug());
                }
            }
        } else {
            self.out.push_str(text);
        }
        self.out.push('"');
    }

    fn literals<'t>(&mut self, before: &str, texts: impl Iterator<Item = &'t str>, after: &str) {
        self.out.push_str(before);
        for (index, text) in texts.enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.literal(text);
        }
        self.out.push_str(after);
    }

    /// Adds the lines of a rustdoc text, as a person would have written them.
    fn docs(&mut self, text: &str) {
        for line in text.split('\n') {
            self.out.push_str(if line.is_empty() { "///" } else { "/// " });
            self.out.push_str(line);
            self.out.push('\n');
        }
    }

    fn kind(&mut self, kind: &RustType) {
        match kind {
            RustType::Unit => self.out.push_str("()"),
            RustType::Bool => self.out.push_str("bool"),
            RustType::Integer => self.out.push_str("i64"),
            RustType::Float => self.out.push_str("f64"),
            RustType::Text => self.out.push_str("String"),
            RustType::Value => self.out.push_str("::tablature_runtime::Value"),
            RustType::Bytes => self.out.push_str("::tablature_runtime::Content"),
            RustType::Part => self.out.push_str("::tablature_runtime::Part"),
            RustType::Named(name) => self.out.push_str(name),
            RustType::Vec(inner) => {
                self.out.push_str("Vec<");
                self.kind(inner);
                self.out.push('>');
            }
            RustType::Map(inner) => {
                self.out.push_str("::std::collections::BTreeMap<String, ");
                self.kind(inner);
                self.out.push('>');
            }
        }
    }
}

/// The source of a type.
pub fn rust_type(kind: &RustType) -> String {
    let mut text = Text::default();
    text.kind(kind);
    text.out
}

fn service(module: &Module, text: &mut Text) {
    let name = &module.name;
    text.add(&["/// The service `", name, "` and its hosts.\n"]);
    text.add(&["pub static SERVICE: ::tablature_runtime::Service = ::tablature_runtime::Service { name: \"", name]);
    text.add(&["\", hosts: &["]);
    for (template, regions) in &module.hosts {
        text.literals("::tablature_runtime::Host { template: ", [template.as_str()].into_iter(), "");
        text.literals(", regions: &[", regions.iter().map(String::as_str), "] }, ");
    }
    text.add(&["] };\n\n"]);
    // So that callers who give a file need not name the runtime.
    let mut setters = module.operations.iter().flat_map(|call| &call.setters);
    if setters.any(|setter| setter.kind == RustType::Part) {
        text.add(&["pub use ::tablature_runtime::Part;\n\n"]);
    }
}

fn client(module: &Module, text: &mut Text) {
    text.docs(&module.docs);
    text.add(&[
        "#[derive(Clone, Debug)]\npub struct Client {\n    inner: ::tablature_runtime::Client,\n}\n\nimpl Client {\n",
    ]);
    text.add(&["/// The calls of this service through a client.\n"]);
    text.add(&["pub fn new(inner: ::tablature_runtime::Client) -> Self {\n    Client { inner }\n}\n"]);
    for call in &module.operations {
        method(call, text);
    }
    text.add(&["}\n\n"]);
}

fn method(call: &Call, text: &mut Text) {
    text.docs(&call.docs);
    // Seven are clippy's limit, and `self` is one of them.
    if call.arguments.len() > 6 {
        text.add(&["#[allow(clippy::too_many_arguments)]\n"]);
    }
    text.add(&["pub fn ", raw(&call.method), &call.method, "(&self"]);
    for Argument { name, kind, .. } in &call.arguments {
        text.add(&[", ", raw(name), name, ": impl Into<"]);
        text.kind(kind);
        text.add(&[">"]);
    }
    text.add(&[") -> ", &call.builder, " {\n    let call = self.inner.call(&operations::", &call.constant, ");\n"]);
    for Argument { name, wire, .. } in &call.arguments {
        text.add(&["    let call = call.path("]);
        text.literal(wire);
        text.add(&[", ", raw(name), name, ".into());\n"]);
    }
    text.add(&["    ", &call.builder, "(call)\n}\n"]);
}

fn operations(module: &Module, text: &mut Text) {
    text.add(&["/// What the pages say of each operation, for tests and for tools.\npub mod operations {\n"]);
    if !module.operations.is_empty() {
        text.add(&["use super::SERVICE;\nuse ::tablature_runtime::Operation;\n"]);
        let places = [(Place::Body, "Body"), (Place::Header, "Header"), (Place::Query, "Query")];
        for (place, name) in places {
            if module.operations.iter().flat_map(|call| &call.required).any(|(at, _)| *at == place) {
                text.add(&["use ::tablature_runtime::Location::", name, ";\n"]);
            }
        }
    }
    for call in &module.operations {
        constant(call, text);
    }
    text.add(&["}\n\n"]);
}

fn constant(call: &Call, text: &mut Text) {
    let Call { http_method, path, .. } = call;
    text.docs(&crate::docs::code(&format!("{http_method} {path}")));
    text.add(&["pub static ", &call.constant, ": Operation = SERVICE.operation("]);
    text.literal(&call.name);
    text.literals(").at(", [http_method.as_str(), path.as_str()].into_iter(), ")");
    if !call.query.is_empty() {
        text.add(&[".query(&["]);
        for (name, value) in &call.query {
            text.literals("(", [name.as_str(), value.as_str()].into_iter(), "), ");
        }
        text.add(&["])"]);
    }
    if !call.required.is_empty() {
        text.add(&[".required(&["]);
        for (place, name) in &call.required {
            let before = match place {
                Place::Query => "(Query, ",
                Place::Header => "(Header, ",
                Place::Body => "(Body, ",
            };
            text.literals(before, [name.as_str()].into_iter(), "), ");
        }
        text.add(&["])"]);
    }
    if call.object {
        text.add(&[".object()"]);
    }
    if let Some(media_type) = &call.media_type {
        text.literals(".media_type(", [media_type.as_str()].into_iter(), ")");
    }
    if call.response == RustType::Unit {
        text.add(&[".empty()"]);
    }
    if !call.pages.is_empty() {
        text.literals(".pages(&[", call.pages.iter().map(String::as_str), "])");
    }
    if let Some(list) = &call.list {
        paging(list, text);
    }
    if let Some(wait) = &call.wait {
        polling(wait, text);
    }
    if let Some(states) = &call.states {
        self::states(states, text);
    }
    text.add(&[";\n"]);
}

/// A list of names, as `&["page_info", "next_marker"]`.
fn names(names: &[String], text: &mut Text) {
    text.literals("&[", names.iter().map(String::as_str), "]");
}

fn paging(list: &List, text: &mut Text) {
    let parameter = |function: &str, parameter: &Parameter, text: &mut Text| {
        let location = if parameter.role == Role::Body { "Body" } else { "Query" };
        text.add(&[function, "(::tablature_runtime::Location::", location, ", "]);
        text.literal(&parameter.name);
    };
    text.add(&[".paging(::tablature_runtime::Paging::"]);
    match &list.paging.step {
        Step::Offset { parameter: slot, stated } => {
            parameter("offset", slot, text);
            text.add(&[", ", if *stated { "true" } else { "false" }, ")"]);
        }
        Step::Page { parameter: slot, first } => {
            parameter("page", slot, text);
            text.add(&[", ", &first.to_string(), ")"]);
        }
        Step::Marker { parameter: slot, next } => {
            parameter("marker", slot, text);
            text.add(&[", ::tablature_runtime::Next::"]);
            match next {
                Next::Field(path) => {
                    text.add(&["Field("]);
                    names(path, text);
                }
                Next::Link(path) => {
                    text.add(&["Link("]);
                    names(path, text);
                }
                Next::Links(path) => {
                    text.add(&["Links("]);
                    names(path, text);
                }
                Next::Item(field) => {
                    text.add(&["Item("]);
                    text.literal(field);
                }
            }
            text.add(&["))"]);
        }
    }
    if list.text {
        text.add(&[".as_text()"]);
    }
    if let Some(size) = list.size {
        parameter(".size", &list.paging.limit, text);
        text.add(&[", ", &size.to_string(), ")"]);
    }
    let fields = [
        ("items", Some(&list.paging.items)),
        ("total", list.paging.total.as_ref()),
        ("more", list.paging.more.as_ref()),
    ];
    for (function, path) in fields {
        if let Some(path) = path.filter(|path| !path.is_empty()) {
            text.add(&[".", function, "("]);
            names(path, text);
            text.add(&[")"]);
        }
    }
    text.add(&[")"]);
}

fn polling(wait: &Wait, text: &mut Text) {
    text.add(&[".polling(::tablature_runtime::Polling::new(&", &wait.constant, ", &["]);
    for (placeholder, origin) in &wait.arguments {
        let (kind, name) = match origin {
            Origin::Response(name) => ("Response", name),
            Origin::Path(name) => ("Path", name),
        };
        text.literals("(", [placeholder.as_str()].into_iter(), ", ::tablature_runtime::Origin::");
        text.add(&[kind, "("]);
        text.literal(name);
        text.add(&[")), "]);
    }
    text.add(&["])"]);
    if !wait.shared.is_empty() {
        text.add(&[".sharing("]);
        names(&wait.shared, text);
        text.add(&[")"]);
    }
    text.add(&[")"]);
}

fn states(states: &States, text: &mut Text) {
    text.literals(".states(::tablature_runtime::States::new(", [states.field.as_str()].into_iter(), "");
    for values in [&states.success, &states.failure, &states.progress] {
        text.add(&[", "]);
        names(values, text);
    }
    text.add(&["))"]);
}

fn call(call: &Call, text: &mut Text) {
    text.add(&["/// The call of [`Client::", &call.method, "`].\n#[derive(Debug)]\n"]);
    text.add(&["#[must_use = \"nothing is sent before `send` is called\"]\n"]);
    text.add(&["pub struct ", &call.builder, "(::tablature_runtime::Call);\n\n"]);
    self_convention(call.setters.iter().map(|setter| setter.name.as_str()), text);
    text.add(&["impl ", &call.builder, " {\n::tablature_runtime::call!("]);
    text.kind(&call.response);
    match (&call.list, &call.wait) {
        (Some(List { items: None, .. }), _) => text.add(&["; pages"]),
        (Some(List { items: Some((field, item)), .. }), _) => {
            text.add(&["; "]);
            text.kind(item);
            if let Some(field) = field {
                text.add(&[" = ", raw(field), field]);
            }
        }
        (None, Some(wait)) => {
            text.add(&["; ", if wait.states { "wait " } else { "wait_until " }]);
            text.kind(&wait.last);
        }
        (None, None) => {}
    }
    text.add(&[");\n"]);
    for setter in &call.setters {
        self::setter(setter, text);
    }
    text.add(&["}\n\n"]);
}

/// Wire names such as `is_shared` make setters that look like questions.
fn self_convention<'a>(mut names: impl Iterator<Item = &'a str>, text: &mut Text) {
    let prefixes = ["as_", "from_", "into_", "is_", "to_"];
    if names.any(|name| prefixes.iter().any(|prefix| name.starts_with(prefix))) {
        text.add(&["#[allow(clippy::wrong_self_convention)]\n"]);
    }
}

fn setter(setter: &Setter, text: &mut Text) {
    text.docs(&setter.docs);
    text.add(&["pub fn ", raw(&setter.name), &setter.name, "(self, value: impl Into<"]);
    text.kind(&setter.kind);
    text.add(&[">) -> Self {\n    Self(self.0."]);
    let function = match setter.target {
        Target::Query => "query(",
        Target::Header => "header(",
        Target::Field => "field(",
        Target::Part => "part(",
        Target::Json => "json(",
        Target::Bytes => "content(",
    };
    text.add(&[function]);
    if !matches!(setter.target, Target::Json | Target::Bytes) {
        text.literal(&setter.wire);
        text.add(&[", "]);
    }
    let is_text = setter.target == Target::Part && setter.kind != RustType::Part;
    text.add(&[if is_text { "::tablature_runtime::Part::text(value)" } else { "value.into()" }, "))\n}\n"]);
}

fn record(record: &Record, text: &mut Text) {
    text.docs(&record.docs);
    let hides = record.fields.iter().any(is_hidden);
    text.add(&["#[derive(Clone, ", if hides { "" } else { "Debug, " }, "Default, PartialEq)]\n#[non_exhaustive]\n"]);
    if record.usage != Usage::Response {
        text.add(&["#[must_use]\n"]);
    }
    text.add(&["pub struct ", &record.name, " {\n"]);
    for field in &record.fields {
        text.docs(&field.docs);
        text.add(&["pub ", raw(&field.name), &field.name, ": "]);
        field_type(field, record.usage, text);
        text.add(&[",\n"]);
    }
    text.add(&["}\n\n"]);
    if hides {
        debug(record, text);
    }
    if record.usage != Usage::Response {
        functions(record, text);
    }
    let table = match record.usage {
        Usage::Request => "request",
        Usage::Response => "response",
        Usage::Both => "both",
    };
    text.add(&["::tablature_runtime::", table, "!(", &record.name, ";"]);
    for (index, field) in record.fields.iter().enumerate() {
        let raw = raw(&field.name);
        text.add(&[if index > 0 { ", " } else { " " }, if field.mandatory { "*" } else { "" }, raw, &field.name]);
        // A raw identifier is not its wire name either.
        if field.name != field.wire || !raw.is_empty() {
            text.add(&[" = "]);
            text.literal(&field.wire);
        }
    }
    text.add(&[");\n\n"]);
}

/// Whether the value of a field must not be printed. A boolean only says that there is a secret.
fn is_hidden(field: &RecordField) -> bool {
    field.kind != RustType::Bool && is_secret(&field.wire)
}

/// What derives to the same, but for the values of secrets.
fn debug(record: &Record, text: &mut Text) {
    text.add(&["impl ::core::fmt::Debug for ", &record.name, " {\n"]);
    text.add(&["fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {\n    f.debug_struct("]);
    text.literal(&record.name);
    text.add(&[")"]);
    for field in &record.fields {
        text.add(&[".field("]);
        text.literal(&field.name);
        let (before, after) = if is_hidden(field) { ("::tablature_runtime::private::Hidden(&", ")") } else { ("", "") };
        text.add(&[", &", before, "self.", raw(&field.name), &field.name, after, ")"]);
    }
    text.add(&[".finish()\n}\n}\n\n"]);
}

/// What a type that callers make has besides its fields, which is all because it is not exhaustive.
fn functions(record: &Record, text: &mut Text) {
    self_convention(record.fields.iter().map(|field| field.name.as_str()), text);
    text.add(&["impl ", &record.name, " {\n/// Nothing is set.\npub fn new() -> Self {\n    Self::default()\n}\n"]);
    for field in &record.fields {
        let (raw, name) = (raw(&field.name), field.name.as_str());
        text.add(&["/// Sets `", name, "`.\npub fn ", raw, name, "(mut self, value: impl Into<"]);
        text.kind(&field.kind);
        text.add(&[">) -> Self {\n    self.", raw, name, " = Some("]);
        text.add(&[if field.boxed { "Box::new(value.into())" } else { "value.into()" }, ");\n    self\n}\n"]);
    }
    text.add(&["}\n\n"]);
}

/// A list or map of a response needs no `Option`; in a request, none and an empty one are two things.
fn field_type(field: &RecordField, usage: Usage, text: &mut Text) {
    let bare = usage == Usage::Response && matches!(field.kind, RustType::Vec(_) | RustType::Map(_));
    text.add(&[if bare { "" } else { "Option<" }, if field.boxed { "Box<" } else { "" }]);
    text.kind(&field.kind);
    text.add(&[if bare { "" } else { ">" }, if field.boxed { ">" } else { "" }]);
}

fn open_enum(item: &OpenEnum, text: &mut Text) {
    text.docs(&item.docs);
    text.add(&["#[derive(Clone, Debug, PartialEq, Eq, Hash)]\n#[non_exhaustive]\npub enum ", &item.name, " {\n"]);
    for (name, wire) in &item.variants {
        let _ = writeln!(text.out, "/// {}.\n{name},", crate::docs::code(wire));
    }
    text.add(&["/// A value that the pages do not list, as the service sent it.\nUnknown(String),\n}\n\n"]);
    text.add(&["::tablature_runtime::open_text!(", &item.name, ";"]);
    for (index, (name, wire)) in item.variants.iter().enumerate() {
        text.add(&[if index > 0 { ", " } else { " " }, name, " = "]);
        text.literal(wire);
    }
    text.add(&[");\n\n"]);
}
