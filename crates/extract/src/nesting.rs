//! Which table describes which object field.
//!
//! The order of trust: a link, the type's name, the field's name in a caption, a number in the text, the table that follows.

use std::collections::{HashMap, HashSet};

use tablature_pages::model::Table;
use tablature_spec::types::Shape;

use crate::library::{self, Shelf};
use crate::rows;
use crate::tables::{ParameterTable, Side};
use crate::vocabulary::{Label, squeeze};

/// A field: the number of its table and of its row in it.
pub type Field = (usize, usize);

/// The tables that fields are attached to.
#[derive(Debug, Default)]
pub struct Links {
    /// The table of each field that has one.
    pub targets: HashMap<Field, usize>,
    /// The tables of a field that one of several tables describes, by a rule that only prose gives.
    pub variants: HashMap<Field, Vec<usize>>,
    /// The tables that describe the object of an attached table in other scenarios.
    pub scenarios: HashMap<usize, Vec<usize>>,
    /// The page that describes a field, where it is another one.
    pub elsewhere: HashMap<Field, String>,
    /// Links of the own page's fields behind which no table was found.
    pub lost: Vec<(Field, String)>,
}

/// Whether a row may have a table: an object, or a type that is not known.
pub fn wants_table(row: &rows::RawRow) -> bool {
    match &row.shape {
        Some(shape) => shape.is_objectish() || row.bare || row.root_array,
        None => row.row.kind.is_some() || row.root_array,
    }
}

/// The most tables that one field is followed to.
const MAX_VARIANTS: usize = 64;
/// A field that links to so many tables is described by one of them and not by the first.
const SEVERAL: usize = 3;
/// The most tables of one name that are looked through for a field.
const MAX_CANDIDATES: usize = 1000;

/// The anchors of every table, its rows and cells; the first place of an anchor counts.
pub fn anchors(tables: &[ParameterTable<'_>]) -> HashMap<(usize, String), usize> {
    let mut out = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        let mut add = |anchor: &str| {
            out.entry((table.page, anchor.to_lowercase())).or_insert(number);
        };
        table.table.anchors.iter().for_each(|anchor| add(anchor));
        if let Some(caption) = &table.table.caption {
            caption.anchors.iter().for_each(|anchor| add(anchor));
        }
        for cell in &table.table.header {
            rows::anchors(cell).into_iter().for_each(&mut add);
        }
        for row in &table.table.rows {
            row.anchors.iter().for_each(|anchor| add(anchor));
            for cell in &row.cells {
                rows::anchors(cell).into_iter().for_each(&mut add);
            }
        }
    }
    out
}

