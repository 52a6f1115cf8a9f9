//! Several sources of one operation to one spec that keeps what each of them says.
//!
//! Pages of different sources are matched by page id, else by method and path, and where that leaves a choice by what
//! their tables share. Pages of one source are never merged: two operations may share method and path.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::*;

/// Where more operations share a request line they are paired in the order of their pages, so that the time stays bounded.
const MAX_GROUP: usize = 200;

/// The operations of one source, each with exactly one page in [`Operation::sources`], first, and the pages that lend it tables.
pub type SourceOperations = Vec<Operation>;

/// Merges sources, given in the order in which the service lists them, into one list of operations.
pub fn merge(sources: Vec<SourceOperations>) -> Vec<Operation> {
    let mut merged: Vec<Operation> = Vec::new();
    for source in sources {
        let pairs = matches(&merged, &source);
        for (index, operation) in source.into_iter().enumerate() {
            match pairs.get(&index).and_then(|target| merged.get_mut(*target)) {
                Some(target) => join(target, operation),
                None => merged.push(operation),
            }
        }
    }
    for operation in &mut merged {
        operation.examples.sort_by_key(|example| match example.kind {
            ExampleKind::Request => 0,
            ExampleKind::Success => 1,
            ExampleKind::Failure => 2,
        });
        operation.statuses.sort_by_key(|status| status.code);
    }
    merged
}

/// Which operation of `merged` each of `source` documents: an index of `merged` for an index of `source`.
///
/// A page id decides first. Then come operations with one request line, the most alike first; last, those that share a line which only one of
/// the pages gives as its first, as where a page lists two versions of a path.
pub fn matches(merged: &[Operation], source: &[Operation]) -> BTreeMap<usize, usize> {
    let mut pairs = Pairs { taken: vec![false; merged.len()], pairs: BTreeMap::new() };
    let mut by_id: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, operation) in merged.iter().enumerate() {
        for id in operation.pages().filter_map(|source| source.page_id.as_deref()) {
            by_id.entry(page_key(id)).or_default().push(index);
        }
    }
    for (index, operation) in source.iter().enumerate() {
        let ids = operation.pages().filter_map(|source| source.page_id.as_deref()).map(page_key);
        let candidates: Vec<usize> = ids.filter_map(|id| by_id.get(&id)).flatten().copied().collect();
        let target = candidates.into_iter().find(|target| {
            let same = merged.get(*target).is_some_and(|other| {
                other.method == operation.method && segments(&other.path) == segments(&operation.path)
            });
            same && pairs.free(*target)
        });
        if let Some(target) = target {
            pairs.put(index, target);
        }
    }
    pairs.by_line(merged, source, |operation| vec![line_key(operation)]);
    pairs.by_line(merged, source, line_keys);
    pairs.pairs
}

struct Pairs {
    taken: Vec<bool>,
    pairs: BTreeMap<usize, usize>,
}

impl Pairs {
    fn free(&self, target: usize) -> bool {
        !self.taken.get(target).copied().unwrap_or(true)
    }

    fn put(&mut self, index: usize, target: usize) {
        self.pairs.insert(index, target);
        if let Some(taken) = self.taken.get_mut(target) {
            *taken = true;
        }
    }

    /// Pairs what is left and has a line in common.
    fn by_line(&mut self, merged: &[Operation], source: &[Operation], lines: impl Fn(&Operation) -> Vec<String>) {
        let all = |operations: &[Operation]| {
            let mut by_line: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (index, operation) in operations.iter().enumerate() {
                for line in lines(operation) {
                    by_line.entry(line).or_default().push(index);
                }
            }
            by_line
        };
        let (ours, theirs) = (all(merged), all(source));
        // All candidates, best first; ties go to the earlier page on both sides.
        let mut choices = Vec::new();
        for (line, indices) in &theirs {
            let targets = ours.get(line).map(Vec::as_slice).unwrap_or_default();
            let alone = targets.len() == 1 && indices.len() == 1;
            let small = targets.len().max(indices.len()) <= MAX_GROUP;
            for index in indices.iter().copied().filter(|index| !self.pairs.contains_key(index)) {
                for target in targets.iter().copied().filter(|target| self.free(*target)) {
                    let (Some(other), Some(operation)) = (merged.get(target), source.get(index)) else { continue };
                    // Where many calls share a line, ones that send nothing alike are different calls.
                    let alike = if small { likeness(other, operation) } else { Likeness::default() };
                    if alone || !alike.strangers {
                        choices.push((std::cmp::Reverse(alike), index, target));
                    }
                }
            }
        }
        choices.sort_unstable();
        for (_, index, target) in choices {
            if !self.pairs.contains_key(&index) && self.free(target) {
                self.put(index, target);
            }
        }
    }
}

