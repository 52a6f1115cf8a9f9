//! Bad input: a message with file and line, what was expected, what to do; exit code 1; nothing half-written.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{Run, xtask};

const PAGE: &str = r#"<a name="courier_01"></a>

<h1 class="topictitle1">Stopping a Delivery</h1>
<div class="section"><h4 class="sectiontitle">URI</h4><p>POST /v1/{project_id}/deliveries/{delivery_id}/stop</p>
<table><caption><b>Table 1 </b>Path parameters</caption>
<thead><tr><th>Parameter</th><th>Mandatory</th><th>Type</th><th>Description</th></tr></thead>
<tbody><tr><td>project_id</td><td>Yes</td><td>String</td><td>The project.</td></tr>
<tr><td>delivery_id</td><td>Yes</td><td>Long</td><td>The delivery.</td></tr></tbody></table></div>
<div class="section"><h4 class="sectiontitle">Request Body</h4><p>None</p></div>
<div class="section"><h4 class="sectiontitle">Response Body</h4>
<table><caption><b>Table 2 </b>Response parameters</caption>
<thead><tr><th>Parameter</th><th>Type</th><th>Description</th></tr></thead>
<tbody><tr><td>is_success</td><td>Boolean</td><td>The outcome.</td></tr></tbody></table></div>
<div class="section"><h4 class="sectiontitle">Sample Request</h4>
<pre class="screen">POST https://endpoint/v1/{project_id}/deliveries/10/stop</pre></div>
<div class="section"><h4 class="sectiontitle">Sample Response</h4>
<pre class="screen">{"is_success": true}</pre></div>
"#;

fn read(name: &str, bytes: &[u8]) -> (Run, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name), bytes).unwrap();
    let run = xtask(dir.path(), &["read", name, "--out", "out", "--service", "courier"]);
    let mut files: Vec<String> = fs::read_dir(dir.path().join("out/courier"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.is_empty() || files == ["service.toml", "stop_delivery.toml"], "nothing half-written: {files:?}");
    (run, files)
}

/// Reads a page and expects exit code 1 and a message at a line with a help line under it.
#[track_caller]
fn refused(page: &str, place: &str, code: &str, says: &str) {
    let (run, _) = read("page.html", page.as_bytes());
    complains(&run, place, code, says);
}

#[track_caller]
fn complains(run: &Run, place: &str, code: &str, says: &str) {
    let text = format!("{}{}", run.out, run.err);
    assert_eq!(run.code, 1, "{text}");
    let mut lines = text.lines();
    let found = lines.find(|line| line.starts_with(&format!("{place}: ")) && line.contains(&format!("[{code}]")));
    let line = found.unwrap_or_else(|| panic!("no {code} at {place}:\n{text}"));
    assert!(line.contains(says), "{line:?} does not say {says:?}");
    let help = lines.find(|line| !line.starts_with("  ") || line.starts_with("  help: "));
    assert!(help.is_some_and(|line| line.starts_with("  help: ")), "no help under {line}\n{text}");
}

#[track_caller]
fn changed(from: &str, to: &str) -> String {
    assert_eq!(PAGE.matches(from).count(), 1, "{from} stands once on the page");
    PAGE.replace(from, to)
}

#[test]
fn the_page_itself_is_fine() {
    let (run, files) = read("page.html", PAGE.as_bytes());
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert_eq!(run.err, "");
    assert_eq!(files, ["service.toml", "stop_delivery.toml"]);
}

#[test]
fn files_that_are_no_text() {
    let mut bytes = PAGE.as_bytes().to_vec();
    bytes.splice(200..200, [0xff]);
    let (run, files) = read("page.html", &bytes);
    complains(&run, "page.html:5", "page-not-utf8", "0xFF");
    assert!(files.is_empty());
    let (run, files) = read("page.html", b"");
    complains(&run, "page.html", "page-empty", "no text");
    assert!(files.is_empty());
    let (run, files) = read("page.html", b" \n\n\t\n");
    complains(&run, "page.html", "page-empty", "no text");
    assert!(files.is_empty());
}

#[test]
fn request_lines() {
    refused(
        &changed("<p>POST /v1/{project_id}/deliveries/{delivery_id}/stop</p>", ""),
        "page.html:4",
        "request-line-missing",
        "GET /v1/{project_id}/jobs",
    );
    let page = changed("<p>POST /v1", "<p>/v1").replace("POST https", "https");
    refused(&page, "page.html:4", "method-missing", "without a method");
    let two = "{delivery_id}/stop</p>\n<p>DELETE /v1/{project_id}/parcels/{delivery_id}</p>";
    refused(
        &changed("{delivery_id}/stop</p>", two),
        "page.html:4",
        "request-lines-several",
        "DELETE /v1/{project_id}/parcels/{delivery_id}",
    );
}

