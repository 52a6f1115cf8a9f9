//! The harness of the contract tests: for every example of a spec, a server that expects what the page documents.
#![allow(clippy::expect_used, clippy::unwrap_used)]

pub mod compare;
pub mod contract;
