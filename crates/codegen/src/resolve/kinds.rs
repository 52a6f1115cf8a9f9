//! Which Rust type a field gets: the claims of all sources and what the examples show, brought to one type.

use tablature_spec::model::{Claim, Row};
use tablature_spec::types::{self, Shape};

use crate::json::Json;

/// A type, before it has a name in Rust.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    /// No value at all.
    Unit,
    /// `bool`.
    Bool,
    /// `i64`. Pages say Integer of values that pass 32 bits, so there is one size.
    Integer,
    /// `f64`.
    Float,
    /// `String`.
    Text,
    /// Any JSON value.
    Json,
    /// An enum, by its place in the list of enums.
    Enum(usize),
    /// A struct, by its place in the list of structs.
    Struct(usize),
    /// An array.
    List(Box<Type>),
    /// An object with free keys.
    Map(Box<Type>),
}

impl Type {
    /// Whether it is a single value, which can stand in a path, query or header.
    pub fn is_scalar(&self) -> bool {
        matches!(self, Type::Bool | Type::Integer | Type::Float | Type::Text | Type::Enum(_))
    }

    /// The struct in it, through arrays and maps.
    pub fn innermost(&self) -> &Type {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.innermost(),
            other => other,
        }
    }

    /// [`Type::innermost`], to be changed.
    pub fn innermost_mut(&mut self) -> &mut Type {
        match self {
            Type::List(inner) | Type::Map(inner) => inner.innermost_mut(),
            other => other,
        }
    }
}

/// Says that the sources name kinds of types that differ.
pub(super) const SOURCES_DIFFER: &str = "the sources disagree about the type";
/// Says that an example shows another kind of value.
pub(super) const EXAMPLE_DIFFERS: &str = "an example shows another kind of value than the tables";

/// What may become of claims that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a path, query or header everything is text in the end.
    Parameter,
    /// In a request body a value must go out as the caller gives it.
    Request,
    /// In a response body text can take any single value.
    Response,
}

/// The shapes that the sources claim, in their order, without repetitions. An unknown word is any value.
pub(super) fn shapes(row: &Row) -> Vec<Shape> {
    // Free keys are said in the description, whatever the word for the type is.
    if let Some(word) = &row.map {
        let values = types::parse(word).map_or(Shape::Any, |word| word.shape);
        return vec![Shape::Map(Box::new(values))];
    }
    let mut out: Vec<Shape> = Vec::new();
    for (_, word) in row.kind.iter().flat_map(Claim::values) {
        let shape = match types::parse(word) {
            Some(word) if !word.bare || row.table.is_some() => word.shape,
            _ => Shape::Any,
        };
        if !out.contains(&shape) {
            out.push(shape);
        }
    }
    out
}

/// The type of a shape; `table` is the struct of the table that the row refers to.
pub(super) fn of_shape(shape: &Shape, table: Option<&Type>) -> Type {
    match shape {
        Shape::String | Shape::File => Type::Text,
        Shape::Integer32 | Shape::Integer64 => Type::Integer,
        Shape::Float => Type::Float,
        Shape::Boolean => Type::Bool,
        Shape::Object(_) => table.cloned().unwrap_or(Type::Json),
        // A table says more than the word of an array's or map's items.
        Shape::Any => table.cloned().unwrap_or(Type::Json),
        Shape::Array(inner) => Type::List(Box::new(of_shape(inner, table))),
        Shape::Map(inner) => Type::Map(Box::new(of_shape(inner, table))),
        Shape::Null => Type::Json,
    }
}

/// The type that takes what either of two claims describes.
pub(super) fn join(a: Type, b: Type, place: Place) -> Type {
    if a == b {
        return a;
    }
    match (a, b) {
        (Type::List(a), Type::List(b)) => {
            // A bare "Array" says less than "Array of strings", not something else.
            Type::List(Box::new(match (*a, *b) {
                (Type::Json, other) | (other, Type::Json) => other,
                (a, b) => join(a, b, place),
            }))
        }
        (Type::Map(a), Type::Map(b)) => Type::Map(Box::new(match (*a, *b) {
            (Type::Json, other) | (other, Type::Json) => other,
            (a, b) => join(a, b, place),
        })),
        (Type::Integer, Type::Float) | (Type::Float, Type::Integer) => Type::Float,
        (a, b) if a.is_scalar() && b.is_scalar() && place != Place::Request => Type::Text,
        _ if place == Place::Parameter => Type::Text,
        _ => Type::Json,
    }
}