/// How much alike two operations with one request line are.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    title: bool,
    /// What they send, in thousandths: the names of their rows, and the words of their examples.
    request: usize,
    rows: usize,
    strangers: bool,
}

fn likeness(a: &Operation, b: &Operation) -> Likeness {
    let titles = |operation: &Operation| -> BTreeSet<String> {
        operation.title.iter().flat_map(Claim::values).map(|(_, title)| title.to_lowercase()).collect()
    };
    let (names, other_names) = (sent_names(a), sent_names(b));
    let (words, other_words) = (sent_words(a), sent_words(b));
    Likeness {
        title: !titles(a).is_disjoint(&titles(b)),
        request: shared(&names, &other_names) + shared(&words, &other_words),
        rows: shared_rows(a, b),
        strangers: !names.is_empty() && !other_names.is_empty() && names.is_disjoint(&other_names),
    }
}

/// The names of what the request sends beside the path, fields of its objects included.
fn sent_names(operation: &Operation) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut open: Vec<&Table> =
        [Role::Query, Role::Body].into_iter().flat_map(|role| operation.tables_of(role)).collect();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(table) = open.pop() {
        if !seen.insert(&table.id) {
            continue;
        }
        for row in &table.rows {
            names.insert(row.name.as_str());
            open.extend(row.table.as_deref().and_then(|id| operation.table(id)));
        }
    }
    names
}

/// The texts in the bodies of the request examples, names and values alike: they tell `create` from `delete`.
fn sent_words(operation: &Operation) -> BTreeSet<&str> {
    let requests = operation.examples.iter().filter(|example| example.kind == ExampleKind::Request);
    requests.filter_map(|example| example.body.as_deref()).flat_map(|body| body.split('"').skip(1).step_by(2)).collect()
}

/// How much two sets share, in thousandths; two empty ones share everything.
fn shared(a: &BTreeSet<&str>, b: &BTreeSet<&str>) -> usize {
    let all = a.union(b).count();
    (a.intersection(b).count() * 1000).checked_div(all).unwrap_or(1000)
}

/// Page ids without the parts that name the language.
fn page_key(id: &str) -> String {
    let id = id.to_lowercase();
    ["zh-cn_", "en-us_", "zh_cn_", "en_us_"].iter().fold(id, |id, part| id.replace(part, ""))
}

/// Method, path without the names of placeholders, and fixed query.
fn line_key(operation: &Operation) -> String {
    let mut query: Vec<String> = operation.fixed_query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    query.sort();
    format!("{} {}?{}", operation.method, nameless(&operation.path), query.join("&"))
}

/// The keys of all request lines of an operation.
fn line_keys(operation: &Operation) -> Vec<String> {
    let others = operation.alternates.iter().filter_map(|line| line.split_once(' '));
    let others = others.map(|(method, path)| format!("{method} {}?", nameless(path)));
    let mut keys: Vec<String> = std::iter::once(line_key(operation)).chain(others).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// A path without the names of its placeholders.
fn nameless(path: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => inside = true,
            '}' => {
                inside = false;
                out.push_str("{}");
            }
            _ if inside => {}
            c => out.push(c),
        }
    }
    out.truncate(out.trim_end_matches('/').len());
    out
}

