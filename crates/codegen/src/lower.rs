//! Second pass: from decisions to the few kinds of items that generated code consists of, with their rustdoc texts.
//!
//! This is plain data. It knows Rust types by name, but no tokens; [`crate::emit`] and [`mod@crate::contract`] both work from it.

use tablature_spec::model::{Claim, ExampleKind};

use crate::Options;
use crate::docs;
use crate::resolve::{self, Body, Location, Operation, Parameter, Resolved, Side, Struct, Type};

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
    /// Query parameters and headers that must be set.
    pub required: Vec<(Location, String)>,
    /// The pages' files.
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
    /// What the call builder holds beside the call, and sends.
    pub body: CallBody,
    /// The media type of a JSON body that is not called `application/json`, such as `application/merge-patch+json`.
    pub json_type: Option<String>,
    /// What a successful call gives.
    pub response: RustType,
    /// Objects.
    pub records: Vec<Record>,
    /// Enums.
    pub enums: Vec<OpenEnum>,
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
    /// The bytes of a body that is not JSON.
    Bytes,
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
    /// Into a field of the body; boxed if the type holds itself.
    Field(bool),
    /// It is the body.
    Whole,
}

/// The body of a call.
pub enum CallBody {
    /// None.
    None,
    /// The struct of that name.
    Fields(String),
    /// A JSON value of a type.
    Whole(RustType),
    /// Bytes of a media type.
    Bytes(String),
}

/// An object.
pub struct Record {
    /// The type's name.
    pub name: String,
    /// The rustdoc.
    pub docs: String,
    /// How it is used.
    pub usage: Usage,
    /// The fields.
    pub fields: Vec<RecordField>,
    /// It has a function that finds mandatory fields that are not set.
    pub checked: bool,
}

/// How an object is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// The fields of a body, filled by the call builder; private.
    Body,
    /// Made by the caller.
    Request,
    /// Made by the service.
    Response,
}

/// A field of an object.
pub struct RecordField {
    /// The Rust name.
    pub name: String,
    /// The wire name.
    pub wire: String,
    /// The rustdoc.
    pub docs: String,
    /// The rustdoc of its setter.
    pub setter_docs: String,
    /// The type without `Option` and `Box`.
    pub kind: RustType,
    /// It is boxed.
    pub boxed: bool,
    /// It must be set.
    pub mandatory: bool,
    /// The type, or what is in it, has something to check.
    pub checked: bool,
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
    Module {
        name: service.name.clone(),
        docs: docs::accessor(service),
        hosts: service.endpoints.iter().map(|endpoint| (endpoint.host.clone(), endpoint.regions.clone())).collect(),
        operations: resolved.operations.iter().map(|operation| call(operation, options)).collect(),
    }
}

fn call(operation: &Operation<'_>, options: &Options) -> Call {
    let spec = &operation.spec.operation;
    let arguments = operation.path.iter().map(|parameter| Argument {
        name: parameter.name.clone(),
        wire: parameter.wire.to_string(),
        kind: rust_type(operation, &parameter.kind),
    });
    let mut setters: Vec<Setter> =
        operation.parameters.iter().map(|parameter| parameter_setter(operation, parameter)).collect();
    let body = match &operation.body {
        Body::None => CallBody::None,
        Body::Fields(index) => {
            let record = operation.structs.get(*index);
            for field in record.into_iter().flat_map(|record| &record.fields) {
                setters.push(Setter {
                    name: field.name.clone(),
                    wire: field.wire.to_string(),
                    docs: docs::field(spec, field, Side::Request),
                    kind: rust_type(operation, &field.kind),
                    target: Target::Field(field.boxed),
                });
            }
            CallBody::Fields(record.map(|record| record.name.clone()).unwrap_or_default())
        }
        Body::Whole(name, kind) => {
            let kind = rust_type(operation, kind);
            setters.push(whole(name, docs::whole(spec), kind.clone()));
            CallBody::Whole(kind)
        }
        Body::Bytes(name, media_type) => {
            setters.push(whole(name, docs::bytes(spec, media_type), RustType::Bytes));
            CallBody::Bytes(media_type.clone())
        }
    };
    let required = operation.parameters.iter().filter(|parameter| parameter.mandatory);
    Call {
        name: spec.name.clone(),
        constant: operation.constant.clone(),
        http_method: spec.method.clone(),
        path: spec.path.clone(),
        query: spec.fixed_query.clone(),
        required: required.map(|parameter| (parameter.location, parameter.wire.to_string())).collect(),
        pages: spec.sources.iter().map(|source| source.file.clone()).collect(),
        method: operation.method.clone(),
        docs: docs::operation(operation, options.example_root.as_ref()),
        builder: operation.builder.clone(),
        arguments: arguments.collect(),
        setters,
        json_type: match body {
            CallBody::Fields(_) | CallBody::Whole(_) => spec.media_type.clone().filter(|media| !is_plain_json(media)),
            _ => None,
        },
        body,
        response: rust_type(operation, &operation.response),
        records: operation.structs.iter().enumerate().map(|(index, item)| record(operation, index, item)).collect(),
        enums: operation.enums.iter().map(|item| open_enum(operation, item)).collect(),
    }
}

