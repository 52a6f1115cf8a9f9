//! Tables with spans: each cell stands again in every place that it covers.

use crate::model::{Block, Cell, TableRow};

/// A row as the page writes it.
#[derive(Debug, Default)]
pub(crate) struct RawRow {
    pub(crate) line: u32,
    pub(crate) anchors: Vec<String>,
    pub(crate) cells: Vec<RawCell>,
    /// The part of the table that the row belongs to; row spans end with it.
    pub(crate) group: u32,
    /// The row is in the head of the table.
    pub(crate) head: bool,
}

/// A cell as the page writes it.
#[derive(Debug, Default)]
pub(crate) struct RawCell {
    pub(crate) cell: Cell,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) header: bool,
}

/// The widest span that is believed.
pub(crate) const MAX_SPAN: usize = 1000;

/// How much a page may grow by spelling out spans, so that a few large spans cannot fill the memory.
#[derive(Debug)]
pub(crate) struct Budget {
    cells: usize,
    bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Budget { cells: 100_000, bytes: 8 << 20 }
    }
}

impl Budget {
    fn copy(&mut self, cell: &Cell) -> Option<Cell> {
        self.cells = self.cells.checked_sub(1)?;
        self.bytes = self.bytes.checked_sub(size(&cell.blocks) + cell.anchors.len() * 32)?;
        Some(cell.clone())
    }
}

fn size(blocks: &[Block]) -> usize {
    blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph(text) => text.spans.iter().map(|span| span.text.len() + 64).sum(),
            Block::Code(code) => code.text.len() + 64,
            Block::List(list) => list.items.iter().map(|item| size(&item.blocks) + 64).sum(),
            Block::Note(note) => size(&note.blocks),
            Block::Table(table) => {
                table.rows.iter().flat_map(|row| &row.cells).map(|cell| size(&cell.blocks) + 64).sum()
            }
        })
        .sum()
}

/// A cell that reaches into the rows below.
struct Carry {
    left: usize,
    cell: Cell,
    origin: usize,
}

/// The header row, the other rows, and whether the spans were too large to spell all of them out.
pub(crate) fn spell_out(raw: Vec<RawRow>, budget: &mut Budget) -> (Vec<Cell>, Vec<TableRow>, bool) {
    let has_head = raw.iter().any(|row| row.head);
    let mut header = Header::default();
    let mut rows = Vec::with_capacity(raw.len());
    let mut carries: Vec<Option<Carry>> = Vec::new();
    let mut group = u32::MAX;
    let mut over = false;
    let mut origin = 0;
    for (index, row) in raw.into_iter().enumerate() {
        if row.group != group {
            carries.clear();
            group = row.group;
        }
        let titles = !row.cells.is_empty() && row.cells.iter().all(|cell| cell.header);
        let head = row.head || (!has_head && index == 0 && titles);
        let line = row.cells.first().map_or(row.line, |cell| cell.cell.line);
        let mut cells: Vec<(Cell, usize)> = Vec::with_capacity(row.cells.len());
        let mut own = row.cells.into_iter();
        loop {
            let column = cells.len();
            if let Some(carry) = carries.get_mut(column).and_then(Option::as_mut) {
                let Some(copy) = budget.copy(&carry.cell) else {
                    over = true;
                    carries.clear();
                    continue;
                };
                cells.push((copy, carry.origin));
                carry.left -= 1;
                if carry.left == 0 {
                    clear(&mut carries, column);
                }
                continue;
            }
            let Some(cell) = own.next() else {
                // A row can end before the column that a cell from above reaches into.
                if column >= carries.len() {
                    break;
                }
                let Some(empty) = budget.copy(&Cell::default()) else {
                    over = true;
                    break;
                };
                cells.push((empty, usize::MAX));
                continue;
            };
            origin += 1;
            let RawCell { cell, rows: down, columns: across, .. } = cell;
            for extra in 0..across.clamp(1, MAX_SPAN) {
                let free = extra == 0 || carries.get(column + extra).is_none_or(Option::is_none);
                let copy = if extra == 0 { None } else { budget.copy(&cell) };
                if !free || (extra > 0 && copy.is_none()) {
                    over |= free;
                    break;
                }
                if down > 1 {
                    match budget.copy(&cell) {
                        Some(cell) => set(&mut carries, column + extra, Carry { left: down - 1, cell, origin }),
                        None => over = true,
                    }
                }
                cells.push((copy.unwrap_or_else(|| cell.clone()), origin));
            }
        }
        if head {
            header.add(cells);
        } else {
            let cells = cells.into_iter().map(|(cell, _)| cell).collect();
            rows.push(TableRow { line, anchors: row.anchors, cells });
        }
    }
    (header.cells, rows, over)
}

