//! Bodies of examples against the tables that describe them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::kinds::{self, Fit};
use super::slots::{MAX_DEPTH, Side, join_path};
use super::{Check, Shown};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::types::{self, Shape};

impl<'a> Check<'a> {
    /// Reports what an example's body contradicts in the tables.
    pub(super) fn body(&mut self, shown: Shown<'a>, value: &Value) {
        let tables = self.root_tables(shown.example);
        let Some(first) = tables.first() else { return };
        let array = tables.iter().any(|table| table.array);
        match value {
            Value::Array(items) if array => items.iter().for_each(|item| self.object(shown, item, &tables, "", 0)),
            Value::Object(_) if !array => self.object(shown, value, &tables, "", 0),
            Value::Null => {}
            other => {
                let kind = shown.example.kind.name();
                let declared = if array { "an array" } else { "an object" };
                let message = format!(
                    "table `{}` describes {declared}, but the body of the {kind} example is {}",
                    first.id,
                    kinds::name(other)
                );
                let table = self.beside(&first.at, shown.example, self.spec.place_of("table"));
                self.report_shown(&codes::EXAMPLE_TYPE_DIFFERS, shown, message.clone(), false, |place| {
                    Diagnostic::new(&codes::EXAMPLE_TYPE_DIFFERS, place, message).related(table, "the table")
                });
                // What is inside may still be what the table describes.
                let items = other.as_array().map_or(std::slice::from_ref(other), Vec::as_slice);
                items.iter().for_each(|item| self.object(shown, item, &tables, "", 0));
            }
        }
    }

    /// A request line alone cannot be sent where the body has to hold something, unless one of the bodies that are sent shows that it need not.
    pub(super) fn no_body(&mut self, shown: Shown<'a>, sent: &[&Value]) {
        let tables = self.root_tables(shown.example);
        let [table] = tables.as_slice() else { return };
        // No page can show a file.
        if shown.example.kind != ExampleKind::Request || table.array || self.sends_bytes() {
            return;
        }
        let left_out = |row: &&Row| sent.iter().any(|body| body.is_object() && body.get(&row.name).is_none());
        let needed: Vec<&Row> = table.rows.iter().filter(|row| row.is_needed()).filter(|row| !left_out(row)).collect();
        let Some(first) = needed.first() else { return };
        let names: Vec<String> = needed.iter().map(|row| format!("`{}`", row.name)).collect();
        let message =
            format!("the request example has no body, but table `{}` calls {} mandatory", table.id, names.join(", "));
        let place = self.beside(&first.at, shown.example, self.spec.place_of("table"));
        self.report_shown(&codes::EXAMPLE_FIELD_MISSING, shown, message.clone(), true, |at| {
            Diagnostic::new(&codes::EXAMPLE_FIELD_MISSING, at, message).related(place, "the row")
        });
    }

    /// Marks an example whose keys the client would not keep. The keys were reported already, or are now.
    pub(super) fn lost(&mut self, shown: Shown<'a>, value: &Value, side: &Side<'_>) {
        for lost in side.lost(value, shown.example.kind == ExampleKind::Request) {
            let Some(table) = self.operation.tables.get(lost.table) else { continue };
            let whole = (codes::EXAMPLE_FIELD_UNDECLARED.id, all_of(shown.example, &lost.parent));
            if self.seen.contains_key(&whole) {
                self.undeclared(shown, table, whole.1, String::new(), true);
            } else {
                self.undeclared_field(shown, table, &lost.path, true);
            }
        }
    }

