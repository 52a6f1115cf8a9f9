//! What a row's type words mean in JSON Schema: the claims of all sources brought to one type that takes what any of them describes.

use serde_json::{Map, Value, json};
use tablature_spec::model::{Claim, Row};
use tablature_spec::types::{self, Shape};

use crate::Version;

/// A type, before it is a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Type {
    /// Any JSON value.
    Any,
    /// Nothing but null.
    Null,
    /// Text.
    Text,
    /// The bytes of a file.
    File,
    /// A whole number; pages say Integer of values that pass 32 bits, so only `Long` has a size.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An object of which nothing is known.
    Object,
    /// The object that a table describes, by the table's id.
    Table(String),
    /// An array.
    List(Box<Type>),
    /// An object with free keys.
    Map(Box<Type>),
    /// One of several, because the sources differ.
    Union(Vec<Type>),
}

/// The type of rows that describe one field; `None` if no row has a type word.
pub(crate) fn of_rows(rows: &[&Row]) -> Option<Type> {
    let mut found: Option<Type> = None;
    for row in rows {
        let words: Vec<&String> = row.kind.iter().flat_map(Claim::values).map(|(_, word)| word).collect();
        let table = row.table.as_deref();
        let shapes = words.iter().map(|word| match types::parse(word) {
            Some(word) if !word.bare || table.is_some() => of_shape(&word.shape, table),
            _ => of_shape(&Shape::Any, table),
        });
        let untyped = (words.is_empty() && table.is_some()).then(|| of_shape(&Shape::Any, table));
        for next in shapes.chain(untyped) {
            found = Some(match found {
                Some(found) => join(found, next),
                None => next,
            });
        }
    }
    found
}

fn of_shape(shape: &Shape, table: Option<&str>) -> Type {
    let described = |or: Type| table.map_or(or, |table| Type::Table(table.to_string()));
    match shape {
        Shape::String => Type::Text,
        Shape::File => Type::File,
        Shape::Integer32 => Type::Integer,
        Shape::Integer64 => Type::Long,
        Shape::Float => Type::Number,
        Shape::Boolean => Type::Boolean,
        Shape::Null => Type::Null,
        Shape::Object(_) => described(Type::Object),
        Shape::Any => described(Type::Any),
        Shape::Array(inner) => Type::List(Box::new(of_shape(inner, table))),
        Shape::Map(inner) => Type::Map(Box::new(of_shape(inner, table))),
    }
}

/// The type that takes what either of two claims describes.
pub(crate) fn join(a: Type, b: Type) -> Type {
    if a == b {
        return a;
    }
    match (a, b) {
        (Type::List(a), Type::List(b)) => Type::List(Box::new(join_inner(*a, *b))),
        (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(join_inner(*a, *b))),
        (Type::Any, _) | (_, Type::Any) => Type::Any,
        // A bare "Object" says less than a table or a map, not something else.
        (Type::Object, other @ (Type::Table(_) | Type::Map(_)))
        | (other @ (Type::Table(_) | Type::Map(_)), Type::Object) => other,
        (Type::Integer, Type::Long) | (Type::Long, Type::Integer) => Type::Long,
        (Type::Integer | Type::Long, Type::Number) | (Type::Number, Type::Integer | Type::Long) => Type::Number,
        (a, b) => {
            let mut members = Vec::new();
            for part in [a, b] {
                let parts = if let Type::Union(parts) = part { parts } else { vec![part] };
                for part in parts {
                    if !members.contains(&part) {
                        members.push(part);
                    }
                }
            }
            Type::Union(members)
        }
    }
}

/// A bare "Array" says less than "Array of strings", not something else.
fn join_inner(a: Type, b: Type) -> Type {
    match (a, b) {
        (Type::Any, other) | (other, Type::Any) => other,
        (a, b) => join(a, b),
    }
}

impl Type {
    /// The schema; `names` gives the reference to a table's component.
    pub(crate) fn schema(&self, version: Version, names: &dyn Fn(&str) -> Option<String>) -> Map<String, Value> {
        let inner = |kind: &Type| Value::Object(kind.schema(version, names));
        let value = match self {
            Type::Any => json!({}),
            // 3.0 cannot say "null only".
            Type::Null if version == Version::V3_0 => json!({}),
            Type::Null => json!({ "type": "null" }),
            Type::Text => json!({ "type": "string" }),
            Type::File if version == Version::V3_0 => json!({ "type": "string", "format": "binary" }),
            Type::File => json!({ "type": "string", "contentMediaType": "application/octet-stream" }),
            Type::Integer => json!({ "type": "integer" }),
            Type::Long => json!({ "type": "integer", "format": "int64" }),
            Type::Number => json!({ "type": "number" }),
            Type::Boolean => json!({ "type": "boolean" }),
            Type::Object => json!({ "type": "object" }),
            Type::Table(id) => match names(id) {
                Some(reference) => json!({ "$ref": reference }),
                None => json!({ "type": "object" }),
            },
            Type::List(item) => json!({ "type": "array", "items": inner(item) }),
            Type::Map(value) => json!({ "type": "object", "additionalProperties": inner(value) }),
            Type::Union(members) => return union(members, version, names),
        };
        match value {
            Value::Object(map) => map,
            _ => Map::new(),
        }
    }
}

fn union(members: &[Type], version: Version, names: &dyn Fn(&str) -> Option<String>) -> Map<String, Value> {
    let null = members.contains(&Type::Null);
    let mut schemas: Vec<Map<String, Value>> =
        members.iter().filter(|member| **member != Type::Null).map(|member| member.schema(version, names)).collect();
    if version == Version::V3_1 && null {
        schemas.push(Type::Null.schema(version, names));
    }
    let mut out = Map::new();
    if version == Version::V3_1 && schemas.iter().all(|schema| schema.len() == 1 && schema.contains_key("type")) {
        out.insert("type".into(), schemas.iter_mut().filter_map(|schema| schema.remove("type")).collect());
        return out;
    }
    if version == Version::V3_0 && null {
        // `nullable` means something only beside a `type`.
        for schema in &mut schemas {
            if schema.contains_key("type") {
                schema.insert("nullable".into(), Value::Bool(true));
            } else {
                return Map::new();
            }
        }
    }
    if let [_] = schemas.as_slice() {
        return schemas.pop().unwrap_or_default();
    }
    out.insert("anyOf".into(), schemas.into_iter().map(Value::Object).collect());
    out
}
