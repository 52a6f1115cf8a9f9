//! The place of the reStructuredText reader.

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::lines::Lines;
use crate::model::Page;

/// Reads a page in reStructuredText; until there is such a reader, says that there is none.
pub(crate) fn read(file: &str, _text: &str, lines: &Lines) -> (Option<Page>, Vec<Diagnostic>) {
    let place = Place::line(file, lines.of_line(1));
    (None, vec![Diagnostic::new(&codes::FORMAT_UNSUPPORTED, place, "the page is in reStructuredText")])
}
