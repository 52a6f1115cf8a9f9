//! Directives: tables, code, notes, containers and all others.

use super::line::{self, Line};
use super::{Reader, body, data_tables, grid_table, label_ids, simple_table};
use crate::caption;
use crate::flow::{Flow, Outline, first_line};
use crate::model::{Block, Item, List, Note, Table, Text};
use crate::text::Style;

/// A directive, taken apart.
#[derive(Debug)]
pub(super) struct Directive<'t> {
    /// The name in lower case.
    pub(super) name: String,
    pub(super) line: u32,
    /// What stands behind the name, up to the options.
    pub(super) arguments: Vec<Line<'t>>,
    pub(super) options: Vec<(&'t str, Line<'t>)>,
    pub(super) content: Vec<Line<'t>>,
}

impl<'t> Directive<'t> {
    /// Takes the lines apart: `first` is what stands behind the name, `body` what is indented below.
    pub(super) fn new(name: &str, first: Line<'t>, line: u32, body: &[Line<'t>]) -> Self {
        let mut name = name.to_ascii_lowercase();
        // `py:function` is a function in the domain `py`.
        if let Some((_, plain)) = name.rsplit_once(':') {
            name = plain.to_string();
        }
        let lines = line::dedent(body);
        let touches = body.first().is_some_and(|line| !line.is_blank());
        let mut arguments = Vec::new();
        if !first.is_blank() {
            arguments.push(first);
        }
        let mut options: Vec<(&str, Line<'_>)> = Vec::new();
        let mut at = 0;
        let code = is_code(&name);
        while let Some(line) = lines.get(at).filter(|line| touches && !line.is_blank()) {
            if let Some((name, column)) = super::lists::field(line.text) {
                options.push((name, line.skip(column)));
            } else if options.is_empty() {
                // A table or code right below the directive lacks a blank line before it.
                if code || grid_table::is_border(line.text) || simple_table::is_border(line.text) {
                    break;
                }
                arguments.push(*line);
            } else if line.indent() == 0 {
                break;
            }
            at += 1;
        }
        let content = line::dedent(lines.get(at..).unwrap_or_default());
        Directive { name, line, arguments, options, content }
    }

    pub(super) fn option(&self, name: &str) -> Option<Line<'t>> {
        self.options.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The number that an option holds.
    pub(super) fn number(&self, name: &str) -> usize {
        self.option(name).and_then(|value| value.text.trim().parse().ok()).unwrap_or(0)
    }
}

fn is_code(name: &str) -> bool {
    matches!(name, "code-block" | "code" | "sourcecode" | "parsed-literal" | "math" | "productionlist" | "prompt")
}

