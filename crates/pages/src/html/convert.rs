//! From the tree of elements to blocks.

use html5ever::local_name;

use super::tree::{Data, Node, Tree};
use crate::caption;
use crate::flow::{Flow, Outline, collect_ids, first_line};
use crate::grid::{self, Budget, MAX_SPAN, RawCell, RawRow};
use crate::lines::Lines;
use crate::model::{Block, Cell, Code, Item, List, Note, Table};
use crate::text::{Style, push_id};

/// Turns a tree into blocks.
pub(super) struct Converter<'a> {
    pub(super) tree: &'a Tree,
    pub(super) lines: &'a Lines,
    /// The line of the text on which the tree's first line stands.
    pub(super) first: u32,
    pub(super) budget: &'a mut Budget,
    /// Where headings go; without it they are bold paragraphs. Taken away inside lists, tables and boxes.
    pub(super) outline: Option<&'a mut Outline>,
    /// The line of a table with spans too large to spell out.
    pub(super) oversized: Option<u32>,
}

impl<'a> Converter<'a> {
    /// Reads the children of a node into a container.
    pub(super) fn children(&mut self, id: u32, flow: &mut Flow, style: &Style) {
        let tree = self.tree;
        for child in tree.children(id) {
            self.node(child, flow, style);
        }
    }

    fn node(&mut self, id: u32, flow: &mut Flow, style: &Style) {
        let tree = self.tree;
        let Some(node) = tree.node(id) else { return };
        match &node.data {
            Data::Text(text) => return flow.push(text, style, self.line(node)),
            Data::Other => return,
            Data::Element(..) => {}
        }
        match node.name() {
            "head" | "script" | "style" | "nav" | "template" | "img" | "col" | "colgroup" | "title" => {}
            "br" => flow.line_break(),
            "x-a" => {
                self.ids(node, flow);
                match node.attribute(&local_name!("href")) {
                    Some(target) => {
                        let style = Style { link: Some(target.trim().into()), ..style.clone() };
                        self.children(id, flow, &style);
                    }
                    None => self.children(id, flow, style),
                }
            }
            "x-b" => {
                self.ids(node, flow);
                self.children(id, flow, &Style { bold: true, ..style.clone() });
            }
            "x-code" | "kbd" | "samp" | "var" => {
                self.ids(node, flow);
                self.children(id, flow, &Style { code: true, ..style.clone() });
            }
            "pre" => self.pre(id, node, flow),
            "ul" | "ol" | "dir" | "menu" | "dl" => self.list(id, node, flow),
            "li" | "dt" | "dd" => {
                let mut list = List { ordered: false, items: Vec::new() };
                self.item(id, node, &mut list);
                flow.block(Block::List(list));
            }
            "table" => {
                let table = self.table(id, node);
                flow.block(Block::Table(table));
            }
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => self.heading(id, node, name, flow),
            "hr" => flow.flush(),
            "div" | "section" if is_navigation(node) => {}
            "div" | "section" | "aside" if is_box(node) => self.note(id, node, flow),
            "span" | "label" | "sup" | "sub" | "abbr" | "acronym" | "cite" | "dfn" | "del" | "ins" | "mark" | "q"
            | "g" => {
                self.ids(node, flow);
                if node.classes().any(|class| matches!(class, "parmname" | "parmvalue")) {
                    self.children(id, flow, &Style { code: true, ..style.clone() });
                } else {
                    self.children(id, flow, style);
                }
            }
            // Everything else is a container that starts a paragraph.
            _ => {
                flow.flush();
                self.ids(node, flow);
                self.children(id, flow, style);
                flow.flush();
            }
        }
    }

    fn line(&self, node: &Node) -> u32 {
        self.lines.of_line(node.line.saturating_add(self.first).saturating_sub(1))
    }

    fn ids(&self, node: &Node, flow: &mut Flow) {
        for id in ids(node) {
            flow.anchor(id);
        }
    }

    fn heading(&mut self, id: u32, node: &Node, name: &str, flow: &mut Flow) {
        flow.flush();
        self.ids(node, flow);
        if let Some(outline) = self.outline.take() {
            let before = flow.take_blocks();
            self.children(id, flow, &Style::default());
            let text = flow.take_text();
            let level = name.strip_prefix('h').and_then(|level| level.parse().ok()).unwrap_or(6);
            outline.heading(level, text, before);
            self.outline = Some(outline);
        } else {
            self.children(id, flow, &Style { bold: true, ..Style::default() });
            flow.flush();
        }
    }

