//! The pages in the repository, worded by us, give the same facts as the pages that the project started from.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{own_specs, xtask};

#[test]
fn our_pages_say_what_the_seeds_say() {
    let Some(shared) = std::env::var_os("TABLATURE_SHARED") else {
        println!("skipped: TABLATURE_SHARED is not set");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let seeds = Path::new(&shared).join("seeds");
    let run = xtask(dir.path(), &["read", &seeds.display().to_string(), "--out", "out", "--service", "seeds"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(
        run.err.contains("source-name-differs")
            && run.err.contains("`error_message` on en-html and `error_msg` on zh-md"),
        "{}",
        run.err
    );
    // The seeds have no reStructuredText, so our pages in it stay out.
    let specs = dir.path().join("specs");
    for service in ["modelarts", "dgc"] {
        let own = specs.join(service);
        own_specs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs").join(service), &own);
        let index = fs::read_to_string(own.join("service.toml")).unwrap();
        let source = "[[source]]\nname = \"en-rst\"\ndir = \"pages/en-rst\"\n";
        fs::write(own.join("service.toml"), index.replace(source, "")).unwrap();
    }
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let facts = |path: &Path| -> String {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines = text
            .lines()
            .filter(|line| !["# checksum", "file = ", "digest = "].iter().any(|start| line.starts_with(start)));
        lines.collect::<Vec<_>>().join("\n")
    };
    for (service, name) in
        [("modelarts", "stop_training_job_version"), ("modelarts", "stop_visualization_job"), ("dgc", "stop_job")]
    {
        let ours = facts(&specs.join(service).join(format!("{name}.toml")));
        let theirs = facts(&dir.path().join("out/seeds").join(format!("{name}.toml")));
        assert_eq!(ours, theirs, "{name}");
    }
    assert_eq!(fs::read_dir(dir.path().join("out/seeds")).unwrap().count(), 4, "three operations and the index");
}
