use crate::outline_test::check;

#[test]
fn sections() {
    check(
        "",
        "<a name=\"RUN_1\"></a><a name=\"RUN_1\"></a>\n\n<h1 class=\"topictitle1\">Halt a run</h1>\n<div id=\"body1\"><div class=\"section\" id=\"s1\">\
         <h4 class=\"sectiontitle\">URI</h4><p id=\"p1\">POST /v1/{project_id}/runs?a&not-tags=1</p>\n<div class=\"p\">loose <b>text</b>\n<ul><li id=\"l1\">x<p>y</p></li></ul>tail</div></div>\n\
         <div class=\"section\"><h4 class=\"sectiontitle\">Next</h4>bare</div></div>\n<div>\n<div class=\"familylinks\"><div class=\"parentlink\">Parent topic: z</div></div></div>",
        "
        title 3: Halt a run #RUN_1
        section 4: URI #body1 #s1
          4: POST /v1/{project_id}/runs?a&not-tags=1 #p1
          5: loose *text*
          - 6 #l1
            6: x
            6: y
          6: tail
        section 7: Next
          7: bare
        ",
    );
}

#[test]
fn tables() {
    check(
        "html",
        "<h1>T</h1>\n<a name=\"P__table1\"></a><a name=\"table1\"></a><table id=\"P__table1\"><caption><b>Table 1 </b>Fields</caption>\n<thead><tr><th>A</th>\n<th>B</th></tr></thead>\n\
         <tbody><tr id=\"r\"><td rowspan=\"2\"><p>x</p></td><td>1</td></tr>\n<tr><td>2</td></tr></tbody></table>",
        "
        title 1: T
        section
          table 2 (1) 2: Fields #P__table1 #table1
            head A | B
            5: x | 1 #r
            6: x | 2
        ",
    );
    check(
        "html",
        "<table><tr><th>A</th></tr><tr><td>1<td>2</table>",
        "title\nsection\n  table 1\n    head A\n    1: 1 | 2",
    );
    check(
        "html",
        "<p><b>Table 4</b> Own</p><table><tr><td>1</td></tr></table>",
        "title\nsection\n  table 1 (4) 1: Own\n    1: 1",
    );
    check(
        "html",
        "<table><thead><tr><th rowspan=2>A</th><th colspan=2>B</th></tr><tr><th>C</th><th>D</th></tr></thead><tr><td>1</td></tr></table>",
        "title\nsection\n  table 1\n    head A | B\\nC | B\\nD\n    1: 1",
    );
}

#[test]
fn inline_and_block_content() {
    check(
        "html",
        "<h1>T</h1><p>a <span class=\"parmname\">name</span> <strong>b</strong><br>c &lt;x&gt; <job_id> d</p><b><p>inner</p><pre>{\n  \"a\": \"&amp;\"<br>}\n\n</pre></b>\
         <div class=\"note\"><img src=\"x\"><span class=\"notetitle\"> NOTE: </span><div class=\"notebody\"><p>careful</p></div></div>",
        "
        title 1: T
        section
          1: a `name` *b*\\nc <x> <job_id> d
          1: *inner*
          code 1: \"{\\n  \\\"a\\\": \\\"&\\\"\\n}\"
          note 4
            4: careful
        ",
    );
    check(
        "html",
        "<dl><dt>k<dd>v<dd>w</dl><ul>stray<li>x</ul>",
        "title\nsection\n  - 1\n    1: k\n    1: v\n    1: w\n  - 1\n    1: stray\n  - 1\n    1: x",
    );
    check(
        "html",
        "<html><head><title>no</title><style>p{}</style></head><body><h1>T</h1><p>x</p></body></html>",
        "title 1: T\nsection\n  1: x",
    );
}

#[test]
fn damage() {
    check(
        "html",
        "<h1>T</h1>\n<div class=\"section\"><h4>S</h4>\n<table><tr><td>a</td>\n<td>b",
        "title 1: T\nsection 2: S\n  table 3\n    3: a | b\np:2: markup-broken\np:3: markup-broken",
    );
    check("html", "<h1>T</h1>\n\n<pre>{\n", "title 1: T\nsection\n  code 3: \"{\"\np:3: markup-broken");
    check("html", "<h1>T</h1><p>a<p>b</b></i></td>", "title 1: T\nsection\n  1: a\n  1: b");
}

#[test]
fn deep_nesting() {
    let text = format!("<h1>T</h1>\n{}bottom{}<p>end</p>", "<div>".repeat(10_000), "</div>".repeat(10_000));
    check("html", &text, "title 1: T\nsection\n  2: bottom\n  2: end\np:2: nested-too-deep");
    let text = format!("<h1>T</h1>{}", "<table><tr><td>".repeat(10_000));
    assert!(crate::read("p", text.as_bytes(), None).0.is_some());
}
