//! The spec model of Tablature.
pub mod codes;
pub mod diagnostic;
pub mod model;
pub mod types;
