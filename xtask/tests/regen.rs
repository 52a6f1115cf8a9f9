//! `regen` on a copy of the operations whose pages lie in the repository.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{copy, own_specs, xtask};
use tempfile::TempDir;

const STOP_JOB: &str = "specs/dgc/pages/zh-md/stop_job.md";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn specs() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for service in ["dgc", "modelarts"] {
        own_specs(&repository().join("specs").join(service), &dir.path().join("specs").join(service));
    }
    dir
}

fn edit(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} stands in {}", file.display());
    fs::write(file, text.replacen(from, to, 1)).unwrap();
}

/// The lines that differ between two folders, as `file: -old` and `file: +new`, bookkeeping (digest, checksum) left out.
fn differences(old: &Path, new: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(new).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for file in files {
        let name = file.file_name().unwrap();
        if file.is_dir() {
            out.extend(differences(&old.join(name), &file));
            continue;
        }
        let (before, after) =
            (fs::read_to_string(old.join(name)).unwrap_or_default(), fs::read_to_string(&file).unwrap());
        for change in similar::TextDiff::from_lines(&before, &after).iter_all_changes() {
            let line = change.value().trim();
            if change.tag() != similar::ChangeTag::Equal
                && !line.starts_with("digest = ")
                && !line.starts_with("# checksum ")
            {
                out.push(format!("{}: {}{line}", name.to_string_lossy(), change.tag()));
            }
        }
    }
    out
}

#[test]
fn the_committed_specs_are_what_the_pages_give() {
    let run = xtask(&repository(), &["regen", "--check"]);
    assert_eq!(run.code, 0, "run `cargo xtask regen` and commit what it changes\n{}{}", run.out, run.err);
}

#[test]
fn one_cell_changes_one_line() {
    let dir = specs();
    edit(&dir.path().join(STOP_JOB), ">否</p>", ">是</p>");
    let check = xtask(dir.path(), &["regen", "--specs", "specs", "--check"]);
    assert_eq!(check.code, 1);
    assert!(check.err.contains("spec-stale") && check.err.contains("cargo xtask regen"), "{}", check.err);
    assert!(
        check.out.contains("+  { name = \"workspace\", type = \"String\", mandatory = true, at = [\"zh-md:66\"] },"),
        "{}",
        check.out
    );
    assert!(
        differences(&specs().path().join("specs"), &dir.path().join("specs"))
            .iter()
            .all(|line| line.starts_with("stop_job.md")),
        "nothing was written"
    );
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("dgc.stop_job: header.workspace mandatory: false -> true"), "{}", run.out);
    let mut changed = differences(&specs().path().join("specs/dgc"), &dir.path().join("specs/dgc"));
    changed.retain(|line| !line.starts_with("stop_job.md"));
    assert_eq!(
        changed,
        [
            "stop_job.toml: -{ name = \"workspace\", type = \"String\", mandatory = false, at = [\"zh-md:66\"] },",
            "stop_job.toml: +{ name = \"workspace\", type = \"String\", mandatory = true, at = [\"zh-md:66\"] },",
        ]
    );
    // The expansion follows: the header is checked before the call now, and its documentation says so.
    let expansion = xtask(dir.path(), &["expand", "dgc", "stop_job", "--specs", "specs"]).out;
    let before = xtask(specs().path(), &["expand", "dgc", "stop_job", "--specs", "specs"]).out;
    let lines: Vec<String> = similar::TextDiff::from_lines(&before, &expansion)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| change.value().trim().to_string())
        .collect();
    assert!(lines.iter().any(|line| line.contains("required(&[(Header, \"workspace\")])")), "{lines:#?}");
    let about = |line: &String| ["///", ".required", "use "].iter().any(|start| line.starts_with(start));
    assert!(lines.iter().all(about), "{lines:#?}");
    let again = xtask(dir.path(), &["regen", "--specs", "specs", "--check"]);
    assert_eq!(again.code, 0, "{}", again.err);
}

