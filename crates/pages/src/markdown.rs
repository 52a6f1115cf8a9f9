//! The Markdown reader.
//!
//! `regions` finds the HTML tables, which CommonMark would cut at blank lines, and hides them from the Markdown parser;
//! `blocks` follows the parser's events; `inline` reads the HTML tags inside text.

mod blocks;
mod inline;
mod pipes;
mod regions;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::flow::{Flow, Outline};
use crate::grid::Budget;
use crate::lines::Lines;
use crate::model::{Format, Page};

/// Reads a page.
pub(crate) fn read(file: &str, text: &str, lines: &Lines) -> (Option<Page>, Vec<Diagnostic>) {
    let mut shared = blocks::Shared { file, diagnostics: Vec::new(), budget: Budget::default(), too_deep: None };
    let mut outline = Outline::default();
    let mut flow = Flow::default();
    blocks::read(&mut shared, text, lines, 0, Some(&mut outline), &mut flow);
    let mut diagnostics = shared.diagnostics;
    if let Some(line) = shared.too_deep {
        let message = format!("lists or quotes are nested more than {} deep", blocks::MAX_DEPTH);
        diagnostics.push(Diagnostic::new(&codes::NESTED_TOO_DEEP, Place::line(file, line), message));
    }
    let (title, ids, sections) = outline.finish(flow);
    (Some(Page { file: file.to_string(), format: Format::Markdown, title, ids, sections }), diagnostics)
}

#[cfg(test)]
mod tests;
