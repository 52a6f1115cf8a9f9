//! The spec model: plain data that says what the pages of one operation say.
//!
//! Nothing here is interpreted. A value on which sources disagree keeps every source's claim.

use std::fmt;

/// What the sources say about one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim<T> {
    /// Every source that says anything says this.
    Agreed(T),
    /// The sources differ: each source's name with what it says, in the order of the operation's sources.
    Contested(Vec<(String, T)>),
}

impl<T> Claim<T> {
    /// The value, if the sources agree on it.
    pub fn agreed(&self) -> Option<&T> {
        match self {
            Claim::Agreed(value) => Some(value),
            Claim::Contested(_) => None,
        }
    }

    /// The value of the first source. A claim always has one.
    pub fn first(&self) -> Option<&T> {
        match self {
            Claim::Agreed(value) => Some(value),
            Claim::Contested(claims) => claims.first().map(|(_, value)| value),
        }
    }

    /// All values with the source that says so; `None` where all agree.
    pub fn values(&self) -> Vec<(Option<&str>, &T)> {
        match self {
            Claim::Agreed(value) => vec![(None, value)],
            Claim::Contested(claims) => claims.iter().map(|(source, value)| (Some(source.as_str()), value)).collect(),
        }
    }

    /// What one source says.
    pub fn of(&self, source: &str) -> Option<&T> {
        match self {
            Claim::Agreed(value) => Some(value),
            Claim::Contested(claims) => claims.iter().find(|(name, _)| name == source).map(|(_, value)| value),
        }
    }
}

/// Where a source says something: the name of the source and a line of its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The name of the source, as in [`Source::name`].
    pub source: String,
    /// The line, from 1, in the file as it lies on disk.
    pub line: u32,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.line)
    }
}

/// One page that documents an operation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// The name that rows refer to, such as `zh-md`. Unique within an operation.
    pub name: String,
    /// The page's file: relative to the service's folder, or `COLLECTION:path` for pages that lie elsewhere.
    pub file: String,
    /// The page id that the vendor gave it (an anchor of the title or the original file name).
    pub page_id: Option<String>,
    /// `zh` or `en`.
    pub language: String,
    /// `md`, `html` or `rst`.
    pub format: String,
    /// SHA-256 of the page's bytes, 64 hexadecimal digits.
    pub digest: String,
    /// The source whose page refers to this one, if this page only lends tables (a shared schema). It documents another operation or none.
    pub of: Option<String>,
}

/// The role of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Parameters in the path template.
    Path,
    /// Parameters in the query string.
    Query,
    /// Request headers.
    Header,
    /// Top-level fields of the request body (or form fields, see [`Operation::media_type`]).
    Body,
    /// Top-level fields of the response body on success.
    Response,
    /// Response headers.
    ResponseHeader,
    /// Top-level fields of the response body on failure.
    Error,
    /// The fields of an object that other rows refer to by the table's id.
    Type,
}

impl Role {
    /// All roles with their names in spec files.
    pub const ALL: &'static [(Role, &'static str)] = &[
        (Role::Path, "path"),
        (Role::Query, "query"),
        (Role::Header, "header"),
        (Role::Body, "body"),
        (Role::Response, "response"),
        (Role::ResponseHeader, "response-header"),
        (Role::Error, "error"),
        (Role::Type, "type"),
    ];

    /// The name in spec files.
    pub fn name(self) -> &'static str {
        Role::ALL.iter().find(|(role, _)| *role == self).map_or("type", |(_, name)| name)
    }

    /// The role of a name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.iter().find(|(_, known)| *known == name).map(|(role, _)| *role)
    }
}

/// A mandatory cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mandatory {
    /// The cell says yes.
    Yes,
    /// The cell says no.
    No,
    /// The cell holds a condition instead.
    When(String),
}

/// A value that a description gives as a fact: a default, a limit, an enum value. Kept as text; its row's type says what it means.
pub type Literal = String;

