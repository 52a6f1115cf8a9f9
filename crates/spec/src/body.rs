//! How the body of a request is written. It follows from the media type, from the tables and from the examples.

use crate::model::{Claim, ExampleKind, Operation, Role, Row};
use crate::types::{self, Shape};

const MULTIPART: &str = "multipart/form-data";
const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const OCTETS: &str = "application/octet-stream";

/// How a body is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// As JSON.
    Json,
    /// As a form of the media type, which has parts with names.
    Form(String),
    /// As bytes of the media type, which the caller gives as they are.
    Bytes(String),
}

/// How the body of an operation's request is written. A file is no JSON, so a table that has one describes a form, or the file itself if it is
/// all that is put somewhere; but where an example shows JSON, the page means the file's text.
pub fn format(operation: &Operation) -> Format {
    let rows = || operation.tables_of(Role::Body).flat_map(|table| &table.rows);
    let is_described = rows().next().is_some();
    if let Some(media_type) = operation.media_type.as_deref().filter(|media_type| !is_json(media_type)) {
        let form = is_described && [MULTIPART, URL_ENCODED].iter().any(|form| starts_with(media_type, form));
        return if form { Format::Form(media_type.to_string()) } else { Format::Bytes(media_type.to_string()) };
    }
    let mut sent = operation.examples.iter().filter(|example| example.kind == ExampleKind::Request && example.json);
    if !rows().any(is_file) || sent.any(|example| operation.other_media_type(example).is_none()) {
        return Format::Json;
    }
    let first = rows().next().map(|row| &row.name);
    if operation.method.eq_ignore_ascii_case("PUT") && rows().all(|row| Some(&row.name) == first) {
        return Format::Bytes(OCTETS.to_string());
    }
    Format::Form(MULTIPART.to_string())
}

/// Whether a source calls the value of a row a file.
pub fn is_file(row: &Row) -> bool {
    let mut words = row.kind.iter().flat_map(Claim::values);
    row.map.is_none() && words.any(|(_, word)| types::parse(word).is_some_and(|word| word.shape == Shape::File))
}

/// Whether a body of the media type is JSON.
fn is_json(media_type: &str) -> bool {
    media_type.to_ascii_lowercase().contains("json")
}

fn starts_with(media_type: &str, wanted: &str) -> bool {
    media_type.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Example, Table};

    fn operation(method: &str, media_type: Option<&str>, rows: &[(&str, &str)]) -> Operation {
        let rows = rows.iter().map(|(name, kind)| Row {
            name: (*name).into(),
            kind: Some(Claim::Agreed((*kind).into())),
            ..Row::default()
        });
        let table = Table {
            id: "body".into(),
            role: Role::Body,
            status: None,
            caption: None,
            array: false,
            scenario: None,
            rows: rows.collect(),
            at: Vec::new(),
        };
        Operation {
            method: method.into(),
            media_type: media_type.map(str::to_string),
            tables: vec![table],
            ..Operation::default()
        }
    }

    #[track_caller]
    fn check(method: &str, media_type: Option<&str>, rows: &[(&str, &str)], expect: &Format) {
        assert_eq!(format(&operation(method, media_type, rows)), *expect);
    }

    #[test]
    fn media_types_and_files_say_how_a_body_is_written() {
        let text = [("name", "String")];
        let file = [("kite", "File")];
        let both = [("name", "String"), ("kite", "binary")];
        let form = Format::Form(MULTIPART.into());
        let octets = Format::Bytes(OCTETS.into());
        check("PUT", None, &text, &Format::Json);
        check("PUT", Some("application/merge-patch+json"), &text, &Format::Json);
        check("POST", Some("Multipart/Form-Data"), &text, &Format::Form("Multipart/Form-Data".into()));
        check("POST", Some(URL_ENCODED), &text, &Format::Form(URL_ENCODED.into()));
        check("POST", Some(URL_ENCODED), &[], &Format::Bytes(URL_ENCODED.into()));
        check("POST", Some("text/plain"), &both, &Format::Bytes("text/plain".into()));
        check("PUT", None, &file, &octets);
        check("PUT", Some("application/json"), &file, &octets);
        check("POST", None, &file, &form);
        check("PUT", None, &both, &form);
    }

    #[test]
    fn an_example_that_shows_json_is_believed() {
        let mut shown = operation("POST", None, &[("kite", "bytes")]);
        let body = Some("{\"kite\": \"a2l0ZQ==\"}".into());
        shown.examples.push(Example { body, json: true, ..Example::new(ExampleKind::Request) });
        assert_eq!(format(&shown), Format::Json);
    }
}
