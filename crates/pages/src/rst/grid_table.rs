//! Grid tables: cells drawn with `+`, `-` and `|`, the header ended by `=`.

use std::collections::BTreeSet;

use super::Reader;
use super::line::{Columns, Line};
use crate::flow::Flow;
use crate::grid::{RawCell, RawRow};

/// A line such as `+---+-----+`.
pub(super) fn is_border(text: &str) -> bool {
    text.starts_with("+-") && text.len() >= 3 && text.ends_with('+') && text.bytes().all(|byte| b"+-".contains(&byte))
        || is_head_border(text)
}

/// A line such as `+===+=====+`, which ends the header.
fn is_head_border(text: &str) -> bool {
    text.starts_with("+=") && text.ends_with('+') && text.bytes().all(|byte| b"+=".contains(&byte))
}

/// The place of a cell: the lines and columns of its borders.
#[derive(Debug)]
struct Frame {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
}

/// The lines of a table, by column.
struct Canvas<'t> {
    rows: Vec<Columns<'t>>,
    /// The column of the right border.
    right: usize,
    /// The lines drawn with `=`.
    heads: Vec<bool>,
}

impl<'t> Canvas<'t> {
    fn new(lines: &[Line<'t>]) -> Self {
        let width = lines.first().map_or(0, |line| line.text.len());
        Canvas {
            rows: lines.iter().map(|line| Columns::fitting(*line, width)).collect(),
            right: width.saturating_sub(1),
            heads: lines.iter().map(|line| is_head_border(line.text)).collect(),
        }
    }

    /// The mark at a place; `=` of the header's border counts as `-`.
    fn at(&self, line: usize, column: usize) -> u8 {
        let byte = self.rows.get(line).map_or(0, |row| row.byte(column));
        if byte == b'=' && self.heads.get(line) == Some(&true) { b'-' } else { byte }
    }

    fn bottom(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// All cells in the order of their upper left corners; `None` if they do not fill the table.
    ///
    /// From each corner the border is followed to the right, down, back and up, as docutils does.
    fn frames(&self) -> Option<Vec<Frame>> {
        let mut steps = self.rows.len().saturating_mul(self.right + 1).saturating_mul(16).saturating_add(1000);
        let mut frames = Vec::new();
        // Down to which line each column is taken by cells.
        let mut done = vec![0; self.right];
        let mut corners = BTreeSet::from([(0, 0)]);
        while let Some((top, left)) = corners.pop_first() {
            if top == self.bottom() || left == self.right || done.get(left).is_none_or(|done| *done != top) {
                continue;
            }
            let Some((bottom, right)) = self.frame(top, left, &mut steps) else { continue };
            let below = done.get_mut(left..right)?;
            if below.iter().any(|done| *done != top) {
                return None;
            }
            below.fill(bottom);
            corners.insert((top, right));
            corners.insert((bottom, left));
            frames.push(Frame { top, bottom, left, right });
        }
        done.iter().all(|done| *done == self.bottom()).then_some(frames)
    }

    fn frame(&self, top: usize, left: usize, steps: &mut usize) -> Option<(usize, usize)> {
        if self.at(top, left) != b'+' {
            return None;
        }
        for right in left + 1..=self.right {
            *steps = steps.checked_sub(1)?;
            match self.at(top, right) {
                b'+' => {
                    if let Some(bottom) = self.down(top, left, right, steps) {
                        return Some((bottom, right));
                    }
                }
                b'-' => {}
                _ => return None,
            }
        }
        None
    }

    fn down(&self, top: usize, left: usize, right: usize, steps: &mut usize) -> Option<usize> {
        for bottom in top + 1..=self.bottom() {
            *steps = steps.checked_sub(1)?;
            match self.at(bottom, right) {
                b'+' => {
                    if self.closes(top, bottom, left, right, steps)? {
                        return Some(bottom);
                    }
                }
                b'|' => {}
                _ => return None,
            }
        }
        None
    }

    /// The lower and the left border of a cell are there.
    fn closes(&self, top: usize, bottom: usize, left: usize, right: usize, steps: &mut usize) -> Option<bool> {
        if self.at(bottom, left) != b'+' {
            return Some(false);
        }
        for column in (left + 1..right).rev() {
            *steps = steps.checked_sub(1)?;
            if !matches!(self.at(bottom, column), b'+' | b'-') {
                return Some(false);
            }
        }
        for line in (top + 1..bottom).rev() {
            *steps = steps.checked_sub(1)?;
            if !matches!(self.at(line, left), b'+' | b'|') {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The text inside a frame.
    fn text(&self, frame: &Frame) -> Vec<Line<'t>> {
        let rows = self.rows.get(frame.top + 1..frame.bottom).unwrap_or_default();
        rows.iter().map(|row| row.slice(frame.left + 1, frame.right)).collect()
    }
}

impl<'t> Reader<'t> {
    /// Reads a grid table; gives the number of its lines.
    pub(super) fn grid_table(&mut self, lines: &[Line<'t>], depth: usize, flow: &mut Flow) -> usize {
        let used = lines.iter().take_while(|line| line.text.starts_with(['+', '|'])).count();
        let lines = lines.get(..used).unwrap_or_default();
        let Some(first) = lines.first() else { return 1 };
        let canvas = Canvas::new(lines);
        let rows = match canvas.frames() {
            Some(frames) => self.rows_of_frames(&canvas, &frames, depth),
            None => {
                let width = canvas.right + 1;
                let odd = canvas.rows.iter().find(|row| row.len() != width);
                let (line, what) = match odd {
                    Some(row) => (row.line.number, "this line of a grid table is not as wide as its upper border"),
                    None if !lines.last().is_some_and(|last| is_border(last.text)) => {
                        (lines.last().map_or(first.number, |last| last.number), "the grid table has no lower border")
                    }
                    None => (first.number, "the borders of the grid table do not meet"),
                };
                self.broken(line, format!("{what}; its cells were cut at the columns of the upper border"));
                self.rows_of_columns(&canvas, depth)
            }
        };
        let table = self.table(first.number, rows);
        flow.block(table);
        used
    }

    fn rows_of_frames(&mut self, canvas: &Canvas<'t>, frames: &[Frame], depth: usize) -> Vec<RawRow> {
        let sorted = |places: BTreeSet<usize>| places.into_iter().collect::<Vec<_>>();
        let tops = sorted(frames.iter().flat_map(|frame| [frame.top, frame.bottom]).collect());
        let lefts = sorted(frames.iter().flat_map(|frame| [frame.left, frame.right]).collect());
        let index = |places: &[usize], place| places.partition_point(|known| *known < place);
        let head = canvas.heads.iter().skip(1).position(|head| *head).map_or(0, |line| line + 1);
        let head = if head == canvas.bottom() { 0 } else { head };
        let mut rows: Vec<RawRow> = Vec::with_capacity(tops.len());
        for top in tops.iter().take(tops.len().saturating_sub(1)) {
            let line = canvas.rows.get(top + 1).map_or(0, |row| row.line.number);
            rows.push(RawRow { line, group: u32::from(*top >= head), head: *top < head, ..RawRow::default() });
        }
        for frame in frames {
            let top = index(&tops, frame.top);
            let Some(row) = rows.get_mut(top) else { continue };
            row.cells.push(RawCell {
                cell: self.cell(&canvas.text(frame), row.line, depth),
                rows: index(&tops, frame.bottom) - top,
                columns: index(&lefts, frame.right) - index(&lefts, frame.left),
                header: row.head,
            });
        }
        rows
    }

    /// Reads a damaged table: rows end at lines that look like borders, cells at the columns of the upper border.
    fn rows_of_columns(&mut self, canvas: &Canvas<'t>, depth: usize) -> Vec<RawRow> {
        let corners: Vec<usize> = (0..=canvas.right).filter(|column| canvas.at(0, *column) == b'+').collect();
        let count = corners.len().saturating_sub(1);
        let mut rows = Vec::new();
        let mut open: Vec<Vec<Line<'t>>> = vec![Vec::new(); count];
        let head = canvas.heads.iter().skip(1).any(|head| *head);
        let mut behind_head = !head;
        let ends = canvas.rows.iter().zip(canvas.heads.iter().copied()).skip(1).map(Some).chain([None]);
        for end in ends {
            let border = end.is_none_or(|(row, _)| {
                let text = row.line.text;
                text.starts_with('+') && text.bytes().all(|byte| b"+-=| ".contains(&byte))
            });
            if !border {
                if let Some((row, _)) = end {
                    for (cell, text) in open.iter_mut().zip(split(row, &corners)) {
                        cell.push(text);
                    }
                }
                continue;
            }
            if open.iter().flatten().any(|line| !line.is_blank()) {
                let line = open.iter().flatten().map(|line| line.number).min().unwrap_or(0);
                let mut row = RawRow { line, group: u32::from(behind_head), head: !behind_head, ..RawRow::default() };
                for cell in &open {
                    row.cells.push(self.single_cell(cell, line, depth));
                }
                rows.push(row);
            }
            open.iter_mut().for_each(Vec::clear);
            behind_head |= end.is_some_and(|(_, head)| head);
        }
        rows
    }
}

/// The cells on one line of a damaged table.
fn split<'t>(row: &Columns<'t>, corners: &[usize]) -> Vec<Line<'t>> {
    let text = row.line.text;
    let count = corners.len().saturating_sub(1);
    let inner = text.strip_prefix('|').unwrap_or(text);
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    // As many bars as there should be: they are the borders, wherever they stand.
    if count > 0 && inner.bytes().filter(|byte| *byte == b'|').count() + 1 == count {
        return inner.split('|').map(|text| Line::new(text, row.line.number)).collect();
    }
    corners
        .windows(2)
        .map(|pair| match pair {
            [left, right] => {
                let last = Some(right) == corners.last();
                let text = row.slice(left + 1, if last { row.len().max(*right) } else { *right });
                Line::new(text.text.trim_end_matches('|'), text.number)
            }
            _ => Line::new("", row.line.number),
        })
        .collect()
}