/// Constraints that a description states.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The default value.
    pub default: Option<Claim<Literal>>,
    /// The values, where the page closes the list.
    pub values: Option<Claim<Vec<Literal>>>,
    /// The least value of a number.
    pub min: Option<Claim<Literal>>,
    /// The greatest value of a number.
    pub max: Option<Claim<Literal>>,
    /// The least length of a text, in characters.
    pub min_length: Option<Claim<Literal>>,
    /// The greatest length of a text, in characters.
    pub max_length: Option<Claim<Literal>>,
    /// The least number of items of an array.
    pub min_items: Option<Claim<Literal>>,
    /// The greatest number of items of an array.
    pub max_items: Option<Claim<Literal>>,
    /// A regular expression.
    pub pattern: Option<Claim<Literal>>,
    /// The page says that the field is deprecated or reserved.
    pub deprecated: Option<Claim<bool>>,
    /// The page says that the field is needed, or there, only under a condition.
    pub conditional: Option<Claim<bool>>,
    /// What an offset counts, where the page says so: `items` or `pages`.
    pub counts: Option<Claim<Literal>>,
    /// The states that the description of a status names, where it does not say that these are all: see [`crate::polling`].
    pub states: Option<Claim<Vec<Literal>>>,
}

/// One row of a parameter table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The parameter's name as the page writes it: the wire name.
    pub name: String,
    /// The page's own type word; `None` where the table has no type column or the cell is empty.
    pub kind: Option<Claim<String>>,
    /// The mandatory flag; `None` where the table has no such column.
    pub mandatory: Option<Claim<Mandatory>>,
    /// What the mandatory cell says behind yes or no.
    pub condition: Option<Claim<String>>,
    /// The id of the table that describes the object, or the object that is the element of the array or map.
    pub table: Option<String>,
    /// The type word of the values, where the object's keys are the caller's choice and a table says what stands under them.
    pub map: Option<String>,
    /// Why a field of an object type has no table, or how an unknown type word is treated.
    pub opaque: Option<String>,
    /// Constraints from the description.
    pub facts: Facts,
    /// The description, only where the service asks for copies.
    pub description: Option<Claim<String>>,
    /// Where each source has the row. Empty: the row was derived (a placeholder that no table describes).
    pub at: Vec<At>,
}

impl Row {
    /// Whether every source that has the row says, without a condition, that it is needed.
    pub fn is_needed(&self) -> bool {
        let conditional = self.facts.conditional.iter().flat_map(Claim::values).any(|(_, value)| *value);
        self.mandatory == Some(Claim::Agreed(Mandatory::Yes)) && self.condition.is_none() && !conditional
    }
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Unique within the operation: `path`, `body`, `response`, `response.403`, or the name of the object.
    pub id: String,
    /// What its rows are.
    pub role: Role,
    /// The status code it is for, where the page has tables per status code.
    pub status: Option<u16>,
    /// The caption, without its number.
    pub caption: Option<Claim<String>>,
    /// The rows describe the items of an array that is the body itself.
    pub array: bool,
    /// Which of several alternative tables for one place it is (an engine, a scenario).
    pub scenario: Option<String>,
    /// The rows in the page's order.
    pub rows: Vec<Row>,
    /// Where each source has the table.
    pub at: Vec<At>,
}

/// Whether an example shows a request or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKind {
    /// A request.
    Request,
    /// A response of a successful call.
    Success,
    /// A response of a failed call.
    Failure,
}

impl ExampleKind {
    /// All kinds with their names in spec files.
    pub const ALL: &'static [(ExampleKind, &'static str)] =
        &[(ExampleKind::Request, "request"), (ExampleKind::Success, "success"), (ExampleKind::Failure, "failure")];

    /// The name in spec files.
    pub fn name(self) -> &'static str {
        ExampleKind::ALL.iter().find(|(kind, _)| *kind == self).map_or("request", |(_, name)| name)
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<ExampleKind> {
        ExampleKind::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// One example of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What it shows.
    pub kind: ExampleKind,
    /// The method of a request line.
    pub method: Option<String>,
    /// The URL of a request line, as the page writes it, white space folded.
    pub url: Option<String>,
    /// Headers, in the page's order.
    pub headers: Vec<(String, String)>,
    /// The status of a response, where the page gives it.
    pub status: Option<u16>,
    /// The body: JSON as the page writes it (repaired if `repairs` says so), or text.
    pub body: Option<String>,
    /// The body is JSON.
    pub json: bool,
    /// The repairs that made it JSON.
    pub repairs: Vec<String>,
    /// The error code in the body of a failure.
    pub error_code: Option<String>,
    /// The error message in the body of a failure.
    pub error_message: Option<String>,
    /// Where each source has it.
    pub at: Vec<At>,
}