#[test]
fn tables() {
    refused(
        &changed("<td>Long</td><td>The delivery.</td>", ""),
        "page.html:8",
        "row-too-short",
        "2 cells where the header has 4",
    );
    refused(
        &changed("<td>The delivery.</td>", "<td>a</td><td>b</td>"),
        "page.html:8",
        "row-too-long",
        "5 cells where the header has 4",
    );
    refused(&changed("<th>Mandatory</th>", "<th>Wibble</th>"), "page.html:6", "column-unknown", "`Wibble`");
    refused(&changed("Long", "Frobnitz"), "page.html:8", "type-unknown", "`Frobnitz`");
}

#[test]
fn pipe_tables() {
    let page = |row: &str| {
        format!(
            "# Stopping a Delivery\n\n## URI\n\nPOST /v1/deliveries/{{delivery_id}}/stop\n\n**Table 1** Path parameters\n\n\
             | Parameter | Mandatory | Type | Description |\n|---|---|---|---|\n{row}\n\n## Response\n\nNone\n"
        )
    };
    let check = |row: &str, code: &str, says: &str| {
        let (run, _) = read("page.md", page(row).as_bytes());
        complains(&run, "page.md:11", code, says);
    };
    check("| delivery_id | Yes |", "row-too-short", "2 cells where the header has 4");
    check("| delivery_id | Yes | Long | a | b |", "row-too-long", "5 cells where the header has 4");
    let (run, _) = read("page.md", page("| delivery_id | Yes | Long | a \\| b |").as_bytes());
    assert_eq!(run.code, 0, "an escaped bar is text: {}", run.err);
}

#[test]
fn examples() {
    refused(
        &changed("{\"is_success\": true}", "{\"is_success\": true, oops"),
        "page.html:17",
        "example-not-json",
        "not JSON",
    );
}

#[test]
fn a_folder_of_good_and_bad_pages_gives_the_good_ones() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    fs::write(dir.path().join("in/good.html"), PAGE).unwrap();
    fs::write(dir.path().join("in/bad.md"), [0xff]).unwrap();
    fs::write(dir.path().join("in/picture.png"), [0]).unwrap();
    let run = xtask(dir.path(), &["read", "in", "--out", "out"]);
    complains(&run, "in/bad.md:1", "page-not-utf8", "UTF-8");
    assert!(run.out.contains("1 other files were left out"), "{}", run.out);
    assert!(dir.path().join("out/in/stop_delivery.toml").exists());
}

#[test]
fn input_that_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("empty")).unwrap();
    complains(&xtask(dir.path(), &["read", "nowhere", "--out", "out"]), "nowhere", "input-missing", "cannot be read");
    complains(&xtask(dir.path(), &["read", "empty", "--out", "out"]), "empty", "input-missing", "no page");
    complains(&xtask(dir.path(), &["check", "--specs", "empty"]), "empty", "input-missing", "no service");
    assert!(!dir.path().join("out").exists());
}

#[test]
fn folders_of_one_name_and_services_without_one() {
    let dir = tempfile::tempdir().unwrap();
    for (folder, thing) in [("a/api", "deliveries"), ("b/api", "letters")] {
        fs::create_dir_all(dir.path().join(folder)).unwrap();
        let page = PAGE
            .replace("deliveries", thing)
            .replace("Delivery", if thing == "letters" { "Letter" } else { "Delivery" });
        fs::write(dir.path().join(folder).join("p.html"), page).unwrap();
    }
    let run = xtask(dir.path(), &["read", "a/api", "b/api", "--out", "out"]);
    assert!(run.out.contains("a/api/p.html [en-html] stop_delivery\n"), "{}{}", run.out, run.err);
    assert!(run.out.contains("b/api/p.html [en-html] stop_letter\n"), "{}{}", run.out, run.err);
    let letter = fs::read_to_string(dir.path().join("out/api/stop_letter.toml")).unwrap();
    assert!(letter.contains("file = \"b/api/p.html\""), "{letter}");
    for name in ["中文", "a/b", "A"] {
        complains(
            &xtask(dir.path(), &["read", "a", "--service", name, "--out", "o"]),
            &format!("--service {name}"),
            "spec-name-wrong",
            name,
        );
    }
}

#[test]
fn names_and_overrides_work_in_a_folder_of_ones_own() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("page.html"), PAGE).unwrap();
    let read = || xtask(dir.path(), &["read", "page.html", "--out", "out", "--service", "courier"]);
    assert_eq!(read().code, 0);
    let entry = "[[override]]\noperation = \"stop_delivery\"\nkey = \"name\"\nexpect = \"stop_delivery\"\nvalue = \"halt_delivery\"\nreason = \"r\"\n";
    fs::write(dir.path().join("out/courier/overrides.toml"), entry).unwrap();
    let run = read();
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(dir.path().join("out/courier/halt_delivery.toml").exists());
    assert_eq!(xtask(dir.path(), &["check", "--specs", "out"]).code, 0);
    assert_eq!(read().code, 0, "and again");
}

