//! Contradictions inside a spec: source against source, table against example, path against request line.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::codes;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::*;
use crate::read::SpecFile;
use crate::types::{self, Shape};
use crate::write;

/// Two names at least this alike, at the same place of two pages, are taken for one field (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.85;

/// Where two sources have more rows than this that the other lacks, they are not two spellings of one table.
const MAX_LONE: usize = 200;

/// Objects nested deeper than this in an example are not followed.
const MAX_DEPTH: usize = 64;

/// Finds the contradictions of one operation. Places are lines of its pages, by the file name that the source gives.
pub fn check(spec: &SpecFile) -> Vec<Diagnostic> {
    let mut check = Check { spec, operation: &spec.operation, found: Vec::new(), seen: BTreeSet::new() };
    if check.operation.pages().count() > 1 {
        check.sources();
    }
    check.opaque();
    check.examples();
    check.found
}

struct Check<'a> {
    spec: &'a SpecFile,
    operation: &'a Operation,
    found: Vec<Diagnostic>,
    /// What was reported: an array of a thousand items has one gap, not a thousand.
    seen: BTreeSet<(&'static str, Place, String)>,
}

impl<'a> Check<'a> {
    fn report(&mut self, diagnostic: Diagnostic) {
        let diagnostic = diagnostic.operation(&self.operation.name);
        if self.seen.insert((diagnostic.code.id, diagnostic.place.clone(), diagnostic.message.clone())) {
            self.found.push(diagnostic);
        }
    }

    /// The page line of an `at`.
    fn page(&self, at: &At) -> Place {
        match self.operation.source(&at.source) {
            Some(source) => Place::line(source.file.as_str(), at.line),
            None => self.spec.place_of("at"),
        }
    }

    fn place(&self, places: &[At], otherwise: Place) -> Place {
        places.first().map_or(otherwise, |at| self.page(at))
    }

    /// The place where one source has something.
    fn of(&self, places: &[At], source: &str) -> Place {
        places.iter().find(|at| at.source == source).map_or_else(|| self.spec.place_of("source"), |at| self.page(at))
    }

    fn sources(&mut self) {
        self.lines();
        for (index, table) in self.operation.tables.iter().enumerate() {
            let here = names(&table.at);
            if table.role != Role::Type && here.len() < self.operation.pages().count() && !table.at.is_empty() {
                let message = format!("table `{}` is only on {}", table.id, here.join(", "));
                let place = self.place(&table.at, self.spec.place_of_table(index));
                self.report(Diagnostic::new(&codes::SOURCE_TABLE_ONLY, place, message));
            }
            self.rows_of_some_sources(table);
            for row in &table.rows {
                self.claims(table, row);
            }
        }
        self.example_keys();
    }

    /// Request lines that differ in more than the names of placeholders are kept as alternates by the merge.
    fn lines(&mut self) {
        let line = format!("{} {}", self.operation.method, self.operation.path);
        for alternate in &self.operation.alternates {
            let same_shape = alternate.matches('/').count() == line.matches('/').count()
                && alternate.split_once('/').map(|(method, _)| method)
                    == line.split_once('/').map(|(method, _)| method);
            if same_shape {
                let mut places = self.operation.at.iter();
                let first = places.next().map_or_else(|| self.spec.place_of("path"), |at| self.page(at));
                let mut diagnostic = Diagnostic::new(
                    &codes::SOURCE_METHOD_DIFFERS,
                    first,
                    format!("one page says `{line}`, another says `{alternate}`"),
                );
                for at in places {
                    diagnostic = diagnostic.related(self.page(at), "the other request line");
                }
                self.report(diagnostic);
            }
        }
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
            if let Some(Claim::Contested(claims)) = claim {
                self.contested(&codes::SOURCE_FACT_DIFFERS, key, table, row, claims, |value| write::string(value));
            }
        }
        if let Some(Claim::Contested(claims)) = &facts.values {
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
        let said: Vec<String> = claims.iter().map(|(source, value)| format!("{} on {source}", show(value))).collect();
        let message = format!("{key} of `{}` in table `{}` is {}", row.name, table.id, said.join(" and "));
        let mut places = claims.iter().map(|(source, value)| (self.of(&row.at, source), show(value)));
        let Some((first, _)) = places.next() else { return };
        let mut diagnostic = Diagnostic::new(code, first, message);
        for (place, value) in places {
            diagnostic = diagnostic.related(place, format!("{value} stands here"));
        }
        self.report(diagnostic);
    }

