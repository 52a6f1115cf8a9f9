//! Any text as a spec file, an index, an overrides file and a type cell.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tablature_spec::{check, load, overrides, read, types, write};

fuzz_target!(|text: &str| {
    types::parse(text);
    load::index("service.toml", text);
    overrides::read("overrides.toml", text);
    let (spec, problems) = read::operation("spec.toml", text);
    check::check(&spec);
    if problems.is_empty() {
        let written = write::operation(&spec.operation);
        let (again, problems) = read::operation("spec.toml", &written);
        assert!(problems.is_empty(), "{problems:?}\n{written}");
        assert_eq!(again.operation, spec.operation, "{written}");
    }
});
