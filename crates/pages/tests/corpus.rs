//! Reads every page of the shared corpus, which is not part of the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use tablature_pages::model::{Block, Format, Page, Table, Text};
use tablature_pages::read;

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("TABLATURE_SHARED").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TABLATURE_SHARED is not set");
    }
    folder
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// What every block of a page is asked.
#[derive(Default)]
struct Seen {
    tables: usize,
    /// Line and start of each text.
    texts: Vec<(u32, String)>,
}

impl Seen {
    fn page(page: &Page) -> Self {
        let mut seen = Seen::default();
        seen.text(&page.title);
        for section in &page.sections {
            seen.text(&section.heading);
            seen.blocks(&section.blocks);
        }
        seen
    }

    fn text(&mut self, text: &Text) {
        if !text.spans.is_empty() {
            self.texts.push((text.line, text.plain()));
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(text) => self.text(text),
                Block::Code(code) => self.texts.push((code.line, code.text.clone())),
                Block::Note(note) => self.blocks(&note.blocks),
                Block::List(list) => list.items.iter().for_each(|item| self.blocks(&item.blocks)),
                Block::Table(table) => self.table(table),
            }
        }
    }

    fn table(&mut self, table: &Table) {
        self.tables += 1;
        if let Some(caption) = &table.caption {
            self.text(caption);
        }
        for row in &table.rows {
            if let Some(cell) = row.cells.first()
                && row.line == cell.line
            {
                self.texts.push((row.line, cell.plain()));
            }
        }
        for cell in table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)) {
            self.blocks(&cell.blocks);
        }
    }
}

/// The characters of a line or text that survive every kind of markup.
fn bare(text: &str) -> String {
    let mut out = text.to_string();
    for (entity, plain) in [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", ""), ("&quot;", "\""), ("&amp;", "&")] {
        out = out.replace(entity, plain);
    }
    out.retain(|c| !c.is_whitespace() && !"\\*_`\u{200b}".contains(c));
    out
}

/// A line of Markdown with the texts of its links only.
fn without_links(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once("](") {
        out.push_str(before);
        rest = behind.split_once(')').map_or("", |(_, behind)| behind);
    }
    (out + rest).replace('[', "")
}

fn without_tags(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        match rest[start..].find('>') {
            Some(end) => rest = &rest[start + end + 1..],
            None => {
                rest = "";
            }
        }
    }
    out + rest
}

fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.contains("--") && line.chars().all(|c| "|:- ".contains(c))
}

fn check(path: &Path, problems: &mut Vec<String>) -> Option<usize> {
    let name = path.display().to_string();
    let bytes = fs::read(path).unwrap();
    let (page, diagnostics) = read(&name, &bytes, None);
    let page = page?;
    for diagnostic in diagnostics {
        problems.push(diagnostic.to_string());
    }
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    if page.title.is_empty() {
        problems.push(format!("{name}: no title"));
    }
    if path.extension().is_some_and(|extension| extension != "txt" && extension != page.format.name()) {
        problems.push(format!("{name}: read as {}", page.format));
    }
    let seen = Seen::page(&page);
    let mut tables = text.matches("<table").count();
    if page.format == Format::Markdown {
        tables += lines.iter().filter(|line| is_delimiter(line)).count();
    }
    if seen.tables != tables {
        problems.push(format!("{name}: {} tables of {tables}", seen.tables));
    }
    for (line, text) in &seen.texts {
        let Some(source) = usize::try_from(*line).unwrap().checked_sub(1).and_then(|index| lines.get(index)) else {
            problems.push(format!("{name}:{line}: no such line"));
            continue;
        };
        let word: String = bare(text.lines().next().unwrap_or_default()).chars().take(6).collect();
        let found = [without_tags(source), without_links(source), source.to_string()]
            .iter()
            .any(|line| bare(line).contains(&word));
        if !found {
            problems.push(format!("{name}:{line}: {word} is not on this line"));
        }
    }
    Some(seen.tables)
}

