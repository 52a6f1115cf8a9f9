//! The body of a request, kept as it was given and written when it is sent.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::encode::{Encode, Shown, View, missing, texts};
use crate::error::Error;
use crate::operation::Operation;
use crate::part::{self, Part};

/// Shared, because the calls for the pages of a list differ in one parameter only.
pub(crate) type SharedEncode = Arc<dyn Encode + Send + Sync>;

/// The media type and the bytes that are sent.
pub(crate) type Content = (Cow<'static, str>, Bytes);

#[derive(Clone, Default)]
pub(crate) enum Body {
    #[default]
    None,
    Bytes(Vec<u8>),
    Json(SharedEncode),
    /// The members of an object.
    Fields(Vec<(&'static str, SharedEncode)>),
    /// The parts of a form.
    Parts(Vec<(&'static str, Part)>),
}

impl Body {
    pub(crate) fn set_field(&mut self, name: &'static str, value: SharedEncode) {
        match self {
            Body::Fields(fields) => replace(fields, name, value),
            _ => *self = Body::Fields(vec![(name, value)]),
        }
    }

    pub(crate) fn set_part(&mut self, name: &'static str, part: Part) {
        match self {
            Body::Parts(parts) => replace(parts, name, part),
            _ => *self = Body::Parts(vec![(name, part)]),
        }
    }

    /// Whether a mandatory field has a value. A body that was given as a whole is taken for complete.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Body::None => false,
            Body::Bytes(..) | Body::Json(_) => true,
            Body::Fields(fields) => {
                fields.iter().any(|(known, value)| *known == name && !matches!(value.view(), View::Absent))
            }
            Body::Parts(parts) => parts.iter().any(|(known, _)| *known == name),
        }
    }

    /// The text of a field that is a single value.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let Body::Fields(fields) = self else { return None };
        let (_, value) = fields.iter().find(|(known, _)| *known == name)?;
        texts(&value.view()).into_iter().next()
    }

    /// The paths of all mandatory fields inside values that have none.
    pub(crate) fn missing(&self) -> Vec<String> {
        let mut out = Vec::new();
        match self {
            Body::Json(value) => missing(&value.view(), "", &mut out),
            Body::Fields(fields) => {
                for (name, value) in fields {
                    missing(&value.view(), name, &mut out);
                }
            }
            Body::None | Body::Bytes(..) | Body::Parts(_) => {}
        }
        out
    }

    /// The media type and the bytes, or nothing if no body is to be sent.
    pub(crate) fn encode(&mut self, operation: &Operation) -> Result<Option<Content>, Error> {
        let media_type = |default| Cow::Borrowed(operation.media_type.unwrap_or(default));
        let json = |written: serde_json::Result<Vec<u8>>| match written {
            Ok(bytes) => Ok(Some((media_type("application/json"), bytes.into()))),
            Err(error) => {
                Err(Error::invalid(format!("the request body cannot be written as JSON: {error}")).with_source(error))
            }
        };
        match std::mem::take(self) {
            // On these methods a body is unusual, so an empty one is not sent.
            Body::None if operation.body && !matches!(operation.method, "GET" | "HEAD" | "DELETE" | "OPTIONS") => {
                json(Ok(b"{}".to_vec()))
            }
            Body::None => Ok(None),
            Body::Bytes(bytes) => Ok(Some((media_type("application/octet-stream"), bytes.into()))),
            Body::Json(value) => json(serde_json::to_vec(&Shown(&value.view()))),
            Body::Fields(fields) => json(serde_json::to_vec(&Object(&fields))),
            Body::Parts(parts) => match part::encode(&parts, operation.media_type) {
                Ok((media_type, bytes)) => Ok(Some((media_type.into(), bytes.into()))),
                Err(problem) => Err(Error::invalid(problem)),
            },
        }
    }
}

fn replace<T>(all: &mut Vec<(&'static str, T)>, name: &'static str, value: T) {
    match all.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => all.push((name, value)),
    }
}

struct Object<'a>(&'a [(&'static str, SharedEncode)]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.0 {
            let view = value.view();
            if !matches!(view, View::Absent) {
                map.serialize_entry(name, &Shown(&view))?;
            }
        }
        map.end()
    }
}
