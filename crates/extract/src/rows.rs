//! The rows of a parameter table: name, type word, mandatory flag, facts and links, cell by cell.

use std::collections::HashMap;

use tablature_pages::model::{Cell, Table, TableRow};
use tablature_spec::codes;
use tablature_spec::model::{At, Claim, Mandatory, Role, Row};
use tablature_spec::types::{self, Shape};

use crate::columns::{self, Columns};
use crate::facts;
use crate::media_type;
use crate::report::Report;
use crate::sections::is_wide;
use crate::service;
use crate::vocabulary::{Column, squeeze, vocabulary};

/// A row before it is known what its object is.
#[derive(Debug, Clone, Default)]
pub struct RawRow {
    /// The row as it goes into the spec.
    pub row: Row,
    /// The line of the page.
    pub line: u32,
    /// What its type word means.
    pub shape: Option<Shape>,
    /// The type word is nothing but a name.
    pub bare: bool,
    /// Targets of the links in its type, name and description, in this order.
    pub links: Vec<String>,
    /// The number in "see Table 5", in the type or the description.
    pub number: Option<u32>,
    /// It stands for the items of a body that is an array.
    pub root_array: bool,
    /// Where its own cell says that it goes.
    pub place: Option<Role>,
    /// The media types that its description names, if it is about the type of the body.
    pub media_types: Vec<String>,
    /// It stands for keys of the caller's choice, and its type for their values.
    pub free: bool,
}

/// Settings that rows need.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// The name of the source.
    pub source: &'a str,
    /// Keep descriptions.
    pub descriptions: bool,
}

/// A parameter name, or why there is none.
#[derive(Debug, PartialEq, Eq)]
pub enum Name {
    /// A name that a request or response can carry.
    Usable(String),
    /// The items of an array that is the body.
    RootArray,
    /// No name.
    Unusable(&'static str),
}

/// Reads all rows of a table; rows without a name end in a diagnostic.
pub fn read(table: &Table, columns: &Columns, settings: Settings<'_>, report: &mut Report) -> Vec<RawRow> {
    let width = columns.roles.len();
    let mut out: Vec<RawRow> = Vec::new();
    let mut seen: HashMap<String, First<'_>> = HashMap::new();
    for row in columns::body(table, columns) {
        report.counts.rows += 1;
        if row.cells.len() < width {
            report.say(
                &codes::ROW_TOO_SHORT,
                row.line,
                format!("the row has {} cells where the header has {width}", row.cells.len()),
            );
        } else if row.cells.len() > width {
            report.say(
                &codes::ROW_TOO_LONG,
                row.line,
                format!("the row has {} cells where the header has {width}", row.cells.len()),
            );
        }
        let cell = |role: Column| columns.of(role).and_then(|at| row.cells.get(at));
        let Some(name_cell) = cell(Column::Name) else {
            report.unused_rows(1);
            report.say(&codes::ROW_UNUSED, row.line, "the row has no cell for the parameter name".to_string());
            continue;
        };
        let plain = name_cell.plain();
        let mut raw = RawRow { line: row.line.max(1), ..RawRow::default() };
        match name(&plain) {
            Name::Usable(name) => raw.row.name = name,
            Name::RootArray => {
                raw.root_array = true;
                raw.row.name = plain.trim().to_string();
            }
            // The only row of a table, if it has a type and a name in words, describes what stands under every key.
            Name::Unusable(why) if why != EMPTY && table.rows.len() == 1 && cell(Column::Type).is_some() => {
                raw.free = true;
                raw.row.name = plain.trim().to_string();
            }
            Name::Unusable(why) => {
                report.unused_rows(1);
                report.say(
                    &codes::ROW_UNUSED,
                    row.line,
                    format!("`{}` {why}, so the row is in no spec", shorten(plain.trim())),
                );
                continue;
            }
        }
        if let Some(first) = seen.get_mut(&raw.row.name) {
            report.unused_rows(1);
            let name = shorten(&raw.row.name);
            let differs = differences(columns, first, row);
            let message = match differs.as_slice() {
                [] => "this one says the same".to_string(),
                all => format!("this one has {}", all.join(", ")),
            };
            let first = first.row.line;
            let message = format!("the table names `{name}` twice; the row of line {first} was kept, {message}");
            report.say(&codes::ROW_REPEATED, row.line, message);
            continue;
        }
        seen.insert(raw.row.name.clone(), First { row, cells: None });
        let mut type_text = cell(Column::Type).map(|cell| fold(&cell.plain()));
        let mut flag_text = cell(Column::Mandatory).map(|cell| fold(&cell.plain()));
        unshift(&mut type_text, &mut flag_text, raw.line, &raw.row.name, report);
        let linked = cell(Column::Type).is_some_and(|cell| !cell.links().is_empty());
        read_type(type_text.as_deref(), columns, linked, &mut raw, report);
        read_mandatory(flag_text.as_deref(), settings, &mut raw, report);
        for cell in [cell(Column::Type), Some(name_cell), cell(Column::Description)].into_iter().flatten() {
            raw.links.extend(cell.links().into_iter().map(|(_, target)| target));
        }
        raw.place = cell(Column::Place).and_then(|cell| place(&cell.plain()));
        if let Some(description) = cell(Column::Description) {
            if raw.number.is_none() && raw.shape.as_ref().is_none_or(Shape::is_objectish) {
                raw.number = table_number(&description.plain());
            }
            if settings.descriptions {
                let text = description.plain();
                let text = text.trim();
                if !text.is_empty() && text != "-" {
                    raw.row.description = Some(Claim::Agreed(text.to_string()));
                }
            }
        }
        raw.row.facts =
            facts::read(cell(Column::Description), cell(Column::Default), cell(Column::Range), raw.shape.as_ref());
        if raw.row.name.eq_ignore_ascii_case("content-type") {
            let cells = [Column::Description, Column::Default, Column::Range];
            raw.media_types =
                cells.into_iter().filter_map(cell).flat_map(|cell| media_type::named(&cell.plain())).collect();
            // The slash of a media type does not stand between two values.
            if raw.row.facts.values.is_some() && !raw.media_types.is_empty() {
                let several = raw.media_types.len() > 1;
                raw.row.facts.values = several.then(|| Claim::Agreed(raw.media_types.clone()));
            }
        }
        if let Some(description) = cell(Column::Description) {
            service::of_row(&raw.row.name, description, &mut raw.row.facts);
        }
        raw.row.at = vec![At { source: settings.source.to_string(), line: raw.line }];
        out.push(raw);
    }
    out
}

/// The cells in which rows of one name are compared.
const COMPARED: [(Column, &str); 5] = [
    (Column::Type, "type"),
    (Column::Mandatory, "mandatory"),
    (Column::Default, "default"),
    (Column::Range, "range"),
    (Column::Description, "description"),
];

/// The first row of a name, with its cells once another row was compared with it.
struct First<'a> {
    row: &'a TableRow,
    cells: Option<[String; COMPARED.len()]>,
}

