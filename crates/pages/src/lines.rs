//! From positions in the text that a reader sees to lines of the file on disk.

/// The lines of a text, and where each of them stands in the file.
#[derive(Debug, Clone)]
pub(crate) struct Lines {
    /// The byte offset at which each line starts.
    starts: Vec<usize>,
    /// The line on disk of each line of the text; `None` if they are the same.
    map: Option<Vec<u32>>,
}

impl Lines {
    /// The lines of a text that stands in its file as it is, or behind the given map.
    pub(crate) fn new(text: &str, map: Option<Vec<u32>>) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { starts, map }
    }

    /// The line on disk of a line of the text, both from 1.
    pub(crate) fn of_line(&self, line: u32) -> u32 {
        let Some(map) = &self.map else { return line };
        let index = usize::try_from(line.saturating_sub(1)).unwrap_or(usize::MAX);
        map.get(index).or(map.last()).copied().unwrap_or(line)
    }

    /// The line of the text, from 1, that holds a byte offset.
    pub(crate) fn number(&self, offset: usize) -> u32 {
        u32::try_from(self.starts.partition_point(|start| *start <= offset)).unwrap_or(u32::MAX)
    }

    /// The line on disk that holds a byte offset of the text.
    pub(crate) fn of_offset(&self, offset: usize) -> u32 {
        self.of_line(self.number(offset))
    }

    /// The byte offset at which the line of an offset starts.
    pub(crate) fn start_of(&self, offset: usize) -> usize {
        let number = self.starts.partition_point(|start| *start <= offset);
        self.starts.get(number.saturating_sub(1)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_maps() {
        let plain = Lines::new("ab\n\ncd", None);
        assert_eq!([0, 2, 3, 4, 6, 99].map(|at| plain.of_offset(at)), [1, 1, 2, 3, 3, 3]);
        assert_eq!(plain.start_of(5), 4);
        let mapped = Lines::new("ab\ncd\n", Some(vec![9, 12]));
        assert_eq!([0, 3, 6].map(|at| mapped.of_offset(at)), [9, 12, 12]);
    }
}
