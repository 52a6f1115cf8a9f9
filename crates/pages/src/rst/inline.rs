//! The text of paragraphs: bold, literals, roles, links, substitutions and escapes.

use std::borrow::Cow;

use super::directives::page_link;
use super::line::Line;
use super::{Reader, label_ids, names};
use crate::flow::Flow;
use crate::text::Style;

/// How far a name in front of a mark may reach, so that long runs of marks are not read again and again.
const MAX_NAME: usize = 256;

/// The marks whose end was looked for in vain; there is none further on either.
#[derive(Default)]
struct Missing {
    strong: bool,
    emphasis: bool,
    literal: bool,
    interpreted: bool,
    role: bool,
    target: bool,
}

/// Pushes parts of the text, each line with its place in the file.
struct Output<'a, 't> {
    text: &'a str,
    lines: &'a [Line<'t>],
    /// How far the lines were counted, and the line there.
    at: usize,
    line: usize,
    flow: &'a mut Flow,
}

impl Output<'_, '_> {
    fn number(&mut self, at: usize) -> u32 {
        self.line += self.text.get(self.at..at).unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count();
        self.at = at.max(self.at);
        self.lines.get(self.line).or(self.lines.last()).map_or(0, |line| line.number)
    }

    /// Pushes a part as it is.
    fn raw(&mut self, from: usize, to: usize, style: &Style) {
        let mut at = from;
        for piece in self.text.get(from..to).unwrap_or_default().split_inclusive('\n') {
            let number = self.number(at);
            self.flow.push(piece, style, number);
            at += piece.len();
        }
    }

    /// Pushes a part without the backslashes in it.
    fn escaped(&mut self, from: usize, to: usize, style: &Style) {
        let mut start = from;
        let mut at = from;
        while let Some(found) = self.text.get(at..to).and_then(|rest| rest.find('\\')) {
            self.raw(start, at + found, style);
            start = at + found + 1;
            let next = self.text.get(start..to).and_then(|rest| rest.chars().next());
            at = start + next.map_or(0, char::len_utf8);
            if next.is_some_and(char::is_whitespace) {
                start = at;
            }
        }
        self.raw(start, to, style);
    }
}

