//! Facts about the service as a whole, and about calls as such: error codes, hosts, what an offset counts, states, how to poll.
//!
//! The words are in `vocabulary/service.toml`.

use std::collections::HashMap;
use std::sync::LazyLock;

use tablature_pages::model::{Cell, Page, Table, Text, texts, visit_texts};
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::facts::{CodeRow, HostRow, PageFacts};
use tablature_spec::model::{Claim, Facts, Role, Source};
use tablature_spec::{paging, polling};
use toml::de::DeTable;

use crate::library;
use crate::phrases::Phrases;
use crate::rows::shorten;
use crate::sections::{Piece, Placed};
use crate::vocabulary::{SectionRole, squeeze};

const VOCABULARY: &str = include_str!("../vocabulary/service.toml");
/// Longer cells are prose.
const MAX_CODE: usize = 64;
/// More states than this are a catalogue.
const MAX_STATES: usize = 40;

struct Words {
    code: Vec<String>,
    status: Vec<String>,
    region: Vec<String>,
    host: Vec<String>,
    polling: Phrases,
    pages: Phrases,
    items: Phrases,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut lists = lists(VOCABULARY);
    let mut take = |key: &str| lists.remove(key).unwrap_or_default();
    Words {
        code: take("errors.code"),
        status: take("errors.status"),
        region: take("hosts.region"),
        host: take("hosts.host"),
        polling: Phrases::new(take("polling.phrases")),
        pages: Phrases::new(take("counts.pages")),
        items: Phrases::new(take("counts.items")),
    }
});

/// The lists of the vocabulary, squeezed, by `table.key`.
fn lists(text: &str) -> HashMap<String, Vec<String>> {
    let mut out = HashMap::new();
    // The file is part of the crate and a test reads it, so a syntax error cannot reach a user.
    let Ok(root) = DeTable::parse(text) else { return out };
    for (table, value) in root.get_ref() {
        for (key, list) in value.get_ref().as_table().into_iter().flatten() {
            let words = list.get_ref().as_array().into_iter().flatten();
            let words = words.filter_map(|word| word.get_ref().as_str().map(squeeze)).collect();
            out.insert(format!("{}.{}", table.get_ref(), key.get_ref()), words);
        }
    }
    out
}

/// What a page says about the service, if it has a table of error codes or of endpoints.
pub fn page_facts(page: &Page, source: impl FnOnce() -> Source) -> (Option<PageFacts>, Vec<Diagnostic>) {
    let mut facts = PageFacts::default();
    let mut diagnostics = Vec::new();
    for section in &page.sections {
        library::tables_of(section, &mut |table| {
            let column =
                |words: &[String]| table.header.iter().position(|cell| words.contains(&squeeze(&cell.plain())));
            if let (Some(code), Some(status)) = (column(&WORDS.code), column(&WORDS.status)) {
                error_codes(page, table, (code, status), &mut facts.codes, &mut diagnostics);
            } else if let (Some(region), Some(host)) = (column(&WORDS.region), column(&WORDS.host)) {
                hosts(page, table, (region, host), &mut facts.hosts, &mut diagnostics);
            }
        });
    }
    if facts.codes.is_empty() && facts.hosts.is_empty() {
        return (None, diagnostics);
    }
    facts.source = source();
    (Some(facts), diagnostics)
}

fn error_codes(page: &Page, table: &Table, at: (usize, usize), out: &mut Vec<CodeRow>, found: &mut Vec<Diagnostic>) {
    for row in &table.rows {
        let text = |at: usize| row.cells.get(at).map(Cell::plain).unwrap_or_default();
        let (cell, status) = (text(at.0), text(at.1));
        let codes: Vec<&str> =
            cell.split([' ', '\n', ',', '，', '、', '/', ';', '；']).filter(|code| !code.is_empty()).collect();
        let sound = |code: &&str| {
            code.len() <= MAX_CODE
                && code.bytes().any(|b| b.is_ascii_digit())
                && code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
        };
        if codes.is_empty() || !codes.iter().all(sound) {
            let message = format!("`{}` is no error code, so the row is in no spec", shorten(cell.trim()));
            found.push(Diagnostic::new(&codes::ERROR_CODE_UNUSED, Place::line(page.file.as_str(), row.line), message));
            continue;
        }
        let numbers = status.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() == 3);
        let mut statuses: Vec<Option<u16>> =
            numbers.filter_map(|word| word.parse().ok().filter(|code| (100..600).contains(code))).map(Some).collect();
        if statuses.is_empty() {
            statuses.push(None);
        }
        for code in codes {
            out.extend(statuses.iter().map(|status| CodeRow {
                code: code.to_string(),
                status: *status,
                line: row.line,
            }));
        }
    }
}

