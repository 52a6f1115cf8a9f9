//! The one reader that fills every type.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Write as _};

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};

use super::exact::{Sent, TEXT};
use super::members::{Order, plain};
use super::scalar::Scalar;
use super::{Choice, Decode, Entries, List, Shape, exact, fill};
use crate::drift::{Drift, Sink};

/// Why a text could not be decoded, and where in it the reader stood.
#[doc(hidden)]
#[derive(Debug)]
pub struct Failure {
    pub path: String,
    pub error: serde_json::Error,
}

/// Fills `value`, which is fresh, with what the JSON in `text` says.
///
/// Texts are read plainly at first. Only if a float or an object stands where text is declared, the whole is read again in a way that
/// keeps how they were sent, because that is slower.
pub(crate) fn read(text: &str, value: &mut dyn Decode, sink: Option<Sink<'_>>) -> Result<(), Failure> {
    // Who wants to know of drift must be told once, so then there is one pass.
    let reader = Reader::new(sink.is_some(), sink);
    match reader.run(text, value) {
        Err(_) if reader.again.get() => {
            // What the first pass filled is opened anew by the second, since the text is the same.
            let reader = Reader::new(true, sink);
            reader.run(text, value)
        }
        result => result,
    }
}

/// Decodes a whole text.
#[doc(hidden)]
pub fn from_str<T: Decode>(text: &str) -> Result<T, Failure> {
    let mut value = T::fresh();
    read(text, &mut value, None)?;
    Ok(value)
}

/// What generated types do for `serde::Deserialize`.
#[doc(hidden)]
pub fn deserialize<'de, T: Decode, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let mut value = T::fresh();
    Reader::new(true, None).seed(&mut value, deserializer)?;
    Ok(value)
}

/// What is the same for all values of a document.
pub(super) struct Reader<'r> {
    /// Whether texts are read as they were sent.
    exact: bool,
    /// Whether reading stopped only because texts have to be read as they were sent.
    again: Cell<bool>,
    /// Where reading stopped.
    stopped: RefCell<Option<String>>,
    sink: Option<Sink<'r>>,
    pub(super) order: Order,
}

impl<'r> Reader<'r> {
    fn new(exact: bool, sink: Option<Sink<'r>>) -> Reader<'r> {
        let (again, stopped) = (Cell::new(false), RefCell::new(None));
        Reader { exact, again, stopped, sink, order: Order::default() }
    }

    fn run(&self, text: &str, value: &mut dyn Decode) -> Result<(), Failure> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let result = self.seed(value, &mut deserializer).and_then(|()| deserializer.end());
        result.map_err(|error| Failure { path: self.stopped.take().unwrap_or_else(|| "$".to_owned()), error })
    }

    /// Not generic over the type, so that a deserializer is compiled for it once.
    fn seed<'de, D: Deserializer<'de>>(&self, value: &mut dyn Decode, deserializer: D) -> Result<(), D::Error> {
        Seed { place: Place::Field(value), reader: self, path: &Path::ROOT }.deserialize(deserializer).map(|_| ())
    }

    /// Ends a pass that lost how a text was sent.
    pub(super) fn want_exact<E: Error>(&self) -> Result<(), E> {
        if self.exact {
            return Ok(());
        }
        self.again.set(true);
        Err(E::custom("text is not sent as text"))
    }

    /// Notes where an error was first met, which is the innermost value.
    pub(super) fn stopped<E>(&self, error: E, path: &Path<'_>) -> E {
        let mut stopped = self.stopped.borrow_mut();
        if stopped.is_none() && !self.again.get() {
            *stopped = Some(path.to_string());
        }
        error
    }

    /// Takes over the text of an enum.
    pub(super) fn chosen(&self, choice: &mut dyn Choice, text: String, path: &Path<'_>) {
        let Some(sink) = self.sink else {
            choice.set(text);
            return;
        };
        if !choice.set(text.clone()) {
            sink(Drift::value(path.to_string(), text));
        }
    }

    pub(super) fn type_differs(&self, path: &Path<'_>, expected: &'static str, found: &'static str) {
        if let Some(sink) = self.sink {
            sink(Drift::kind(path.to_string(), expected, found));
        }
    }

    pub(super) fn scalar_differs(&self, path: &Path<'_>, expected: &'static str, scalar: &Scalar<'_>) {
        if self.sink.is_none() {
            return;
        }
        let found = match (scalar, expected) {
            (_, "any value") | (Scalar::Text(_), "text") | (Scalar::Bool(_), "true or false") => return,
            (Scalar::Signed(_) | Scalar::Unsigned(_), "a number" | "an integer of 64 bits") => return,
            (Scalar::Float(_), "a number") => return,
            (Scalar::Text(_), _) => "text",
            (Scalar::Bool(_), _) => "true or false",
            (Scalar::Float(_), _) => "a number",
            (Scalar::Signed(_) | Scalar::Unsigned(_), _) => "an integer",
        };
        self.type_differs(path, expected, found);
    }

    pub(super) fn unknown(&self, path: &Path<'_>) {
        if let Some(sink) = self.sink {
            sink(Drift::field(path.to_string()));
        }
    }
}

