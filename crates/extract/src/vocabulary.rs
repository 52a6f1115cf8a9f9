//! The words that pages use, by role. They are data: `vocabulary/{zh,en}.toml`; this file reads and finds them.

use std::collections::HashMap;
use std::sync::LazyLock;

use toml::de::{DeTable, DeValue};

use crate::sections::is_wide;

/// What a section is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SectionRole {
    /// What the operation does.
    Function,
    /// The request line and its parameters.
    Uri,
    /// Request parameters.
    Request,
    /// Response parameters.
    Response,
    /// Response headers.
    ResponseHeader,
    /// The body of a failure.
    ErrorResponse,
    /// Request examples.
    ExampleRequest,
    /// Response examples.
    ExampleResponse,
    /// Examples of both.
    Example,
    /// Status codes.
    Status,
    /// Error codes.
    Error,
    /// A link to the API Explorer.
    Debug,
    /// Limits and notes.
    Constraints,
    /// None of these.
    Other,
}

/// What a caption, list label or bold line announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Label {
    /// Path parameters.
    Path,
    /// Query parameters.
    Query,
    /// Parameters of the request line, wherever they go.
    UriParameters,
    /// Request headers.
    Header,
    /// The request body.
    Body,
    /// Form fields.
    Form,
    /// Request parameters, wherever they go.
    Request,
    /// The response body.
    Response,
    /// Response headers.
    ResponseHeader,
    /// The response body on failure.
    Error,
    /// Parameters of the section's own kind.
    Generic,
    /// A request example.
    ExampleRequest,
    /// A response example.
    ExampleResponse,
    /// A response example of a successful call.
    ExampleSuccess,
    /// A response example of a failed call.
    ExampleFailure,
    /// An example of either.
    Example,
}

/// What a table column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// The parameter's name.
    Name,
    /// Whether it must be given.
    Mandatory,
    /// Its type word.
    Type,
    /// What it means.
    Description,
    /// Its default.
    Default,
    /// Its values.
    Range,
    /// An example value.
    Example,
    /// A status or error code.
    Code,
    /// An HTTP method.
    Method,
    /// A request path.
    Uri,
    /// What a value must keep to, or whether the parameter must be given: the cells tell which.
    Constraint,
    /// Where the parameter goes: header, query string, path or body. Told by the cells, not by the header word.
    Place,
    /// Known, and of no use for a spec.
    Ignored,
}

/// What a phrase of a description states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactKind {
    /// A default value.
    Default,
    /// Least and greatest length.
    Length,
    /// Greatest length.
    MaxLength,
    /// Least length.
    MinLength,
    /// Greatest value.
    Max,
    /// Least value.
    Min,
    /// Least and greatest value.
    Range,
    /// Least and greatest number of items.
    Items,
    /// Greatest number of items.
    MaxItems,
    /// A regular expression.
    Pattern,
    /// The words before a closed list of values.
    Values,
    /// The words that leave a list open.
    NotValues,
}

/// The parts of a labelled cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellPart {
    /// What the parameter means.
    Definition,
    /// Rules for its use.
    Constraints,
    /// Its values.
    Range,
    /// Its default.
    Default,
}

