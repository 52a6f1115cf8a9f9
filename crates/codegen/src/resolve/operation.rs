//! What is decided about one operation.

use std::collections::{BTreeMap, VecDeque};

use tablature_spec::body::{self, Format};
use tablature_spec::codes;
use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::headers;
use tablature_spec::model::{Claim, Operation as Spec, Role, Row};
use tablature_spec::read::SpecFile;
use tablature_spec::types::Shape;

use super::evidence::{self, Evidence, Lines};
use super::kinds::{self, EXAMPLE_DIFFERS, Place, SOURCES_DIFFER, Type};
use super::{Body, Field, Location, Operation, Parameter, Part, Side};
use crate::ident::{Names, Style, identifier};
use crate::json::Json;

/// Names of a call builder's and a request type's own functions, and of operators, which a setter must not look like.
const RESERVED_SETTERS: &[&str] = &[
    "add",
    "bitand",
    "bitor",
    "bitxor",
    "blocking",
    "call",
    "clone",
    "default",
    "div",
    "items",
    "mul",
    "new",
    "pages",
    "rem",
    "send",
    "send_raw",
    "send_stream",
    "shl",
    "shr",
    "sub",
    "wait",
    "wait_until",
];
/// Deeper types are refused. The compiler follows them by recursion when it finds out whether they are `Send`: a map in an option costs nine of
/// the 128 steps that it allows.
const MAX_DEPTH: usize = 12;

/// An operation whose types have no names yet and are its own.
pub(super) struct Draft<'a> {
    /// The operation; its types refer to the lists below.
    pub operation: Operation<'a>,
    /// The types, those that only hold the fields of a body among them.
    pub structs: Vec<DraftStruct<'a>>,
    /// The enums.
    pub enums: Vec<DraftEnum>,
}

/// A type of a draft.
pub(super) struct DraftStruct<'a> {
    /// Where its name comes from.
    pub label: Label,
    /// The side.
    pub side: Side,
    /// The fields.
    pub fields: Vec<Field<'a>>,
    /// The tables that describe it.
    pub tables: Vec<&'a str>,
}

/// Where the name of a type comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// It is a whole body of the operation, and has this name.
    Whole(String),
    /// A table that other tables refer to has this name.
    Table(String),
}

/// An enum of a draft.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DraftEnum {
    /// The table with the field as a type's name; empty for a parameter and for a field of a whole body.
    pub owner: String,
    /// The wire name of the field.
    pub field: String,
    /// Variants: Rust name and wire value.
    pub variants: Vec<(String, String)>,
}

pub(super) fn draft<'a>(
    spec: &'a SpecFile,
    method: String,
    builder: String,
    constant: String,
    diagnostics: &mut Vec<Diagnostic>,
) -> Draft<'a> {
    let mut work = Work {
        spec,
        operation: &spec.operation,
        prefix: builder.trim_end_matches('_').to_string(),
        structs: Vec::new(),
        enums: Vec::new(),
        diagnostics,
    };
    let operation = &spec.operation;
    let lines = evidence::lines(operation);
    let mut setters = Names::new(RESERVED_SETTERS);
    let path = work.path(&lines, &mut setters);
    let mut parameters = work.parameters(Role::Query, Location::Query, &lines, &mut setters);
    let (runtime_headers, headers) = work.headers(&lines, &mut setters);
    parameters.extend(headers);

    let body = work.body(&mut setters);
    let response_tables = evidence::response_tables(operation);
    let shown = evidence::bodies(operation, Side::Response);
    let (mut response, root) = work.root(&response_tables, &shown, Side::Response);
    if let Some(root) = root {
        let evidence = evidence::walk(operation, &shown, &response_tables, matches!(response, Type::List(_)));
        work.fill(root, &response_tables, Side::Response, &evidence, None);
    }
    let Work { mut structs, enums, .. } = work;
    let mut body = body;
    if boxes(&mut structs) > MAX_DEPTH {
        let message = format!("the types of this operation are nested more than {MAX_DEPTH} deep");
        let first = spec.operation.tables.iter().position(|table| table.role == Role::Type);
        let place = first.map_or_else(|| spec.place_of("name"), |table| spec.place_of_table(table));
        diagnostics.push(
            Diagnostic::new(&codes::GENERATE_UNSUPPORTED, place, message)
                .help("remove the `table` of a row in between, so that the client gives it as any JSON value"),
        );
        // What follows may walk the types by recursion.
        (structs, response, body) = (Vec::new(), Type::Json, Body::None);
    }
    let operation = Operation { spec, method, builder, constant, path, parameters, runtime_headers, body, response };
    Draft { operation, structs, enums }
}

