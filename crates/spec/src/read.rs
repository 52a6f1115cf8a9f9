//! A spec file to the model, with the places of its tables and rows.

use std::collections::BTreeSet;
use std::sync::Arc;

use toml::Spanned;

use crate::codes;
use crate::decode::{self, Decoder, Node};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::*;
use crate::plain;
use crate::{paging, types};

/// A spec file that was read: the operation, and where in the file its parts stand.
#[derive(Debug, Clone)]
pub struct SpecFile {
    /// The file's name as diagnostics give it.
    pub file: String,
    /// What it says; overrides are applied by `load`.
    pub operation: Operation,
    positions: Positions,
}

/// Both from 1.
pub(crate) type LineColumn = (u32, u32);

/// Where the parts of a spec stand in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Positions {
    /// The top-level keys that a spec may have.
    pub(crate) keys: Vec<(&'static str, LineColumn)>,
    pub(crate) tables: Vec<(LineColumn, Vec<LineColumn>)>,
    pub(crate) examples: Vec<LineColumn>,
}

impl SpecFile {
    /// A spec that was never in a file; its places name the file only.
    pub fn unplaced(file: impl Into<String>, operation: Operation) -> Self {
        SpecFile { file: file.into(), operation, positions: Positions::default() }
    }

    fn at(&self, position: Option<(u32, u32)>) -> Place {
        let (line, column) = position.unwrap_or_default();
        Place { file: Arc::from(self.file.as_str()), line, column }
    }

    /// The place of a top-level key, or the file where there is none.
    pub fn place_of(&self, key: &str) -> Place {
        self.at(self.positions.keys.iter().find(|(name, _)| *name == key).map(|(_, at)| *at))
    }

    /// The place of a table, by its index in the operation.
    pub fn place_of_table(&self, table: usize) -> Place {
        self.at(self.positions.tables.get(table).map(|(at, _)| *at))
    }

    /// The place of a row, by the indexes of its table and of itself.
    pub fn place_of_row(&self, table: usize, row: usize) -> Place {
        self.at(self.positions.tables.get(table).and_then(|(_, rows)| rows.get(row)).copied())
    }

    /// The place of an example, by its index.
    pub fn place_of_example(&self, example: usize) -> Place {
        self.at(self.positions.examples.get(example).copied())
    }
}

const OPERATION_KEYS: &[&str] = &[
    "name",
    "method",
    "path",
    "paths",
    "fixed_query",
    "alternates",
    "media_type",
    "title",
    "explorer",
    "deprecated",
    "asynchronous",
    "at",
    "poll",
    "source",
    "table",
    "example",
    "status",
];
const POLL_KEYS: &[&str] = &["operation", "at"];
const SOURCE_KEYS: &[&str] = &["name", "file", "page_id", "language", "format", "digest", "of"];
const TABLE_KEYS: &[&str] = &["id", "role", "status", "caption", "array", "scenario", "at", "rows"];
const ROW_KEYS: &[&str] = &[
    "name",
    "type",
    "mandatory",
    "condition",
    "table",
    "map",
    "opaque",
    "default",
    "values",
    "min",
    "max",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "pattern",
    "deprecated",
    "conditional",
    "counts",
    "states",
    "description",
    "at",
];
const EXAMPLE_KEYS: &[&str] =
    &["kind", "request", "headers", "status", "json", "repairs", "error_code", "error_message", "at", "body"];
const STATUS_KEYS: &[&str] = &["code", "at"];
pub(crate) const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Reads a spec file. The operation is there as far as it could be read; with an error it must not be used.
pub fn operation(file: &str, text: &str) -> (SpecFile, Vec<Diagnostic>) {
    let ((operation, positions), diagnostics) =
        plain::operation(text).map_or_else(|| carefully(file, text), |found| (found, Vec::new()));
    (SpecFile { file: file.to_string(), operation, positions }, diagnostics)
}

