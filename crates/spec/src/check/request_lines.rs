//! Request lines and headers of examples against the operation's own.

use super::{Check, Shown};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::headers;
use crate::model::*;
use crate::types::{self, Shape};

impl Check<'_> {
    pub(super) fn request_line(&mut self, shown: Shown<'_>) {
        let operation = self.operation;
        let example = shown.example;
        let line = self.beside(&operation.at, example, self.spec.place_of("path"));
        let method = example.method.as_deref().filter(|method| !method.eq_ignore_ascii_case(&operation.method));
        if let Some(method) = method {
            let message = format!("the request example uses {method}, the operation is {}", operation.method);
            self.report_shown(&codes::EXAMPLE_METHOD_DIFFERS, shown, message.clone(), true, |place| {
                Diagnostic::new(&codes::EXAMPLE_METHOD_DIFFERS, place, message)
                    .related(line.clone(), "the request line")
            });
        }
        if let Some(url) = &example.url {
            self.url(shown, url);
        }
        for (name, _) in &example.headers {
            if !headers::is_own(operation, name) && !self.declares(Role::Header, |row| row.eq_ignore_ascii_case(name)) {
                self.undeclared_parameter(shown, "header", name);
            }
        }
    }

    fn url(&mut self, shown: Shown<'_>, url: &str) {
        let operation = self.operation;
        let line = self.beside(&operation.at, shown.example, self.spec.place_of("path"));
        if !path_fits(&operation.path, url) {
            let other = operation
                .alternates
                .iter()
                .find(|line| line.split_once(' ').is_some_and(|(_, path)| path_fits(path, url)));
            // An example of a line that the page gives too is no contradiction, but the client calls the first one.
            let (code, message) = match other {
                Some(other) => {
                    (&codes::EXAMPLE_OTHER_LINE, format!("the request example has `{url}`, which is `{other}`"))
                }
                None => (
                    &codes::EXAMPLE_PATH_DIFFERS,
                    format!("the request example has `{url}`, which does not fit `{}`", operation.path),
                ),
            };
            self.report_shown(code, shown, message.clone(), true, |place| {
                Diagnostic::new(code, place, message).related(line, "the request line")
            });
            return;
        }
        let query = query(url);
        for (number, (name, value)) in query.iter().enumerate() {
            if query.iter().take(number).any(|(before, _)| before == name) {
                self.repeated(shown, name);
            }
            match operation.fixed_query.iter().find(|(known, _)| known == name) {
                Some((_, fixed)) if fixed != value && !value.contains(['{', '$', '<']) => {
                    let message =
                        format!("the request example has `{name}={value}`, the operation is `{name}={fixed}`");
                    self.report_shown(&codes::EXAMPLE_PATH_DIFFERS, shown, message.clone(), true, |place| {
                        Diagnostic::new(&codes::EXAMPLE_PATH_DIFFERS, place, message)
                            .related(line.clone(), "the request line")
                    });
                }
                None if !self.declares(Role::Query, |row| row == name) => {
                    self.undeclared_parameter(shown, "query parameter", name)
                }
                _ => {}
            }
        }
    }

    /// Only a list can be given twice.
    fn repeated(&mut self, shown: Shown<'_>, name: &str) {
        let mut rows = self.operation.tables_of(Role::Query).flat_map(|table| &table.rows);
        let Some(row) = rows.find(|row| row.name == name) else { return };
        let words: Vec<&String> = row.kind.iter().flat_map(Claim::values).map(|(_, word)| word).collect();
        let list = |word: &&String| types::parse(word).is_some_and(|word| matches!(word.shape, Shape::Array(_)));
        // A source that claims no list makes the parameter text.
        if !words.is_empty() && words.iter().all(list) {
            return;
        }
        let word = words.first().map_or("without a type", |word| word.as_str());
        let message = format!("`{name}` is declared `{word}` but the request example gives it more than once");
        let place = self.beside(&row.at, shown.example, self.spec.place_of("table"));
        self.report_shown(&codes::EXAMPLE_TYPE_DIFFERS, shown, message.clone(), true, |at| {
            Diagnostic::new(&codes::EXAMPLE_TYPE_DIFFERS, at, message).related(place, "the row")
        });
    }

    fn declares(&self, role: Role, same: impl Fn(&str) -> bool) -> bool {
        self.operation.tables_of(role).flat_map(|table| &table.rows).any(|row| same(&row.name))
    }

    fn undeclared_parameter(&mut self, shown: Shown<'_>, what: &str, name: &str) {
        let message = format!("the request example has the {what} `{name}`, which no table declares");
        let table = self.operation.tables_of(if what == "header" { Role::Header } else { Role::Query }).next();
        let table = table.map(|table| self.beside(&table.at, shown.example, self.spec.place_of("table")));
        self.report_shown(&codes::EXAMPLE_PARAMETER_UNDECLARED, shown, message.clone(), true, |place| {
            let diagnostic = Diagnostic::new(&codes::EXAMPLE_PARAMETER_UNDECLARED, place, message);
            match table {
                Some(table) => diagnostic.related(table, "the table"),
                None => diagnostic,
            }
        });
    }
}

/// The names and values of a URL's query, as written; a name without `=` has an empty value.
pub(super) fn query(url: &str) -> Vec<(String, String)> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(a, b)| (a.trim().into(), b.trim().into()))
        .collect()
}

/// The path of a URL as an example writes it: no scheme, host, query or fragment. Blanks in `{ECS Endpoint}` are fine.
pub fn url_path(url: &str) -> &str {
    let rest = match url.find("://") {
        Some(at) => url.get(at + 3..).unwrap_or_default(),
        None => url,
    };
    let mut braces = 0usize;
    let mut start = 0;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => braces += 1,
            '}' => braces = braces.saturating_sub(1),
            '/' if braces == 0 => {
                start = at;
                break;
            }
            _ => {}
        }
    }
    let path = rest.get(start..).unwrap_or_default();
    let end = path.find(['?', '#']).unwrap_or(path.len());
    path.get(..end).unwrap_or_default().trim_end()
}

/// Whether the path of an example's URL fits a path template.
pub fn path_fits(template: &str, url: &str) -> bool {
    let path = url_path(url);
    let template: Vec<&str> = template.trim_matches('/').split('/').collect();
    let path: Vec<&str> = path.trim_matches('/').split('/').collect();
    template.len() == path.len()
        && template.iter().zip(&path).all(|(template, part)| match template.split_once('{') {
            None => template == part,
            Some((head, tail)) => {
                let end = tail.rsplit_once('}').map_or("", |(_, end)| end);
                part.len() >= head.len() + end.len() && part.starts_with(head) && part.ends_with(end)
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(template: &str, url: &str, expect: bool) {
        assert_eq!(path_fits(template, url), expect, "{url} as {template}");
    }

    #[test]
    fn urls_of_examples() {
        check("/v1/{id}/jobs", "https://{ECS Endpoint}/v1/x/jobs?a=/b", true);
        check("/v1/{id}/jobs", "/v1/{id}/jobs/", true);
        check("/v1/{id}/jobs", "https://host/v1/x/job", false);
        check("/v1/job-{id}.json", "/v1/job-7.json", true);
        check("/v1/job-{id}.json", "/v1/job-7", false);
        check("/", "https://host/", true);
        assert_eq!(query("/a?b=1&c&d = 2#e"), [("b", "1"), ("c", ""), ("d", "2")].map(|(a, b)| (a.into(), b.into())));
    }
}
