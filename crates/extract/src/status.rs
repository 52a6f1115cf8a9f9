//! Status codes: behind their labels, and in the tables and texts of the status section.

use tablature_spec::model::{At, Status};

use crate::columns;
use crate::sections::{Piece, Placed};
use crate::vocabulary::{Column, SectionRole, squeeze, vocabulary};

/// The code of a text such as `状态码： 200`, `HTTP状态码 204` or `HTTP/1.1 201 Created`.
pub fn labelled(text: &str) -> Option<u16> {
    if text.chars().count() > 60 {
        return None;
    }
    let word = squeeze(text);
    behind_label(&word).or_else(|| behind_label(without_body(&word)?))
}

/// The code behind the label of a squeezed text.
fn behind_label(word: &str) -> Option<u16> {
    let rest = vocabulary().status_labels.iter().find_map(|label| word.strip_prefix(label.as_str()))?;
    code(rest.trim_start_matches([':', '：', '为', '是', '(', '（']))
}

/// What stands in brackets behind a squeezed text that says that there is no body: `无（STATUS CODE 204）`.
fn without_body(word: &str) -> Option<&str> {
    let inner = word.strip_suffix([')', '）'])?;
    let at = inner.find(['(', '（'])?;
    let (nothing, status) = inner.split_at_checked(at)?;
    let said = vocabulary().no_content.iter().any(|known| known == nothing);
    said.then(|| status.trim_start_matches(['(', '（']))
}

/// The code of a line such as `204 No Content`.
pub fn with_reason(line: &str) -> Option<u16> {
    let (digits, reason) = line.split_once(' ').unwrap_or((line, ""));
    let words = reason.chars().all(|c| c.is_ascii_alphabetic() || c == ' ') && reason.len() <= 40;
    if digits.len() == 3 && words { code(digits) } else { None }
}

/// The code at the start of a text; what follows must not go on as a number or a word of its own.
fn code(text: &str) -> Option<u16> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let code: u16 = digits.parse().ok()?;
    (digits.len() == 3 && (100..600).contains(&code)).then_some(code)
}

/// The codes of the status section, each once.
pub fn listed(pieces: &[Placed<'_>], source: &str) -> Vec<Status> {
    let mut out: Vec<Status> = Vec::new();
    let mut add = |code: u16, line: u32| {
        if !out.iter().any(|status| status.code == code) {
            out.push(Status { code, at: vec![At { source: source.to_string(), line }] });
        }
    };
    for placed in pieces.iter().filter(|placed| placed.role == SectionRole::Status) {
        match placed.piece {
            Piece::Table(table) => {
                let columns = columns::read(table);
                let at = columns.of(Column::Code).or(columns.of(Column::Name)).unwrap_or(0);
                for row in columns::body(table, &columns) {
                    let text = row.cells.get(at).map(|cell| cell.plain()).unwrap_or_default();
                    for line in text.split('\n') {
                        if let Some(code) = code(line.trim()) {
                            add(code, row.line);
                        }
                    }
                }
            }
            Piece::Text(text) => {
                let plain = text.plain();
                if plain.chars().count() > 40 {
                    continue;
                }
                for line in plain.split('\n') {
                    let first = line
                        .split(|c: char| !c.is_ascii_alphanumeric())
                        .filter(|word| !word.is_empty())
                        .find_map(|word| if word.len() == 3 { code(word) } else { None });
                    if let Some(code) = labelled(line).or(first) {
                        add(code, text.line);
                    }
                }
            }
            Piece::Code(_) => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u16>) {
        assert_eq!(labelled(text), expected, "{text}");
    }

    #[test]
    fn reasons() {
        assert_eq!(with_reason("204 No Content"), Some(204));
        assert_eq!(with_reason("204"), Some(204));
        assert_eq!(with_reason("204 kites: 3"), None);
    }

    #[test]
    fn labels() {
        check("状态码： 200", Some(200));
        check("状态码为 404 时:", Some(404));
        check("HTTP状态码 204", Some(204));
        check("Status code: 403", Some(403));
        check("HTTP status code 400", Some(400));
        check("STATUS CODE 204", Some(204));
        check("HTTP/1.1 201 Created", Some(201));
        check("无（STATUS CODE 204）", Some(204));
        check("None (status code 204)", Some(204));
        check("无（状态码请参见状态码）", None);
        check("风筝（STATUS CODE 204）", None);
        check("无（204只风筝）", None);
        check("状态码请参见状态码。", None);
        check("Status codes", None);
        check("状态码： 12000001", None);
    }
}
