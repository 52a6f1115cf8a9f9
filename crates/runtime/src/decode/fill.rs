//! What happens to a value of one kind where another may be declared.

use serde_core::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde_core::de::{Deserialize, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected};
use serde_json::Value;

use super::Shape;
use super::members::{Buffer, members};
use super::read::{Path, Place, Reader, Seed};
use super::scalar::Scalar;

/// Fills `shape` with a scalar; `false` says that the scalar means an absent value.
pub(super) fn scalar<E: Error>(
    shape: Shape<'_>,
    scalar: Scalar<'_>,
    reader: &Reader<'_>,
    path: &Path<'_>,
) -> Result<bool, E> {
    let expected = shape.expected();
    let filled = match shape {
        Shape::Text(text) => {
            *text = as_text(scalar, reader)?;
            Some(())
        }
        Shape::Choice(choice) => {
            let text = as_text(scalar, reader)?;
            reader.chosen(choice, text, path);
            Some(())
        }
        Shape::Any(value) => {
            *value = scalar.value();
            Some(())
        }
        _ if scalar.is_blank() => {
            reader.type_differs(path, expected, "an empty text");
            return Ok(false);
        }
        Shape::Bool(value) => scalar.boolean().map(|sent| *value = sent),
        Shape::Integer(value) => scalar.integer().map(|sent| *value = sent),
        Shape::Float(value) => scalar.float().map(|sent| *value = sent),
        Shape::List(list) => {
            reader.type_differs(path, expected, "a single item");
            let item = list.item(1);
            let stays = item.stays_absent();
            if !self::scalar::<E>(item, scalar, reader, path)? && !stays {
                list.item(0);
            }
            return Ok(true);
        }
        Shape::Object(_) | Shape::Map(_) | Shape::Nothing => {
            return Err(E::invalid_type(scalar.unexpected(), &expected));
        }
    };
    match filled {
        Some(()) => {
            reader.scalar_differs(path, expected, &scalar);
            Ok(true)
        }
        None => Err(E::invalid_value(scalar.unexpected(), &expected)),
    }
}

/// A float does not tell with which digits it was sent.
fn as_text<E: Error>(scalar: Scalar<'_>, reader: &Reader<'_>) -> Result<String, E> {
    if matches!(scalar, Scalar::Float(_)) {
        reader.want_exact()?;
    }
    Ok(scalar.text())
}

/// Fills `shape` with an object; `false` says that it means an absent value.
pub(super) fn object<'de, A: MapAccess<'de>>(
    mut shape: Shape<'_>,
    mut access: A,
    reader: &Reader<'_>,
    path: &Path<'_>,
) -> Result<bool, A::Error> {
    let expected = shape.expected();
    match shape.again() {
        Shape::Object(object) => {
            let mut access = Some(access);
            let mut result = Ok(());
            object.fields(&mut |names, slots| {
                if let Some(access) = access.take() {
                    result = members(access, names, slots, reader, path);
                }
            });
            result?;
        }
        Shape::Map(entries) => {
            let mut key = String::new();
            while access.next_key_seed(Buffer(&mut key)).map_err(|error| reader.stopped(error, path))?.is_some() {
                let here = path.key(&key);
                let seed = Seed { place: Place::Entry(entries, &key), reader, path: &here };
                access.next_value_seed(seed).map_err(|error| reader.stopped(error, &here))?;
            }
        }
        Shape::List(list) => {
            reader.type_differs(path, expected, "a single item");
            let item = list.item(1);
            let stays = item.stays_absent();
            if !object(item, access, reader, path)? && !stays {
                list.item(0);
            }
        }
        Shape::Any(value) => *value = Value::deserialize(MapAccessDeserializer::new(access))?,
        Shape::Text(_) | Shape::Choice(_) => {
            reader.want_exact()?;
            let value = Value::deserialize(MapAccessDeserializer::new(access))?;
            text(shape, value.to_string(), reader, path);
        }
        _ => return Err(A::Error::invalid_type(Unexpected::Map, &expected)),
    }
    Ok(true)
}

/// Fills `shape` with an array; `false` says that it means an absent value.
pub(super) fn array<'de, A: SeqAccess<'de>>(
    mut shape: Shape<'_>,
    mut access: A,
    reader: &Reader<'_>,
    path: &Path<'_>,
) -> Result<bool, A::Error> {
    let expected = shape.expected();
    match shape.again() {
        Shape::List(list) => {
            let mut length = 0;
            let mut index = 0;
            loop {
                let here = path.index(index);
                let seed = Seed { place: Place::Item(list, length), reader, path: &here };
                match access.next_element_seed(seed).map_err(|error| reader.stopped(error, &here))? {
                    Some(true) => length += 1,
                    Some(false) => {}
                    None => break,
                }
                index += 1;
            }
        }
        object @ Shape::Object(_) => {
            reader.type_differs(path, expected, "an array");
            let here = path.index(0);
            let seed = Seed { place: Place::Only(object), reader, path: &here };
            let first = access.next_element_seed(seed).map_err(|error| reader.stopped(error, &here))?;
            let Some(present) = first else { return Ok(false) };
            if access.next_element::<IgnoredAny>()?.is_some() {
                return Err(A::Error::invalid_type(Unexpected::Other("array of several items"), &expected));
            }
            return Ok(present);
        }
        // An empty map is an empty array to servers that do not tell them apart.
        Shape::Map(_) => {
            if access.next_element::<IgnoredAny>()?.is_some() {
                return Err(A::Error::invalid_type(Unexpected::Seq, &expected));
            }
            reader.type_differs(path, expected, "an array");
        }
        Shape::Any(value) => *value = Value::deserialize(SeqAccessDeserializer::new(access))?,
        Shape::Text(_) | Shape::Choice(_) => {
            reader.want_exact()?;
            let value = Value::deserialize(SeqAccessDeserializer::new(access))?;
            text(shape, value.to_string(), reader, path);
        }
        _ => return Err(A::Error::invalid_type(Unexpected::Seq, &expected)),
    }
    Ok(true)
}

/// Fills `shape`, which is a text, with what was read as one.
pub(super) fn text(shape: Shape<'_>, sent: String, reader: &Reader<'_>, path: &Path<'_>) {
    match shape {
        Shape::Text(text) => *text = sent,
        Shape::Choice(choice) => reader.chosen(choice, sent, path),
        _ => {}
    }
}
