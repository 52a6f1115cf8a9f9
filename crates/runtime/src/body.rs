//! The body of a request, kept as it was given and written when it is sent.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use crate::content::{Content, Upload};
use crate::encode::json::{Members, write};
use crate::encode::{Encode, View, missing, texts};
use crate::error::Error;
use crate::operation::Operation;
use crate::part::{self, Part};

/// Space for JSON before it is known how long it becomes.
const WRITTEN: usize = 256;

/// Shared, because the calls for the pages of a list differ in one parameter only.
pub(crate) type SharedEncode = Arc<dyn Encode + Send + Sync>;

/// A body as it is sent, with its media type.
pub(crate) struct Encoded {
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) bytes: Bytes,
    /// In place of bytes, where files are read while they are sent.
    pub(crate) upload: Option<Upload>,
}

#[derive(Clone, Default)]
pub(crate) enum Body {
    #[default]
    None,
    Content(Content),
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
            Body::Content(..) | Body::Json(_) => true,
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
            Body::None | Body::Content(..) | Body::Parts(_) => {}
        }
        out
    }

    /// What is sent, or nothing if no body is to be sent.
    pub(crate) fn encode(&mut self, operation: &Operation) -> Result<Option<Encoded>, Error> {
        let media_type = |default| Cow::Borrowed(operation.media_type.unwrap_or(default));
        let json = |written: serde_json::Result<Vec<u8>>| match written {
            Ok(json) => {
                Ok(Some(Encoded { media_type: media_type("application/json"), bytes: json.into(), upload: None }))
            }
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
            Body::Content(content) => Encoded::of(media_type("application/octet-stream"), vec![content]),
            Body::Json(value) => {
                let mut out = Vec::with_capacity(WRITTEN);
                json(write(&value.view(), &mut out).map(|()| out))
            }
            Body::Fields(fields) => json(object(&fields)),
            Body::Parts(parts) => match part::encode(&parts, operation.media_type) {
                Ok((media_type, pieces)) => Encoded::of(media_type.into(), pieces),
                Err(problem) => Err(Error::invalid(problem)),
            },
        }
    }
}

impl Encoded {
    /// In memory, unless there is a file among the pieces.
    fn of(media_type: Cow<'static, str>, mut pieces: Vec<Content>) -> Result<Option<Encoded>, Error> {
        let mut encoded = Encoded { media_type, bytes: Bytes::new(), upload: None };
        if let [Content::Bytes(bytes)] = pieces.as_mut_slice() {
            encoded.bytes = std::mem::take(bytes);
        } else {
            let upload = Upload::new(pieces).map_err(|(path, error)| Error::file("read", &path, error))?;
            encoded.upload = Some(upload);
        }
        Ok(Some(encoded))
    }
}

fn replace<T>(all: &mut Vec<(&'static str, T)>, name: &'static str, value: T) {
    match all.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => all.push((name, value)),
    }
}

/// The object that has the fields, as JSON.
fn object(fields: &[(&'static str, SharedEncode)]) -> serde_json::Result<Vec<u8>> {
    let mut out = Vec::with_capacity(WRITTEN);
    let mut members = Members::begin(&mut out);
    for (name, value) in fields {
        let view = value.view();
        if !matches!(view, View::Absent) {
            members.add(name, &view)?;
        }
    }
    members.end();
    Ok(out)
}
