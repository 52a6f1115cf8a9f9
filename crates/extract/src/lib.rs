//! From a page of blocks to the spec of the operation that it documents, with everything that could not be understood.
//!
//! The words of the pages are data (`vocabulary/*.toml`); the rules around them are here, one step per module:
//! pieces of the page, request line, examples, parameter tables, nesting, assembling.
#![forbid(unsafe_code)]

pub mod assemble;
pub mod classify;
pub mod columns;
pub mod examples;
pub mod facts;
pub mod json;
pub mod library;
pub mod media_type;
pub mod names;
pub mod nesting;
pub mod phrases;
pub mod report;
pub mod request_line;
pub mod rows;
pub mod sections;
pub mod service;
pub mod status;
pub mod tables;
pub mod vocabulary;

use tablature_pages::model::{Page, visit_texts};
use tablature_spec::codes;
use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::model::{At, Claim, ExampleKind, Operation, Role, Source};

pub use library::Library;
use library::{Shelf, Shelved};
pub use report::Counts;
use report::Report;
use request_line::{Found, Line, Target};
use sections::{Piece, Placed};
use vocabulary::{SectionRole, squeeze, vocabulary};

/// What the caller knows about a page.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The name of the source, such as `zh-md`.
    pub source: &'a str,
    /// The file, as the spec is to name it.
    pub file: &'a str,
    /// The SHA-256 of the page's bytes.
    pub digest: &'a str,
    /// Copy descriptions into the spec.
    pub keep_descriptions: bool,
    /// The other pages of the input, for what the page only refers to.
    pub library: Option<&'a Library>,
}

/// What became of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Operations, in the page's order.
    Operations(Vec<Operation>),
    /// The page documents no operation.
    NotEndpoint {
        /// Why.
        reason: String,
        /// The line to look at.
        line: u32,
    },
    /// The page documents an operation that could not be read; a diagnostic says why.
    Failed,
}

/// The result of [`extract`].
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// What became of the page.
    pub outcome: Outcome,
    /// Everything that could not be understood, in the page's order.
    pub diagnostics: Vec<Diagnostic>,
    /// Figures of the page.
    pub counts: Counts,
    /// Links to other pages behind which a schema is expected: with a [`Library`] that lends these pages they are followed.
    pub wanted: Vec<String>,
    /// Where the page says how to ask how far the work has come; only the whole input tells which operations these are.
    pub polls: Vec<PollsAt>,
}

/// A link to an operation that tells how far the work has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollsAt {
    /// The file of the page that the link stands on.
    pub from: String,
    /// Its target.
    pub link: String,
    /// Its place, as the operation's sources are called.
    pub at: At,
}

/// Reads the operation that a page documents. Never panics, and takes time in proportion to the page.
pub fn extract(page: &Page, context: &Context<'_>) -> Extraction {
    let mut report = Report::new(&page.file);
    let (mut wanted, mut polls) = (Vec::new(), Vec::new());
    let outcome = run(page, context, &mut wanted, &mut polls, &mut report);
    let mut diagnostics = report.diagnostics;
    if let Outcome::Operations(operations) = &outcome
        && let Some(operation) = operations.first()
    {
        for diagnostic in &mut diagnostics {
            diagnostic.operation.get_or_insert_with(|| operation.name.clone());
        }
    }
    tablature_spec::diagnostic::sort(&mut diagnostics);
    Extraction { outcome, diagnostics, counts: report.counts, wanted, polls }
}