impl Reader<'_> {
    /// Reads the text of the lines into the paragraph that is open.
    pub(super) fn inline(&mut self, lines: &[Line<'_>], flow: &mut Flow) {
        let text: Cow<'_, str> = match lines {
            [line] => Cow::Borrowed(line.text),
            _ => Cow::Owned(lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n")),
        };
        let text = text.as_ref();
        let bytes = text.as_bytes();
        let mut out = Output { text, lines, at: 0, line: 0, flow };
        let plain = Style::default();
        let mut missing = Missing::default();
        // What was pushed so far, and where an escaped blank lets markup start.
        let mut start = 0;
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| is_mark(*byte))) {
            at += found;
            let rest = text.get(at..).unwrap_or_default();
            if rest.starts_with('\\') {
                at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8);
                continue;
            }
            let opens = opens(text, at);
            let end = if rest.starts_with("**") {
                self.styled(
                    &mut out,
                    (start, at),
                    opens,
                    "**",
                    &mut missing.strong,
                    Style { bold: true, ..plain.clone() },
                )
            } else if rest.starts_with('*') {
                self.styled(&mut out, (start, at), opens, "*", &mut missing.emphasis, plain.clone())
            } else if rest.starts_with("``") {
                let code = Style { code: true, ..plain.clone() };
                self.styled(&mut out, (start, at), opens, "``", &mut missing.literal, code)
            } else if rest.starts_with(['`', ':']) {
                if opens { self.interpreted(&mut out, start, at, &mut missing) } else { None }
            } else if rest.starts_with('|') {
                if opens { self.substitution(&mut out, start, at) } else { None }
            } else if opens && rest.starts_with("_`") {
                inline_target(&mut out, start, at, &mut missing.target)
            } else {
                self.reference(&mut out, start, at)
            };
            match end {
                Some(end) => {
                    at = end;
                    start = end;
                }
                None => {
                    let mark = rest.bytes().next().unwrap_or_default();
                    let run = rest.bytes().take(2).take_while(|byte| *byte == mark).count();
                    at += if mark == b'*' || mark == b'`' { run.min(2) } else { 1 };
                }
            }
        }
        out.escaped(start, text.len(), &plain);
    }

    /// Text between two equal marks.
    fn styled(
        &self,
        out: &mut Output<'_, '_>,
        (start, at): (usize, usize),
        opens: bool,
        mark: &str,
        missing: &mut bool,
        style: Style,
    ) -> Option<usize> {
        let from = at + mark.len();
        let visible = out.text.get(from..)?.chars().next().is_some_and(|c| !c.is_whitespace());
        if !opens || !visible || *missing {
            return None;
        }
        let Some(to) = closing(out.text, from, mark) else {
            *missing = true;
            return None;
        };
        out.escaped(start, at, &Style::default());
        if mark == "``" {
            out.raw(from, to, &style);
        } else {
            out.escaped(from, to, &style);
        }
        Some(to + mark.len())
    }

    /// `` :role:`text` ``, `` `text`:role: ``, `` `text <target>`__ `` and `` `text` ``.
    fn interpreted(
        &mut self,
        out: &mut Output<'_, '_>,
        start: usize,
        at: usize,
        missing: &mut Missing,
    ) -> Option<usize> {
        let rest = out.text.get(at..)?;
        let (mut role, open) = match rest.strip_prefix(':') {
            Some(behind) => {
                let len = behind.bytes().take(64).take_while(|byte| is_name(*byte)).count();
                let name = behind.get(..len)?.strip_suffix(':').filter(|name| !name.is_empty())?;
                (Some(name), at + 1 + len)
            }
            None => (None, at),
        };
        let from = open + 1;
        let inner = out.text.get(open..)?.strip_prefix('`')?;
        let missing = if role.is_some() { &mut missing.role } else { &mut missing.interpreted };
        if *missing || inner.starts_with(|c: char| c.is_whitespace() || c == '`') {
            return None;
        }
        let Some(to) = backquote(out.text, from, role.is_some()) else {
            *missing = true;
            return None;
        };
        let mut end = to + 1;
        let behind = out.text.get(end..).unwrap_or_default();
        let mut link = None;
        if role.is_none() {
            let underscores = behind.bytes().take(3).take_while(|byte| *byte == b'_').count();
            let suffix = behind.bytes().take(64).take_while(|byte| is_name(*byte)).count();
            if (1..=2).contains(&underscores) {
                end += underscores;
                link = Some(underscores == 2);
            } else if let Some(name) = suffix_role(behind.get(..suffix).unwrap_or_default()) {
                role = Some(name);
                end += name.len() + 2;
            }
        }
        let content = out.text.get(from..to)?;
        let (shown, target) = split_target(content);
        out.escaped(start, at, &Style::default());
        let style = match (link, role) {
            (Some(anonymous), _) => {
                let url = match target.as_deref() {
                    Some(target) => match target.strip_suffix('_').and_then(|name| self.names.target(name)) {
                        Some(url) => Some(url.to_string()),
                        None => Some(target.to_string()),
                    },
                    None if anonymous => self.names.next_anonymous().map(str::to_string),
                    None => self.names.target(&names::unescape(shown)).map(str::to_string),
                };
                Style { link: url.map(Into::into), ..Style::default() }
            }
            (None, Some(role)) => role_style(role, &target.unwrap_or_else(|| names::unescape(content))),
            (None, None) => Style { code: true, ..Style::default() },
        };
        let splits = style.link.is_some() || role.is_some_and(|role| !is_code_role(role));
        let shown = if splits { shown.trim_end().len() } else { content.len() };
        out.escaped(from, from + shown, &style);
        Some(end)
    }

    /// `|name|`.
    fn substitution(&mut self, out: &mut Output<'_, '_>, start: usize, at: usize) -> Option<usize> {
        let behind = out.text.get(at + 1..)?;
        let len = behind.bytes().take(MAX_NAME).position(|byte| byte == b'|').filter(|len| *len > 0)?;
        let text = self.names.substitution(behind.get(..len)?)?;
        out.escaped(start, at, &Style::default());
        let number = out.number(at);
        out.flow.push(&text, &Style::default(), number);
        let end = at + len + 2;
        let underscores =
            out.text.get(end..).unwrap_or_default().bytes().take(2).take_while(|byte| *byte == b'_').count();
        Some(end + underscores)
    }

    /// `name_` and `name__`, if the page has such a target; names of parameters can end in the same way.
    fn reference(&mut self, out: &mut Output<'_, '_>, start: usize, at: usize) -> Option<usize> {
        let before = out.text.get(start..at)?;
        let underscores = out.text.get(at..)?.bytes().take(3).take_while(|byte| *byte == b'_').count();
        let end = at + underscores;
        if !(1..=2).contains(&underscores) || !closes(out.text, end) {
            return None;
        }
        let inner = |c: &char| c.is_alphanumeric() || "-_.+:".contains(*c);
        let len: usize = before.chars().rev().take(MAX_NAME).take_while(inner).map(char::len_utf8).sum();
        if len == 0 {
            return None;
        }
        let url = self.names.target(before.get(before.len() - len..)?)?.to_string();
        out.escaped(start, at - len, &Style::default());
        out.raw(at - len, at, &Style { link: Some(url.into()), ..Style::default() });
        Some(end)
    }
}