impl Example {
    /// An example of a kind with nothing in it.
    pub fn new(kind: ExampleKind) -> Self {
        Example {
            kind,
            method: None,
            url: None,
            headers: Vec::new(),
            status: None,
            body: None,
            json: false,
            repairs: Vec::new(),
            error_code: None,
            error_message: None,
            at: Vec::new(),
        }
    }
}

/// A status code that a page lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: u16,
    /// Where each source has it.
    pub at: Vec<At>,
}

/// An operation that a page names for asking how far the work has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Poll {
    /// The name of the operation.
    pub operation: String,
    /// Until operations have names: the file of its page, as [`Source::file`] has it. It is in no spec file.
    pub page: String,
    /// Where each source says so.
    pub at: Vec<At>,
}

/// One operation: a method and path with everything the pages say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Operation {
    /// The snake_case name: the name of the spec file and of the client function.
    pub name: String,
    /// The HTTP method, upper case.
    pub method: String,
    /// The path template, without host and query, such as `/v1/{project_id}/jobs`.
    pub path: String,
    /// The path by source, where the pages give different ones; a person's override of the path settles it.
    pub paths: Option<Claim<String>>,
    /// Query parameters with a fixed value, which belong to the operation's identity.
    pub fixed_query: Vec<(String, String)>,
    /// Other request lines of the page (older versions), as `METHOD /path`.
    pub alternates: Vec<String>,
    /// The media type of the request body where the page says that it is not plain JSON; see also [`crate::body`].
    pub media_type: Option<String>,
    /// The page's title.
    pub title: Option<Claim<String>>,
    /// The operation id of the vendor's API Explorer, where the page links to it.
    pub explorer: Option<Claim<String>>,
    /// The page says that the operation is deprecated.
    pub deprecated: bool,
    /// The page says that the call only starts the work.
    pub asynchronous: bool,
    /// Where the request line stands.
    pub at: Vec<At>,
    /// The operations that tell how far the work has come, in the page's order.
    pub polls: Vec<Poll>,
    /// The pages.
    pub sources: Vec<Source>,
    /// The tables: request first, then responses, each followed by the types it refers to.
    pub tables: Vec<Table>,
    /// The examples, requests first.
    pub examples: Vec<Example>,
    /// The status codes that the pages list.
    pub statuses: Vec<Status>,
}

impl Operation {
    /// The table of an id.
    pub fn table(&self, id: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    /// The tables of a role.
    pub fn tables_of(&self, role: Role) -> impl Iterator<Item = &Table> {
        self.tables.iter().filter(move |table| table.role == role)
    }

    /// The pages that document the operation: the sources without those that only lend tables.
    pub fn pages(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.of.is_none())
    }

    /// The name of the source that speaks in an `at`: for a page that only lends tables, the source that refers to it.
    pub fn speaker<'a>(&'a self, source: &'a str) -> &'a str {
        self.source(source).and_then(|source| source.of.as_deref()).unwrap_or(source)
    }

    /// The source of a name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// The media type of an example's body, where it is JSON of another type than the client sends: a call that takes bodies of several types
    /// is given in one of them, and the others tell nothing of it.
    pub fn other_media_type<'a>(&self, example: &'a Example) -> Option<&'a str> {
        let essence = |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let own = essence(self.media_type.as_deref().unwrap_or("application/json"));
        let sent = example.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let (_, sent) = sent.filter(|_| example.kind == ExampleKind::Request && example.body.is_some())?;
        let is_other = own.contains("json") && essence(sent).contains("json") && essence(sent) != own;
        is_other.then_some(sent)
    }

    /// The names of the placeholders in the path template, in order.
    pub fn placeholders(&self) -> Vec<&str> {
        placeholders(&self.path)
    }
}

/// The names of the placeholders in a path template, in order; one that stands twice has one value and is given once.
pub fn placeholders(path: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((name, tail)) = rest.split_once('{').and_then(|(_, tail)| tail.split_once('}')) {
        if !names.contains(&name) {
            names.push(name);
        }
        rest = tail;
    }
    names
}