fn run<'a>(
    page: &'a Page,
    context: &Context<'a>,
    wanted: &mut Vec<String>,
    polls: &mut Vec<PollsAt>,
    report: &mut Report,
) -> Outcome {
    let mut pieces = sections::pieces(page);
    let found = request_line::find(&pieces);
    match classify::classify(page, &pieces, &found) {
        classify::Kind::Endpoint => {}
        classify::Kind::Other(reason) => {
            let line = page.title.line.max(1);
            report.say(&codes::NOT_ENDPOINT, line, reason.clone());
            return Outcome::NotEndpoint { reason, line };
        }
        classify::Kind::Lineless => {
            let (line, message) = match request_line::unknown_method(&pieces) {
                Some((line, word, url)) => {
                    let known = request_line::METHODS.join(", ");
                    (line, format!("`{word}` before `{}` is no known method; known are {known}", rows::shorten(&url)))
                }
                None => {
                    let message = "the URI section holds no line such as `GET /v1/{project_id}/jobs`";
                    (uri_line(page), message.to_string())
                }
            };
            report.say(&codes::REQUEST_LINE_MISSING, line, message);
            return Outcome::Failed;
        }
    }
    let Found { primary: Some((line, target)), alternates, examples: lines } = found else { return Outcome::Failed };
    if let Some(fault) = &target.fault {
        report.say(&codes::PATH_MALFORMED, line.line, fault.clone());
        return Outcome::Failed;
    }
    for (name, called) in &target.renamed {
        let message = format!("the placeholder `{{{name}}}` holds a blank and was read as `{{{called}}}`");
        report.say(&codes::PATH_PLACEHOLDER_MENDED, line.line, message);
    }
    sections::follow_request_line(&mut pieces, line.line);
    let examples = examples::collect(&pieces, &lines, context.source, report);
    let Some(method) = method(&line, &target, &examples, report) else { return Outcome::Failed };
    say_alternates(&line, &alternates, report);
    let settings = rows::Settings { source: context.source, descriptions: context.keep_descriptions };
    let own = Shelved { file: context.file, page, digest: context.digest };
    let mut shelf = Shelf::new(own, context.library);
    shelf.import_sections(&mut pieces);
    shelf.pages.iter().skip(1).for_each(|lent| report.add_file(lent.file));
    let known = shelf.pages.len();
    for (line, link) in &shelf.unfollowed {
        let shown = rows::shorten(link);
        let message = format!("the section is described behind `{shown}`, which is in no page that was read");
        report.say(&codes::LINK_BROKEN, *line, message);
    }
    let mut tables = tables::collect(&pieces, settings, report);
    shelf.import_tables(&mut tables, settings);
    shelf.pages.iter().skip(known).for_each(|lent| report.add_file(lent.file));
    let assembled = assemble::assemble(
        tables,
        assemble::Operation {
            method: &method,
            target: &target,
            examples: &examples,
            source: context.source,
            shelf: &shelf,
            line: line.line,
        },
        report,
    );
    let title = rows::fold(&page.title.plain());
    let has_body = assembled.tables.iter().any(|table| table.role == Role::Body)
        || examples.iter().any(|example| example.kind == ExampleKind::Request && example.body.is_some());
    let mut operation = Operation {
        name: String::new(),
        method: method.clone(),
        path: target.path.clone(),
        paths: None,
        fixed_query: assembled.fixed_query,
        alternates: alternates
            .iter()
            .map(|(line, target)| format!("{} {}", line.method.as_deref().unwrap_or(&method), target.path))
            .collect(),
        media_type: has_body.then(|| media_type::of(&examples, &assembled.media_types, assembled.form)).flatten(),
        deprecated: deprecated(&title, &pieces),
        asynchronous: says(&pieces, &vocabulary().asynchronous),
        explorer: explorer(page).map(Claim::Agreed),
        title: (!title.is_empty()).then_some(Claim::Agreed(title)),
        at: vec![At { source: context.source.to_string(), line: line.line }],
        polls: Vec::new(),
        sources: vec![source(page, context)],
        tables: assembled.tables,
        examples,
        statuses: status::listed(&pieces, context.source),
    };
    for (number, lent) in assembled.lenders.iter().enumerate() {
        let Some(lent) = shelf.pages.get(*lent) else { continue };
        operation.sources.push(Source {
            name: assemble::lender(context.source, number),
            file: lent.file.to_string(),
            page_id: page_id(lent.page),
            language: sections::language(lent.page).to_string(),
            format: lent.page.format.name().to_string(),
            digest: lent.digest.to_string(),
            of: Some(context.source.to_string()),
        });
    }
    for row in operation.tables.iter_mut().flat_map(|table| table.rows.iter_mut().map(|row| (table.role, row))) {
        service::keep_in_place(row.0, &mut row.1.facts);
    }
    if method != "GET" {
        let speaker = |page: usize| match assembled.lenders.iter().position(|lent| *lent == page) {
            Some(number) => Some(assemble::lender(context.source, number)),
            None => (page == 0).then(|| context.source.to_string()),
        };
        polls.extend(service::polls(&pieces).into_iter().filter_map(|found| {
            let at = At { source: speaker(found.page)?, line: found.line };
            Some(PollsAt { from: shelf.pages.get(found.page)?.file.to_string(), link: found.link, at })
        }));
    }
    wanted.append(&mut shelf.wanted);
    operation.name = names::name(&operation);
    Outcome::Operations(vec![operation])
}

