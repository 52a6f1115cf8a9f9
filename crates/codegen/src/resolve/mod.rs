//! First pass: from what the pages say to what the client has. Who is right in a conflict, which Rust name a thing gets and
//! which type, is decided here and nowhere else.
//!
//! Names of types are given in this order, and a taken name gets a number ([`crate::ident::Names`]): all call builders (`StopJob`) in the
//! order of the index; all types of whole responses (`StopJobResponse`); then the types of tables and the enums, as `share` says.

mod evidence;
mod kinds;
mod operation;
mod share;

use std::collections::BTreeMap;

use tablature_spec::codes;
use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::load::Service;
use tablature_spec::model::Row;
use tablature_spec::read::SpecFile;

use crate::ident::{Names, Style, identifier};

pub use kinds::Type;

/// Everything that is decided about a service.
pub struct Resolved<'a> {
    /// The service.
    pub service: &'a Service,
    /// Its operations, in the order of the index.
    pub operations: Vec<Operation<'a>>,
    /// The types of all operations.
    pub structs: Vec<Struct<'a>>,
    /// The enums of all operations.
    pub enums: Vec<Enum>,
    /// What could not be decided.
    pub diagnostics: Vec<Diagnostic>,
}

/// Everything that is decided about an operation.
pub struct Operation<'a> {
    /// The spec.
    pub spec: &'a SpecFile,
    /// The accessor's method.
    pub method: String,
    /// The call builder's type.
    pub builder: String,
    /// The constant in `operations`.
    pub constant: String,
    /// Path ids, in the order of the path.
    pub path: Vec<Parameter<'a>>,
    /// Query parameters and headers.
    pub parameters: Vec<Parameter<'a>>,
    /// Headers of the page that the runtime sets itself.
    pub runtime_headers: Vec<&'a str>,
    /// The request body.
    pub body: Body<'a>,
    /// What a successful call gives.
    pub response: Type,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// Into the path.
    Path,
    /// Into the query string.
    Query,
    /// Into the headers.
    Header,
}

impl Location {
    /// The word for it in names and in the input of the contract glue.
    pub fn word(self) -> &'static str {
        match self {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
        }
    }
}

/// A parameter outside of the body.
pub struct Parameter<'a> {
    /// Where it goes.
    pub location: Location,
    /// The wire name.
    pub wire: &'a str,
    /// The argument or setter.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Its rows in the tables; none for a placeholder that no table describes.
    pub rows: Vec<&'a Row>,
    /// Checked before the call.
    pub mandatory: bool,
    /// A value from an example.
    pub sample: Option<String>,
}

/// A request body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'a> {
    /// None is documented.
    None,
    /// An object: one setter for each field.
    Fields(Vec<Field<'a>>),
    /// Another JSON value: one setter for the whole; its name and type.
    Whole(String, Type),
    /// A form of a media type: one setter for each part.
    Form(String, Vec<Part<'a>>),
    /// Bytes of a media type that is not JSON: one setter for the whole; its name and the media type.
    Bytes(String, String),
}

/// A part of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// The wire name.
    pub wire: &'a str,
    /// The setter.
    pub name: String,
    /// It is a file.
    pub file: bool,
    /// Checked before the call.
    pub mandatory: bool,
    /// Its rows in the tables.
    pub rows: Vec<&'a Row>,
}

/// An object.
pub struct Struct<'a> {
    /// The type's name.
    pub name: String,
    /// Where it is used.
    pub usage: Usage,
    /// The fields.
    pub fields: Vec<Field<'a>>,
    /// The tables that describe it, by their ids in the first operation that uses it.
    pub tables: Vec<&'a str>,
    /// The operations that use it, by their places in [`Resolved::operations`], each once.
    pub users: Vec<usize>,
}

/// Where a type is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Usage {
    /// In requests: the caller makes it.
    Request,
    /// In responses: the service makes it.
    Response,
    /// In both.
    Both,
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// The wire name.
    pub wire: &'a str,
    /// The Rust name, which is the setter's name too.
    pub name: String,
    /// The type, without the `Option` around it.
    pub kind: Type,
    /// The value lies in a box, because the type holds itself.
    pub boxed: bool,
    /// Checked before the call.
    pub mandatory: bool,
    /// The rows of the tables, and those of other operations that share the type but say something else.
    pub rows: Vec<&'a Row>,
    /// A table or example disagrees with the declared type, which is why it is wider.
    pub widened: Option<&'static str>,
    /// An example of a request leaves the field out although the tables call it mandatory.
    pub left_out: bool,
}

/// The side of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The caller makes it.
    Request,
    /// The service makes it.
    Response,
}

/// A closed list of values, generated as an open enum.
pub struct Enum {
    /// The type's name.
    pub name: String,
    /// The wire name of the field that has it.
    pub field: String,
    /// Variants: Rust name and wire value.
    pub variants: Vec<(String, String)>,
    /// The operations that use it, by their places in [`Resolved::operations`], each once.
    pub users: Vec<usize>,
}

/// Names that no type may have: what generated code calls by its short name, or gives its callers.
const RESERVED_TYPES: &[&str] = &[
    "Box",
    "Client",
    "Clone",
    "Debug",
    "Default",
    "Err",
    "From",
    "Into",
    "None",
    "Ok",
    "Option",
    "Part",
    "PartialEq",
    "Result",
    "Send",
    "Some",
    "String",
    "ToString",
    "Vec",
];
/// Names of the accessor's own functions.
const RESERVED_METHODS: &[&str] = &["clone", "default", "new"];

/// Decides everything about a service.
pub fn service(service: &Service) -> Resolved<'_> {
    let mut diagnostics = Vec::new();
    let mut types = Names::new(RESERVED_TYPES);
    let mut methods = Names::new(RESERVED_METHODS);
    let mut constants: BTreeMap<String, &str> = BTreeMap::new();
    let mut heads = Vec::new();
    for spec in &service.operations {
        let name = spec.operation.name.as_str();
        let constant = identifier(name, Style::Constant);
        // Without this the second one would be called `stop_job_2`, and adding an operation could rename another one.
        if let Some(file) = constants.insert(constant.clone(), &spec.file) {
            // An operation that the index lists twice was reported when the index was read.
            if file == spec.file {
                continue;
            }
            let message =
                format!("operation `{name}` would be called {} like another one", identifier(name, Style::Snake));
            diagnostics.push(
                Diagnostic::new(&codes::GENERATE_NAME_CLASH, spec.place_of("name"), message)
                    .help("rename one of the two with an override of `name`"),
            );
            continue;
        }
        let builder = types.take(&identifier(name, Style::Pascal), Style::Pascal);
        let method = methods.take(&identifier(name, Style::Snake), Style::Snake);
        heads.push((spec, method, builder, constant));
    }
    let drafts = heads
        .into_iter()
        .map(|(spec, method, builder, constant)| operation::draft(spec, method, builder, constant, &mut diagnostics));
    let shared = share::share(drafts.collect(), &mut types);
    Resolved { service, operations: shared.operations, structs: shared.structs, enums: shared.enums, diagnostics }
}
