//! From files to operations of one source each: read, extract, count. Pages are independent, so threads share them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest, Sha256};
use tablature_extract::{Context, Counts, Library, Outcome, PollsAt, library, service};
use tablature_pages::model::Format;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::facts::PageFacts;
use tablature_spec::model::Operation;

use crate::polls;

/// A file to read.
#[derive(Debug, Clone)]
pub struct Input {
    /// Where it lies.
    pub path: PathBuf,
    /// The name of its source; `None`: language and format give it.
    pub source: Option<String>,
    /// Its name in specs.
    pub file: String,
    /// Its name in messages.
    pub shown: String,
}

/// How pages are read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The format, instead of detection.
    pub format: Option<Format>,
    /// Copy descriptions.
    pub keep_descriptions: bool,
}

/// What a page ended as.
#[derive(Debug, Clone)]
pub enum End {
    /// It documents these operations.
    Operations(Vec<Operation>),
    /// It documents none, for this reason.
    NotEndpoint(String),
    /// It could not be used; a diagnostic says why.
    Failed,
}

/// A page after the pipeline.
#[derive(Debug, Clone)]
pub struct PageResult {
    /// The file.
    pub input: Input,
    /// `zh-md` and so on; empty if the page could not be read.
    pub source: String,
    /// What it ended as.
    pub end: End,
    /// What was found, with the names of messages.
    pub diagnostics: Vec<Diagnostic>,
    /// What the extraction saw and kept.
    pub counts: Counts,
    /// What it says about the service as a whole.
    pub facts: Option<PageFacts>,
}

/// Reads all pages; the results stand in the order of the inputs, whatever thread read them.
///
/// Pages are read one by one and forgotten. Those that refer to a schema on another page are extracted once more, with a library of the
/// pages that they refer to; that keeps the memory small, since few pages do.
pub fn run(inputs: &[Input], options: Options) -> Vec<PageResult> {
    let bar = progress(inputs.len());
    let first = parallel(inputs.len(), |index| {
        let read = inputs.get(index).map(|input| page(input, options, None));
        bar.inc(1);
        read
    });
    bar.finish_and_clear();
    let mut library = Library::new(inputs.iter().map(|input| input.file.as_str()));
    let mut results = Vec::with_capacity(inputs.len());
    let mut again: Vec<usize> = Vec::new();
    let mut wanted: Vec<(String, String)> = Vec::new();
    let mut polls: Vec<Vec<PollsAt>> = Vec::with_capacity(inputs.len());
    let mut contents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, read) in first.into_iter().enumerate() {
        let Some((input, Some(read))) = inputs.get(index).map(|input| (input, read)) else { continue };
        library.label(&input.file, read.labels);
        if !read.wanted.is_empty() {
            again.push(index);
            wanted.extend(read.wanted.into_iter().map(|link| (input.file.clone(), link)));
        }
        if matches!(read.result.end, End::NotEndpoint(_)) {
            contents.insert(input.file.clone(), read.contents);
        }
        polls.push(read.polls);
        results.push(read.result);
    }
    lend(&mut library, inputs, wanted, options);
    let second = parallel(again.len(), |number| {
        let index = *again.get(number)?;
        inputs.get(index).map(|input| (index, page(input, options, Some(&library))))
    });
    for (index, read) in second.into_iter().flatten() {
        if let (Some(slot), Some(own)) = (results.get_mut(index), polls.get_mut(index)) {
            *slot = read.result;
            *own = read.polls;
        }
    }
    for (result, links) in results.iter_mut().zip(polls) {
        if let End::Operations(operations) = &mut result.end {
            polls::follow(operations, links, &library, &contents);
        }
    }
    say_once(inputs, &mut results);
    results
}

/// Gives pages that lend tables the names that people see, and tells what is wrong with such a table once, not with every page that takes it.
fn say_once(inputs: &[Input], results: &mut [PageResult]) {
    let shown: BTreeMap<&str, &str> = inputs.iter().map(|input| (input.file.as_str(), input.shown.as_str())).collect();
    let key = |found: &Diagnostic| (found.place.file.to_string(), found.place.line, found.code.id);
    let mut told: BTreeSet<(String, u32, &str)> = BTreeSet::new();
    for result in results.iter() {
        told.extend(result.diagnostics.iter().filter(|found| *found.place.file == *result.input.shown).map(key));
    }
    for result in results.iter_mut() {
        let own = result.input.shown.clone();
        result.diagnostics.retain_mut(|diagnostic| {
            if *diagnostic.place.file == *own {
                return true;
            }
            if let Some(name) = shown.get(&*diagnostic.place.file) {
                diagnostic.place.file = (*name).into();
            }
            told.insert(key(diagnostic))
        });
    }
}

