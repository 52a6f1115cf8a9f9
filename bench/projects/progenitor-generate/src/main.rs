//! Writes what progenitor makes of an OpenAPI document, without the operations that it refuses, and says why it refuses them.
//!
//! `progenitor-generate DOCUMENT ACCEPTED.json OUT.rs`: the operations that stay, as a document of their own, and the formatted client.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;

use serde_json::Value;

static PANIC: Mutex<String> = Mutex::new(String::new());

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [document, accepted, out] = arguments.as_slice() else { return Err("usage: DOCUMENT ACCEPTED OUT".into()) };
    let mut document = distinct(std::fs::read_to_string(document)?)?;
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut message) = PANIC.lock() {
            *message = info.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        }
    }));
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut kept = paths.clone();
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, item) in &paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let Some(name) = operation["operationId"].as_str() else { continue };
            let mut single = item.clone();
            if let Some(single) = single.as_object_mut() {
                single.retain(|key, value| key == method || value.get("operationId").is_none());
            }
            document["paths"] = serde_json::json!({ path: single });
            if let Err(reason) = generate(&reachable(&document)) {
                refused.entry(reason).or_default().push(name.to_string());
                if let Some(item) = kept.get_mut(path).and_then(Value::as_object_mut) {
                    item.remove(method);
                }
            }
        }
    }
    kept.retain(|_, item| item.as_object().is_some_and(|item| item.values().any(|v| v.get("operationId").is_some())));
    document["paths"] = Value::Object(kept);
    let document = reachable(&document);
    let code = generate(&document)?;
    std::fs::write(accepted, serde_json::to_string(&document)?)?;
    std::fs::write(out, code)?;
    println!("{}", serde_json::to_string(&refused)?);
    Ok(())
}

/// Progenitor calls two schemas alike whose names differ in case or signs only, and a schema and a property of another one whose names together
/// are its name; its code does not compile then. So each name gets an end that no property has, and a number where it needs one.
fn distinct(mut text: String) -> Result<Value, Box<dyn Error>> {
    let mut document: Value = serde_json::from_str(&text)?;
    let schemas = document["components"]["schemas"].as_object().cloned().unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut renamed = serde_json::Map::new();
    for (name, _) in &schemas {
        let plain = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let mut number = 1;
        while !seen.insert(format!("{plain} {number}")) {
            number += 1;
        }
        let new = if number == 1 { format!("{name}Schema") } else { format!("{name}Schema{number}") };
        let reference = |name: &str| format!("\"#/components/schemas/{name}\"");
        text = text.replace(&reference(name), &reference(&new));
        renamed.insert(new, Value::from(name.as_str()));
    }
    document = serde_json::from_str(&text)?;
    for (_, schema) in &mut renamed {
        let name = schema.as_str().unwrap_or_default().to_string();
        *schema = document["components"]["schemas"][name].take();
    }
    document["components"]["schemas"] = Value::Object(renamed);
    Ok(document)
}

fn generate(document: &Value) -> Result<String, String> {
    let spec: openapiv3::OpenAPI = serde_json::from_value(document.clone()).map_err(|error| error.to_string())?;
    let settings = progenitor::GenerationSettings::default();
    let result = catch_unwind(AssertUnwindSafe(|| progenitor::Generator::new(&settings).generate_tokens(&spec)));
    let tokens = match result {
        Ok(tokens) => tokens.map_err(|error| error.to_string())?,
        Err(_) => return Err(PANIC.lock().map(|message| message.clone()).unwrap_or_default()),
    };
    let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
    Ok(prettyplease::unparse(&file))
}

/// The document without components that nothing refers to.
fn reachable(document: &Value) -> Value {
    let mut found = BTreeSet::new();
    let mut open = Vec::new();
    references(&document["paths"], &mut open);
    while let Some(reference) = open.pop() {
        if let Some(component) = document.pointer(reference.trim_start_matches('#'))
            && found.insert(reference)
        {
            references(component, &mut open);
        }
    }
    let mut document = document.clone();
    if let Some(components) = document["components"].as_object_mut() {
        for (kind, items) in components.iter_mut().filter(|(kind, _)| *kind != "securitySchemes") {
            if let Some(items) = items.as_object_mut() {
                items.retain(|name, _| found.contains(&format!("#/components/{kind}/{name}")));
            }
        }
    }
    document
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                found.push(reference.to_string());
            }
            members.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
