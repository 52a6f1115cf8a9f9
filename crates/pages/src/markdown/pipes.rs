//! The cells that a row of a pipe table really has: the parser fills short rows up and drops what long rows have too many.

use crate::model::{Block, Cell, Span, Text};

/// Makes the cells of a row those that are written in its source line.
pub(super) fn as_written(cells: &mut Vec<Cell>, source: &str, line: u32) {
    let written = split(source);
    if written.len() < cells.len() {
        // Only what the parser added goes: a cell with content is written, whatever the count says.
        while cells.len() > written.len() && cells.last().is_some_and(|cell| cell.blocks.is_empty()) {
            cells.pop();
        }
    }
    for text in written.iter().skip(cells.len()) {
        let span = Span { text: text.trim().replace("\\|", "|"), ..Span::default() };
        let mut cell = Cell { line, ..Cell::default() };
        if !span.text.is_empty() {
            cell.blocks.push(Block::Paragraph(Text { line, anchors: Vec::new(), spans: vec![span] }));
        }
        cells.push(cell);
    }
}

/// Splits a row at its bars; a bar behind a backslash is text.
fn split(source: &str) -> Vec<&str> {
    let row = source.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut out = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in row.char_indices() {
        if c == '|' && !escaped {
            out.push(row.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    let rest = row.get(start..).unwrap_or_default();
    if !rest.trim().is_empty() || out.is_empty() {
        out.push(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn bars_divide_a_row() {
        assert_eq!(split("| a | b |"), [" a ", " b "]);
        assert_eq!(split("a | b"), ["a ", " b"]);
        assert_eq!(split("| a \\| b | c |"), [" a \\| b ", " c "]);
        assert_eq!(split("| a | |"), [" a ", " "]);
        assert_eq!(split("|"), [""]);
        assert_eq!(split(""), [""]);
    }
}
