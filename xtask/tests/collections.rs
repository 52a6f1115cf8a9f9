//! `regen` with pages that lie outside of the repository: families that several services share, own pages that go before those of a
//! collection, and runs without the collection.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{copy, xtask};
use tempfile::TempDir;

/// A page in Markdown. The kind is in a table, so that two versions of a page can differ.
fn page(id: &str, title: &str, line: &str, kind: &str) -> String {
    format!(
        "# {title}<a name=\"{id}\"></a>\n\n## Function\n\nIt does what its title says.\n\n## URI\n\n{line}\n\n**Table 1** Path parameters\n\n\
         | Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n| kite | Yes | {kind} | The kite |\n\n\
         ## Request\n\nNone.\n\n## Response\n\nNone.\n\n## Status Codes\n\n| Status Code | Description |\n|---|---|\n| 204 | Done |\n"
    )
}

fn write(dir: &Path, file: &str, text: &str) {
    let path = dir.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

const KITES: &str = "name = \"kites\"\n\n[[source]]\nname = \"en-md\"\ndir = \"pages\"\n\n\
                     [[source]]\nname = \"en-md\"\ndocs = \"sky\"\ndir = \"all\"\n";

/// A service that has one page of its own and shares a collection with another service, without their specs.
fn workplace() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path();
    let select = "select = { path = [\"/v1/{project}/kites\"] }\n";
    write(at, "specs/kites/service.toml", &format!("{KITES}{select}"));
    let winds = "name = \"winds\"\n\n[[source]]\nname = \"en-md\"\ndocs = \"sky\"\ndir = \"all\"\n\
                 select = { path = [\"/v2\"] }\n";
    write(at, "specs/winds/service.toml", winds);
    let stop = "POST /v1/{project_id}/kites/{kite}/stop";
    write(at, "specs/kites/pages/stop.md", &page("kite_1", "Stopping a Kite", stop, "Long"));
    write(at, "sky/all/stop_kite.md", &page("kite_1", "Stopping a Kite", stop, "String"));
    write(
        at,
        "sky/all/start_kite.md",
        &page("kite_2", "Starting a Kite", "POST /v1/{project_id}/kites/{kite}/start", "String"),
    );
    write(at, "sky/all/show_wind.md", &page("wind_1", "Querying a Wind", "GET /v2/winds/{kite}", "String"));
    write(at, "sky/all/overview.md", "# Overview\n\nKites fly.\n");
    dir
}

const WITHOUT: &[&str] = &["regen", "--specs", "specs"];
const WITH: &[&str] = &["regen", "--specs", "specs", "--docs", "sky=sky"];

