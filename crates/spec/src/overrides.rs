//! `overrides.toml`: what a person decides where pages are wrong, each with a reason and the value it expects to replace.

use std::ops::Range;

use toml::de::DeValue;

use crate::codes;
use crate::decode::{self, Decoder, Node};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::*;
use crate::read::{self, METHODS, SpecFile, check_path, is_snake_case};
use crate::{paging, types, write};

/// One override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// The operation's name; for `key = "name"` the name that the naming rule gives.
    pub operation: String,
    /// `TABLE.ROW`; `None` for a key of the operation itself.
    pub row: Option<String>,
    /// The key of the spec that is replaced.
    pub key: String,
    /// What the spec must say for the override to apply, as TOML; `None`: the key must be absent.
    pub expect: Option<String>,
    /// The new value.
    pub value: Value,
    /// Why.
    pub reason: String,
    /// Where it stands.
    pub place: Place,
}

/// A value of an override.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string or number.
    Text(String),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<String>),
}

const KEYS: &[&str] = &["operation", "row", "key", "expect", "value", "reason"];
const OPERATION_KEYS: &[&str] = &["name", "method", "path", "media_type", "deprecated", "asynchronous"];
const ROW_KEYS: &[&str] = &[
    "name",
    "type",
    "mandatory",
    "table",
    "opaque",
    "default",
    "values",
    "min",
    "max",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "pattern",
    "deprecated",
    "conditional",
    "counts",
];

/// Reads an overrides file.
pub fn read(file: &str, text: &str) -> (Vec<Override>, Vec<Diagnostic>) {
    decode::file(file, text, "the overrides file", |decoder, root| {
        decoder.known_keys(root, &["override"]);
        let nodes = decoder.tables(root, "override", "an override");
        nodes.iter().filter_map(|node| one(decoder, node)).collect()
    })
}

fn one(d: &mut Decoder<'_>, node: &Node<'_, '_>) -> Option<Override> {
    d.known_keys(node, KEYS);
    let operation = d.string(node, "operation");
    let operation = d.required(node, "operation", operation);
    let row = d.string(node, "row");
    let key = d.string(node, "key");
    let key = d.required(node, "key", key);
    let reason = d.string(node, "reason");
    let reason = d.required(node, "reason", reason).filter(|reason| !reason.trim().is_empty());
    if node.get("reason").is_some() && reason.is_none() {
        d.refuse(&span(node, "reason"), "`reason` of an override must say why".into());
    }
    let value = match node.get("value") {
        None => d.required(node, "value", None),
        Some(value) => {
            let read = scalar(value.get_ref());
            if read.is_none() {
                d.refuse(
                    &value.span(),
                    "`value` of an override is a string, a number, true, false or an array of strings".into(),
                );
            }
            read
        }
    };
    let (operation, key, reason, value) = (operation?, key?, reason?, value?);
    let known = if row.is_some() { ROW_KEYS } else { OPERATION_KEYS };
    if !known.contains(&key.as_str()) {
        let of = if row.is_some() { "a row" } else { "an operation" };
        d.refuse(&span(node, "key"), format!("`{key}` of {of} cannot be overridden; keys are {}", known.join(", ")));
        return None;
    }
    if let Some(problem) = problem(&key, &value) {
        d.refuse(&span(node, "value"), problem);
        return None;
    }
    let expect = node.get("expect").map(|value| render(value.get_ref()));
    if expect.as_deref() == node.get("value").map(|value| render(value.get_ref())).as_deref() && key != "name" {
        d.refuse(
            &span(node, "value"),
            "`value` of an override is what it expects to replace, so it changes nothing".into(),
        );
        return None;
    }
    Some(Override { operation, row, key, expect, value, reason, place: d.place(&node.span) })
}

/// Why a value cannot stand for a key.
fn problem(key: &str, value: &Value) -> Option<String> {
    match (key, value) {
        ("deprecated" | "asynchronous" | "conditional", Value::Flag(_)) => None,
        ("deprecated" | "asynchronous" | "conditional", _) => Some(format!("`{key}` is true or false")),
        ("counts", Value::Text(text)) if matches!(text.as_str(), paging::ITEMS | paging::PAGES) => None,
        ("counts", _) => Some("`counts` is items or pages".into()),
        ("mandatory", Value::Flag(_)) => None,
        ("mandatory", _) => Some("`mandatory` is true or false".into()),
        ("method", Value::Text(method)) if !METHODS.contains(&method.as_str()) => {
            Some(format!("`method` is one of {}, not `{method}`", METHODS.join(", ")))
        }
        ("values", Value::List(_)) => None,
        ("values", _) => Some("`values` is an array of strings".into()),
        ("path", Value::Text(path)) => check_path(path).err(),
        ("name", Value::Text(name)) if name.is_empty() => Some("`name` is empty".into()),
        ("type", Value::Text(word)) if types::parse(word).is_none_or(|word| word.bare) => {
            Some(format!("`{word}` is in no type vocabulary; for the type of a table write `{word} object`"))
        }
        (_, Value::Text(_)) => None,
        _ => Some(format!("`{key}` is a string")),
    }
}

