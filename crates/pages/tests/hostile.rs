//! Pages made to hurt: each piece is repeated until the page is large; reading must neither panic nor take quadratic time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use tablature_pages::model::Format;
use tablature_pages::read;

/// Large enough that quadratic time would be minutes for each page, while linear time is a moment: the test ends or it does not.
const SIZE: usize = 1_000_000;

#[track_caller]
fn check(format: Format, text: &str) {
    let (page, _) = read("p", text.as_bytes(), Some(format));
    let name: String = text.chars().take(40).collect();
    assert!(page.is_some(), "{name:?}");
}

fn repeat(piece: &str) -> String {
    piece.repeat(SIZE / piece.len())
}

#[test]
fn html() {
    for piece in [
        "<div>",
        "<p><b id=1>",
        "<a name=x>",
        "<font color=1><p>",
        "<table><tr><td>",
        "<a ",
        "<",
        "&",
        "&lt",
        "<!--",
        "</p>",
        "<job_id>",
        "<ul><li>x",
        "<br>",
        "<title>",
        "<script>",
        "<pre>x",
        "<body a=1><html b=2>",
        "<a name=a1></a>",
        "<b><i></b></i>",
        "<select><option>",
        "<svg><math>",
        "<template>",
        "<frameset>",
        "<form><input>",
        "<h2>x",
        "<div><h2>x</h2>",
        "<dl><dd>",
        "<plaintext>",
    ] {
        check(Format::Html, &format!("<h1>T</h1>{}", repeat(piece)));
    }
    for piece in [
        "<tr><td>x",
        "x<b>y",
        "<caption>x",
        "<td colspan=1000>x",
        "<tr><td rowspan=1000>x",
        "<tr><td colspan=9 rowspan=0>x",
    ] {
        check(Format::Html, &format!("<table>{}", repeat(piece)));
    }
    check(Format::Html, &format!("<a {}>x", (0..SIZE / 8).map(|n| format!("a{n} ")).collect::<String>()));
    check(Format::Html, &format!("{}{}", "<div>".repeat(119), repeat("<p>x</p>")));
}

#[test]
fn markdown() {
    for piece in [
        "*a ",
        "**a",
        "中**a**",
        "中** a",
        "_a ",
        "[",
        "[a](",
        "[a](b)",
        ">",
        "> > > x\n",
        "- + * ",
        "1. 2) ",
        "> - ",
        "- x\n",
        "` ``",
        "<table>\n",
        "<table>\n# x\n",
        "<table><tr><td>x</td></tr></table>\n",
        "```\n",
        "~~~\n```\n",
        "    **a**\n\n\n",
        "x <b> ",
        "<",
        "<a name=x></a>",
        "<!-- ",
        "<? ",
        "<![CDATA[",
        "[a]: b\n",
        "&amp",
        "\\",
        "<br>",
        "![",
        "<http:",
        "# \n",
        ">![](a) **N:**\n>x\n\n",
    ] {
        check(Format::Markdown, &format!("# T\n\n{}", repeat(piece)));
    }
    let wide = SIZE / 8;
    check(Format::Markdown, &format!("# T\n\n{}\n{}\n{}", "|a".repeat(wide), "|-".repeat(wide), "|\n".repeat(wide)));
    check(Format::Markdown, &(0..SIZE / 12).map(|n| format!("{}x\n", "`".repeat(3 + n % 20))).collect::<String>());
    check(Format::Markdown, &(0..400).map(|n| format!("{}- x\n", "  ".repeat(n))).collect::<String>());
    check(Format::Markdown, &(0..400).map(|n| format!("{}**x**\n\n", "    ".repeat(n % 50))).collect::<String>());
}

