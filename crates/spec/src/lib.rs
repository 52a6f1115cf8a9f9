//! The spec model of Tablature: what API reference pages say about an operation, with the evidence of every source,
//! its TOML form, overrides, and loading a service. Light, because it is compiled for every user of the macros.
pub mod body;
#[cfg(feature = "tools")]
pub mod check;
pub mod codes;
mod decode;
pub mod diagnostic;
pub mod diff;
#[cfg(feature = "tools")]
pub mod envelope;
pub mod errors;
pub mod facts;
pub mod headers;
mod lines;
pub mod load;
pub mod merge;
pub mod model;
pub mod overrides;
pub mod paging;
mod plain;
pub mod polling;
pub mod read;
pub mod types;
pub mod write;
