//! What the examples show: the values of each row, and the rows that a request leaves out.

use std::collections::{BTreeMap, BTreeSet};

use tablature_spec::model::{ExampleKind, Operation, Role, Table};
use tablature_spec::types::Shape;

use super::Side;
use super::kinds;
use crate::json::{self, Json};

/// What the examples of one side show.
#[derive(Default)]
pub(super) struct Evidence<'a> {
    /// Values by table and row.
    values: BTreeMap<(usize, usize), Vec<&'a Json>>,
    /// Rows that an object of an example does not have.
    left_out: BTreeSet<(usize, usize)>,
}

impl<'a> Evidence<'a> {
    /// The values that examples give a row.
    pub(super) fn values(&self, table: usize, row: usize) -> &[&'a Json] {
        self.values.get(&(table, row)).map_or(&[], Vec::as_slice)
    }

    /// Whether an example has the object, but not this row.
    pub(super) fn leaves_out(&self, table: usize, row: usize) -> bool {
        self.left_out.contains(&(table, row))
    }
}

/// The JSON bodies of the examples of one side, as the client sends or takes them.
pub(super) fn bodies(operation: &Operation, side: Side) -> Vec<Json> {
    let kind = if side == Side::Request { ExampleKind::Request } else { ExampleKind::Success };
    let examples = operation.examples.iter().filter(|example| example.kind == kind && example.json);
    let examples = examples.filter(|example| operation.other_media_type(example).is_none());
    examples.filter_map(|example| example.body.as_deref().and_then(json::parse)).collect()
}

/// Walks bodies along the tables, from the tables that describe the whole body.
pub(super) fn walk<'a>(operation: &Operation, bodies: &'a [Json], roots: &[usize], array: bool) -> Evidence<'a> {
    let mut evidence = Evidence::default();
    let ids: BTreeMap<&str, usize> =
        operation.tables.iter().enumerate().map(|(index, table)| (table.id.as_str(), index)).collect();
    for body in bodies {
        match body {
            Json::Object(members) if !array => evidence.object(operation, &ids, roots, members),
            Json::Array(items) if array => {
                for item in items {
                    if let Json::Object(members) = item {
                        evidence.object(operation, &ids, roots, members);
                    }
                }
            }
            _ => {}
        }
    }
    evidence
}

impl<'a> Evidence<'a> {
    /// Holds an object against the tables that describe it together. The depth is that of the JSON text, which is bounded.
    fn object(
        &mut self,
        operation: &Operation,
        ids: &BTreeMap<&str, usize>,
        tables: &[usize],
        members: &'a [(String, Json)],
    ) {
        let members: BTreeMap<&str, &'a Json> = members.iter().map(|(key, value)| (key.as_str(), value)).collect();
        for &index in tables {
            let Some(table) = operation.tables.get(index) else { continue };
            for (number, row) in table.rows.iter().enumerate() {
                let Some(&value) = members.get(row.name.as_str()) else {
                    self.left_out.insert((index, number));
                    continue;
                };
                self.values.entry((index, number)).or_default().push(value);
                let Some(&inner) = row.table.as_deref().and_then(|id| ids.get(id)) else { continue };
                // The first shape that the value can have says where the objects of the table lie in it.
                if let Some(shape) = kinds::shapes(row).iter().find(|shape| may_be(shape, value)) {
                    self.inside(operation, ids, inner, shape, value);
                }
            }
        }
    }

    fn inside(
        &mut self,
        operation: &Operation,
        ids: &BTreeMap<&str, usize>,
        table: usize,
        shape: &Shape,
        value: &'a Json,
    ) {
        match (shape, value) {
            (Shape::Array(inner), Json::Array(items)) => {
                for item in items {
                    self.inside(operation, ids, table, inner, item);
                }
            }
            (Shape::Map(inner), Json::Object(members)) => {
                for (_, member) in members {
                    self.inside(operation, ids, table, inner, member);
                }
            }
            (Shape::Object(_) | Shape::Any, Json::Object(members)) => self.object(operation, ids, &[table], members),
            _ => {}
        }
    }
}

fn may_be(shape: &Shape, value: &Json) -> bool {
    match value {
        Json::Array(_) => matches!(shape, Shape::Array(_)),
        Json::Object(_) => matches!(shape, Shape::Object(_) | Shape::Map(_) | Shape::Any),
        _ => false,
    }
}

/// What the request lines of the examples show of the path ids and the query.
#[derive(Default)]
pub(super) struct Lines {
    /// Values of placeholders, and of query parameters.
    values: BTreeMap<(bool, String), Vec<String>>,
    /// The query parameters of each example whose request line fits the path.
    queries: Vec<BTreeSet<String>>,
}

impl Lines {
    /// Literal values of a placeholder.
    pub(super) fn path(&self, name: &str) -> &[String] {
        self.values.get(&(true, name.to_string())).map_or(&[], Vec::as_slice)
    }

    /// Literal values of a query parameter.
    pub(super) fn query(&self, name: &str) -> &[String] {
        self.values.get(&(false, name.to_string())).map_or(&[], Vec::as_slice)
    }

    /// Whether an example that calls this operation has no such query parameter.
    pub(super) fn leaves_out(&self, name: &str) -> bool {
        self.queries.iter().any(|query| !query.contains(name))
    }
}

/// Reads the request lines of the examples.
pub(super) fn lines(operation: &Operation) -> Lines {
    let mut lines = Lines::default();
    let template: Vec<&str> = operation.path.trim_matches('/').split('/').collect();
    for example in operation.examples.iter().filter(|example| example.kind == ExampleKind::Request) {
        let Some(url) = &example.url else { continue };
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        let path = match path.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
            None => path,
        };
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        if segments.len() != template.len() {
            continue;
        }
        let mut found = Vec::new();
        let fits = segments.iter().zip(&template).all(|(segment, part)| {
            match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
                Some(name) => {
                    found.push((true, name, *segment));
                    true
                }
                None => part.contains('{') || part == segment,
            }
        });
        if !fits {
            continue;
        }
        let mut names = BTreeSet::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            names.insert(name.to_string());
            found.push((false, name, value));
        }
        lines.queries.push(names);
        for (is_path, name, value) in found {
            if !value.is_empty() && !value.contains(['{', '}', '$', '<', '%']) {
                lines.values.entry((is_path, name.to_string())).or_default().push(value.to_string());
            }
        }
    }
    lines
}

/// The tables of the success response: those for no status or a good one.
pub(super) fn response_tables(operation: &Operation) -> Vec<usize> {
    let good =
        |table: &Table| table.role == Role::Response && table.status.is_none_or(|status| (200..300).contains(&status));
    operation.tables.iter().enumerate().filter(|(_, table)| good(table)).map(|(index, _)| index).collect()
}

/// The tables of the request body.
pub(super) fn body_tables(operation: &Operation) -> Vec<usize> {
    let tables = operation.tables.iter().enumerate();
    tables.filter(|(_, table)| table.role == Role::Body && !table.rows.is_empty()).map(|(index, _)| index).collect()
}