/// Removes a carry; the last entry is always one that reaches further.
fn clear(carries: &mut Vec<Option<Carry>>, column: usize) {
    if let Some(place) = carries.get_mut(column) {
        *place = None;
    }
    while let Some(None) = carries.last() {
        carries.pop();
    }
}

fn set(carries: &mut Vec<Option<Carry>>, column: usize, carry: Carry) {
    while carries.len() <= column {
        carries.push(None);
    }
    if let Some(place) = carries.get_mut(column) {
        *place = Some(carry);
    }
}

/// The header row; several rows become one, each column with the cells that stand in it from top to bottom.
#[derive(Default)]
struct Header {
    cells: Vec<Cell>,
    origins: Vec<usize>,
}

impl Header {
    fn add(&mut self, row: Vec<(Cell, usize)>) {
        for (column, (cell, origin)) in row.into_iter().enumerate() {
            match (self.cells.get_mut(column), self.origins.get_mut(column)) {
                (Some(above), Some(known)) if *known != origin => {
                    above.blocks.extend(cell.blocks);
                    above.anchors.extend(cell.anchors);
                    *known = origin;
                }
                (Some(_), Some(_)) => {}
                _ => {
                    self.cells.push(cell);
                    self.origins.push(origin);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Span, Text};

    fn cell(text: &str, rows: usize, columns: usize) -> RawCell {
        let spans = vec![Span { text: text.to_string(), ..Span::default() }];
        let blocks = vec![Block::Paragraph(Text { line: 1, anchors: Vec::new(), spans })];
        RawCell { cell: Cell { line: 1, anchors: Vec::new(), blocks }, rows, columns, header: false }
    }

    #[track_caller]
    fn check(rows: Vec<Vec<RawCell>>, want: &[&str]) {
        let raw = rows.into_iter().map(|cells| RawRow { cells, ..RawRow::default() }).collect();
        let (_, rows, _) = spell_out(raw, &mut Budget::default());
        let got: Vec<String> =
            rows.iter().map(|row| row.cells.iter().map(Cell::plain).collect::<Vec<_>>().join(",")).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn spans() {
        check(vec![vec![cell("a", 2, 1), cell("b", 1, 1)], vec![cell("c", 1, 1)]], &["a,b", "a,c"]);
        check(
            vec![vec![cell("a", 1, 2), cell("b", 3, 1)], vec![cell("c", 1, 1), cell("d", 1, 1)]],
            &["a,a,b", "c,d,b"],
        );
        check(vec![vec![cell("a", 2, 2)], vec![cell("b", 1, 1)]], &["a,a", "a,a,b"]);
        check(vec![vec![cell("a", 1, 1), cell("b", 2, 1)], vec![]], &["a,b", ",b"]);
        check(vec![vec![cell("a", 0, 0), cell("b", 1, 1)], vec![cell("c", 1, 1)]], &["a,b", "c"]);
    }

    #[test]
    fn bombs_are_bounded() {
        let raw = (0..2000).map(|_| RawRow { cells: vec![cell("x", 1000, 1000)], ..RawRow::default() }).collect();
        let (_, rows, over) = spell_out(raw, &mut Budget::default());
        assert!(over);
        assert!(rows.iter().map(|row| row.cells.len()).sum::<usize>() < 2_000_000);
    }
}
