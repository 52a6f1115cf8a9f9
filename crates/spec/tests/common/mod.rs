//! Specs of one operation as pages give them, and what `check` says about them.

use tablature_spec::read::{self, SpecFile};
use tablature_spec::{check, merge};

/// The spec of one source; `rest` are keys of the operation, `tables` its tables and examples.
pub(crate) fn page(source: &str, path: &str, tables: &str, rest: &str) -> String {
    format!(
        "name = \"stop\"\nmethod = \"POST\"\npath = \"{path}\"\ntitle = \"Stop {source}\"\nat = [\"{source}:5\"]\n{rest}\n\
         [[source]]\nname = \"{source}\"\nfile = \"{source}.txt\"\nlanguage = \"zh\"\nformat = \"md\"\ndigest = \"0\"\n{tables}"
    )
}

/// A table with the rows that a source has from line 20 on.
pub(crate) fn table(source: &str, id: &str, role: &str, rows: &[(&str, &str)]) -> String {
    let mut out = format!("[[table]]\nid = \"{id}\"\nrole = \"{role}\"\nat = [\"{source}:10\"]\nrows = [\n");
    for (index, (name, cells)) in rows.iter().enumerate() {
        out += &format!("  {{ name = \"{name}\", {cells}, at = [\"{source}:{}\"] }},\n", 20 + index);
    }
    out + "]\n"
}

/// An example at line 50 of its source.
pub(crate) fn example(source: &str, kind: &str, line: &str) -> String {
    format!("[[example]]\nkind = \"{kind}\"\nat = [\"{source}:50\"]\n{line}\n")
}

/// The one operation of several sources.
pub(crate) fn merged(pages: &[String]) -> SpecFile {
    let sources = pages
        .iter()
        .map(|page| {
            let (spec, problems) = read::operation("x", page);
            assert!(problems.is_empty(), "{problems:?}\n{page}");
            vec![spec.operation]
        })
        .collect();
    let mut operations = merge::merge(sources);
    assert_eq!(operations.len(), 1, "one operation");
    SpecFile::unplaced("stop.toml", operations.remove(0))
}

/// Compares what `check` says with lines of `PLACE + RELATED: CODE: MESSAGE`.
#[track_caller]
pub(crate) fn expect(spec: &SpecFile, expect: &[&str]) {
    let shown: Vec<String> = check::check(spec)
        .iter()
        .map(|d| {
            let related: String = d.related.iter().map(|(place, _)| format!(" + {place}")).collect();
            format!("{}{related}: {}: {}", d.place, d.code.id, d.message)
        })
        .collect();
    assert_eq!(shown, expect, "\n{}", shown.join("\n"));
}
