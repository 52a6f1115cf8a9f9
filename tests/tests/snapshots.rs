//! Each spec, each expansion and the diagnostics of `check`, as snapshots. `cargo xtask regen` keeps the files fresh.
#![allow(clippy::expect_used)]

use xtask::{snapshots, specs};

#[test]
fn specs_expansions_and_diagnostics() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _guard = settings.bind_to_scope();
    let folder = specs::folder(None);
    let mut files = Vec::new();
    for dir in specs::services(&folder).expect("the services") {
        let loaded = specs::load(&dir);
        assert!(snapshots::clean(&loaded), "{:?}", loaded.diagnostics);
        let all = snapshots::of_service(&dir, &loaded);
        for (name, content) in &all {
            insta::assert_snapshot!(name.as_str(), content);
        }
        let expected: Vec<_> = snapshots::files(&specs::root(), &all).into_keys().collect();
        assert_eq!(expected, snapshots::existing(&specs::root(), &specs::name_of(&dir)), "no snapshot is left over");
        files.extend(expected);
    }
    assert!(!files.is_empty());
}
