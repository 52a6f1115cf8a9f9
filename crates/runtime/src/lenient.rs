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
//! scalar, left out of an array or a map (unless that holds `Option`s or any values).

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use serde::de::value::{Error as ProbeError, MapAccessDeserializer, StrDeserializer};
use serde::de::{
    Deserialize, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use serde_json::value::RawValue;

/// A type that can be decoded tolerantly. Generated types get it from [`lenient_types!`](crate::lenient_types).
pub trait Lenient<'de>: Sized {
    /// Decodes a value; one that is absent becomes the type's default, or an error if it has none.
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Decodes a value that may be absent.
    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error>;

    /// Decodes an item of an array or a value of a map; `None` leaves it out.
    fn item<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::optional(deserializer)
    }
}

/// Decodes a field tolerantly: `#[serde(default, deserialize_with = "tablature_runtime::lenient::field")]`.
pub fn field<'de, D: Deserializer<'de>, T: Lenient<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::lenient(deserializer)
}

/// Decodes a whole text.
pub(crate) fn from_str<T: for<'de> Lenient<'de>>(text: &str) -> serde_json::Result<T> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = T::lenient(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// Lets generated structs and enums stand in lenient fields, arrays and maps.
///
/// ```
/// use tablature_runtime::private::{serde, serde_json};
///
/// #[derive(serde::Deserialize, Debug, PartialEq)]
/// #[serde(crate = "serde")]
/// struct Node {
///     #[serde(default, deserialize_with = "tablature_runtime::lenient::field")]
///     size: Option<i64>,
///     #[serde(default, deserialize_with = "tablature_runtime::lenient::field")]
///     children: Vec<Node>,
/// }
/// tablature_runtime::lenient_types!(Node);
///
/// let node: Node = serde_json::from_str(r#"{"size": "10", "children": {"size": ""}}"#).unwrap();
/// assert_eq!(node, Node { size: Some(10), children: vec![Node { size: None, children: vec![] }] });
/// ```
#[macro_export]
macro_rules! lenient_types {
    ($($type:ty),* $(,)?) => {
        $(
            impl<'de> $crate::lenient::Lenient<'de> for $type {
                fn lenient<D>(deserializer: D) -> ::core::result::Result<Self, D::Error>
                where
                    D: $crate::private::serde::Deserializer<'de>,
                {
                    $crate::lenient::present(deserializer)
                }

                fn optional<D>(deserializer: D) -> ::core::result::Result<::core::option::Option<Self>, D::Error>
                where
                    D: $crate::private::serde::Deserializer<'de>,
                {
                    $crate::lenient::typed(deserializer)
                }
            }
        )*
    };
}

// Scalars: one visitor, because an error that is made inside a visitor is the only one to which serde_json adds its position.

/// What integers, floats and booleans have in common.
trait Scalar: Sized + Default {
    /// What is said to be expected in an error.
    const EXPECTED: &'static str;
    fn from_bool(value: bool) -> Option<Self>;
    fn from_integer(value: i128) -> Option<Self>;
    fn from_float(value: f64) -> Option<Self>;
    /// The text is not blank.
    fn from_text(text: &str) -> Option<Self>;
}

struct ScalarVisitor<T>(PhantomData<T>);

impl<T: Scalar> ScalarVisitor<T> {
    fn found<E: Error>(&self, value: Option<T>, found: Unexpected<'_>) -> Result<Option<T>, E> {
        value.map(Some).ok_or_else(|| E::invalid_value(found, &T::EXPECTED))
    }
}

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        self.found(T::from_bool(value), Unexpected::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        self.found(T::from_integer(value.into()), Unexpected::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        self.found(T::from_integer(value.into()), Unexpected::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        self.found(T::from_float(value), Unexpected::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        match text.trim() {
            "" => Ok(None),
            trimmed => self.found(T::from_text(trimmed), Unexpected::Str(text)),
        }
    }
}

macro_rules! lenient_scalars {
    ($($type:ty),*) => {$(
        impl<'de> Lenient<'de> for $type {
            fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::optional(deserializer)?.unwrap_or_default())
            }

            fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                deserializer.deserialize_any(ScalarVisitor(PhantomData::<$type>))
            }
        }
    )*};
}
lenient_scalars!(bool, i32, i64, f64);

macro_rules! integers {
    ($($type:ty: $expected:literal),*) => {$(
        impl Scalar for $type {
            const EXPECTED: &'static str = $expected;

            fn from_bool(_: bool) -> Option<Self> {
                None
            }

            fn from_integer(value: i128) -> Option<Self> {
                value.try_into().ok()
            }

            fn from_float(value: f64) -> Option<Self> {
                whole(value).and_then(Self::from_integer)
            }

            fn from_text(text: &str) -> Option<Self> {
                integer(text).and_then(Self::from_integer)
            }
        }
    )*};
}
integers!(i32: "an integer of 32 bits", i64: "an integer of 64 bits");

