//! Builds runs of text: folds white space, keeps styles, links and anchors.

use std::rc::Rc;

use crate::model::{Span, Text};

/// How a piece of text looks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Style {
    pub(crate) bold: bool,
    pub(crate) code: bool,
    pub(crate) link: Option<Rc<str>>,
}

/// Collects one paragraph.
#[derive(Debug, Default)]
pub(crate) struct TextBuilder {
    text: Text,
    blank: bool,
    breaks: u8,
}

/// Characters that nobody sees and that would make two equal names differ.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\0')
}

impl TextBuilder {
    /// Nothing visible was pushed yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.spans.is_empty()
    }

    /// What was pushed so far.
    pub(crate) fn text(&self) -> &Text {
        &self.text
    }

    /// Drops the text but not the ids.
    pub(crate) fn drop_spans(&mut self) {
        self.text.spans.clear();
        self.text.line = 0;
    }

    /// Adds an id that stands inside the text.
    pub(crate) fn anchor(&mut self, id: &str) {
        push_id(&mut self.text.anchors, id);
    }

    /// Adds text that starts on the given line.
    pub(crate) fn push(&mut self, piece: &str, style: &Style, line: u32) {
        let mut line = line;
        let mut rest = piece;
        while let Some(c) = rest.chars().next() {
            if c.is_whitespace() || c.is_control() {
                self.blank = true;
                line += u32::from(c == '\n');
            } else if !is_invisible(c) {
                let end =
                    rest.find(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c)).unwrap_or(rest.len());
                let (word, more) = rest.split_at(end);
                self.word(word, style, line);
                rest = more;
                continue;
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }

    /// Adds a line break that the page asks for.
    pub(crate) fn line_break(&mut self) {
        self.breaks = self.breaks.saturating_add(1).min(2);
    }

    fn word(&mut self, word: &str, style: &Style, line: u32) {
        if self.text.spans.is_empty() {
            self.text.line = line;
            self.breaks = 0;
            self.blank = false;
        }
        let gap = match self.breaks {
            0 => [" ", ""][usize::from(!self.blank)],
            1 => "\n",
            _ => "\n\n",
        };
        self.blank = false;
        self.breaks = 0;
        if let Some(last) = self.text.spans.last_mut() {
            let same =
                last.bold == style.bold && last.code == style.code && last.link.as_deref() == style.link.as_deref();
            if same {
                last.text.push_str(gap);
                last.text.push_str(word);
                return;
            }
            // The blank between two styles belongs to plain text, so that names and link texts stand alone.
            if !last.bold && !last.code && last.link.is_none() {
                last.text.push_str(gap);
            } else if !style.bold && !style.code && style.link.is_none() {
                self.text.spans.push(Span { text: format!("{gap}{word}"), ..Span::default() });
                return;
            } else if !gap.is_empty() {
                self.text.spans.push(Span { text: gap.to_string(), ..Span::default() });
            }
        }
        let link = style.link.as_deref().map(str::to_string);
        self.text.spans.push(Span { text: word.to_string(), bold: style.bold, code: style.code, link });
    }

    /// The text so far; the builder is empty after it.
    pub(crate) fn take(&mut self) -> Text {
        self.blank = false;
        self.breaks = 0;
        let mut text = std::mem::take(&mut self.text);
        if text.spans.iter().any(|span| span.text.contains("**")) {
            text.spans = text.spans.into_iter().flat_map(embolden).collect();
        }
        text
    }
}

/// Reads `**x**` that is still in a text. CommonMark takes such marks for plain text next to Chinese letters and
/// punctuation, which its authors did not mean; without any such letter beside the marks they are left alone.
fn embolden(span: Span) -> Vec<Span> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let piece = |text, bold| Span { text, bold, code: span.code, link: span.link.clone() };
    let mut rest = span.text.as_str();
    while let Some((before, behind)) = rest.split_once("**") {
        plain.push_str(before);
        let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
        let bold = behind.split_once("**").filter(|(inner, after)| {
            let edges =
                [plain.chars().next_back(), inner.chars().next(), inner.chars().next_back(), after.chars().next()];
            !span.code
                && !inner.is_empty()
                && !inner.contains('*')
                && !after.starts_with('*')
                && inner.trim() == *inner
                && edges.into_iter().any(wide)
        });
        match bold {
            Some((inner, after)) => {
                if !plain.is_empty() {
                    out.push(piece(std::mem::take(&mut plain), span.bold));
                }
                out.push(piece(inner.to_string(), true));
                rest = after;
            }
            None => {
                plain.push_str("**");
                rest = behind;
            }
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        out.push(piece(plain, span.bold));
    }
    out
}

/// Adds an id unless it was added a moment ago; exporters write most anchors twice.
pub(crate) fn push_id(ids: &mut Vec<String>, id: &str) {
    let id = id.trim();
    if !id.is_empty() && !ids.iter().rev().take(16).any(|known| known == id) {
        ids.push(id.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_folded() {
        let mut builder = TextBuilder::default();
        builder.push("\n  POST\u{a0}\u{3000} /v1/{pro\u{200b}ject_id}\n", &Style::default(), 4);
        builder.line_break();
        builder.push(" next", &Style::default(), 6);
        builder.line_break();
        let text = builder.take();
        assert_eq!((text.plain().as_str(), text.line), ("POST /v1/{project_id}\nnext", 5));
        assert!(builder.is_empty());
    }

    #[test]
    fn bold_marks_beside_wide_letters() {
        #[track_caller]
        fn check(text: &str, want: &[&str]) {
            let got = embolden(Span { text: text.to_string(), ..Span::default() });
            let got: Vec<_> =
                got.iter().map(|span| format!("{}{}", if span.bold { "*" } else { "" }, span.text)).collect();
            assert_eq!(got, want);
        }
        check("**表1：**参数", &["*表1：", "参数"]);
        check("使用**，**需要**name**。", &["使用", "*，", "需要", "*name", "。"]);
        check("a/**/b/**/c", &["a/**/b/**/c"]);
        check("密码********", &["密码********"]);
        check("用** x **", &["用** x **"]);
    }

    #[test]
    fn styles_split_spans() {
        let mut builder = TextBuilder::default();
        let link = Style { link: Some("x.md".into()), ..Style::default() };
        let code = Style { code: true, ..Style::default() };
        builder.push("see ", &Style::default(), 1);
        builder.push("this", &link, 1);
        builder.push(" and ", &Style::default(), 1);
        builder.push("a", &code, 1);
        builder.push(" ", &Style::default(), 1);
        builder.push("b", &code, 1);
        let text = builder.take();
        let spans: Vec<_> = text.spans.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(spans, ["see ", "this", " and ", "a b"]);
        assert_eq!(text.links().collect::<Vec<_>>(), [("this", "x.md")]);
    }
}
