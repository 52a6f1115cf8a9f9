//! How an operation gives a long list piece by piece: by limit and offset, by pages, or by a marker.
//!
//! Derived from the rows of a spec by the names in `data/paging.toml`; only what an offset counts is a key of its own in specs
//! ([`crate::model::Facts::counts`]), because a sentence of the page says it. An operation of which anything is in doubt has no paging.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::*;
use crate::types::{self, Shape};

/// [`Facts::counts`] of an offset that counts items.
pub const ITEMS: &str = "items";
/// [`Facts::counts`] of an offset that counts pages.
pub const PAGES: &str = "pages";

/// How an operation gives a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How many items at most.
    pub limit: Parameter,
    /// How the next piece is asked for.
    pub step: Step,
    /// The fields that lead to the items in a response; none if the body itself is the list.
    pub items: Vec<String>,
    /// The fields that lead to the number of all items.
    pub total: Option<Vec<String>>,
    /// The fields that lead to the flag that says that there is more.
    pub more: Option<Vec<String>>,
}

/// A parameter of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// [`Role::Query`] or [`Role::Body`].
    pub role: Role,
    /// Its name.
    pub name: String,
}

/// How the next piece is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// By the number of the first item, from 0.
    Offset {
        /// The parameter.
        parameter: Parameter,
        /// The page says that it counts items. If not, it may as well count pages.
        stated: bool,
    },
    /// By the number of the page.
    Page {
        /// The parameter.
        parameter: Parameter,
        /// The number of the first page.
        first: i64,
    },
    /// By something that the last response held.
    Marker {
        /// The parameter.
        parameter: Parameter,
        /// Where its value stands.
        next: Next,
    },
}

/// Where the next marker stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// In a field of the response. Without a value there is no more.
    Field(Vec<String>),
    /// In the query of a link to the next piece. Without a link there is no more.
    Link(Vec<String>),
    /// In the query of the link whose `rel` is `next`, in a list of links.
    Links(Vec<String>),
    /// In a field of the last item.
    Item(String),
}

/// How an operation gives a list; `None` if it gives none, or if its pages leave a doubt.
pub fn paging(operation: &Operation) -> Option<Paging> {
    let roles: &[Role] = match operation.method.as_str() {
        "GET" => &[Role::Query],
        "POST" => &[Role::Query, Role::Body],
        _ => return None,
    };
    let rows = || {
        let tables = roles.iter().flat_map(|role| operation.tables_of(*role));
        tables.flat_map(|table| table.rows.iter().map(move |row| (table.role, row)))
    };
    let parameter = |role: Role, row: &Row| Parameter { role, name: row.name.clone() };
    let (role, row) = rows().find(|(_, row)| is(Word::Limit, &row.name))?;
    let limit = parameter(role, row);
    let mut steps = rows().filter(|(_, row)| is_step(&row.name));
    let (role, row) = steps.next()?;
    if steps.any(|(_, other)| other.name != row.name) {
        return None;
    }
    let answer = Answer::of(operation)?;
    let parameter = parameter(role, row);
    let step = if is(Word::Offset, &row.name) || is(Word::Page, &row.name) {
        counted(row, parameter)
    } else {
        Step::Marker { next: answer.next(&row.name)?, parameter }
    };
    if answer.items.is_empty() && !answer.root {
        return None;
    }
    Some(Paging { limit, step, total: answer.find(is_total), more: answer.find(is_more), items: answer.items })
}

/// Whether a parameter of this name is an offset, of which pages say what it counts.
pub fn is_offset(name: &str) -> bool {
    is(Word::Offset, name)
}

fn is_step(name: &str) -> bool {
    [Word::Offset, Word::Page, Word::Marker].iter().any(|word| is(*word, name)) || started(name).is_some()
}

