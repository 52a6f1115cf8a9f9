//! What the client makes of a field, as far as it matters for losing keys: a value that fits no declared type is kept whole as any JSON value,
//! so nothing below it is lost even where the tables declare less than the example shows.
//!
//! This follows the rule of code generation: the claims of all sources are joined, and what the examples show widens the type.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::kinds::is_nothing;
use crate::model::*;
use crate::types::{self, Shape};

/// Objects nested deeper than this in an example are not followed.
pub(super) const MAX_DEPTH: usize = 64;

/// What a field can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    /// Any JSON value.
    Json,
    /// A single value.
    Scalar,
    /// An object of a table.
    Object(usize),
    List(Box<Slot>),
    Map(Box<Slot>),
}

/// Rows by the indexes of their tables and of themselves.
type Addresses = Vec<(usize, usize)>;

/// The side of a call, with everything its examples show.
pub(super) struct Side<'a> {
    operation: &'a Operation,
    ids: BTreeMap<&'a str, usize>,
    /// The tables that describe the whole body.
    roots: Vec<usize>,
    /// The body is an array of what the tables describe; `None`: it is kept whole.
    array: Option<bool>,
    /// The values that the examples give each row.
    values: BTreeMap<(usize, usize), Vec<&'a Value>>,
    /// Slots by the rows that they were made from: an array of a thousand items asks a thousand times.
    slots: RefCell<BTreeMap<Addresses, Rc<Slot>>>,
}

/// A key that a table would have to declare to keep its value.
pub(super) struct Lost {
    pub(super) path: String,
    /// The path of the object that has the key.
    pub(super) parent: String,
    /// The first table of the object that has the key.
    pub(super) table: usize,
}