    fn root_tables(&self, example: &Example) -> Vec<&'a Table> {
        let of =
            |role: Role| self.operation.tables.iter().filter(move |table| table.role == role && !table.rows.is_empty());
        let fits = |table: &&Table| match (table.status, example.status) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        match example.kind {
            ExampleKind::Request => of(Role::Body).collect(),
            ExampleKind::Success => of(Role::Response).filter(fits).collect(),
            ExampleKind::Failure => of(Role::Error).filter(fits).chain(of(Role::Response).filter(fits)).collect(),
        }
    }

    fn object(&mut self, shown: Shown<'a>, value: &Value, tables: &[&'a Table], path: &str, depth: usize) {
        let Value::Object(members) = value else { return };
        let Some(first) = tables.first().filter(|_| depth <= MAX_DEPTH) else { return };
        let declares = |key: &String| tables.iter().any(|table| table.rows.iter().any(|row| row.name == *key));
        if shown.example.kind != ExampleKind::Failure && !members.is_empty() && !members.keys().any(declares) {
            self.undeclared_object(shown, first, members, path);
            return;
        }
        for (key, value) in members {
            let here = join_path(path, key);
            let row = tables.iter().find_map(|table| table.rows.iter().find(|row| row.name == *key));
            match row {
                Some(row) => self.value(shown, value, row, &here, depth),
                // Envelopes of errors are documented elsewhere, so their fields are no gap of this page.
                None if shown.example.kind == ExampleKind::Failure => {}
                None => self.undeclared_field(shown, first, &here, false),
            }
        }
        if shown.example.kind == ExampleKind::Request && tables.len() == 1 {
            self.missing_fields(shown, members, first, path);
        }
    }

    /// An object of which the table declares nothing is another object: one gap, not as many as it has keys.
    fn undeclared_object(&mut self, shown: Shown<'_>, table: &Table, members: &Map<String, Value>, path: &str) {
        let mut keys: Vec<String> =
            members.keys().take(MAX_KEYS).map(|key| format!("`{}`", join_path(path, key))).collect();
        if members.len() > MAX_KEYS {
            keys.push(format!("{} more", members.len() - MAX_KEYS));
        }
        let kind = shown.example.kind.name();
        let message = match keys.as_slice() {
            [one] => format!("the {kind} example has {one}, which table `{}` does not declare", table.id),
            keys => format!("the {kind} example has {}, none of which table `{}` declares", keys.join(", "), table.id),
        };
        self.undeclared(shown, table, all_of(shown.example, path), message, false);
    }

    fn undeclared_field(&mut self, shown: Shown<'_>, table: &Table, path: &str, blocks: bool) {
        let kind = shown.example.kind.name();
        let message = format!("the {kind} example has `{path}`, which table `{}` does not declare", table.id);
        self.undeclared(shown, table, format!("{kind} {path}"), message, blocks);
    }

    fn undeclared(&mut self, shown: Shown<'_>, table: &Table, what: String, message: String, blocks: bool) {
        let at = self.beside(&table.at, shown.example, self.spec.place_of("table"));
        self.report_shown(&codes::EXAMPLE_FIELD_UNDECLARED, shown, what, blocks, |place| {
            Diagnostic::new(&codes::EXAMPLE_FIELD_UNDECLARED, place, message).related(at, "the table")
        });
    }

    fn missing_fields(&mut self, shown: Shown<'_>, members: &Map<String, Value>, table: &Table, path: &str) {
        for row in &table.rows {
            // A row that only another page has says nothing about this page's example.
            let speaks = |at: &At| {
                let speaker = self.operation.speaker(&at.source);
                shown.example.at.iter().any(|at| self.operation.speaker(&at.source) == speaker)
            };
            let elsewhere = !row.at.is_empty() && !shown.example.at.is_empty() && !row.at.iter().any(speaks);
            if elsewhere || !row.is_needed() || members.contains_key(&row.name) {
                continue;
            }
            let at = join_path(path, &row.name);
            let message = format!("the request example lacks `{at}`, which table `{}` calls mandatory", table.id);
            let place = self.beside(&row.at, shown.example, self.spec.place_of("table"));
            self.report_shown(&codes::EXAMPLE_FIELD_MISSING, shown, message.clone(), false, |at| {
                Diagnostic::new(&codes::EXAMPLE_FIELD_MISSING, at, message).related(place, "the row")
            });
        }
    }

    fn value(&mut self, shown: Shown<'a>, value: &Value, row: &'a Row, path: &str, depth: usize) {
        match kinds::fit_of_row(value, row) {
            Some(Fit::Not) => self.other_kind(&codes::EXAMPLE_TYPE_DIFFERS, shown, value, row, path),
            Some(Fit::Loose) if !is_empty_text(value) => {
                self.other_kind(&codes::EXAMPLE_SCALAR_DIFFERS, shown, value, row, path);
            }
            _ => {}
        }
        let Some(table) = row.table.as_deref().and_then(|id| self.operation.table(id)) else { return };
        let mut words = row.kind.iter().flat_map(Claim::values);
        let map = words.any(|(_, word)| types::parse(word).is_some_and(|word| matches!(word.shape, Shape::Map(_))));
        self.inside(shown, value, table, path, depth, map);
    }

    /// Follows arrays of arrays and maps of arrays down to the objects.
    fn inside(&mut self, shown: Shown<'a>, value: &Value, table: &'a Table, path: &str, depth: usize, map: bool) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.inside(shown, item, table, path, depth, map)),
            Value::Object(entries) if map => {
                for (key, item) in entries {
                    self.inside(shown, item, table, &join_path(path, key), depth, false);
                }
            }
            other => self.object(shown, other, &[table], path, depth + 1),
        }
    }

    fn other_kind(&mut self, code: &'static codes::Code, shown: Shown<'_>, value: &Value, row: &Row, path: &str) {
        let words: BTreeSet<&String> = row.kind.iter().flat_map(Claim::values).map(|(_, word)| word).collect();
        let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
        let kind = shown.example.kind.name();
        let declared = format!("`{path}` is declared {}", words.join(" or "));
        let message = format!("{declared} but the {kind} example has {}", kinds::shown(value, row));
        let place = self.beside(&row.at, shown.example, self.spec.place_of("table"));
        // One finding for a field, whatever values the examples give it.
        self.report_shown(code, shown, format!("{declared} {kind}"), false, |at| {
            Diagnostic::new(code, at, message).related(place, "the row")
        });
    }
}

/// More keys are not listed.
const MAX_KEYS: usize = 5;

/// The name of the finding that an object has nothing that its table declares.
fn all_of(example: &Example, path: &str) -> String {
    format!("{} all of {path}", example.kind.name())
}

/// Whether every source that has the row says, without a condition, that it is needed.
fn is_empty_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}
