//! From files to operations of one source each: read, extract, count. Pages are independent, so threads share them.

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest, Sha256};
use tablature_extract::{Context, Outcome};
use tablature_pages::model::Format;
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::model::Operation;

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
}

/// Reads all pages; the results stand in the order of the inputs, whatever thread read them.
pub fn run(inputs: &[Input], options: Options) -> Vec<PageResult> {
    let bar = progress(inputs.len());
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, PageResult)>> = Mutex::new(Vec::with_capacity(inputs.len()));
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(inputs.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((index, input)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    inputs.get(index).map(|input| (index, input))
                } {
                    let result = page(input, options);
                    bar.inc(1);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, result));
                }
            });
        }
    });
    bar.finish_and_clear();
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

fn page(input: &Input, options: Options) -> PageResult {
    let mut result = PageResult {
        input: input.clone(),
        source: input.source.clone().unwrap_or_default(),
        end: End::Failed,
        diagnostics: Vec::new(),
    };
    let bytes = match fs::read(&input.path) {
        Ok(bytes) => bytes,
        Err(error) => {
            let place = Place::file(input.shown.as_str());
            let diagnostic = Diagnostic::new(&codes::PAGE_UNREADABLE, place, format!("cannot be read: {error}"));
            result.diagnostics.push(diagnostic);
            return result;
        }
    };
    let (page, diagnostics) = tablature_pages::read(&input.shown, &bytes, options.format);
    result.diagnostics.extend(diagnostics);
    let Some(page) = page else { return result };
    if result.source.is_empty() {
        result.source = format!("{}-{}", tablature_extract::sections::language(&page), page.format);
    }
    let digest = hex(&Sha256::digest(&bytes));
    let context = Context {
        source: &result.source,
        file: &input.file,
        digest: &digest,
        keep_descriptions: options.keep_descriptions,
    };
    let extraction = tablature_extract::extract(&page, &context);
    // The extraction knows a page by its name in specs or in messages; people see the latter.
    for mut diagnostic in extraction.diagnostics {
        if *diagnostic.place.file == *input.file {
            diagnostic.place.file = input.shown.as_str().into();
        }
        result.diagnostics.push(diagnostic);
    }
    result.end = match extraction.outcome {
        Outcome::Operations(operations) => End::Operations(operations),
        Outcome::NotEndpoint { reason, .. } => End::NotEndpoint(reason),
        Outcome::Failed => End::Failed,
    };
    result
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
