//! Tolerant decoding, in one place: what servers send differs from what pages say, and a caller should get the value all the same.
//!
//! | declared | accepted besides the plain form |
//! |---|---|
//! | integer | text, `10.0`, `1e3`; never a fraction, never a value that does not fit |
//! | float | text; never `NaN` or infinity |
//! | boolean | `"true"`, `"False"`, `0`, `1`, `"0"`, `"1"` |
//! | text | a number with the digits that were sent, a boolean, an object or array as its JSON |
//! | array | `null` and `""` (no items), a single item without its brackets |
//! | map | `null`, `""` and `[]` (no entries) |
//! | object | an array that holds just the one object |
//!
//! `null` is an absent value everywhere, and so is `""` where text is not declared: `None` in an `Option`, the default for a bare
//! scalar, left out of an array or a map (unless that holds arrays, maps or any values). Of a key that comes twice the last value counts.
//!
//! A serde derive for each struct is a state machine that is compiled for each struct. Here a struct is a table instead, the names of its
//! fields and references to them, and one reader fills every table: generated code stays small, and all tolerance is in this module.

mod exact;
mod fill;
mod members;
mod read;
mod scalar;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

pub(crate) use members::plain;
pub(crate) use read::read;
pub use read::{Failure, deserialize, from_str};

/// A type that can be decoded tolerantly. Generated types get it from [`response!`](crate::response) and [`both!`](crate::both).
pub trait Decode {
    /// The value to begin with.
    fn fresh() -> Self
    where
        Self: Sized;

    /// What is to be filled, or what is to be as if it was absent. A container is emptied, and an `Option` is `Some` of a fresh value or `None`.
    fn open(&mut self, present: bool) -> Shape<'_>;
}

/// What a value is declared to be, with the place that takes it.
#[doc(hidden)]
pub enum Shape<'a> {
    Nothing,
    Bool(&'a mut bool),
    Integer(&'a mut i64),
    Float(&'a mut f64),
    Text(&'a mut String),
    Choice(&'a mut dyn Choice),
    Any(&'a mut Value),
    Object(&'a mut dyn DecodeFields),
    List(&'a mut dyn List),
    Map(&'a mut dyn Entries),
}

/// A struct as its table. `with` is called once, with the fields' names on the wire and, in the same order, the fields.
///
/// Names are given as identifiers are written, so `r#type` stands for `type`, and a name on the wire that begins with `r#` has it twice.
#[doc(hidden)]
pub trait DecodeFields {
    fn fields(&mut self, with: WithDecode<'_>);
}

#[doc(hidden)]
pub type WithDecode<'a> = &'a mut dyn FnMut(&'static [&'static str], &mut [&mut dyn Decode]);

/// An enum of texts that keeps a text which it does not know.
#[doc(hidden)]
pub trait Choice {
    /// Takes the text over, and says whether it is a known one.
    fn set(&mut self, text: String) -> bool;
}

/// An array.
#[doc(hidden)]
pub trait List {
    /// Gives the array this length, one more or one less than it has, or the same. Unless it became shorter, its last item is opened.
    fn item(&mut self, length: usize) -> Shape<'_>;
}

/// A map.
#[doc(hidden)]
pub trait Entries {
    /// Opens the entry, or removes it.
    fn entry(&mut self, key: &str, present: bool) -> Shape<'_>;
}

impl Shape<'_> {
    /// The same for a shorter time.
    fn again(&mut self) -> Shape<'_> {
        match self {
            Shape::Nothing => Shape::Nothing,
            Shape::Bool(value) => Shape::Bool(value),
            Shape::Integer(value) => Shape::Integer(value),
            Shape::Float(value) => Shape::Float(value),
            Shape::Text(value) => Shape::Text(value),
            Shape::Choice(value) => Shape::Choice(*value),
            Shape::Any(value) => Shape::Any(value),
            Shape::Object(value) => Shape::Object(*value),
            Shape::List(value) => Shape::List(*value),
            Shape::Map(value) => Shape::Map(*value),
        }
    }

    /// What an error or a report says was expected.
    fn expected(&self) -> &'static str {
        match self {
            Shape::Nothing => "nothing",
            Shape::Bool(_) => "true or false",
            Shape::Integer(_) => "an integer of 64 bits",
            Shape::Float(_) => "a number",
            Shape::Text(_) | Shape::Choice(_) => "text",
            Shape::Any(_) => "any value",
            Shape::Object(_) | Shape::Map(_) => "an object",
            Shape::List(_) => "an array",
        }
    }

    fn is_text(&self) -> bool {
        matches!(self, Shape::Text(_) | Shape::Choice(_))
    }

    /// Whether an absent item or entry of this shape stays, because the shape has a value for it.
    fn stays_absent(&self) -> bool {
        matches!(self, Shape::Any(_) | Shape::List(_) | Shape::Map(_))
    }
}

macro_rules! leaves {
    ($($type:ty: $shape:ident),*) => {$(
        impl Decode for $type {
            #[inline]
            fn fresh() -> Self {
                Self::default()
            }

            #[inline]
            fn open(&mut self, present: bool) -> Shape<'_> {
                if !present {
                    *self = Self::default();
                }
                Shape::$shape(self)
            }
        }
    )*};
}
leaves!(bool: Bool, i64: Integer, f64: Float, String: Text, Value: Any);

/// A response without a body.
impl Decode for () {
    fn fresh() {}

    fn open(&mut self, _: bool) -> Shape<'_> {
        Shape::Nothing
    }
}

impl<T: DecodeFields + Default> Decode for T {
    #[inline]
    fn fresh() -> T {
        T::default()
    }

    #[inline]
    fn open(&mut self, _: bool) -> Shape<'_> {
        Shape::Object(self)
    }
}

/// A type that holds itself is boxed.
impl<T: DecodeFields> DecodeFields for Box<T> {
    #[inline]
    fn fields(&mut self, with: WithDecode<'_>) {
        (**self).fields(with);
    }
}

impl<T: Decode> Decode for Option<T> {
    #[inline]
    fn fresh() -> Option<T> {
        None
    }

    #[inline]
    fn open(&mut self, present: bool) -> Shape<'_> {
        *self = if present { Some(T::fresh()) } else { None };
        match self {
            Some(value) => value.open(true),
            None => Shape::Nothing,
        }
    }
}

impl<T: Decode> Decode for Vec<T> {
    #[inline]
    fn fresh() -> Vec<T> {
        Vec::new()
    }

    #[inline]
    fn open(&mut self, _: bool) -> Shape<'_> {
        self.clear();
        Shape::List(self)
    }
}

impl<T: Decode> List for Vec<T> {
    #[inline]
    fn item(&mut self, length: usize) -> Shape<'_> {
        let shorter = length < self.len();
        self.resize_with(length, T::fresh);
        match self.last_mut() {
            Some(item) if !shorter => item.open(true),
            _ => Shape::Nothing,
        }
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    #[inline]
    fn fresh() -> Self {
        BTreeMap::new()
    }

    #[inline]
    fn open(&mut self, _: bool) -> Shape<'_> {
        self.clear();
        Shape::Map(self)
    }
}

impl<T: Decode> Entries for BTreeMap<String, T> {
    #[inline]
    fn entry(&mut self, key: &str, present: bool) -> Shape<'_> {
        if !present {
            self.remove(key);
            return Shape::Nothing;
        }
        let value = match self.entry(key.to_owned()) {
            Entry::Vacant(place) => place.insert(T::fresh()),
            Entry::Occupied(place) => {
                let value = place.into_mut();
                *value = T::fresh();
                value
            }
        };
        value.open(true)
    }
}
