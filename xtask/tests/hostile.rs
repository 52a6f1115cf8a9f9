//! Input that is large, deep or odd: a clear message or a clean result, in bounded time and memory.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::{Run, xtask};

fn read(name: &str, bytes: &[u8]) -> (tempfile::TempDir, Run) {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join(name), bytes).unwrap();
    let run = xtask(dir.path(), &["read", name, "--out", "out", "--service", "courier"]);
    assert!(run.code == 0 || run.code == 1, "a result or a message, no crash: {}", run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    (dir, run)
}

fn spec(dir: &Path) -> String {
    fs::read_to_string(dir.join("out/courier/stop_delivery.toml")).unwrap()
}

/// A page whose table has these rows (HTML).
fn page(rows: &str) -> String {
    format!(
        "<a name=\"c_01\"></a>\n<h1>Stopping a Delivery</h1>\n<div class=\"section\"><h4>URI</h4><p>POST /v1/deliveries/stop</p></div>\n\
         <div class=\"section\"><h4>Request Body</h4><table><caption><b>Table 1 </b>Request body parameters</caption>\n\
         <thead><tr><th>Parameter</th><th>Mandatory</th><th>Type</th><th>Description</th></tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>\n\
         <div class=\"section\"><h4>Response Body</h4><p>None</p></div>\n"
    )
}

fn row(name: &str) -> String {
    format!("<tr><td>{name}</td><td>No</td><td>String</td><td>A field.</td></tr>")
}

#[test]
fn a_hundred_thousand_rows() {
    let rows: Vec<String> = (0..100_000).map(|n| row(&format!("field_{n}"))).collect();
    let (dir, run) = read("page.html", page(&rows.join("\n")).as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(spec(dir.path()).matches("{ name = \"field_").count(), 100_000);
}

#[test]
fn ten_megabytes() {
    let text = format!("<p>{}</p>\n", "Words and words. ".repeat(60));
    let filler = text.repeat(10_000);
    assert!(filler.len() > 10_000_000);
    let (dir, run) = read(
        "page.html",
        page(&row("a"))
            .replace("<div class=\"section\"><h4>Response", &format!("{filler}<div class=\"section\"><h4>Response"))
            .as_bytes(),
    );
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(spec(dir.path()).contains("{ name = \"a\""));
}

#[test]
fn a_table_in_a_table_two_hundred_deep() {
    let deep = format!("{}x{}", "<table><tr><td>".repeat(200), "</td></tr></table>".repeat(200));
    let (dir, run) = read(
        "page.html",
        page(&format!("{}\n<tr><td>b</td><td>No</td><td>String</td><td>{deep}</td></tr>", row("a"))).as_bytes(),
    );
    assert!(spec(dir.path()).contains("{ name = \"a\""), "{}", run.err);
    assert!(run.err.contains("[nested-too-deep]"), "{}", run.err);
}

#[test]
fn a_page_that_is_cut_off() {
    let whole = page(&[row("a"), row("b"), row("c")].join("\n"));
    let cut = whole.find("<td>b</td>").unwrap();
    let (_, run) = read("page.html", &whole.as_bytes()[..cut]);
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("page.html:7: warning[markup-broken]") || run.err.contains("[markup-broken]"),
        "{}",
        run.err
    );
}

#[test]
fn a_grid_table_of_a_megabyte() {
    let width = 400;
    let line = format!("+{}+{}+\n", "-".repeat(30), "-".repeat(width));
    let mut text =
        format!("Error Codes\n===========\n\n{line}|{:30}|{:width$}|\n{}", " Code", " Meaning", line.replace('-', "="));
    for n in 0..1400 {
        text += &format!("|{:30}|{:width$}|\n{line}", format!(" Courier.{n:04}"), " Something went wrong.");
    }
    assert!(text.len() > 1_200_000);
    let (_, run) = read("page.rst", text.as_bytes());
    assert!(run.out.contains("not an endpoint"), "{}{}", run.out, run.err);
}

#[test]
fn white_space_of_every_kind() {
    let plain = page(&row("delivery_id"));
    let (dir, run) = read("page.html", plain.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    let expect = spec(dir.path());
    let odd = format!("\u{feff}{}", plain)
        .replace('\n', "\r\n")
        .replace("<td>delivery_id</td>", "<td>\u{a0}delivery_\u{200b}id\u{3000}</td>")
        .replace("POST /v1", "POST\u{a0}\u{3000} /v1")
        .replace("<td>No</td>", "<td>\u{3000}No\u{a0}</td>");
    let (dir, run) = read("page.html", odd.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    let facts = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("# checksum") && !line.starts_with("digest"));
        lines.map(str::to_string).collect()
    };
    assert_eq!(facts(&spec(dir.path())), facts(&expect));
}

#[test]
fn two_pages_with_one_id() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("in")).unwrap();
    fs::write(dir.path().join("in/a.html"), page(&row("a"))).unwrap();
    fs::write(
        dir.path().join("in/b.html"),
        page(&row("a")).replace("deliveries", "letters").replace("Delivery", "Letter"),
    )
    .unwrap();
    let run = xtask(dir.path(), &["read", "in", "--out", "out"]);
    assert!(
        run.err.contains("in/b.html: warning[page-id-repeated]") && run.err.contains("in/a.html: the other page"),
        "{}",
        run.err
    );
    for name in ["stop_delivery", "stop_letter"] {
        assert!(dir.path().join(format!("out/in/{name}.toml")).exists(), "both are kept");
    }
}

#[test]
fn types_that_refer_to_themselves() {
    let table = |id: &str, to: &str| {
        format!(
            "<a name=\"{id}\"></a><table id=\"{id}\"><caption><b>Table 2 </b>{id}</caption><thead><tr><th>Parameter</th><th>Mandatory</th><th>Type</th>\
             <th>Description</th></tr></thead><tbody><tr><td>next</td><td>No</td><td><a href=\"#{to}\">{to}</a> object</td><td>Next.</td></tr></tbody></table>"
        )
    };
    let first = "<tr><td>head</td><td>No</td><td><a href=\"#Stop\">Stop</a> object</td><td>The first.</td></tr>";
    let text = page(first)
        .replace("</table></div>", &format!("</table>{}{}</div>", table("Stop", "Leg"), table("Leg", "Stop")));
    let (dir, run) = read("page.html", text.as_bytes());
    assert_eq!(run.code, 0, "{}", run.err);
    let spec = spec(dir.path());
    assert!(spec.contains("table = \"Leg\"") && spec.matches("table = \"Stop\"").count() == 2, "{spec}");
    let code = xtask(dir.path(), &["expand", "courier", "--specs", "out"]);
    assert_eq!(code.code, 0, "{}", code.err);
    assert!(code.out.contains("Box<"), "a type that holds itself is boxed");
}