impl Scalar for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_bool(_: bool) -> Option<f64> {
        None
    }

    #[expect(clippy::cast_precision_loss, reason = "a float was declared, so the nearest one is meant")]
    fn from_integer(value: i128) -> Option<f64> {
        Some(value as f64)
    }

    fn from_float(value: f64) -> Option<f64> {
        value.is_finite().then_some(value)
    }

    fn from_text(text: &str) -> Option<f64> {
        // Rust also reads `inf`, `nan` and `infinity`, none of which a server means as a number.
        if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) {
            return None;
        }
        text.parse().ok().and_then(f64::from_float)
    }
}

impl Scalar for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_bool(value: bool) -> Option<bool> {
        Some(value)
    }

    fn from_integer(value: i128) -> Option<bool> {
        match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn from_float(value: f64) -> Option<bool> {
        whole(value).and_then(bool::from_integer)
    }

    fn from_text(text: &str) -> Option<bool> {
        if text.eq_ignore_ascii_case("true") {
            Some(true)
        } else if text.eq_ignore_ascii_case("false") {
            Some(false)
        } else {
            integer(text).and_then(bool::from_integer)
        }
    }
}

/// The integer that a float is. Above 2^53 a float stands for several integers, so it is refused and not guessed.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(value: f64) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i128)
}

/// The integer that `text` is: digits first, exactly; then a float form such as `10.0` or `1e3`.
fn integer(text: &str) -> Option<i128> {
    match text.parse::<i128>() {
        Ok(value) => Some(value),
        // `10.00`, of any length, is exact as well.
        Err(_) => match text.split_once('.') {
            Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits.parse().ok(),
            _ => f64::from_text(text).and_then(whole),
        },
    }
}

// Text.

impl<'de> Lenient<'de> for String {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        Ok(Self::optional(deserializer)?.unwrap_or_default())
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_newtype_struct(raw_name(), TextVisitor)
    }
}

/// The name by which `RawValue` asks serde_json for a value as it was sent. Learnt from `RawValue` itself, because it is not public;
/// any other deserializer takes it for an ordinary newtype.
fn raw_name() -> &'static str {
    static NAME: OnceLock<&'static str> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = Cell::new("");
        let _ = Box::<RawValue>::deserialize(Probe(&name));
        name.get()
    })
}

struct Probe<'a>(&'a Cell<&'static str>);