const SECTIONS: &[(&str, SectionRole)] = &[
    ("function", SectionRole::Function),
    ("uri", SectionRole::Uri),
    ("request", SectionRole::Request),
    ("response", SectionRole::Response),
    ("response_header", SectionRole::ResponseHeader),
    ("error_response", SectionRole::ErrorResponse),
    ("example_request", SectionRole::ExampleRequest),
    ("example_response", SectionRole::ExampleResponse),
    ("example", SectionRole::Example),
    ("status", SectionRole::Status),
    ("error", SectionRole::Error),
    ("debug", SectionRole::Debug),
    ("constraints", SectionRole::Constraints),
];
const LABELS: &[(&str, Label)] = &[
    ("path", Label::Path),
    ("query", Label::Query),
    ("uri_parameters", Label::UriParameters),
    ("header", Label::Header),
    ("body", Label::Body),
    ("form", Label::Form),
    ("request", Label::Request),
    ("response", Label::Response),
    ("response_header", Label::ResponseHeader),
    ("error", Label::Error),
    ("generic", Label::Generic),
    ("example_request", Label::ExampleRequest),
    ("example_response", Label::ExampleResponse),
    ("example_success", Label::ExampleSuccess),
    ("example_failure", Label::ExampleFailure),
    ("example", Label::Example),
];
const COLUMNS: &[(&str, Column)] = &[
    ("name", Column::Name),
    ("mandatory", Column::Mandatory),
    ("type", Column::Type),
    ("description", Column::Description),
    ("default", Column::Default),
    ("range", Column::Range),
    ("constraint", Column::Constraint),
    ("example", Column::Example),
    ("code", Column::Code),
    ("method", Column::Method),
    ("uri", Column::Uri),
    ("ignored", Column::Ignored),
];
const FACTS: &[(&str, FactKind)] = &[
    ("default", FactKind::Default),
    ("length", FactKind::Length),
    ("max_length", FactKind::MaxLength),
    ("min_length", FactKind::MinLength),
    ("max", FactKind::Max),
    ("min", FactKind::Min),
    ("range", FactKind::Range),
    ("items", FactKind::Items),
    ("max_items", FactKind::MaxItems),
    ("pattern", FactKind::Pattern),
    ("values", FactKind::Values),
    ("not_values", FactKind::NotValues),
];
const PARTS: &[(&str, CellPart)] = &[
    ("definition", CellPart::Definition),
    ("constraints", CellPart::Constraints),
    ("range", CellPart::Range),
    ("default", CellPart::Default),
];

/// All words, of both languages: pages mix them, and no word of one means something else in the other.
#[derive(Debug, Default)]
pub struct Vocabulary {
    sections: HashMap<String, SectionRole>,
    labels: HashMap<String, Label>,
    label_parts: Vec<(String, Label)>,
    heading_ends: Vec<(String, Label)>,
    columns: HashMap<String, Column>,
    /// Words that begin a mandatory cell, the longest first, with what they say.
    pub mandatory: Vec<(String, bool)>,
    /// Words before a status code, the longest first, squeezed.
    pub status_labels: Vec<String>,
    /// Words before a path.
    pub path_labels: Vec<String>,
    /// Words before a method.
    pub method_labels: Vec<String>,
    /// Words that say that a request line is an example.
    pub example_words: Vec<String>,
    /// Phrases that say that a call only starts the work, squeezed.
    pub asynchronous: Vec<String>,
    /// Words in titles of deprecated operations, squeezed.
    pub deprecated_title: Vec<String>,
    /// Phrases of deprecated operations, squeezed.
    pub deprecated_text: Vec<String>,
    /// Phrases of deprecated fields, squeezed.
    pub deprecated_field: Vec<String>,
    /// Phrases that make a field conditional, squeezed.
    pub conditional: Vec<String>,
    /// Texts that stand for nothing, squeezed.
    pub no_content: Vec<String>,
    /// Names of rows that stand for the items of a body that is an array, squeezed.
    pub root_array: Vec<String>,
    /// Names of rows that stand for keys of the caller's choice, squeezed.
    pub dynamic_key: Vec<String>,
    /// Words that refer to another place, squeezed.
    pub refers: Vec<String>,
    /// Words behind a reference that say that the request of another page is meant, squeezed.
    pub request_words: Vec<String>,
    /// Titles of tutorials, squeezed.
    pub tutorial_titles: Vec<String>,
    /// Headings that only tutorials have, squeezed.
    pub tutorial_headings: Vec<String>,
    /// Phrases that state facts, in order.
    pub facts: Vec<(FactKind, String)>,
    parts: HashMap<String, CellPart>,
    /// What ends a listed value.
    pub value_separators: Vec<String>,
    /// What stands between listed values.
    pub value_between: Vec<String>,
    /// Marks around values.
    pub value_trim: Vec<String>,
    /// Texts that say that there is no value.
    pub value_none: Vec<String>,
    /// Words around a name in a caption, in lower case.
    pub caption_words: Vec<String>,
    /// The gerund of a title with the verb of a name.
    pub verbs: HashMap<String, String>,
    /// Words whose singular the rules of the language do not give.
    pub singulars: HashMap<String, String>,
    /// Keys of error codes in bodies, the most telling first.
    pub envelope_codes: Vec<String>,
    /// Keys of error messages in bodies, the most telling first.
    pub envelope_messages: Vec<String>,
    /// Other keys of error bodies.
    pub envelope_others: Vec<String>,
    /// Keys that are false in the body of a failure.
    pub envelope_success: Vec<String>,
    /// The words of a Chinese title with the verbs that they can mean, the longest word first, the most usual verb first.
    pub title_verbs: Vec<(String, Vec<String>)>,
    /// Verbs with which a path can end and that no title has.
    pub path_verbs: Vec<String>,
    /// Verbs that say less than any other one.
    pub general_verbs: Vec<String>,
    /// Words of a title that say that many are changed at once.
    pub batch_words: Vec<String>,
    /// Words of a title that ask for many.
    pub list_words: Vec<String>,
    /// Words of a title that ask for one.
    pub show_words: Vec<String>,
    /// Words of a title that a name leaves out.
    pub drop_words: Vec<String>,
    /// Words that join what a title is about to what it belongs to.
    pub joint_words: Vec<String>,
    /// Words that end the object of a title.
    pub stop_words: Vec<String>,
}

