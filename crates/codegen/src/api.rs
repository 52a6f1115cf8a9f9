//! The public items of a service, one line each: what a reviewer reads when pages change.

use crate::emit;
use crate::lower::{Call, Module, OpenEnum, Place, Record, RustType, Target};
use crate::resolve::Usage;

/// The lines in the order of the generated code: the calls in that of the index, their setters and the fields of types in that of the pages, types
/// by name.
pub fn lines(module: &Module) -> Vec<String> {
    let mut out = Vec::new();
    for call in &module.operations {
        out.push(accessor(call));
    }
    for call in &module.operations {
        builder(call, &mut out);
    }
    for item in &module.records {
        record(item, &mut out);
    }
    for item in &module.enums {
        open_enum(item, &mut out);
    }
    out
}

fn accessor(call: &Call) -> String {
    let arguments = call.arguments.iter().map(|argument| format!(", {}: {}", argument.name, given(&argument.kind)));
    format!(
        "Client::{}(&self{}) -> {} // {} {}",
        call.method,
        arguments.collect::<String>(),
        call.builder,
        call.http_method,
        call.path
    )
}

fn builder(call: &Call, out: &mut Vec<String>) {
    for setter in &call.setters {
        let (place, name) = match setter.target {
            Target::Query => (Place::Query, &setter.wire),
            Target::Header => (Place::Header, &setter.wire),
            Target::Field | Target::Part => (Place::Body, &setter.wire),
            Target::Json | Target::Bytes => (Place::Body, &setter.name),
        };
        let must = call.required.iter().any(|(at, required)| *at == place && required == name);
        let mark = if must { " // mandatory" } else { "" };
        out.push(format!("{}::{}(self, {}){mark}", call.builder, setter.name, given(&setter.kind)));
    }
    let response = written(&call.response);
    out.push(format!("{}::send(self) -> {response}", call.builder));
    if let Some(list) = &call.list {
        out.push(format!("{}::pages(self) -> Pages<{response}>", call.builder));
        if let Some((_, item)) = &list.items {
            out.push(format!("{}::items(self) -> Items<{}>", call.builder, written(item)));
        }
    }
    if let Some(wait) = &call.wait {
        let (function, arguments) = if wait.states { ("wait", "") } else { ("wait_until", ", judge") };
        let last = written(&wait.last);
        out.push(format!("{}::{function}(self{arguments}) -> Waiter<{response}, {last}>", call.builder));
    }
}

fn record(item: &Record, out: &mut Vec<String>) {
    let (usage, optional) = match item.usage {
        Usage::Request => ("request", true),
        Usage::Response => ("response", false),
        Usage::Both => ("request and response", true),
    };
    out.push(format!("struct {} // {usage}", item.name));
    for field in &item.fields {
        let kind = written(&field.kind);
        let kind = if field.boxed { format!("Box<{kind}>") } else { kind };
        let bare = !optional && matches!(field.kind, RustType::Vec(_) | RustType::Map(_));
        let kind = if bare { kind } else { format!("Option<{kind}>") };
        let mark = if field.mandatory { " // mandatory" } else { "" };
        out.push(format!("{}.{}: {kind}{mark}", item.name, field.name));
    }
}

fn open_enum(item: &OpenEnum, out: &mut Vec<String>) {
    out.push(format!("enum {}", item.name));
    out.extend(
        item.variants.iter().map(|(name, wire)| format!("{}::{name} // {}", item.name, crate::docs::fold(wire))),
    );
}

fn given(kind: &RustType) -> String {
    format!("impl Into<{}>", written(kind))
}

/// A type as a person writes it.
fn written(kind: &RustType) -> String {
    match kind {
        RustType::Vec(inner) => format!("Vec<{}>", written(inner)),
        RustType::Map(inner) => format!("BTreeMap<String, {}>", written(inner)),
        RustType::Named(name) => name.clone(),
        RustType::Value => "Value".into(),
        RustType::Part => "Part".into(),
        RustType::Bytes => "Content".into(),
        other => emit::rust_type(other),
    }
}
