//! Simple tables: columns under lines of `=`, spans under lines of `-`.

use super::Reader;
use super::line::{self, Columns, Line};
use crate::flow::Flow;
use crate::grid::{RawCell, RawRow};

/// A line such as `=====  =====`, the upper border of a table.
pub(super) fn is_border(text: &str) -> bool {
    is_end(text) && text.contains(' ')
}

/// A border, also of one column.
fn is_end(text: &str) -> bool {
    text.starts_with('=') && text.bytes().all(|byte| b"= ".contains(&byte))
}

/// A line under a row that says which columns its cells cover.
fn is_spans(text: &str) -> bool {
    text.starts_with('-') && text.contains("--") && text.bytes().all(|byte| b"- ".contains(&byte))
}

/// The first column and the one behind the last of each run of marks.
fn runs(text: &str) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        if byte == b' ' {
            continue;
        }
        match out.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => out.push((at, at + 1)),
        }
    }
    out
}

/// Where the cells of a row start and end.
struct Cuts {
    cells: Vec<(usize, usize)>,
}

impl<'t> Reader<'t> {
    /// Reads a simple table, if it ends; gives the number of its lines.
    pub(super) fn simple_table(
        &mut self,
        lines: &[Line<'t>],
        first: Line<'t>,
        depth: usize,
        flow: &mut Flow,
    ) -> Option<usize> {
        let mut borders = Vec::new();
        for (at, line) in lines.iter().enumerate().skip(1) {
            if is_end(line.text) {
                borders.push(at);
                if borders.len() == 2 || lines.get(at + 1).is_none_or(|line| line.is_blank()) {
                    break;
                }
            }
        }
        // Without a lower border the table reaches as far as its text does.
        let end = borders.last().copied().unwrap_or_else(|| line::filled(lines));
        if borders.is_empty() {
            if end < 2 {
                return None;
            }
            self.broken(first.number, "the simple table has no lower border; it was read up to the next blank line");
        }
        let head = if borders.len() == 2 { borders.first().copied().unwrap_or(0) } else { 0 };
        let columns = runs(first.text);
        let mut rows = Vec::new();
        let mut start = 1;
        let mut filled = false;
        for at in 1..=end {
            let border = at == head || at == end;
            // The line behind a table without a border is not part of it.
            let line = lines.get(at).copied().filter(|_| !borders.is_empty() || at < end);
            let line = line.unwrap_or(Line::new("", first.number));
            if border || is_spans(line.text) {
                let spans = if border { columns.clone() } else { runs(line.text) };
                self.simple_rows(
                    lines.get(start..at).unwrap_or_default(),
                    &columns,
                    spans,
                    at <= head,
                    depth,
                    &mut rows,
                );
                start = at + 1;
                filled = false;
            } else if starts_row(line, &columns) {
                if filled {
                    let part = lines.get(start..at).unwrap_or_default();
                    self.simple_rows(part, &columns, columns.clone(), at < head, depth, &mut rows);
                    start = at;
                }
                filled = true;
            }
        }
        let table = self.table(first.number, rows);
        flow.block(table);
        Some(if borders.is_empty() { end } else { end + 1 })
    }

    /// Adds the row that the lines hold.
    fn simple_rows(
        &mut self,
        lines: &[Line<'t>],
        columns: &[(usize, usize)],
        cells: Vec<(usize, usize)>,
        head: bool,
        depth: usize,
        rows: &mut Vec<RawRow>,
    ) {
        let lines = line::trimmed(lines);
        let Some(first) = lines.first() else { return };
        let cuts = Cuts { cells };
        let rulers: Vec<Columns<'t>> = lines.iter().map(|line| self.ruler(*line, &cuts)).collect();
        let mut row = RawRow { line: first.number, group: u32::from(!head), head, ..RawRow::default() };
        for (index, (from, _)) in cuts.cells.iter().enumerate() {
            let to = cuts.cells.get(index + 1).map_or(usize::MAX, |(next, _)| *next);
            let text: Vec<Line<'t>> = rulers.iter().map(|ruler| ruler.slice(*from, to.min(ruler.len()))).collect();
            let covered = columns.iter().filter(|(start, _)| (*from..to).contains(start)).count();
            let cell = self.cell(&text, first.number, depth);
            row.cells.push(RawCell { cell, rows: 1, columns: covered.max(1), header: head });
        }
        rows.push(row);
    }

    /// The columns of a line: by the width of its characters or by their number, whichever leaves the gaps free.
    fn ruler(&mut self, line: Line<'t>, cuts: &Cuts) -> Columns<'t> {
        let wide = Columns::new(line, true);
        if cuts.fits(&wide) {
            return wide;
        }
        let narrow = Columns::new(line, false);
        if cuts.fits(&narrow) {
            return narrow;
        }
        self.broken(
            line.number,
            "text of a simple table stands between its columns; it was cut where the next one starts",
        );
        wide
    }
}

impl Cuts {
    /// Nothing stands between the cells.
    fn fits(&self, line: &Columns<'_>) -> bool {
        self.cells.windows(2).all(|pair| match pair {
            [(_, end), (next, _)] => (*end..*next).all(|column| matches!(line.byte(column), b' ' | 0)),
            _ => true,
        })
    }
}

/// There is text in the first column.
fn starts_row(line: Line<'_>, columns: &[(usize, usize)]) -> bool {
    let width = columns.first().map_or(0, |(_, end)| *end);
    !line.is_blank() && line.indent() < width
}
