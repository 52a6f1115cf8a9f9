//! The figures of a service: what its specs hold, and how many findings of each kind there are.

use std::collections::BTreeMap;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Severity};
use tablature_spec::model::{Claim, Operation, Row};
use tablature_spec::types;

use crate::report::align;
use crate::service_facts::Counts;

/// The figures of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The service.
    pub service: String,
    /// Pages read.
    pub pages: usize,
    /// Operations in specs.
    pub operations: usize,
    /// Rows in specs, each source's row counted.
    pub rows: usize,
    /// Fields that are objects, or arrays or maps of them.
    pub object_fields: usize,
    /// Those of them that a table of the spec describes.
    pub with_table: usize,
    /// Examples in specs, each source's example counted.
    pub examples: usize,
    /// Bodies of examples.
    pub bodies: usize,
    /// Those of them that are JSON.
    pub json_bodies: usize,
    /// Contradictions.
    pub conflicts: usize,
    /// Contradictions by the id of their code.
    pub by_code: BTreeMap<&'static str, usize>,
    /// Warnings, contradictions left out.
    pub warnings: usize,
    /// Errors.
    pub errors: usize,
    /// What is said about the service as a whole.
    pub facts: Counts,
}

impl Figures {
    /// Counts what specs hold.
    pub fn of<'a>(service: &str, pages: usize, operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        let mut figures = Figures { service: service.to_string(), pages, ..Figures::default() };
        for operation in operations {
            figures.operations += 1;
            for row in operation.tables.iter().flat_map(|table| &table.rows) {
                figures.rows += row.at.len();
                let described = row.table.is_some() || row.map.is_some();
                figures.with_table += usize::from(described);
                figures.object_fields += usize::from(described || is_object(row));
            }
            for example in &operation.examples {
                figures.examples += example.at.len();
                figures.bodies += if example.body.is_some() { example.at.len() } else { 0 };
                figures.json_bodies += if example.json { example.at.len() } else { 0 };
            }
        }
        figures
    }

    /// Counts diagnostics.
    pub fn count(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match diagnostic.severity() {
                Severity::Error => self.errors += 1,
                _ if diagnostic.code.is_contradiction() => {
                    self.conflicts += 1;
                    *self.by_code.entry(diagnostic.code.id).or_default() += 1;
                }
                Severity::Warning => self.warnings += 1,
                Severity::Note => {}
            }
        }
    }
}

fn is_object(row: &Row) -> bool {
    row.kind
        .iter()
        .flat_map(Claim::values)
        .any(|(_, word)| types::parse(word).is_some_and(|word| word.shape.is_objectish()))
}

/// A row for each service, and under it, where there are contradictions, a row for each kind of them.
pub fn table(figures: &[Figures]) -> String {
    let heads = [
        "service",
        "pages",
        "operations",
        "rows",
        "object fields",
        "with table",
        "examples",
        "bodies",
        "json",
        "conflicts",
        "warnings",
        "errors",
    ];
    let mut rows = vec![heads.map(String::from).to_vec()];
    rows.extend(figures.iter().map(|f| {
        let numbers = [
            f.pages,
            f.operations,
            f.rows,
            f.object_fields,
            f.with_table,
            f.examples,
            f.bodies,
            f.json_bodies,
            f.conflicts,
            f.warnings,
            f.errors,
        ];
        std::iter::once(f.service.clone()).chain(numbers.map(|n| n.to_string())).collect()
    }));
    let mut out = align(&rows);
    let mut kinds = vec![
        std::iter::once("conflicts".to_string()).chain(figures.iter().map(|f| f.service.clone())).collect::<Vec<_>>(),
    ];
    for code in codes::CONTRADICTIONS {
        let counts: Vec<usize> = figures.iter().map(|f| f.by_code.get(code.id).copied().unwrap_or_default()).collect();
        if counts.iter().any(|count| *count > 0) {
            kinds.push(std::iter::once(code.id.to_string()).chain(counts.iter().map(usize::to_string)).collect());
        }
    }
    if kinds.len() > 1 {
        out.push('\n');
        out += &align(&kinds);
    }
    out
}