/// The type that takes the declared type's values and this value too; the same type if lenient decoding can bridge the two.
pub(super) fn widen(declared: Type, shown: &Json) -> Type {
    match (declared, shown) {
        (declared @ (Type::Json | Type::Unit), _) | (declared, Json::Null) => declared,
        // Decoding takes an empty text for an absent value wherever text is not declared.
        (declared, Json::Text(text)) if text.trim().is_empty() => declared,
        (Type::List(inner), Json::Array(items)) => Type::List(Box::new(items.iter().fold(*inner, widen))),
        (Type::Map(inner), Json::Object(members)) => {
            Type::Map(Box::new(members.iter().fold(*inner, |inner, (_, value)| widen(inner, value))))
        }
        // What lies in the object was held against the rows of its table.
        (declared @ Type::Struct(_), Json::Object(_)) => declared,
        (declared, Json::Bool(_) | Json::Number(_) | Json::Text(_)) if declared.is_scalar() => {
            match (declared, shown) {
                (Type::Bool, Json::Bool(_)) => Type::Bool,
                (Type::Bool, Json::Text(text)) if is_boolean(text) => Type::Bool,
                (Type::Bool, Json::Number(number)) if matches!(number.as_str(), "0" | "1") => Type::Bool,
                (Type::Integer, Json::Number(text) | Json::Text(text)) if is_whole(text) => Type::Integer,
                (Type::Integer, Json::Number(_)) | (Type::Float, Json::Number(_)) => Type::Float,
                (Type::Float, Json::Text(text)) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => Type::Float,
                (declared @ (Type::Text | Type::Enum(_)), _) => declared,
                _ => Type::Text,
            }
        }
        _ => Type::Json,
    }
}

/// [`widen`] for folding over borrowed values.
pub(super) fn widen_by(declared: Type, shown: &&Json) -> Type {
    widen(declared, shown)
}

/// The texts that lenient decoding takes for a boolean.
fn is_boolean(text: &str) -> bool {
    ["true", "false", "0", "1"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
}

/// The texts that lenient decoding takes for an integer.
fn is_whole(text: &str) -> bool {
    // Above 2^53 a float stands for several integers.
    let float = |text: &str| {
        text.parse::<f64>().is_ok_and(|value| value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0)
    };
    text.trim().parse::<i64>().is_ok() || float(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn list(inner: Type) -> Type {
        Type::List(Box::new(inner))
    }

    fn map(inner: Type) -> Type {
        Type::Map(Box::new(inner))
    }

    #[track_caller]
    fn check_widen(declared: Type, shown: &str, expect: Type) {
        assert_eq!(widen(declared, &json::parse(shown).expect("JSON")), expect, "{shown}");
    }

    #[test]
    fn examples_widen_only_what_decoding_cannot_bridge() {
        check_widen(Type::Integer, "1", Type::Integer);
        check_widen(Type::Integer, "\"12\"", Type::Integer);
        check_widen(Type::Integer, "1.5", Type::Float);
        check_widen(Type::Integer, "99999999999999999999", Type::Float);
        check_widen(Type::Integer, "\"1 GB\"", Type::Text);
        check_widen(Type::Integer, "null", Type::Integer);
        check_widen(Type::Integer, "{}", Type::Json);
        check_widen(Type::Bool, "\"False\"", Type::Bool);
        check_widen(Type::Bool, "1", Type::Bool);
        check_widen(Type::Bool, "7", Type::Text);
        check_widen(Type::Text, "7", Type::Text);
        check_widen(Type::Text, "[]", Type::Json);
        check_widen(Type::Enum(0), "\"other\"", Type::Enum(0));
        check_widen(Type::Struct(0), "{\"a\": 1}", Type::Struct(0));
        check_widen(Type::Struct(0), "[]", Type::Json);
        check_widen(Type::Struct(0), "\"\"", Type::Struct(0));
        check_widen(Type::Struct(0), "\"x\"", Type::Json);
        check_widen(Type::Integer, "\" \"", Type::Integer);
        check_widen(Type::Integer, "10.0", Type::Integer);
        check_widen(list(Type::Struct(0)), "{}", Type::Json);
        check_widen(list(Type::Integer), "[1, \"x\"]", list(Type::Text));
        check_widen(list(Type::Struct(0)), "[\"x\"]", list(Type::Json));
        check_widen(map(Type::Text), "{\"a\": []}", map(Type::Json));
        check_widen(map(Type::Text), "[]", Type::Json);
    }

    #[track_caller]
    fn check_join(a: Type, b: Type, place: Place, expect: Type) {
        assert_eq!(join(a.clone(), b.clone(), place), expect);
        assert_eq!(join(b, a, place), expect, "the other way round");
    }

    #[test]
    fn contested_claims_take_the_more_tolerant_type() {
        check_join(Type::Bool, Type::Integer, Place::Response, Type::Text);
        check_join(Type::Bool, Type::Integer, Place::Request, Type::Json);
        check_join(Type::Bool, Type::Integer, Place::Parameter, Type::Text);
        check_join(Type::Integer, Type::Float, Place::Request, Type::Float);
        check_join(Type::Float, Type::Struct(0), Place::Response, Type::Json);
        check_join(Type::Struct(0), list(Type::Struct(0)), Place::Response, Type::Json);
        check_join(list(Type::Json), list(Type::Text), Place::Response, list(Type::Text));
        check_join(list(Type::Integer), list(Type::Text), Place::Response, list(Type::Text));
        check_join(list(Type::Integer), Type::Text, Place::Parameter, Type::Text);
        check_join(map(Type::Json), map(Type::Integer), Place::Response, map(Type::Integer));
    }
}