    /// The n-th example of a kind on one page against the n-th on another.
    fn example_keys(&mut self) {
        for (kind, _) in ExampleKind::ALL {
            let of_kind: Vec<&Example> =
                self.operation.examples.iter().filter(|example| example.kind == *kind).collect();
            let by_source: Vec<Vec<&Example>> = self
                .operation
                .pages()
                .map(|source| {
                    of_kind.iter().copied().filter(|e| e.at.iter().any(|at| at.source == source.name)).collect()
                })
                .collect();
            let Some((first, others)) = by_source.split_first() else { return };
            for other in others {
                for (a, b) in first.iter().zip(other) {
                    let (Some(left), Some(right)) = (keys(a), keys(b)) else { continue };
                    let only: Vec<&String> = left.symmetric_difference(&right).collect();
                    if !only.is_empty() {
                        let only: Vec<String> = only.iter().map(|key| format!("`{key}`")).collect();
                        let place = self.place(&a.at, self.spec.place_of("example"));
                        let related = self.place(&b.at, self.spec.place_of("example"));
                        self.report(
                            Diagnostic::new(
                                &codes::SOURCE_EXAMPLE_DIFFERS,
                                place,
                                format!("only one of the two {} examples has {}", kind.name(), only.join(", ")),
                            )
                            .related(related, "the other example"),
                        );
                    }
                }
            }
        }
    }

    fn opaque(&mut self) {
        for (index, table) in self.operation.tables.iter().enumerate() {
            for (number, row) in table.rows.iter().enumerate() {
                // A map has a table; its keys are what nobody can know.
                let Some(reason) = row.opaque.as_ref().filter(|_| row.map.is_none()) else { continue };
                let unknown =
                    row.kind.iter().flat_map(Claim::values).any(|(_, word)| types::parse(word).is_none_or(|w| w.bare));
                let code = if unknown { &codes::TYPE_UNKNOWN } else { &codes::FIELD_OPAQUE };
                let place = self.place(&row.at, self.spec.place_of_row(index, number));
                let word = row.kind.as_ref().and_then(Claim::first).map_or("no type", String::as_str);
                self.report(Diagnostic::new(
                    code,
                    place,
                    format!("`{}` of table `{}` ({word}) stays any JSON value: {reason}", row.name, table.id),
                ));
            }
        }
    }

    fn examples(&mut self) {
        for (index, example) in self.operation.examples.iter().enumerate() {
            let place = self.place(&example.at, self.spec.place_of_example(index));
            self.request_line(example, &place);
            let Some(body) = &example.body else { continue };
            let value: Value = match serde_json::from_str(body) {
                Ok(value) if example.json => value,
                _ if !example.json => {
                    self.report(Diagnostic::new(
                        &codes::EXAMPLE_NOT_JSON,
                        place,
                        format!("the body of a {} example is not JSON", example.kind.name()),
                    ));
                    continue;
                }
                Ok(_) => continue,
                Err(error) => {
                    let message = format!("the body of an example does not parse as JSON: {error}");
                    self.report(Diagnostic::new(&codes::EXAMPLE_NOT_JSON, self.spec.place_of_example(index), message));
                    continue;
                }
            };
            let tables = self.root_tables(example);
            if tables.is_empty() {
                continue;
            }
            let walk = Walk { place: &place, kind: example.kind };
            self.body(&walk, &value, &tables);
        }
    }