/// The files, in the order in which they are read.
pub const FILES: &[(&str, &str)] =
    &[("zh.toml", include_str!("../vocabulary/zh.toml")), ("en.toml", include_str!("../vocabulary/en.toml"))];

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| load(FILES).0);

/// The vocabulary of the crate.
pub fn vocabulary() -> &'static Vocabulary {
    &VOCABULARY
}

/// Lower case, without white space, marks of emphasis and the punctuation that closes a label.
pub fn squeeze(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '`' | '\\' | '\u{200b}' | '\u{feff}' => {}
            c if c.is_ascii() => {
                if !c.is_ascii_whitespace() && c != '\u{b}' {
                    out.push(c.to_ascii_lowercase());
                }
            }
            c if is_wide(c) => out.push(c),
            c if c.is_whitespace() => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    while out.ends_with(['。', '.', ':', '：', '，', ',', '、', '；', ';']) {
        out.pop();
    }
    out
}

impl Vocabulary {
    /// The role of a heading; a bracketed qualifier and a closing number do not count.
    pub fn section(&self, heading: &str) -> SectionRole {
        let word = squeeze(heading);
        let bare = without_qualifier(&word);
        let numberless = bare.trim_end_matches(|c: char| c.is_ascii_digit());
        [word.as_str(), bare, numberless]
            .iter()
            .find_map(|word| self.sections.get(*word))
            .copied()
            .unwrap_or(SectionRole::Other)
    }

    /// What a caption or label announces, if it is one that is listed.
    pub fn label(&self, text: &str) -> Option<Label> {
        let word = squeeze(text);
        let bare = without_qualifier(&word);
        let numberless = bare.trim_end_matches(|c: char| c.is_ascii_digit());
        [word.as_str(), bare, numberless].iter().find_map(|word| self.labels.get(*word)).copied()
    }

    /// What a caption or label announces, by a listed part of it where the whole is not listed.
    pub fn label_part(&self, text: &str) -> Option<Label> {
        self.label(text).or_else(|| {
            let word = squeeze(text);
            self.label_parts.iter().find(|(part, _)| holds_phrase(&word, part)).map(|(_, label)| *label)
        })
    }

    /// What a list label or bold line announces: as [`Vocabulary::label_part`], and by its end.
    pub fn heading(&self, text: &str) -> Option<Label> {
        self.label_part(text).or_else(|| {
            let word = squeeze(text);
            self.heading_ends.iter().find(|(end, _)| word.ends_with(end.as_str())).map(|(_, label)| *label)
        })
    }

