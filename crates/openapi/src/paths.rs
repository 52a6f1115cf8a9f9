//! Where each operation stands in the document: OpenAPI takes one operation per method and path.

use std::collections::{BTreeMap, BTreeSet};

use tablature_spec::codes;
use tablature_spec::diagnostic::Diagnostic;
use tablature_spec::load::Service;
use tablature_spec::model::Operation;

/// The methods that a path item has keys for.
const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The place of one operation.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The key under `paths`.
    pub(crate) key: String,
    /// The key in the path item.
    pub(crate) method: &'static str,
    /// The operation's own names of the placeholders, with their names in the key.
    pub(crate) placeholders: Vec<(String, String)>,
}

/// A path template in parts: text and placeholders in turn.
struct Template {
    /// The text around the placeholders; one more than there are names.
    texts: Vec<String>,
    names: Vec<String>,
}

/// The place of each operation, in the service's order; `None` where OpenAPI cannot hold it, with a diagnostic.
pub(crate) fn places(service: &Service, diagnostics: &mut Vec<Diagnostic>) -> Vec<Option<Place>> {
    let templates: Vec<Template> = service.operations.iter().map(|spec| template(&spec.operation.path)).collect();
    let mut groups: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    for (index, template) in templates.iter().enumerate() {
        groups.entry(&template.texts).or_default().push(index);
    }
    let mut places: Vec<Option<Place>> = vec![None; templates.len()];
    for (texts, members) in groups {
        let names = shared_names(&members, &templates);
        let path = path(texts, &names);
        let mut taken: BTreeSet<(&str, String)> = BTreeSet::new();
        let mut order = members.clone();
        // Stable, so the service's order decides among equals.
        order.sort_by_key(|&index| service.operations.get(index).map(|spec| rank(&spec.operation)));
        for index in order {
            let (Some(spec), Some(template)) = (service.operations.get(index), templates.get(index)) else { continue };
            let operation = &spec.operation;
            let Some(&method) = METHODS.iter().find(|method| operation.method.eq_ignore_ascii_case(method)) else {
                let message = format!("OpenAPI has no method {}", operation.method);
                diagnostics.push(
                    Diagnostic::new(&codes::GENERATE_UNSUPPORTED, spec.place_of("method"), message)
                        .operation(&operation.name),
                );
                continue;
            };
            let Some(key) = keys(&path, operation).into_iter().find(|key| taken.insert((method, key.clone()))) else {
                continue;
            };
            if key != path {
                let message =
                    format!("stands under `{key}`, because another operation has {} {path}", operation.method);
                diagnostics.push(
                    Diagnostic::new(&codes::OPENAPI_PATH_SHARED, spec.place_of("path"), message)
                        .operation(&operation.name),
                );
            }
            let placeholders: Vec<(String, String)> = template.names.iter().cloned().zip(names.clone()).collect();
            if let Some((own, name)) = placeholders.iter().find(|(own, name)| own != name) {
                let message =
                    format!("the placeholder `{own}` is called `{name}`, as most operations on this path call it");
                diagnostics.push(
                    Diagnostic::new(&codes::OPENAPI_PLACEHOLDER_RENAMED, spec.place_of("path"), message)
                        .operation(&operation.name),
                );
            }
            if let Some(place) = places.get_mut(index) {
                *place = Some(Place { key, method, placeholders });
            }
        }
    }
    places
}

/// The least one has the plain path: an operation that no fixed query tells apart, then one that is not deprecated, then one that the vendor's
/// API Explorer lists.
fn rank(operation: &Operation) -> (bool, bool, bool) {
    (!operation.fixed_query.is_empty(), operation.deprecated, operation.explorer.is_none())
}

/// The keys that an operation can stand under, the best one first. Names are unique in a service, so the last one is always free.
fn keys(path: &str, operation: &Operation) -> Vec<String> {
    let query: Vec<String> = operation.fixed_query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut keys = vec![path.to_string()];
    if !query.is_empty() {
        keys.push(format!("{path}#{}", fragment(&query.join("&"))));
    }
    keys.push(format!("{path}#{}", fragment(&operation.name)));
    keys
}

/// Braces would look like a placeholder.
fn fragment(text: &str) -> String {
    text.replace('{', "%7B").replace('}', "%7D")
}

/// The names of the placeholders that operations on one path share: what most of them say, in a tie the first one.
fn shared_names(members: &[usize], templates: &[Template]) -> Vec<String> {
    let members: Vec<&Template> = members.iter().filter_map(|&index| templates.get(index)).collect();
    let count = members.first().map_or(0, |template| template.names.len());
    let mut names: Vec<String> = Vec::new();
    for position in 0..count {
        let said: Vec<&str> =
            members.iter().filter_map(|template| template.names.get(position)).map(String::as_str).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in &said {
            *counts.entry(name).or_default() += 1;
        }
        let most = counts.values().copied().max().unwrap_or(0);
        let name = said.iter().find(|name| counts.get(**name) == Some(&most)).copied().unwrap_or_default();
        let name = if name.is_empty() { "value" } else { name };
        // One path cannot have two parameters of one name.
        let numbered = (2usize..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.to_string()).chain(numbered).find(|name| !names.contains(name));
        names.extend(free);
    }
    names
}

fn path(texts: &[String], names: &[String]) -> String {
    let mut path = String::new();
    for (index, text) in texts.iter().enumerate() {
        path.push_str(text);
        if let Some(name) = names.get(index) {
            path.push('{');
            path.push_str(name);
            path.push('}');
        }
    }
    path
}

fn template(path: &str) -> Template {
    let mut template = Template { texts: Vec::new(), names: Vec::new() };
    let mut rest = path;
    let mut text = if path.starts_with('/') { String::new() } else { "/".to_string() };
    while let Some((head, tail)) = rest.split_once('{') {
        let Some((name, after)) = tail.split_once('}') else { break };
        text.push_str(head);
        template.texts.push(std::mem::take(&mut text));
        template.names.push(name.to_string());
        rest = after;
    }
    // A brace that does not pair is no placeholder.
    text.push_str(&rest.replace('{', "%7B").replace('}', "%7D"));
    template.texts.push(text);
    template
}
