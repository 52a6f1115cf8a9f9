//! HTML tables in Markdown: where they are, and a text in which they are out of the Markdown parser's way.

use std::borrow::Cow;

/// An HTML table that is in no other one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Finds the HTML tables outside of code. A table that is never closed ends at the next table or heading.
pub(super) fn find(text: &str) -> Vec<Region> {
    if !text.contains("<table") && !text.contains("<TABLE") && !text.contains("<Table") {
        return Vec::new();
    }
    let tags = tags(text);
    let matches = matches(&tags);
    let mut out = Vec::new();
    let mut index = 0;
    while let Some(tag) = tags.get(index) {
        let next = match matches.get(index).copied().flatten() {
            Some(close) => {
                let end = tags.get(close).map_or(text.len(), |tag| tag.end);
                out.push(Region { start: tag.start, end });
                close + 1
            }
            None => {
                if tag.open {
                    let limit = tags.get(index + 1..).and_then(|rest| rest.iter().find(|tag| tag.open));
                    let limit = limit.map_or(text.len(), |tag| tag.start);
                    out.push(Region { start: tag.start, end: heading(text, tag.end, limit) });
                }
                index + 1
            }
        };
        index = next;
    }
    out
}

/// The text with each table replaced by an empty comment and blanks; all offsets and lines stay.
pub(super) fn mask<'a>(text: &'a str, regions: &[Region]) -> Cow<'a, str> {
    if regions.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for region in regions {
        out.push_str(text.get(at..region.start).unwrap_or_default());
        // As long as the shortest tag of a table.
        out.push_str(COMMENT);
        let rest = text.get(region.start..region.end).and_then(|table| table.as_bytes().get(COMMENT.len()..));
        out.extend(rest.unwrap_or_default().iter().map(|byte| if *byte == b'\n' { '\n' } else { ' ' }));
        at = region.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(out)
}

const COMMENT: &str = "<!---->";

struct Tag {
    start: usize,
    end: usize,
    open: bool,
}

/// For each opening tag the index of the tag that closes it.
fn matches(tags: &[Tag]) -> Vec<Option<usize>> {
    let mut out = vec![None; tags.len()];
    let mut open = Vec::new();
    for (index, tag) in tags.iter().enumerate() {
        if tag.open {
            open.push(index);
        } else if let Some(place) = open.pop().and_then(|opened| out.get_mut(opened)) {
            *place = Some(index);
        }
    }
    out
}

/// All tags of tables outside of code.
fn tags(text: &str) -> Vec<Tag> {
    let mut out = Vec::new();
    let mut fences = Fences::default();
    let mut depth = 0_usize;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        // Inside a table a fence means nothing.
        if depth == 0 && fences.hide(text, offset, line) {
            offset += line.len();
            continue;
        }
        for (at, _) in line.match_indices('<') {
            let rest = line.get(at + 1..).unwrap_or_default();
            let open = !rest.starts_with('/');
            let name = if open { Some(rest) } else { rest.get(1..) };
            let before = line.as_bytes().get(at.wrapping_sub(1)).copied();
            if !name.is_some_and(is_table) || (depth == 0 && matches!(before, Some(b'\\' | b'`'))) {
                continue;
            }
            if !open && depth == 0 {
                continue;
            }
            let end = rest.find('>').map_or(line.len(), |end| at + end + 2);
            depth = if open { depth + 1 } else { depth - 1 };
            out.push(Tag { start: offset + at, end: offset + end, open });
        }
        // A heading ends a table that somebody forgot to close, but only for the search of fences.
        if depth > 0 && line.starts_with('#') && is_heading(line) && !line.contains('<') {
            depth = 0;
        }
        offset += line.len();
    }
    out
}

fn is_table(rest: &str) -> bool {
    rest.get(..5).is_some_and(|name| name.eq_ignore_ascii_case("table"))
        && rest.as_bytes().get(5).is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
}

fn is_heading(line: &str) -> bool {
    let marks = line.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&marks) && line.as_bytes().get(marks) == Some(&b' ')
}

/// The start of the first heading between two offsets, or the second of them.
fn heading(text: &str, from: usize, limit: usize) -> usize {
    let mut offset = from;
    for line in text.get(from..limit).unwrap_or_default().split_inclusive('\n') {
        if offset > from && is_heading(line) {
            return offset;
        }
        offset += line.len();
    }
    limit
}

/// Follows code fences from line to line.
#[derive(Default)]
struct Fences {
    open: Option<(u8, usize)>,
    /// For backticks and tildes: fences of at least this length are known to have no end.
    endless: [Option<usize>; 2],
}

impl Fences {
    /// Whether the line belongs to a fenced block.
    fn hide(&mut self, text: &str, offset: usize, line: &str) -> bool {
        let bare = bare(line);
        let mark = bare.as_bytes().first().copied().unwrap_or_default();
        let length =
            if matches!(mark, b'`' | b'~') { bare.bytes().take_while(|byte| *byte == mark).count() } else { 0 };
        if let Some((open, least)) = self.open {
            if mark == open && length >= least && bare.get(length..).is_some_and(|rest| rest.trim().is_empty()) {
                self.open = None;
            }
            return true;
        }
        let info = bare.get(length..).unwrap_or_default();
        if length < 3 || (mark == b'`' && info.contains('`')) {
            return false;
        }
        let which = usize::from(mark == b'~');
        if self.endless.get(which).copied().flatten().is_some_and(|least| length >= least) {
            return false;
        }
        let rest = text.get(offset + line.len()..).unwrap_or_default();
        let closes = |line: &str| {
            let line = bare_of_fence(line);
            line.len() >= length && line.bytes().all(|byte| byte == mark)
        };
        if !rest.lines().any(closes) {
            if let Some(place) = self.endless.get_mut(which) {
                *place = Some(length);
            }
            return false;
        }
        self.open = Some((mark, length));
        true
    }
}

/// The line without indentation and the marks of quotes and list items.
fn bare(line: &str) -> &str {
    let mut rest = line.trim();
    loop {
        let cut = rest
            .strip_prefix('>')
            .or_else(|| rest.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '\t'])));
        let Some(cut) = cut else { return rest };
        rest = cut.trim_start();
    }
}

fn bare_of_fence(line: &str) -> &str {
    bare(line).trim_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let regions = find(text);
        let got: Vec<&str> = regions.iter().filter_map(|region| text.get(region.start..region.end)).collect();
        assert_eq!(got, want);
        let masked = mask(text, &regions);
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn tables() {
        check("# T\n\n<table>\n\n<tr></tr></table>\nx", &["<table>\n\n<tr></tr></table>"]);
        check(
            "<table><table></table></table><table x=1></table>",
            &["<table><table></table></table>", "<table x=1></table>"],
        );
        check("`<table>` and \\<table\\>", &[]);
        check("```\n<table></table>\n```\n<table></table>", &["<table></table>"]);
        check("-   x\n\n    ```\n    <table>\n    ```\n<TABLE></TABLE>", &["<TABLE></TABLE>"]);
        check("<table>\n```\n</table>\n<table></table>", &["<table>\n```\n</table>", "<table></table>"]);
        check("<tables> </table>", &[]);
    }

    #[test]
    fn unclosed_tables() {
        check("<table><tr>\n## H\nx", &["<table><tr>\n"]);
        check("<table><tr>\n<table></table>", &["<table><tr>\n", "<table></table>"]);
        check("<table><tr>", &["<table><tr>"]);
        check("```\n<table></table>", &["<table></table>"]);
    }
}