/// Reads a spec file in any form, with everything that is wrong with it.
pub(crate) fn carefully(file: &str, text: &str) -> ((Operation, Positions), Vec<Diagnostic>) {
    decode::file(file, text, "the spec", |decoder, root| {
        let mut positions = Positions::default();
        for name in OPERATION_KEYS {
            if let Some((key, _)) = root.table.get_key_value(*name) {
                positions.keys.push((name, decoder.lines.position(key.span().start)));
            }
        }
        let operation = root_table(decoder, root, &mut positions);
        (operation, positions)
    })
}

fn root_table(d: &mut Decoder<'_>, root: &Node<'_, '_>, positions: &mut Positions) -> Operation {
    d.known_keys(root, OPERATION_KEYS);
    let name = d.string(root, "name");
    let method = d.string(root, "method");
    let path = d.string(root, "path");
    let mut operation = Operation {
        name: d.required(root, "name", name).unwrap_or_default(),
        method: d.required(root, "method", method).unwrap_or_default(),
        path: d.required(root, "path", path).unwrap_or_default(),
        paths: d.text_claim(root, "paths"),
        fixed_query: pairs(d, root, "fixed_query", '='),
        alternates: d.strings(root, "alternates"),
        media_type: d.string(root, "media_type"),
        title: d.text_claim(root, "title"),
        explorer: d.text_claim(root, "explorer"),
        deprecated: d.boolean(root, "deprecated"),
        asynchronous: d.boolean(root, "asynchronous"),
        at: d.at(root),
        ..Operation::default()
    };
    for node in d.tables(root, "poll", "a poll") {
        d.known_keys(&node, POLL_KEYS);
        let name = d.string(&node, "operation");
        if let Some(name) = d.required(&node, "operation", name) {
            let at = d.at(&node);
            operation.polls.push(Poll { operation: name, page: String::new(), at });
        }
    }
    for node in d.tables(root, "source", "a source") {
        operation.sources.push(source(d, &node));
    }
    for node in d.tables(root, "table", "a table") {
        let mut rows = Vec::new();
        if let Some(table) = table(d, &node, &mut rows) {
            positions.tables.push((d.lines.position(node.span.start), rows));
            operation.tables.push(table);
        }
    }
    for node in d.tables(root, "example", "an example") {
        if let Some(example) = example(d, &node) {
            positions.examples.push(d.lines.position(node.span.start));
            operation.examples.push(example);
        }
    }
    for node in d.tables(root, "status", "a status") {
        d.known_keys(&node, STATUS_KEYS);
        let code = d.status(&node, "code");
        if let Some(code) = d.required(&node, "code", code) {
            let at = d.at(&node);
            operation.statuses.push(Status { code, at });
        }
    }
    order_claims(&mut operation);
    validate(d, root, &operation, positions);
    operation
}

fn pairs(d: &mut Decoder<'_>, node: &Node<'_, '_>, key: &str, separator: char) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for text in d.strings(node, key) {
        match text.split_once(separator) {
            Some((name, value)) => out.push((name.trim().to_string(), value.trim().to_string())),
            None => {
                let span = node.get(key).map_or(node.span.clone(), Spanned::span);
                d.refuse(&span, format!("`{key}` of {} must hold NAME{separator}VALUE, not `{text}`", node.what));
            }
        }
    }
    out
}

pub(crate) fn source(d: &mut Decoder<'_>, node: &Node<'_, '_>) -> Source {
    d.known_keys(node, SOURCE_KEYS);
    let mut text = |key: &str| {
        let value = d.string(node, key);
        d.required(node, key, value).unwrap_or_default()
    };
    Source {
        name: text("name"),
        file: text("file"),
        language: text("language"),
        format: text("format"),
        digest: text("digest"),
        page_id: d.string(node, "page_id"),
        of: d.string(node, "of"),
    }
}

