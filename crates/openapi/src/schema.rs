//! Rows and tables as schemas.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use tablature_spec::model::{Claim, Mandatory, Operation, Row, Table};
use tablature_spec::types as words;

use crate::Version;
use crate::evidence::Evidence;
use crate::facts::{self, by_source};
use crate::types::{self, Type};

/// What a schema is made in.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    /// The operation whose tables rows refer to.
    pub(crate) operation: &'a Operation,
    /// The version of the document.
    pub(crate) version: Version,
    /// The reference to the component of a table.
    pub(crate) names: &'a dyn Fn(&str) -> Option<String>,
    /// What the operation's examples show.
    pub(crate) evidence: &'a Evidence<'a>,
}

/// Rows of one wire name in the tables that describe one place together.
pub(crate) struct Field<'a> {
    /// The name.
    pub(crate) wire: &'a str,
    /// The rows with their tables.
    pub(crate) rows: Vec<(&'a Table, &'a Row)>,
    /// Every one of the tables has it.
    pub(crate) everywhere: bool,
}

/// The rows of several tables by name, in the order in which the names first occur. `same` folds names that mean the same.
pub(crate) fn merge<'a>(tables: &[&'a Table], same: fn(&str) -> String) -> Vec<Field<'a>> {
    let mut fields: Vec<Field<'a>> = Vec::new();
    let mut counts: Vec<usize> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for (number, table) in tables.iter().enumerate() {
        for row in &table.rows {
            let at = *known.entry(same(&row.name)).or_insert_with(|| {
                fields.push(Field { wire: &row.name, rows: Vec::new(), everywhere: false });
                counts.push(0);
                fields.len() - 1
            });
            if let (Some(field), Some(count)) = (fields.get_mut(at), counts.get_mut(at)) {
                field.rows.push((table, row));
                // Counts tables, not rows: a name counts once in each.
                if *count == number {
                    *count += 1;
                }
            }
        }
    }
    for (field, count) in fields.iter_mut().zip(counts) {
        field.everywhere = count == tables.len();
    }
    fields
}

impl Field<'_> {
    /// Whether every source and table says without condition that the field must be there.
    pub(crate) fn is_required(&self) -> bool {
        self.everywhere && self.rows.iter().all(|(_, row)| is_mandatory(row))
    }
}

fn is_mandatory(row: &Row) -> bool {
    let conditional = row.facts.conditional.iter().flat_map(Claim::values).any(|(_, value)| *value);
    matches!(row.mandatory, Some(Claim::Agreed(Mandatory::Yes))) && row.condition.is_none() && !conditional
}

impl Scope<'_> {
    /// The schema of the object that tables describe together.
    pub(crate) fn object(&self, tables: &[&Table]) -> Map<String, Value> {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for field in merge(tables, str::to_string) {
            if field.is_required() {
                required.push(json!(field.wire));
            }
            properties.insert(field.wire.to_string(), Value::Object(self.field(&field.rows, Type::Any)));
        }
        let mut schema = Map::new();
        schema.insert("type".into(), json!("object"));
        if !properties.is_empty() {
            schema.insert("properties".into(), Value::Object(properties));
        }
        if !required.is_empty() {
            schema.insert("required".into(), Value::Array(required));
        }
        let scenarios: Map<String, Value> = tables
            .iter()
            .filter_map(|table| Some((table.scenario.as_ref()?, table)))
            .map(|(scenario, table)| (scenario.clone(), table.rows.iter().map(|row| json!(row.name)).collect()))
            .collect();
        if !scenarios.is_empty() {
            schema.insert("x-tablature-scenarios".into(), Value::Object(scenarios));
        }
        schema
    }

    /// The schema of a body: an object, or the array that `Table::array` says it is.
    pub(crate) fn body(&self, tables: &[&Table]) -> Map<String, Value> {
        let mut members = Vec::new();
        for array in [false, true] {
            let tables: Vec<&Table> = tables.iter().copied().filter(|table| table.array == array).collect();
            if tables.is_empty() {
                continue;
            }
            let object = Value::Object(self.object(&tables));
            members.push(if array { json!({ "type": "array", "items": object }) } else { object });
        }
        let schema = if members.len() > 1 { json!({ "anyOf": members }) } else { members.pop().unwrap_or(Value::Null) };
        match schema {
            Value::Object(schema) => schema,
            _ => Map::new(),
        }
    }

    /// The schema of one field; `untyped` is what a field is that no type word describes.
    pub(crate) fn field(&self, rows: &[(&Table, &Row)], untyped: Type) -> Map<String, Value> {
        let plain: Vec<&Row> = rows.iter().map(|(_, row)| *row).collect();
        let said = types::of_rows(&plain);
        let kind = match &said {
            Some(said) => self.evidence.refine(self.operation, rows, said),
            None => self.evidence.untyped(rows).unwrap_or(untyped),
        };
        let mut schema = kind.schema(self.version, self.names);
        let mut extra = Map::new();
        if said.as_ref().is_some_and(|said| *said != kind) {
            extra.insert("x-tablature-shown".into(), json!(true));
        }
        if let Some(row) = plain.first() {
            let mut stated = row.facts.clone();
            if stated.max_length.is_none() {
                stated.max_length = length_in_type(row).map(Claim::Agreed);
            }
            facts::apply(&stated, &kind, &mut schema, &mut extra);
            evidence(row, &mut schema, &mut extra);
        }
        let reference = schema.contains_key("$ref") && (schema.len() > 1 || !extra.is_empty());
        if reference && self.version == Version::V3_0 {
            // 3.0 ignores everything beside a reference.
            let target = schema.remove("$ref").unwrap_or_default();
            schema.insert("allOf".into(), json!([{ "$ref": target }]));
        }
        schema.extend(extra);
        schema
    }
}

/// The length in a type word such as `String(64)`.
fn length_in_type(row: &Row) -> Option<String> {
    let word = row.kind.as_ref()?.agreed()?;
    words::parse(word)?.max_length.map(|length| length.to_string())
}

/// What the page says of a row beside its limits.
fn evidence(row: &Row, schema: &mut Map<String, Value>, extra: &mut Map<String, Value>) {
    let mut put = |key: &str, value: Value| {
        extra.insert(format!("x-tablature-{key}"), value);
    };
    if let Some(kind) = &row.kind {
        put("type", claim(kind, |word| json!(word)));
    }
    match &row.mandatory {
        Some(Claim::Agreed(Mandatory::When(condition))) => put("mandatory", json!(condition)),
        Some(contested @ Claim::Contested(_)) => put("mandatory", claim(contested, mandatory)),
        _ => {}
    }
    if let Some(condition) = &row.condition {
        put("condition", claim(condition, |text| json!(text)));
    }
    if let Some(reason) = &row.opaque {
        put("opaque", json!(reason));
    }
    if let Some(description) = &row.description {
        if let Some(first) = description.first() {
            schema.insert("description".into(), json!(first));
        }
        if description.agreed().is_none() {
            put("description", claim(description, |text| json!(text)));
        }
    }
}

fn mandatory(value: &Mandatory) -> Value {
    match value {
        Mandatory::Yes => json!(true),
        Mandatory::No => json!(false),
        Mandatory::When(condition) => json!(condition),
    }
}

/// The value, or what each source says.
pub(crate) fn claim<T>(claim: &Claim<T>, show: impl Fn(&T) -> Value) -> Value {
    match claim {
        Claim::Agreed(value) => show(value),
        Claim::Contested(claims) => by_source(claims, show),
    }
}