/// What a row says otherwise than the first row of its name.
fn differences(columns: &Columns, first: &mut First<'_>, second: &TableRow) -> Vec<String> {
    let cells = |row: &TableRow| {
        COMPARED.map(|(role, _)| {
            columns.of(role).and_then(|at| row.cells.get(at)).map(|cell| fold(&cell.plain())).unwrap_or_default()
        })
    };
    let row = first.row;
    let before = first.cells.get_or_insert_with(|| cells(row));
    let pairs = COMPARED.iter().zip(before.iter().zip(cells(second)));
    pairs
        .filter(|(_, (before, now))| *before != now)
        .map(|((role, word), (before, now))| match role {
            Column::Description => "another description".to_string(),
            _ => format!("{word} `{}` instead of `{}`", shorten(&now), shorten(before)),
        })
        .collect()
}

/// At most 60 characters of a text, for messages.
pub fn shorten(text: &str) -> String {
    let mut out: String = text.chars().take(60).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out.replace('\n', " ")
}

/// Where a cell says that a parameter goes.
pub fn place(text: &str) -> Option<Role> {
    const PLACES: &[(&str, Role)] = &[
        ("header", Role::Header),
        ("headers", Role::Header),
        ("query", Role::Query),
        ("path", Role::Path),
        ("uri", Role::Path),
        ("body", Role::Body),
    ];
    let word = squeeze(text);
    PLACES.iter().find(|(known, _)| *known == word).map(|(_, role)| *role)
}

/// White space folded to single blanks.
pub fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Why a name cell without a name cannot be used.
const EMPTY: &str = "is empty";

