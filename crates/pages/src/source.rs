//! From bytes to text: encoding, byte order mark, line ends and the wrapping of a web viewer.

use std::borrow::Cow;

use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};

use crate::lines::Lines;
use crate::{MAX_BYTES, viewer};

/// The text of a page and where its lines stand in the file.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// The text; every line ends in `\n`, whatever the file uses.
    pub(crate) text: Cow<'a, str>,
    /// The lines of the text.
    pub(crate) lines: Lines,
}

/// Decodes a file. The error is boxed because it is rare and large.
pub(crate) fn decode<'a>(file: &str, bytes: &'a [u8]) -> Result<Source<'a>, Box<Diagnostic>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has {} bytes; at most {MAX_BYTES} are read", bytes.len());
        return Err(Box::new(Diagnostic::new(&codes::PAGE_TOO_LARGE, Place::file(file), message)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or_default();
        let message = format!("the byte 0x{byte:02X} on this line is not UTF-8");
        Box::new(Diagnostic::new(&codes::PAGE_NOT_UTF8, Place::line(file, line), message))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(at) = text.find('\0') {
        let message = "the file holds a NUL byte, so it is not text";
        let place = Place::line(file, line_at(text.as_bytes(), at));
        return Err(Box::new(Diagnostic::new(&codes::PAGE_NOT_UTF8, place, message)));
    }
    if text.chars().all(|c| c.is_whitespace() || crate::text::is_invisible(c)) {
        return Err(Box::new(Diagnostic::new(&codes::PAGE_EMPTY, Place::file(file), "the file holds no text")));
    }
    let text = one_line_end(text);
    Ok(match viewer::unwrap(&text) {
        Some(unwrapped) => {
            let lines = Lines::new(&unwrapped.text, Some(unwrapped.lines));
            Source { text: Cow::Owned(unwrapped.text), lines }
        }
        None => {
            let lines = Lines::new(&text, None);
            Source { text, lines }
        }
    })
}

/// The line of a byte, from 1; CR LF, LF and CR alone each end a line.
fn line_at(bytes: &[u8], at: usize) -> u32 {
    let before = bytes.get(..at).unwrap_or(bytes);
    let mut line = 1;
    let mut last = 0;
    for &byte in before {
        if byte == b'\r' || (byte == b'\n' && last != b'\r') {
            line += 1;
        }
        last = byte;
    }
    line
}

/// Turns CR LF and CR alone into LF, which keeps the number of each line.
fn one_line_end(text: &str) -> Cow<'_, str> {
    if !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split('\r');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        out.push('\n');
        out.push_str(piece.strip_prefix('\n').unwrap_or(piece));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], want: &str) {
        let got = match decode("p.md", bytes) {
            Ok(source) => format!("{:?}", source.text),
            Err(diagnostic) => format!("{} {}", diagnostic.code.id, diagnostic.place),
        };
        assert_eq!(got, want);
    }

    #[test]
    fn encodings() {
        check(b"\xef\xbb\xbf# A", "\"# A\"");
        check(b"# A\r\nb\rc\n\r\nd", "\"# A\\nb\\nc\\n\\nd\"");
        check(b"# A\r\n\r\nab\xffc", "page-not-utf8 p.md:3");
        check(b"# A\rb\r\xc3(", "page-not-utf8 p.md:3");
        check(b"\x89PNG\r\n\x1a\n\0", "page-not-utf8 p.md:1");
        check(b"GIF\n\0\0", "page-not-utf8 p.md:2");
        check(b"", "page-empty p.md");
        check("\u{feff} \n\t\u{200b}\u{3000}\r\n".as_bytes(), "page-empty p.md");
        check(&vec![b'a'; MAX_BYTES + 1], "page-too-large p.md");
    }
}