fn table(d: &mut Decoder<'_>, node: &Node<'_, '_>, positions: &mut Vec<(u32, u32)>) -> Option<Table> {
    d.known_keys(node, TABLE_KEYS);
    let id = d.string(node, "id");
    let id = d.required(node, "id", id);
    let role = d.string(node, "role");
    let role = d.required(node, "role", role).and_then(|name| {
        let role = Role::from_name(&name);
        if role.is_none() {
            let known: Vec<_> = Role::ALL.iter().map(|(_, name)| *name).collect();
            let span = node.get("role").map_or(node.span.clone(), Spanned::span);
            d.refuse(&span, format!("`role` of a table is one of {}, not `{name}`", known.join(", ")));
        }
        role
    });
    let what = format!("a row of table `{}`", id.as_deref().unwrap_or("?"));
    let mut table = Table {
        id: id.unwrap_or_default(),
        role: role.unwrap_or(Role::Type),
        status: d.status(node, "status"),
        caption: d.text_claim(node, "caption"),
        array: d.boolean(node, "array"),
        scenario: d.string(node, "scenario"),
        rows: Vec::new(),
        at: d.at(node),
    };
    let mut seen = BTreeSet::new();
    for node in d.tables(node, "rows", &what) {
        if let Some(row) = row(d, &node) {
            positions.push(d.lines.position(node.span.start));
            if !seen.insert(row.name.clone()) {
                let message = format!("table `{}` has two rows called `{}`", table.id, row.name);
                d.report(Diagnostic::new(&codes::SPEC_ROW_REPEATED, d.place(&node.span), message));
            }
            table.rows.push(row);
        }
    }
    Some(table)
}

fn row(d: &mut Decoder<'_>, node: &Node<'_, '_>) -> Option<Row> {
    d.known_keys(node, ROW_KEYS);
    let name = d.string(node, "name");
    let name = d.required(node, "name", name)?;
    let node = &Node { what: format!("row `{name}`"), ..node.clone() };
    let boolean = |value: &toml::de::DeValue<'_>| value.as_bool();
    let row = Row {
        kind: d.text_claim(node, "type"),
        mandatory: d.claim(node, "mandatory", "true, false or a condition", |value| match value.as_bool() {
            Some(true) => Some(Mandatory::Yes),
            Some(false) => Some(Mandatory::No),
            None => value.as_str().map(|text| Mandatory::When(text.to_string())),
        }),
        condition: d.text_claim(node, "condition"),
        table: d.string(node, "table"),
        map: d.string(node, "map"),
        opaque: d.string(node, "opaque"),
        facts: Facts {
            default: d.claim(node, "default", "a literal", decode::literal),
            values: d.claim(node, "values", "an array of literals", decode::literals),
            min: d.claim(node, "min", "a number", decode::literal),
            max: d.claim(node, "max", "a number", decode::literal),
            min_length: d.claim(node, "min_length", "a number", decode::literal),
            max_length: d.claim(node, "max_length", "a number", decode::literal),
            min_items: d.claim(node, "min_items", "a number", decode::literal),
            max_items: d.claim(node, "max_items", "a number", decode::literal),
            pattern: d.text_claim(node, "pattern"),
            deprecated: d.claim(node, "deprecated", "true or false", boolean),
            conditional: d.claim(node, "conditional", "true or false", boolean),
            counts: d.claim(node, "counts", "`items` or `pages`", |value| {
                value.as_str().filter(|text| matches!(*text, paging::ITEMS | paging::PAGES)).map(str::to_string)
            }),
            states: d.claim(node, "states", "an array of literals", decode::literals),
        },
        description: d.text_claim(node, "description"),
        at: d.at(node),
        name,
    };
    if row.opaque.is_none() && row.table.is_none() {
        let claims = row.kind.iter().flat_map(Claim::values);
        for (_, word) in claims {
            if types::parse(word).is_none_or(|word| word.bare) {
                let span = node.get("type").map_or(node.span.clone(), Spanned::span);
                let message = format!("the type `{word}` of row `{}` is in no vocabulary", row.name);
                d.report(Diagnostic::new(&codes::SPEC_TYPE_UNKNOWN, d.place(&span), message));
            }
        }
    }
    Some(row)
}