/// Reads a name cell.
pub fn name(text: &str) -> Name {
    let words = vocabulary();
    let squeezed = squeeze(text);
    if words.root_array.contains(&squeezed) {
        return Name::RootArray;
    }
    let text: String = text.chars().filter(|c| !matches!(c, '\u{200b}' | '\u{feff}')).collect();
    let mut text = fold(&text);
    // A bracketed remark (a version, a condition) is not part of the name.
    for open in ['（', '('] {
        if let Some(at) = text.find(open)
            && at > 0
        {
            text.truncate(at);
        }
    }
    let text = text.trim().trim_end_matches(['*', '~', '：', ':', '。', '，']).trim();
    let text = text.trim_start_matches('*').trim_matches(['“', '”', '"', '`']).trim();
    if text.is_empty() || text.chars().all(|c| c == '-' || c == '—') {
        return Name::Unusable(EMPTY);
    }
    if text.chars().any(is_wide) {
        return Name::Unusable("describes a key in words");
    }
    if words.dynamic_key.contains(&squeeze(text)) {
        return Name::Unusable("stands for keys of the caller's choice");
    }
    if text.contains(char::is_whitespace) {
        let parts: Vec<&str> = text.split_whitespace().collect();
        let glued = parts.windows(2).all(|pair| match pair {
            [a, b] => a.ends_with(['_', '-', '.', ':']) || b.starts_with(['_', '-', '.', ':']),
            _ => false,
        });
        if !glued {
            return Name::Unusable("is not a name but words");
        }
        return Name::Usable(parts.concat());
    }
    if text.chars().count() > 200 || text.chars().any(char::is_control) {
        return Name::Unusable("is too long for a name");
    }
    if !text.chars().any(|c| c.is_alphanumeric()) {
        return Name::Unusable("holds no letter or digit");
    }
    Name::Usable(text.to_string())
}

/// Puts a type and a flag that stand in each other's columns into their own.
fn unshift(type_text: &mut Option<String>, flag_text: &mut Option<String>, line: u32, name: &str, report: &mut Report) {
    let (Some(kind), Some(flag)) = (type_text.as_ref(), flag_text.as_ref()) else { return };
    let type_is_flag = plain_flag(kind).is_some();
    let flag_is_type = plain_flag(flag).is_none() && is_type(flag);
    let message = match (type_is_flag, flag_is_type) {
        (true, true) => format!("type and mandatory cell of `{name}` stand in each other's place"),
        (true, false) if plain_flag(flag).is_some() || flag.is_empty() => {
            if flag.is_empty() {
                std::mem::swap(type_text, flag_text);
            } else {
                *type_text = Some(String::new());
            }
            report.say(&codes::CELLS_SHIFTED, line, format!("the type cell of `{name}` says whether it is mandatory"));
            return;
        }
        (false, true) if kind.is_empty() => format!("the mandatory cell of `{name}` holds its type"),
        (false, true) if is_type(kind) => {
            *flag_text = Some(String::new());
            report.say(&codes::CELLS_SHIFTED, line, format!("the mandatory cell of `{name}` holds a type as well"));
            return;
        }
        _ => return,
    };
    std::mem::swap(type_text, flag_text);
    report.say(&codes::CELLS_SHIFTED, line, message);
}

/// Whether a cell is a type word and not merely a name that could be one.
pub fn is_type(text: &str) -> bool {
    types::parse(text).is_some_and(|word| !word.bare)
}

/// The flag, if the cell is a flag and nothing else.
pub fn plain_flag(text: &str) -> Option<bool> {
    let word = squeeze(text);
    vocabulary().mandatory.iter().find(|(known, _)| *known == word).map(|(_, yes)| *yes)
}

fn read_type(text: Option<&str>, columns: &Columns, linked: bool, raw: &mut RawRow, report: &mut Report) {
    let word = clean_type(text.unwrap_or_default());
    if word.is_empty() || word == "-" {
        if columns.of(Column::Type).is_some() {
            report.say(&codes::TYPE_MISSING, raw.line, format!("`{}` has no type", raw.row.name));
        }
        return;
    }
    report.counts.types += 1;
    match types::parse(&word) {
        Some(found) => {
            raw.number = found.table_number;
            raw.bare = found.bare;
            raw.shape = Some(found.shape);
        }
        // Words around a link are a type if the link leads to a table, which is known later.
        None if linked => raw.bare = true,
        None => unknown_type(&word, raw, report),
    }
    raw.row.kind = Some(Claim::Agreed(word));
}

