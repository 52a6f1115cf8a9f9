//! Values of generated types from JSON and back, for tests that hold examples of pages against the types.

use serde_json::Value;

use crate::decode::{self, Decode};
use crate::encode::{Encode, Shown, View};

/// What can be decoded and encoded.
pub trait Typed: Decode + Encode + Send + 'static {}

impl<T: Decode + Encode + Send + 'static> Typed for T {}

/// A response without a body.
impl Encode for () {
    fn view(&self) -> View<'_> {
        View::Absent
    }
}

/// Decodes a value as a response is decoded.
///
/// # Errors
/// When the value cannot be a `T`; the text has the JSON path.
pub fn decode<T: Decode>(value: &Value) -> Result<T, String> {
    decode::from_str(&value.to_string()).map_err(|failure| format!("at {}: {}", failure.path, failure.error))
}

/// Shows a value as JSON.
pub fn encode<T: Encode + ?Sized>(value: &T) -> Value {
    // Keys are texts and numbers are finite or null, so nothing can fail.
    serde_json::to_value(Shown(&value.view())).unwrap_or_default()
}