    /// What a column of this header word holds.
    pub fn column(&self, header: &str) -> Option<Column> {
        let word = squeeze(header);
        let bare = without_qualifier(&word);
        self.columns.get(&word).or_else(|| self.columns.get(bare)).copied()
    }

    /// The part of a labelled cell that this line opens.
    pub fn part(&self, line: &str) -> Option<CellPart> {
        self.parts.get(&squeeze(line)).copied()
    }
}

/// Whether a squeezed text holds a phrase that is not the end of a name: `host_path parameters` are no path parameters.
fn holds_phrase(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase)
        .any(|(at, _)| !text.get(..at).is_some_and(|head| head.ends_with(['_', '-', '.', ':', '/'])))
}

/// A squeezed word without the brackets that close it.
fn without_qualifier(word: &str) -> &str {
    for (open, close) in [('（', '）'), ('(', ')')] {
        if word.ends_with(close)
            && let Some(at) = word.rfind(open)
            && at > 0
        {
            return word.get(..at).unwrap_or(word);
        }
    }
    word
}

/// Reads vocabulary files; also gives everything that is wrong with them, which a test wants to be nothing.
pub fn load(files: &[(&str, &str)]) -> (Vocabulary, Vec<String>) {
    let mut out = Vocabulary::default();
    let mut problems = Vec::new();
    for (file, text) in files {
        match DeTable::parse(text) {
            Ok(table) => read(file, table.get_ref(), &mut out, &mut problems),
            Err(error) => problems.push(format!("{file}: {error}")),
        }
    }
    out.mandatory.sort_by(|a, b| b.0.chars().count().cmp(&a.0.chars().count()).then(a.0.cmp(&b.0)));
    out.title_verbs.sort_by(|a, b| b.0.chars().count().cmp(&a.0.chars().count()).then(a.0.cmp(&b.0)));
    out.status_labels.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then(a.cmp(b)));
    (out, problems)
}

fn read(file: &str, table: &DeTable<'_>, out: &mut Vocabulary, problems: &mut Vec<String>) {
    for (key, value) in table {
        let name = key.get_ref().as_ref();
        let value = value.get_ref();
        match name {
            "language" => {}
            "sections" => words(file, name, value, SECTIONS, &mut out.sections, problems),
            "labels" => words(file, name, value, LABELS, &mut out.labels, problems),
            "columns" => words(file, name, value, COLUMNS, &mut out.columns, problems),
            "label_part" | "heading_end" => {
                for (role, words) in entries(value, "role", "words") {
                    let out = if name == "label_part" { &mut out.label_parts } else { &mut out.heading_ends };
                    match LABELS.iter().find(|(known, _)| *known == role) {
                        Some((_, label)) => {
                            add(file, name, words.iter().map(|word| (squeeze(word), *label)), out, problems)
                        }
                        None => problems.push(format!("{file}: {name}: unknown role {role}")),
                    }
                }
            }
            "fact" => {
                for (kind, forms) in entries(value, "kind", "forms") {
                    match FACTS.iter().find(|(known, _)| *known == kind) {
                        Some((_, fact)) => add(
                            file,
                            name,
                            forms
                                .into_iter()
                                .map(|form| (*fact, form))
                                .map(|(a, b)| (a, crate::facts::plain_marks(&b).to_ascii_lowercase())),
                            &mut out.facts,
                            problems,
                        ),
                        None => problems.push(format!("{file}: {name}: unknown kind {kind}")),
                    }
                }
            }
            "labelled" => {
                for (kind, words) in entries(value, "kind", "words") {
                    match PARTS.iter().find(|(known, _)| *known == kind) {
                        Some((_, part)) => {
                            for word in words {
                                if out.parts.insert(squeeze(&word), *part).is_some() {
                                    problems.push(format!("{file}: {name}: {word} is listed twice"));
                                }
                            }
                        }
                        None => problems.push(format!("{file}: {name}: unknown kind {kind}")),
                    }
                }
            }
            "verbs" => {
                for (gerund, verb) in strings_of(value) {
                    if let Some(verb) = verb.into_iter().next() {
                        out.verbs.insert(gerund, verb);
                    }
                }
            }
            "singulars" => {
                for (many, one) in strings_of(value) {
                    if let Some(one) = one.into_iter().next() {
                        out.singulars.insert(many, one);
                    }
                }
            }
            "title_verbs" => out.title_verbs.extend(strings_of(value)),
            "mandatory" | "status" | "request_line" | "phrases" | "tutorial" | "values" | "caption" | "names"
            | "envelope" => {
                for (key, list) in strings_of(value) {
                    simple(file, name, &key, list, out, problems);
                }
            }
            _ => problems.push(format!("{file}: unknown table {name}")),
        }
    }
}