/// The name of the setter of a body that is one value.
fn whole_name(setters: &mut Names) -> String {
    let wanted = if setters.is_free("body", Style::Snake) { "body" } else { "whole_body" };
    setters.take(wanted, Style::Snake)
}

struct Work<'a, 'w> {
    spec: &'a SpecFile,
    operation: &'a Spec,
    prefix: String,
    structs: Vec<DraftStruct<'a>>,
    enums: Vec<DraftEnum>,
    diagnostics: &'w mut Vec<Diagnostic>,
}

/// The rows of one wire name in several tables, with their addresses.
struct Merged<'a> {
    wire: &'a str,
    rows: Vec<(usize, usize, &'a Row)>,
    /// Every one of the tables has the row.
    everywhere: bool,
}

impl<'a> Work<'a, '_> {
    /// Rows of several tables by wire name, in the order in which the names first occur.
    fn merge(&self, tables: &[usize], same: fn(&str) -> String) -> Vec<Merged<'a>> {
        let mut out: Vec<Merged<'a>> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for &index in tables {
            let Some(table) = self.operation.tables.get(index) else { continue };
            for (number, row) in table.rows.iter().enumerate() {
                let at = *known.entry(same(&row.name)).or_insert_with(|| {
                    out.push(Merged { wire: &row.name, rows: Vec::new(), everywhere: false });
                    out.len() - 1
                });
                if let Some(merged) = out.get_mut(at)
                    && merged.rows.iter().all(|(table, ..)| *table != index)
                {
                    merged.rows.push((index, number, row));
                }
            }
        }
        for merged in &mut out {
            merged.everywhere = merged.rows.len() == tables.len();
        }
        out
    }

    fn body(&mut self, setters: &mut Names) -> Body<'a> {
        let operation = self.operation;
        let tables = evidence::body_tables(operation);
        match body::format(operation) {
            Format::Json => {}
            Format::Form(media_type) => return Body::Form(media_type, self.parts(&tables, setters)),
            Format::Bytes(media_type) => return Body::Bytes(whole_name(setters), media_type),
        }
        let shown = evidence::bodies(operation, Side::Request);
        let (kind, root) = self.root(&tables, &shown, Side::Request);
        let Some(root) = root else {
            return if kind == Type::Unit { Body::None } else { Body::Whole(whole_name(setters), kind) };
        };
        let is_list = matches!(kind, Type::List(_));
        let evidence = evidence::walk(operation, &shown, &tables, is_list);
        self.fill(root, &tables, Side::Request, &evidence, if is_list { None } else { Some(&mut *setters) });
        match self.structs.get_mut(root) {
            // A body that holds itself keeps its fields, because the type is needed too.
            Some(root) if !is_list => Body::Fields(root.fields.clone()),
            _ => Body::Whole(whole_name(setters), kind),
        }
    }

    /// The parts of a form.
    fn parts(&mut self, tables: &[usize], setters: &mut Names) -> Vec<Part<'a>> {
        let merged = self.merge(tables, str::to_string);
        let names = setter_names(setters, merged.iter().map(|row| row.wire), "body");
        let part = |(row, name): (Merged<'a>, String)| {
            let rows: Vec<&Row> = row.rows.iter().map(|(.., row)| *row).collect();
            Part {
                wire: row.wire,
                name,
                file: rows.iter().any(|row| body::is_file(row)),
                mandatory: row.everywhere && rows.iter().all(|row| row.is_needed()),
                rows,
            }
        };
        merged.into_iter().zip(names).map(part).collect()
    }

    fn tables_of(&self, role: Role) -> Vec<usize> {
        let tables = self.operation.tables.iter().enumerate();
        tables.filter(|(_, table)| table.role == role && !table.rows.is_empty()).map(|(index, _)| index).collect()
    }

    fn path(&mut self, lines: &Lines, setters: &mut Names) -> Vec<Parameter<'a>> {
        let rows = self.merge(&self.tables_of(Role::Path), str::to_string);
        let mut wires: Vec<&'a str> = Vec::new();
        for name in self.operation.placeholders() {
            if name != "project_id" && !wires.contains(&name) {
                wires.push(name);
            }
        }
        let names = crate::ident::assign(setters, wires.iter().copied(), Style::Snake);
        let mut out = Vec::new();
        for (wire, name) in wires.into_iter().zip(names) {
            let rows: Vec<_> =
                rows.iter().filter(|merged| merged.wire == wire).flat_map(|merged| &merged.rows).copied().collect();
            let shown = lines.path(wire);
            let mut kind = self.parameter_kind(wire, &rows, shown);
            if !kind.is_scalar() {
                kind = Type::Text;
            }
            let rows = rows.into_iter().map(|(.., row)| row).collect();
            let sample = shown.first().cloned();
            out.push(Parameter { location: Location::Path, wire, name, kind, rows, mandatory: true, sample });
        }
        out
    }

    fn parameters(&mut self, role: Role, location: Location, lines: &Lines, setters: &mut Names) -> Vec<Parameter<'a>> {
        let same = if location == Location::Header { str::to_ascii_lowercase } else { str::to_string };
        let mut merged = self.merge(&self.tables_of(role), same);
        if location == Location::Query {
            merged.retain(|row| self.operation.fixed_query.iter().all(|(name, _)| name != row.wire));
        } else {
            merged.retain(|row| !headers::is_own(self.operation, row.wire));
            merged.retain(|row| self.header_name(row));
        }
        let names = setter_names(setters, merged.iter().map(|row| row.wire), location.word());
        let mut out = Vec::new();
        for (row, name) in merged.into_iter().zip(names) {
            let shown = if location == Location::Query { lines.query(row.wire) } else { &[] };
            let kind = self.parameter_kind(row.wire, &row.rows, shown);
            let left_out = location == Location::Query && lines.leaves_out(row.wire);
            let mandatory = row.everywhere && !left_out && row.rows.iter().all(|(.., row)| row.is_needed());
            let rows = row.rows.into_iter().map(|(.., row)| row).collect();
            out.push(Parameter {
                location,
                wire: row.wire,
                name,
                kind,
                rows,
                mandatory,
                sample: shown.first().cloned(),
            });
        }
        out
    }

    fn headers(&mut self, lines: &Lines, setters: &mut Names) -> (Vec<&'a str>, Vec<Parameter<'a>>) {
        let all = self.merge(&self.tables_of(Role::Header), str::to_ascii_lowercase);
        let runtime = all.iter().filter(|row| headers::is_own(self.operation, row.wire)).map(|row| row.wire).collect();
        (runtime, self.parameters(Role::Header, Location::Header, lines, setters))
    }

    /// Whether HTTP allows the name of a header; reported if it does not.
    fn header_name(&mut self, merged: &Merged<'_>) -> bool {
        let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if !merged.wire.is_empty() && merged.wire.chars().all(token) {
            return true;
        }
        let (table, row) = merged.rows.first().map_or((0, 0), |(table, row, _)| (*table, *row));
        let message = format!("`{}` cannot be the name of an HTTP header", merged.wire);
        self.diagnostics.push(
            Diagnostic::new(&codes::GENERATE_UNSUPPORTED, self.spec.place_of_row(table, row), message)
                .help("mend the name of the row with an override"),
        );
        false
    }

    /// A parameter is a single value or a list of single values; whatever else the page says, the caller gives text.
    fn parameter_kind(&mut self, wire: &str, rows: &[(usize, usize, &'a Row)], shown: &[String]) -> Type {
        let kinds =
            rows.iter().flat_map(|(.., row)| kinds::shapes(row)).map(|shape| match kinds::of_shape(&shape, None) {
                Type::List(inner) if inner.is_scalar() => Type::List(inner),
                Type::List(_) => Type::List(Box::new(Type::Text)),
                kind if kind.is_scalar() => kind,
                _ => Type::Text,
            });
        let kind = kinds.reduce(|a, b| kinds::join(a, b, Place::Parameter)).unwrap_or(Type::Text);
        let kind = match kind {
            Type::List(inner) => Type::List(inner),
            kind => shown.iter().fold(kind, |kind, text| kinds::widen(kind, &Json::Text(text.clone()))),
        };
        let rows: Vec<&Row> = rows.iter().map(|(.., row)| *row).collect();
        self.with_values(kind, wire, "", &rows)
    }

    /// The type of a whole body and, if tables describe it, its struct, which is still without fields.
    fn root(&mut self, tables: &[usize], shown: &[Json], side: Side) -> (Type, Option<usize>) {
        let tables: Vec<usize> = tables
            .iter()
            .copied()
            .filter(|&index| self.operation.tables.get(index).is_some_and(|table| !table.rows.is_empty()))
            .collect();
        let array = |index: &usize| self.operation.tables.get(*index).is_some_and(|table| table.array);
        let Some(first) = tables.first() else {
            return (if shown.is_empty() { Type::Unit } else { Type::Json }, None);
        };
        let is_array = array(first);
        let fits =
            |body: &Json| if is_array { matches!(body, Json::Array(_)) } else { matches!(body, Json::Object(_)) };
        if tables.iter().any(|index| array(index) != is_array)
            || !shown.iter().all(|body| fits(body) || *body == Json::Null)
        {
            return (Type::Json, None);
        }
        let suffix = match (side, is_array) {
            (Side::Request, false) => "Body",
            (Side::Request, true) => "BodyItem",
            (Side::Response, false) => "Response",
            (Side::Response, true) => "ResponseItem",
        };
        let root = self.open(Label::Whole(format!("{}{suffix}", self.prefix)), side, &tables);
        let kind = Type::Struct(root);
        (if is_array { Type::List(Box::new(kind)) } else { kind }, Some(root))
    }

    /// A new struct without fields.
    fn open(&mut self, label: Label, side: Side, tables: &[usize]) -> usize {
        let tables = tables.iter().filter_map(|&index| self.operation.tables.get(index));
        let tables = tables.map(|table| table.id.as_str()).collect();
        self.structs.push(DraftStruct { label, side, fields: Vec::new(), tables });
        self.structs.len() - 1
    }

    /// Gives a root struct and all that hang on it their fields.
    fn fill(
        &mut self,
        root: usize,
        tables: &[usize],
        side: Side,
        evidence: &Evidence<'_>,
        mut setters: Option<&mut Names>,
    ) {
        let ids: BTreeMap<&str, usize> =
            self.operation.tables.iter().enumerate().map(|(index, table)| (table.id.as_str(), index)).collect();
        let mut known: BTreeMap<usize, usize> = BTreeMap::new();
        if let (Side::Response, [only]) = (side, tables) {
            known.insert(*only, root);
        }
        let mut queue = VecDeque::from([(root, tables.to_vec())]);
        while let Some((target, tables)) = queue.pop_front() {
            let merged = self.merge(&tables, str::to_string);
            let names = match setters.take() {
                Some(setters) => setter_names(setters, merged.iter().map(|row| row.wire), "body"),
                None => {
                    let mut own = Names::new(if side == Side::Request { RESERVED_SETTERS } else { &[] });
                    crate::ident::assign(&mut own, merged.iter().map(|row| row.wire), Style::Snake)
                }
            };
            let owner = tables
                .first()
                .and_then(|&index| self.operation.tables.get(index))
                .filter(|table| table.role == Role::Type);
            let owner = owner.map_or_else(String::new, |table| identifier(&table.id, Style::Pascal));
            let mut fields = Vec::new();
            for (row, name) in merged.into_iter().zip(names) {
                let (kind, widened) = self.field_kind(&row, side, &ids, evidence);
                let kind = bind(kind, &mut |table| {
                    *known.entry(table).or_insert_with(|| {
                        let id = self.operation.tables.get(table).map_or("", |table| table.id.as_str());
                        let index = self.open(Label::Table(identifier(id, Style::Pascal)), side, &[table]);
                        queue.push_back((index, vec![table]));
                        index
                    })
                });
                let rows: Vec<&Row> = row.rows.iter().map(|(.., row)| *row).collect();
                let kind = self.with_values(kind, row.wire, &owner, &rows);
                let claimed = side == Side::Request && row.everywhere && rows.iter().all(|row| row.is_needed());
                let left_out =
                    claimed && row.rows.iter().any(|(table, number, _)| evidence.leaves_out(*table, *number));
                fields.push(Field {
                    wire: row.wire,
                    name,
                    kind,
                    boxed: false,
                    mandatory: claimed && !left_out,
                    rows,
                    widened,
                    left_out,
                });
            }
            if let Some(target) = self.structs.get_mut(target) {
                target.fields = fields;
            }
        }
    }

    /// The type of a field, in which a struct is still the number of its table, and why it is wider than declared.
    fn field_kind(
        &self,
        merged: &Merged<'_>,
        side: Side,
        ids: &BTreeMap<&str, usize>,
        evidence: &Evidence<'_>,
    ) -> (Type, Option<&'static str>) {
        let place = if side == Side::Request { Place::Request } else { Place::Response };
        let mut all: Vec<Type> = Vec::new();
        let mut shapes: Vec<Shape> = Vec::new();
        for (.., row) in &merged.rows {
            let table = row.table.as_deref().and_then(|id| ids.get(id)).map(|&table| Type::Struct(table));
            let claims = kinds::shapes(row);
            if claims.is_empty() {
                all.push(table.clone().unwrap_or(Type::Json));
            }
            for shape in claims {
                all.push(kinds::of_shape(&shape, table.as_ref()));
                shapes.push(shape);
            }
        }
        let differ = shapes.iter().any(|a| shapes.iter().any(|b| !a.agrees_with(b)));
        let declared = all.into_iter().reduce(|a, b| kinds::join(a, b, place)).unwrap_or(Type::Json);
        let shown = merged.rows.iter().flat_map(|(table, number, _)| evidence.values(*table, *number));
        let mut kind = shown.clone().fold(declared.clone(), kinds::widen_by);
        // A mandatory field that is null in an example must go out as null, which only any value can say.
        if side == Side::Request
            && merged.rows.iter().any(|(.., row)| row.is_needed())
            && shown.clone().any(|value| **value == Json::Null)
        {
            kind = Type::Json;
        }
        let why = if kind != declared { Some(EXAMPLE_DIFFERS) } else { differ.then_some(SOURCES_DIFFER) };
        (kind, why)
    }

    /// Text whose values the pages list is an enum.
    fn with_values(&mut self, kind: Type, wire: &str, owner: &str, rows: &[&Row]) -> Type {
        let only_text = rows.iter().all(|row| kinds::shapes(row).iter().all(|shape| *shape == Shape::String));
        if kind != Type::Text || !only_text {
            return kind;
        }
        let mut values: Vec<String> = Vec::new();
        for list in rows.iter().filter_map(|row| row.facts.values.as_ref()).flat_map(Claim::values) {
            for value in list.1 {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        if values.is_empty() {
            return kind;
        }
        let mut names = Names::new(&["Unknown"]);
        let variants = crate::ident::assign(&mut names, values.iter().map(String::as_str), Style::Pascal);
        let variants: Vec<(String, String)> = variants.into_iter().zip(values).collect();
        let wanted = DraftEnum { owner: owner.to_string(), field: wire.to_string(), variants };
        let index = self.enums.iter().position(|known| *known == wanted).unwrap_or(self.enums.len());
        if index == self.enums.len() {
            self.enums.push(wanted);
        }
        Type::Enum(index)
    }
}

/// Setter names of one location: what an earlier location has gets the location in front.
fn setter_names<'a>(setters: &mut Names, wires: impl Iterator<Item = &'a str>, location: &str) -> Vec<String> {
    let wires: Vec<String> = wires
        .map(|wire| {
            let wanted = identifier(wire, Style::Snake);
            if setters.is_free(&wanted, Style::Snake) { wire.to_string() } else { format!("{location}_{wanted}") }
        })
        .collect();
    crate::ident::assign(setters, wires.iter().map(String::as_str), Style::Snake)
}

/// Replaces the numbers of tables by those of structs.
fn bind(kind: Type, of_table: &mut impl FnMut(usize) -> usize) -> Type {
    match kind {
        Type::Struct(table) => Type::Struct(of_table(table)),
        Type::List(inner) => Type::List(Box::new(bind(*inner, of_table))),
        Type::Map(inner) => Type::Map(Box::new(bind(*inner, of_table))),
        other => other,
    }
}

/// Boxes every field that closes a circle of structs, in the order of a depth-first walk, and gives the depth of the nesting.
fn boxes(structs: &mut [DraftStruct<'_>]) -> usize {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut state = vec![State::New; structs.len()];
    // How deep the structs below each struct go, itself included.
    let mut height = vec![1usize; structs.len()];
    for start in 0..structs.len() {
        let mut stack = vec![(start, 0usize)];
        while let Some((at, next)) = stack.pop() {
            match state.get(at) {
                Some(State::New) => set(&mut state, at, State::Open),
                Some(State::Open) => {}
                _ => continue,
            }
            let Some(field) = structs.get_mut(at).and_then(|item| item.fields.get_mut(next)) else {
                set(&mut state, at, State::Done);
                continue;
            };
            let Type::Struct(target) = *field.kind.innermost() else {
                stack.push((at, next + 1));
                continue;
            };
            match state.get(target) {
                // The field is looked at again when its struct is done.
                Some(State::New) => stack.extend([(at, next), (target, 0)]),
                Some(State::Open) => {
                    field.boxed = matches!(field.kind, Type::Struct(_));
                    stack.push((at, next + 1));
                }
                _ => {
                    let below = height.get(target).copied().unwrap_or_default() + 1;
                    let own = height.get(at).copied().unwrap_or_default().max(below);
                    set(&mut height, at, own);
                    stack.push((at, next + 1));
                }
            }
        }
    }
    height.into_iter().max().unwrap_or_default()
}

fn set<T>(values: &mut [T], at: usize, value: T) {
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
}
