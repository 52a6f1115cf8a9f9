//! Source against source: request lines, tables, rows, cells and examples on which the pages of one operation differ.

use std::collections::BTreeSet;

use serde_json::Value;

use super::slots::{MAX_DEPTH, join_path};
use super::{Check, examples};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::headers;
use crate::model::*;
use crate::types::{self, Shape};
use crate::write;

/// Two names at least this alike, at the same place of two pages, are taken for one field (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.85;

/// Where two sources have more rows than this that the other lacks, they are not two spellings of one table.
const MAX_LONE: usize = 200;

/// More examples than this are not held against each other.
const MAX_EXAMPLES: usize = 200;

/// Two examples with at least this share of their keys in common are taken for one example on two pages.
const SAME_EXAMPLE: f64 = 0.5;

impl<'a> Check<'a> {
    pub(super) fn sources(&mut self) {
        if self.operation.pages().count() < 2 {
            return;
        }
        self.paths();
        for (index, table) in self.operation.tables.iter().enumerate() {
            self.table_of_some_sources(index, table);
            self.rows_of_some_sources(table);
            for row in &table.rows {
                self.claims(table, row);
            }
        }
        self.example_keys();
    }

    /// Paths that differ in the names of placeholders only call one parameter by two names.
    fn paths(&mut self) {
        let Some(Claim::Contested(claims)) = &self.operation.paths else { return };
        let Some((first, ours)) = claims.first() else { return };
        let mut told: Vec<&String> = vec![ours];
        for (source, theirs) in claims.iter().skip(1) {
            if told.contains(&theirs) {
                continue;
            }
            told.push(theirs);
            let same_shape = blank(ours) == blank(theirs);
            let code = if same_shape { &codes::SOURCE_NAME_DIFFERS } else { &codes::SOURCE_METHOD_DIFFERS };
            let message = format!("the path is `{ours}` on {first} and `{theirs}` on {source}");
            let place = self.of(&self.operation.at, first);
            let related = self.of(&self.operation.at, source);
            self.report(Diagnostic::new(code, place, message).related(related, format!("`{theirs}` stands here")));
        }
    }

    fn table_of_some_sources(&mut self, index: usize, table: &Table) {
        let here = self.speakers(&table.at);
        let missing: Vec<&str> =
            self.operation.pages().map(|page| page.name.as_str()).filter(|page| !here.contains(page)).collect();
        // Headers that every call has are in a table of their own on some pages and go without saying on others.
        let own = table.role == Role::Header && table.rows.iter().all(|row| headers::is_own(self.operation, &row.name));
        if table.role == Role::Type || here.is_empty() || missing.is_empty() || own {
            return;
        }
        let message = format!("table `{}` is only on {}, not on {}", table.id, here.join(", "), missing.join(", "));
        let place = self.place(&table.at, self.spec.place_of_table(index));
        let mut diagnostic = Diagnostic::new(&codes::SOURCE_TABLE_ONLY, place, message);
        for source in missing {
            diagnostic = diagnostic.related(self.of(&self.operation.at, source), "the page that lacks it");
        }
        self.report(diagnostic);
    }

