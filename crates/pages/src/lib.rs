//! Readers: the bytes of an API reference page to one block model.
//!
//! [`read`] is the way in. It takes the wrapping of a web viewer off, finds out the format and hands the text to the
//! reader of that format; all readers end in the same [`model`], and every node knows its line in the file on disk.

mod caption;
mod detect;
mod flow;
mod grid;
mod html;
mod lines;
mod markdown;
pub mod model;
#[cfg(test)]
mod outline_test;
mod rst;
mod source;
mod text;
mod viewer;

pub use detect::detect;

use model::{Format, Page};
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 64 << 20;

/// Reads a page; without a format the text decides.
///
/// `file` is the name that places in the page and in diagnostics carry. There is no page if nothing could be read.
pub fn read(file: &str, bytes: &[u8], format: Option<Format>) -> (Option<Page>, Vec<Diagnostic>) {
    let source = match source::decode(file, bytes) {
        Ok(source) => source,
        Err(diagnostic) => return (None, vec![*diagnostic]),
    };
    let Some(format) = format.or_else(|| detect(&source.text)) else {
        let place = Place::line(file, source.lines.of_line(1));
        let message = "the text has no title, table or list in the notation of Markdown, HTML or reStructuredText";
        return (None, vec![Diagnostic::new(&codes::PAGE_FORMAT_UNKNOWN, place, message)]);
    };
    let (page, mut diagnostics) = match format {
        Format::Markdown => markdown::read(file, &source.text, &source.lines),
        Format::Html => html::read(file, &source.text, &source.lines),
        Format::Rst => rst::read(file, &source.text, &source.lines),
    };
    tablature_spec::diagnostic::sort(&mut diagnostics);
    (page, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, format: Option<Format>, want: &str) {
        let (page, diagnostics) = read("p", text.as_bytes(), format);
        let got = match (page, diagnostics.first()) {
            (Some(page), None) => format!("{} {}", page.format, page.title.plain()),
            (None, Some(diagnostic)) => format!("{} {}", diagnostic.place, diagnostic.code.id),
            (page, _) => format!("{page:?} {diagnostics:?}"),
        };
        assert_eq!(got, want);
    }

    #[test]
    fn formats() {
        check("\u{feff}# T\r\n", None, "md T");
        check("<h1>T</h1>", None, "html T");
        check("<h1>T</h1>", Some(Format::Html), "html T");
        check("T\n===\n", None, "rst T");
        check("T\n===\n", Some(Format::Markdown), "md T");
        check("some words\n", None, "p:1 page-format-unknown");
        check("some words\n", Some(Format::Markdown), "md ");
        check("2 lines\nT\n|\n|\n===\n|\n|\n", None, "rst T");
    }
}
