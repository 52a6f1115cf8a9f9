//! What changed between two versions of a spec, in the words of the spec: for the person who runs `regen`.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::*;
use crate::{merge, write};

/// The changes from `old` to `new`, one line each. Lines of pages and digests do not count.
pub fn changes(old: &Operation, new: &Operation) -> Vec<String> {
    let mut out = Vec::new();
    pairs(&mut out, "", &head(old), &head(new));
    let ids = |operation: &Operation| operation.tables.iter().map(|table| table.id.clone()).collect::<Vec<_>>();
    named(&mut out, "table", &ids(old), &ids(new));
    for table in &new.tables {
        if let Some(before) = old.table(&table.id) {
            tables(&mut out, before, table);
        }
    }
    for (kind, name) in ExampleKind::ALL {
        examples(&mut out, name, &of_kind(old, *kind), &of_kind(new, *kind));
    }
    let codes = |operation: &Operation| operation.statuses.iter().map(|s| s.code.to_string()).collect::<Vec<_>>();
    named(&mut out, "status", &codes(old), &codes(new));
    let names = |operation: &Operation| operation.sources.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    named(&mut out, "source", &names(old), &names(new));
    out
}

type Pairs = BTreeMap<String, String>;

fn head(operation: &Operation) -> Pairs {
    let text = |value: &String| write::string(value);
    let mut out = Pairs::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.insert(key.to_string(), value);
        }
    };
    put("name", Some(write::string(&operation.name)));
    put("method", Some(write::string(&operation.method)));
    put("path", Some(write::string(&operation.path)));
    put("paths", operation.paths.as_ref().map(|claim| write::claim(claim, text)));
    put("title", operation.title.as_ref().map(|claim| write::claim(claim, text)));
    put("explorer", operation.explorer.as_ref().map(|claim| write::claim(claim, text)));
    put("media_type", operation.media_type.as_deref().map(write::string));
    put("deprecated", operation.deprecated.then(|| "true".into()));
    put("asynchronous", operation.asynchronous.then(|| "true".into()));
    put("fixed_query", (!operation.fixed_query.is_empty()).then(|| format!("{:?}", operation.fixed_query)));
    let polls: Vec<String> = operation.polls.iter().map(|poll| poll.operation.clone()).collect();
    put("poll", (!polls.is_empty()).then(|| write::array(&polls)));
    put("alternates", (!operation.alternates.is_empty()).then(|| write::array(&operation.alternates)));
    out
}

fn pairs(out: &mut Vec<String>, at: &str, old: &Pairs, new: &Pairs) {
    for (key, value) in new {
        match old.get(key) {
            None => out.push(format!("{at}{key}: (nothing) -> {value}")),
            Some(before) if before != value => out.push(format!("{at}{key}: {before} -> {value}")),
            Some(_) => {}
        }
    }
    for (key, before) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
        out.push(format!("{at}{key}: {before} -> (nothing)"));
    }
}

fn named(out: &mut Vec<String>, what: &str, old: &[String], new: &[String]) {
    let (before, after): (BTreeSet<&String>, BTreeSet<&String>) = (old.iter().collect(), new.iter().collect());
    out.extend(old.iter().filter(|name| !after.contains(name)).map(|name| format!("- {what} {name}")));
    out.extend(new.iter().filter(|name| !before.contains(name)).map(|name| format!("+ {what} {name}")));
}

fn tables(out: &mut Vec<String>, old: &Table, new: &Table) {
    let names = |table: &Table| table.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    named(out, &format!("row of {}:", new.id), &names(old), &names(new));
    let known: BTreeMap<&str, &Row> = old.rows.iter().map(|row| (row.name.as_str(), row)).collect();
    for row in &new.rows {
        if let Some(before) = known.get(row.name.as_str()) {
            pairs(out, &format!("{}.{} ", new.id, row.name), &cells(before), &cells(row));
        }
    }
    let order = |table: &Table, other: &Table| -> Vec<String> {
        let there: BTreeSet<&str> = other.rows.iter().map(|row| row.name.as_str()).collect();
        names(table).into_iter().filter(|name| there.contains(name.as_str())).collect()
    };
    if order(old, new) != order(new, old) {
        out.push(format!("{}: rows in another order", new.id));
    }
    let caption = |table: &Table| table.caption.as_ref().map(|claim| write::claim(claim, |text| write::string(text)));
    if caption(old) != caption(new) {
        out.push(format!("{}: another caption", new.id));
    }
}

fn cells(row: &Row) -> Pairs {
    let cells = write::row(row);
    cells
        .iter()
        .filter_map(|cell| cell.split_once(" = "))
        .filter(|(key, _)| !matches!(*key, "at" | "name"))
        .map(|(key, value)| (key.to_string(), value.to_string()))
        .collect()
}

fn of_kind(operation: &Operation, kind: ExampleKind) -> Vec<Pairs> {
    operation.examples.iter().filter(|example| example.kind == kind).map(example).collect()
}

fn examples(out: &mut Vec<String>, kind: &str, old: &[Pairs], new: &[Pairs]) {
    for (index, (before, after)) in old.iter().zip(new).enumerate() {
        pairs(out, &format!("{kind} example {}: ", index + 1), before, after);
    }
    out.extend((new.len()..old.len()).map(|index| format!("- {kind} example {}", index + 1)));
    out.extend((old.len()..new.len()).map(|index| format!("+ {kind} example {}", index + 1)));
}

/// What an example says, without where it stands.
fn example(example: &Example) -> Pairs {
    let mut out = Pairs::new();
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.insert(key.to_string(), value);
        }
    };
    put("method", example.method.clone());
    put("url", example.url.clone());
    put("headers", (!example.headers.is_empty()).then(|| format!("{:?}", example.headers)));
    put("status", example.status.map(|status| status.to_string()));
    put("body", example.body.as_deref().map(merge::without_blanks));
    put("repairs", (!example.repairs.is_empty()).then(|| write::array(&example.repairs)));
    put("error_code", example.error_code.clone());
    put("error_message", example.error_message.clone());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, kind: &str, line: u32) -> Row {
        Row {
            name: name.into(),
            kind: Some(Claim::Agreed(kind.into())),
            at: vec![At { source: "zh-md".into(), line }],
            ..Row::default()
        }
    }

    fn operation(rows: Vec<Row>) -> Operation {
        let table = Table {
            id: "path".into(),
            role: Role::Path,
            status: None,
            caption: None,
            array: false,
            scenario: None,
            rows,
            at: Vec::new(),
        };
        Operation { name: "stop".into(), tables: vec![table], ..Operation::default() }
    }

    #[test]
    fn a_cell_is_one_line_and_a_moved_row_is_none() {
        let old = operation(vec![row("a", "Long", 1), row("b", "String", 2)]);
        let new = operation(vec![row("a", "String", 7), row("b", "String", 9), row("c", "String", 10)]);
        assert_eq!(changes(&old, &new), ["+ row of path: c", "path.a type: \"Long\" -> \"String\""]);
        assert!(changes(&old, &operation(vec![row("a", "Long", 3), row("b", "String", 5)])).is_empty());
    }
}