fn simple(file: &str, table: &str, key: &str, list: Vec<String>, out: &mut Vocabulary, problems: &mut Vec<String>) {
    let squeezed = || list.iter().map(|word| squeeze(word));
    match (table, key) {
        ("mandatory", "yes") => {
            add(file, key, list.iter().map(|word| (word.to_lowercase(), true)), &mut out.mandatory, problems);
        }
        ("mandatory", "no") => {
            add(file, key, list.iter().map(|word| (word.to_lowercase(), false)), &mut out.mandatory, problems);
        }
        ("status", "labels") => add(file, key, squeezed(), &mut out.status_labels, problems),
        ("request_line", "path_labels") => add(file, key, squeezed(), &mut out.path_labels, problems),
        ("request_line", "method_labels") => add(file, key, squeezed(), &mut out.method_labels, problems),
        ("request_line", "example_labels") => add(file, key, squeezed(), &mut out.example_words, problems),
        ("phrases", "asynchronous") => add(file, key, squeezed(), &mut out.asynchronous, problems),
        ("phrases", "deprecated_title") => add(file, key, squeezed(), &mut out.deprecated_title, problems),
        ("phrases", "deprecated_text") => add(file, key, squeezed(), &mut out.deprecated_text, problems),
        ("phrases", "deprecated_field") => add(file, key, squeezed(), &mut out.deprecated_field, problems),
        ("phrases", "conditional") => add(file, key, squeezed(), &mut out.conditional, problems),
        ("phrases", "no_content") => add(file, key, squeezed(), &mut out.no_content, problems),
        ("phrases", "root_array") => add(file, key, squeezed(), &mut out.root_array, problems),
        ("phrases", "refers") => add(file, key, squeezed(), &mut out.refers, problems),
        ("phrases", "request_words") => add(file, key, squeezed(), &mut out.request_words, problems),
        ("phrases", "dynamic_key") => add(file, key, squeezed(), &mut out.dynamic_key, problems),
        ("tutorial", "titles") => add(file, key, squeezed(), &mut out.tutorial_titles, problems),
        ("tutorial", "headings") => add(file, key, squeezed(), &mut out.tutorial_headings, problems),
        // The same marks serve both languages, so repetition between the files is right here.
        ("values", "separators") => out.value_separators.extend(list),
        ("values", "between") => out.value_between.extend(list),
        ("values", "trim") => out.value_trim.extend(list),
        ("values", "none") => out.value_none.extend(list),
        ("caption", "words") => add(file, key, list.into_iter(), &mut out.caption_words, problems),
        ("envelope", "codes") => add(file, key, list.into_iter(), &mut out.envelope_codes, problems),
        ("envelope", "messages") => add(file, key, list.into_iter(), &mut out.envelope_messages, problems),
        ("envelope", "others") => add(file, key, list.into_iter(), &mut out.envelope_others, problems),
        ("envelope", "success") => add(file, key, list.into_iter(), &mut out.envelope_success, problems),
        ("names", "list_words") => out.list_words.extend(list),
        ("names", "path_verbs") => add(file, key, list.into_iter(), &mut out.path_verbs, problems),
        ("names", "general_verbs") => add(file, key, list.into_iter(), &mut out.general_verbs, problems),
        ("names", "batch_words") => add(file, key, list.into_iter(), &mut out.batch_words, problems),
        ("names", "show_words") => out.show_words.extend(list),
        ("names", "drop_words") => add(file, key, list.into_iter(), &mut out.drop_words, problems),
        ("names", "joints") => out.joint_words.extend(list),
        ("names", "stop_at") => out.stop_words.extend(list),
        _ => problems.push(format!("{file}: unknown key {table}.{key}")),
    }
}

