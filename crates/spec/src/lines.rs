//! Byte offsets to lines and columns.

use std::ops::Range;
use std::sync::Arc;

use crate::diagnostic::Place;

/// The line starts of a text.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// Finds the lines of a text.
    pub(crate) fn new(text: &'a str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// Line and column, both from 1; the column counts characters.
    pub(crate) fn position(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |head| head.chars().count());
        (clamp(line + 1), clamp(column + 1))
    }

    /// The place of a span in a file.
    pub(crate) fn place(&self, file: &Arc<str>, span: &Range<usize>) -> Place {
        let (line, column) = self.position(span.start);
        Place { file: file.clone(), line, column }
    }
}

fn clamp(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
