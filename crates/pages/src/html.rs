//! The HTML reader, also for the HTML inside Markdown.
//!
//! `escape` prepares the text, `gate` tames the tokens, `tree` is what html5ever builds, `convert` makes blocks of it.

mod convert;
mod escape;
mod gate;
mod tree;

use html5ever::TokenizerResult;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tokenizer, TokenizerOpts};
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::flow::{Flow, Outline};
use crate::grid::Budget;
use crate::lines::Lines;
use crate::model::{Format, Page};
use crate::text::Style;

/// Reads a page.
pub(crate) fn read(file: &str, text: &str, lines: &Lines) -> (Option<Page>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let tree = parse(text);
    complain(&tree, file, lines, 1, &mut diagnostics);
    let mut budget = Budget::default();
    let mut outline = Outline::default();
    let mut flow = Flow::default();
    let mut converter = convert::Converter {
        tree: &tree,
        lines,
        first: 1,
        budget: &mut budget,
        outline: Some(&mut outline),
        oversized: None,
    };
    converter.children(tree::DOCUMENT, &mut flow, &Style::default());
    note_oversized(converter.oversized, file, &mut diagnostics);
    let (title, ids, sections) = outline.finish(flow);
    (Some(Page { file: file.to_string(), format: Format::Html, title, ids, sections }), diagnostics)
}

/// Where a piece of HTML stands, and what is shared by all pieces of a page.
pub(crate) struct Context<'a> {
    pub(crate) file: &'a str,
    pub(crate) lines: &'a Lines,
    /// The line of the text, from 1, on which the piece starts.
    pub(crate) first: u32,
    pub(crate) budget: &'a mut Budget,
    pub(crate) diagnostics: &'a mut Vec<Diagnostic>,
}

/// Reads a piece of HTML into a container.
pub(crate) fn fragment(context: Context<'_>, text: &str, flow: &mut Flow) {
    let Context { file, lines, first, budget, diagnostics } = context;
    let tree = parse(text);
    complain(&tree, file, lines, first, diagnostics);
    let mut converter = convert::Converter { tree: &tree, lines, first, budget, outline: None, oversized: None };
    converter.children(tree::DOCUMENT, flow, &Style::default());
    note_oversized(converter.oversized, file, diagnostics);
}

/// Whether HTML knows an element of this name; other names in angle brackets are text that somebody forgot to escape.
pub(crate) fn is_element(name: &str) -> bool {
    gate::is_known(name)
}

fn parse(text: &str) -> tree::Tree {
    let text = escape::prepare(text);
    let tokenizer = Tokenizer::new(gate::Gate::new(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    // Tendrils hold less than 4 GiB; files are far smaller than that.
    queue.push_back(StrTendril::from_slice(&text));
    while let TokenizerResult::Script(_) | TokenizerResult::EncodingIndicator(_) = tokenizer.feed(&queue) {}
    tokenizer.end();
    tokenizer.sink.finish()
}

fn complain(tree: &tree::Tree, file: &str, lines: &Lines, first: u32, out: &mut Vec<Diagnostic>) {
    let place = |line: u32| Place::line(file, lines.of_line(line + first - 1));
    if tree.too_deep > 0 {
        let message = format!("elements are nested more than {} deep", gate::MAX_DEPTH);
        out.push(Diagnostic::new(&codes::NESTED_TOO_DEEP, place(tree.too_deep), message));
    }
    for (name, line) in &tree.unclosed {
        let message = format!("<{name}> is opened here and never closed");
        out.push(Diagnostic::new(&codes::MARKUP_BROKEN, place(*line), message));
    }
}

fn note_oversized(line: Option<u32>, file: &str, out: &mut Vec<Diagnostic>) {
    if let Some(line) = line {
        let message =
            "rowspan or colspan are too large to repeat the cell everywhere they cover; some places stay empty";
        out.push(Diagnostic::new(&codes::MARKUP_BROKEN, Place::line(file, line), message));
    }
}

#[cfg(test)]
mod tests;
