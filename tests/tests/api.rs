//! The listing of each service's public items is what its specs give. `cargo xtask regen` keeps it fresh.
#![allow(clippy::expect_used)]

use xtask::{api, specs};

#[test]
fn every_listing_is_fresh() {
    let root = specs::root();
    let mut expected = Vec::new();
    for dir in specs::services(&specs::folder(None)).expect("the services") {
        let service = specs::load(&dir).service.expect("a service");
        let (listing, problems) = api::listing(&service);
        assert_eq!(problems, [], "an operation of {} cannot be generated", service.name);
        let file = api::file(&root, &service.name);
        let found = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(found == listing, "{} is stale: run `cargo xtask regen`", file.display());
        expected.push(file);
    }
    let mut found: Vec<_> = std::fs::read_dir(root.join(api::FOLDER))
        .expect("the folder of the listings")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    found.sort();
    assert_eq!(found, expected, "every listing belongs to a service");
}
