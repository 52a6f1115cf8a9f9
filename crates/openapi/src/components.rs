//! Names of the types that rows refer to: one component per type, shared by the operations that describe it identically.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use tablature_spec::load::Service;
use tablature_spec::model::{Operation, Role};

use crate::Version;
use crate::evidence::Evidence;
use crate::schema::Scope;

/// Chains of types longer than this are not compared across operations.
const MAX_ROUNDS: usize = 64;

/// The components of a document.
pub(crate) struct Components {
    /// The name of each operation's type, by the operation's number and the table's id.
    names: BTreeMap<(usize, String), String>,
    schemas: Map<String, Value>,
}

/// A table that gets a component.
struct Candidate<'a> {
    operation: usize,
    id: &'a str,
    /// The schema as text, with the ids of this operation's tables as references.
    text: String,
    /// The candidates it refers to.
    inner: Vec<usize>,
    class: usize,
}

impl Components {
    /// Finds the types of all operations and names them.
    pub(crate) fn of(service: &Service, evidence: &[Evidence<'_>], version: Version) -> Self {
        let mut candidates = candidates(service, evidence, version);
        classes(&mut candidates);
        let names = names(service, &candidates);
        let mut components = Components { names, schemas: Map::new() };
        for candidate in &candidates {
            let Some(name) = components.names.get(&(candidate.operation, candidate.id.to_string())) else { continue };
            let Some((spec, evidence)) =
                service.operations.get(candidate.operation).zip(evidence.get(candidate.operation))
            else {
                continue;
            };
            if components.schemas.contains_key(name) {
                continue;
            }
            let names = |table: &str| components.reference(candidate.operation, table);
            let scope = Scope { operation: &spec.operation, version, names: &names, evidence };
            if let Some(table) = spec.operation.table(candidate.id) {
                let (name, schema) = (name.clone(), scope.object(&[table]));
                components.schemas.insert(name, Value::Object(schema));
            }
        }
        components
    }

    /// The reference to the component of an operation's table.
    pub(crate) fn reference(&self, operation: usize, table: &str) -> Option<String> {
        self.names.get(&(operation, table.to_string())).map(|name| format!("#/components/schemas/{name}"))
    }

    /// All schemas by name.
    pub(crate) fn schemas(self) -> Map<String, Value> {
        self.schemas
    }
}

/// The tables of role type, and what else rows refer to.
fn targets(operation: &Operation) -> BTreeSet<&str> {
    let types = operation.tables_of(Role::Type).map(|table| table.id.as_str());
    let rows = operation.tables.iter().flat_map(|table| &table.rows);
    let referred = rows.filter_map(|row| row.table.as_deref()).filter(|id| operation.table(id).is_some());
    types.chain(referred).collect()
}

fn candidates<'a>(service: &'a Service, evidence: &[Evidence<'_>], version: Version) -> Vec<Candidate<'a>> {
    let mut out: Vec<Candidate<'_>> = Vec::new();
    for (number, (spec, evidence)) in service.operations.iter().zip(evidence).enumerate() {
        let operation = &spec.operation;
        let first = out.len();
        let ids = targets(operation);
        let at: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(index, id)| (*id, first + index)).collect();
        for id in ids {
            let Some(table) = operation.table(id) else { continue };
            let names = |table: &str| Some(table.to_string());
            let text =
                Value::Object(Scope { operation, version, names: &names, evidence }.object(&[table])).to_string();
            let inner = table.rows.iter().filter_map(|row| at.get(row.table.as_deref()?).copied()).collect();
            out.push(Candidate { operation: number, id, text, inner, class: 0 });
        }
    }
    out
}

/// Puts candidates into one class if they look the same all the way down, by refining classes of those that look the same at the top.
fn classes(candidates: &mut [Candidate<'_>]) {
    let mut count = {
        let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut first = Vec::new();
        for candidate in candidates.iter() {
            let next = known.len();
            first.push(*known.entry((candidate.id, &candidate.text)).or_insert(next));
        }
        let count = known.len();
        candidates.iter_mut().zip(first).for_each(|(candidate, class)| candidate.class = class);
        count
    };
    for round in 0..=MAX_ROUNDS {
        let mut known: BTreeMap<(usize, Vec<usize>, usize), usize> = BTreeMap::new();
        let mut refined = Vec::new();
        for candidate in candidates.iter() {
            let inner = candidate.inner.iter().filter_map(|&at| candidates.get(at)).map(|inner| inner.class).collect();
            // What is not settled by then is told apart by its operation.
            let apart = if round == MAX_ROUNDS { candidate.operation } else { 0 };
            let next = known.len();
            refined.push(*known.entry((candidate.class, inner, apart)).or_insert(next));
        }
        let settled = known.len() == count;
        count = known.len();
        candidates.iter_mut().zip(refined).for_each(|(candidate, class)| candidate.class = class);
        if settled {
            return;
        }
    }
}

fn names(service: &Service, candidates: &[Candidate<'_>]) -> BTreeMap<(usize, String), String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut by_class: BTreeMap<usize, String> = BTreeMap::new();
    let mut names = BTreeMap::new();
    for candidate in candidates {
        let name = by_class.entry(candidate.class).or_insert_with(|| {
            let plain = component_name(candidate.id);
            let operation = service.operations.get(candidate.operation).map(|spec| spec.operation.name.as_str());
            let suffixed = format!("{plain}.{}", component_name(operation.unwrap_or_default()));
            let numbered = (2usize..).map(|number| format!("{suffixed}.{number}"));
            let mut wanted = [plain, suffixed.clone()].into_iter().chain(numbered);
            wanted.find(|name| taken.insert(name.clone())).unwrap_or(suffixed)
        });
        names.insert((candidate.operation, candidate.id.to_string()), name.clone());
    }
    names
}

/// A table's id with the characters that OpenAPI allows in the name of a component.
fn component_name(id: &str) -> String {
    let name: String =
        id.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' }).collect();
    if name.chars().any(|c| c.is_ascii_alphanumeric()) { name } else { "Type".into() }
}
