//! From the events of the Markdown parser to blocks.

use std::ops::Range;
use std::rc::Rc;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use tablature_spec::diagnostic::Diagnostic;

use super::inline;
use super::pipes;
use super::regions::{self, Region};
use crate::flow::{Flow, Outline, collect_ids, first_line};
use crate::grid::Budget;
use crate::html;
use crate::lines::Lines;
use crate::model::{Block, Cell, Code, Item, List, Note, Table, TableRow, Text};
use crate::text::Style;

/// How deep lists and quotes may be nested. Real pages stay below 8.
pub(super) const MAX_DEPTH: usize = 60;

/// How often text that is indented like code is read as Markdown again.
const MAX_AGAIN: usize = 4;

/// What all parts of a page share.
pub(super) struct Shared<'a> {
    pub(super) file: &'a str,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) budget: Budget,
    /// The first line that was nested too deep.
    pub(super) too_deep: Option<u32>,
}

/// Reads text into a container; headings go to the outline if there is one.
pub(super) fn read(
    shared: &mut Shared<'_>,
    text: &str,
    lines: &Lines,
    again: usize,
    outline: Option<&mut Outline>,
    flow: &mut Flow,
) {
    let regions = regions::find(text);
    let masked = regions::mask(text, &regions);
    let root = Frame::new(Kind::Root, 0, std::mem::take(flow));
    let mut reader = Reader {
        shared,
        text,
        lines,
        again,
        outline,
        regions: &regions,
        next_region: 0,
        stack: vec![root],
        flattened: 0,
        style: InlineStyle::default(),
        code: None,
        image: 0,
        heading: None,
    };
    for (event, range) in Parser::new_ext(&masked, Options::ENABLE_TABLES).into_offset_iter() {
        reader.event(event, range);
    }
    reader.tables_before(usize::MAX);
    while reader.stack.len() > 1 {
        reader.close();
    }
    if let Some(root) = reader.stack.pop() {
        *flow = root.flow;
    }
}

/// A container that is open.
struct Frame {
    kind: Kind,
    line: u32,
    flow: Flow,
}

enum Kind {
    Root,
    Note,
    List(List),
    Item,
    Table(Table),
    /// The cells, whether it is the header, and where the row stands in the text.
    Row(Vec<Cell>, bool, Range<usize>),
    Cell,
}

impl Frame {
    fn new(kind: Kind, line: u32, flow: Flow) -> Self {
        Frame { kind, line, flow }
    }
}

/// The styles that are open at a place in a paragraph.
#[derive(Default)]
struct InlineStyle {
    bold: u32,
    code: u32,
    links: Vec<Option<Rc<str>>>,
    /// How many of the links were opened by HTML tags.
    html_links: u32,
    current: Style,
}

impl InlineStyle {
    fn update(&mut self) {
        let link = self.links.iter().rev().find_map(Clone::clone);
        self.current = Style { bold: self.bold > 0, code: self.code > 0, link };
    }
}

struct CodeBlock {
    fenced: bool,
    range: Range<usize>,
    line: Option<u32>,
    text: String,
}

struct Reader<'a, 's> {
    shared: &'a mut Shared<'s>,
    text: &'a str,
    lines: &'a Lines,
    again: usize,
    outline: Option<&'a mut Outline>,
    regions: &'a [Region],
    next_region: usize,
    stack: Vec<Frame>,
    /// Containers that are open but not followed because they are too deep.
    flattened: usize,
    style: InlineStyle,
    code: Option<CodeBlock>,
    image: u32,
    heading: Option<HeadingLevel>,
}

