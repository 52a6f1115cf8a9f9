//! Typed access to a TOML file that reports every problem with its line and column instead of stopping at the first.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::codes;
use crate::diagnostic::{Diagnostic, Place};
use crate::lines::Lines;
use crate::model::{At, Claim};

/// A file being decoded, with what was wrong with it so far.
pub(crate) struct Decoder<'a> {
    pub(crate) file: Arc<str>,
    pub(crate) lines: Lines<'a>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A table of the file, with the words that messages call it by.
#[derive(Clone)]
pub(crate) struct Node<'t, 'a> {
    pub(crate) table: &'t DeTable<'a>,
    pub(crate) span: Range<usize>,
    pub(crate) what: String,
}

/// Parses a file and hands its root table to `f`. Syntax errors are reported all at once.
pub(crate) fn file<T>(
    name: &str,
    text: &str,
    what: &str,
    f: impl FnOnce(&mut Decoder<'_>, &Node<'_, '_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let mut decoder = Decoder { file: name.into(), lines: Lines::new(text), diagnostics: Vec::new() };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let place = decoder.lines.place(&decoder.file, &span);
        decoder.diagnostics.push(Diagnostic::new(&codes::SPEC_SYNTAX, place, one_line(error.message())));
    }
    let node = Node { table: root.get_ref(), span: 0..0, what: what.to_string() };
    let value = f(&mut decoder, &node);
    (value, decoder.diagnostics)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl<'t, 'a> Node<'t, 'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'a>>> {
        self.table.get(key)
    }
}

