use crate::outline_test::check;

/// Reads a text below a title in lines 1 and 2.
#[track_caller]
fn body(text: &str, want: &str) {
    // Diagnostics are marked in what is wanted because they stand at the margin.
    let want: String = want
        .lines()
        .map(|line| line.strip_prefix('!').map_or_else(|| format!("  {line}\n"), |line| format!("{line}\n")))
        .collect();
    check("rst", &format!("T\n=\n{text}"), &format!("title 1: T\nsection\n{want}"));
}

#[test]
fn headings_carry_ids() {
    check(
        "rst",
        ":original_name: Halt_07.html\n:other: x\n\n.. _Halt_07:\n\nHalt a run\n==========\n\n.. _uri:\n.. _halt_07__S2:\n\nURI\n---\n\nGET /v1\n\n####\nDone\n####\n",
        "title 6: Halt a run #Halt_07 #halt_07\nsection 12: URI #uri #halt_07__S2 #halt_07__s2\n  15: GET /v1\nsection 18: Done",
    );
    check(
        "rst",
        "before\n\nOne\n===\n\nTwo\n===\nthree\nToo long\n---\n",
        "title 3: One\nsection\n  1: before\nsection 6: Two\n  8: three Too long ---",
    );
    body("::\n\n  x\n\n----\n\nab\n", "code 5: \"x\"\n9: ab");
}

#[test]
fn text() {
    body("see **bold**, *leaning* and ``a\\b`` `c`\n", "3: see *bold*, leaning and `a\\b c`");
    body("x\\ **y**\\ z \\*w\\* \\\\ **user_id*\\* is\n", "3: x*y*z *w* \\ **user_id** is");
    body(
        "POST /v1/{project_id}/runs?x=1&not-tags=2&y_=3 2*3*4 a_b_ __c__ |d|\n",
        "3: POST /v1/{project_id}/runs?x=1&not-tags=2&y_=3 2*3*4 a_b_ __c__ |d|",
    );
    body(
        ":ref:`The runs <Run_List>` :ref:`run_list` :doc:`there <a/b>` m\\ :sup:`2` :code:`k` :x:`y` :ref:`用`了\n",
        "3: [The runs run_list](#run_list) [there](a/b.rst) m2 `k` y [用](#用)了",
    );
    body(
        "`site <https://a.b/c_d>`__ and `Two words`_ one_ `anon`__\n\n.. _two words: https://two\n.. _one: https://o\n   ne\n__ https://three\n",
        "3: [site](https://a.b/c_d) and [Two words](https://two) [one](https://one) [anon](https://three)",
    );
    body(
        "a |v| |pic| |none| _`spot` here\n\n.. |v| replace:: 1.2\n.. |pic| image:: x.png\n",
        "3: a 1.2 |none| spot here #spot",
    );
    body("** not ** `` no `x **y\nz** *\n", "3: ** not ** `` no `x *y z* *");
    body("| one\n| two\n  more\n\nnext\n", "3: one\\ntwo more\n7: next");
    body("a\u{a0}\u{3000}b\tc\u{200b}\n", "3: a b c");
}

#[test]
fn lists() {
    body(
        "-  a\n\n   b\n\n   -  c\n-  d\n   e\n\n* f\n",
        "- 3\n  3: a\n  5: b\n  - 7\n    7: c\n- 8\n  8: d e\n- 11\n  11: f",
    );
    body(
        "#. a\n#. b\n\n3) c\n4) d\n\na. x\nb. y\n\nA. Name is a person\nwho goes on.\n",
        "1. 3\n  3: a\n1. 4\n  4: b\n1. 6\n  6: c\n1. 7\n  7: d\n1. 9\n  9: x\n1. 10\n  10: y\n12: A. Name is a person who goes on.",
    );
    body(
        "- .. code-block::\n\n     {\n       }\n\n-\n   x\n\n-\n\nz\n",
        "- 5\n  code 5: \"{\\n  }\"\n- 9\n  9: x\n11: -\n13: z",
    );
    body(
        "term\n   meaning\n\nother\n   more\n\nend\n",
        "- 3\n  3: term\n  4: meaning\n- 6\n  6: other\n  7: more\n9: end",
    );
    body(
        ":name: value\n   more\n:two:\n   - x\n\nend\n",
        "- 3\n  3: *name*\n  3: value more\n- 5\n  5: *two*\n  - 6\n    6: x\n8: end",
    );
    body("   quoted\n\n      deeper\n\nplain\n  after\n", "3: quoted\n5: deeper\n- 7\n  7: plain\n  8: after");
}

#[test]
fn code() {
    body(
        "So::\n\n   {\n     \"a\": 1\n\n   }\n\nend ::\n\n x\n\n::\n\n> y\n> z\n\nstd::\n\nnone\n",
        "3: So:\ncode 5: \"{\\n  \\\"a\\\": 1\\n\\n}\"\n10: end\ncode 12: \"x\"\ncode 16: \"> y\\n> z\"\n19: std:\n21: none",
    );
    body(
        ".. code-block:: json\n   :linenos:\n\n   {\n     }\n\n.. code-block::\n   GET /v1\n\n.. code::\n\n   x\n",
        "code 6: \"{\\n  }\"\ncode 10: \"GET /v1\"\ncode 14: \"x\"",
    );
    body(
        "text\n.. code-block::\n\n   x\n>>> y\n\n>>> y\n1\n",
        "3: text\ncode 6: \"x\"\ncode 7: \">>> y\"\ncode 9: \">>> y\\n1\"",
    );
}

