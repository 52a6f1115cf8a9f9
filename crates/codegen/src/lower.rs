//! Second pass: from decisions to the few kinds of items that generated code consists of, with their rustdoc texts.
//!
//! This is plain data. It knows Rust types by name, but no tokens; [`crate::emit`] and [`mod@crate::contract`] both work from it.

use tablature_spec::model::{Claim, ExampleKind, Operation as Spec, Role, Row, Source};
use tablature_spec::paging::Paging;
use tablature_spec::polling::{Origin, States};

use crate::Options;
use crate::docs;
use crate::following::{Following, Items};
use crate::resolve::{self, Body, Field, Location, Operation, Parameter, Resolved, Side, Struct, Type, Usage};

/// The code of a service.
pub struct Module {
    /// The wire name.
    pub name: String,
    /// The rustdoc of the accessor.
    pub docs: String,
    /// Host templates and their regions.
    pub hosts: Vec<(String, Vec<String>)>,
    /// The operations.
    pub operations: Vec<Call>,
    /// Objects.
    pub records: Vec<Record>,
    /// Enums.
    pub enums: Vec<OpenEnum>,
}

/// The code of an operation.
pub struct Call {
    /// The operation's name in the spec.
    pub name: String,
    /// The constant.
    pub constant: String,
    /// The HTTP method.
    pub http_method: String,
    /// The path template.
    pub path: String,
    /// Fixed query parameters.
    pub query: Vec<(String, String)>,
    /// What must be set besides the path.
    pub required: Vec<(Place, String)>,
    /// The pages' sources and file names.
    pub pages: Vec<String>,
    /// The accessor's method.
    pub method: String,
    /// Its rustdoc.
    pub docs: String,
    /// The call builder's type.
    pub builder: String,
    /// Path ids.
    pub arguments: Vec<Argument>,
    /// Setters of the call builder.
    pub setters: Vec<Setter>,
    /// The body is an object with a setter for each field, and there always is one.
    pub object: bool,
    /// The media type of a body that is not `application/json`.
    pub media_type: Option<String>,
    /// What a successful call gives.
    pub response: RustType,
    /// How it gives a list piece by piece.
    pub list: Option<List>,
    /// How the work that it starts is waited for.
    pub wait: Option<Wait>,
    /// What the status in its response means.
    pub states: Option<States>,
}

/// A list that comes piece by piece.
pub struct List {
    /// How it is asked for.
    pub paging: Paging,
    /// The parameter is declared as text although it holds a number.
    pub text: bool,
    /// How many items are asked for with the number of a page.
    pub size: Option<i64>,
    /// The field of the response with the items, and their type; no field if the response is the list.
    pub items: Option<(Option<String>, RustType)>,
}

/// Work that is waited for.
pub struct Wait {
    /// The constant of the operation that is asked.
    pub constant: String,
    /// A value for each of its path ids.
    pub arguments: Vec<(String, Origin)>,
    /// Query parameters and headers that both operations have.
    pub shared: Vec<String>,
    /// Its response.
    pub last: RustType,
    /// The pages list its states.
    pub states: bool,
}

/// Where a value goes that must be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Into the query string.
    Query,
    /// Into the headers.
    Header,
    /// Into the body.
    Body,
}

/// A type in Rust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustType {
    /// `()`
    Unit,
    /// `bool`
    Bool,
    /// `i64`
    Integer,
    /// `f64`
    Float,
    /// `String`
    Text,
    /// The runtime's `Value`.
    Value,
    /// The runtime's `Content`: a body that is not JSON.
    Bytes,
    /// A part of a form.
    Part,
    /// A generated struct or enum.
    Named(String),
    /// `Vec<T>`
    Vec(Box<RustType>),
    /// `BTreeMap<String, T>`
    Map(Box<RustType>),
}

/// A path id.
pub struct Argument {
    /// The name.
    pub name: String,
    /// The wire name.
    pub wire: String,
    /// The type.
    pub kind: RustType,
}

/// A setter of a call builder.
pub struct Setter {
    /// The name.
    pub name: String,
    /// The wire name; empty for a whole body.
    pub wire: String,
    /// The rustdoc.
    pub docs: String,
    /// The type.
    pub kind: RustType,
    /// Where the value goes.
    pub target: Target,
}

/// Where the value of a setter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Into the query string.
    Query,
    /// Into the headers.
    Header,
    /// Into a field of the JSON body.
    Field,
    /// Into a part of a form.
    Part,
    /// It is the JSON body.
    Json,
    /// It is the body, as it is.
    Bytes,
}

/// An object.
pub struct Record {
    /// The type's name.
    pub name: String,
    /// The rustdoc.
    pub docs: String,
    /// Where it is used.
    pub usage: Usage,
    /// The fields.
    pub fields: Vec<RecordField>,
}

/// A field of an object.
pub struct RecordField {
    /// The Rust name.
    pub name: String,
    /// The wire name.
    pub wire: String,
    /// The rustdoc.
    pub docs: String,
    /// The type without `Option` and `Box`.
    pub kind: RustType,
    /// It is boxed.
    pub boxed: bool,
    /// It must be set.
    pub mandatory: bool,
}

