//! Readers: the bytes of an API reference page to one block model.
pub mod model;