fn segments(path: &str) -> usize {
    path.trim_end_matches('/').matches('/').count()
}

fn shared_rows(a: &Operation, b: &Operation) -> usize {
    let names = |operation: &Operation| -> Vec<(Role, String)> {
        let rows =
            operation.tables.iter().flat_map(|table| table.rows.iter().map(move |row| (table.role, row.name.clone())));
        rows.collect()
    };
    let known: BTreeSet<_> = names(a).into_iter().collect();
    names(b).into_iter().filter(|name| known.contains(name)).count()
}

/// Adds the claims of one more source to an operation.
fn join(target: &mut Operation, mut other: Operation) {
    let old: Vec<String> = target.pages().map(|source| source.name.clone()).collect();
    let Some(new) = other.sources.first().map(|source| source.name.clone()) else { return };
    paths(target, &other, &old, &new);
    claim(&mut target.title, &old, other.title, &new);
    claim(&mut target.explorer, &old, other.explorer, &new);
    target.deprecated |= other.deprecated;
    target.asynchronous |= other.asynchronous;
    target.media_type = target.media_type.take().or(other.media_type);
    target.at.append(&mut other.at);
    target.polls.append(&mut other.polls);
    let own = format!("{} {}", target.method, target.path);
    for line in other.alternates {
        if line != own && !target.alternates.contains(&line) {
            target.alternates.push(line);
        }
    }
    if other.path != target.path {
        other_path(target, &other.path, &other.method, &mut other.tables);
    }
    tables(target, other.tables, &new);
    for example in other.examples {
        match target.examples.iter_mut().find(|known| same_example(known, &example)) {
            Some(known) => known.at.extend(example.at),
            None => target.examples.push(example),
        }
    }
    for status in other.statuses {
        match target.statuses.iter_mut().find(|known| known.code == status.code) {
            Some(known) => known.at.extend(status.at),
            None => target.statuses.push(status),
        }
    }
    target.sources.append(&mut other.sources);
}

/// Notes which source gives which path, unless one page gives both: then they are alternates and nobody disagrees.
fn paths(target: &mut Operation, other: &Operation, speakers: &[String], new: &str) {
    let says =
        |operation: &Operation, path: &str| operation.alternates.contains(&format!("{} {path}", operation.method));
    let differ = other.path != target.path && !says(target, &other.path) && !says(other, &target.path);
    if differ || target.paths.is_some() {
        target.paths.get_or_insert_with(|| Claim::Agreed(target.path.clone()));
        claim(&mut target.paths, speakers, Some(Claim::Agreed(other.path.clone())), new);
    }
}

/// Keeps the other request line as an alternate, and gives its path parameters the names that this path has.
fn other_path(target: &mut Operation, path: &str, method: &str, tables: &mut [Table]) {
    let line = format!("{method} {path}");
    if !target.alternates.contains(&line) {
        target.alternates.push(line);
    }
    let names: BTreeMap<String, String> = placeholders(path)
        .into_iter()
        .map(str::to_string)
        .zip(target.placeholders().into_iter().map(str::to_string))
        .collect();
    for row in tables.iter_mut().filter(|table| table.role == Role::Path).flat_map(|table| &mut table.rows) {
        if let Some(name) = names.get(&row.name) {
            row.name.clone_from(name);
        }
    }
}

fn claim<T: PartialEq + Clone>(target: &mut Option<Claim<T>>, speakers: &[String], other: Option<Claim<T>>, new: &str) {
    let Some(value) = other.as_ref().and_then(|claim| claim.first()).cloned() else { return };
    *target = Some(match target.take() {
        None => Claim::Agreed(value),
        Some(Claim::Agreed(known)) if known == value => Claim::Agreed(known),
        Some(Claim::Agreed(known)) => {
            let mut claims: Vec<(String, T)> = speakers.iter().map(|name| (name.clone(), known.clone())).collect();
            claims.push((new.to_string(), value));
            Claim::Contested(claims)
        }
        Some(Claim::Contested(mut claims)) => {
            claims.push((new.to_string(), value));
            Claim::Contested(claims)
        }
    });
}

