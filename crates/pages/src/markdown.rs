//! The Markdown reader.
use tablature_spec::diagnostic::Diagnostic;
use crate::lines::Lines;
use crate::model::Page;
pub(crate) fn read(_file: &str, _text: &str, _lines: &Lines) -> (Option<Page>, Vec<Diagnostic>) { (None, vec![]) }