impl<'de> Deserializer<'de> for Probe<'_> {
    type Error = ProbeError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ProbeError> {
        Err(ProbeError::custom("only asks for a name"))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ProbeError> {
        self.0.set(name);
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<String>, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<String>, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<String>, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<String>, E> {
        Ok(Some(Value::from(value).to_string()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Option<String>, E> {
        Ok(Some(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<String>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Value>()? {
            items.push(item);
        }
        Ok(Some(Value::Array(items).to_string()))
    }

    /// A value as it was sent, or a map that really is one.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<String>, A::Error> {
        let mut object = serde_json::Map::new();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if object.is_empty() && key.0 == raw_name() {
                return text_of(map.next_value::<Key<'de>>()?.0).map_err(A::Error::custom);
            }
            object.insert(key.0.into_owned(), map.next_value()?);
        }
        Ok(Some(Value::Object(object).to_string()))
    }
}

/// The text that a JSON value is.
fn text_of(json: Cow<'_, str>) -> Result<Option<String>, serde_json::Error> {
    if json == "null" {
        return Ok(None);
    }
    match json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Ok(Some(inner.to_owned())),
        Some(_) => serde_json::from_str(&json).map(Some),
        None => Ok(Some(json.into_owned())),
    }
}

/// A string that is borrowed from the input where it can be.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Key<'de>, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }

            fn visit_string<E: Error>(self, text: String) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text)))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

// Any value, options and boxes.

impl<'de> Lenient<'de> for Value {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        Ok(Some(Value::deserialize(deserializer)?).filter(|value| !value.is_null()))
    }

    fn item<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
        Value::deserialize(deserializer).map(Some)
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Option<T> {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        T::optional(deserializer)
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
        T::optional(deserializer).map(Some)
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Box<T> {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Box<T>, D::Error> {
        T::lenient(deserializer).map(Box::new)
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<T>>, D::Error> {
        Ok(T::optional(deserializer)?.map(Box::new))
    }

    fn item<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<T>>, D::Error> {
        Ok(T::item(deserializer)?.map(Box::new))
    }
}

// Arrays and maps.

/// What an array item or map value is decoded through, so that it can be left out.
struct Item<T>(Option<T>);

impl<'de, T: Lenient<'de>> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item<T>, D::Error> {
        T::item(deserializer).map(Item)
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for Vec<T> {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
        Ok(Self::optional(deserializer)?.unwrap_or_default())
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
        deserializer.deserialize_any(VecVisitor(PhantomData))
    }

    fn item<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
        Self::lenient(deserializer).map(Some)
    }
}

struct VecVisitor<T>(PhantomData<T>);

impl<'de, T: Lenient<'de>> VecVisitor<T> {
    fn one<E: Error>(self, value: Plain<'_>) -> Result<Option<Vec<T>>, E> {
        Ok(Some(T::item(PlainDeserializer(value, PhantomData))?.into_iter().collect()))
    }
}

impl<'de, T: Lenient<'de>> Visitor<'de> for VecVisitor<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Vec<T>>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<Vec<T>>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Vec<T>>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Vec<T>>, A::Error> {
        let mut items = Vec::new();
        while let Some(Item(item)) = seq.next_element::<Item<T>>()? {
            items.extend(item);
        }
        Ok(Some(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<Vec<T>>, A::Error> {
        Ok(Some(T::item(MapAccessDeserializer::new(map))?.into_iter().collect()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Vec<T>>, E> {
        self.one(Plain::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Vec<T>>, E> {
        self.one(Plain::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Vec<T>>, E> {
        self.one(Plain::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<Vec<T>>, E> {
        self.one(Plain::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Vec<T>>, E> {
        if text.trim().is_empty() { Ok(None) } else { self.one(Plain::Text(text)) }
    }
}

impl<'de, T: Lenient<'de>> Lenient<'de> for BTreeMap<String, T> {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::optional(deserializer)?.unwrap_or_default())
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }

    fn item<D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Self::lenient(deserializer).map(Some)
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<'de, T: Lenient<'de>> Visitor<'de> for MapVisitor<T> {
    type Value = Option<BTreeMap<String, T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        if text.trim().is_empty() { Ok(None) } else { Err(E::invalid_type(Unexpected::Str(text), &self)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        // An empty map is an empty array to servers that do not tell them apart.
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(Some(BTreeMap::new())),
            Some(_) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = BTreeMap::new();
        while let Some((key, Item(value))) = map.next_entry::<String, Item<T>>()? {
            if let Some(value) = value {
                entries.insert(key, value);
            }
        }
        Ok(Some(entries))
    }
}

// A response without a body.

impl<'de> Lenient<'de> for () {
    fn lenient<D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
        <()>::deserialize(deserializer)
    }

    fn optional<D: Deserializer<'de>>(deserializer: D) -> Result<Option<()>, D::Error> {
        <()>::deserialize(deserializer).map(Some)
    }
}

// Generated structs and enums.

/// What [`lenient_types!`](crate::lenient_types) does for a value that must be there.
#[doc(hidden)]
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    match deserializer.deserialize_any(TypedVisitor { required: true, of: PhantomData })? {
        Some(value) => Ok(value),
        None => Err(D::Error::invalid_type(Unexpected::Unit, &"an object")),
    }
}

/// What [`lenient_types!`](crate::lenient_types) does for a value that may be absent.
#[doc(hidden)]
pub fn typed<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(TypedVisitor { required: false, of: PhantomData })
}

/// Looks at the value before the type's own visitor does: a derived one would take any array for the fields in order.
struct TypedVisitor<T> {
    required: bool,
    of: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> TypedVisitor<T> {
    fn plain<E: Error>(&self, value: Plain<'_>) -> Result<Option<T>, E> {
        T::deserialize(PlainDeserializer(value, PhantomData)).map(Some)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for TypedVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        if self.required { Err(E::invalid_type(Unexpected::Unit, &self)) } else { Ok(None) }
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Option<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<T>, A::Error> {
        let several = |what| Err(A::Error::invalid_type(Unexpected::Other(what), &"an object"));
        let Some(Only(only)) = seq.next_element::<Only<T>>()? else {
            return if self.required { several("array without items") } else { Ok(None) };
        };
        match seq.next_element::<IgnoredAny>()? {
            None => Ok(only),
            Some(_) => several("array of several items"),
        }
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        self.plain(Plain::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        self.plain(Plain::Signed(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        self.plain(Plain::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        self.plain(Plain::Float(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
        match self.plain(Plain::Text(text)) {
            // An enum keeps an empty text; for a struct it is an absent object.
            Err::<_, E>(_) if text.trim().is_empty() => Ok(None),
            result => result,
        }
    }
}

/// The item of an array where an object was declared. It has the same guard, so that `[[1, "a"]]` does not become an object.
struct Only<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Only<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Only<T>, D::Error> {
        typed(deserializer).map(Only)
    }
}

/// A scalar that was read before it was known which type takes it.
#[derive(Clone, Copy)]
enum Plain<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
}

/// One deserializer for all scalars, so that each type is compiled for it once.
struct PlainDeserializer<'a, E>(Plain<'a>, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for PlainDeserializer<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        match self.0 {
            Plain::Bool(value) => visitor.visit_bool(value),
            Plain::Signed(value) => visitor.visit_i64(value),
            Plain::Unsigned(value) => visitor.visit_u64(value),
            Plain::Float(value) => visitor.visit_f64(value),
            Plain::Text(text) => visitor.visit_str(text),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, E> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.0 {
            Plain::Text(text) => {
                let variant: StrDeserializer<'_, E> = text.into_deserializer();
                visitor.visit_enum(variant)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
