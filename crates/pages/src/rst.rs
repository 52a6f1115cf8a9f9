//! The reStructuredText reader.
//!
//! It is written by hand for the subset that reference pages use: the crates that parse this markup (`rst_parser` is the
//! one that is kept up) give no positions and read no grid tables, and tables with positions are all that matters here.
//!
//! `body` follows the lines of a container and hands them to `explicit` and `directives` (`.. name::`), `lists`,
//! `grid_table`, `simple_table` and `data_tables`; `inline` reads the text of paragraphs; `names` knows the targets and
//! substitutions of the page. Where docutils would stop with an error, the reader keeps the text.

mod body;
mod data_tables;
mod directives;
mod explicit;
mod grid_table;
mod inline;
mod line;
mod lists;
mod names;
mod simple_table;

use std::borrow::Cow;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::flow::{Flow, Outline, collect_ids, first_line};
use crate::grid::{self, Budget, RawCell, RawRow};
use crate::lines::Lines;
use crate::model::{Block, Cell, Format, Page, Table};
use crate::text::push_id;
use line::Line;

/// How deep lists, quotes, directives and cells are followed.
const MAX_DEPTH: usize = 60;

/// What all parts of a page share while it is read.
struct Reader<'t> {
    file: &'t str,
    names: names::Names,
    budget: Budget,
    diagnostics: Vec<Diagnostic>,
    too_deep: Option<u32>,
    /// A field list can still be the one that tells about the page.
    at_top: bool,
    /// Ids from the fields of the page.
    ids: Vec<String>,
}

/// Reads a page.
pub(crate) fn read(file: &str, text: &str, lines: &Lines) -> (Option<Page>, Vec<Diagnostic>) {
    let text: Cow<'_, str> =
        if text.contains(['\t', '\u{b}', '\u{c}']) { Cow::Owned(line::expand_tabs(text)) } else { Cow::Borrowed(text) };
    let all: Vec<Line<'_>> = (1..).zip(text.lines()).map(|(n, text)| Line::new(text, lines.of_line(n))).collect();
    let mut reader = Reader {
        file,
        names: names::Names::of(&all),
        budget: Budget::default(),
        diagnostics: Vec::new(),
        too_deep: None,
        at_top: true,
        ids: Vec::new(),
    };
    let mut outline = Outline::default();
    let mut flow = Flow::default();
    reader.body(&all, 0, Some(&mut outline), &mut flow);
    let mut diagnostics = reader.diagnostics;
    if let Some(line) = reader.too_deep {
        let message = format!("lists, quotes and directives are nested more than {MAX_DEPTH} deep");
        diagnostics.push(Diagnostic::new(&codes::NESTED_TOO_DEEP, Place::line(file, line), message));
    }
    let (title, more, sections) = outline.finish(flow);
    let mut ids = reader.ids;
    more.iter().for_each(|id| push_id(&mut ids, id));
    (Some(Page { file: file.to_string(), format: Format::Rst, title, ids, sections }), diagnostics)
}

/// Labels are matched without regard to case, so the lower-case form is an id as well.
fn label_ids(label: &str) -> impl Iterator<Item = String> {
    let lower = label.to_lowercase();
    let lower = (lower != label).then_some(lower);
    std::iter::once(label.to_string()).chain(lower)
}

impl<'t> Reader<'t> {
    fn broken(&mut self, line: u32, message: impl Into<String>) {
        self.diagnostics.push(Diagnostic::new(&codes::MARKUP_BROKEN, Place::line(self.file, line), message));
    }

    /// Reads the lines of a cell, indented or not.
    fn cell(&mut self, lines: &[Line<'t>], line: u32, depth: usize) -> Cell {
        let mut flow = Flow::default();
        self.body(&line::dedent(lines), depth + 1, None, &mut flow);
        let (blocks, left) = flow.finish();
        let mut anchors = Vec::new();
        left.iter().for_each(|id| push_id(&mut anchors, id));
        collect_ids(&blocks, &mut anchors);
        let line = first_line(&blocks).unwrap_or(line);
        Cell { line, anchors, blocks }
    }

    /// A cell that covers one place.
    fn single_cell(&mut self, lines: &[Line<'t>], line: u32, depth: usize) -> RawCell {
        RawCell { cell: self.cell(lines, line, depth), rows: 1, columns: 1, header: false }
    }

    fn table(&mut self, line: u32, rows: Vec<RawRow>) -> Block {
        let (header, rows, over) = grid::spell_out(rows, &mut self.budget);
        if over {
            let message = "cells span so much that they cannot be repeated everywhere; some places stay empty";
            self.broken(line, message);
        }
        Block::Table(Table { line, header, rows, ..Table::default() })
    }
}

#[cfg(test)]
mod tests;
