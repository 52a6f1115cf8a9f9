//! The lines of a container: headings, paragraphs, quotes and what starts with a mark of its own.

use super::line::{self, Line};
use super::{MAX_DEPTH, Reader, grid_table, lists, simple_table};
use crate::flow::{Flow, Outline};
use crate::model::{Block, Code};

impl<'t> Reader<'t> {
    /// Reads the lines of a container; headings need the outline.
    pub(super) fn body(
        &mut self,
        lines: &[Line<'t>],
        depth: usize,
        mut outline: Option<&mut Outline>,
        flow: &mut Flow,
    ) {
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            let rest = lines.get(at..).unwrap_or_default();
            at += if line.is_blank() {
                1
            } else if depth > MAX_DEPTH {
                self.too_deep.get_or_insert(line.number);
                let used = line::filled(rest);
                self.paragraph(rest.get(..used).unwrap_or_default(), flow);
                used
            } else {
                self.element(rest, *line, depth, outline.as_deref_mut(), flow).max(1)
            };
        }
        flow.flush();
    }

    /// Reads the element that the lines start with; gives the number of its lines.
    fn element(
        &mut self,
        lines: &[Line<'t>],
        first: Line<'t>,
        depth: usize,
        outline: Option<&mut Outline>,
        flow: &mut Flow,
    ) -> usize {
        if first.indent() > 0 {
            let used = line::indented(lines, 1);
            self.body(&line::dedent(lines.get(..used).unwrap_or_default()), depth + 1, None, flow);
            return used;
        }
        if super::explicit::is_explicit(first.text) {
            return self.explicit(lines, first, depth, outline, flow);
        }
        if let Some((name, _)) = lists::field(first.text) {
            if self.at_top {
                return self.page_fields(lines);
            }
            if !name.is_empty() {
                return self.fields(lines, depth, flow);
            }
        }
        self.at_top = false;
        if first.text.starts_with("__ ") {
            return 1;
        }
        if grid_table::is_border(first.text) {
            return self.grid_table(lines, depth, flow);
        }
        if simple_table::is_border(first.text)
            && let Some(used) = self.simple_table(lines, first, depth, flow)
        {
            return used;
        }
        if let Some(used) = self.list(lines, depth, flow) {
            return used;
        }
        if first.text == "|" || first.text.starts_with("| ") {
            return self.line_block(lines, flow);
        }
        if first.text.starts_with(">>> ") {
            let used = line::filled(lines);
            code(lines.get(..used).unwrap_or_default(), flow);
            return used;
        }
        if let Some(used) = self.heading(lines, first, outline, flow) {
            return used;
        }
        self.text(lines, first, depth, flow)
    }

    /// A heading over a line of marks, or between two of them; a line of marks alone divides the text.
    fn heading(
        &mut self,
        lines: &[Line<'t>],
        first: Line<'t>,
        outline: Option<&mut Outline>,
        flow: &mut Flow,
    ) -> Option<usize> {
        let next = lines.get(1).copied();
        let (title, used) = match adornment(first.text) {
            Some(mark) => {
                let below = lines.get(2).and_then(|line| adornment(line.text));
                match next.filter(|next| !next.is_blank() && below == Some(mark) && adornment(next.text).is_none()) {
                    Some(title) => (title.trim(), 3),
                    None if first.text.len() >= 4 && next.is_none_or(Line::is_blank) => return Some(1),
                    None => return None,
                }
            }
            None => {
                let below = next?.text;
                adornment(below)?;
                let long = below.len() >= 4 || below.len() >= first.text.chars().count();
                if !long {
                    return None;
                }
                (first, 2)
            }
        };
        let before = outline.as_ref().map(|_| flow.take_blocks());
        self.inline(&[title], flow);
        let mut text = flow.take_text();
        match outline.zip(before) {
            Some((outline, before)) => outline.heading(1, text, before),
            None => {
                text.spans.iter_mut().for_each(|span| span.bold = true);
                flow.block(Block::Paragraph(text));
            }
        }
        Some(used)
    }

    /// Text with a fixed break after each line.
    fn line_block(&mut self, lines: &[Line<'t>], flow: &mut Flow) -> usize {
        let mut used = 0;
        while let Some(first) = lines.get(used).filter(|line| line.text == "|" || line.text.starts_with("| ")) {
            let rest = lines.get(used + 1..).unwrap_or_default();
            let more = rest.iter().take_while(|line| line.indent() > 0).count();
            let mut text = vec![first.skip(1).trim()];
            text.extend(rest.iter().take(more).map(|line| line.trim()));
            if used > 0 {
                flow.line_break();
            }
            self.inline(&text, flow);
            used += more + 1;
        }
        flow.flush();
        used
    }

    /// A paragraph, with the preformatted text that it may announce, or terms with their definitions.
    fn text(&mut self, lines: &[Line<'t>], first: Line<'t>, depth: usize, flow: &mut Flow) -> usize {
        let announces = |line: Line<'_>| line.text.ends_with("::") && !line.text.ends_with("\\::");
        if lines.get(1).is_some_and(|line| line.indent() > 0) && !announces(first) {
            return self.definitions(lines, depth, flow);
        }
        let more = lines.iter().skip(1).take_while(|line| !line.is_blank() && line.indent() == 0);
        // A directive without a blank line before it is not meant as text.
        let more = more.take_while(|line| !super::explicit::is_directive(line.text)).count();
        let used = more + 1;
        let mut text = lines.get(..used).unwrap_or_default().to_vec();
        let Some(last) = text.last_mut().filter(|last| announces(**last)) else {
            self.paragraph(&text, flow);
            return used;
        };
        let start = last.text.strip_suffix("::").unwrap_or_default();
        let blank = start.is_empty() || start.ends_with(' ');
        last.text = if blank { start.trim_end() } else { last.text.strip_suffix(':').unwrap_or_default() };
        self.paragraph(&text, flow);
        let rest = lines.get(used..).unwrap_or_default();
        let gap = line::blanks(rest);
        let behind = rest.get(gap..).unwrap_or_default();
        let literal = match behind.first() {
            Some(line) if line.indent() > 0 => line::indented(behind, 1),
            Some(line) if line.text.starts_with('>') => {
                behind.iter().take_while(|line| line.text.starts_with('>')).count()
            }
            _ => return used,
        };
        code(behind.get(..literal).unwrap_or_default(), flow);
        used + gap + literal
    }

    /// A paragraph of text alone.
    pub(super) fn paragraph(&mut self, lines: &[Line<'t>], flow: &mut Flow) {
        flow.flush();
        self.inline(lines, flow);
        flow.flush();
    }
}

/// Adds preformatted text.
pub(super) fn code(lines: &[Line<'_>], flow: &mut Flow) {
    let lines = line::dedent(lines);
    if let Some(first) = lines.first() {
        let text = lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        flow.block(Block::Code(Code { line: first.number, text }));
    }
}

/// The mark of a line that consists of one punctuation mark, such as the lines under headings.
fn adornment(text: &str) -> Option<u8> {
    let mark = text.bytes().next().filter(u8::is_ascii_punctuation)?;
    (text != "::" && text.bytes().all(|byte| byte == mark)).then_some(mark)
}