fn example(d: &mut Decoder<'_>, node: &Node<'_, '_>) -> Option<Example> {
    d.known_keys(node, EXAMPLE_KEYS);
    let name = d.string(node, "kind");
    let name = d.required(node, "kind", name)?;
    let Some(kind) = ExampleKind::from_name(&name) else {
        let span = node.get("kind").map_or(node.span.clone(), Spanned::span);
        d.refuse(&span, format!("`kind` of an example is request, success or failure, not `{name}`"));
        return None;
    };
    let mut example = Example::new(kind);
    if let Some(line) = d.string(node, "request") {
        set_request(&mut example, line);
    }
    example.headers = pairs(d, node, "headers", ':');
    example.status = d.status(node, "status");
    example.body = d.string(node, "body");
    // Being JSON is the rule; the key is there only where it is not.
    example.json = example.body.is_some() && (node.get("json").is_none() || d.boolean(node, "json"));
    example.repairs = d.strings(node, "repairs");
    example.error_code = d.string(node, "error_code");
    example.error_message = d.string(node, "error_message");
    example.at = d.at(node);
    Some(example)
}

/// `GET /v1/jobs`, or a URL alone.
pub(crate) fn set_request(example: &mut Example, line: String) {
    match line.split_once(' ') {
        Some((method, url)) => {
            example.method = Some(method.to_string());
            example.url = Some(url.trim().to_string());
        }
        None => example.url = Some(line),
    }
}

/// TOML tables have no order; a contested claim has that of the operation's sources.
fn order_claims(operation: &mut Operation) {
    let order: Vec<String> = operation.sources.iter().map(|source| source.name.clone()).collect();
    fn sort<T>(order: &[String], claim: &mut Option<Claim<T>>) {
        if let Some(Claim::Contested(claims)) = claim {
            claims.sort_by_key(|(source, _)| order.iter().position(|name| name == source).unwrap_or(usize::MAX));
        }
    }
    sort(&order, &mut operation.paths);
    sort(&order, &mut operation.title);
    sort(&order, &mut operation.explorer);
    for table in &mut operation.tables {
        sort(&order, &mut table.caption);
        for row in &mut table.rows {
            sort(&order, &mut row.kind);
            sort(&order, &mut row.mandatory);
            sort(&order, &mut row.condition);
            sort(&order, &mut row.description);
            let facts = &mut row.facts;
            sort(&order, &mut facts.values);
            sort(&order, &mut facts.deprecated);
            sort(&order, &mut facts.conditional);
            sort(&order, &mut facts.states);
            for claim in [
                &mut facts.default,
                &mut facts.min,
                &mut facts.max,
                &mut facts.min_length,
                &mut facts.max_length,
                &mut facts.min_items,
                &mut facts.max_items,
                &mut facts.pattern,
                &mut facts.counts,
            ] {
                sort(&order, claim);
            }
        }
    }
}