/// An offset that is said to count pages is a page number under another name.
fn counted(row: &Row, parameter: Parameter) -> Step {
    let by_name = is(Word::Page, &row.name);
    let said = row.facts.counts.as_ref().and_then(Claim::agreed).map(String::as_str);
    if !by_name && said != Some(PAGES) {
        return Step::Offset { parameter, stated: said == Some(ITEMS) };
    }
    let number =
        |claim: &Option<Claim<Literal>>| claim.as_ref().and_then(Claim::agreed).and_then(|text| text.parse().ok());
    let least: Option<i64> = number(&row.facts.min);
    let first = number(&row.facts.default).or(least).unwrap_or(i64::from(by_name));
    Step::Page { parameter, first: first.max(least.unwrap_or(0)) }
}

/// The body of a successful response.
struct Answer<'a> {
    operation: &'a Operation,
    tables: Vec<&'a Table>,
    items: Vec<String>,
    /// The body itself is the list.
    root: bool,
    /// The table that describes an item.
    item: Option<&'a Table>,
}

impl<'a> Answer<'a> {
    /// `None` if it is in doubt which field holds the items.
    fn of(operation: &'a Operation) -> Option<Self> {
        let success = |table: &&Table| table.status.is_none_or(|status| (200..300).contains(&status));
        let tables: Vec<&Table> = operation.tables_of(Role::Response).filter(success).collect();
        if let Some(root) = tables.iter().copied().find(|table| table.array) {
            return Some(Answer { operation, tables: Vec::new(), items: Vec::new(), root: true, item: Some(root) });
        }
        let mut found: Option<&Row> = None;
        for table in &tables {
            match (list_of(table, operation), found) {
                (None, _) => {}
                (Some(row), None) => found = Some(row),
                // Where a response is described twice, both must mean the same field.
                (Some(row), Some(known)) if row.name == known.name => {}
                _ => return None,
            }
        }
        let row = found?;
        let item = row.table.as_deref().and_then(|id| operation.table(id));
        Some(Answer { operation, tables, items: vec![row.name.clone()], root: false, item })
    }

    fn rows(&self) -> impl Iterator<Item = &'a Row> {
        self.tables.iter().flat_map(|table| &table.rows)
    }

    /// The first top-level field of a kind.
    fn find(&self, fits: impl Fn(&str) -> bool) -> Option<Vec<String>> {
        self.rows().find(|row| fits(&row.name) && row.table.is_none()).map(|row| vec![row.name.clone()])
    }

    /// Where the next value of a marker stands.
    fn next(&self, parameter: &str) -> Option<Next> {
        let inner = |row: &Row| row.table.as_deref().and_then(|id| self.operation.table(id));
        let token = |row: &&Row| row.table.is_none() && is(Word::Next, &row.name);
        if let Some(row) = self.rows().find(token) {
            return Some(Next::Field(vec![row.name.clone()]));
        }
        let objects =
            || self.rows().filter(|row| row.kind.as_ref().and_then(Claim::first).is_some_and(|word| !is_list(word)));
        let nested = objects().find_map(|row| {
            let below = inner(row)?.rows.iter().find(token)?;
            Some(vec![row.name.clone(), below.name.clone()])
        });
        if let Some(path) = nested {
            return Some(Next::Field(path));
        }
        if let Some(row) = self.rows().find(|row| row.table.is_none() && is(Word::NextLink, &row.name)) {
            return Some(Next::Link(vec![row.name.clone()]));
        }
        for row in self.rows().filter(|row| is_links(&row.name)) {
            let below = inner(row)?;
            let has = |name: &str| below.rows.iter().any(|row| row.name == name);
            if has("rel") && has("href") {
                return Some(Next::Links(vec![row.name.clone()]));
            }
            if let Some(next) = below.rows.iter().find(|row| is(Word::NextLink, &row.name)) {
                return Some(Next::Link(vec![row.name.clone(), next.name.clone()]));
            }
        }
        let field =
            |name: &str| self.item?.rows.iter().find(|row| squeeze(&row.name) == name).map(|row| row.name.clone());
        started(parameter)
            .and_then(|name| field(&name))
            .or_else(|| field("id").filter(|_| started(parameter).is_none()))
            .map(Next::Item)
    }
}

