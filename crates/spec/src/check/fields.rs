//! What a spec says about its own rows: fields that stay any JSON value, words that are in no vocabulary, parameters that no table has.

use std::collections::BTreeSet;

use super::Check;
use super::request_lines::query;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::types;

impl Check<'_> {
    pub(super) fn fields(&mut self) {
        let referred: BTreeSet<&str> =
            self.operation.tables.iter().flat_map(|table| &table.rows).filter_map(|row| row.table.as_deref()).collect();
        // A field that one of several tables describes names them all as its reason to be opaque.
        let reasons =
            self.operation.tables.iter().flat_map(|table| &table.rows).filter_map(|row| row.opaque.as_deref());
        let listed: BTreeSet<&str> =
            reasons.filter_map(|reason| reason.split_once(": ")).flat_map(|(_, ids)| ids.split(", ")).collect();
        for (index, table) in self.operation.tables.iter().enumerate() {
            if table.role == Role::Type && !referred.contains(table.id.as_str()) && !listed.contains(table.id.as_str())
            {
                let place = self.place(&table.at, self.spec.place_of_table(index));
                let caption = table.caption.as_ref().and_then(Claim::first).unwrap_or(&table.id);
                self.report(Diagnostic::new(
                    &codes::TABLE_UNREFERENCED,
                    place,
                    format!("no field refers to the table `{caption}`"),
                ));
            }
            for number in 0..table.rows.len() {
                self.opaque(index, number);
                self.derived(index, number);
            }
        }
    }

    fn opaque(&mut self, table: usize, number: usize) {
        let Some((owner, row)) = self.row(table, number) else { return };
        // A map has a table; its keys are what nobody can know.
        let Some(reason) = row.opaque.as_ref().filter(|_| row.map.is_none()) else { return };
        let unknown =
            row.kind.iter().flat_map(Claim::values).any(|(_, word)| types::parse(word).is_none_or(|word| word.bare));
        let code = if unknown { &codes::TYPE_UNKNOWN } else { &codes::FIELD_OPAQUE };
        let place = self.place(&row.at, self.spec.place_of_row(table, number));
        let word = row.kind.as_ref().and_then(Claim::first).map_or("no type", String::as_str);
        self.report(Diagnostic::new(
            code,
            place,
            format!("`{}` of table `{}` ({word}) stays any JSON value: {reason}", row.name, owner.id),
        ));
    }

    /// A row without a place stands in no table: it was made from the request line.
    fn derived(&mut self, table: usize, number: usize) {
        let Some((owner, row)) = self.row(table, number) else { return };
        let code = match owner.role {
            Role::Path => &codes::PATH_PARAMETER_UNDECLARED,
            Role::Query => &codes::QUERY_PARAMETER_UNDECLARED,
            _ => return,
        };
        // A spec that was written by hand has no places at all.
        if !row.at.is_empty() || self.operation.at.is_empty() {
            return;
        }
        let line = &self.operation.at;
        let (at, shown, of) = match self.examples_with(&row.name) {
            _ if owner.role == Role::Path => (line, format!("{{{}}}", row.name), "the path"),
            Some(example) => (&example.at, row.name.clone(), "an example"),
            None => (line, row.name.clone(), "the query string"),
        };
        let place = self.place(at, self.spec.place_of_row(table, number));
        let message = format!("no table describes `{shown}` of {of}; it was added as text");
        self.report(Diagnostic::new(code, place, message));
    }

    /// The first example that sends a query parameter.
    fn examples_with(&self, name: &str) -> Option<&Example> {
        let sends = |url: &String| query(url).iter().any(|(known, _)| known == name);
        self.operation.examples.iter().find(|example| example.url.as_ref().is_some_and(sends))
    }

    fn row(&self, table: usize, number: usize) -> Option<(&Table, &Row)> {
        let table = self.operation.tables.get(table)?;
        Some((table, table.rows.get(number)?))
    }
}
