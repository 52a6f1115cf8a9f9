//! The members of an object, and which fields they are.

use std::cell::Cell;
use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::Decode;
use super::read::{Path, Place, Reader, Seed};

/// Reads the members of an object into the fields of that name.
pub(super) fn members<'de, A: MapAccess<'de>>(
    mut access: A,
    names: &'static [&'static str],
    slots: &mut [&mut dyn Decode],
    reader: &Reader<'_>,
    path: &Path<'_>,
) -> Result<(), A::Error> {
    let mut after = 0;
    loop {
        let guess = reader.order.guess(names, after);
        let key = Key { names, guess, reader, path };
        let Some(index) = access.next_key_seed(key).map_err(|error| reader.stopped(error, path))? else {
            return Ok(());
        };
        let Some((slot, name)) = slots.get_mut(index).zip(names.get(index)) else {
            access.next_value::<IgnoredAny>().map_err(|error| reader.stopped(error, path))?;
            continue;
        };
        if index != guess {
            reader.order.learn(names, after, index);
        }
        after = index + 1;
        let here = path.field(name);
        let seed = Seed { place: Place::Field(&mut **slot), reader, path: &here };
        access.next_value_seed(seed).map_err(|error| reader.stopped(error, &here))?;
    }
}

/// In which order the members of objects came so far. A service sends them in one order, but not in that of its pages.
pub(super) struct Order {
    /// How many fields were left out, by table and the place behind the member before; two that share an entry only guess wrong.
    skipped: [Cell<u16>; Order::SIZE],
}

impl Order {
    const SIZE: usize = 256;

    fn entry(&self, names: &'static [&'static str], after: usize) -> Option<&Cell<u16>> {
        let table = names.as_ptr().addr() / size_of::<&str>();
        self.skipped.get(table.wrapping_mul(31).wrapping_add(after) % Order::SIZE)
    }

    fn guess(&self, names: &'static [&'static str], after: usize) -> usize {
        self.entry(names, after).map_or(0, |skipped| (after as u16).wrapping_add(skipped.get()).into())
    }

    fn learn(&self, names: &'static [&'static str], after: usize, index: usize) {
        if let Some(skipped) = self.entry(names, after) {
            skipped.set((index as u16).wrapping_sub(after as u16));
        }
    }
}

impl Default for Order {
    fn default() -> Order {
        Order { skipped: [const { Cell::new(0) }; Order::SIZE] }
    }
}

/// Finds the field that a key names; of a key that no field has, the index is behind the last one.
struct Key<'k> {
    names: &'static [&'static str],
    /// Where it probably is.
    guess: usize,
    reader: &'k Reader<'k>,
    path: &'k Path<'k>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<usize, E> {
        if self.names.get(self.guess).is_some_and(|name| plain(name) == key) {
            return Ok(self.guess);
        }
        Ok(self.names.iter().position(|name| plain(name) == key).unwrap_or_else(|| {
            self.reader.unknown(&self.path.key(key));
            self.names.len()
        }))
    }
}

/// The name on the wire of a field whose identifier may be a raw one.
pub(crate) fn plain(name: &'static str) -> &'static str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Reads a key into memory that is used again for the next one.
pub(super) struct Buffer<'a>(pub(super) &'a mut String);

impl<'de> DeserializeSeed<'de> for Buffer<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Buffer<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(key);
        Ok(())
    }
}