#[test]
fn edits_by_hand_are_not_lost() {
    let dir = specs();
    let file = dir.path().join("specs/dgc/stop_job.toml");
    edit(&file, "name = \"workspace\", type = \"String\"", "name = \"workspace\", type = \"Long\"");
    let edited = fs::read_to_string(&file).unwrap();
    edit(&dir.path().join(STOP_JOB), ">否</p>", ">是</p>");
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("specs/dgc/stop_job.toml:33: error[spec-edited]"), "{}", run.err);
    assert!(run.err.contains("type = \"Long\"") && run.err.contains("overrides.toml"), "{}", run.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), edited);
    let run = xtask(dir.path(), &["regen", "--specs", "specs", "--discard-edits"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(fs::read_to_string(&file).unwrap().contains("type = \"String\", mandatory = true"));
}

#[test]
fn overrides_apply_and_stale_ones_fail() {
    let dir = specs();
    let overrides = dir.path().join("specs/dgc/overrides.toml");
    let entry = |expect: &str| {
        format!(
            "[[override]]\noperation = \"stop_job\"\nrow = \"header.workspace\"\nkey = \"mandatory\"\nexpect = {expect}\nvalue = true\nreason = \"r\"\n\n\
             [[override]]\noperation = \"stop_job\"\nkey = \"name\"\nexpect = \"stop_job\"\nvalue = \"halt_job\"\nreason = \"r\"\n"
        )
        .replacen("operation = \"stop_job\"", "operation = \"halt_job\"", 1)
    };
    fs::write(&overrides, entry("false")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("name-changed") && run.err.contains("`stop_job` is now called `halt_job`"), "{}", run.err);
    let spec = fs::read_to_string(dir.path().join("specs/dgc/halt_job.toml")).unwrap();
    assert!(
        spec.contains("name = \"workspace\", type = \"String\", mandatory = false"),
        "the spec says what the page says"
    );
    assert!(!dir.path().join("specs/dgc/stop_job.toml").exists());
    let code = xtask(dir.path(), &["expand", "dgc", "halt_job", "--specs", "specs"]).out;
    assert!(code.contains("required(&[(Header, \"workspace\")])"), "the code says what the override says\n{code}");

    fs::write(&overrides, entry("\"when shared\"")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("specs/dgc/overrides.toml:1:1: error[override-stale]"), "{}", run.err);
    assert!(run.out.contains("nothing was written"), "{}", run.out);
}

#[test]
fn overrides_that_make_no_sense_are_refused() {
    let refused = |row: &str, key: &str, rest: &str, says: &str| {
        let dir = specs();
        let entry = format!("[[override]]\noperation = \"stop_job\"\n{row}key = \"{key}\"\n{rest}\nreason = \"r\"\n");
        fs::write(dir.path().join("specs/dgc/overrides.toml"), entry).unwrap();
        let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
        assert_eq!(run.code, 1, "{rest}: {}", run.out);
        assert!(run.err.contains("specs/dgc/overrides.toml:") && run.err.contains(says), "{rest}: {}", run.err);
    };
    let workspace = "row = \"header.workspace\"\n";
    refused("", "method", "expect = \"POST\"\nvalue = \"FOO BAR\"", "not `FOO BAR`");
    refused(
        "",
        "path",
        "expect = \"/v1/{project_id}/jobs/{job_name}/stop\"\nvalue = \"/v1/jobs/{name}\"",
        "contradicts itself",
    );
    refused(workspace, "type", "expect = \"String\"\nvalue = \"Strnig\"", "in no type vocabulary");
    refused(workspace, "mandatory", "expect = false\nvalue = \"maybe\"", "true or false");
    refused(workspace, "mandatory", "expect = false\nvalue = false", "changes nothing");
    refused("row = \"header.none\"\n", "type", "value = \"Long\"", "has no row `none`");
}

#[test]
fn a_name_survives_new_pages_and_edits() {
    let dir = specs();
    let page = dir.path().join(STOP_JOB);
    // A copy of the page under another name, which is read before it.
    fs::copy(&page, page.with_file_name("a_copy.md")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert!(dir.path().join("specs/dgc/stop_job.toml").exists(), "{}{}", run.out, run.err);
    let spec = fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap();
    assert!(spec.contains("file = \"pages/zh-md/stop_job.md\""), "the old page keeps the name\n{spec}");
    assert_eq!(run.code, 1, "a copy is a defect: {}", run.err);
    assert!(run.err.contains("[page-id-repeated]"), "{}", run.err);
    fs::remove_file(page.with_file_name("a_copy.md")).unwrap();
    assert_eq!(xtask(dir.path(), &["regen", "--specs", "specs", "--accept-removals"]).code, 0);
    // Another path on the same page.
    edit(&page, "/jobs/\\{job\\_name\\}/stop", "/jobs/\\{job\\_name\\}/halt");
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert!(run.out.contains("dgc.stop_job: path: "), "{}{}", run.out, run.err);
    let spec = fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap();
    assert!(spec.contains("path = \"/v1/{project_id}/jobs/{job_name}/halt\""), "{spec}");
}

#[test]
fn an_operation_whose_page_is_gone_is_not_taken_away_unasked() {
    let dir = specs();
    fs::remove_file(dir.path().join("specs/modelarts/pages/zh-md/stop_visualization_job.md")).unwrap();
    fs::remove_file(dir.path().join("specs/modelarts/pages/en-html/modelarts_stop_visualization_job.html")).unwrap();
    fs::remove_file(dir.path().join("specs/modelarts/pages/en-rst/stopping_a_visualization_job.rst")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("specs/modelarts/stop_visualization_job.toml: error[operations-vanish]"), "{}", run.err);
    assert!(
        run.out.lines().any(|line| line.starts_with("modelarts") && line.ends_with(" 1")),
        "the table counts it\n{}",
        run.out
    );
    assert!(dir.path().join("specs/modelarts/stop_visualization_job.toml").exists());
    assert_eq!(xtask(dir.path(), &["regen", "--specs", "specs", "--accept-removals"]).code, 0);
    assert!(!dir.path().join("specs/modelarts/stop_visualization_job.toml").exists());
}

#[test]
fn a_spec_that_the_index_does_not_list_is_noticed() {
    let dir = specs();
    edit(&dir.path().join("specs/dgc/service.toml"), "  \"stop_job\",\n", "");
    let run = xtask(dir.path(), &["check", "--specs", "specs"]);
    assert!(run.code == 1 && run.out.contains("stop_job.toml lies beside the index"), "{}{}", run.out, run.err);
    let run = xtask(dir.path(), &["check", "--specs", "nowhere", "--format", "json"]);
    assert!(run.code == 1 && run.out.contains("\"code\": \"input-missing\""), "{}", run.out);
}

#[test]
fn a_page_that_went_bad_changes_nothing() {
    let dir = specs();
    fs::write(dir.path().join(STOP_JOB), [b'#', 0xff]).unwrap();
    let before = fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs", "--accept-removals"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("specs/dgc/pages/zh-md/stop_job.md:1: error[page-not-utf8]"), "{}", run.err);
    assert_eq!(fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap(), before);
}

#[test]
fn a_source_that_is_elsewhere() {
    let dir = specs();
    let index = dir.path().join("specs/dgc/service.toml");
    edit(&index, "dir = \"pages/zh-md\"", "docs = \"reference\"\ndir = \"dgc\"");
    fs::create_dir_all(dir.path().join("collection")).unwrap();
    fs::rename(dir.path().join("specs/dgc/pages/zh-md"), dir.path().join("collection/dgc")).unwrap();
    let before = fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("source-absent") && run.err.contains("--docs reference=DIR"), "{}", run.err);
    assert_eq!(fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap(), before);
    let run = xtask(dir.path(), &["regen", "--specs", "specs", "--service", "dgc", "--docs", "reference=collection"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let after = fs::read_to_string(dir.path().join("specs/dgc/stop_job.toml")).unwrap();
    assert!(after.contains("file = \"reference:dgc/stop_job.md\""), "{after}");
    let run = xtask(dir.path(), &["regen", "--specs", "specs", "--docs", "refrence=collection"]);
    assert!(run.code == 1 && run.err.contains("called `refrence`"), "{}", run.err);
}

#[test]
fn a_new_page_is_a_new_operation() {
    let dir = specs();
    let page = fs::read_to_string(dir.path().join(STOP_JOB)).unwrap();
    let page =
        page.replace("/stop", "/start").replace("dgc_02_0064", "dgc_02_0065").replacen("停止作业", "启动作业", 1);
    fs::write(dir.path().join("specs/dgc/pages/zh-md/start_job.md"), page).unwrap();
    let run = xtask(dir.path(), &["regen", "--specs", "specs"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("dgc.start_job: new"), "{}", run.out);
    let index = fs::read_to_string(dir.path().join("specs/dgc/service.toml")).unwrap();
    assert!(index.contains("operations = [\n  \"start_job\",\n  \"stop_job\",\n]"), "{index}");
    assert!(index.contains("# Facts only"), "comments of people stay");
}

#[test]
fn the_same_pages_give_the_same_bytes_in_any_order() {
    let dir = tempfile::tempdir().unwrap();
    let pages = repository().join("specs/modelarts/pages");
    copy(&pages, &dir.path().join("a/pages"));
    copy(&pages, &dir.path().join("b/pages"));
    // The other order of names in the folder; the names themselves stand in the specs, so they are put back for the comparison.
    fs::rename(dir.path().join("b/pages/zh-md"), dir.path().join("b/pages/a-zh-md")).unwrap();
    for side in ["a", "b"] {
        let run = xtask(&dir.path().join(side), &["read", "pages", "--out", "out", "--service", "modelarts"]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    for name in ["stop_training_job_version.toml", "stop_visualization_job.toml", "service.toml"] {
        let text = |side: &str| {
            let text = fs::read_to_string(dir.path().join(side).join("out/modelarts").join(name)).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("# checksum"));
            lines.map(|line| line.replace("a-zh-md/", "zh-md/")).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(text("a"), text("b"), "{name}");
    }
}

#[test]
fn json_output_is_what_the_readme_says() {
    let dir = specs();
    let run = xtask(dir.path(), &["check", "--specs", "specs", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["version"], 1);
    let differs =
        document["diagnostics"].as_array().unwrap().iter().find(|d| d["code"] == "source-name-differs").unwrap();
    assert_eq!(differs["operation"], "stop_visualization_job");
    assert_eq!(differs["severity"], "warning");
    assert_eq!(differs["place"]["file"], "specs/modelarts/pages/en-html/modelarts_stop_visualization_job.html");
    assert!(differs["place"]["line"].as_u64().unwrap() > 0);
    assert_eq!(differs["related"][0]["place"]["file"], "specs/modelarts/pages/zh-md/stop_visualization_job.md");
    assert_eq!(document["services"][1]["service"], "modelarts");
    assert_eq!(document["services"][1]["operations"], 2);
}
