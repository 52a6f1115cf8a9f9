//! Builds its dependency.
