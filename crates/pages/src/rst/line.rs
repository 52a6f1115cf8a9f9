//! Lines of a container: without its indentation, with their place in the file.

/// A line without the indentation of the container it is read in, and without white space at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'t> {
    pub(super) text: &'t str,
    /// The line in the file on disk.
    pub(super) number: u32,
}

impl<'t> Line<'t> {
    pub(super) fn new(text: &'t str, number: u32) -> Self {
        Line { text: text.trim_end(), number }
    }

    pub(super) fn is_blank(self) -> bool {
        self.text.is_empty()
    }

    /// The blanks that it starts with; a blank line has none.
    pub(super) fn indent(self) -> usize {
        self.text.bytes().take_while(|byte| *byte == b' ').count()
    }

    /// Without its first bytes, which the caller knows to be ASCII.
    pub(super) fn skip(self, bytes: usize) -> Self {
        Line { text: self.text.get(bytes..).unwrap_or_default(), number: self.number }
    }

    /// Without the first blanks, as far as there are any.
    pub(super) fn cut(self, blanks: usize) -> Self {
        self.skip(blanks.min(self.indent()))
    }

    pub(super) fn trim(self) -> Self {
        Line { text: self.text.trim(), number: self.number }
    }
}

/// How many lines from the start are indented by at least `indent` or blank; blank lines at the end do not count.
pub(super) fn indented(lines: &[Line<'_>], indent: usize) -> usize {
    let mut used = 0;
    for (index, line) in lines.iter().enumerate() {
        if line.is_blank() {
            continue;
        }
        if line.indent() < indent {
            break;
        }
        used = index + 1;
    }
    used
}

/// The lines without the indentation that all of them share, and without blank lines around them.
pub(super) fn dedent<'t>(lines: &[Line<'t>]) -> Vec<Line<'t>> {
    let lines = trimmed(lines);
    let shared = lines.iter().filter(|line| !line.is_blank()).map(|line| line.indent()).min().unwrap_or(0);
    lines.iter().map(|line| line.cut(shared)).collect()
}

/// The lines without blank lines around them.
pub(super) fn trimmed<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let first = lines.iter().position(|line| !line.is_blank()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_blank()).map_or(first, |last| last + 1);
    lines.get(first..last).unwrap_or_default()
}

/// How many lines from the start are not blank.
pub(super) fn filled(lines: &[Line<'_>]) -> usize {
    lines.iter().position(|line| line.is_blank()).unwrap_or(lines.len())
}

/// How many lines from the start are blank.
pub(super) fn blanks(lines: &[Line<'_>]) -> usize {
    lines.iter().position(|line| !line.is_blank()).unwrap_or(lines.len())
}

/// The text with tabs turned into blanks up to the next multiple of eight columns, as the markup defines them.
pub(super) fn expand_tabs(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut column = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let blanks = 8 - column % 8;
                out.extend(std::iter::repeat_n(' ', blanks));
                column += blanks;
            }
            '\n' => {
                out.push(c);
                column = 0;
            }
            _ => {
                out.push(if matches!(c, '\u{b}' | '\u{c}') { ' ' } else { c });
                column += 1;
            }
        }
    }
    out
}

/// The columns that a character takes in a fixed-width font.
fn width(c: char) -> usize {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{a960}'..='\u{a97f}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f900}'..='\u{1f9ff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// A line whose columns can be asked for.
#[derive(Debug)]
pub(super) struct Columns<'t> {
    pub(super) line: Line<'t>,
    /// The byte of each column, and the end; `None` if every byte is a column.
    offsets: Option<Vec<usize>>,
}

impl<'t> Columns<'t> {
    /// The columns by the width of the characters, as docutils counts, or by their number.
    pub(super) fn new(line: Line<'t>, wide: bool) -> Self {
        if line.text.is_ascii() {
            return Columns { line, offsets: None };
        }
        let mut offsets = Vec::with_capacity(line.text.len() + 1);
        for (at, c) in line.text.char_indices() {
            offsets.extend(std::iter::repeat_n(at, if wide { width(c) } else { 1 }));
        }
        offsets.push(line.text.len());
        Columns { line, offsets: Some(offsets) }
    }

    /// The columns of a line that is meant to have `len` of them; tables are drawn with both ways of counting.
    pub(super) fn fitting(line: Line<'t>, len: usize) -> Self {
        let wide = Columns::new(line, true);
        if wide.len() == len || wide.offsets.is_none() {
            return wide;
        }
        let narrow = Columns::new(line, false);
        if narrow.len() == len { narrow } else { wide }
    }

    /// The number of columns.
    pub(super) fn len(&self) -> usize {
        self.offsets.as_ref().map_or(self.line.text.len(), |offsets| offsets.len().saturating_sub(1))
    }

    fn offset(&self, column: usize) -> usize {
        match &self.offsets {
            Some(offsets) => offsets.get(column).copied().unwrap_or(self.line.text.len()),
            None => column.min(self.line.text.len()),
        }
    }

    /// The byte at a column; nought behind the end.
    pub(super) fn byte(&self, column: usize) -> u8 {
        self.line.text.as_bytes().get(self.offset(column)).copied().unwrap_or(0)
    }

    /// The part from one column up to another.
    pub(super) fn slice(&self, from: usize, to: usize) -> Line<'t> {
        let text = self.line.text.get(self.offset(from)..self.offset(to)).unwrap_or_default();
        Line::new(text, self.line.number)
    }
}
