use crate::outline_test::check;

#[test]
fn headings_carry_ids() {
    check(
        "md",
        "# Halt a run<a name=\"run_07\"></a>\n\n## URI<a name=\"section1\"></a>\n\nPOST  /v1/\\{project\\_id\\}/runs\n\n## 调试\n",
        "
        title 1: Halt a run #run_07
        section 3: URI #section1
          5: POST /v1/{project_id}/runs
        section 7: 调试
        ",
    );
    check("md", "before\n\n# One\n\n# Two\n", "title 3: One\nsection\n  1: before\nsection 5: Two");
}

#[test]
fn request_lines_are_plain() {
    let page = |line: &str| format!("# T\n\n{line}\n");
    check(
        "md",
        &page("GET /v3/{_project\\_id_}/x?page-size=_{size}_"),
        "title 1: T\nsection\n  3: GET /v3/{project_id}/x?page-size={size}",
    );
    check(
        "md",
        &page("GET /v1/a?x=1&not-tags=2&current-page=3&region=4"),
        "title 1: T\nsection\n  3: GET /v1/a?x=1&not-tags=2&current-page=3&region=4",
    );
    check(
        "md",
        &page("GET https://{Endpoint}/v1/<name>/{{x}}"),
        "title 1: T\nsection\n  3: GET https://{Endpoint}/v1/<name>/{{x}}",
    );
    check("md", &page("a&lt;b &amp; c<br>d  \ne"), "title 1: T\nsection\n  3: a<b & c\\nd\\ne");
}

#[test]
fn styles_and_links() {
    check(
        "md",
        "# T\n\nsee **bold** `code` [this](x.md#y), <u>line</u><sup>2</sup> <a href=\"z.html\">there</a> <b>b</b>\n",
        "title 1: T\nsection\n  3: see *bold* `code` [this](x.md#y), line2 [there](z.html) *b*",
    );
}

#[test]
fn captions_and_html_tables() {
    check(
        "md",
        "# T\n\n**表 1**  路径\n\n<a name=\"table1\"></a>\n<table><thead><tr id=\"r0\"><th><p>Name</p>\n</th>\n<th>Type</th></tr></thead>\n\
         <tbody><tr id=\"r1\"><td><p id=\"p1\"><a name=\"p1\"></a>job_id</p>\n</td>\n<td><p>String</p>\n\n<pre class=\"screen\">{\n\n  \"a\": \"&lt;\"\n}</pre>\n\
         <ul><li>one</li><li>two</li></ul></td>\n</tr>\n</tbody>\n</table>\n\nafter\n",
        "
        title 1: T
        section
          table 6 (1) 3: 路径 #table1
            head Name | Type
            9: job_id | String\\n{\\n\\n  \"a\": \"<\"\\n}\\none\\ntwo #r1
          22: after
        ",
    );
}

#[test]
fn tables_in_lists() {
    check(
        "md",
        "# T\n\n-   Form\n\n    POST  /v1/x\n\n-   Fields\n\n    **Table 2** Body\n\n    <a name=\"t2\"></a>\n    <table><tr><th>A</th></tr>\n\n    <tr><td>b</td></tr>\n    </table>\n\nend\n",
        "
        title 1: T
        section
          - 3
            3: Form
            5: POST /v1/x
          - 7
            7: Fields
            table 12 (2) 9: Body #t2
              head A
              14: b
          17: end
        ",
    );
}

#[test]
fn pipe_tables() {
    check(
        "md",
        "# T\n\n-   Fields\n\n    **表 3**  属性\n\n|Name|Text|\n|--|--|\n|a_b|x\\|y<br>z|\n|__c|[l](u)|\n",
        "
        title 1: T
        section
          - 3
            3: Fields
          table 7 (3) 5: 属性
            head Name | Text
            9: a_b | x|y\\nz
            10: __c | l
        ",
    );
    // The list is over, so the caption is indented like code.
    check(
        "md",
        "# T\n\n|a|\n|--|\n|1|\n\n    **表 2**  more\n\n|b|\n|--|\n|2|\n",
        "title 1: T\nsection\n  table 3\n    head a\n    5: 1\n  table 9 (2) 7: more\n    head b\n    11: 2",
    );
}

#[test]
fn lists_cut_by_tables() {
    check(
        "md",
        "# T\n\n-   Fields\n\n|a|\n|--|\n|1|\n\n    These come in the header.\n\n    1.  one\n\n-   Next\n",
        "
        title 1: T
        section
          - 3
            3: Fields
          table 5
            head a
            7: 1
          9: These come in the header.
          1. 11
            11: one
          - 13
            13: Next
        ",
    );
}

#[test]
fn notes() {
    check(
        "md",
        "# T\n\n>![](public_sys-resources/icon-note.gif) **说明：** \n>first\n>\n>-   item\n\n> **Note:** same line\n",
        "
        title 1: T
        section
          note 4
            4: first
            - 6
              6: item
          note 8
            8: same line
        ",
    );
}

#[test]
fn code() {
    check(
        "md",
        "# T\n\n-   Sample\n\n    ```\n    {\n        \"a\": \"&lt;<table>\"\n\n    }\n    ```\n\n```\nPOST /x\n\n```\n",
        "
        title 1: T
        section
          - 3
            3: Sample
            code 6: \"{\\n    \\\"a\\\": \\\"&lt;<table>\\\"\\n\\n}\"
          code 13: \"POST /x\"
        ",
    );
    check(
        "md",
        "# T\n\nx\n\n    real code\n      more\n",
        "title 1: T\nsection\n  3: x\n  code 5: \"real code\\n  more\"",
    );
}

#[test]
fn damage() {
    check(
        "md",
        "# T\n\n<table><tr><td>a</td>\n<td>b\n\n## Next\n\nx\n",
        "title 1: T\nsection\n  table 3\n    3: a | b\nsection 6: Next\n  8: x\np:3: markup-broken",
    );
    check("md", "# T\n\n```\nnever closed", "title 1: T\nsection\n  code 4: \"never closed\"");
}

#[test]
fn wrapped_by_a_viewer() {
    check(
        "",
        "forked from a/b\n5 lines\n# T\n|\n|\n<table><tr><td>a</td></tr>\n|\n|\n|\n|\n<tr><td>b</td></tr></table>\n|\n|\nx\n|\n|",
        "title 3: T\nsection\n  table 6\n    6: a\n    11: b\n  14: x",
    );
}

#[test]
fn deep_nesting() {
    let deep: String = (0..2000).map(|depth| format!("{}- x\n", "  ".repeat(depth))).collect();
    let text = format!("# T\n\n{deep}");
    let (page, diagnostics) = crate::read("p", text.as_bytes(), None);
    assert!(page.is_some());
    assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>(), ["nested-too-deep"]);
    let quotes = format!("# T\n\n{} x\n", ">".repeat(5000));
    assert_eq!(crate::read("p", quotes.as_bytes(), None).1.len(), 1);
}