    /// The pages that speak in places, in their order: a page that only lends a table speaks for the one that refers to it.
    fn speakers(&self, places: &[At]) -> Vec<&'a str> {
        let speakers: Vec<&str> = places.iter().map(|at| self.operation.speaker(&at.source)).collect();
        self.operation.pages().map(|page| page.name.as_str()).filter(|page| speakers.contains(page)).collect()
    }

    /// Rows that some sources of a table lack: two alike ones are one field under two names.
    fn rows_of_some_sources(&mut self, table: &Table) {
        let all = names(&table.at);
        let mut lone: Vec<(&Row, Vec<&str>)> = Vec::new();
        for row in &table.rows {
            let here = names(&row.at);
            if !here.is_empty() && here.len() < all.len() {
                lone.push((row, here));
            }
        }
        let mut used = BTreeSet::new();
        for (index, (row, here)) in lone.iter().enumerate() {
            if used.contains(&index) || lone.len() > MAX_LONE {
                continue;
            }
            let partner = lone.iter().enumerate().skip(index + 1).filter(|(other, (candidate, there))| {
                !used.contains(other)
                    && there.iter().all(|source| !here.contains(source))
                    && same_kind(row, candidate)
                    && alike(&row.name, &candidate.name) >= ALIKE
            });
            let partner = partner
                .max_by(|(_, (a, _)), (_, (b, _))| alike(&row.name, &a.name).total_cmp(&alike(&row.name, &b.name)));
            let Some((other, (candidate, there))) = partner else { continue };
            used.extend([index, other]);
            let message = format!(
                "one field of table `{}` is called `{}` on {} and `{}` on {}",
                table.id,
                row.name,
                here.join(", "),
                candidate.name,
                there.join(", ")
            );
            let place = self.place(&row.at, self.spec.place_of("table"));
            let related = self.place(&candidate.at, self.spec.place_of("table"));
            self.report(
                Diagnostic::new(&codes::SOURCE_NAME_DIFFERS, place, message)
                    .related(related, format!("`{}` stands here", candidate.name)),
            );
        }
        for (index, (row, here)) in lone.iter().enumerate() {
            if used.contains(&index) {
                continue;
            }
            let missing: Vec<&str> = all.iter().filter(|source| !here.contains(source)).copied().collect();
            let place = self.place(&row.at, self.spec.place_of("table"));
            let message = format!(
                "`{}` of table `{}` is only on {}, not on {}",
                row.name,
                table.id,
                here.join(", "),
                missing.join(", ")
            );
            let mut diagnostic = Diagnostic::new(&codes::SOURCE_FIELD_ONLY, place, message);
            for source in missing {
                diagnostic = diagnostic.related(self.of(&table.at, source), "the table that lacks it");
            }
            self.report(diagnostic);
        }
    }

    fn claims(&mut self, table: &Table, row: &Row) {
        if let Some(Claim::Contested(claims)) = &row.kind {
            let shapes: Vec<Option<Shape>> =
                claims.iter().map(|(_, word)| types::parse(word).map(|word| word.shape)).collect();
            let agree = shapes.windows(2).all(|pair| match pair {
                [Some(a), Some(b)] => a.agrees_with(b),
                _ => true,
            });
            if !agree {
                self.contested(&codes::SOURCE_TYPE_DIFFERS, "type", table, row, claims, |word| format!("`{word}`"));
            }
        }
        if let Some(Claim::Contested(claims)) = &row.mandatory {
            self.contested(&codes::SOURCE_MANDATORY_DIFFERS, "mandatory", table, row, claims, write::mandatory);
        }
        let facts = &row.facts;
        for (key, claim) in [
            ("default", &facts.default),
            ("min", &facts.min),
            ("max", &facts.max),
            ("min_length", &facts.min_length),
            ("max_length", &facts.max_length),
            ("min_items", &facts.min_items),
            ("max_items", &facts.max_items),
            ("pattern", &facts.pattern),
        ] {
            if let Some(Claim::Contested(claims)) = claim
                && claims.windows(2).any(|pair| matches!(pair, [(_, a), (_, b)] if !same_literal(a, b)))
            {
                self.contested(&codes::SOURCE_FACT_DIFFERS, key, table, row, claims, |value| write::string(value));
            }
        }
        // The order of the values says nothing.
        let same = |a: &[String], b: &[String]| a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>();
        if let Some(Claim::Contested(claims)) = &facts.values
            && claims.windows(2).any(|pair| matches!(pair, [(_, a), (_, b)] if !same(a, b)))
        {
            self.contested(&codes::SOURCE_FACT_DIFFERS, "values", table, row, claims, |values| write::array(values));
        }
    }

    fn contested<T>(
        &mut self,
        code: &'static codes::Code,
        key: &str,
        table: &Table,
        row: &Row,
        claims: &[(String, T)],
        show: impl Fn(&T) -> String,
    ) {
        let mut by_value: Vec<(String, Vec<&str>)> = Vec::new();
        for (source, value) in claims {
            let value = show(value);
            match by_value.iter_mut().find(|(known, _)| *known == value) {
                Some((_, sources)) => sources.push(source),
                None => by_value.push((value, vec![source])),
            }
        }
        let said: Vec<String> =
            by_value.iter().map(|(value, sources)| format!("{value} on {}", sources.join(", "))).collect();
        let message = format!("{key} of `{}` in table `{}` is {}", row.name, table.id, said.join(" and "));
        let mut places = claims.iter().map(|(source, value)| (self.of(&row.at, source), show(value)));
        let Some((first, _)) = places.next() else { return };
        let mut diagnostic = Diagnostic::new(code, first, message);
        for (place, value) in places {
            diagnostic = diagnostic.related(place, format!("{value} stands here"));
        }
        self.report(diagnostic);
    }

    /// Examples that show the same call on several pages, but not with the same keys.
    fn example_keys(&mut self) {
        let mut calls: Vec<Vec<Shared<'a>>> = Vec::new();
        for example in self.operation.examples.iter().take(MAX_EXAMPLES) {
            let Some(body) = examples::parse(example) else { continue };
            let shared = Shared { example, pages: self.speakers(&example.at), keys: keys(&body) };
            let best = calls
                .iter()
                .enumerate()
                .filter(|(_, call)| call.iter().all(|other| other.may_be(&shared)))
                .filter_map(|(at, call)| Some((at, share(&call.first()?.keys, &shared.keys))))
                .filter(|(_, share)| *share >= SAME_EXAMPLE)
                .fold(None, |best: Option<(usize, f64)>, next| best.filter(|best| best.1 >= next.1).or(Some(next)));
            match best.and_then(|(at, _)| calls.get_mut(at)) {
                Some(call) => call.push(shared),
                None => calls.push(vec![shared]),
            }
        }
        for call in calls {
            self.keys_of_call(&call);
        }
    }

    fn keys_of_call(&mut self, call: &[Shared<'a>]) {
        let [first, others @ ..] = call else { return };
        let mut only: Vec<(String, Vec<String>)> = Vec::new();
        let all: BTreeSet<&String> = call.iter().flat_map(|shared| &shared.keys).collect();
        for key in all {
            // What lies in an object that only some pages have goes without saying.
            let parent = key.rsplit_once('.').map(|(parent, _)| parent);
            let has: Vec<&Shared<'_>> = call.iter().filter(|shared| shared.keys.contains(key)).collect();
            let could = call.iter().filter(|shared| parent.is_none_or(|parent| shared.keys.contains(parent))).count();
            if has.len() == could {
                continue;
            }
            let pages: Vec<&str> = has.iter().flat_map(|shared| &shared.pages).copied().collect();
            let (pages, key) = (pages.join(", "), format!("`{key}`"));
            match only.iter_mut().find(|(known, _)| *known == pages) {
                Some((_, keys)) => keys.push(key),
                None => only.push((pages, vec![key])),
            }
        }
        if only.is_empty() {
            return;
        }
        let parts: Vec<String> =
            only.into_iter().map(|(pages, keys)| format!("{} only on {pages}", keys.join(", "))).collect();
        let message = format!("the {} example has {}", first.example.kind.name(), parts.join("; "));
        let place = |shared: &Shared<'_>| self.place(&shared.example.at, self.spec.place_of("example"));
        let mut diagnostic = Diagnostic::new(&codes::SOURCE_EXAMPLE_DIFFERS, place(first), message);
        for other in others {
            diagnostic = diagnostic.related(place(other), format!("the example on {}", other.pages.join(", ")));
        }
        self.report(diagnostic);
    }
}