/// Pairs the tables of both sides: by role and status, objects by the rows that refer to them, then by id.
fn tables(target: &mut Operation, other: Vec<Table>, new: &str) {
    let mut pairs: BTreeMap<usize, usize> = BTreeMap::new();
    let mut queue: Vec<(usize, usize)> = Vec::new();
    let mut taken = vec![false; target.tables.len()];
    let fits = |a: &Table, b: &Table| a.role == b.role && a.status == b.status && a.role != Role::Type;
    // A table of the response without a status is that of success.
    let success = |status: Option<u16>| status.is_none_or(|status| (200..300).contains(&status));
    let good = |a: &Table, b: &Table| {
        a.role == Role::Response
            && b.role == Role::Response
            && success(a.status)
            && success(b.status)
            && (a.status.is_none() || b.status.is_none())
    };
    for rule in [&fits as &dyn Fn(&Table, &Table) -> bool, &good] {
        for (theirs, table) in other.iter().enumerate() {
            if pairs.contains_key(&theirs) {
                continue;
            }
            let ours = target.tables.iter().enumerate().position(|(ours, known)| !taken[ours] && rule(known, table));
            if let Some(ours) = ours {
                taken[ours] = true;
                pairs.insert(theirs, ours);
                queue.push((ours, theirs));
            }
        }
    }
    // Follow references, so that objects which the pages call differently still meet.
    while let Some((ours, theirs)) = queue.pop() {
        let (Some(left), Some(right)) = (target.tables.get(ours), other.get(theirs)) else { continue };
        for row in &right.rows {
            let Some(known) = left.rows.iter().find(|known| known.name == row.name) else { continue };
            let (Some(a), Some(b)) = (&known.table, &row.table) else { continue };
            let a = target.tables.iter().position(|table| table.id == *a);
            let b = other.iter().position(|table| table.id == *b);
            if let (Some(a), Some(b)) = (a, b)
                && !taken[a]
                && !pairs.contains_key(&b)
            {
                taken[a] = true;
                pairs.insert(b, a);
                queue.push((a, b));
            }
        }
    }
    for (theirs, table) in other.iter().enumerate() {
        if pairs.contains_key(&theirs) {
            continue;
        }
        let ours = target.tables.iter().enumerate().position(|(ours, known)| {
            !taken[ours] && known.id == table.id && known.role == table.role && known.status == table.status
        });
        if let Some(ours) = ours {
            taken[ours] = true;
            pairs.insert(theirs, ours);
        }
    }
    // Ids of the other side in the words of this one; what is new keeps its id unless that is taken.
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for (theirs, table) in other.iter().enumerate() {
        let id = match pairs.get(&theirs).and_then(|ours| target.tables.get(*ours)) {
            Some(known) => known.id.clone(),
            None => {
                let used = |id: &str| {
                    target.tables.iter().any(|known| known.id == id) || ids.values().any(|known| known == id)
                };
                let numbered = (2u32..).map(|n| format!("{}-{n}", table.id));
                std::iter::once(table.id.clone()).chain(numbered).find(|id| !used(id)).unwrap_or_default()
            }
        };
        ids.insert(table.id.clone(), id);
    }
    for (theirs, mut table) in other.into_iter().enumerate() {
        for row in &mut table.rows {
            if let Some(id) = &mut row.table
                && let Some(known) = ids.get(id)
            {
                known.clone_into(id);
            }
        }
        match pairs.get(&theirs).and_then(|ours| target.tables.get_mut(*ours)) {
            Some(known) => join_table(known, table, new),
            None => {
                if let Some(id) = ids.get(&table.id) {
                    table.id.clone_from(id);
                }
                target.tables.push(table);
            }
        }
    }
}

