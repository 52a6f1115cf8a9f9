//! The page as one run of pieces: every text, code block and table in reading order, with the section that it stands in.
//!
//! Exports disagree on whether a table belongs into the list item that announces it, so nothing here depends on nesting.

use tablature_pages::model::{Block, Code, Page, Table, Text, texts};

use crate::vocabulary::{SectionRole, vocabulary};

/// A piece of the page.
#[derive(Debug, Clone, Copy)]
pub enum Piece<'a> {
    /// A paragraph or the label of a list item.
    Text(&'a Text),
    /// A code block.
    Code(&'a Code),
    /// A table.
    Table(&'a Table),
}

/// A piece with its place.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The number of its section on the page.
    pub section: usize,
    /// What the section is for.
    pub role: SectionRole,
    /// It is the first paragraph of a list item.
    pub label: bool,
    /// It stands in a note box.
    pub note: bool,
    /// The number of the page that it stands on; 0 is the operation's own, see [`crate::library::Shelf`].
    pub page: usize,
    /// The piece.
    pub piece: Piece<'a>,
}

/// All pieces of a page in reading order.
pub fn pieces(page: &Page) -> Vec<Placed<'_>> {
    let mut out = Vec::new();
    for (number, section) in page.sections.iter().enumerate() {
        let role = vocabulary().section(&section.heading.plain());
        walk(&section.blocks, number, role, false, false, &mut out);
    }
    out
}

fn walk<'a>(blocks: &'a [Block], section: usize, role: SectionRole, item: bool, note: bool, out: &mut Vec<Placed<'a>>) {
    for (at, block) in blocks.iter().enumerate() {
        let place = |piece| Placed { section, role, label: item && at == 0, note, page: 0, piece };
        match block {
            Block::Paragraph(text) => out.push(place(Piece::Text(text))),
            Block::Code(code) => out.push(place(Piece::Code(code))),
            Block::Table(table) => out.push(place(Piece::Table(table))),
            Block::List(list) => {
                for item in &list.items {
                    walk(&item.blocks, section, role, true, note, out);
                }
            }
            Block::Note(inner) => walk(&inner.blocks, section, role, false, true, out),
        }
    }
}

/// Treats what follows the request line as the URI section where the line stands in a section without that name.
pub fn follow_request_line(pieces: &mut [Placed<'_>], line: u32) {
    let holds = |placed: &Placed<'_>| match placed.piece {
        Piece::Text(text) => text.line == line,
        Piece::Code(code) => {
            let lines = u32::try_from(code.text.lines().count()).unwrap_or(u32::MAX);
            (code.line..code.line.saturating_add(lines)).contains(&line)
        }
        Piece::Table(_) => false,
    };
    let Some(at) = pieces.iter().position(holds) else { return };
    let Some(Placed { section, role: SectionRole::Function | SectionRole::Other, .. }) = pieces.get(at).copied() else {
        return;
    };
    for placed in pieces.iter_mut().skip(at).take_while(|placed| placed.section == section) {
        placed.role = SectionRole::Uri;
    }
}

/// `zh` if a good part of the headings is Chinese, else `en`.
pub fn language(page: &Page) -> &'static str {
    let headings = page.sections.iter().map(|section| &section.heading).chain([&page.title]);
    let mut shown: Vec<String> = headings.map(Text::plain).collect();
    // A page that only lists others may have a title such as "API" and no headings; its list tells.
    if page.sections.iter().all(|section| section.heading.plain().is_empty()) {
        let blocks = page.sections.iter().map(|section| texts(&section.blocks));
        shown.extend(blocks.flatten().take(MAX_TEXTS));
    }
    let (mut wide, mut all) = (0usize, 0usize);
    for text in shown {
        for c in text.chars().filter(|c| c.is_alphabetic()) {
            all += 1;
            wide += usize::from(is_wide(c));
        }
    }
    if wide * 5 > all { "zh" } else { "en" }
}

/// More texts than this tell no more about the language of a page.
const MAX_TEXTS: usize = 20;

/// A Chinese character.
pub fn is_wide(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}