/// An example with the pages that show it and the paths of its keys.
struct Shared<'a> {
    example: &'a Example,
    pages: Vec<&'a str>,
    keys: BTreeSet<String>,
}

impl Shared<'_> {
    /// Whether both may show one call: of one kind and status, and on different pages.
    fn may_be(&self, other: &Shared<'_>) -> bool {
        let (a, b) = (self.example, other.example);
        a.kind == b.kind
            && (a.status == b.status || a.status.is_none() || b.status.is_none())
            && self.pages.iter().all(|page| !other.pages.contains(page))
    }
}

/// The sources of places, without repetition, in order.
fn names(places: &[At]) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for at in places {
        if !out.contains(&at.source.as_str()) {
            out.push(&at.source);
        }
    }
    out
}

/// Whether two facts mean the same: pages write `True` and `true`.
fn same_literal(a: &str, b: &str) -> bool {
    a == b || a.eq_ignore_ascii_case(b) && ["true", "false", "null"].iter().any(|word| a.eq_ignore_ascii_case(word))
}

/// A path without the names of its placeholders.
fn blank(path: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((head, tail)) = rest.split_once('{') {
        out += head;
        out += "{}";
        rest = tail.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

fn same_kind(a: &Row, b: &Row) -> bool {
    let shape =
        |row: &Row| row.kind.as_ref().and_then(Claim::first).and_then(|word| types::parse(word)).map(|word| word.shape);
    match (shape(a), shape(b)) {
        (Some(a), Some(b)) => a.agrees_with(&b),
        _ => true,
    }
}

fn alike(a: &str, b: &str) -> f64 {
    let plain =
        |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    strsim::jaro_winkler(&plain(a), &plain(b))
}

/// How much of two sets of keys is in both.
#[expect(clippy::cast_precision_loss, reason = "examples have a few thousand keys at most")]
fn share(a: &BTreeSet<String>, b: &BTreeSet<String>) -> f64 {
    let all = a.union(b).count();
    if all == 0 { 1.0 } else { a.intersection(b).count() as f64 / all as f64 }
}

/// The paths of all keys of a JSON body.
fn keys(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, path: &str, depth: usize, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) if depth < MAX_DEPTH => {
                for (key, value) in map {
                    let path = join_path(path, key);
                    walk(value, &path, depth + 1, out);
                    out.insert(path);
                }
            }
            Value::Array(items) if depth < MAX_DEPTH => items.iter().for_each(|item| walk(item, path, depth + 1, out)),
            _ => {}
        }
    }
    let mut out = BTreeSet::new();
    walk(value, "", 0, &mut out);
    out
}