impl<'t> Reader<'t> {
    pub(super) fn directive(
        &mut self,
        directive: Directive<'t>,
        depth: usize,
        outline: Option<&mut Outline>,
        flow: &mut Flow,
    ) {
        flow.flush();
        if let Some(name) = directive.option("name") {
            label_ids(name.text.trim()).for_each(|id| flow.anchor(&id));
        }
        match directive.name.as_str() {
            name if is_code(name) => body::code(&directive.content, flow),
            "table" => {
                let mut inner = Flow::default();
                self.body(&directive.content, depth + 1, None, &mut inner);
                let (mut blocks, anchors) = inner.finish();
                anchors.iter().for_each(|id| flow.anchor(id));
                let table = blocks.iter_mut().find_map(|block| match block {
                    Block::Table(table) => Some(table),
                    _ => None,
                });
                match table {
                    Some(table) => self.caption(&directive, table),
                    None => {
                        self.broken(directive.line, "the table directive holds no table that could be read");
                        self.paragraph(&directive.arguments, flow);
                    }
                }
                flow.append(blocks, Vec::new());
            }
            "list-table" | "csv-table" | "flat-table" => {
                let rows = if directive.name == "csv-table" {
                    data_tables::csv(self, &directive)
                } else {
                    data_tables::list(self, &directive, depth)
                };
                match rows {
                    Some(rows) => {
                        let mut block = self.table(directive.line, rows);
                        if let Block::Table(table) = &mut block {
                            self.caption(&directive, table);
                        }
                        flow.block(block);
                    }
                    None => {
                        let message = format!("the {} directive holds no rows that could be read", directive.name);
                        self.broken(directive.line, message);
                        self.paragraph(&directive.arguments, flow);
                        self.body(&directive.content, depth + 1, None, flow);
                    }
                }
            }
            "note" | "important" | "caution" | "warning" | "attention" | "danger" | "error" | "hint" | "tip"
            | "admonition" | "seealso" | "deprecated" | "versionadded" | "versionchanged" | "sidebar" | "topic" => {
                let mut inner = Flow::default();
                let titled = matches!(directive.name.as_str(), "admonition" | "sidebar" | "topic");
                let mut lines = directive.arguments;
                if titled {
                    self.paragraph(&lines, &mut inner);
                    lines.clear();
                } else if !lines.is_empty() && !directive.content.is_empty() {
                    // The blank line between the two was taken off with the indentation.
                    lines.push(Line::new("", directive.line));
                }
                lines.extend(directive.content);
                self.body(&lines, depth + 1, None, &mut inner);
                let (blocks, anchors) = inner.finish();
                anchors.iter().for_each(|id| flow.anchor(id));
                if !blocks.is_empty() {
                    let line = first_line(&blocks).unwrap_or(directive.line);
                    flow.block(Block::Note(Note { line, blocks }));
                }
            }
            "toctree" => pages(&directive.content, flow),
            "image" | "raw" | "include" | "literalinclude" | "meta" | "contents" | "sectnum" | "index"
            | "highlight" | "default-role" | "role" | "title" | "target-notes" | "header" | "footer" | "date"
            | "currentmodule" | "module" | "tabularcolumns" | "unicode" | "replace" => {}
            // The first paragraph below a picture is its caption.
            "figure" => self.body(&directive.content, depth + 1, None, flow),
            "container" | "class" | "rst-class" | "only" | "ifconfig" | "compound" | "epigraph" | "highlights"
            | "pull-quote" | "centered" | "rubric" | "tabs" | "grid" | "cssclass" => {
                if matches!(directive.name.as_str(), "centered" | "rubric") {
                    self.paragraph(&directive.arguments, flow);
                }
                self.body(&directive.content, depth + 1, outline, flow);
            }
            // What is not known can still be read.
            _ => {
                self.paragraph(&directive.arguments, flow);
                self.body(&directive.content, depth + 1, outline, flow);
            }
        }
    }

    /// Gives the table the title of its directive.
    fn caption(&mut self, directive: &Directive<'t>, table: &mut Table) {
        let mut own = Flow::default();
        self.inline(&directive.arguments, &mut own);
        let text: Text = own.take_text();
        if !text.spans.is_empty() {
            let (number, text) = caption::split(&text).unwrap_or((None, text));
            table.number = number;
            table.caption = Some(text);
        }
    }
}

/// Adds the pages of a table of contents as a list of links.
fn pages(lines: &[Line<'_>], flow: &mut Flow) {
    let mut list = List::default();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_blank() && line.text != "self") {
        let (text, target) = match line.text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((text, target)) => (text.trim(), target.trim()),
            None => (line.text, line.text),
        };
        let style = Style { link: Some(page_link(target).into()), ..Style::default() };
        let mut own = Flow::default();
        own.push(text, &style, line.number);
        let (blocks, anchors) = own.finish();
        if !blocks.is_empty() {
            list.items.push(Item { line: line.number, anchors, blocks });
        }
    }
    if !list.items.is_empty() {
        flow.block(Block::List(list));
    }
}

/// The file of a page that is named without its extension.
pub(super) fn page_link(target: &str) -> String {
    let file = target.rsplit('/').next().unwrap_or(target);
    if target.contains("://") || file.ends_with(".rst") { target.to_string() } else { format!("{target}.rst") }
}
