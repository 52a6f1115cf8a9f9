//! What commands tell people: diagnostics, one line per page, and a closing table.

use std::collections::BTreeMap;

use tablature_extract::Counts;
use tablature_spec::codes::{self, Code};
use tablature_spec::diagnostic::{Diagnostic, Severity};
use tablature_spec::model::Operation;

use crate::pipeline::{End, PageResult};

/// The figures of one service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The service.
    pub service: String,
    /// Pages read.
    pub pages: usize,
    /// Operations in specs.
    pub operations: usize,
    /// Rows in specs, each source's row counted.
    pub rows: usize,
    /// Examples in specs, each source's example counted.
    pub examples: usize,
    /// Contradictions.
    pub conflicts: usize,
    /// Warnings, contradictions left out.
    pub warnings: usize,
    /// Errors.
    pub errors: usize,
}

impl Figures {
    /// Counts what specs hold.
    pub fn of<'a>(service: &str, pages: usize, operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        let mut figures = Figures { service: service.to_string(), pages, ..Figures::default() };
        for operation in operations {
            figures.operations += 1;
            figures.rows +=
                operation.tables.iter().flat_map(|table| &table.rows).map(|row| row.at.len()).sum::<usize>();
            figures.examples += operation.examples.iter().map(|example| example.at.len()).sum::<usize>();
        }
        figures
    }

    /// Counts diagnostics.
    pub fn count(&mut self, diagnostics: &[Diagnostic]) {
        for diagnostic in diagnostics {
            match diagnostic.severity() {
                Severity::Error => self.errors += 1,
                _ if is_conflict(diagnostic.code) => self.conflicts += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => {}
            }
        }
    }
}

/// Whether a code is a contradiction of the pages, rather than something the tool could not read.
pub fn is_conflict(code: &Code) -> bool {
    code.id.starts_with("source-") && *code != codes::SOURCE_ABSENT
        || [
            &codes::EXAMPLE_PATH_DIFFERS,
            &codes::EXAMPLE_METHOD_DIFFERS,
            &codes::EXAMPLE_FIELD_UNDECLARED,
            &codes::EXAMPLE_TYPE_DIFFERS,
            &codes::EXAMPLE_FIELD_MISSING,
            &codes::PATH_PARAMETER_UNDECLARED,
            &codes::PATH_PARAMETER_UNUSED,
        ]
        .contains(&code)
}

/// Whether a diagnostic says that a page or spec has to be mended: an error, or a warning that is no contradiction. A contradiction is a
/// finding about the pages that the client copes with; a defect means that something on a page could not be used as it stands.
pub fn is_defect(diagnostic: &Diagnostic) -> bool {
    match diagnostic.severity() {
        Severity::Error => true,
        Severity::Warning => !is_conflict(diagnostic.code) && *diagnostic.code != codes::NAME_CHANGED,
        Severity::Note => false,
    }
}

/// Whether a command that met these diagnostics succeeds: no error, and no defect whose code was not accepted. Says so if not.
pub fn succeeds(diagnostics: &[Diagnostic], accepted: &[String]) -> bool {
    let mut codes: Vec<&str> = diagnostics
        .iter()
        .filter(|diagnostic| is_defect(diagnostic))
        .filter(|diagnostic| {
            diagnostic.severity() == Severity::Error || !accepted.iter().any(|code| code == diagnostic.code.id)
        })
        .map(|diagnostic| diagnostic.code.id)
        .collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() {
        eprintln!("defects: {} (`cargo xtask explain CODE` says more)", codes.join(", "));
    }
    codes.is_empty()
}

/// Prints diagnostics to standard error.
pub fn diagnostics(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
    }
}

/// Prints one diagnostic and fails.
pub fn fail(diagnostic: &Diagnostic) -> bool {
    eprintln!("{diagnostic}");
    false
}

/// Whether there is an error among them.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
}

/// One line per page: its file, source and what it ended as. `aside` holds the pages that stand aside for others, with the operation.
pub fn pages<'a>(
    pages: impl IntoIterator<Item = &'a PageResult>,
    operations: &[Operation],
    aside: &BTreeMap<String, String>,
) {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for operation in operations {
        for source in operation.pages() {
            by_file.entry(&source.file).or_default().push(&operation.name);
        }
    }
    for page in pages {
        let end = match &page.end {
            End::Operations(_) => {
                let names = by_file.get(page.input.file.as_str()).map(|names| names.join(", "));
                let aside = || aside.get(&page.input.file).map(|name| format!("stands aside for the pages of {name}"));
                names.or_else(aside).unwrap_or_else(|| "in no spec".into())
            }
            End::NotEndpoint(reason) => format!("not an endpoint: {reason}"),
            End::Failed => "failed".to_string(),
        };
        let source = if page.source.is_empty() { "?" } else { &page.source };
        println!("{} [{source}] {end}", page.input.shown);
    }
}

/// The closing table.
pub fn table(figures: &[Figures]) {
    let mut rows = vec![
        ["service", "pages", "operations", "rows", "examples", "conflicts", "warnings", "errors"]
            .map(String::from)
            .to_vec(),
    ];
    rows.extend(figures.iter().map(|f| {
        let numbers = [f.pages, f.operations, f.rows, f.examples, f.conflicts, f.warnings, f.errors];
        std::iter::once(f.service.clone()).chain(numbers.map(|n| n.to_string())).collect()
    }));
    print!("{}", align(&rows));
}

/// How much of the pages of each service came into specs: what was seen, and what became of it.
pub fn coverage(services: &[(String, Counts)]) {
    let heads = [
        "service",
        "rows seen",
        "in specs",
        "type cells",
        "unknown",
        "object fields",
        "with table",
        "opaque",
        "json bodies",
        "repaired",
        "broken",
    ];
    let mut rows = vec![heads.map(String::from).to_vec()];
    rows.extend(services.iter().map(|(service, counts)| {
        let numbers = [
            counts.rows,
            counts.rows_in_spec,
            counts.types,
            counts.types_unknown,
            counts.objects,
            counts.objects_attached,
            counts.objects_opaque,
            counts.bodies,
            counts.bodies_repaired,
            counts.bodies_failed,
        ];
        std::iter::once(service.clone()).chain(numbers.map(|number| number.to_string())).collect()
    }));
    print!("{}", align(&rows));
}

/// The counts of all pages together.
pub fn total(pages: &[PageResult]) -> Counts {
    let mut total = Counts::default();
    pages.iter().for_each(|page| total.add(&page.counts));
    total
}

/// Columns side by side: the first to the left, numbers to the right.
pub fn align(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (index, (cell, width)) in row.iter().zip(&widths).enumerate() {
            if index == 0 {
                line += &format!("{cell:<width$}");
            } else {
                line += &format!("  {cell:>width$}");
            }
        }
        out += line.trim_end();
        out.push('\n');
    }
    out
}