impl<'a> Side<'a> {
    /// `bodies` are the JSON bodies of all examples of the side.
    pub(super) fn new(operation: &'a Operation, roots: Vec<usize>, bodies: &[&'a Value]) -> Self {
        let ids = operation.tables.iter().enumerate().map(|(index, table)| (table.id.as_str(), index)).collect();
        let arrays: Vec<bool> =
            roots.iter().filter_map(|&index| operation.tables.get(index)).map(|table| table.array).collect();
        let array = arrays.first().copied().filter(|array| {
            let fits = |body: &&&Value| if *array { body.is_array() } else { body.is_object() } || body.is_null();
            arrays.iter().all(|other| other == array) && bodies.iter().all(|body| fits(&body))
        });
        let mut side = Side { operation, ids, roots, array, values: BTreeMap::new(), slots: RefCell::default() };
        if let Some(array) = side.array {
            let roots = side.roots.clone();
            for body in bodies {
                match body {
                    Value::Array(items) if array => items.iter().for_each(|item| side.gather(&roots, item, 0)),
                    body => side.gather(&roots, body, 0),
                }
            }
        }
        side
    }

    /// Whether a body of this side is decoded at all.
    pub(super) fn is_described(&self) -> bool {
        !self.roots.is_empty()
    }

    fn rows(&self, tables: &[usize], name: &str) -> Vec<(usize, usize, &'a Row)> {
        let mut out = Vec::new();
        for &index in tables {
            let rows = self.operation.tables.get(index).map_or(&[][..], |table| table.rows.as_slice());
            out.extend(
                rows.iter().enumerate().filter(|(_, row)| row.name == name).map(|(number, row)| (index, number, row)),
            );
        }
        out
    }

    fn gather(&mut self, tables: &[usize], value: &'a Value, depth: usize) {
        let Value::Object(members) = value else { return };
        if depth > MAX_DEPTH {
            return;
        }
        for (key, value) in members {
            for (table, number, row) in self.rows(tables, key) {
                self.values.entry((table, number)).or_default().push(value);
                let Some(&inner) = row.table.as_deref().and_then(|id| self.ids.get(id)) else { continue };
                let shape = shapes(row).into_iter().find(|shape| may_be(shape, value));
                if let Some(shape) = shape {
                    self.gather_inside(inner, &shape, value, depth + 1);
                }
            }
        }
    }

    fn gather_inside(&mut self, table: usize, shape: &Shape, value: &'a Value, depth: usize) {
        match (shape, value) {
            (Shape::Array(inner), Value::Array(items)) => {
                items.iter().for_each(|item| self.gather_inside(table, inner, item, depth));
            }
            (Shape::Map(inner), Value::Object(members)) => {
                members.values().for_each(|member| self.gather_inside(table, inner, member, depth));
            }
            (Shape::Object(_) | Shape::Any, value) => self.gather(&[table], value, depth),
            _ => {}
        }
    }

    fn slot(&self, rows: &[(usize, usize, &'a Row)]) -> Rc<Slot> {
        let key: Addresses = rows.iter().map(|(table, number, _)| (*table, *number)).collect();
        if let Some(known) = self.slots.borrow().get(&key) {
            return Rc::clone(known);
        }
        let slot = Rc::new(self.make_slot(rows));
        self.slots.borrow_mut().insert(key, Rc::clone(&slot));
        slot
    }

    fn make_slot(&self, rows: &[(usize, usize, &'a Row)]) -> Slot {
        let mut declared: Option<Slot> = None;
        for (.., row) in rows {
            let table =
                row.table.as_deref().and_then(|id| self.ids.get(id)).map_or(Slot::Json, |&table| Slot::Object(table));
            let shapes = shapes(row);
            let claims = if shapes.is_empty() {
                vec![table]
            } else {
                shapes.iter().map(|shape| of_shape(shape, &table)).collect()
            };
            for claim in claims {
                declared = Some(match declared {
                    Some(known) => join(known, claim),
                    None => claim,
                });
            }
        }
        let values = rows.iter().flat_map(|(table, number, _)| self.values.get(&(*table, *number)));
        values.flatten().fold(declared.unwrap_or(Slot::Json), |slot, value| widen(slot, value))
    }

    /// The keys of a body that decoding does not keep. `strict`: an empty value counts as one too, as it does for a caller who wants to send it.
    pub(super) fn lost(&self, body: &Value, strict: bool) -> Vec<Lost> {
        let mut out = Vec::new();
        let Some(array) = self.array else { return out };
        match body {
            Value::Array(items) if array => {
                items.iter().for_each(|item| self.lost_of(&self.roots, item, "", strict, 0, &mut out));
            }
            body => self.lost_of(&self.roots, body, "", strict, 0, &mut out),
        }
        out
    }

    fn lost_of(&self, tables: &[usize], value: &Value, path: &str, strict: bool, depth: usize, out: &mut Vec<Lost>) {
        let (Value::Object(members), Some(&table)) = (value, tables.first()) else { return };
        if depth > MAX_DEPTH {
            return;
        }
        for (key, value) in members {
            let parent = path;
            let path = join_path(path, key);
            let rows = self.rows(tables, key);
            if !rows.is_empty() {
                self.lost_inside(&self.slot(&rows), value, &path, strict, depth + 1, out);
            } else if !value.is_null() && (strict || !is_nothing(value)) {
                out.push(Lost { path, parent: parent.to_string(), table });
            }
        }
    }

    fn lost_inside(&self, slot: &Slot, value: &Value, path: &str, strict: bool, depth: usize, out: &mut Vec<Lost>) {
        match (slot, value) {
            (Slot::Object(table), value) => self.lost_of(&[*table], value, path, strict, depth, out),
            (Slot::List(inner), Value::Array(items)) => {
                items.iter().for_each(|item| self.lost_inside(inner, item, path, strict, depth, out));
            }
            (Slot::Map(inner), Value::Object(members)) => {
                for (key, member) in members {
                    self.lost_inside(inner, member, &join_path(path, key), strict, depth, out);
                }
            }
            _ => {}
        }
    }
}

/// The tables of a role whose rows describe a whole body.
pub(super) fn roots(operation: &Operation, of: impl Fn(&Table) -> bool) -> Vec<usize> {
    let tables = operation.tables.iter().enumerate();
    tables.filter(|(_, table)| !table.rows.is_empty() && of(table)).map(|(index, _)| index).collect()
}

pub(super) fn join_path(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

/// The shapes that the sources claim. An unknown word is any value.
fn shapes(row: &Row) -> Vec<Shape> {
    let words = row.kind.iter().flat_map(Claim::values);
    words
        .map(|(_, word)| match types::parse(word) {
            Some(word) if !word.bare || row.table.is_some() => word.shape,
            _ => Shape::Any,
        })
        .collect()
}

fn may_be(shape: &Shape, value: &Value) -> bool {
    match value {
        Value::Array(_) => matches!(shape, Shape::Array(_)),
        Value::Object(_) => matches!(shape, Shape::Object(_) | Shape::Map(_) | Shape::Any),
        _ => false,
    }
}

fn of_shape(shape: &Shape, table: &Slot) -> Slot {
    match shape {
        Shape::String | Shape::File | Shape::Integer32 | Shape::Integer64 | Shape::Float | Shape::Boolean => {
            Slot::Scalar
        }
        Shape::Object(_) | Shape::Any => table.clone(),
        Shape::Array(inner) => Slot::List(Box::new(of_shape(inner, table))),
        Shape::Map(inner) => Slot::Map(Box::new(of_shape(inner, table))),
        Shape::Null => Slot::Json,
    }
}

fn join(a: Slot, b: Slot) -> Slot {
    match (a, b) {
        (a, b) if a == b => a,
        (Slot::List(a), Slot::List(b)) => Slot::List(Box::new(join_inner(*a, *b))),
        (Slot::Map(a), Slot::Map(b)) => Slot::Map(Box::new(join_inner(*a, *b))),
        _ => Slot::Json,
    }
}

/// A bare "Array" says less than "Array of strings", not something else.
fn join_inner(a: Slot, b: Slot) -> Slot {
    match (a, b) {
        (Slot::Json, other) | (other, Slot::Json) => other,
        (a, b) => join(a, b),
    }
}

fn widen(slot: Slot, value: &Value) -> Slot {
    match (slot, value) {
        (slot, Value::Null) => slot,
        (slot, Value::String(text)) if text.trim().is_empty() => slot,
        (Slot::Scalar, Value::Bool(_) | Value::Number(_) | Value::String(_)) => Slot::Scalar,
        (Slot::List(inner), Value::Array(items)) => Slot::List(Box::new(items.iter().fold(*inner, widen))),
        (Slot::Map(inner), Value::Object(members)) => Slot::Map(Box::new(members.values().fold(*inner, widen))),
        (slot @ Slot::Object(_), Value::Object(_)) => slot,
        _ => Slot::Json,
    }
}