/// An open enum.
pub struct OpenEnum {
    /// The type's name.
    pub name: String,
    /// The rustdoc.
    pub docs: String,
    /// Rust name and wire value.
    pub variants: Vec<(String, String)>,
}

/// Lowers a service.
pub fn module(resolved: &Resolved<'_>, options: &Options) -> Module {
    let service = resolved.service;
    let following = Following::new(resolved);
    let one = options
        .operation
        .as_ref()
        .and_then(|name| resolved.operations.iter().find(|operation| operation.spec.operation.name == *name));
    // Waiting calls another operation.
    let asked = one.and_then(|operation| following.wait(operation)).map(|wait| wait.asked.constant.as_str());
    let wanted = |operation: &Operation<'_>| {
        options.operation.as_ref().is_none_or(|name| *name == operation.spec.operation.name)
            || asked == Some(operation.constant.as_str())
    };
    let used = |users: &[usize]| users.iter().filter_map(|user| resolved.operations.get(*user)).any(wanted);
    let structs = resolved.structs.iter().filter(|item| used(&item.users));
    let mut records: Vec<Record> = structs.map(|item| record(resolved, item)).collect();
    let enums = resolved.enums.iter().filter(|item| used(&item.users));
    let mut enums: Vec<OpenEnum> = enums.map(|item| open_enum(resolved, item)).collect();
    // By name, so that a page that is added moves nothing.
    records.sort_by(|a, b| a.name.cmp(&b.name));
    enums.sort_by(|a, b| a.name.cmp(&b.name));
    Module {
        name: service.name.clone(),
        docs: docs::accessor(service),
        hosts: service.endpoints.iter().map(|endpoint| (endpoint.host.clone(), endpoint.regions.clone())).collect(),
        operations: resolved
            .operations
            .iter()
            .filter(|operation| wanted(operation))
            .map(|operation| call(resolved, operation, &following, options))
            .collect(),
        records,
        enums,
    }
}

fn call(resolved: &Resolved<'_>, operation: &Operation<'_>, following: &Following<'_>, options: &Options) -> Call {
    let spec = &operation.spec.operation;
    let arguments = operation.path.iter().map(|parameter| Argument {
        name: parameter.name.clone(),
        wire: parameter.wire.to_string(),
        kind: rust_type(resolved, &parameter.kind),
    });
    let mut setters: Vec<Setter> =
        operation.parameters.iter().map(|parameter| parameter_setter(resolved, operation, parameter)).collect();
    let mut required: Vec<(Place, String)> = Vec::new();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.mandatory) {
        let place = if parameter.location == Location::Header { Place::Header } else { Place::Query };
        required.push((place, parameter.wire.to_string()));
    }
    let mut media_type = None;
    match &operation.body {
        Body::None => {}
        Body::Fields(fields) => {
            for field in fields {
                setters.push(Setter {
                    name: field.name.clone(),
                    wire: field.wire.to_string(),
                    docs: docs::field(spec, field, Side::Request),
                    kind: rust_type(resolved, &field.kind),
                    target: Target::Field,
                });
                if field.mandatory {
                    required.push((Place::Body, field.wire.to_string()));
                }
            }
        }
        Body::Form(media, parts) => {
            media_type = Some(media.clone());
            for part in parts {
                setters.push(Setter {
                    name: part.name.clone(),
                    wire: part.wire.to_string(),
                    docs: docs::form_part(spec, part),
                    kind: if part.file { RustType::Part } else { RustType::Text },
                    target: Target::Part,
                });
                if part.mandatory {
                    required.push((Place::Body, part.wire.to_string()));
                }
            }
        }
        Body::Whole(name, kind) => {
            let needed = is_needed(spec) && !is_shown_without_body(spec);
            setters.push(whole(name, docs::whole(spec, needed), rust_type(resolved, kind), Target::Json));
            required.extend(needed.then(|| (Place::Body, name.clone())));
        }
        Body::Bytes(name, media) => {
            media_type = Some(media.clone());
            // That an example shows none of the bytes says nothing: no page can show a file.
            let needed = is_needed(spec);
            setters.push(whole(name, docs::bytes(spec, media, needed), RustType::Bytes, Target::Bytes));
            required.extend(needed.then(|| (Place::Body, name.clone())));
        }
    }
    if matches!(operation.body, Body::Fields(_) | Body::Whole(..)) {
        media_type = spec.media_type.clone().filter(|media| !is_plain_json(media));
    }
    let list = following.list(operation).map(|list| List {
        items: match &list.items {
            Items::Field(name, kind) => Some((Some(name.clone()), rust_type(resolved, kind))),
            Items::Whole(kind) => Some((None, rust_type(resolved, kind))),
            Items::Unknown => None,
        },
        paging: list.paging,
        text: list.text,
        size: list.size,
    });
    let wait = following.wait(operation).map(|wait| Wait {
        constant: wait.asked.constant.clone(),
        arguments: wait.arguments,
        shared: wait.shared.into_iter().map(str::to_string).collect(),
        last: rust_type(resolved, &wait.asked.response),
        states: wait.states,
    });
    Call {
        name: spec.name.clone(),
        constant: operation.constant.clone(),
        http_method: spec.method.clone(),
        path: spec.path.clone(),
        query: spec.fixed_query.clone(),
        required,
        pages: spec.sources.iter().map(page).collect(),
        method: operation.method.clone(),
        docs: docs::operation(resolved, operation, following, options.example_root.as_ref()),
        builder: operation.builder.clone(),
        arguments: arguments.collect(),
        setters,
        media_type,
        object: matches!(operation.body, Body::Fields(_)) && !is_shown_without_body(spec),
        response: rust_type(resolved, &operation.response),
        list,
        wait,
        states: following.states(operation),
    }
}

