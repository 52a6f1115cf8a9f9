//! Which format a text is in.

use crate::model::Format;

/// Finds out the format of a page from its text, without wrapping; `None` if nothing speaks for any.
///
/// The first heading decides, because an HTML page can hold `#` in its examples and a Markdown page can hold HTML.
/// Pages without a heading are judged by what else they hold.
pub fn detect(text: &str) -> Option<Format> {
    let mut hints = Hints::default();
    let mut above = "";
    for line in text.trim_start_matches('\u{feff}').lines() {
        let trimmed = line.trim();
        if let Some(format) = heading(line, trimmed, above) {
            return Some(format);
        }
        hints.note(line, trimmed);
        above = line;
    }
    hints.verdict()
}

/// The format in which the line is a heading, or something that only this format has.
fn heading(line: &str, trimmed: &str, above: &str) -> Option<Format> {
    let marks = line.bytes().take_while(|byte| *byte == b'#').count();
    if (1..=6).contains(&marks) && line.as_bytes().get(marks).is_some_and(u8::is_ascii_whitespace) {
        return Some(Format::Markdown);
    }
    if trimmed.starts_with('<') && HTML_STARTS.iter().any(|tag| is_tag(trimmed, tag)) {
        return Some(Format::Html);
    }
    if line.starts_with(":original_name:") || is_directive(line) || (is_underline(line) && is_rst_title(above, line)) {
        return Some(Format::Rst);
    }
    // A heading behind an anchor or a container on one line.
    (trimmed.starts_with('<') && find_tag(trimmed, "h1")).then_some(Format::Html)
}

/// Tags that start a page or a part of one; a Markdown page holds them only behind its title.
const HTML_STARTS: &[&str] =
    &["!doctype", "html", "head", "body", "h1", "h2", "h3", "h4", "h5", "h6", "div", "main", "article"];

fn is_tag(text: &str, name: &str) -> bool {
    let rest = text.get(1..=name.len());
    rest.is_some_and(|rest| rest.eq_ignore_ascii_case(name))
        && text
            .as_bytes()
            .get(name.len() + 1)
            .is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
}

fn find_tag(text: &str, name: &str) -> bool {
    text.match_indices('<').any(|(at, _)| text.get(at..).is_some_and(|rest| is_tag(rest, name)))
}

/// `.. _label:` and `.. name::`.
fn is_directive(line: &str) -> bool {
    line.strip_prefix(".. ").is_some_and(|rest| (rest.starts_with('_') && rest.ends_with(':')) || rest.contains("::"))
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end();
    line.len() >= 3 && line.chars().next().is_some_and(|c| "=-~^\"*+#'".contains(c) && line.chars().all(|d| d == c))
}

/// A title in reStructuredText: text over a line that is as long. Markdown writes lists and rules this way, but no equal signs.
fn is_rst_title(above: &str, line: &str) -> bool {
    let text = above.trim();
    !text.is_empty()
        && !above.starts_with([' ', '\t'])
        && line.starts_with('=')
        && line.trim_end().len() >= text.chars().count()
}

/// What speaks for a format on a page without headings.
#[derive(Default)]
struct Hints {
    markdown: u32,
    html: u32,
    rst: u32,
}

impl Hints {
    fn note(&mut self, line: &str, trimmed: &str) {
        let starts = |marks: &[&str]| marks.iter().any(|mark| trimmed.starts_with(mark));
        if trimmed.starts_with('<')
            && ["p", "table", "ul", "ol", "pre", "section"].iter().any(|tag| is_tag(trimmed, tag))
        {
            self.html += 1;
        }
        if starts(&["```", "- ", "* ", "-   ", "|", "**", "![", ">"])
            || line.contains("](")
            || line.contains("\\_")
            || line.contains("\\{")
        {
            self.markdown += 1;
        }
        if starts(&["+--", "+==", "=====  ", ":ref:", ".. "]) || line.contains(":ref:`") || trimmed.ends_with("::") {
            self.rst += 2;
        }
    }

    fn verdict(&self) -> Option<Format> {
        // A Markdown page with nothing but HTML tables still reads the same as HTML.
        [(self.rst, Format::Rst), (self.html, Format::Html), (self.markdown, Format::Markdown)]
            .into_iter()
            .rev()
            .max_by_key(|(hints, _)| *hints)
            .filter(|(hints, _)| *hints > 0)
            .map(|(_, format)| format)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<Format>) {
        assert_eq!(detect(text), want, "{text}");
    }

    #[test]
    fn headings_decide() {
        check("# Stop a job<a name=\"x\"></a>\n\n<h1>no</h1>", Some(Format::Markdown));
        check("\n\n## URI\n", Some(Format::Markdown));
        check("<a name=\"T\"></a>\n\n<h1 class=\"topictitle1\">T</h1>\n<pre># no\n</pre>", Some(Format::Html));
        check("<a name=\"T\"></a><h1>T</h1>", Some(Format::Html));
        check("<!DOCTYPE html>\n", Some(Format::Html));
        check(":original_name: x.html\n\n.. _x:\n\nTitle\n=====\n", Some(Format::Rst));
        check("Title\n=====\n\ntext", Some(Format::Rst));
        check(".. _x:\n\nTitle", Some(Format::Rst));
    }

    #[test]
    fn pages_without_headings() {
        check("| a | b |\n|---|---|\n| 1 | 2 |", Some(Format::Markdown));
        check("POST /v1/\\{project\\_id\\}/jobs", Some(Format::Markdown));
        check("<table><tr><td>x</td></tr></table>", Some(Format::Html));
        check("+---+---+\n| a | b |\n+===+===+\n", Some(Format::Rst));
        check("nothing but words\n", None);
        check("#!/bin/sh\necho x\n", None);
        check("", None);
    }
}