fn words<R: Copy>(
    file: &str,
    table: &str,
    value: &DeValue<'_>,
    roles: &[(&str, R)],
    out: &mut HashMap<String, R>,
    problems: &mut Vec<String>,
) {
    for (key, list) in strings_of(value) {
        let Some((_, role)) = roles.iter().find(|(known, _)| *known == key) else {
            problems.push(format!("{file}: {table}: unknown role {key}"));
            continue;
        };
        for word in list {
            if out.insert(squeeze(&word), *role).is_some() {
                problems.push(format!("{file}: {table}: {word} is listed twice"));
            }
        }
    }
}

fn add<T: PartialEq + std::fmt::Debug>(
    file: &str,
    key: &str,
    items: impl Iterator<Item = T>,
    out: &mut Vec<T>,
    problems: &mut Vec<String>,
) {
    for item in items {
        if out.contains(&item) {
            problems.push(format!("{file}: {key}: {item:?} is listed twice"));
        } else {
            out.push(item);
        }
    }
}

/// The keys of a table with their texts; one text counts as a list of one.
fn strings_of(value: &DeValue<'_>) -> Vec<(String, Vec<String>)> {
    let Some(table) = value.as_table() else { return Vec::new() };
    table.iter().map(|(key, value)| (key.get_ref().to_string(), strings(value.get_ref()))).collect()
}

fn strings(value: &DeValue<'_>) -> Vec<String> {
    match value {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Array(items) => items.iter().filter_map(|item| item.get_ref().as_str().map(str::to_string)).collect(),
        _ => Vec::new(),
    }
}

/// The entries of an array of tables that have a name and a list.
fn entries(value: &DeValue<'_>, name: &str, list: &str) -> Vec<(String, Vec<String>)> {
    let Some(items) = value.as_array() else { return Vec::new() };
    items
        .iter()
        .filter_map(|item| item.get_ref().as_table())
        .map(|table| {
            let name = table.get(name).and_then(|value| value.get_ref().as_str()).unwrap_or_default().to_string();
            let list = table.get(list).map(|value| strings(value.get_ref())).unwrap_or_default();
            (name, list)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_sound_and_without_repetition() {
        let (_, problems) = load(FILES);
        assert_eq!(problems, Vec::<String>::new());
    }

    #[test]
    fn repetition_is_found() {
        let (_, problems) = load(&[("x.toml", "[columns]\nname = [\"A\"]\ntype = [\" a :\"]\n")]);
        assert_eq!(problems.len(), 1, "{problems:?}");
    }

    #[test]
    fn headings_are_found_with_qualifiers_and_numbers() {
        let words = vocabulary();
        assert_eq!(words.section("Example Request (Creating an ECS)"), SectionRole::ExampleRequest);
        assert_eq!(words.section("示例1"), SectionRole::Example);
        assert_eq!(words.section("URI"), SectionRole::Uri);
        assert_eq!(words.section("Weather"), SectionRole::Other);
    }

    #[test]
    fn a_phrase_does_not_begin_inside_of_a_name() {
        let words = vocabulary();
        assert_eq!(words.label_part("Request path parameters"), Some(Label::Path));
        assert_eq!(words.label_part("host_path parameters"), None);
    }

    #[test]
    fn header_words_ignore_blanks_and_stops() {
        let words = vocabulary();
        assert_eq!(words.column("是 否必选"), Some(Column::Mandatory));
        assert_eq!(words.column("说明。"), Some(Column::Description));
        assert_eq!(words.column("Colour"), None);
    }
}