/// The first parameter table behind every anchor of a section.
fn section_anchors(tables: &[ParameterTable<'_>], shelf: &Shelf<'_>) -> HashMap<(usize, String), usize> {
    let numbers: HashMap<*const Table, usize> =
        tables.iter().enumerate().map(|(number, table)| (std::ptr::from_ref(table.table), number)).collect();
    let mut out = HashMap::new();
    for (number, shelved) in shelf.pages.iter().enumerate() {
        for section in &shelved.page.sections {
            let mut first = None;
            library::tables_of(section, &mut |table| {
                first = first.or_else(|| numbers.get(&std::ptr::from_ref(table)).copied());
            });
            let Some(first) = first else { continue };
            for anchor in section.anchors.iter().chain(&section.heading.anchors) {
                out.entry((number, anchor.to_lowercase())).or_insert(first);
            }
        }
    }
    out
}

/// The table that a link to a whole page means: its only one, or the one that is called as the field.
fn whole_page(tables: &[ParameterTable<'_>], page: usize, name: &str) -> Option<usize> {
    let of_page = || tables.iter().enumerate().filter(|(_, table)| table.page == page);
    let mut all = of_page();
    let first = all.next()?;
    if all.next().is_none() {
        return Some(first.0);
    }
    let name = squeeze(name);
    of_page().find(|(_, table)| table.name.whole == name).map(|(number, _)| number)
}

/// The own page's copy of a table on another page: called the same, with at least half of the rows. Pages that were copied keep their links.
fn copy_of(
    tables: &[ParameterTable<'_>],
    own: &HashMap<&str, Vec<usize>>,
    from: usize,
    target: usize,
) -> Option<usize> {
    let other = tables.get(target)?;
    let name = if other.name.whole.is_empty() { other.name.tokens.first()? } else { &other.name.whole };
    let alike = |number: &usize| {
        let rows: HashSet<&str> =
            tables.get(*number).into_iter().flat_map(|table| &table.rows).map(|row| row.row.name.as_str()).collect();
        let shared = other.rows.iter().filter(|row| rows.contains(row.row.name.as_str())).count();
        shared > 0 && shared * 2 >= rows.len().min(other.rows.len())
    };
    let candidates = own.get(name.as_str())?.get(..).unwrap_or_default();
    let candidates = candidates.get(..MAX_VARIANTS).unwrap_or(candidates);
    let after = candidates.iter().find(|number| **number > from && alike(number));
    after.or_else(|| candidates.iter().find(|number| alike(number))).copied()
}

/// Follows the links of every row that may have a table.
pub fn by_link(tables: &[ParameterTable<'_>], shelf: &Shelf<'_>) -> Links {
    let anchors = anchors(tables);
    let mut sections: Option<HashMap<(usize, String), usize>> = None;
    let mut links = Links::default();
    let mut own: HashMap<&str, Vec<usize>> = HashMap::new();
    if shelf.pages.len() > 1 {
        for (number, table) in tables.iter().enumerate().filter(|(_, table)| table.page == 0) {
            let name = if table.name.whole.is_empty() { table.name.tokens.first() } else { Some(&table.name.whole) };
            if let Some(name) = name {
                own.entry(name.as_str()).or_default().push(number);
            }
        }
    }
    let mut seen: HashMap<Field, Vec<usize>> = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        for (at, row) in table.rows.iter().enumerate() {
            if !wants_table(row) {
                continue;
            }
            for link in &row.links {
                let place = shelf.locate(table.page, link);
                let target = match &place {
                    Some((page, fragment)) if fragment.is_empty() && *page != table.page => {
                        whole_page(tables, *page, &row.row.name)
                    }
                    Some(place) => anchors
                        .get(place)
                        .copied()
                        .or_else(|| sections.get_or_insert_with(|| section_anchors(tables, shelf)).get(place).copied()),
                    None => None,
                };
                if let Some(target) = target {
                    let away = table.page == 0 && tables.get(target).is_some_and(|table| table.page != 0);
                    let target = if away { copy_of(tables, &own, number, target).unwrap_or(target) } else { target };
                    // A link to the table that the row stands in says nothing new unless it is recursion.
                    links.targets.entry((number, at)).or_insert(target);
                    let all = seen.entry((number, at)).or_default();
                    if !all.contains(&target) && all.len() < MAX_VARIANTS {
                        all.push(target);
                    }
                    continue;
                }
                if table.page == 0 {
                    links.lost.push(((number, at), link.clone()));
                }
                if shelf.away(table.page, link) {
                    links.elsewhere.entry((number, at)).or_insert_with(|| link.clone());
                }
            }
        }
    }
    for (field, tables_of) in seen {
        let unknown = tables
            .get(field.0)
            .and_then(|table| table.rows.get(field.1))
            .is_some_and(|row| row.shape.is_none() || row.bare);
        if tables_of.len() >= SEVERAL || (unknown && tables_of.len() > 1) {
            links.targets.remove(&field);
            links.variants.insert(field, tables_of);
        }
    }
    links
}

/// Finds a table by words for every field that has no link. `open` tells which tables may be found.
pub fn by_words(tables: &[ParameterTable<'_>], open: &[bool], links: &mut Links) {
    let mut by_whole: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_token: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_last: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_end: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_number: HashMap<(usize, u32), usize> = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        if !open.get(number).copied().unwrap_or(false) {
            continue;
        }
        if let Some(n) = table.table.number {
            by_number.entry((table.page, n)).or_insert(number);
        }
        if table.label.is_some_and(|label| label != Label::Generic) {
            continue;
        }
        if !table.name.whole.is_empty() {
            by_whole.entry(table.name.whole.as_str()).or_default().push(number);
        }
        for token in &table.name.tokens {
            by_token.entry(token.as_str()).or_default().push(number);
            if let Some((_, last)) = token.rsplit_once('_') {
                by_end.entry(last).or_default().push(number);
            }
            if let Some((_, last)) = token.rsplit_once('.') {
                by_last.entry(last).or_default().push(number);
            }
        }
    }
    let mut taken: Vec<bool> = vec![false; tables.len()];
    for target in links.targets.values() {
        if let Some(slot) = taken.get_mut(*target) {
            *slot = true;
        }
    }
    // The path of the field that first refers to a table, for captions such as `user.links`.
    let mut paths: HashMap<usize, String> = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        for (at, row) in table.rows.iter().enumerate() {
            if !wants_table(row) {
                continue;
            }
            let field = squeeze(&row.row.name);
            let path = match paths.get(&number) {
                Some(parent) => format!("{parent}.{field}"),
                None => field.clone(),
            };
            if let Some(target) = links.targets.get(&(number, at)) {
                paths.entry(*target).or_insert(path);
                continue;
            }
            if links.variants.contains_key(&(number, at)) {
                continue;
            }
            // A link to another page counts only if no table of this page has the name of the field or type.
            let away = links.elsewhere.contains_key(&(number, at));
            let side = table.side;
            let near = |list: Option<&Vec<usize>>, any_side: bool, own: bool| {
                list.and_then(|list| nearest(list, number, tables, side, any_side, own))
            };
            let type_name = match &row.shape {
                Some(shape) => shape.object_name().map(squeeze),
                None => row.row.kind.as_ref().and_then(|kind| kind.first()).map(|kind| squeeze(kind)),
            };
            let by_type = type_name.as_deref().filter(|name| !name.is_empty()).and_then(|name| {
                near(by_whole.get(name), true, true).or_else(|| near(by_token.get(name), false, false))
            });
            let dotted = || {
                let parent = path.rsplit_once('.').map(|(parent, _)| parent);
                by_last.get(field.as_str()).and_then(|list| {
                    let full: Vec<usize> = list
                        .iter()
                        .copied()
                        .take(MAX_CANDIDATES)
                        .filter(|n| {
                            tables.get(*n).is_some_and(|table| {
                                table.name.tokens.iter().any(|token| {
                                    path.ends_with(token.as_str())
                                        || parent.is_some_and(|parent| {
                                            token
                                                .strip_suffix(field.as_str())
                                                .is_some_and(|head| parent.ends_with(head.trim_end_matches('.')))
                                        })
                                })
                            })
                        })
                        .collect();
                    let list = if full.is_empty() { list } else { &full };
                    nearest(list, number, tables, side, false, false)
                })
            };
            // A caption with the whole path to the field outranks one with its bare name.
            let exact = || {
                let list = by_last.get(field.as_str())?;
                let named = |n: &&usize| {
                    tables.get(**n).is_some_and(|table| {
                        table.name.tokens.iter().any(|token| {
                            token.contains('.')
                                && path
                                    .strip_suffix(token.as_str())
                                    .is_some_and(|head| head.is_empty() || head.ends_with('.'))
                        })
                    })
                };
                let list: Vec<usize> = list.iter().take(MAX_CANDIDATES).filter(named).copied().collect();
                nearest(&list, number, tables, side, false, false)
            };
            let plural = || {
                let other = match field.strip_suffix('s') {
                    Some(one) => one.to_string(),
                    None => format!("{field}s"),
                };
                near(by_whole.get(other.as_str()), false, false)
            };
            // `tags` is described by `resource_tag`.
            let last_word = || {
                let one = field.strip_suffix('s').unwrap_or(&field);
                let list = by_end.get(one).or_else(|| by_end.get(field.as_str()))?;
                let free: Vec<usize> = list
                    .iter()
                    .copied()
                    .take(MAX_CANDIDATES)
                    .filter(|n| !taken.get(*n).copied().unwrap_or(true))
                    .collect();
                nearest(&free, number, tables, side, false, false)
            };
            let page = table.page;
            let by_text =
                || row.number.and_then(|n| by_number.get(&(page, n)).copied()).filter(|target| *target != number);
            let next = || {
                let target = number + 1;
                let table = tables.get(target)?;
                let nameless = table.name.tokens.is_empty() && table.label.is_none_or(|label| label == Label::Generic);
                let free = open.get(target).copied()? && !taken.get(target).copied()?;
                let here = tables.get(number)?;
                let heading = table.heading.is_none() || table.heading == here.heading;
                (nameless
                    && heading
                    && free
                    && table.page == page
                    && table.side == side
                    && tables.get(number)?.section == table.section)
                    .then_some(target)
            };
            let unknown = row.shape.is_none();
            let found = by_type
                .or_else(|| if unknown { None } else { exact() })
                .or_else(|| if unknown { None } else { near(by_whole.get(field.as_str()), false, false) })
                .or_else(|| if unknown { None } else { dotted() })
                .or_else(|| if unknown { None } else { near(by_token.get(field.as_str()), false, false) })
                .or_else(|| if unknown { None } else { plural() })
                .or_else(|| if unknown { None } else { last_word() })
                .or_else(|| if away { None } else { by_text() })
                .or_else(|| if unknown || away { None } else { next() });
            if let Some(target) = found {
                links.targets.insert((number, at), target);
                if let Some(slot) = taken.get_mut(target) {
                    *slot = true;
                }
                paths.entry(target).or_insert(path);
            }
        }
    }
}

/// Finds the tables whose captions differ from that of an attached table in nothing but the bracketed remark.
pub fn by_scenario(tables: &[ParameterTable<'_>], open: &[bool], links: &mut Links) {
    let attached: HashSet<usize> = links.targets.values().chain(links.variants.values().flatten()).copied().collect();
    let mut groups: HashMap<(usize, usize, Side, &str), Vec<usize>> = HashMap::new();
    for (number, table) in tables.iter().enumerate() {
        let generic = table.label.is_none_or(|label| label == Label::Generic);
        let Some(caption) = table.caption.as_deref().filter(|_| generic && !table.name.whole.is_empty()) else {
            continue;
        };
        let stem = caption.split(['（', '(']).next().unwrap_or_default();
        let remark = stem.len() < caption.len() && !stem.is_empty();
        if remark && open.get(number).copied().unwrap_or(false) {
            groups.entry((table.page, table.section, table.side, stem.trim())).or_default().push(number);
        }
    }
    for group in groups.into_values() {
        let mut found = group.iter().filter(|number| attached.contains(number));
        if let (Some(first), None) = (found.next(), found.next()) {
            let others: Vec<usize> =
                group.iter().filter(|number| *number != first).take(MAX_VARIANTS).copied().collect();
            if !others.is_empty() {
                links.scenarios.insert(*first, others);
            }
        }
    }
}

/// The nearest table of a list: following ones first, on the same side; `own` lets a table refer to itself.
fn nearest(
    list: &[usize],
    from: usize,
    tables: &[ParameterTable<'_>],
    side: Side,
    any_side: bool,
    own: bool,
) -> Option<usize> {
    let page = tables.get(from)?.page;
    let here = |n: &usize| tables.get(*n).is_some_and(|table| table.page == page);
    let same = |n: &usize| tables.get(*n).is_some_and(|table| table.page == page && table.side == side);
    let split = list.partition_point(|n| *n <= from);
    let (before, after) = list.split_at_checked(split)?;
    let after = after.get(..MAX_CANDIDATES).unwrap_or(after);
    let before = before.get(before.len().saturating_sub(MAX_CANDIDATES)..).unwrap_or(before);
    after
        .iter()
        .find(|n| same(n))
        .or_else(|| before.iter().rev().find(|n| same(n) && **n != from))
        .or_else(|| before.iter().rev().find(|n| own && **n == from))
        .or_else(
            || if any_side { after.iter().chain(before.iter().rev()).find(|n| here(n) && **n != from) } else { None },
        )
        .copied()
}

/// Why an object field has no table.
pub fn opaque_reason(links: &Links, field: Field, shape: Option<&Shape>) -> String {
    if let Some(page) = links.elsewhere.get(&field) {
        return format!("described on another page: {page}");
    }
    match shape {
        Some(Shape::Map(_)) => "free keys, no table describes the values".to_string(),
        Some(shape) if shape.object_name().is_some() => {
            format!("no table describes {}", shape.object_name().unwrap_or_default())
        }
        _ => "no table describes it".to_string(),
    }
}