/// Whether something must be in a body that is given as a whole, by each of its tables.
fn is_needed(spec: &Spec) -> bool {
    let mut tables = spec.tables_of(Role::Body).filter(|table| !table.rows.is_empty()).peekable();
    tables.peek().is_some() && tables.all(|table| table.rows.iter().any(Row::is_needed))
}

/// Whether an example of a request has a request line and no body, so that a body is no more than possible.
fn is_shown_without_body(spec: &Spec) -> bool {
    spec.examples
        .iter()
        .any(|example| example.kind == ExampleKind::Request && example.url.is_some() && example.body.is_none())
}

/// A page as errors name it; the rustdoc has its folder and its id.
fn page(source: &Source) -> String {
    let file = source.file.rsplit(['/', ':']).next().unwrap_or_default();
    format!("{} {file}", source.name)
}

/// Whether a media type is what the runtime calls JSON by itself, parameters such as `charset` apart.
fn is_plain_json(media_type: &str) -> bool {
    media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn whole(name: &str, docs: String, kind: RustType, target: Target) -> Setter {
    Setter { name: name.to_string(), wire: String::new(), docs, kind, target }
}

fn parameter_setter(resolved: &Resolved<'_>, operation: &Operation<'_>, parameter: &Parameter<'_>) -> Setter {
    Setter {
        name: parameter.name.clone(),
        wire: parameter.wire.to_string(),
        docs: docs::parameter(&operation.spec.operation, parameter),
        kind: rust_type(resolved, &parameter.kind),
        target: if parameter.location == Location::Header { Target::Header } else { Target::Query },
    }
}

fn record(resolved: &Resolved<'_>, item: &Struct<'_>) -> Record {
    let side = if item.usage == Usage::Response { Side::Response } else { Side::Request };
    let spec = item.users.first().and_then(|first| resolved.operations.get(*first)).map(|user| &user.spec.operation);
    let field = |field: &Field<'_>| RecordField {
        name: field.name.clone(),
        wire: field.wire.to_string(),
        docs: spec.map_or(String::new(), |spec| docs::field(spec, field, side)),
        kind: rust_type(resolved, &field.kind),
        boxed: field.boxed,
        mandatory: field.mandatory,
    };
    Record {
        name: item.name.clone(),
        docs: docs::record(resolved, item),
        usage: item.usage,
        fields: item.fields.iter().map(field).collect(),
    }
}

fn open_enum(resolved: &Resolved<'_>, item: &resolve::Enum) -> OpenEnum {
    OpenEnum { name: item.name.clone(), docs: docs::open_enum(resolved, item), variants: item.variants.clone() }
}

fn rust_type(resolved: &Resolved<'_>, kind: &Type) -> RustType {
    match kind {
        Type::Unit => RustType::Unit,
        Type::Bool => RustType::Bool,
        Type::Integer => RustType::Integer,
        Type::Float => RustType::Float,
        Type::Text => RustType::Text,
        Type::Json => RustType::Value,
        Type::Enum(index) => {
            resolved.enums.get(*index).map_or(RustType::Text, |item| RustType::Named(item.name.clone()))
        }
        Type::Struct(index) => {
            resolved.structs.get(*index).map_or(RustType::Value, |item| RustType::Named(item.name.clone()))
        }
        Type::List(inner) => RustType::Vec(Box::new(rust_type(resolved, inner))),
        Type::Map(inner) => RustType::Map(Box::new(rust_type(resolved, inner))),
    }
}

/// The error codes of an operation's failure examples with their statuses, without repetitions.
pub(crate) fn failures(operation: &Operation<'_>) -> Vec<(Option<u16>, String)> {
    let mut out = Vec::new();
    for example in &operation.spec.operation.examples {
        if example.kind == ExampleKind::Failure {
            let found = (example.status, example.error_code.clone().unwrap_or_default());
            if found != (None, String::new()) && !out.contains(&found) {
                out.push(found);
            }
        }
    }
    out
}

/// The titles that the sources give, without repetitions.
pub(crate) fn titles<'a>(operation: &'a Operation<'_>) -> Vec<&'a str> {
    let mut out: Vec<&str> = Vec::new();
    for (_, title) in operation.spec.operation.title.iter().flat_map(Claim::values) {
        if !title.trim().is_empty() && !out.contains(&title.as_str()) {
            out.push(title);
        }
    }
    out
}