fn span(node: &Node<'_, '_>, key: &str) -> Range<usize> {
    node.get(key).map_or(node.span.clone(), toml::Spanned::span)
}

fn scalar(value: &DeValue<'_>) -> Option<Value> {
    if let Some(flag) = value.as_bool() {
        return Some(Value::Flag(flag));
    }
    if let Some(list) = decode::literals(value) {
        return Some(Value::List(list));
    }
    decode::literal(value).map(Value::Text)
}

/// A TOML value in the words of `write`, so that a guard can be compared with what the spec says.
fn render(value: &DeValue<'_>) -> String {
    if let Some(table) = value.as_table() {
        let mut pairs: Vec<String> =
            table.iter().map(|(key, value)| format!("{} = {}", key.get_ref(), render(value.get_ref()))).collect();
        pairs.sort();
        return format!("{{ {} }}", pairs.join(", "));
    }
    match scalar(value) {
        Some(Value::Flag(flag)) => flag.to_string(),
        Some(Value::List(list)) => write::array(&list),
        Some(Value::Text(text)) => write::string(&text),
        None => String::new(),
    }
}

/// What the spec says now, comparable with a guard.
fn current<T>(claim: &Option<Claim<T>>, value: impl Fn(&T) -> String) -> Option<String> {
    claim.as_ref().map(|claim| match claim {
        Claim::Agreed(agreed) => value(agreed),
        Claim::Contested(claims) => {
            let mut pairs: Vec<String> = claims.iter().map(|(source, v)| format!("{source} = {}", value(v))).collect();
            pairs.sort();
            format!("{{ {} }}", pairs.join(", "))
        }
    })
}

/// Applies the overrides to the specs of a service. An override that does not fit is an error.
///
/// Overrides of `name` were applied when the specs were written, because they name the files; here they are only checked.
pub fn apply(overrides: &[Override], specs: &mut [SpecFile]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for entry in overrides {
        let name = match (&entry.row, entry.key.as_str(), &entry.value) {
            (None, "name", Value::Text(name)) => name.as_str(),
            _ => entry.operation.as_str(),
        };
        let Some(spec) = specs.iter_mut().find(|spec| spec.operation.name == name) else {
            let message = format!("no operation is called `{name}`");
            diagnostics.push(Diagnostic::new(&codes::OVERRIDE_UNUSED, entry.place.clone(), message));
            continue;
        };
        if entry.row.is_none() && entry.key == "name" {
            continue;
        }
        if let Err(diagnostic) = apply_one(entry, &mut spec.operation) {
            diagnostics.push(diagnostic.operation(&entry.operation));
            continue;
        }
        for problem in read::inconsistencies(&spec.operation) {
            let message = format!("with this override the spec contradicts itself: {problem}");
            let diagnostic = Diagnostic::new(&codes::SPEC_VALUE_WRONG, entry.place.clone(), message);
            diagnostics.push(diagnostic.operation(&entry.operation));
        }
    }
    diagnostics
}

fn apply_one(entry: &Override, operation: &mut Operation) -> Result<(), Box<Diagnostic>> {
    let Some(address) = &entry.row else { return on_operation(entry, operation) };
    let unused = |message: String| Box::new(Diagnostic::new(&codes::OVERRIDE_UNUSED, entry.place.clone(), message));
    // Ids and names may hold dots, so the longest table id that fits is the one that is meant.
    let table = operation
        .tables
        .iter_mut()
        .filter(|table| address.strip_prefix(table.id.as_str()).is_some_and(|rest| rest.starts_with('.')))
        .max_by_key(|table| table.id.len());
    let Some(table) = table else {
        return Err(unused(format!("`{address}` names no table; write TABLE.ROW with the id of a table of the spec")));
    };
    let name = address.get(table.id.len() + 1..).unwrap_or_default().to_string();
    let Some(row) = table.rows.iter_mut().find(|row| row.name == name) else {
        return Err(unused(format!("table `{}` has no row `{name}`", table.id)));
    };
    on_row(entry, row)
}

fn guard(entry: &Override, now: Option<String>) -> Result<(), Box<Diagnostic>> {
    if now == entry.expect {
        return Ok(());
    }
    let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".into());
    let at = match &entry.row {
        Some(row) => format!("`{}` of `{row}`", entry.key),
        None => format!("`{}`", entry.key),
    };
    let message = format!("expects {at} to be {}, but the pages now say {}", show(&entry.expect), show(&now));
    Err(Box::new(Diagnostic::new(&codes::OVERRIDE_STALE, entry.place.clone(), message)))
}