impl Reader<'_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some(code) => {
                    if code.line.is_none() {
                        code.line = Some(self.lines.of_offset(range.start));
                    }
                    code.text.push_str(&text);
                }
                None => self.text(&text, range.start),
            },
            Event::Code(text) => {
                self.style.code += 1;
                self.style.update();
                self.text(&text, range.start);
                self.style.code -= 1;
                self.style.update();
            }
            Event::SoftBreak => {
                self.drop_label();
                self.text("\n", range.start);
            }
            Event::HardBreak => {
                self.drop_label();
                self.flow(Flow::line_break);
            }
            Event::InlineHtml(tag) => self.inline_html(&tag, range),
            Event::Rule => self.flow(Flow::flush),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => {
                self.text(&text, range.start);
            }
            // The HTML of a block is read as a whole when the block starts.
            Event::Html(_) | Event::TaskListMarker(_) => {}
        }
    }

    /// Does something with the innermost container that takes blocks.
    fn flow<T: Default>(&mut self, act: impl FnOnce(&mut Flow) -> T) -> T {
        let frame = self
            .stack
            .iter_mut()
            .rev()
            .find(|frame| !matches!(frame.kind, Kind::List(_) | Kind::Table(_) | Kind::Row(..)));
        frame.map(|frame| act(&mut frame.flow)).unwrap_or_default()
    }

    fn text(&mut self, text: &str, offset: usize) {
        if self.image > 0 {
            return;
        }
        let line = self.lines.of_offset(offset);
        let style = std::mem::take(&mut self.style.current);
        self.flow(|flow| flow.push(text, &style, line));
        self.style.current = style;
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let line = self.lines.of_offset(range.start);
        match tag {
            Tag::Paragraph => self.tables_before(range.start),
            Tag::Heading { level, .. } => {
                self.tables_before(range.start);
                self.flow(Flow::flush);
                self.heading = Some(level);
            }
            Tag::BlockQuote(_) => self.open(Kind::Note, range.start),
            Tag::List(first) => {
                self.open(Kind::List(List { ordered: first.is_some(), items: Vec::new() }), range.start)
            }
            Tag::Item => self.open(Kind::Item, range.start),
            Tag::CodeBlock(kind) => {
                self.tables_before(range.start);
                let fenced = matches!(kind, CodeBlockKind::Fenced(_));
                self.code = Some(CodeBlock { fenced, range, line: None, text: String::new() });
            }
            Tag::HtmlBlock => self.html_block(range),
            Tag::Table(_) => {
                self.tables_before(range.start);
                self.flow(Flow::flush);
                self.stack.push(Frame::new(Kind::Table(Table { line, ..Table::default() }), line, Flow::default()));
            }
            Tag::TableHead => self.stack.push(Frame::new(Kind::Row(Vec::new(), true, range), line, Flow::default())),
            Tag::TableRow => self.stack.push(Frame::new(Kind::Row(Vec::new(), false, range), line, Flow::default())),
            Tag::TableCell => self.stack.push(Frame::new(Kind::Cell, line, Flow::default())),
            Tag::Strong => {
                self.style.bold += 1;
                self.style.update();
            }
            Tag::Link { dest_url, .. } => {
                self.style.links.push(Some(Rc::from(dest_url.as_ref())));
                self.style.update();
            }
            Tag::Image { .. } => self.image += 1,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flow(Flow::flush);
                self.end_of_text();
            }
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.end_of_text();
                if self.flattened > 0 {
                    self.flow(Flow::flush);
                    self.flattened -= 1;
                } else {
                    self.close();
                }
            }
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                self.end_of_text();
                self.close();
            }
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Strong => {
                self.style.bold = self.style.bold.saturating_sub(1);
                self.style.update();
            }
            TagEnd::Link => {
                self.style.links.pop();
                self.style.update();
            }
            TagEnd::Image => self.image = self.image.saturating_sub(1),
            _ => {}
        }
    }

    /// Tags of HTML that are still open at the end of a paragraph end with it.
    fn end_of_text(&mut self) {
        if self.style.bold > 0 || self.style.code > 0 || !self.style.links.is_empty() {
            self.style = InlineStyle::default();
        }
    }

    fn open(&mut self, kind: Kind, offset: usize) {
        self.tables_before(offset);
        self.flow(Flow::flush);
        if self.flattened > 0 || self.stack.len() > MAX_DEPTH {
            self.flattened += 1;
            let line = self.lines.of_offset(offset);
            self.shared.too_deep = Some(self.shared.too_deep.map_or(line, |known| known.min(line)));
        } else {
            self.stack.push(Frame::new(kind, self.lines.of_offset(offset), Flow::default()));
        }
    }

    /// Drops the label of a box when its line is over.
    fn drop_label(&mut self) {
        if let Some(Frame { kind: Kind::Note, flow, .. }) = self.stack.last_mut() {
            flow.drop_label(|text| text.spans.len() == 1 && label_spans(text) == 1);
        }
    }

    /// Ends the innermost container and gives it to the one around it.
    fn close(&mut self) {
        if self.stack.len() < 2 {
            return;
        }
        let Some(Frame { kind, line, flow }) = self.stack.pop() else { return };
        let (mut blocks, left) = flow.finish();
        match kind {
            Kind::Root => {}
            Kind::Note => {
                strip_label(&mut blocks);
                let line = first_line(&blocks).unwrap_or(line);
                self.flow(|flow| {
                    if !blocks.is_empty() {
                        flow.block(Block::Note(Note { line, blocks }));
                    }
                    left.iter().for_each(|id| flow.anchor(id));
                });
            }
            Kind::List(list) => self.flow(|flow| flow.block(Block::List(list))),
            Kind::Item => {
                let line = first_line(&blocks).unwrap_or(line);
                if let Some(Frame { kind: Kind::List(list), .. }) = self.stack.last_mut() {
                    list.items.push(Item { line, anchors: left, blocks });
                }
            }
            Kind::Cell => {
                let mut anchors = left;
                collect_ids(&blocks, &mut anchors);
                if let Some(Frame { kind: Kind::Row(cells, ..), .. }) = self.stack.last_mut() {
                    cells.push(Cell { line, anchors, blocks });
                }
            }
            Kind::Row(mut cells, head, range) => {
                if !head {
                    pipes::as_written(&mut cells, self.text.get(range).unwrap_or_default(), line);
                }
                if let Some(Frame { kind: Kind::Table(table), .. }) = self.stack.last_mut() {
                    if head {
                        table.header = cells;
                    } else {
                        table.rows.push(TableRow { line, anchors: Vec::new(), cells });
                    }
                }
            }
            Kind::Table(table) => self.flow(|flow| flow.block(Block::Table(table))),
        }
    }

    fn end_heading(&mut self) {
        self.end_of_text();
        let Some(level) = self.heading.take() else { return };
        // Inside lists and quotes a heading is only a line that stands out.
        let top = self.stack.len() == 1 && self.flattened == 0;
        let (Some(outline), true) = (&mut self.outline, top) else {
            return self.flow(|flow| {
                let mut text = flow.take_text();
                text.spans.iter_mut().for_each(|span| span.bold = true);
                if text.spans.is_empty() {
                    text.anchors.iter().for_each(|id| flow.anchor(id));
                } else {
                    flow.block(Block::Paragraph(text));
                }
            });
        };
        let Some(root) = self.stack.last_mut() else { return };
        let text = root.flow.take_text();
        let before = root.flow.take_blocks();
        outline.heading(level as u8, text, before);
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let line = code.line.unwrap_or_else(|| self.lines.of_offset(code.range.start));
        if !code.fenced && self.again < MAX_AGAIN {
            let region = self.regions.get(self.next_region).filter(|region| region.start < code.range.end);
            let end = region.map_or(code.range.end, |region| region.end.max(code.range.end));
            let cut = self.flow(|flow| flow.ends_in_cut_list());
            if region.is_some() || cut || looks_like_markup(&code.text) {
                return self.read_again(code.range.start, end);
            }
        }
        let mut text = code.text;
        text.truncate(text.trim_end_matches('\n').len());
        if !text.trim().is_empty() {
            self.flow(|flow| flow.block(Block::Code(Code { line, text })));
        }
    }

    /// Reads lines that are indented like code as Markdown: converters indent what follows a list item
    /// even where the list is over.
    fn read_again(&mut self, start: usize, end: usize) {
        let start = self.lines.start_of(start);
        let mut text = String::new();
        let mut map = Vec::new();
        let mut offset = start;
        for line in self.text.get(start..end).unwrap_or_default().split_inclusive('\n') {
            map.push(self.lines.of_offset(offset));
            offset += line.len();
            let indent = line.bytes().take(4).take_while(|byte| *byte == b' ').count();
            let indent = if line.as_bytes().get(indent) == Some(&b'\t') && indent < 4 { indent + 1 } else { indent };
            text.push_str(line.get(indent..).unwrap_or(line));
        }
        let lines = Lines::new(&text, Some(map));
        while self.regions.get(self.next_region).is_some_and(|region| region.start < end) {
            self.next_region += 1;
        }
        let mut flow = Flow::default();
        read(self.shared, &text, &lines, self.again + 1, None, &mut flow);
        let (blocks, anchors) = flow.finish();
        self.flow(|flow| flow.append(blocks, anchors));
    }

    fn html_block(&mut self, range: Range<usize>) {
        self.tables_before(range.start);
        self.flow(Flow::flush);
        let mut at = range.start;
        while let Some(region) = self.regions.get(self.next_region).filter(|region| region.start < range.end) {
            let (start, end) = (region.start, region.end);
            self.html(at..start);
            self.next_table();
            at = end;
        }
        if at < range.end {
            self.html(at..range.end);
        }
        self.flow(Flow::flush);
    }

    /// Reads a piece of HTML that stands between tables.
    fn html(&mut self, range: Range<usize>) {
        let text = self.text.get(range.clone()).unwrap_or_default();
        if text.trim().is_empty() {
            return;
        }
        let first = self.lines.number(range.start);
        self.fragment(text, first, self.lines);
    }

    /// Reads the next table.
    fn next_table(&mut self) {
        let Some(region) = self.regions.get(self.next_region) else { return };
        self.next_region += 1;
        let text = self.text.get(region.start..region.end).unwrap_or_default();
        let prefix = self.text.get(self.lines.start_of(region.start)..region.start).unwrap_or_default();
        let first = self.lines.number(region.start);
        if prefix.contains('>') {
            // In a quote each line of the table starts with the mark of the quote.
            let text: Vec<&str> = text.split('\n').map(unquoted).collect();
            self.fragment(&text.join("\n"), first, self.lines);
        } else {
            self.fragment(text, first, self.lines);
        }
    }

    fn fragment(&mut self, text: &str, first: u32, lines: &Lines) {
        let mut flow = Flow::default();
        let context = html::Context {
            file: self.shared.file,
            lines,
            first,
            budget: &mut self.shared.budget,
            diagnostics: &mut self.shared.diagnostics,
        };
        html::fragment(context, text, &mut flow);
        let (blocks, anchors) = flow.finish();
        self.flow(|flow| flow.append(blocks, anchors));
    }

    /// Reads the tables before an offset that the parser gave no event for.
    fn tables_before(&mut self, offset: usize) {
        while self.regions.get(self.next_region).is_some_and(|region| region.start < offset) {
            self.next_table();
        }
    }

    fn inline_html(&mut self, text: &CowStr<'_>, range: Range<usize>) {
        if self.regions.get(self.next_region).is_some_and(|region| region.start == range.start) {
            self.flow(Flow::flush);
            return self.next_table();
        }
        let Some(tag) = inline::Tag::parse(text) else { return };
        if !html::is_element(&tag.name) {
            return self.text(text, range.start);
        }
        for id in
            [if tag.name == "a" { tag.attribute("name") } else { None }, tag.attribute("id")].into_iter().flatten()
        {
            self.flow(|flow| flow.anchor(&id));
        }
        match (tag.name.as_str(), tag.closing) {
            ("a", false) => {
                self.style.links.push(tag.attribute("href").map(|target| Rc::from(target.trim())));
                self.style.html_links += 1;
                self.style.update();
            }
            ("a", true) if self.style.html_links > 0 => {
                self.style.html_links -= 1;
                self.style.links.pop();
                self.style.update();
            }
            ("b" | "strong", closing) => {
                self.style.bold = if closing { self.style.bold.saturating_sub(1) } else { self.style.bold + 1 };
                self.style.update();
            }
            ("code" | "tt" | "kbd" | "samp" | "var", closing) => {
                self.style.code = if closing { self.style.code.saturating_sub(1) } else { self.style.code + 1 };
                self.style.update();
            }
            ("br" | "p" | "div" | "li" | "ul" | "ol" | "tr" | "hr", _) => self.flow(Flow::line_break),
            _ => {}
        }
    }
}