/// Where in the document a value stands. It lies on the stack and becomes text only if somebody asks.
pub(super) struct Path<'p> {
    outer: Option<&'p Path<'p>>,
    at: At<'p>,
}

enum At<'p> {
    Root,
    /// As identifiers are written; what stands on the wire is only worked out for a message.
    Field(&'static str),
    Key(&'p str),
    Index(usize),
}

impl Path<'_> {
    const ROOT: Path<'static> = Path { outer: None, at: At::Root };

    pub(super) fn field(&self, name: &'static str) -> Path<'_> {
        Path { outer: Some(self), at: At::Field(name) }
    }

    pub(super) fn key<'p>(&'p self, key: &'p str) -> Path<'p> {
        Path { outer: Some(self), at: At::Key(key) }
    }

    pub(super) fn index(&self, index: usize) -> Path<'_> {
        Path { outer: Some(self), at: At::Index(index) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(outer) = self.outer {
            outer.fmt(f)?;
        }
        let key = match self.at {
            At::Root => return f.write_char('$'),
            At::Index(index) => return write!(f, "[{index}]"),
            At::Field(name) => plain(name),
            At::Key(key) => key,
        };
        if !key.is_empty() && key.chars().all(|char| char.is_alphanumeric() || "_-".contains(char)) {
            write!(f, ".{key}")
        } else {
            write!(f, "[{key:?}]")
        }
    }
}

/// Where the next value goes.
pub(super) enum Place<'a> {
    /// A field of a struct, or the whole document.
    Field(&'a mut dyn Decode),
    /// A new item of an array that has so many already.
    Item(&'a mut dyn List, usize),
    Entry(&'a mut dyn Entries, &'a str),
    /// The object that an array of one item stands for.
    Only(Shape<'a>),
}

impl Place<'_> {
    fn open(&mut self) -> Shape<'_> {
        match self {
            Place::Field(value) => value.open(true),
            Place::Item(list, length) => list.item(*length + 1),
            Place::Entry(entries, key) => entries.entry(key, true),
            Place::Only(shape) => shape.again(),
        }
    }

    /// Undoes what `open` did for a value that is absent. The result says whether there is a value all the same.
    fn leave<E: Error>(&mut self, stays: bool) -> Result<bool, E> {
        match self {
            Place::Field(value) => {
                // Only a struct that is no `Option` has no value for it.
                if let Shape::Object(_) = value.open(false) {
                    return Err(E::invalid_type(Unexpected::Other("nothing"), &"an object"));
                }
            }
            Place::Item(list, length) if !stays => {
                list.item(*length);
            }
            Place::Entry(entries, key) if !stays => {
                entries.entry(key, false);
            }
            Place::Item(..) | Place::Entry(..) | Place::Only(_) => {}
        }
        Ok(stays)
    }
}

/// Reads one value into its place; `false` says that it is absent.
pub(super) struct Seed<'a, 'p> {
    pub(super) place: Place<'a>,
    pub(super) reader: &'p Reader<'p>,
    pub(super) path: &'p Path<'p>,
}

impl Seed<'_, '_> {
    fn scalar<E: Error>(mut self, scalar: Scalar<'_>) -> Result<bool, E> {
        let shape = self.place.open();
        let stays = shape.stays_absent();
        if fill::scalar(shape, scalar, self.reader, self.path)? { Ok(true) } else { self.place.leave(stays) }
    }

    fn absent<E: Error>(mut self) -> Result<bool, E> {
        let stays = match &mut self.place {
            Place::Field(_) => false,
            place => place.open().stays_absent(),
        };
        self.place.leave(stays)
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<bool, D::Error> {
        if !self.reader.exact || !self.place.open().is_text() {
            return deserializer.deserialize_any(self);
        }
        match exact::text(deserializer)? {
            Some(Sent { text, kind }) => {
                if kind != TEXT {
                    self.reader.type_differs(self.path, TEXT, kind);
                }
                fill::text(self.place.open(), text, self.reader, self.path);
                Ok(true)
            }
            None => self.absent(),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.absent()
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        self.absent()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<bool, E> {
        if let Shape::Bool(place) = self.place.open() {
            *place = value;
            return Ok(true);
        }
        self.scalar(Scalar::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<bool, E> {
        self.scalar(Scalar::Signed(value))
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<bool, E> {
        if let Ok(value) = value.try_into()
            && let Shape::Integer(place) = self.place.open()
        {
            *place = value;
            return Ok(true);
        }
        self.scalar(Scalar::Unsigned(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<bool, E> {
        self.scalar(Scalar::Float(value))
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<bool, E> {
        // What most values are comes first.
        if let Shape::Text(value) = self.place.open() {
            *value = text.to_owned();
            return Ok(true);
        }
        self.scalar(Scalar::Text(text))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, access: A) -> Result<bool, A::Error> {
        let shape = self.place.open();
        if fill::object(shape, access, self.reader, self.path)? { Ok(true) } else { self.place.leave(false) }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, access: A) -> Result<bool, A::Error> {
        let shape = self.place.open();
        if fill::array(shape, access, self.reader, self.path)? { Ok(true) } else { self.place.leave(false) }
    }
}