/// What TOML cannot say about a spec: names, references, and the path against its table.
fn validate(d: &mut Decoder<'_>, root: &Node<'_, '_>, operation: &Operation, positions: &Positions) {
    let key = |name: &str| root.get(name).map_or(0..0, Spanned::span);
    if root.get("name").is_some() && !is_snake_case(&operation.name) {
        let message = format!("`{}` is not a snake_case name", operation.name);
        d.report(Diagnostic::new(&codes::SPEC_NAME_WRONG, d.place(&key("name")), message));
    }
    if root.get("method").is_some() && !METHODS.contains(&operation.method.as_str()) {
        d.refuse(&key("method"), format!("`method` is one of {}, not `{}`", METHODS.join(", "), operation.method));
    }
    if root.get("path").is_some()
        && let Err(problem) = check_path(&operation.path)
    {
        d.refuse(&key("path"), format!("`path` must be a path template such as /v1/{{project_id}}/jobs: {problem}"));
    }
    for (index, source) in operation.sources.iter().enumerate() {
        if operation.sources.iter().take(index).any(|other| other.name == source.name) {
            d.refuse(&key("source"), format!("two sources are called `{}`", source.name));
        }
        if let Some(of) = &source.of
            && operation.source(of).is_none_or(|owner| owner.of.is_some())
        {
            d.refuse(
                &key("source"),
                format!("`of` of the source `{}` names no page of the operation: `{of}`", source.name),
            );
        }
    }
    let place = |table: usize, row: Option<usize>| -> Place {
        let (line, column) = positions
            .tables
            .get(table)
            .and_then(|(at, rows)| match row {
                Some(row) => rows.get(row).copied(),
                None => Some(*at),
            })
            .unwrap_or_default();
        Place { file: d.file.clone(), line, column }
    };
    let mut found = Vec::new();
    let placeholders = operation.placeholders();
    let mut described = Vec::new();
    for (index, table) in operation.tables.iter().enumerate() {
        if operation.tables.iter().take(index).any(|other| other.id == table.id) {
            let message = format!("two tables have the id `{}`", table.id);
            found.push(Diagnostic::new(&codes::SPEC_TABLE_UNKNOWN, place(index, None), message));
        }
        for (number, row) in table.rows.iter().enumerate() {
            if let Some(id) = row.table.as_deref().filter(|id| operation.table(id).is_none()) {
                let message = format!("row `{}` refers to table `{id}`, which the spec does not have", row.name);
                found.push(Diagnostic::new(&codes::SPEC_TABLE_UNKNOWN, place(index, Some(number)), message));
            }
            if table.role == Role::Path {
                described.push(row.name.as_str());
                if !placeholders.contains(&row.name.as_str()) {
                    let message = format!("`{}` is in the path table but not in the path {}", row.name, operation.path);
                    found.push(
                        Diagnostic::new(&codes::SPEC_PATH_PARAMETER, place(index, Some(number)), message)
                            .help(format!("write {{{}}} into `path`, or remove the row", row.name)),
                    );
                }
            }
            for at in row.at.iter().filter(|at| operation.source(&at.source).is_none()) {
                let message =
                    format!("row `{}` names the source `{}`, which the spec does not have", row.name, at.source);
                found.push(Diagnostic::new(&codes::SPEC_VALUE_WRONG, place(index, Some(number)), message));
            }
        }
    }
    for name in &placeholders {
        if !described.contains(name) {
            let message = format!("the placeholder {{{name}}} of `path` has no row in a table of role path");
            found.push(
                Diagnostic::new(&codes::SPEC_PATH_PARAMETER, d.place(&key("path")), message).help(format!(
                    "add {{ name = \"{name}\", type = \"String\", mandatory = true }} to the path table"
                )),
            );
        }
    }
    d.diagnostics.extend(found);
}

/// Placeholders without a row and rows without a placeholder, and references to tables that do not exist: what an override can break.
pub(crate) fn inconsistencies(operation: &Operation) -> Vec<String> {
    let placeholders = operation.placeholders();
    let rows: Vec<&str> =
        operation.tables_of(Role::Path).flat_map(|table| &table.rows).map(|row| row.name.as_str()).collect();
    let missing = placeholders.iter().filter(|name| !rows.contains(name));
    let mut out: Vec<String> =
        missing.map(|name| format!("the placeholder {{{name}}} of the path has no row")).collect();
    let surplus = rows.iter().filter(|name| !placeholders.contains(name));
    out.extend(surplus.map(|name| format!("the path table has `{name}`, which is not in the path")));
    let tables: BTreeSet<&str> = operation.tables.iter().map(|table| table.id.as_str()).collect();
    for row in operation.tables.iter().flat_map(|table| &table.rows) {
        if let Some(id) = row.table.as_deref().filter(|id| !tables.contains(id)) {
            out.push(format!("row `{}` refers to table `{id}`, which the spec does not have", row.name));
        }
    }
    out
}

/// Lower-case letters, digits and underscores, a letter first.
pub fn is_snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= 300
}

/// Checks a path template: a leading slash, paired braces, no query, no blanks.
pub fn check_path(path: &str) -> Result<(), String> {
    if !path.starts_with('/') {
        return Err("it does not start with `/`".into());
    }
    if let Some(c) =
        path.chars().find(|c| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '"' | '<' | '>' | '\\'))
    {
        return Err(format!("it holds {c:?}"));
    }
    let mut open = false;
    for c in path.chars() {
        match c {
            '{' if open => return Err("a `{` stands inside braces".into()),
            '{' => open = true,
            '}' if !open => return Err("a `}` has no `{`".into()),
            '}' => open = false,
            '/' if open => return Err("a `/` stands inside braces".into()),
            _ => {}
        }
    }
    if open {
        return Err("a `{` has no `}`".into());
    }
    if path.contains("{}") {
        return Err("a placeholder has no name".into());
    }
    Ok(())
}
