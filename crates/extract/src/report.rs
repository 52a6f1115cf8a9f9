//! What extraction has to say about a page, and its counts.

use std::sync::Arc;

use tablature_spec::codes::Code;
use tablature_spec::diagnostic::{Diagnostic, Place};

/// Figures of one page; they add up, so that it can be shown that nothing was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tables on the page.
    pub tables: usize,
    /// Tables of parameters.
    pub parameter_tables: usize,
    /// Rows of parameter tables.
    pub rows: usize,
    /// Rows that came into the spec. A row that describes both a path and a query parameter counts once.
    pub rows_in_spec: usize,
    /// Rows that are in no spec; each has a diagnostic of its own or belongs to a table that has one.
    pub rows_unused: usize,
    /// Rows of tables on other pages that came into the spec beside these.
    pub rows_shared: usize,
    /// Rows that were derived from the path, the query string or an example.
    pub rows_derived: usize,
    /// Type cells that say something.
    pub types: usize,
    /// Type cells with an unknown word.
    pub types_unknown: usize,
    /// Fields of an object type.
    pub objects: usize,
    /// Of these, fields with a table.
    pub objects_attached: usize,
    /// Of these, fields without a table, for a reason that the spec gives.
    pub objects_opaque: usize,
    /// Examples.
    pub examples: usize,
    /// Bodies of examples that look like JSON.
    pub bodies: usize,
    /// Of these, bodies that were repaired.
    pub bodies_repaired: usize,
    /// Of these, bodies that could not be read.
    pub bodies_failed: usize,
}

impl Counts {
    /// Adds the figures of another page.
    pub fn add(&mut self, other: &Counts) {
        self.tables += other.tables;
        self.parameter_tables += other.parameter_tables;
        self.rows += other.rows;
        self.rows_in_spec += other.rows_in_spec;
        self.rows_unused += other.rows_unused;
        self.rows_shared += other.rows_shared;
        self.rows_derived += other.rows_derived;
        self.types += other.types;
        self.types_unknown += other.types_unknown;
        self.objects += other.objects;
        self.objects_attached += other.objects_attached;
        self.objects_opaque += other.objects_opaque;
        self.examples += other.examples;
        self.bodies += other.bodies;
        self.bodies_repaired += other.bodies_repaired;
        self.bodies_failed += other.bodies_failed;
    }
}

/// Collects diagnostics and counts of one page.
#[derive(Debug)]
pub struct Report {
    /// The names of the pages that findings stand on; the first is the operation's own.
    files: Vec<Arc<str>>,
    /// The page that is read.
    pub page: usize,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
    /// The figures.
    pub counts: Counts,
}

impl Report {
    /// An empty report on a file.
    pub fn new(file: &str) -> Self {
        Report { files: vec![file.into()], page: 0, diagnostics: Vec::new(), counts: Counts::default() }
    }

    /// Adds a finding at a line.
    pub fn say(&mut self, code: &'static Code, line: u32, message: String) {
        let file = self.files.get(self.page).or(self.files.first()).cloned().unwrap_or_else(|| "".into());
        self.diagnostics.push(Diagnostic::new(code, Place::line(file, line), message));
    }

    /// Adds a finding at a line, with advice that knows the case.
    pub fn say_with_help(&mut self, code: &'static Code, line: u32, message: String, help: &str) {
        self.say(code, line, message);
        if let Some(said) = self.diagnostics.last_mut() {
            said.help = help.to_string();
        }
    }

    /// Names one more page, whose number is the next one.
    pub fn add_file(&mut self, file: &str) {
        self.files.push(file.into());
    }

    /// Counts rows that are in no spec.
    pub fn unused_rows(&mut self, rows: usize) {
        self.counts.rows_unused += rows;
    }
}
