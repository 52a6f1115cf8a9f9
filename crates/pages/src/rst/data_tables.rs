//! Tables written as lists (`list-table`) or as comma-separated values (`csv-table`).

use super::Reader;
use super::directives::Directive;
use super::line::Line;
use crate::flow::{Flow, collect_ids, first_line};
use crate::grid::{RawCell, RawRow};
use crate::model::{Block, Cell};

/// The rows of a list of lists.
pub(super) fn list<'t>(reader: &mut Reader<'t>, directive: &Directive<'t>, depth: usize) -> Option<Vec<RawRow>> {
    let mut flow = Flow::default();
    reader.body(&directive.content, depth + 1, None, &mut flow);
    let (blocks, _) = flow.finish();
    let outer = blocks.into_iter().find_map(|block| match block {
        Block::List(list) => Some(list),
        _ => None,
    })?;
    let heads = directive.number("header-rows");
    let mut rows = Vec::with_capacity(outer.items.len());
    for (index, item) in outer.items.into_iter().enumerate() {
        let head = index < heads;
        let mut row =
            RawRow { line: item.line, anchors: item.anchors, group: u32::from(!head), head, ..RawRow::default() };
        for block in item.blocks {
            let Block::List(inner) = block else { continue };
            for cell in inner.items {
                let mut anchors = cell.anchors;
                collect_ids(&cell.blocks, &mut anchors);
                let line = first_line(&cell.blocks).unwrap_or(cell.line);
                row.cells.push(RawCell {
                    cell: Cell { line, anchors, blocks: cell.blocks },
                    rows: 1,
                    columns: 1,
                    header: head,
                });
            }
        }
        if !row.cells.is_empty() {
            rows.push(row);
        }
    }
    (!rows.is_empty()).then_some(rows)
}

/// The rows of comma-separated values; cells that go on over several lines are read as one paragraph.
pub(super) fn csv<'t>(reader: &mut Reader<'t>, directive: &Directive<'t>) -> Option<Vec<RawRow>> {
    let comma = match directive.option("delim").map(|value| value.text.trim()) {
        Some("tab") => '\t',
        Some("space") => ' ',
        Some(text) => text.chars().next().unwrap_or(','),
        None => ',',
    };
    let heads = directive.number("header-rows");
    let mut rows = Vec::new();
    let header = directive.option("header").map(|line| vec![line]).unwrap_or_default();
    for (lines, head) in [(header.as_slice(), true), (directive.content.as_slice(), false)] {
        for (index, cells) in records(lines, comma).into_iter().enumerate() {
            let head = head || index < heads;
            let line = cells.first().map_or(directive.line, |(_, line)| *line);
            let mut row = RawRow { line, group: u32::from(!head), head, ..RawRow::default() };
            for (text, line) in cells {
                let cell = value(reader, &text, line);
                row.cells.push(RawCell { cell, rows: 1, columns: 1, header: head });
            }
            rows.push(row);
        }
    }
    (!rows.is_empty()).then_some(rows)
}

fn value(reader: &mut Reader<'_>, text: &str, line: u32) -> Cell {
    let mut flow = Flow::default();
    reader.inline(&[Line::new(text, line).trim()], &mut flow);
    let (blocks, anchors) = flow.finish();
    Cell { line, anchors, blocks }
}

/// The records in the lines: each value with the line it starts on.
fn records(lines: &[Line<'_>], comma: char) -> Vec<Vec<(String, u32)>> {
    let mut out = Vec::new();
    let mut record: Vec<(String, u32)> = Vec::new();
    let mut value: Option<(String, u32)> = None;
    let mut quoted = false;
    for line in lines {
        if line.is_blank() && !quoted {
            continue;
        }
        let mut chars = line.text.chars().peekable();
        while let Some(c) = chars.next() {
            let number = line.number;
            let empty = value.as_ref().is_none_or(|(text, _)| text.trim().is_empty());
            if c == '"' && quoted && chars.peek() == Some(&'"') {
                chars.next();
                value.get_or_insert_with(|| (String::new(), number)).0.push('"');
            } else if c == '"' && (quoted || empty) {
                quoted = !quoted;
                value.get_or_insert_with(|| (String::new(), number));
            } else if c == comma && !quoted {
                record.push(value.take().unwrap_or((String::new(), number)));
            } else {
                value.get_or_insert_with(|| (String::new(), number)).0.push(c);
            }
        }
        if quoted {
            if let Some((text, _)) = &mut value {
                text.push(' ');
            }
        } else {
            record.push(value.take().unwrap_or((String::new(), line.number)));
            out.push(std::mem::take(&mut record));
        }
    }
    if let Some(value) = value {
        record.push(value);
        out.push(record);
    }
    out
}