/// Why a field whose type word means nothing is opaque.
pub const UNKNOWN_TYPE: &str = "unknown type word";

/// Marks a row whose type word means nothing.
pub fn unknown_type(word: &str, raw: &mut RawRow, report: &mut Report) {
    report.counts.types_unknown += 1;
    raw.row.opaque = Some(UNKNOWN_TYPE.to_string());
    let message = format!("the type of `{}` is `{}`, which is no known type word", raw.row.name, shorten(word));
    report.say_with_help(&codes::TYPE_UNKNOWN, raw.line, message, TYPE_HELP);
}

/// Where type words stand, and some that are known.
const TYPE_HELP: &str = "add the word to crates/spec/data/types.toml, decide with an override of `type`, or write a word that is known, such as `String`, `Integer`, `Boolean`, `Object` or `Array of strings`";

/// The type word without footnote marks and the full stop.
fn clean_type(text: &str) -> String {
    let mut word = fold(text);
    loop {
        let before = word.len();
        word.truncate(word.trim_end_matches(['。', '.', ' ', '；', ';', '，']).len());
        if word.ends_with(']')
            && let Some(at) = word.rfind('[')
            && word.get(at + 1..word.len() - 1).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        {
            word.truncate(at);
        }
        if word.len() == before {
            return word;
        }
    }
}

/// Longer conditions are sentences. Counted in columns, because a Chinese character says as much as two letters.
const MAX_CONDITION: usize = 40;

fn read_mandatory(text: Option<&str>, settings: Settings<'_>, raw: &mut RawRow, report: &mut Report) {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty() && *text != "-") else { return };
    match mandatory(text) {
        Some((yes, rest)) => {
            raw.row.mandatory = Some(Claim::Agreed(if yes { Mandatory::Yes } else { Mandatory::No }));
            if !rest.is_empty() {
                raw.row.condition = condition(&rest, settings).map(Claim::Agreed);
                raw.row.facts.conditional = Some(Claim::Agreed(true));
            }
        }
        None => {
            let condition = condition(text, settings).unwrap_or_else(|| "conditional".into());
            raw.row.mandatory = Some(Claim::Agreed(Mandatory::When(condition)));
            report.say(
                &codes::MANDATORY_UNKNOWN,
                raw.line,
                format!("the mandatory cell of `{}` neither says yes nor no: `{}`", raw.row.name, shorten(text)),
            );
        }
    }
}

/// A condition of a few words is a fact about the flag and is kept as the page has it; a sentence is a description, and is kept where descriptions
/// are. That there is a condition is always kept.
fn condition(text: &str, settings: Settings<'_>) -> Option<String> {
    let text = text.trim();
    let columns: usize = text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum();
    let is_short = columns <= MAX_CONDITION && !text.contains(['。', '；', ';']) && !text.ends_with('.');
    (settings.descriptions || is_short).then(|| text.to_string())
}

/// The leading yes or no of a mandatory cell, and the rest.
pub fn mandatory(text: &str) -> Option<(bool, String)> {
    let lower = text.to_lowercase();
    for (word, yes) in &vocabulary().mandatory {
        let Some(rest) = lower.strip_prefix(word.as_str()) else { continue };
        // `Notify` does not begin with "no"; `Mandatory for …` is a condition and no flag.
        let ascii = word.is_ascii();
        if ascii && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            continue;
        }
        // Lower case can be longer than the text; then the text as it is will do.
        let tail = text.len().checked_sub(rest.len()).and_then(|at| text.get(at..)).unwrap_or_default();
        // Only `yes` and `no` are answers with anything behind them: `Mandatory for red kites` is a condition.
        let answer = matches!(word.as_str(), "yes" | "no");
        if ascii && !answer && tail.starts_with(' ') && !tail.trim_start().starts_with(['(', '（']) {
            continue;
        }
        // `N/A` and `Y/N` answer nothing.
        if ascii && tail.starts_with('/') {
            continue;
        }
        let tail = tail.trim().trim_start_matches(['。', '，', ',', '.', '：', ':', ';', '；']).trim();
        let inner =
            tail.strip_prefix(['(', '（']).map_or(tail, |inner| inner.strip_suffix([')', '）']).unwrap_or(inner));
        return Some((*yes, inner.trim().to_string()));
    }
    None
}

