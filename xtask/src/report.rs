//! What commands tell people: diagnostics, one line per page, and a closing table.

use std::collections::BTreeMap;

use tablature_extract::Counts;
use tablature_spec::codes::{self, Code};
use tablature_spec::diagnostic::{Diagnostic, Severity};
use tablature_spec::model::Operation;

use crate::figures;
use crate::pipeline::{End, PageResult};

pub use crate::figures::Figures;

/// Whether a diagnostic says that a page or spec has to be mended: an error, or a warning that is no contradiction. A contradiction is a
/// finding about the pages that the client copes with; a defect means that something on a page could not be used as it stands.
pub fn is_defect(diagnostic: &Diagnostic) -> bool {
    class(diagnostic.code) == "defect"
}

/// What a finding of this kind means for commands: `contradiction`, `defect` or `note`. Only defects make them fail.
pub fn class(code: &Code) -> &'static str {
    match code.severity {
        Severity::Error => "defect",
        _ if code.is_contradiction() => "contradiction",
        Severity::Warning if *code != codes::NAME_CHANGED => "defect",
        _ => "note",
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

/// The closing tables.
pub fn table(figures: &[Figures]) {
    print!("{}", figures::table(figures));
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