/// Puts the pages that links lead to into the library, and the pages that these refer to themselves.
fn lend(library: &mut Library, inputs: &[Input], mut wanted: Vec<(String, String)>, options: Options) {
    let by_file: BTreeMap<&str, &Input> = inputs.iter().map(|input| (input.file.as_str(), input)).collect();
    while let Some((from, link)) = wanted.pop() {
        let library::Place::Page(file, _) = library.place(&from, &link) else { continue };
        let Some(input) = by_file.get(file.as_str()).filter(|_| !library.lends(&file)) else { continue };
        let Ok(bytes) = fs::read(&input.path) else { continue };
        let (page, _) = tablature_pages::read(&input.shown, &bytes, options.format);
        let Some(page) = page else { continue };
        wanted.extend(library::links(&page).into_iter().map(|link| (file.clone(), link)));
        library.lend(&file, hex(&Sha256::digest(&bytes)), page);
    }
}

/// The results of `f` for 0, 1, 2 … in this order; threads share the work.
fn parallel<T: Send>(count: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(count));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|index| *index < count) {
                    let result = f(index);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// A bar on a terminal, nothing elsewhere.
fn progress(pages: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(pages as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} pages {wide_bar} {eta}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A page that was read, and what it takes from others and gives to them.
struct Read {
    result: PageResult,
    wanted: Vec<String>,
    labels: Vec<String>,
    polls: Vec<PollsAt>,
    /// The links of a page that documents no operation.
    contents: Vec<String>,
}

fn page(input: &Input, options: Options, library: Option<&Library>) -> Read {
    let result = PageResult {
        input: input.clone(),
        source: input.source.clone().unwrap_or_default(),
        end: End::Failed,
        diagnostics: Vec::new(),
        counts: Counts::default(),
        facts: None,
    };
    let mut read = Read { result, wanted: Vec::new(), labels: Vec::new(), polls: Vec::new(), contents: Vec::new() };
    let result = &mut read.result;
    let bytes = match fs::read(&input.path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let place = Place::file(input.shown.as_str());
            let diagnostic = Diagnostic::new(&codes::PAGE_UNREADABLE, place, format!("cannot be read: {error}"));
            result.diagnostics.push(diagnostic);
            return read;
        }
    };
    let (page, diagnostics) = tablature_pages::read(&input.shown, &bytes, options.format);
    result.diagnostics.extend(diagnostics);
    let Some(page) = page else { return read };
    if result.source.is_empty() {
        result.source = format!("{}-{}", tablature_extract::sections::language(&page), page.format);
    }
    let digest = hex(&Sha256::digest(&bytes));
    let context = Context {
        source: &result.source,
        file: &input.file,
        digest: &digest,
        keep_descriptions: options.keep_descriptions,
        library,
    };
    let extraction = tablature_extract::extract(&page, &context);
    // The extraction knows a page by its name in specs or in messages; people see the latter.
    for mut diagnostic in extraction.diagnostics {
        if *diagnostic.place.file == *input.file {
            diagnostic.place.file = input.shown.as_str().into();
        }
        result.diagnostics.push(diagnostic);
    }
    let (facts, diagnostics) = service::page_facts(&page, || tablature_extract::source(&page, &context));
    result.facts = facts;
    result.diagnostics.extend(diagnostics);
    result.counts = extraction.counts;
    result.end = match extraction.outcome {
        Outcome::Operations(operations) => End::Operations(operations),
        Outcome::NotEndpoint { reason, .. } => End::NotEndpoint(reason),
        Outcome::Failed => End::Failed,
    };
    if matches!(result.end, End::NotEndpoint(_)) {
        read.contents = polls::links(&page);
    }
    read.wanted = extraction.wanted;
    read.polls = extraction.polls;
    read.labels = library::labels(&page);
    read
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