/// The only list of objects of a response, or the one whose name says that it is what was asked for; else the only list of texts.
fn list_of<'a>(table: &'a Table, operation: &Operation) -> Option<&'a Row> {
    let word = |row: &Row| row.kind.as_ref().and_then(Claim::first).cloned();
    let current = |row: &&Row| row.facts.deprecated.is_none() && !is_links(&row.name);
    let lists = || table.rows.iter().filter(current).filter(|row| word(row).is_some_and(|word| is_list(&word)));
    let objects: Vec<&Row> =
        lists().filter(|row| row.table.is_some() || word(row).is_some_and(|word| of_objects(&word))).collect();
    match objects.as_slice() {
        [] => only(lists()),
        [one] => Some(one),
        many => {
            let named = only(many.iter().copied().filter(|row| is(Word::Items, &row.name)));
            named.or_else(|| {
                let last = operation.path.rsplit('/').find(|segment| !segment.starts_with('{')).map(squeeze);
                only(many.iter().copied().filter(|row| Some(squeeze(&row.name)) == last))
            })
        }
    }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

fn is_list(word: &str) -> bool {
    types::parse(word).is_some_and(|word| matches!(word.shape, Shape::Array(_)))
}

fn of_objects(word: &str) -> bool {
    types::parse(word)
        .is_some_and(|word| matches!(word.shape, Shape::Array(inner) if matches!(*inner, Shape::Object(_))))
}

fn is_links(name: &str) -> bool {
    let name = squeeze(name);
    words(Word::Links).any(|word| name.ends_with(word))
}

/// `total_count`, and `kite_total_count` too.
fn is_total(name: &str) -> bool {
    let name = squeeze(name);
    words(Word::Total).any(|word| name == *word || name.ends_with(word) && word.len() > "total".len())
}

fn is_more(name: &str) -> bool {
    let name = squeeze(name);
    words(Word::More).any(|word| name.starts_with(word))
}

/// The field in the name of a marker such as `start_kite_name`.
fn started(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let rest = words(Word::MarkerPrefix).find_map(|prefix| lower.strip_prefix(prefix)?.strip_prefix(['_', '-']))?;
    // Only a name or an id is a marker: `start_time` is a filter.
    (rest.ends_with("name") || rest.ends_with("id")).then(|| squeeze(rest))
}

/// What a list of names is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Word {
    Limit,
    Offset,
    Page,
    Marker,
    MarkerPrefix,
    Next,
    NextLink,
    Links,
    More,
    Items,
    Total,
}

const WORDS: &[(&str, Word)] = &[
    ("limit", Word::Limit),
    ("offset", Word::Offset),
    ("page", Word::Page),
    ("marker", Word::Marker),
    ("marker_prefix", Word::MarkerPrefix),
    ("next", Word::Next),
    ("next_link", Word::NextLink),
    ("links", Word::Links),
    ("more", Word::More),
    ("items", Word::Items),
    ("total", Word::Total),
];

static KNOWN: LazyLock<HashMap<Word, Vec<String>>> = LazyLock::new(|| {
    let lists = crate::facts::lists(include_str!("../data/paging.toml"));
    let known = lists.into_iter().filter_map(|(key, list)| {
        let (_, word) = WORDS.iter().find(|(name, _)| *name == key)?;
        Some((*word, list))
    });
    known.collect()
});

fn words(word: Word) -> impl Iterator<Item = &'static String> {
    KNOWN.get(&word).into_iter().flatten()
}

fn is(word: Word, name: &str) -> bool {
    let name = squeeze(name);
    words(word).any(|known| *known == name)
}

fn squeeze(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}