fn spec(dir: &TempDir, file: &str) -> String {
    fs::read_to_string(dir.path().join("specs").join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn own_pages_go_before_those_of_a_collection() {
    let dir = workplace();
    let run = xtask(dir.path(), WITH);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("sky/all/stop_kite.md [en-md] stands aside for the pages of stop_kite"), "{}", run.out);
    assert!(run.out.contains("kites: 1 page(s) stand aside"), "{}", run.out);
    let stop = spec(&dir, "kites/stop_kite.toml");
    assert!(stop.contains("file = \"pages/stop.md\"") && stop.contains("type = \"Long\""), "{stop}");
    assert!(!stop.contains("sky:"), "{stop}");
    assert!(spec(&dir, "kites/start_kite.toml").contains("file = \"sky:all/start_kite.md\""));
    assert!(spec(&dir, "winds/service.toml").contains("operations = [\n  \"show_wind\",\n]"));
    // Each page is told of once, the overview with the first service.
    assert_eq!(run.out.matches("overview.md").count(), 1, "{}", run.out);
}

#[test]
fn without_the_collection_its_specs_stay() {
    let dir = workplace();
    assert_eq!(xtask(dir.path(), WITH).code, 0);
    let before = tempfile::tempdir().unwrap();
    copy(&dir.path().join("specs"), before.path());
    for arguments in [WITHOUT, WITH] {
        let check = xtask(dir.path(), &[arguments, &["--check"]].concat());
        assert_eq!(check.code, 0, "{}{}", check.out, check.err);
        let run = xtask(dir.path(), arguments);
        assert_eq!(run.code, 0, "{}{}", run.out, run.err);
        let all = ["kites/service.toml", "kites/stop_kite.toml", "kites/start_kite.toml", "winds/show_wind.toml"];
        for file in all {
            assert_eq!(fs::read_to_string(before.path().join(file)).unwrap(), spec(&dir, file), "{file}");
        }
    }
    let run = xtask(dir.path(), WITHOUT);
    assert!(run.err.contains("specs/kites/service.toml:11: note[source-absent]: 1 operation(s) stay"), "{}", run.err);
    assert!(run.err.contains("name their folder with `--docs sky=DIR`"), "{}", run.err);
    // The own page is read all the same.
    let page = dir.path().join("specs/kites/pages/stop.md");
    fs::write(&page, fs::read_to_string(&page).unwrap().replace("| Long |", "| Integer |")).unwrap();
    assert_eq!(xtask(dir.path(), WITHOUT).code, 0);
    assert!(spec(&dir, "kites/stop_kite.toml").contains("type = \"Integer\""));
    assert!(dir.path().join("specs/kites/start_kite.toml").exists());
}

#[test]
fn an_own_page_takes_over_the_spec_of_a_collection_and_gives_it_back() {
    let dir = workplace();
    assert_eq!(xtask(dir.path(), WITH).code, 0);
    let start = fs::read_to_string(dir.path().join("sky/all/start_kite.md")).unwrap();
    write(dir.path(), "specs/kites/pages/start.md", &start);
    let run = xtask(dir.path(), WITHOUT);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let spec_of_own = spec(&dir, "kites/start_kite.toml");
    assert!(spec_of_own.contains("file = \"pages/start.md\""), "{spec_of_own}");
    assert_eq!(xtask(dir.path(), &[WITH, &["--check"]].concat()).code, 0);
    fs::remove_file(dir.path().join("specs/kites/pages/start.md")).unwrap();
    let run = xtask(dir.path(), WITHOUT);
    assert!(run.code == 1 && run.err.contains("start_kite.toml: error[operations-vanish]"), "{}", run.err);
    assert_eq!(xtask(dir.path(), WITH).code, 0);
    assert!(spec(&dir, "kites/start_kite.toml").contains("file = \"sky:all/start_kite.md\""));
}

#[test]
fn an_edit_of_a_spec_that_stays_is_noticed() {
    let dir = workplace();
    assert_eq!(xtask(dir.path(), WITH).code, 0);
    let file = dir.path().join("specs/kites/start_kite.toml");
    fs::write(&file, spec(&dir, "kites/start_kite.toml").replace("\"String\"", "\"Long\"")).unwrap();
    for arguments in [WITHOUT, &["regen", "--specs", "specs", "--discard-edits"], WITH] {
        let run = xtask(dir.path(), arguments);
        assert_eq!(run.code, 1, "{arguments:?} {}", run.out);
        assert!(run.err.contains("start_kite.toml") && run.err.contains("error[spec-edited]"), "{}", run.err);
    }
    assert_eq!(xtask(dir.path(), &[WITH, &["--discard-edits"]].concat()).code, 0);
    assert!(spec(&dir, "kites/start_kite.toml").contains("\"String\""));
}

#[test]
fn a_page_of_a_family_belongs_to_one_service() {
    let dir = workplace();
    let kites = dir.path().join("specs/kites/service.toml");
    let nobody = "/all/rain.md:9: error[page-unclaimed]: no service takes `GET /v3/rain`";
    write(dir.path(), "sky/all/rain.md", &page("rain_1", "Querying Rain", "GET /v3/rain", "String"));
    let run = xtask(dir.path(), WITH);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.err.contains(nobody), "{}", run.err);
    assert!(run.err.contains("specs/kites/service.toml:7: `kites` does not take it"), "{}", run.err);
    assert!(run.err.contains("specs/winds/service.toml:3: `winds` does not take it"), "{}", run.err);
    assert!(!dir.path().join("specs/kites/start_kite.toml").exists(), "nothing was written");

    let all = "select = { path = [\"/v1\", \"/v2\"], page = [\"rain_1\"] }\n";
    fs::write(&kites, format!("{KITES}{all}")).unwrap();
    let run = xtask(dir.path(), WITH);
    assert_eq!(run.code, 1, "{}", run.out);
    let twice = "show_wind.md:9: error[page-claimed-twice]: 2 services take `GET /v2/winds/{kite}` of this page";
    assert!(run.err.contains(twice), "{}", run.err);
    assert!(run.err.contains("`kites` takes it") && run.err.contains("`winds` takes it"), "{}", run.err);

    fs::write(&kites, format!("{KITES}{all}except = {{ page = [\"show_wind.md\"] }}\n")).unwrap();
    let run = xtask(dir.path(), WITH);
    assert!(!run.err.contains("page-claimed-twice") && !run.err.contains("page-unclaimed"), "{}", run.err);
    assert!(
        dir.path().join("specs/kites/list_rain.toml").exists()
            || dir.path().join("specs/kites/show_rain.toml").exists()
    );

    for (wrong, says) in [
        ("select = { host = [\"a\"] }", "unknown key `host`; known keys are path, page"),
        ("select = {}", "`select` selects nothing"),
        ("except = { path = [\"v1\"] }", "not `v1`"),
        ("select = \"all\"", "must be a table"),
    ] {
        fs::write(&kites, format!("{KITES}{wrong}\n")).unwrap();
        let run = xtask(dir.path(), WITH);
        assert_eq!(run.code, 1, "{wrong}");
        assert!(run.err.contains("specs/kites/service.toml:11:") && run.err.contains(says), "{wrong}: {}", run.err);
    }
}

#[test]
fn a_collection_that_lost_half_of_its_pages_takes_nothing_away_unasked() {
    let dir = workplace();
    for number in 0..40 {
        let line = format!("GET /v2/winds{number}/{{kite}}");
        let text = page(&format!("many_{number}"), &format!("Querying Details About Wind {number}"), &line, "String");
        write(dir.path(), &format!("sky/all/many_{number}.md"), &text);
    }
    let run = xtask(dir.path(), WITH);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let count = || fs::read_dir(dir.path().join("specs/winds")).unwrap().count();
    assert_eq!(count(), 42, "41 operations and the index");
    (0..40)
        .step_by(2)
        .for_each(|number| fs::remove_file(dir.path().join(format!("sky/all/many_{number}.md"))).unwrap());
    let index = spec(&dir, "winds/service.toml");
    let run = xtask(dir.path(), WITH);
    assert_eq!(run.code, 1);
    assert_eq!(run.err.matches("error[operations-vanish]").count(), 20, "{}", run.err);
    assert!(run.out.contains("winds: 20 operation(s) would vanish: show_wind_0, show_wind_10, "), "{}", run.out);
    assert!(run.out.contains("nothing was written"), "{}", run.out);
    assert_eq!((count(), spec(&dir, "winds/service.toml")), (42, index));
    assert_eq!(xtask(dir.path(), &[WITH, &["--accept-removals"]].concat()).code, 0);
    assert_eq!(count(), 22);
}