impl Decoder<'_> {
    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        self.lines.place(&self.file, span)
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports every key that is not in `known`.
    pub(crate) fn known_keys(&mut self, node: &Node<'_, '_>, known: &[&str]) {
        for key in node.table.keys() {
            if !known.contains(&key.get_ref().as_ref()) {
                let message = format!(
                    "{} has the unknown key `{}`; known keys are {}",
                    node.what,
                    key.get_ref(),
                    known.join(", ")
                );
                self.report(Diagnostic::new(&codes::SPEC_KEY_UNKNOWN, self.place(&key.span()), message));
            }
        }
    }

    fn wrong(&mut self, node: &Node<'_, '_>, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let text = value.get_ref().as_str().filter(|text| text.chars().count() <= 40).map(|text| format!("\"{text}\""));
        let found = integer(value.get_ref()).or(text).unwrap_or_else(|| value.get_ref().type_str().to_string());
        let message = format!("`{key}` of {} must be {expected}, not {found}", node.what);
        self.report(Diagnostic::new(&codes::SPEC_VALUE_WRONG, self.place(&value.span()), message));
    }

    /// Reports a value of the right TOML type that is outside of what is allowed.
    pub(crate) fn refuse(&mut self, span: &Range<usize>, message: String) {
        self.report(Diagnostic::new(&codes::SPEC_VALUE_WRONG, self.place(span), message));
    }

    /// A key that must be there.
    pub(crate) fn required<T>(&mut self, node: &Node<'_, '_>, key: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && node.get(key).is_none() {
            let message = format!("{} lacks the key `{key}`", node.what);
            self.report(Diagnostic::new(&codes::SPEC_KEY_MISSING, self.place(&node.span), message));
        }
        value
    }

    pub(crate) fn string(&mut self, node: &Node<'_, '_>, key: &str) -> Option<String> {
        let value = node.get(key)?;
        let text = value.get_ref().as_str().map(str::to_string);
        if text.is_none() {
            self.wrong(node, key, value, "a string");
        }
        text
    }

    pub(crate) fn boolean(&mut self, node: &Node<'_, '_>, key: &str) -> bool {
        let Some(value) = node.get(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(node, key, value, "true or false");
            false
        })
    }

    pub(crate) fn status(&mut self, node: &Node<'_, '_>, key: &str) -> Option<u16> {
        let value = node.get(key)?;
        let number = integer(value.get_ref()).and_then(|text| text.parse().ok()).filter(|n| (100..600).contains(n));
        if number.is_none() {
            self.wrong(node, key, value, "an HTTP status code between 100 and 599");
        }
        number
    }

    pub(crate) fn strings(&mut self, node: &Node<'_, '_>, key: &str) -> Vec<String> {
        let Some(value) = node.get(key) else { return Vec::new() };
        let list = value.get_ref().as_array();
        let texts: Option<Vec<String>> =
            list.and_then(|list| list.iter().map(|item| item.get_ref().as_str().map(str::to_string)).collect());
        texts.unwrap_or_else(|| {
            self.wrong(node, key, value, "an array of strings");
            Vec::new()
        })
    }

    /// `["zh-md:12", "en-html:30"]`.
    pub(crate) fn at(&mut self, node: &Node<'_, '_>) -> Vec<At> {
        let mut out = Vec::new();
        for text in self.strings(node, "at") {
            match text.rsplit_once(':').and_then(|(source, line)| Some((source, line.parse().ok()?))) {
                Some((source, line)) => out.push(At { source: source.to_string(), line }),
                None => {
                    let span = node.get("at").map_or(node.span.clone(), Spanned::span);
                    self.refuse(&span, format!("`at` of {} must hold SOURCE:LINE, not `{text}`", node.what));
                }
            }
        }
        out
    }

    /// A value, or an inline table of values by source.
    pub(crate) fn claim<T>(
        &mut self,
        node: &Node<'_, '_>,
        key: &str,
        expected: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<Claim<T>> {
        let value = node.get(key)?;
        let claim = match value.get_ref().as_table() {
            None => read(value.get_ref()).map(Claim::Agreed),
            Some(table) => table
                .iter()
                .map(|(source, value)| Some((source.get_ref().to_string(), read(value.get_ref())?)))
                .collect::<Option<Vec<_>>>()
                .filter(|claims| !claims.is_empty())
                .map(Claim::Contested),
        };
        if claim.is_none() {
            self.wrong(node, key, value, &format!("{expected}, or a table of such values by source"));
        }
        claim
    }

    pub(crate) fn text_claim(&mut self, node: &Node<'_, '_>, key: &str) -> Option<Claim<String>> {
        self.claim(node, key, "a string", |value| value.as_str().map(str::to_string))
    }

    /// A table, which may be an inline one.
    pub(crate) fn table<'t, 'a>(&mut self, node: &Node<'t, 'a>, key: &str, what: &str) -> Option<Node<'t, 'a>> {
        let value = node.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(node, key, value, "a table");
        }
        Some(Node { table: table?, span: value.span(), what: what.to_string() })
    }

    /// The tables of an array of tables (or of inline tables).
    pub(crate) fn tables<'t, 'a>(&mut self, node: &Node<'t, 'a>, key: &str, what: &str) -> Vec<Node<'t, 'a>> {
        let Some(value) = node.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong(node, key, value, "an array of tables");
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in list {
            match item.get_ref().as_table() {
                Some(table) => out.push(Node { table, span: item.span(), what: what.to_string() }),
                None => self.wrong(node, key, item, "an array of tables"),
            }
        }
        out
    }
}

/// The digits of an integer value.
pub(crate) fn integer(value: &DeValue<'_>) -> Option<String> {
    value.as_integer().filter(|integer| integer.radix() == 10).map(|integer| integer.as_str().replace('_', ""))
}

/// A literal of a description as text: strings, numbers and booleans.
pub(crate) fn literal(value: &DeValue<'_>) -> Option<String> {
    value
        .as_str()
        .map(str::to_string)
        .or_else(|| integer(value))
        .or_else(|| value.as_float().map(|float| float.as_str().to_string()))
        .or_else(|| value.as_bool().map(|b| b.to_string()))
}

pub(crate) fn literals(value: &DeValue<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| literal(item.get_ref())).collect()
}