#[test]
fn rst() {
    for piece in [
        "*a ",
        "**a ",
        "**",
        "*",
        "`a ",
        "``a ",
        "``",
        "`",
        ":a:`b ",
        ":a",
        ":",
        "|a ",
        "|",
        "a_ ",
        "_",
        "a_-",
        "_`a ",
        "`a`_ ",
        "`a`__ ",
        "`a <b",
        "\\",
        "\\ ",
        "<",
        "- ",
        "- a\n",
        "-\n",
        "1. ",
        "1. a\n",
        "a\n\n",
        "a\n b\n",
        "a\n b\n\n",
        ":a: b\n",
        ":a: ",
        "| a\n",
        ">>> a\n",
        "::\n\n",
        "a::\n\n b\n",
        ".. ",
        "..\n",
        ".. a\n",
        ".. _a:\n",
        ".. _a: b\n ",
        "__ a\n",
        ".. |a| replace:: |a|\n|a|\n",
        ".. a::\n",
        ".. note:: ",
        ".. table::\n",
        ".. list-table::\n\n   * - a\n",
        ".. csv-table::\n\n   a,\"\n",
        "a\n=\n",
        "=\na\n=\n",
        "====\n\n",
        "== ==\n",
        "== ==\na  b\n",
        "== ==\na  b\n-----\n",
        "+-+\n",
        "+-+\n| |\n",
        "+-+\n|a|\n\n",
        "+=+\n",
        "+--\n",
        "|\n",
        "中文 **a**",
        "\t",
        "\t- ",
        "\u{b}",
    ] {
        check(Format::Rst, &format!("T\n=\n\n{}", repeat(piece)));
        check(Format::Rst, &format!("T\n=\n\n.. table::\n\n   {}", repeat(piece)));
    }
    let wide = SIZE / 500;
    let grid = |line: &str| format!("T\n=\n\n{}", format!("{}\n", line.repeat(wide)).repeat(500));
    check(Format::Rst, &grid("+"));
    check(Format::Rst, &grid("+-").replace("-\n", "-+\n"));
    check(Format::Rst, &format!("+{}+\n{}", "-".repeat(wide), grid("+|").replace("|\n", "|+\n")));
    let corners = format!("{}+\n", "+-".repeat(wide / 2));
    check(Format::Rst, &format!("{corners}{}{corners}", format!("{}|\n", "| ".repeat(wide / 2)).repeat(500)));
    check(Format::Rst, &format!("{corners}{}", format!("{}+\n", "+ ".repeat(wide / 2)).repeat(500)));
    check(Format::Rst, &(0..600).map(|n| format!("{}- x\n", " ".repeat(n))).collect::<String>());
    check(Format::Rst, &(0..600).map(|n| format!("{}x\n\n", " ".repeat(600 - n))).collect::<String>());
    check(Format::Rst, &(0..600).map(|n| format!("{}.. note::\n\n", "   ".repeat(n))).collect::<String>());
    check(Format::Rst, &format!(".. |a| replace:: {}\n\n{}", "x".repeat(SIZE), repeat("|a| ")));
}

/// A table in a cell of a table, 200 times.
#[test]
fn nested_grids() {
    let mut table = vec!["+---+".to_string(), "| x |".to_string(), "+---+".to_string()];
    for _ in 0..200 {
        let border = format!("+{}+", "-".repeat(table.first().map_or(0, String::len)));
        let inner = table.iter().map(|line| format!("|{line}|"));
        table = std::iter::once(border.clone()).chain(inner).chain([border]).collect();
    }
    check(Format::Rst, &format!("T\n=\n\n{}\n", table.join("\n")));
}

#[test]
fn wrapped() {
    check(Format::Markdown, &format!("# T\n{}", repeat("|\n")));
    check(Format::Markdown, &format!("# T\n{}", repeat("|\nx\n")));
    check(Format::Html, &repeat("\r").replacen('\r', "x", 1));
}

/// Every prefix and every single lost byte of a page: no panic, whatever is left.
#[test]
fn mutilated() {
    let html = "<a name=\"P\"></a>\n<h1>T</h1><div class=\"section\" id=\"s\"><h4>S</h4><p>a &lt; &b; é中</p><table id=t><caption><b>Table 1 </b>x</caption>\
        <tr><th rowspan=2>A</th></tr><tr><td colspan=3><pre>{\n}</pre><ul><li>x</ul></td></tr></table><div class=\"note\"><p>n</p></div></div>";
    let markdown = "# T<a name=\"p\"></a>\n\n-   A\n\n    **表 1**  x\n\n    <a name=\"t\"></a>\n    <table><tr><td>a\n\n</td></tr></table>\n\n>![](i.gif) **说明：** \n>x\n\n\
        |a|b|\n|--|--|\n|1|`2`|\n\n```\n{\n```\n\n    **表 2** y\n\n{_project\\_id_} [l](u) <br> &amp; &not-x\n";
    let rst = ":original_name: p.html\n\n.. _p:\n\nT\n=\n\nS::\n\n  x\n\n.. table:: **Table 1** `x <y>`__\n\n   +---+----+\n   | a | é  |\n   +===+====+\n   | b |中| |\n   |   +----+\n   |   | - c|\n   +---+----+\n\n\
        == ==\na  |s|\n-- --\n\\  1. b\n== ==\n\n#. :ref:`x <y>` **b** ``c`` d_\n\n.. note:: n\n   :m: o\n\n   p\n\n.. |s| replace:: t\n.. csv-table::\n\n   \"a\",b\n";
    let viewer = "x\n3 lines\n# T\n|\n|\n|a|\n|\n|\n|-|\n|\n|\n|中|\n|\n|";
    for page in [html, markdown, rst, viewer] {
        let bytes = page.as_bytes();
        for at in 0..bytes.len() {
            read("p", bytes.get(..at).unwrap(), None);
            let mut less = bytes.to_vec();
            less.remove(at);
            read("p", &less, Some(Format::Markdown));
            read("p", &less, Some(Format::Html));
            read("p", &less, Some(Format::Rst));
        }
    }
}