/// `` _`name` ``.
fn inline_target(out: &mut Output<'_, '_>, start: usize, at: usize, missing: &mut bool) -> Option<usize> {
    if *missing {
        return None;
    }
    let from = at + 2;
    let Some(to) = closing(out.text, from, "`") else {
        *missing = true;
        return None;
    };
    out.escaped(start, at, &Style::default());
    label_ids(&names::unescape(out.text.get(from..to)?)).for_each(|id| out.flow.anchor(&id));
    out.escaped(from, to, &Style::default());
    Some(to + 1)
}

/// Bytes that can start or end markup.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'\\' | b'*' | b'`' | b'|' | b'_' | b':')
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.+:".contains(&byte)
}

/// The role in `:role:` behind a text.
fn suffix_role(text: &str) -> Option<&str> {
    let (role, _) = text.strip_prefix(':')?.split_once(':')?;
    (!role.is_empty()).then_some(role)
}

/// Splits `text <target>`; what is shown is the target if there is no text.
fn split_target(content: &str) -> (&str, Option<String>) {
    let split = content.strip_suffix('>').filter(|rest| !rest.ends_with('\\')).and_then(|rest| rest.rsplit_once('<'));
    match split.filter(|(shown, _)| shown.is_empty() || shown.ends_with(char::is_whitespace)) {
        Some((shown, target)) => {
            let target: String = names::unescape(target).split_whitespace().collect();
            if shown.trim().is_empty() {
                // Only the angle brackets are markup then.
                return (content, Some(target));
            }
            (shown, Some(target))
        }
        None => (content, None),
    }
}

fn is_code_role(role: &str) -> bool {
    matches!(
        role,
        "code" | "literal" | "samp" | "file" | "command" | "program" | "option" | "envvar" | "kbd" | "regexp" | "math"
    )
}

/// How the text of a role looks.
fn role_style(role: &str, target: &str) -> Style {
    let plain = Style::default();
    // `std:ref` is `ref` in the domain `std`.
    match role.rsplit(':').next().unwrap_or(role) {
        "ref" | "numref" | "any" | "term" => {
            Style { link: Some(format!("#{}", target.to_lowercase()).into()), ..plain }
        }
        "doc" => Style { link: Some(page_link(target).into()), ..plain },
        "strong" | "guilabel" | "menuselection" => Style { bold: true, ..plain },
        role if is_code_role(role) => Style { code: true, ..plain },
        _ => plain,
    }
}

/// Markup can start here: text starts, or white space or an opening mark stands before.
fn opens(text: &str, at: usize) -> bool {
    let mut before = text.get(..at).unwrap_or_default().chars().rev();
    let Some(last) = before.next() else { return true };
    if last.is_whitespace() {
        return true;
    }
    let opening = "'\"([{<-/:".contains(last) || is_wide_mark(last);
    // A mark in quotes stands for itself.
    let next = text.get(at..).unwrap_or_default().chars().take(4).find(|c| !matches!(c, '*' | '`' | '|' | '_'));
    let quoted = matches!(
        (last, next),
        ('\'', Some('\''))
            | ('"', Some('"'))
            | ('(', Some(')'))
            | ('[', Some(']'))
            | ('{', Some('}'))
            | ('<', Some('>'))
    );
    opening && !quoted
}

/// Markup can end here: text ends, or white space or a closing mark follows.
fn closes(text: &str, at: usize) -> bool {
    let next = text.get(at..).unwrap_or_default().chars().next();
    next.is_none_or(|next| next.is_whitespace() || "'\")]}>-/:.,;!?\\".contains(next) || is_wide_mark(next))
}

/// Dashes, quotes, brackets and other punctuation outside ASCII.
fn is_wide_mark(c: char) -> bool {
    matches!(c,
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{3014}'..='\u{301f}'
        | '\u{ff01}'..='\u{ff03}'
        | '\u{ff05}'..='\u{ff0a}'
        | '\u{ff0c}'..='\u{ff0f}'
        | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}' | '\u{ff20}'
        | '\u{ff3b}'..='\u{ff3d}'
        | '\u{ff5b}' | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

/// Where the mark ends a text that starts at `from`.
fn closing(text: &str, from: usize, mark: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let escapes = mark != "``";
    let first = *mark.as_bytes().first()?;
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if escapes && *byte == b'\\' {
            at += 2;
            continue;
        }
        let fits = *byte == first && at > from && text.get(at..).is_some_and(|rest| rest.starts_with(mark));
        if fits && visible_before(text, at) && closes(text, at + mark.len()) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Where the text of a role or link ends; behind a role it need not be followed by a closing mark.
fn backquote(text: &str, from: usize, any: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'\\' {
            at += 2;
            continue;
        }
        if *byte == b'`' && at > from && visible_before(text, at) {
            let behind = text.get(at + 1..).unwrap_or_default();
            let underscores = behind.bytes().take(2).take_while(|byte| *byte == b'_').count();
            if any || closes(text, at + 1 + underscores) {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

fn visible_before(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|before| before.chars().next_back()).is_some_and(|c| !c.is_whitespace())
}