    fn root_tables(&self, example: &Example) -> Vec<&'a Table> {
        let of = |role: Role| self.operation.tables.iter().filter(move |table| table.role == role);
        let fits = |table: &&Table| match (table.status, example.status) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        match example.kind {
            ExampleKind::Request => of(Role::Body).collect(),
            ExampleKind::Success => of(Role::Response).filter(fits).collect(),
            ExampleKind::Failure => of(Role::Error).filter(fits).chain(of(Role::Response).filter(fits)).collect(),
        }
    }

    fn body(&mut self, walk: &Walk<'_>, value: &Value, tables: &[&'a Table]) {
        let array = tables.iter().any(|table| table.array);
        match value {
            Value::Array(items) if array => {
                for item in items {
                    self.object(walk, item, tables, "", 0);
                }
            }
            other => self.object(walk, other, tables, "", 0),
        }
    }

    fn object(&mut self, walk: &Walk<'_>, value: &Value, tables: &[&'a Table], path: &str, depth: usize) {
        let Value::Object(map) = value else { return };
        if depth > MAX_DEPTH {
            return;
        }
        let Some(first) = tables.first() else { return };
        for (key, value) in map {
            let row = tables.iter().find_map(|table| table.rows.iter().find(|row| row.name == *key));
            let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match row {
                Some(row) => self.value(walk, value, row, &here, depth),
                // Envelopes of errors are documented elsewhere, so their fields are no gap of this page.
                None if walk.kind == ExampleKind::Failure => {}
                None => {
                    let message = format!(
                        "the {} example has `{here}`, which table `{}` does not declare",
                        walk.kind.name(),
                        first.id
                    );
                    let table = self.place(&first.at, self.spec.place_of("table"));
                    self.report(
                        Diagnostic::new(&codes::EXAMPLE_FIELD_UNDECLARED, walk.place.clone(), message)
                            .related(table, "the table"),
                    );
                }
            }
        }
        if walk.kind == ExampleKind::Request && tables.len() == 1 {
            for row in &first.rows {
                let needed = row.mandatory == Some(Claim::Agreed(Mandatory::Yes))
                    && row.condition.is_none()
                    && row.facts.conditional.is_none();
                if needed && !map.contains_key(&row.name) {
                    let at = if path.is_empty() { row.name.clone() } else { format!("{path}.{}", row.name) };
                    let message =
                        format!("the request example lacks `{at}`, which table `{}` calls mandatory", first.id);
                    let place = self.place(&row.at, self.spec.place_of("table"));
                    self.report(
                        Diagnostic::new(&codes::EXAMPLE_FIELD_MISSING, walk.place.clone(), message)
                            .related(place, "the row"),
                    );
                }
            }
        }
    }

    fn value(&mut self, walk: &Walk<'_>, value: &Value, row: &Row, path: &str, depth: usize) {
        let words: Vec<&String> = row.kind.iter().flat_map(Claim::values).map(|(_, word)| word).collect();
        let shapes: Vec<Shape> = words.iter().filter_map(|word| types::parse(word)).map(|word| word.shape).collect();
        if shapes.len() == words.len() && !shapes.is_empty() && !shapes.iter().any(|shape| fits(value, shape)) {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let message = format!(
                "`{path}` is declared {} but the {} example has {}",
                words.join(" or "),
                walk.kind.name(),
                kind(value)
            );
            let place = self.place(&row.at, self.spec.place_of("table"));
            self.report(
                Diagnostic::new(&codes::EXAMPLE_TYPE_DIFFERS, walk.place.clone(), message).related(place, "the row"),
            );
        }
        let Some(table) = row.table.as_deref().and_then(|id| self.operation.table(id)) else { return };
        let map = shapes.iter().any(|shape| matches!(shape, Shape::Map(_)));
        match value {
            Value::Array(items) => {
                for item in items {
                    self.object(walk, item, &[table], path, depth + 1);
                }
            }
            Value::Object(entries) if map => {
                for (key, item) in entries {
                    let items = item.as_array().map_or(std::slice::from_ref(item), Vec::as_slice);
                    for item in items {
                        self.object(walk, item, &[table], &format!("{path}.{key}"), depth + 1);
                    }
                }
            }
            other => self.object(walk, other, &[table], path, depth + 1),
        }
    }

    fn request_line(&mut self, example: &Example, place: &Place) {
        let line = self.place(&self.operation.at, self.spec.place_of("path"));
        if let Some(method) =
            example.method.as_deref().filter(|method| !method.eq_ignore_ascii_case(&self.operation.method))
        {
            let message = format!("the request example uses {method}, the operation is {}", self.operation.method);
            self.report(
                Diagnostic::new(&codes::EXAMPLE_METHOD_DIFFERS, place.clone(), message)
                    .related(line.clone(), "the request line"),
            );
        }
        let Some(url) = &example.url else { return };
        let alternates = self.operation.alternates.iter().filter_map(|line| line.split_once(' ')).map(|(_, path)| path);
        let mut templates = std::iter::once(self.operation.path.as_str()).chain(alternates);
        if !templates.any(|template| path_fits(template, url)) {
            let message = format!("the request example has `{url}`, which does not fit `{}`", self.operation.path);
            self.report(
                Diagnostic::new(&codes::EXAMPLE_PATH_DIFFERS, place.clone(), message).related(line, "the request line"),
            );
        }
    }
}