#[test]
fn an_output_folder_that_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("page.html"), PAGE).unwrap();
    // Whoever runs the tests may be allowed to write everywhere, so a file stands where a folder would have to be.
    fs::write(at("out"), "a file").unwrap();
    let run = xtask(dir.path(), &["read", "page.html", "--out", "out", "--service", "courier"]);
    complains(&run, "out/courier", "output-unwritable", "nothing was changed");
    assert_eq!(fs::read_to_string(at("out")).unwrap(), "a file");
    // Old files stay as they were when one of several cannot be written.
    assert_eq!(xtask(dir.path(), &["read", "page.html", "--out", "specs", "--service", "courier"]).code, 0);
    let index = fs::read_to_string(at("specs/courier/service.toml")).unwrap();
    fs::write(at("other.html"), PAGE.replace("deliveries", "letters").replace("Delivery", "Letter")).unwrap();
    fs::create_dir_all(at("specs/courier/stop_letter.toml/in_the_way")).unwrap();
    let run = xtask(dir.path(), &["read", "page.html", "other.html", "--out", "specs", "--service", "courier"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert_eq!(fs::read_to_string(at("specs/courier/service.toml")).unwrap(), index);
    let mut names: Vec<String> = fs::read_dir(at("specs/courier"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["service.toml", "stop_delivery.toml", "stop_letter.toml"]);
}

/// Reads the good page, then changes the specs by hand.
fn specs(change: impl FnOnce(&Path)) -> Run {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("page.html"), PAGE).unwrap();
    assert_eq!(xtask(dir.path(), &["read", "page.html", "--out", "specs", "--service", "courier"]).code, 0);
    change(&dir.path().join("specs/courier"));
    xtask(dir.path(), &["check", "--specs", "specs"])
}

#[track_caller]
fn spec(from: &str, to: &str, place: &str, code: &str, says: &str) {
    let run = specs(|dir| {
        let file = dir.join("stop_delivery.toml");
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{text}");
        fs::write(file, text.replacen(from, to, 1)).unwrap();
    });
    complains(&run, &format!("specs/courier/{place}"), code, says);
}

#[test]
fn spec_files() {
    spec("method = \"POST\"\n", "", "stop_delivery.toml:1:1", "spec-key-missing", "lacks the key `method`");
    spec(
        "name = \"delivery_id\"",
        "name = \"project_id\"",
        "stop_delivery.toml:24:3",
        "spec-row-repeated",
        "two rows called `project_id`",
    );
    spec("type = \"Long\"", "type = \"Lnog\"", "stop_delivery.toml:24:34", "spec-type-unknown", "`Lnog`");
    spec(
        "/deliveries/{delivery_id}/stop",
        "/deliveries/stop",
        "stop_delivery.toml:24:3",
        "spec-path-parameter",
        "not in the path",
    );
    spec(
        "/deliveries/{delivery_id}/stop",
        "/deliveries/{delivery_id}/{how}",
        "stop_delivery.toml:5:8",
        "spec-path-parameter",
        "{how}",
    );
    spec("name = \"stop", "name = stop", "stop_delivery.toml:3:8", "spec-syntax", "");
    let run = specs(|dir| {
        fs::copy(dir.join("stop_delivery.toml"), dir.join("stop_again.toml")).unwrap();
        let index = fs::read_to_string(dir.join("service.toml")).unwrap();
        fs::write(
            dir.join("service.toml"),
            index.replace("  \"stop_delivery\",", "  \"stop_delivery\",\n  \"stop_again\","),
        )
        .unwrap();
    });
    complains(&run, "specs/courier/stop_again.toml:3:1", "spec-name-repeated", "stop_delivery.toml");
    let run = specs(|dir| {
        let index = fs::read_to_string(dir.join("service.toml")).unwrap();
        fs::write(dir.join("service.toml"), format!("{index}overrides = \"overrides.toml\"\n")).unwrap();
        let entry = "[[override]]\noperation = \"stop_delivery\"\nrow = \"path.delivery_id\"\nkey = \"type\"\nexpect = \"Integer\"\nvalue = \"String\"\nreason = \"ids are text\"\n";
        fs::write(dir.join("overrides.toml"), entry).unwrap();
    });
    complains(
        &run,
        "specs/courier/overrides.toml:1:1",
        "override-stale",
        "to be \"Integer\", but the pages now say \"Long\"",
    );
}

#[test]
fn codes_are_explained() {
    let dir = tempfile::tempdir().unwrap();
    let run = xtask(dir.path(), &["explain", "override-stale"]);
    assert!(run.code == 0 && run.out.contains("What to do: look at the page"), "{}", run.out);
    let run = xtask(dir.path(), &["explain", "override-sale"]);
    assert!(run.code == 1 && run.err.contains("override-stale"), "{}", run.err);
    let all = xtask(dir.path(), &["explain"]).out;
    for code in tablature_spec::codes::ALL {
        assert!(all.contains(code.id));
        assert!(code.meaning.ends_with('.') && !code.help.is_empty() && !code.help.ends_with('.'), "{}", code.id);
    }
}