/// A line of a quote without its mark.
fn unquoted(line: &str) -> &str {
    line.trim_start().strip_prefix('>').map_or(line, |line| line.strip_prefix(' ').unwrap_or(line))
}

/// Whether text that is indented like code is a caption, table, anchor or quote that lost its list.
fn looks_like_markup(text: &str) -> bool {
    let first = text.trim_start();
    ["**", "<a name", "<a id", "<p ", "<p>", "<div", "<ul", "|", ">![", "```"]
        .iter()
        .any(|mark| first.starts_with(mark))
}

/// How many spans at the start of a box are its label: a bold word with a colon. The icon before it leaves no text.
fn label_spans(text: &Text) -> usize {
    let first = text.spans.first().filter(|span| span.bold && span.link.is_none());
    let word = first.and_then(|span| span.text.trim().strip_suffix(['：', ':']));
    usize::from(word.is_some_and(|word| word.chars().count() <= 12))
}

/// Takes the label off a box where it stands on one line with the text, or in a paragraph of its own.
fn strip_label(blocks: &mut Vec<Block>) {
    let Some(Block::Paragraph(text)) = blocks.first_mut() else { return };
    if label_spans(text) == 0 {
        return;
    }
    text.spans.remove(0);
    if let Some(next) = text.spans.first_mut() {
        next.text = next.text.trim_start().to_string();
    }
    text.spans.retain(|span| !span.text.is_empty());
    if text.spans.is_empty() {
        let Text { anchors, .. } = std::mem::take(text);
        blocks.remove(0);
        if let Some(Block::Paragraph(next)) = blocks.first_mut() {
            next.anchors.splice(0..0, anchors);
        }
    }
}
