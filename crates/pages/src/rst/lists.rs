//! Lists: bulleted, numbered, of terms and of fields.

use super::line::{self, Line};
use super::{Reader, label_ids};
use crate::flow::{Flow, first_line};
use crate::model::{Block, Item, List};
use crate::text::push_id;

/// What an item starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Bullet(char),
    /// The kind of number, and the marks around it.
    Number(Number, bool, u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Number {
    Auto,
    Digits,
    Lower,
    Upper,
}

impl Marker {
    /// The next item of the same list can start like this.
    fn goes_on(self, next: Marker) -> bool {
        match (self, next) {
            (Marker::Number(_, open, close), Marker::Number(Number::Auto, also_open, also_close)) => {
                (open, close) == (also_open, also_close)
            }
            _ => self == next,
        }
    }
}

/// The marker of an item, and the bytes up to its text.
fn marker(text: &str) -> Option<(Marker, usize)> {
    let first = text.chars().next()?;
    let (marker, end) = if matches!(first, '-' | '*' | '+' | '•' | '‣' | '⁃') {
        (Marker::Bullet(first), first.len_utf8())
    } else {
        let open = first == '(';
        let start = usize::from(open);
        let rest = text.get(start..)?;
        let len = rest.find(['.', ')']).filter(|len| (1..=9).contains(len))?;
        let word = rest.get(..len)?;
        let all = |test: fn(&u8) -> bool| word.bytes().all(|byte| test(&byte));
        let number = match word {
            "#" => Number::Auto,
            _ if all(u8::is_ascii_digit) => Number::Digits,
            _ if all(u8::is_ascii_lowercase) && (len == 1 || all(|byte| b"ivxlcdm".contains(byte))) => Number::Lower,
            _ if all(u8::is_ascii_uppercase) && (len == 1 || all(|byte| b"IVXLCDM".contains(byte))) => Number::Upper,
            _ => return None,
        };
        let close = *rest.as_bytes().get(len)?;
        if open && close != b')' {
            return None;
        }
        (Marker::Number(number, open, close), start + len + 1)
    };
    let rest = text.get(end..)?;
    let blanks = rest.bytes().take_while(|byte| *byte == b' ').count();
    (blanks > 0 || rest.is_empty()).then_some((marker, end + blanks))
}

/// The marker, if the lines start with an item.
fn item(lines: &[Line<'_>]) -> Option<(Marker, usize)> {
    let first = lines.first()?;
    let (mark, column) = marker(first.text)?;
    let next = lines.get(1).copied();
    let fits = match mark {
        // A dash alone says "nothing" in a cell; it is an item only with something below.
        Marker::Bullet(_) => column < first.text.len() || next.is_some_and(|next| next.indent() > 0),
        // A sentence can start like a number; then it goes on at the margin.
        Marker::Number(..) => {
            column < first.text.len()
                && next.is_none_or(|next| next.is_blank() || next.indent() > 0 || marker(next.text).is_some())
        }
    };
    fits.then_some((mark, column))
}

/// The name and the bytes up to the text of a field, `:name: text`.
pub(super) fn field(text: &str) -> Option<(&str, usize)> {
    let rest = text.strip_prefix(':')?;
    if rest.starts_with([':', ' ']) {
        return None;
    }
    let end = rest.match_indices(':').map(|(at, _)| at).find(|at| {
        rest.as_bytes().get(at + 1).is_none_or(|next| *next == b' ') && !rest.get(..*at).is_some_and(ends_in_backslash)
    })?;
    let name = rest.get(..end)?;
    // A role in front of a sentence with a colon is no field.
    if name.ends_with(' ') || name.contains('`') {
        return None;
    }
    let behind = rest.get(end + 1..)?;
    Some((name, end + 2 + behind.bytes().take_while(|byte| *byte == b' ').count()))
}

fn ends_in_backslash(text: &str) -> bool {
    text.ends_with('\\')
}

impl<'t> Reader<'t> {
    /// Reads a bulleted or numbered list, if there is one.
    pub(super) fn list(&mut self, lines: &[Line<'t>], depth: usize, flow: &mut Flow) -> Option<usize> {
        let (start, _) = item(lines)?;
        flow.flush();
        let mut list = List { ordered: matches!(start, Marker::Number(..)), items: Vec::new() };
        let mut used = 0;
        let mut at = 0;
        loop {
            let rest = lines.get(at..).unwrap_or_default();
            let Some((mark, column)) = item(rest).filter(|(mark, _)| start.goes_on(*mark)) else { break };
            let Some(first) = rest.first() else { break };
            let below = rest.get(1..).unwrap_or_default();
            let alone = column >= first.text.len();
            // A bullet of several bytes is one column wide.
            let indent = match mark {
                Marker::Bullet(c) => column + 1 - c.len_utf8(),
                Marker::Number(..) => column,
            };
            let more = line::indented(below, if alone { 1 } else { indent });
            let mut own = vec![first.skip(column)];
            let body = below.get(..more).unwrap_or_default();
            own.extend(if alone { line::dedent(body) } else { body.iter().map(|line| line.cut(indent)).collect() });
            list.items.push(self.list_item(&own, first.number, depth));
            used = at + 1 + more;
            at = used + line::blanks(lines.get(used..).unwrap_or_default());
        }
        flow.block(Block::List(list));
        Some(used)
    }

    fn list_item(&mut self, lines: &[Line<'t>], line: u32, depth: usize) -> Item {
        let mut flow = Flow::default();
        self.body(lines, depth + 1, None, &mut flow);
        let (blocks, anchors) = flow.finish();
        Item { line: first_line(&blocks).unwrap_or(line), anchors, blocks }
    }

    /// Reads terms, each with an indented definition right below.
    pub(super) fn definitions(&mut self, lines: &[Line<'t>], depth: usize, flow: &mut Flow) -> usize {
        flow.flush();
        let mut list = List::default();
        let mut used = 0;
        let mut at = 0;
        while let Some(term) = lines.get(at).filter(|term| {
            let below = lines.get(at + 1).is_some_and(|line| line.indent() > 0);
            let marked = at > 0 && (item(lines.get(at..).unwrap_or_default()).is_some() || field(term.text).is_some());
            below && term.indent() == 0 && !marked && !super::explicit::is_explicit(term.text)
        }) {
            let below = lines.get(at + 1..).unwrap_or_default();
            let more = line::indented(below, 1);
            let mut own = Flow::default();
            self.paragraph(&[*term], &mut own);
            self.body(&line::dedent(below.get(..more).unwrap_or_default()), depth + 1, None, &mut own);
            let (blocks, anchors) = own.finish();
            list.items.push(Item { line: term.number, anchors, blocks });
            used = at + 1 + more;
            at = used + line::blanks(lines.get(used..).unwrap_or_default());
        }
        flow.block(Block::List(list));
        used
    }

    /// Reads the fields that tell about the page.
    pub(super) fn page_fields(&mut self, lines: &[Line<'t>]) -> usize {
        let mut at = 0;
        while let Some((line, (name, column))) = lines.get(at).and_then(|line| Some((line, field(line.text)?))) {
            if name == "original_name" {
                let value = line.skip(column).text.trim();
                let stem = value.rsplit_once('.').map_or(value, |(stem, _)| stem);
                label_ids(stem).for_each(|id| push_id(&mut self.ids, &id));
            }
            at += 1;
            at += line::indented(lines.get(at..).unwrap_or_default(), 1);
        }
        at
    }

    /// Reads fields as a list, the names in bold.
    pub(super) fn fields(&mut self, lines: &[Line<'t>], depth: usize, flow: &mut Flow) -> usize {
        flow.flush();
        let mut list = List::default();
        let mut at = 0;
        while let Some((line, (name, column))) = lines.get(at).and_then(|line| Some((line, field(line.text)?))) {
            let below = lines.get(at + 1..).unwrap_or_default();
            let more = line::indented(below, 1);
            let mut own = Flow::default();
            own.push(name, &crate::text::Style { bold: true, ..Default::default() }, line.number);
            own.flush();
            let mut body = vec![line.skip(column)];
            body.extend(line::dedent(below.get(..more).unwrap_or_default()));
            self.body(&body, depth + 1, None, &mut own);
            let (blocks, anchors) = own.finish();
            list.items.push(Item { line: line.number, anchors, blocks });
            at += 1 + more;
        }
        flow.block(Block::List(list));
        at
    }
}
