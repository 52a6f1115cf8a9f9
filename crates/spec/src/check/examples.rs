//! The examples of an operation, one after the other: their request lines, and their bodies against the tables.

use serde_json::Value;

use super::kinds::is_nothing;
use super::slots::{Side, roots};
use super::{Check, Shown};
use crate::body::{self, Format};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::model::*;

impl<'a> Check<'a> {
    pub(super) fn examples(&mut self) {
        let operation = self.operation;
        let bodies: Vec<Option<Value>> = operation.examples.iter().map(parse).collect();
        let shown = |kind: ExampleKind| -> Vec<&Value> {
            let pairs = operation.examples.iter().zip(&bodies).filter(|(example, _)| example.kind == kind);
            let pairs = pairs.filter(|(example, _)| operation.other_media_type(example).is_none());
            pairs.filter_map(|(_, body)| body.as_ref()).collect()
        };
        let sent = shown(ExampleKind::Request);
        let given = shown(ExampleKind::Success);
        let request = Side::new(operation, roots(operation, |table| table.role == Role::Body), &sent);
        let good = |table: &Table| table.status.is_none_or(|status| (200..300).contains(&status));
        let response =
            Side::new(operation, roots(operation, |table| table.role == Role::Response && good(table)), &given);
        let json = |side: &Side<'_>, bodies: &[&Value]| side.is_described() || !bodies.is_empty();
        for (index, (example, body)) in operation.examples.iter().zip(&bodies).enumerate() {
            let shown = Shown { index, example };
            if example.kind == ExampleKind::Request {
                self.request_line(shown);
            }
            if let Some(other) = operation.other_media_type(example) {
                self.other_media_type(shown, other);
                continue;
            }
            let (side, decoded) = match example.kind {
                ExampleKind::Request => (Some(&request), !self.sends_bytes()),
                ExampleKind::Success => (Some(&response), json(&response, &given)),
                // The runtime reads the errors of any service, so no table has to describe them.
                ExampleKind::Failure => (None, false),
            };
            self.body_under_status(shown);
            match body {
                None if example.body.is_some() => self.no_json(shown, decoded),
                None => self.no_body(shown, &sent),
                Some(body) => {
                    self.body(shown, body);
                    if let Some(side) = side {
                        self.lost(shown, body, side);
                    }
                }
            }
        }
    }

    fn other_media_type(&mut self, shown: Shown<'_>, other: &str) {
        let own = self.operation.media_type.as_deref().unwrap_or("application/json");
        let message = format!("the body of the request example is `{other}`, the client sends `{own}`");
        self.report_shown(&codes::EXAMPLE_OTHER_MEDIA_TYPE, shown, message.clone(), true, |place| {
            Diagnostic::new(&codes::EXAMPLE_OTHER_MEDIA_TYPE, place, message)
        });
    }

    /// HTTP cuts off what follows such a status, or an answer to HEAD.
    fn body_under_status(&mut self, shown: Shown<'a>) {
        let example = shown.example;
        let cause = match example.status {
            Some(status @ (204 | 205 | 304)) => format!("status {status}"),
            _ if example.kind != ExampleKind::Request && self.operation.method == "HEAD" => "HEAD".into(),
            _ => return,
        };
        // Pages write `{}` for nothing.
        let empty = example.body.as_deref().is_none_or(|body| body.trim().is_empty());
        if empty || parse(example).is_some_and(|body| is_nothing(&body)) {
            return;
        }
        let message = format!("the {} example shows a body, which {cause} does not have", example.kind.name());
        self.report_shown(&codes::EXAMPLE_BODY_UNEXPECTED, shown, message.clone(), true, |place| {
            Diagnostic::new(&codes::EXAMPLE_BODY_UNEXPECTED, place, message)
        });
    }

    /// A body that is not JSON goes out as the caller gives its parts or bytes.
    pub(super) fn sends_bytes(&self) -> bool {
        body::format(self.operation) != Format::Json
    }

    fn no_json(&mut self, shown: Shown<'_>, blocks: bool) {
        if shown.example.kind == ExampleKind::Request && self.sends_bytes() {
            return;
        }
        let kind = shown.example.kind.name();
        // A body that says it is JSON but is not stands in a spec that somebody edited.
        let (message, place) = match shown.example.json {
            true => (
                format!("the body of a {kind} example does not parse as JSON"),
                self.spec.place_of_example(shown.index),
            ),
            false => (format!("the body of a {kind} example is not JSON"), self.place_of_example(shown)),
        };
        let what = format!("{} {message}", shown.index);
        self.report_shown(&codes::EXAMPLE_NOT_JSON, shown, what, blocks, |_| {
            Diagnostic::new(&codes::EXAMPLE_NOT_JSON, place, message)
        });
    }
}

/// The body of an example, where it is JSON.
pub(super) fn parse(example: &Example) -> Option<Value> {
    example.body.as_deref().filter(|_| example.json).and_then(|body| serde_json::from_str(body).ok())
}
