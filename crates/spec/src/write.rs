//! The model to a spec file: one line per table row, so that a person can hold it against the page.

use std::fmt::Write;

use crate::model::*;

/// Writes a spec file. The same operation gives the same bytes; [`crate::read::operation`] gives the operation back.
pub fn operation(operation: &Operation) -> String {
    let mut out = String::new();
    line(&mut out, "name", &string(&operation.name));
    line(&mut out, "method", &string(&operation.method));
    line(&mut out, "path", &string(&operation.path));
    claim_line(&mut out, "paths", &operation.paths);
    let fixed: Vec<String> = operation.fixed_query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    list(&mut out, "fixed_query", &fixed);
    list(&mut out, "alternates", &operation.alternates);
    if let Some(media_type) = &operation.media_type {
        line(&mut out, "media_type", &string(media_type));
    }
    claim_line(&mut out, "title", &operation.title);
    claim_line(&mut out, "explorer", &operation.explorer);
    if operation.deprecated {
        line(&mut out, "deprecated", "true");
    }
    if operation.asynchronous {
        line(&mut out, "asynchronous", "true");
    }
    at_line(&mut out, &operation.at);
    for poll in &operation.polls {
        out.push_str("\n[[poll]]\n");
        line(&mut out, "operation", &string(&poll.operation));
        at_line(&mut out, &poll.at);
    }
    for source in &operation.sources {
        self::source(&mut out, source);
    }
    for table in &operation.tables {
        out.push_str("\n[[table]]\n");
        line(&mut out, "id", &string(&table.id));
        line(&mut out, "role", &string(table.role.name()));
        if let Some(status) = table.status {
            line(&mut out, "status", &status.to_string());
        }
        claim_line(&mut out, "caption", &table.caption);
        if table.array {
            line(&mut out, "array", "true");
        }
        if let Some(scenario) = &table.scenario {
            line(&mut out, "scenario", &string(scenario));
        }
        at_line(&mut out, &table.at);
        out.push_str("rows = [\n");
        for row in &table.rows {
            let _ = writeln!(out, "  {{ {} }},", self::row(row).join(", "));
        }
        out.push_str("]\n");
    }
    for example in &operation.examples {
        self::example(&mut out, example);
    }
    for status in &operation.statuses {
        out.push_str("\n[[status]]\n");
        line(&mut out, "code", &status.code.to_string());
        at_line(&mut out, &status.at);
    }
    out
}

/// A page, as a table of its own.
pub(crate) fn source(out: &mut String, source: &Source) {
    out.push_str("\n[[source]]\n");
    line(out, "name", &string(&source.name));
    line(out, "file", &string(&source.file));
    if let Some(page_id) = &source.page_id {
        line(out, "page_id", &string(page_id));
    }
    line(out, "language", &string(&source.language));
    line(out, "format", &string(&source.format));
    line(out, "digest", &string(&source.digest));
    if let Some(of) = &source.of {
        line(out, "of", &string(of));
    }
}

/// The `key = value` pairs of a row, in the order of a table's columns.
pub fn row(row: &Row) -> Vec<String> {
    let mut out = vec![format!("name = {}", string(&row.name))];
    let mut push = |key: &str, value: Option<String>| {
        if let Some(value) = value {
            out.push(format!("{key} = {value}"));
        }
    };
    push("type", row.kind.as_ref().map(|claim| self::claim(claim, |text| string(text))));
    push("mandatory", row.mandatory.as_ref().map(|claim| self::claim(claim, mandatory)));
    push("condition", row.condition.as_ref().map(|claim| self::claim(claim, |text| string(text))));
    push("table", row.table.as_deref().map(string));
    push("map", row.map.as_deref().map(string));
    push("opaque", row.opaque.as_deref().map(string));
    for (key, value) in facts(&row.facts) {
        push(key, Some(value));
    }
    push("description", row.description.as_ref().map(|claim| self::claim(claim, |text| string(text))));
    push("at", (!row.at.is_empty()).then(|| at(&row.at)));
    out
}

