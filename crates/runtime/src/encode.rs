//! Encoding of requests: JSON bodies, and the texts of path, query and header parameters.
//!
//! As in [`decode`](crate::decode), a struct is a table and one writer writes every table.

pub(crate) mod json;
mod missing;
mod write;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use missing::missing;
#[cfg(feature = "contract")]
pub(crate) use write::Shown;
pub use write::serialize;
pub(crate) use write::texts;

/// A value that can be sent. Generated types get it from [`request!`](crate::request) and [`both!`](crate::both).
///
/// In a JSON body it is itself, and in a path, query or header it is text; there an array is repeated in a query and separated by
/// commas elsewhere.
pub trait Encode {
    /// What is sent.
    fn view(&self) -> View<'_>;
}

/// What a value is, by reference.
#[doc(hidden)]
pub enum View<'a> {
    Absent,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(&'a str),
    Any(&'a Value),
    Object(&'a dyn EncodeFields),
    List(&'a dyn Items),
    Map(&'a dyn Pairs),
}

/// A struct as its table. `with` is called once, with the names as in `DecodeFields`, the names of the mandatory fields, and the fields.
#[doc(hidden)]
pub trait EncodeFields {
    fn fields(&self, with: WithEncode<'_>);
}

#[doc(hidden)]
pub type WithEncode<'a> = &'a mut dyn FnMut(&'static [&'static str], &'static [&'static str], &[&dyn Encode]);

/// An array.
#[doc(hidden)]
pub trait Items {
    fn item(&self, index: usize) -> Option<View<'_>>;
}

/// A map.
#[doc(hidden)]
pub trait Pairs {
    fn each(&self, with: &mut dyn FnMut(&str, View<'_>));
}

macro_rules! leaves {
    ($($type:ty: |$value:ident| $view:expr),* $(,)?) => {$(
        impl Encode for $type {
            fn view(&self) -> View<'_> {
                let $value = self;
                $view
            }
        }
    )*};
}
leaves!(
    bool: |value| View::Bool(*value),
    i64: |value| View::Integer(*value),
    f64: |value| View::Float(*value),
    String: |value| View::Text(value),
    Value: |value| View::Any(value),
);

impl<T: EncodeFields> Encode for T {
    #[inline]
    fn view(&self) -> View<'_> {
        View::Object(self)
    }
}

/// A type that holds itself is boxed.
impl<T: EncodeFields> EncodeFields for Box<T> {
    #[inline]
    fn fields(&self, with: WithEncode<'_>) {
        (**self).fields(with);
    }
}

impl<T: Encode> Encode for Option<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    #[inline]
    fn view(&self) -> View<'_> {
        View::List(self)
    }
}

impl<T: Encode> Items for Vec<T> {
    #[inline]
    fn item(&self, index: usize) -> Option<View<'_>> {
        self.get(index).map(T::view)
    }
}

impl<T: Encode> Encode for BTreeMap<String, T> {
    #[inline]
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
}

impl<T: Encode> Pairs for BTreeMap<String, T> {
    #[inline]
    fn each(&self, with: &mut dyn FnMut(&str, View<'_>)) {
        for (key, value) in self {
            with(key, value.view());
        }
    }
}