/// The number in "表2" or "Table 2"; the first one that the text refers to.
pub fn table_number(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    for word in ["table", "表"] {
        for (at, _) in lower.match_indices(word) {
            let rest = lower.get(at + word.len()..)?.trim_start();
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            if let Ok(number) = digits.parse() {
                return Some(number);
            }
        }
    }
    None
}

/// The anchors of a cell and of everything in it.
pub fn anchors(cell: &Cell) -> Vec<&str> {
    let mut out: Vec<&str> = cell.anchors.iter().map(String::as_str).collect();
    tablature_pages::model::visit_texts(&cell.blocks, &mut |text| {
        out.extend(text.anchors.iter().map(String::as_str));
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_name(text: &str, expected: Result<&str, ()>) {
        match name(text) {
            Name::Usable(name) => assert_eq!(Ok(name.as_str()), expected, "{text}"),
            _ => assert_eq!(Err(()), expected, "{text}"),
        }
    }

    #[test]
    fn names() {
        check_name("kite_id", Ok("kite_id"));
        check_name("alpha.kite/NodeID", Ok("alpha.kite/NodeID"));
        check_name("OS-EXT-KITE:colour", Ok("OS-EXT-KITE:colour"));
        check_name("ignoreError（2.2.13）", Ok("ignoreError"));
        check_name("typeName*", Ok("typeName"));
        check_name("kite _id", Ok("kite_id"));
        check_name("用户自定义", Err(()));
        check_name("Colour of the kite", Err(()));
        check_name("-", Err(()));
        assert_eq!(name("*[数组]*"), Name::RootArray);
    }

    #[track_caller]
    fn check_mandatory(text: &str, expected: Option<(bool, &str)>) {
        let found = mandatory(text);
        assert_eq!(found.as_ref().map(|(yes, rest)| (*yes, rest.as_str())), expected, "{text}");
    }

    #[test]
    fn mandatory_cells() {
        check_mandatory("是", Some((true, "")));
        check_mandatory("No", Some((false, "")));
        check_mandatory("是（如果卷存在，可选。）", Some((true, "如果卷存在，可选。")));
        check_mandatory("Yes (unless a kite exists)", Some((true, "unless a kite exists")));
        check_mandatory("否 有线时该字段必选。", Some((false, "有线时该字段必选。")));
        check_mandatory("type = 2时必选", None);
        check_mandatory("Mandatory for red kites", None);
        check_mandatory("Nothing", None);
        check_mandatory(
            "No This parameter is needed for red kites.",
            Some((false, "This parameter is needed for red kites.")),
        );
        check_mandatory("Yes when it rains", Some((true, "when it rains")));
        check_mandatory("N/A", None);
        check_mandatory("是İİİİ", Some((true, "")));
    }

    #[track_caller]
    fn check_condition(text: &str, is_kept: bool) {
        for descriptions in [false, true] {
            let kept = condition(text, Settings { source: "zh", descriptions });
            assert_eq!(kept.as_deref(), (is_kept || descriptions).then_some(text), "{text}");
        }
    }

    #[test]
    fn conditions_that_are_sentences_stay_with_the_descriptions() {
        check_condition("unless a kite exists", true);
        check_condition("如果风筝存在，可选", true);
        check_condition("This parameter is needed for red kites.", false);
        check_condition("The parameter is needed for kites that are red or yellow", false);
        check_condition("风筝为红色时表示放飞，取值为所要放飞的风筝名称", false);
    }

    #[test]
    fn the_type_words_that_are_called_known_are_known() {
        let words: Vec<&str> = TYPE_HELP.split('`').skip(1).step_by(2).skip(1).collect();
        assert!(words.len() >= 4 && words.iter().all(|word| is_type(word)), "{words:?}");
    }

    #[test]
    fn type_words_lose_marks() {
        assert_eq!(clean_type("String。"), "String");
        assert_eq!(clean_type("List <tag>[1]"), "List <tag>");
        assert_eq!(clean_type("Array of\n strings"), "Array of strings");
    }

    #[test]
    fn numbers_of_tables() {
        assert_eq!(table_number("详情请参见表 12。"), Some(12));
        assert_eq!(table_number("For details, see Table 3."), Some(3));
        assert_eq!(table_number("列表"), None);
    }
}