/// The facts that are there, each as key and TOML value.
pub fn facts(facts: &Facts) -> Vec<(&'static str, String)> {
    let text = |value: &String| string(value);
    let boolean = |value: &bool| value.to_string();
    let values = |values: &Vec<String>| array(values);
    let all = [
        ("default", facts.default.as_ref().map(|c| claim(c, text))),
        ("values", facts.values.as_ref().map(|c| claim(c, values))),
        ("min", facts.min.as_ref().map(|c| claim(c, text))),
        ("max", facts.max.as_ref().map(|c| claim(c, text))),
        ("min_length", facts.min_length.as_ref().map(|c| claim(c, text))),
        ("max_length", facts.max_length.as_ref().map(|c| claim(c, text))),
        ("min_items", facts.min_items.as_ref().map(|c| claim(c, text))),
        ("max_items", facts.max_items.as_ref().map(|c| claim(c, text))),
        ("pattern", facts.pattern.as_ref().map(|c| claim(c, text))),
        ("deprecated", facts.deprecated.as_ref().map(|c| claim(c, boolean))),
        ("conditional", facts.conditional.as_ref().map(|c| claim(c, boolean))),
        ("counts", facts.counts.as_ref().map(|c| claim(c, text))),
        ("states", facts.states.as_ref().map(|c| claim(c, values))),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// A mandatory flag as a TOML value.
pub fn mandatory(value: &Mandatory) -> String {
    match value {
        Mandatory::Yes => "true".into(),
        Mandatory::No => "false".into(),
        Mandatory::When(text) => string(text),
    }
}

/// A claim as a TOML value: the value itself, or an inline table by source.
pub fn claim<T>(claim: &Claim<T>, value: impl Fn(&T) -> String) -> String {
    match claim {
        Claim::Agreed(agreed) => value(agreed),
        Claim::Contested(claims) => {
            let pairs: Vec<String> =
                claims.iter().map(|(source, v)| format!("{} = {}", key(source), value(v))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

fn example(out: &mut String, example: &Example) {
    out.push_str("\n[[example]]\n");
    line(out, "kind", &string(example.kind.name()));
    match (&example.method, &example.url) {
        (Some(method), Some(url)) => line(out, "request", &string(&format!("{method} {url}"))),
        (None, Some(url)) => line(out, "request", &string(url)),
        _ => {}
    }
    let headers: Vec<String> = example.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    list(out, "headers", &headers);
    if let Some(status) = example.status {
        line(out, "status", &status.to_string());
    }
    if example.body.is_some() && !example.json {
        line(out, "json", "false");
    }
    list(out, "repairs", &example.repairs);
    if let Some(code) = &example.error_code {
        line(out, "error_code", &string(code));
    }
    if let Some(message) = &example.error_message {
        line(out, "error_message", &string(message));
    }
    at_line(out, &example.at);
    if let Some(body) = &example.body {
        line(out, "body", &text_block(body));
    }
}

fn line(out: &mut String, key: &str, value: &str) {
    let _ = writeln!(out, "{key} = {value}");
}

fn list(out: &mut String, key: &str, values: &[String]) {
    if !values.is_empty() {
        line(out, key, &array(values));
    }
}

fn claim_line(out: &mut String, key: &str, value: &Option<Claim<String>>) {
    if let Some(value) = value {
        line(out, key, &claim(value, |text| string(text)));
    }
}

fn at_line(out: &mut String, places: &[At]) {
    if !places.is_empty() {
        line(out, "at", &at(places));
    }
}

pub(crate) fn at(places: &[At]) -> String {
    array(&places.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// An array of strings.
pub fn array(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| string(value)).collect::<Vec<_>>().join(", "))
}

fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_string() } else { string(name) }
}

/// A basic string.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A body: a literal block that reads like the page where TOML allows it.
fn text_block(text: &str) -> String {
    let plain = !text.contains("'''")
        && !text.ends_with('\'')
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    if plain && text.contains('\n') { format!("'''\n{text}'''") } else { string(text) }
}