struct Walk<'p> {
    place: &'p Place,
    kind: ExampleKind,
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

/// The paths of all keys of a JSON body.
fn keys(example: &Example) -> Option<BTreeSet<String>> {
    fn walk(value: &Value, path: &str, depth: usize, out: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) if depth < MAX_DEPTH => {
                for (key, value) in map {
                    let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    walk(value, &path, depth + 1, out);
                    out.insert(path);
                }
            }
            Value::Array(items) if depth < MAX_DEPTH => items.iter().for_each(|item| walk(item, path, depth + 1, out)),
            _ => {}
        }
    }
    let value: Value = serde_json::from_str(example.body.as_deref()?).ok()?;
    let mut out = BTreeSet::new();
    walk(&value, "", 0, &mut out);
    Some(out)
}

/// Whether a value is of the declared kind. Null fits everything, because pages show it for absent values.
fn fits(value: &Value, shape: &Shape) -> bool {
    match (value, shape) {
        (Value::Null, _) | (_, Shape::Any | Shape::Null | Shape::File) => true,
        (Value::Bool(_), Shape::Boolean)
        | (Value::Number(_), Shape::Integer32 | Shape::Integer64 | Shape::Float)
        | (Value::String(_), Shape::String)
        | (Value::Object(_), Shape::Object(_)) => true,
        (Value::Array(items), Shape::Array(inner)) => items.iter().all(|item| fits(item, inner)),
        (Value::Object(map), Shape::Map(inner)) => map.values().all(|item| fits(item, inner)),
        _ => false,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(items) if items.iter().all(Value::is_string) && !items.is_empty() => "an array of strings",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The path of a URL as an example writes it: no scheme, host, query or fragment. Blanks in `{ECS Endpoint}` are fine.
pub fn url_path(url: &str) -> &str {
    let rest = match url.find("://") {
        Some(at) => url.get(at + 3..).unwrap_or_default(),
        None => url,
    };
    let mut braces = 0usize;
    let mut start = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            '/' if braces == 0 => {
                start = at;
                break;
            }
            _ => {}
        }
    }
    let path = rest.get(start..).unwrap_or_default();
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path.get(..end).unwrap_or_default().trim_end()
}

/// Whether the path of an example's URL fits a path template.
pub fn path_fits(template: &str, url: &str) -> bool {
    let path = url_path(url);
    let template: Vec<&str> = template.trim_matches('/').split('/').collect();
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    template.len() == path.len()
        && template.iter().zip(&path).all(|(template, part)| match template.split_once('{') {
            None => template == part,
            Some((head, tail)) => {
                let end = tail.rsplit_once('}').map_or("", |(_, end)| end);
                part.len() >= head.len() + end.len() && part.starts_with(head) && part.ends_with(end)
            }
        })
}