#[test]
fn directives() {
    body(
        ".. note::\n\n   a\n\n   - b\n\n.. Important:: c\n   d\n\n.. warning:: e\n\n   f\n\n.. admonition:: g\n   :class: x\n\n   h\n",
        "note 5\n  5: a\n  - 7\n    7: b\nnote 9\n  9: c d\nnote 12\n  12: e\n  14: f\nnote 16\n  16: g\n  19: h",
    );
    body(
        ".. toctree::\n   :maxdepth: 1\n\n   one/index\n   Two <two>\n   self\n",
        "- 6\n  6: [one/index](one/index.rst)\n- 7\n  7: [Two](two.rst)",
    );
    body(
        ".. image:: x.png\n   :alt: y\n\n.. figure:: z.png\n\n   Words\n\n.. raw:: html\n\n   <p>\n\n.. container:: k\n\n   inside\n\n.. odd:thing:: arg\n\n   inner\n",
        "8: Words\n16: inside\n18: arg\n20: inner",
    );
    body(
        "..\n\n   quote\n\n.. a comment\n   of two lines\n\n.. [1] A footnote\n   goes on\n\n.. _far: https://x\n\nend\n",
        "5: quote\n10: [1] A footnote goes on #1\n15: end",
    );
    check("rst", "T\n=\n\n.. only:: html\n\n   Two\n   ---\n\n   x\n", "title 1: T\nsection 6: Two\n  9: x");
}

#[test]
fn grid_tables() {
    body(
        "\n.. _Tab_A:\n\n.. table:: **Table 2** Fields of :ref:`run <run>`\n\n   +------+--------------+\n   | Name | Text         |\n   +======+==============+\n   | a\\_b | One.         |\n   |      |              |\n   |      | -  x         |\n   |      | -  y         |\n   +------+--------------+\n   |      | .. note::    |\n   |      |              |\n   |      |    z         |\n   +------+--------------+\n\nend\n",
        "table 8 (2) 6: Fields of [run](#run) #Tab_A #tab_a\n  head Name | Text\n  11: a_b | One.\\nx\\ny\n  16:  | z\n21: end",
    );
    body("**Table 7** Bold\n\n+-+\n|a|\n+-+\n|b|\n+-+\n", "table 5 (7) 3: Bold\n  6: a\n  8: b");
    body(
        "+---+---+---+\n| a | b     |\n|   +---+---+\n|   | c | d |\n+---+   +---+\n| e |   | f |\n+---+---+---+\n",
        "table 3\n  4: a | b | b\n  6: a | c | d\n  8: e | c | f",
    );
    body(
        "+-----+-----+\n| 中文| b   |\n+=====+=====+\n| 中文  | c   |\n+-----+-----+\n",
        "table 3\n  head 中文 | b\n  6: 中文 | c",
    );
    body("+----+---+\n| 中文 | x |\n+----+---+\n", "table 3\n  4: 中文 | x");
    body("+------+---+\n| a | b    |\n| -    | - |\n+------+---+\n", "table 3\n  4: a | b - | -");
    // A table in a cell, and bars and corners that are text.
    body(
        "+-----------+---+\n| +---+---+ | + |\n| | a | b | | | |\n| +---+---+ | x |\n+-----------+---+\n",
        "table 3\n  4: a\\nb | + | x",
    );
}

#[test]
fn damaged_grid_tables() {
    body("+---+---+\n| a | b |\n+===+===+\n| c | d |\n", "table 3\n  head a | b\n  6: c | d\n!p:6: markup-broken");
    body(
        "+---+---+\n| a | b |\n+---+---+\n| c | d\n| long text | e |\n+---+---+\n",
        "table 3\n  4: a | b\n  6: c long text | d e\n!p:6: markup-broken",
    );
    body("+---+---+\n| a | b |\n+---+\n\nend\n", "table 3\n  4: a | b\n7: end\n!p:5: markup-broken");
    body(".. table:: No table\n\n   words\n", "3: No table\n5: words\n!p:3: markup-broken");
}

#[test]
fn simple_tables() {
    body(
        "\n=====  ======\nName   Text\n=====  ======\na      One\n       goes on\n\n       - x\n\\      empty\nb      a much longer text\n=====  ======\n\nend\n",
        "table 4\n  head Name | Text\n  7: a | One goes on\\nx\n  11:  | empty\n  12: b | a much longer text\n15: end",
    );
    body(
        "=== === ===\nA   B\n--- -------\na   b   c\n=== === ===\n1   2   3\n=== === ===\n",
        "table 3\n  head A\\na | B\\nb | B\\nc\n  8: 1 | 2 | 3",
    );
    body("== ==\na  b\n== ==\n", "table 3\n  4: a | b");
    body("==== ====\n中文 b\n中文中  c\n==== ====\n", "table 3\n  4: 中文 | b\n  5: 中文中 | c");
    body("==  ==\na   b\n\nno end\n", "table 3\n  4: a | b\n6: no end\n!p:3: markup-broken");
    body("==  ==\naaaa  b\n==  ==\n", "table 3\n  4: aaaa | b\n!p:4: markup-broken");
}

#[test]
fn data_tables() {
    body(
        ".. list-table:: Table 3: Kinds\n   :header-rows: 1\n   :name: Kinds\n\n   * - A\n     - B\n   * - a\n     - b\n\n       c\n",
        "table 3 (3) 3: Kinds #Kinds #kinds\n  head A | B\n  9: a | b\\nc",
    );
    body(
        ".. csv-table:: Codes\n   :header: \"X\", Y\n\n   1, \"a, **b**\n   \"\"c\"\"\"\n   2,\n",
        "table 3 3: Codes\n  head X | Y\n  6: 1 | a, b \"c\"\n  8: 2 |",
    );
    body(".. list-table::\n\n   words\n", "5: words\n!p:3: markup-broken");
}
