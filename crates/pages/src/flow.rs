//! Collects the blocks of a container: text until a block ends it, and ids until a node takes them.

use crate::caption;
use crate::model::{Block, Item, List, Section, Table, Text};
use crate::text::{Style, TextBuilder, push_id};

/// The content of a section, item, note or cell while it is read.
#[derive(Debug, Default)]
pub(crate) struct Flow {
    blocks: Vec<Block>,
    text: TextBuilder,
    /// Ids that stand before the node they name.
    pending: Vec<String>,
    /// Ids of blocks that cannot carry any; they name the container.
    own: Vec<String>,
}

impl Flow {
    /// Adds text to the paragraph that is open.
    pub(crate) fn push(&mut self, text: &str, style: &Style, line: u32) {
        self.text.push(text, style, line);
    }

    /// Adds a line break that the page asks for.
    pub(crate) fn line_break(&mut self) {
        self.text.line_break();
    }

    /// Adds an id: to the text if one is open, else to the node that follows.
    pub(crate) fn anchor(&mut self, id: &str) {
        if self.text.is_empty() { push_id(&mut self.pending, id) } else { self.text.anchor(id) }
    }

    /// Drops the text that is open, but not its ids, if it is all there is so far and looks like a label.
    pub(crate) fn drop_label(&mut self, is_label: impl FnOnce(&Text) -> bool) {
        if self.blocks.is_empty() && is_label(self.text.text()) {
            self.text.drop_spans();
        }
    }

    /// Ends the paragraph that is open.
    pub(crate) fn flush(&mut self) {
        let text = self.take_text();
        if text.spans.is_empty() {
            self.pending = text.anchors;
        } else {
            self.blocks.push(Block::Paragraph(text));
        }
    }

    /// Takes the text that is open, with the ids before it; the ids are all that is left if there is no text.
    pub(crate) fn take_text(&mut self) -> Text {
        let mut text = self.text.take();
        if !self.pending.is_empty() {
            let mut anchors = std::mem::take(&mut self.pending);
            text.anchors.iter().for_each(|id| push_id(&mut anchors, id));
            text.anchors = anchors;
        }
        text
    }

    /// Adds a block; ids before it go to it if it can carry ids.
    pub(crate) fn block(&mut self, mut block: Block) {
        self.flush();
        match &mut block {
            Block::Table(table) => self.caption(table),
            Block::List(List { items, .. }) => {
                if let Some(item) = items.first_mut() {
                    self.give(&mut item.anchors);
                }
            }
            Block::Paragraph(text) => self.give(&mut text.anchors),
            Block::Code(_) | Block::Note(_) => {
                let ids = std::mem::take(&mut self.pending);
                ids.iter().for_each(|id| push_id(&mut self.own, id));
            }
        }
        self.blocks.push(block);
    }

    /// Adds blocks that were read elsewhere, and the ids that they left over.
    pub(crate) fn append(&mut self, blocks: Vec<Block>, anchors: Vec<String>) {
        for block in blocks {
            self.block(block);
        }
        for id in anchors {
            self.anchor(&id);
        }
    }

    fn caption(&mut self, table: &mut Table) {
        if table.caption.is_none()
            && let Some((number, text)) = caption::take(&mut self.blocks)
        {
            text.anchors.iter().for_each(|id| push_id(&mut self.pending, id));
            table.number = number;
            table.caption = Some(text);
        }
        self.give(&mut table.anchors);
    }

    fn give(&mut self, anchors: &mut Vec<String>) {
        if !self.pending.is_empty() {
            let mut all = std::mem::take(&mut self.pending);
            anchors.iter().for_each(|id| push_id(&mut all, id));
            *anchors = all;
        }
    }

    /// The blocks end in a list and tables behind it. Converters do not indent tables that belong to a list item,
    /// which cuts the list in two.
    pub(crate) fn ends_in_cut_list(&self) -> bool {
        let mut rest = self.blocks.iter().rev().skip_while(|block| matches!(block, Block::Table(_)));
        matches!(self.blocks.last(), Some(Block::Table(_))) && matches!(rest.next(), Some(Block::List(_)))
    }

    /// The blocks, and the ids that no block took.
    pub(crate) fn finish(mut self) -> (Vec<Block>, Vec<String>) {
        self.flush();
        self.own.append(&mut self.pending);
        (self.blocks, self.own)
    }

    /// The blocks so far and the ids of their container; ids that wait stay for what follows.
    pub(crate) fn take_blocks(&mut self) -> (Vec<Block>, Vec<String>) {
        self.flush();
        (std::mem::take(&mut self.blocks), std::mem::take(&mut self.own))
    }
}

/// The title and sections of a page while it is read.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    pub(crate) title: Text,
    pub(crate) ids: Vec<String>,
    titled: bool,
    sections: Vec<Section>,
}

impl Outline {
    /// Starts a section or takes the title; `text` carries the ids of the heading, `before` is what stands above it.
    pub(crate) fn heading(&mut self, level: u8, mut text: Text, before: (Vec<Block>, Vec<String>)) {
        self.blocks(before);
        let anchors = std::mem::take(&mut text.anchors);
        if level == 1 && !self.titled {
            self.titled = true;
            self.title = text;
            self.ids = anchors;
        } else {
            self.sections.push(Section { heading: text, anchors, blocks: Vec::new() });
        }
    }

    fn blocks(&mut self, (blocks, ids): (Vec<Block>, Vec<String>)) {
        if !blocks.is_empty() {
            if self.sections.is_empty() {
                self.sections.push(Section::default());
            }
            if let Some(section) = self.sections.last_mut() {
                section.blocks.extend(blocks);
            }
        }
        let target = match self.sections.last_mut() {
            Some(section) => &mut section.anchors,
            None => &mut self.ids,
        };
        ids.iter().for_each(|id| push_id(target, id));
    }

    /// Ends the page.
    pub(crate) fn finish(mut self, rest: Flow) -> (Text, Vec<String>, Vec<Section>) {
        self.blocks(rest.finish());
        (self.title, self.ids, self.sections)
    }
}

/// The first line of text in the blocks.
pub(crate) fn first_line(blocks: &[Block]) -> Option<u32> {
    blocks.iter().find_map(|block| match block {
        Block::Paragraph(text) => Some(text.line),
        Block::Code(code) => Some(code.line),
        Block::List(list) => list.items.iter().find_map(|item| first_line(&item.blocks)),
        Block::Note(note) => first_line(&note.blocks),
        Block::Table(table) => Some(table.line),
    })
}

/// Adds every id in the blocks.
pub(crate) fn collect_ids(blocks: &[Block], out: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => text.anchors.iter().for_each(|id| push_id(out, id)),
            Block::List(list) => {
                for Item { anchors, blocks, .. } in &list.items {
                    anchors.iter().for_each(|id| push_id(out, id));
                    collect_ids(blocks, out);
                }
            }
            Block::Code(_) => {}
            Block::Note(note) => collect_ids(&note.blocks, out),
            Block::Table(table) => {
                table.anchors.iter().for_each(|id| push_id(out, id));
                for row in &table.rows {
                    row.anchors.iter().for_each(|id| push_id(out, id));
                }
                for cell in table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)) {
                    cell.anchors.iter().for_each(|id| push_id(out, id));
                }
            }
        }
    }
}