fn hosts(page: &Page, table: &Table, at: (usize, usize), out: &mut Vec<HostRow>, found: &mut Vec<Diagnostic>) {
    for row in &table.rows {
        let text = |at: usize| row.cells.get(at).map(|cell| cell.plain().trim().to_string()).unwrap_or_default();
        let (region, host) = (text(at.0), text(at.1));
        let plain = |text: &str, more: &[u8]| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || more.contains(&b))
        };
        if plain(&region, b"_") && plain(&host, b".") && host.contains('.') {
            out.push(HostRow { region, host, line: row.line });
        } else {
            let message = format!("`{}` and `{}` are no region and host", shorten(&region), shorten(&host));
            found.push(Diagnostic::new(&codes::HOST_UNUSED, Place::line(page.file.as_str(), row.line), message));
        }
    }
}

/// What the description of an offset says that it counts, and the states that the description of a status names.
pub fn of_row(name: &str, description: &Cell, facts: &mut Facts) {
    if paging::is_offset(name) {
        let text = squeeze(&description.plain());
        let said = match (WORDS.pages.any(&text), WORDS.items.any(&text)) {
            (true, false) => paging::PAGES,
            (false, true) => paging::ITEMS,
            // Nothing, or both, which says nothing either.
            _ => return,
        };
        facts.counts = Some(Claim::Agreed(said.to_string()));
    } else if polling::is_status(name) && facts.values.is_none() {
        facts.states = states(description).map(Claim::Agreed);
    }
}

/// What only belongs to rows of some roles is taken from the others: an offset is a parameter, and a state is what a response tells.
pub fn keep_in_place(role: Role, facts: &mut Facts) {
    if !matches!(role, Role::Query | Role::Body) {
        facts.counts = None;
    }
    if role != Role::Response {
        facts.states = None;
    }
}

/// The words of a description that stand before a colon or alone on a line, if they tell success from failure.
fn states(description: &Cell) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    for line in texts(&description.blocks).iter().flat_map(|text| text.split('\n')) {
        let line = line.trim();
        let word = |text: &str| {
            let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
            // A word of another kind before a colon, such as `Note`, is no state.
            let state = text.bytes().all(|b| !b.is_ascii_lowercase()) || polling::class(text).is_some();
            (sound && state && text.bytes().any(|b| b.is_ascii_alphabetic())).then(|| text.to_string())
        };
        let mut found: Vec<String> = word(line).into_iter().collect();
        for (at, _) in line.match_indices([':', '：']) {
            let head = line.get(..at).unwrap_or_default().trim_end();
            let start = head.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
            let start = start
                .map_or(0, |start| start + head.get(start..).and_then(|c| c.chars().next()).map_or(0, char::len_utf8));
            found.extend(head.get(start..).and_then(word));
        }
        for state in found {
            if !out.contains(&state) {
                out.push(state);
            }
        }
    }
    let has = |class: polling::Class| out.iter().any(|state| polling::class(state) == Some(class));
    (out.len() <= MAX_STATES && has(polling::Class::Success) && has(polling::Class::Failure)).then_some(out)
}

/// A link to the operation that tells how far the work has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollLink {
    /// The number of the page that it stands on, see [`crate::library::Shelf`].
    pub page: usize,
    /// Its target.
    pub link: String,
    /// Its line.
    pub line: u32,
}