fn on_operation(entry: &Override, operation: &mut Operation) -> Result<(), Box<Diagnostic>> {
    let now = match entry.key.as_str() {
        "method" => Some(write::string(&operation.method)),
        "path" => Some(write::string(&operation.path)),
        "media_type" => operation.media_type.as_deref().map(write::string),
        "deprecated" => Some(operation.deprecated.to_string()),
        _ => Some(operation.asynchronous.to_string()),
    };
    guard(entry, now)?;
    match (entry.key.as_str(), &entry.value) {
        ("method", Value::Text(text)) => operation.method = text.clone(),
        ("path", Value::Text(text)) => {
            operation.path = text.clone();
            operation.paths = None;
        }
        ("media_type", Value::Text(text)) => operation.media_type = Some(text.clone()),
        ("deprecated", Value::Flag(flag)) => operation.deprecated = *flag,
        ("asynchronous", Value::Flag(flag)) => operation.asynchronous = *flag,
        _ => {}
    }
    Ok(())
}

fn on_row(entry: &Override, row: &mut Row) -> Result<(), Box<Diagnostic>> {
    let text = |value: &String| write::string(value);
    let facts = &mut row.facts;
    let slot = match entry.key.as_str() {
        "type" => &mut row.kind,
        "default" => &mut facts.default,
        "min" => &mut facts.min,
        "max" => &mut facts.max,
        "min_length" => &mut facts.min_length,
        "max_length" => &mut facts.max_length,
        "min_items" => &mut facts.min_items,
        "max_items" => &mut facts.max_items,
        "pattern" => &mut facts.pattern,
        "counts" => &mut facts.counts,
        other => return on_special(entry, other, row),
    };
    guard(entry, current(slot, text))?;
    if let Value::Text(value) = &entry.value {
        *slot = Some(Claim::Agreed(value.clone()));
    }
    // A type that a person gave is known, whatever the page's word was.
    if entry.key == "type" && row.table.is_none() {
        row.opaque = None;
    }
    Ok(())
}

fn on_special(entry: &Override, key: &str, row: &mut Row) -> Result<(), Box<Diagnostic>> {
    match (key, &entry.value) {
        ("name", Value::Text(name)) => {
            guard(entry, Some(write::string(&row.name)))?;
            row.name = name.clone();
        }
        ("table", Value::Text(id)) => {
            guard(entry, row.table.as_deref().map(write::string))?;
            row.table = Some(id.clone());
        }
        ("opaque", Value::Text(why)) => {
            guard(entry, row.opaque.as_deref().map(write::string))?;
            row.opaque = Some(why.clone());
        }
        ("mandatory", value) => {
            guard(entry, current(&row.mandatory, write::mandatory))?;
            let yes = matches!(value, Value::Flag(true));
            row.mandatory = Some(Claim::Agreed(if yes { Mandatory::Yes } else { Mandatory::No }));
        }
        ("values", Value::List(values)) => {
            guard(entry, current(&row.facts.values, |values| write::array(values)))?;
            row.facts.values = Some(Claim::Agreed(values.clone()));
        }
        ("deprecated", Value::Flag(flag)) => {
            guard(entry, current(&row.facts.deprecated, bool::to_string))?;
            row.facts.deprecated = Some(Claim::Agreed(*flag));
        }
        ("conditional", Value::Flag(flag)) => {
            guard(entry, current(&row.facts.conditional, bool::to_string))?;
            row.facts.conditional = Some(Claim::Agreed(*flag));
        }
        _ => {}
    }
    Ok(())
}

/// Applies the overrides of names to operations that were just named. `by_rule` holds the names that the rule gives them, which is what an
/// override of a name goes by. Used when specs are written.
pub fn rename(overrides: &[Override], operations: &mut [Operation], by_rule: &[String]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for entry in overrides.iter().filter(|entry| entry.row.is_none() && entry.key == "name") {
        let Value::Text(name) = &entry.value else { continue };
        if !is_snake_case(name) {
            let message = format!("`{name}` is not a snake_case name");
            diagnostics.push(Diagnostic::new(&codes::SPEC_NAME_WRONG, entry.place.clone(), message));
            continue;
        }
        if let Err(diagnostic) = guard(entry, Some(write::string(&entry.operation))) {
            let help = "`expect` of a name is the name that the rule gives: the value of `operation`";
            diagnostics.push(diagnostic.help(help));
            continue;
        }
        let index = by_rule.iter().position(|rule| *rule == entry.operation);
        if let Some(operation) = index.and_then(|index| operations.get_mut(index)) {
            operation.name.clone_from(name);
        } else if !operations.iter().any(|operation| operation.name == *name) {
            // The rule may call an operation otherwise by now; if it has the name that was decided, that is enough.
            let message = format!("the naming rule calls no operation `{}`", entry.operation);
            diagnostics.push(Diagnostic::new(&codes::OVERRIDE_STALE, entry.place.clone(), message));
        }
    }
    diagnostics
}