    /// Reads with headings as paragraphs.
    fn inside<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outline = self.outline.take();
        let out = read(self);
        self.outline = outline;
        out
    }

    fn pre(&mut self, id: u32, node: &Node, flow: &mut Flow) {
        flow.flush();
        self.ids(node, flow);
        let mut text = String::new();
        let mut line = None;
        self.raw(id, &mut text, &mut line, flow);
        text.truncate(text.trim_end_matches('\n').len());
        if !text.is_empty() {
            flow.block(Block::Code(Code { line: line.unwrap_or_else(|| self.line(node)), text }));
        }
    }

    /// The characters below a node as they are.
    fn raw(&self, id: u32, out: &mut String, line: &mut Option<u32>, flow: &mut Flow) {
        for child in self.tree.children(id) {
            let Some(node) = self.tree.node(child) else { continue };
            match &node.data {
                Data::Text(text) => {
                    if line.is_none() && !text.trim().is_empty() {
                        // Blank lines at the start stay in the text, so its first line is the one of its first character.
                        let above = out.bytes().filter(|byte| *byte == b'\n').count();
                        *line = Some(self.line(node).saturating_sub(u32::try_from(above).unwrap_or(0)));
                    }
                    out.push_str(text);
                }
                Data::Element(..) if node.name() == "br" => out.push('\n'),
                Data::Element(..) => {
                    self.ids(node, flow);
                    self.raw(child, out, line, flow);
                }
                Data::Other => {}
            }
        }
    }

    fn list(&mut self, id: u32, node: &Node, flow: &mut Flow) {
        flow.flush();
        let mut list = List { ordered: node.name() == "ol", items: Vec::new() };
        self.ids(node, flow);
        self.inside(|this| this.items(id, &mut list));
        if !list.items.is_empty() {
            flow.block(Block::List(list));
        }
    }

    fn items(&mut self, id: u32, list: &mut List) {
        let tree = self.tree;
        for child in tree.children(id) {
            let Some(node) = tree.node(child) else { continue };
            match node.name() {
                "li" | "dt" => self.item(child, node, list),
                // Definition lists may group their pairs.
                "div" => self.items(child, list),
                // What stands between items, and what defines a term, belongs to the item before it.
                "dd" | "ul" | "ol" | "dl" | "p" | "pre" | "table" => {
                    let mut flow = Flow::default();
                    if node.name() == "dd" {
                        self.ids(node, &mut flow);
                        self.children(child, &mut flow, &Style::default());
                    } else {
                        self.node(child, &mut flow, &Style::default());
                    }
                    self.add_to_last(list, flow, self.line(node));
                }
                _ => {
                    let mut flow = Flow::default();
                    self.node(child, &mut flow, &Style::default());
                    self.add_to_last(list, flow, self.line(node));
                }
            }
        }
    }

    fn add_to_last(&self, list: &mut List, flow: Flow, line: u32) {
        let (blocks, anchors) = flow.finish();
        if blocks.is_empty() && anchors.is_empty() {
            return;
        }
        if list.items.is_empty() {
            list.items.push(Item { line, ..Item::default() });
        }
        if let Some(item) = list.items.last_mut() {
            item.blocks.extend(blocks);
            anchors.iter().for_each(|id| push_id(&mut item.anchors, id));
        }
    }

    fn item(&mut self, id: u32, node: &Node, list: &mut List) {
        let mut flow = Flow::default();
        let mut anchors: Vec<String> = Vec::new();
        ids(node).for_each(|id| push_id(&mut anchors, id));
        self.inside(|this| this.children(id, &mut flow, &Style::default()));
        let (blocks, left) = flow.finish();
        left.iter().for_each(|id| push_id(&mut anchors, id));
        let line = first_line(&blocks).unwrap_or_else(|| self.line(node));
        list.items.push(Item { line, anchors, blocks });
    }

    fn note(&mut self, id: u32, node: &Node, flow: &mut Flow) {
        flow.flush();
        self.ids(node, flow);
        let mut inner = Flow::default();
        let tree = self.tree;
        self.inside(|this| {
            for child in tree.children(id) {
                if !tree.node(child).is_some_and(is_box_title) {
                    this.node(child, &mut inner, &Style::default());
                }
            }
        });
        let (blocks, anchors) = inner.finish();
        let line = first_line(&blocks).unwrap_or_else(|| self.line(node));
        if !blocks.is_empty() {
            flow.block(Block::Note(Note { line, blocks }));
        }
        anchors.iter().for_each(|id| flow.anchor(id));
    }

    fn table(&mut self, id: u32, node: &Node) -> Table {
        let mut table = Table { line: self.line(node), ..Table::default() };
        ids(node).for_each(|id| push_id(&mut table.anchors, id));
        let mut rows = Vec::new();
        self.inside(|this| this.groups(id, &mut table, &mut rows));
        let (header, rows, over) = grid::spell_out(rows, self.budget);
        if over && self.oversized.is_none() {
            self.oversized = Some(table.line);
        }
        table.header = header;
        table.rows = rows;
        table
    }

    fn groups(&mut self, id: u32, table: &mut Table, rows: &mut Vec<RawRow>) {
        let tree = self.tree;
        let mut group = 0;
        for child in tree.children(id) {
            let Some(node) = tree.node(child) else { continue };
            group += 1;
            match node.name() {
                "caption" => self.caption(child, node, table),
                name @ ("thead" | "tbody" | "tfoot") => {
                    for row in tree.children(child) {
                        if let Some(node) = tree.node(row).filter(|node| node.name() == "tr") {
                            let row = self.row(row, node, group, name == "thead");
                            rows.push(row);
                        }
                    }
                }
                "tr" => {
                    let row = self.row(child, node, 0, false);
                    rows.push(row);
                }
                _ => {}
            }
        }
    }

    fn caption(&mut self, id: u32, node: &Node, table: &mut Table) {
        let mut flow = Flow::default();
        self.ids(node, &mut flow);
        self.children(id, &mut flow, &Style::default());
        let (blocks, left) = flow.finish();
        left.iter().for_each(|id| push_id(&mut table.anchors, id));
        collect_ids(&blocks, &mut table.anchors);
        for block in blocks {
            if let Block::Paragraph(text) = block {
                let (number, text) = caption::split(&text).unwrap_or((None, text));
                match &mut table.caption {
                    None => {
                        table.number = number;
                        table.caption = Some(text);
                    }
                    Some(caption) => caption.spans.extend(text.spans),
                }
            }
        }
    }

    fn row(&mut self, id: u32, node: &Node, group: u32, head: bool) -> RawRow {
        let mut row = RawRow { line: self.line(node), group, head, ..RawRow::default() };
        ids(node).for_each(|id| push_id(&mut row.anchors, id));
        let tree = self.tree;
        for child in tree.children(id) {
            if let Some(node) = tree.node(child).filter(|node| matches!(node.name(), "td" | "th")) {
                let cell = self.cell(child, node);
                row.cells.push(cell);
            }
        }
        row
    }

    fn cell(&mut self, id: u32, node: &Node) -> RawCell {
        let mut flow = Flow::default();
        self.children(id, &mut flow, &Style::default());
        let (blocks, left) = flow.finish();
        let mut anchors = Vec::new();
        ids(node).for_each(|id| push_id(&mut anchors, id));
        left.iter().for_each(|id| push_id(&mut anchors, id));
        collect_ids(&blocks, &mut anchors);
        let line = first_line(&blocks).unwrap_or_else(|| self.line(node));
        let rows = match span(node.attribute(&local_name!("rowspan"))) {
            // Nought means down to the end of the group.
            0 => MAX_SPAN,
            rows => rows,
        };
        let columns = span(node.attribute(&local_name!("colspan"))).max(1);
        RawCell { cell: Cell { line, anchors, blocks }, rows, columns, header: node.name() == "th" }
    }
}

/// The ids of an element; `name` is one on links only.
fn ids(node: &Node) -> impl Iterator<Item = &str> {
    let name = if node.name() == "x-a" { node.attribute(&local_name!("name")) } else { None };
    name.into_iter().chain(node.attribute(&local_name!("id")))
}

fn span(value: Option<&str>) -> usize {
    let digits = value.map(|value| value.trim()).unwrap_or("1");
    digits.parse::<usize>().map_or(1, |span| span.min(MAX_SPAN))
}

/// Links to other pages that the exporter adds below the content.
fn is_navigation(node: &Node) -> bool {
    node.classes().any(|class| matches!(class, "familylinks" | "parentlink" | "related-links"))
}

const BOXES: &[&str] = &["note", "notice", "caution", "warning", "danger", "tip", "attention", "important", "hint"];

fn is_box(node: &Node) -> bool {
    node.classes().any(|class| BOXES.contains(&class))
}

fn is_box_title(node: &Node) -> bool {
    node.classes().any(|class| class.strip_suffix("title").is_some_and(|name| BOXES.contains(&name)))
}
