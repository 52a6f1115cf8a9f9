//! The block model that every reader produces: what a page shows, without a word of interpretation.
//!
//! Every node knows its line in the file as it lies on disk, behind whatever wrapping the file has.

use std::fmt;

/// The markup of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Markdown, with HTML or pipe tables.
    Markdown,
    /// HTML.
    Html,
    /// reStructuredText.
    Rst,
}

impl Format {
    /// The short name, as in file extensions and specs.
    pub fn name(self) -> &'static str {
        match self {
            Format::Markdown => "md",
            Format::Html => "html",
            Format::Rst => "rst",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The name that the caller gave the file; diagnostics repeat it.
    pub file: String,
    /// The markup it was read as.
    pub format: Format,
    /// The title: the only heading of the first level. Empty if there is none.
    pub title: Text,
    /// Ids that name the page itself: anchors of the title (`modelarts_03_0051`), and `:original_name:` of rst.
    pub ids: Vec<String>,
    /// The sections in order. Blocks before the first heading are in a section with an empty heading.
    pub sections: Vec<Section>,
}

/// A heading and what follows it up to the next heading of any level.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Section {
    /// The heading's text, without anchors.
    pub heading: Text,
    /// Ids of the section and its heading.
    pub anchors: Vec<String>,
    /// The blocks.
    pub blocks: Vec<Block>,
}

/// A run of text with its styles and links.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    /// The line where it starts, from 1; 0 if there is no text.
    pub line: u32,
    /// Ids inside the text.
    pub anchors: Vec<String>,
    /// The pieces, in order. White space is folded to single blanks, `<br>` is a `\n`; never empty pieces.
    pub spans: Vec<Span>,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The characters.
    pub text: String,
    /// Bold (`<b>`, `<strong>`, `**`).
    pub bold: bool,
    /// Code, a parameter name or value in the page's own markup (`<code>`, `parmname`, `parmvalue`, backticks).
    pub code: bool,
    /// The target, if it is a link.
    pub link: Option<String>,
}

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Text),
    /// A list.
    List(List),
    /// Preformatted text.
    Code(Code),
    /// A table.
    Table(Table),
    /// A note, caution or similar box.
    Note(Note),
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// Numbered.
    pub ordered: bool,
    /// The items, each with its own blocks; the item's label is its first paragraph.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// The line where it starts.
    pub line: u32,
    /// Ids of the item.
    pub anchors: Vec<String>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

/// Preformatted text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Code {
    /// The line of its first line of text.
    pub line: u32,
    /// The text, entities decoded, indentation of the container removed, without the final line break.
    pub text: String,
}

/// A note, caution or similar box.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// The line where it starts.
    pub line: u32,
    /// What it holds, without its label.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The line where the table itself starts.
    pub line: u32,
    /// The caption without its number, if there is one.
    pub caption: Option<Text>,
    /// The number in "Table N" or "表 N".
    pub number: Option<u32>,
    /// Ids of the table: of the element, of anchors right before it and of its caption.
    pub anchors: Vec<String>,
    /// The header row; empty if the table has none.
    pub header: Vec<Cell>,
    /// The other rows. Row and column spans are spelled out: the cell stands again in each place it covers.
    pub rows: Vec<TableRow>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableRow {
    /// The line where the row's first cell has its text.
    pub line: u32,
    /// Ids of the row.
    pub anchors: Vec<String>,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The line where its text starts.
    pub line: u32,
    /// Ids in the cell, those of its blocks included.
    pub anchors: Vec<String>,
    /// What it holds.
    pub blocks: Vec<Block>,
}

impl Text {
    /// The characters without styles.
    pub fn plain(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }

    /// Nothing but white space.
    pub fn is_empty(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// The links in it: text and target.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().filter_map(|span| span.link.as_deref().map(|link| (span.text.as_str(), link)))
    }
}

impl Cell {
    /// All text of the cell, one line per paragraph, list item and line of code.
    pub fn plain(&self) -> String {
        let mut out = String::new();
        for text in texts(&self.blocks) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(text.as_ref());
        }
        out
    }

    /// The links of the cell: text and target.
    pub fn links(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        visit_texts(&self.blocks, &mut |text| out.extend(text.links().map(|(a, b)| (a.to_string(), b.to_string()))));
        out
    }
}

/// The plain text of blocks, one entry per paragraph, list item paragraph, code block and table cell.
pub fn texts(blocks: &[Block]) -> Vec<String> {
    fn walk(blocks: &[Block], out: &mut Vec<String>) {
        for block in blocks {
            match block {
                Block::Paragraph(text) => out.push(text.plain()),
                Block::List(list) => list.items.iter().for_each(|item| walk(&item.blocks, out)),
                Block::Code(code) => out.push(code.text.clone()),
                Block::Note(note) => walk(&note.blocks, out),
                Block::Table(table) => {
                    for cell in table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)) {
                        walk(&cell.blocks, out);
                    }
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(blocks, &mut out);
    out
}

/// Calls `f` with every text in the blocks, in order.
pub fn visit_texts<'a>(blocks: &'a [Block], f: &mut dyn FnMut(&'a Text)) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => f(text),
            Block::List(list) => list.items.iter().for_each(|item| visit_texts(&item.blocks, f)),
            Block::Code(_) => {}
            Block::Note(note) => visit_texts(&note.blocks, f),
            Block::Table(table) => {
                for cell in table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)) {
                    visit_texts(&cell.blocks, f);
                }
            }
        }
    }
}