/// Whether a media type is what the runtime calls JSON by itself, parameters such as `charset` apart.
fn is_plain_json(media_type: &str) -> bool {
    media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

fn whole(name: &str, docs: String, kind: RustType) -> Setter {
    Setter { name: name.to_string(), wire: String::new(), docs, kind, target: Target::Whole }
}

fn parameter_setter(operation: &Operation<'_>, parameter: &Parameter<'_>) -> Setter {
    Setter {
        name: parameter.name.clone(),
        wire: parameter.wire.to_string(),
        docs: docs::parameter(&operation.spec.operation, parameter),
        kind: rust_type(operation, &parameter.kind),
        target: if parameter.location == Location::Header { Target::Header } else { Target::Query },
    }
}

fn record(operation: &Operation<'_>, index: usize, item: &Struct<'_>) -> Record {
    let spec = &operation.spec.operation;
    let usage = match (&operation.body, item.side) {
        (Body::Fields(body), _) if *body == index => Usage::Body,
        (_, Side::Request) => Usage::Request,
        (_, Side::Response) => Usage::Response,
    };
    let checked = |kind: &Type| match kind.innermost() {
        Type::Struct(target) => operation.structs.get(*target).is_some_and(|target| target.checked),
        _ => false,
    };
    let fields = item.fields.iter().map(|field| RecordField {
        name: field.name.clone(),
        wire: field.wire.to_string(),
        docs: docs::field(spec, field, item.side),
        setter_docs: docs::part(spec, field),
        kind: rust_type(operation, &field.kind),
        boxed: field.boxed,
        mandatory: field.mandatory,
        checked: checked(&field.kind),
    });
    Record {
        name: item.name.clone(),
        docs: docs::record(operation, item, usage),
        usage,
        fields: fields.collect(),
        checked: item.checked,
    }
}

fn open_enum(operation: &Operation<'_>, item: &resolve::Enum) -> OpenEnum {
    OpenEnum { name: item.name.clone(), docs: docs::open_enum(operation, item), variants: item.variants.clone() }
}

fn rust_type(operation: &Operation<'_>, kind: &Type) -> RustType {
    match kind {
        Type::Unit => RustType::Unit,
        Type::Bool => RustType::Bool,
        Type::Integer => RustType::Integer,
        Type::Float => RustType::Float,
        Type::Text => RustType::Text,
        Type::Json => RustType::Value,
        Type::Enum(index) => {
            operation.enums.get(*index).map_or(RustType::Text, |item| RustType::Named(item.name.clone()))
        }
        Type::Struct(index) => {
            operation.structs.get(*index).map_or(RustType::Value, |item| RustType::Named(item.name.clone()))
        }
        Type::List(inner) => RustType::Vec(Box::new(rust_type(operation, inner))),
        Type::Map(inner) => RustType::Map(Box::new(rust_type(operation, inner))),
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
