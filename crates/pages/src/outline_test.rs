//! A page as indented text, for tests: one line per node with its line number.

use crate::model::{Block, Cell, Format, Page, Table, Text};
use crate::read;

/// Reads a page and writes down what the model holds, with the diagnostics behind it.
pub(crate) fn outline(name: &str, text: &str) -> String {
    let format = [Format::Markdown, Format::Html, Format::Rst].into_iter().find(|format| format.name() == name);
    let (page, diagnostics) = read("p", text.as_bytes(), format);
    let mut out = String::new();
    if let Some(Page { title, ids, sections, .. }) = &page {
        line(&mut out, 0, &format!("title {}", show(title)), ids);
        for section in sections {
            line(&mut out, 0, &format!("section {}", show(&section.heading)), &section.anchors);
            blocks(&mut out, 1, &section.blocks);
        }
    }
    for diagnostic in diagnostics {
        out.push_str(&format!("{}: {}\n", diagnostic.place, diagnostic.code.id));
    }
    out
}

/// Compares the outline of a page, without its indentation in the test, with what is wanted.
#[track_caller]
pub(crate) fn check(name: &str, text: &str, want: &str) {
    let margin =
        want.lines().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min();
    let want: Vec<&str> = want
        .lines()
        .map(|line| line.get(margin.unwrap_or(0)..).unwrap_or(""))
        .filter(|line| !line.is_empty())
        .collect();
    let got = outline(name, text);
    let got: Vec<&str> = got.lines().collect();
    assert_eq!(got, want, "\n{}", got.join("\n"));
}

fn line(out: &mut String, depth: usize, text: &str, ids: &[String]) {
    out.push_str(&"  ".repeat(depth));
    out.push_str(text.trim_end());
    for id in ids {
        out.push_str(&format!(" #{id}"));
    }
    out.push('\n');
}

fn show(text: &Text) -> String {
    let mut out = if text.line == 0 { String::new() } else { format!("{}: ", text.line) };
    for span in &text.spans {
        let text = span.text.replace('\n', "\\n");
        let text = if span.code { format!("`{text}`") } else { text };
        let text = if span.bold { format!("*{text}*") } else { text };
        out.push_str(&match &span.link {
            Some(target) => format!("[{text}]({target})"),
            None => text,
        });
    }
    out
}

fn blocks(out: &mut String, depth: usize, all: &[Block]) {
    for block in all {
        match block {
            Block::Paragraph(text) => line(out, depth, &show(text), &text.anchors),
            Block::Code(code) => line(out, depth, &format!("code {}: {:?}", code.line, code.text), &[]),
            Block::Note(note) => {
                line(out, depth, &format!("note {}", note.line), &[]);
                blocks(out, depth + 1, &note.blocks);
            }
            Block::List(list) => {
                for item in &list.items {
                    line(
                        out,
                        depth,
                        &format!("{} {}", if list.ordered { "1." } else { "-" }, item.line),
                        &item.anchors,
                    );
                    blocks(out, depth + 1, &item.blocks);
                }
            }
            Block::Table(table) => show_table(out, depth, table),
        }
    }
}

fn show_table(out: &mut String, depth: usize, table: &Table) {
    let number = table.number.map(|number| format!(" ({number})")).unwrap_or_default();
    let caption = table.caption.as_ref().map(|caption| format!(" {}", show(caption))).unwrap_or_default();
    line(out, depth, &format!("table {}{number}{caption}", table.line), &table.anchors);
    let cells =
        |cells: &[Cell]| cells.iter().map(|cell| cell.plain().replace('\n', "\\n")).collect::<Vec<_>>().join(" | ");
    if !table.header.is_empty() {
        line(out, depth + 1, &format!("head {}", cells(&table.header)), &[]);
    }
    for row in &table.rows {
        line(out, depth + 1, &format!("{}: {}", row.line, cells(&row.cells)), &row.anchors);
    }
}