#[test]
fn every_page_of_the_corpus() {
    let Some(shared) = shared() else { return };
    let mut paths = Vec::new();
    for folder in ["corpus/zh-markdown", "corpus/otc-html", "seeds"] {
        files(&shared.join(folder), &mut paths);
    }
    let mut problems = Vec::new();
    let mut tables = 0;
    for path in &paths {
        match check(path, &mut problems) {
            Some(count) => tables += count,
            None => problems.push(format!("{}: not read", path.display())),
        }
    }
    println!("{} pages, {tables} tables", paths.len());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// The tables of a page in the order of their lines; tables in cells follow their table.
fn tables<'a>(blocks: &'a [Block], out: &mut Vec<&'a Table>) {
    for block in blocks {
        match block {
            Block::Paragraph(_) | Block::Code(_) => {}
            Block::Note(note) => tables(&note.blocks, out),
            Block::List(list) => list.items.iter().for_each(|item| tables(&item.blocks, out)),
            Block::Table(table) => {
                out.push(table);
                for cell in table.header.iter().chain(table.rows.iter().flat_map(|row| &row.cells)) {
                    tables(&cell.blocks, out);
                }
            }
        }
    }
}

/// The line and the columns of each table that is drawn in a page in reStructuredText, those in cells left out.
fn drawn(lines: &[&str]) -> Vec<(u32, usize)> {
    let mut out = Vec::new();
    let mut inside = false;
    for (number, line) in (1..).zip(lines) {
        let line = line.trim();
        let grid = line.starts_with("+-") && line.ends_with('+') && line.chars().all(|c| "+-".contains(c));
        let simple = line.starts_with("==") && line.contains(' ') && line.chars().all(|c| "= ".contains(c));
        if line.is_empty() {
            inside = false;
        } else if !inside && (grid || simple) {
            inside = true;
            // The upper border of a table without spans has a corner at each column.
            out.push((number, if grid { line.matches('+').count() - 1 } else { line.split_whitespace().count() }));
        }
    }
    out
}

fn check_rst(path: &Path, problems: &mut Vec<String>) -> usize {
    let name = path.display().to_string();
    let bytes = fs::read(path).unwrap();
    let (page, diagnostics) = read(&name, &bytes, None);
    let Some(page) = page else {
        problems.push(format!("{name}: not read"));
        return 0;
    };
    problems.extend(diagnostics.iter().map(ToString::to_string));
    if page.format != Format::Rst {
        problems.push(format!("{name}: read as {}", page.format));
    }
    let text = String::from_utf8(bytes).unwrap();
    let named = text.contains(":original_name:");
    if page.title.is_empty() || (named && page.ids.is_empty()) {
        problems.push(format!("{name}: no title or no id"));
    }
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    page.sections.iter().for_each(|section| tables(&section.blocks, &mut found));
    for (line, columns) in drawn(&lines) {
        match found.iter().find(|table| table.line == line) {
            None => problems.push(format!("{name}:{line}: a table was not found")),
            Some(table) if table.header.len() != columns => {
                problems.push(format!("{name}:{line}: {} columns of {columns}", table.header.len()));
            }
            Some(table) => {
                let odd = table.rows.iter().filter(|row| row.cells.len() != columns);
                problems.extend(odd.map(|row| format!("{name}:{}: {} cells of {columns}", row.line, row.cells.len())));
            }
        }
    }
    let captions = lines.iter().filter(|line| line.trim().starts_with(".. table:: ")).count();
    let captioned = found.iter().filter(|table| table.caption.is_some()).count();
    if captions != captioned {
        problems.push(format!("{name}: {captioned} captions of {captions}"));
    }
    for (line, text) in &Seen::page(&page).texts {
        let Some(source) = usize::try_from(*line).unwrap().checked_sub(1).and_then(|index| lines.get(index)) else {
            problems.push(format!("{name}:{line}: no such line"));
            continue;
        };
        let word: String = bare(text.lines().next().unwrap_or_default()).chars().take(6).collect();
        let shown = without_tags(&source.replace(":ref:", ""));
        if ![&shown, *source].iter().any(|line| bare(line).contains(&word)) {
            problems.push(format!("{name}:{line}: {word} is not on this line"));
        }
    }
    found.len()
}

#[test]
fn every_page_in_restructured_text() {
    let Some(shared) = shared() else { return };
    let mut paths = Vec::new();
    files(&shared.join("corpus/otc-rst"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "rst"));
    let mut problems = Vec::new();
    let tables: usize = paths.iter().map(|path| check_rst(path, &mut problems)).sum();
    println!("{} pages, {tables} tables", paths.len());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
