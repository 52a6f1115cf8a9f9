//! What the examples show of each row, and what that does to the row's type.
//!
//! Pages that say "object" of an array are common, and their examples are right, so an array in every example makes an array of an object;
//! an array that an example shows as an object stays one, because there it is the example that left the brackets out. Rows without a type
//! word get that of their examples. Single values are left alone, because the services take numbers as text and text as numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tablature_spec::model::{Example, ExampleKind, Operation, Role, Row, Table};

use crate::types::Type;

/// Values nested deeper than this are not followed.
const MAX_DEPTH: usize = 64;

/// What the examples of an operation show, by table and row.
#[derive(Default)]
pub(crate) struct Evidence<'a> {
    rows: BTreeMap<&'a str, BTreeMap<&'a str, Shown>>,
}

/// The kinds of values that examples give one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    text: bool,
    boolean: bool,
    whole: bool,
    fraction: bool,
    array: bool,
    items: Option<Box<Shown>>,
    object: bool,
    keys: BTreeSet<String>,
}

impl Shown {
    fn add(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Null => {}
            Value::String(_) => self.text = true,
            Value::Bool(_) => self.boolean = true,
            Value::Number(number) if number.is_f64() => self.fraction = true,
            Value::Number(_) => self.whole = true,
            Value::Array(items) => {
                self.array = true;
                for item in items.iter().take_while(|_| depth < MAX_DEPTH) {
                    self.items.get_or_insert_default().add(item, depth + 1);
                }
            }
            Value::Object(members) => {
                self.object = true;
                self.keys.extend(members.keys().cloned());
            }
        }
    }

    fn single(&self) -> bool {
        self.text || self.boolean || self.whole || self.fraction
    }

    /// The type of what is shown, if it is of one kind.
    fn kind(&self) -> Option<Type> {
        let number = self.whole || self.fraction;
        match (self.text, self.boolean, number, self.array, self.object) {
            (true, false, false, false, false) => Some(Type::Text),
            (false, true, false, false, false) => Some(Type::Boolean),
            (false, false, true, false, false) => Some(if self.fraction { Type::Number } else { Type::Integer }),
            (false, false, false, false, true) => Some(Type::Object),
            (false, false, false, true, false) => {
                let item = self.items.as_ref().and_then(|items| items.kind());
                Some(Type::List(Box::new(item.unwrap_or(Type::Any))))
            }
            _ => None,
        }
    }
}

impl<'a> Evidence<'a> {
    /// Reads the bodies of an operation's examples along its tables.
    pub(crate) fn of(operation: &'a Operation) -> Self {
        let mut evidence = Evidence::default();
        let own = |example: &&Example| example.json && operation.other_media_type(example).is_none();
        for example in operation.examples.iter().filter(own) {
            let role = match example.kind {
                ExampleKind::Request => Role::Body,
                ExampleKind::Success => Role::Response,
                ExampleKind::Failure => continue,
            };
            let Some(Ok(body)) = example.body.as_deref().map(serde_json::from_str::<Value>) else { continue };
            let tables: Vec<&Table> = operation.tables_of(role).collect();
            match &body {
                Value::Array(items) => items.iter().for_each(|item| evidence.object(operation, &tables, item, 0)),
                body => evidence.object(operation, &tables, body, 0),
            }
        }
        evidence
    }

    fn object(&mut self, operation: &'a Operation, tables: &[&'a Table], value: &Value, depth: usize) {
        let Value::Object(members) = value else { return };
        for table in tables {
            for row in &table.rows {
                let Some(value) = members.get(&row.name) else { continue };
                self.rows.entry(&table.id).or_default().entry(&row.name).or_default().add(value, 0);
                if let Some(inner) = row.table.as_deref().and_then(|id| operation.table(id)) {
                    self.inside(operation, inner, value, depth + 1);
                }
            }
        }
    }

    /// Finds the objects that a table describes in the value of a row: the value itself, its items, or its members if it is a map.
    fn inside(&mut self, operation: &'a Operation, table: &'a Table, value: &Value, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.inside(operation, table, item, depth + 1)),
            Value::Object(members) if table.rows.iter().any(|row| members.contains_key(&row.name)) => {
                self.object(operation, &[table], value, depth);
            }
            Value::Object(members) => members.values().for_each(|item| self.inside(operation, table, item, depth + 1)),
            _ => {}
        }
    }

    fn shown(&self, rows: &[(&Table, &Row)]) -> Option<&Shown> {
        rows.iter().find_map(|(table, row)| self.rows.get(table.id.as_str())?.get(row.name.as_str()))
    }

    /// The type of rows without a type word.
    pub(crate) fn untyped(&self, rows: &[(&Table, &Row)]) -> Option<Type> {
        self.shown(rows)?.kind()
    }

    /// The declared type, with the containers that the examples show.
    pub(crate) fn refine(&self, operation: &Operation, rows: &[(&Table, &Row)], declared: &Type) -> Type {
        match self.shown(rows) {
            Some(shown) => refine(operation, declared, shown),
            None => declared.clone(),
        }
    }
}

fn refine(operation: &Operation, declared: &Type, shown: &Shown) -> Type {
    match declared {
        Type::List(item) => {
            let Some(items) = &shown.items else { return declared.clone() };
            let item = match &**item {
                Type::Any => items.kind().unwrap_or(Type::Any),
                item => refine(operation, item, items),
            };
            Type::List(Box::new(item))
        }
        Type::Object | Type::Table(_) if shown.array && !shown.single() => {
            let list = Type::List(Box::new(declared.clone()));
            if shown.object { Type::Union(vec![declared.clone(), list]) } else { list }
        }
        Type::Map(value) => match &**value {
            // The table describes the object itself, not the values of free keys.
            Type::Table(id) if !shown.keys.is_empty() && has_rows(operation, id, &shown.keys) => (**value).clone(),
            _ => declared.clone(),
        },
        declared => declared.clone(),
    }
}

fn has_rows(operation: &Operation, table: &str, keys: &BTreeSet<String>) -> bool {
    let Some(table) = operation.table(table) else { return false };
    keys.iter().all(|key| table.rows.iter().any(|row| row.name == *key))
}
