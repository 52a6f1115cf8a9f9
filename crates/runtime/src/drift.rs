//! What a live service sends and the pages do not say.

use std::fmt;
use std::sync::Arc;

/// Who is told of drift while a response is decoded.
pub(crate) type Sink<'a> = &'a dyn Fn(Drift);

/// What a client's user wants to be told.
pub(crate) type Hook = Arc<dyn Fn(&Drift) + Send + Sync>;

/// One place in a response that differs from what the service's pages say. It was decoded all the same, as far as it could be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Drift {
    /// The service that was called; empty until the response of a call is known.
    pub service: &'static str,
    /// The operation that was called; empty until the response of a call is known.
    pub operation: &'static str,
    /// Where in the body, as a JSON path (`$.jobs[3].size`).
    pub path: String,
    /// In what it differs.
    pub kind: DriftKind,
}

/// In what a response differs from the pages.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DriftKind {
    /// No page knows the field.
    UnknownField,
    /// No page lists the value of an enum.
    UnknownValue(String),
    /// The pages declare another type.
    Type {
        /// What was declared.
        expected: &'static str,
        /// What was sent.
        found: &'static str,
    },
}

impl Drift {
    pub(crate) fn field(path: String) -> Drift {
        Drift { service: "", operation: "", path, kind: DriftKind::UnknownField }
    }

    pub(crate) fn value(path: String, value: String) -> Drift {
        Drift { service: "", operation: "", path, kind: DriftKind::UnknownValue(value) }
    }

    pub(crate) fn kind(path: String, expected: &'static str, found: &'static str) -> Drift {
        Drift { service: "", operation: "", path, kind: DriftKind::Type { expected, found } }
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        if !self.operation.is_empty() {
            write!(f, "{} {}: ", self.service, self.operation)?;
        }
        match &self.kind {
            DriftKind::UnknownField => write!(f, "{path}: a field that no page knows"),
            DriftKind::UnknownValue(value) => write!(f, "{path}: the value {value:?}, which no page lists"),
            DriftKind::Type { expected, found } => write!(f, "{path}: {found}, where the pages declare {expected}"),
        }
    }
}