fn join_table(target: &mut Table, other: Table, new: &str) {
    // A table of a page that only lends it speaks under that page's name.
    let at = other.at.first().map(|at| at.source.clone());
    let new = at.as_deref().unwrap_or(new);
    let speakers: Vec<String> = target.at.iter().map(|at| at.source.clone()).collect();
    claim(&mut target.caption, &speakers, other.caption, new);
    target.array |= other.array;
    target.scenario = target.scenario.take().or(other.scenario);
    target.at.extend(other.at);
    // Rows that are new stand behind the row that they follow on their own page; all are put in at once, so that this stays linear.
    let known: BTreeMap<String, usize> =
        target.rows.iter().enumerate().map(|(at, row)| (row.name.clone(), at)).collect();
    let mut before: BTreeMap<usize, Vec<Row>> = BTreeMap::new();
    let mut after = 0;
    for row in other.rows {
        match known.get(&row.name) {
            Some(index) => {
                if let Some(known) = target.rows.get_mut(*index) {
                    join_row(known, row, new);
                }
                after = index + 1;
            }
            None => before.entry(after).or_default().push(row),
        }
    }
    if before.is_empty() {
        return;
    }
    let count = target.rows.len();
    for (index, row) in std::mem::take(&mut target.rows).into_iter().enumerate() {
        target.rows.extend(before.remove(&index).into_iter().flatten());
        target.rows.push(row);
    }
    target.rows.extend(before.remove(&count).into_iter().flatten());
}

fn join_row(target: &mut Row, other: Row, new: &str) {
    // A row that was derived because no table has it says nothing beside one that a table has.
    if other.at.is_empty() {
        return;
    }
    if target.at.is_empty() {
        *target = other;
        return;
    }
    let at = other.at.first().map(|at| at.source.clone());
    let new = at.as_deref().unwrap_or(new);
    let old: Vec<String> = target.at.iter().map(|at| at.source.clone()).collect();
    claim(&mut target.kind, &old, other.kind, new);
    claim(&mut target.mandatory, &old, other.mandatory, new);
    claim(&mut target.condition, &old, other.condition, new);
    claim(&mut target.description, &old, other.description, new);
    let (ours, theirs) = (&mut target.facts, other.facts);
    claim(&mut ours.default, &old, theirs.default, new);
    claim(&mut ours.values, &old, theirs.values, new);
    claim(&mut ours.min, &old, theirs.min, new);
    claim(&mut ours.max, &old, theirs.max, new);
    claim(&mut ours.min_length, &old, theirs.min_length, new);
    claim(&mut ours.max_length, &old, theirs.max_length, new);
    claim(&mut ours.min_items, &old, theirs.min_items, new);
    claim(&mut ours.max_items, &old, theirs.max_items, new);
    claim(&mut ours.pattern, &old, theirs.pattern, new);
    claim(&mut ours.deprecated, &old, theirs.deprecated, new);
    claim(&mut ours.conditional, &old, theirs.conditional, new);
    claim(&mut ours.counts, &old, theirs.counts, new);
    claim(&mut ours.states, &old, theirs.states, new);
    target.map = target.map.take().or(other.map);
    target.table = target.table.take().or(other.table);
    if target.table.is_some() {
        target.opaque = None;
    } else {
        target.opaque = target.opaque.take().or(other.opaque);
    }
    target.at.extend(other.at);
}

/// Whether two sources show one example: equal but for white space outside of strings.
fn same_example(a: &Example, b: &Example) -> bool {
    let squeeze = |body: &Option<String>| body.as_deref().map(without_blanks);
    a.kind == b.kind
        && a.method == b.method
        && a.url == b.url
        && a.headers == b.headers
        && (a.status == b.status || a.status.is_none() || b.status.is_none())
        && squeeze(&a.body) == squeeze(&b.body)
}

/// A body without the white space outside of its JSON strings.
pub fn without_blanks(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    let mut inside = false;
    let mut escaped = false;
    for c in body.chars() {
        if inside {
            inside = c != '"' || escaped;
            escaped = c == '\\' && !escaped;
        } else if c.is_whitespace() {
            continue;
        } else {
            inside = c == '"';
        }
        out.push(c);
    }
    out
}