/// The page as a source.
pub fn source(page: &Page, context: &Context<'_>) -> Source {
    Source {
        name: context.source.to_string(),
        file: context.file.to_string(),
        page_id: page_id(page),
        language: sections::language(page).to_string(),
        format: page.format.name().to_string(),
        digest: context.digest.to_string(),
        of: None,
    }
}

/// The line of the URI section.
fn uri_line(page: &Page) -> u32 {
    page.sections
        .iter()
        .find(|section| vocabulary().section(&section.heading.plain()) == SectionRole::Uri)
        .map_or(page.title.line, |section| section.heading.line)
        .max(1)
}

/// The method of the request line, or the one that the page's own examples use.
fn method(
    line: &Line,
    target: &Target,
    examples: &[tablature_spec::model::Example],
    report: &mut Report,
) -> Option<String> {
    if let Some(method) = &line.method {
        return Some(method.clone());
    }
    let requests =
        || examples.iter().filter(|example| example.kind == ExampleKind::Request && example.method.is_some());
    let fitting = requests().find(|example| {
        example.url.as_deref().is_some_and(|url| request_line::fits(&target.path, &request_line::parse_url(url).path))
    });
    match fitting.or_else(|| requests().next()).and_then(|example| example.method.clone()) {
        Some(method) => {
            report.say(
                &codes::METHOD_FROM_EXAMPLE,
                line.line,
                format!("`{}` stands without a method; {method} was taken from the request example", target.path),
            );
            Some(method)
        }
        None => {
            report.say(
                &codes::METHOD_MISSING,
                line.line,
                format!("`{}` stands without a method, and no example shows one", target.path),
            );
            None
        }
    }
}

fn say_alternates(line: &Line, alternates: &[(Line, Target)], report: &mut Report) {
    if alternates.is_empty() {
        return;
    }
    let others: Vec<String> = alternates
        .iter()
        .map(|(line, target)| {
            format!("`{} {}` (line {})", line.method.as_deref().unwrap_or("-"), target.path, line.line)
        })
        .collect();
    report.say(
        &codes::REQUEST_LINES_SEVERAL,
        line.line,
        format!("the first of several request lines was taken; the others are {}", others.join(", ")),
    );
}

/// An id that names the page: not one of a section, table or the like, which exports put beside it.
fn page_id(page: &Page) -> Option<String> {
    let inner = |id: &&String| {
        let last = id.rsplit("__").next().unwrap_or(id).to_lowercase();
        ["section", "table", "body", "p", "li", "ul", "row"].iter().any(|word| {
            last.strip_prefix(word).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    page.ids.iter().find(|id| !inner(id)).or(page.ids.first()).cloned()
}

/// The operation id in a link to the API Explorer.
fn explorer(page: &Page) -> Option<String> {
    let mut found: Option<String> = None;
    for section in &page.sections {
        visit_texts(&section.blocks, &mut |text| {
            for (_, link) in text.links() {
                if found.is_some() || !link.contains("apiexplorer") {
                    continue;
                }
                let id = link.split(['?', '&', '#']).find_map(|part| part.strip_prefix("api="));
                found = id.filter(|id| !id.is_empty()).map(str::to_string);
            }
        });
        if found.is_some() {
            break;
        }
    }
    found
}

fn deprecated(title: &str, pieces: &[Placed<'_>]) -> bool {
    let words = vocabulary();
    let title = squeeze(title);
    words.deprecated_title.iter().any(|word| title.contains(word.as_str())) || says(pieces, &words.deprecated_text)
}

/// Whether the text about the operation itself holds one of the phrases.
fn says(pieces: &[Placed<'_>], phrases: &[String]) -> bool {
    pieces
        .iter()
        .filter(|placed| matches!(placed.role, SectionRole::Function | SectionRole::Constraints))
        .filter_map(|placed| match placed.piece {
            Piece::Text(text) => Some(squeeze(&text.plain())),
            _ => None,
        })
        .any(|text| phrases.iter().any(|phrase| text.contains(phrase.as_str())))
}