/// The links of sentences that say how to ask how far the work has come: in what the operation does, and in what it answers.
pub fn polls(pieces: &[Placed<'_>]) -> Vec<PollLink> {
    let mut out = Vec::new();
    for placed in pieces {
        let role = matches!(placed.role, SectionRole::Function | SectionRole::Constraints | SectionRole::Response);
        let mut text = |text: &Text| poll_links(text, placed.page, &mut out);
        match placed.piece {
            Piece::Text(piece) if role => text(piece),
            Piece::Table(table) if placed.role == SectionRole::Response => {
                for cell in table.rows.iter().flat_map(|row| &row.cells) {
                    visit_texts(&cell.blocks, &mut text);
                }
            }
            _ => {}
        }
    }
    out
}

fn poll_links(text: &Text, page: usize, out: &mut Vec<PollLink>) {
    if text.links().next().is_none() {
        return;
    }
    // Sentence by sentence: the phrase must stand where the link stands.
    let mut sentence = String::new();
    let mut links: Vec<String> = Vec::new();
    let mut close = |sentence: &mut String, links: &mut Vec<String>| {
        if WORDS.polling.any(&squeeze(sentence)) {
            out.extend(links.drain(..).map(|link| PollLink { page, link, line: text.line }));
        }
        sentence.clear();
        links.clear();
    };
    for span in &text.spans {
        if let Some(link) = &span.link {
            sentence.push_str(&span.text);
            links.push(link.clone());
            continue;
        }
        let mut rest = span.text.as_str();
        while let Some(end) = sentence_end(rest) {
            let (head, tail) = rest.split_at(end);
            sentence.push_str(head);
            close(&mut sentence, &mut links);
            rest = tail;
        }
        sentence.push_str(rest);
    }
    close(&mut sentence, &mut links);
}

/// Where the first sentence of a text ends.
fn sentence_end(text: &str) -> Option<usize> {
    let wide = text.find(['。', '；', '\n']).and_then(|at| Some(at + text.get(at..)?.chars().next()?.len_utf8()));
    let narrow = text.find(". ").map(|at| at + 2);
    [wide, narrow].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablature_pages::model::{Block, Span};

    fn cell(lines: &[&str]) -> Cell {
        let paragraph = |line: &&str| {
            let span = Span { text: (*line).to_string(), ..Span::default() };
            Block::Paragraph(Text { line: 1, spans: vec![span], ..Text::default() })
        };
        Cell { blocks: lines.iter().map(paragraph).collect(), ..Cell::default() }
    }

    #[test]
    fn the_vocabulary_is_read() {
        let words = lists(VOCABULARY);
        let mut keys: Vec<&str> = words.keys().map(String::as_str).collect();
        keys.sort_unstable();
        let known = [
            "counts.items",
            "counts.pages",
            "errors.code",
            "errors.status",
            "hosts.host",
            "hosts.region",
            "polling.phrases",
        ];
        assert_eq!(keys, known);
        assert!(words.values().all(|list| !list.is_empty()));
    }

    #[track_caller]
    fn counts(name: &str, text: &str, expected: Option<&str>) {
        let mut facts = Facts::default();
        of_row(name, &cell(&[text]), &mut facts);
        assert_eq!(facts.counts.and_then(|claim| claim.agreed().cloned()).as_deref(), expected, "{text}");
    }

    #[test]
    fn what_an_offset_counts() {
        counts("offset", "风筝列表的起始页，默认为0。", Some("pages"));
        counts("offset", "The page number of the kites.", Some("pages"));
        counts("offset", "从offset指定的下一条数据开始查询。", Some("items"));
        counts("offset", "偏移量。", None);
        counts("offset", "Start page; the query starts from the next piece of data.", None);
        counts("kites", "起始页", None);
    }

    #[track_caller]
    fn says(lines: &[&str], expected: &[&str]) {
        assert_eq!(states(&cell(lines)).unwrap_or_default(), expected, "{lines:?}");
    }

    #[test]
    fn states_of_a_description() {
        says(
            &["风筝的状态。", "SUCCESS：成功。", "RUNNING：运行中。", "FAIL：失败。"],
            &["SUCCESS", "RUNNING", "FAIL"],
        );
        says(
            &["状态，目前取值如下：SUCCESS：表示飞。FAIL：表示落。PENDING_WIND : 等风"],
            &["SUCCESS", "FAIL", "PENDING_WIND"],
        );
        says(&["SUCCESSFUL", "FAILED", "RUNNING"], &["SUCCESSFUL", "FAILED", "RUNNING"]);
        says(&["Note: the kite.", "RUNNING: it flies."], &[]);
        says(&["SUCCESS：成功。", "RUNNING：运行中。"], &[]);
    }

    #[test]
    fn links_of_a_sentence() {
        let span =
            |text: &str, link: Option<&str>| Span { text: text.into(), link: link.map(Into::into), ..Span::default() };
        let spans = vec![
            span("See ", None),
            span("Winds", Some("winds.html")),
            span(". The job status can be obtained by calling ", None),
            span("Kites", Some("kites.html")),
            span(" and ", None),
            span("Kite", Some("kite.html")),
            span(". See ", None),
            span("Ropes", Some("ropes.html")),
        ];
        let mut out = Vec::new();
        poll_links(&Text { line: 7, spans, ..Text::default() }, 0, &mut out);
        let links: Vec<&str> = out.iter().map(|link| link.link.as_str()).collect();
        assert_eq!(links, ["kites.html", "kite.html"]);
    }
}
