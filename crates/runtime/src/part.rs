//! Forms: `multipart/form-data` (RFC 7578) and `application/x-www-form-urlencoded`.

use crate::content::Content;
use crate::files::unique;
use crate::path;

/// A part of a form: a text, or a file.
///
/// ```
/// use tablature_runtime::Part;
///
/// let text: Part = "a text".into();
/// let file = Part::file("a.tar.gz", vec![0x1f, 0x8b]).media_type("application/gzip");
/// # let _ = (text, file);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    file: Option<String>,
    media_type: Option<String>,
    content: Content,
}

impl Part {
    /// A text.
    pub fn text(text: impl Into<String>) -> Part {
        Part { file: None, media_type: None, content: text.into().into() }
    }

    /// A file with its name and what is in it: bytes, or a [`Content::file`] that is read while it is sent.
    pub fn file(name: impl Into<String>, content: impl Into<Content>) -> Part {
        Part { file: Some(name.into()), media_type: None, content: content.into() }
    }

    /// Says of which media type the part is; a file is `application/octet-stream` else.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Part {
        self.media_type = Some(media_type.into());
        self
    }
}

impl From<String> for Part {
    fn from(text: String) -> Part {
        Part::text(text)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Part {
        Part::text(text)
    }
}

/// The media type and the pieces of a form.
pub(crate) fn encode(parts: &[(&str, Part)], media_type: Option<&str>) -> Result<(String, Vec<Content>), String> {
    const URLENCODED: &str = "application/x-www-form-urlencoded";
    let essence = |media_type: &str| media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type {
        Some(media_type) if essence(media_type) == URLENCODED => {
            Ok((media_type.to_owned(), vec![urlencoded(parts)?.into()]))
        }
        _ => multipart(parts),
    }
}

fn urlencoded(parts: &[(&str, Part)]) -> Result<Vec<u8>, String> {
    let mut out = String::new();
    for (name, part) in parts {
        let text = match (&part.file, &part.content) {
            (None, Content::Bytes(bytes)) => String::from_utf8_lossy(bytes),
            _ => {
                return Err(format!("form field `{name}` is a file, and this form takes texts only; give a text"));
            }
        };
        if !out.is_empty() {
            out.push('&');
        }
        path::encode(name, &mut out);
        out.push('=');
        path::encode(&text, &mut out);
    }
    Ok(out.into_bytes())
}

fn multipart(parts: &[(&str, Part)]) -> Result<(String, Vec<Content>), String> {
    let boundary = boundary(parts);
    let mut pieces = Vec::new();
    let mut out = Vec::new();
    for (name, part) in parts {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", quoted(name));
        if let Some(file) = &part.file {
            head.push_str(&format!("; filename=\"{}\"", quoted(file)));
        }
        let file = part.file.as_ref().map(|_| "application/octet-stream");
        if let Some(media_type) = part.media_type.as_deref().or(file) {
            if media_type.bytes().any(|byte| !(0x20..=0x7e).contains(&byte)) {
                return Err(format!("the media type of form field `{name}` is {media_type:?}; use visible ASCII only"));
            }
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(b"\r\n\r\n");
        match &part.content {
            Content::Bytes(bytes) => out.extend_from_slice(bytes),
            file => pieces.extend([std::mem::take(&mut out).into(), file.clone()]),
        }
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    pieces.push(out.into());
    Ok((format!("multipart/form-data; boundary={boundary}"), pieces))
}

/// A boundary that no part holds, the same for the same parts; a random one if there are files, which are not read for it.
fn boundary(parts: &[(&str, Part)]) -> String {
    if parts.iter().any(|(_, part)| matches!(part.content, Content::File(_))) {
        return format!("tablature-{}", unique());
    }
    let mut number = 0_u64;
    loop {
        let boundary = format!("tablature-{number:016x}");
        let found = |part: &Part| match &part.content {
            Content::Bytes(bytes) => bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes()),
            Content::File(_) => false,
        };
        if !parts.iter().any(|(_, part)| found(part)) {
            return boundary;
        }
        number += 1;
    }
}

/// A name in the quotes of a header, escaped as browsers do.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multiparts() {
        let parts = [("kind", Part::text("a")), ("file\"", Part::file("ä\r\n.bin", *b"\0--").media_type("x/y"))];
        let (media_type, pieces) = encode(&parts, Some("multipart/form-data")).unwrap();
        assert_eq!(media_type, "multipart/form-data; boundary=tablature-0000000000000000");
        let expected = "--tablature-0000000000000000\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\na\r\n\
            --tablature-0000000000000000\r\nContent-Disposition: form-data; name=\"file%22\"; filename=\"ä%0D%0A.bin\"\r\n\
            Content-Type: x/y\r\n\r\n\0--\r\n--tablature-0000000000000000--\r\n";
        assert_eq!(pieces, [expected.into()]);
    }

    #[test]
    fn no_part_holds_the_boundary() {
        let parts = [("a", Part::text("--tablature-0000000000000000\r\n"))];
        let (media_type, _) = encode(&parts, None).unwrap();
        assert_eq!(media_type, "multipart/form-data; boundary=tablature-0000000000000001");
        let bad = [("a", Part::text("").media_type("x\r\ny: z"))];
        assert!(encode(&bad, None).unwrap_err().contains("`a`"));
    }

    #[test]
    fn urlencoded_forms() {
        let parts = [("a b", Part::text("x&y=z")), ("c", "".into())];
        let (media_type, pieces) = encode(&parts, Some("application/x-www-form-urlencoded")).unwrap();
        assert_eq!(media_type, "application/x-www-form-urlencoded");
        assert_eq!(pieces, ["a%20b=x%26y%3Dz&c=".into()]);
        let (media_type, pieces) =
            encode(&[("a", "中 +".into())], Some("Application/X-WWW-Form-URLEncoded; charset=utf-8")).unwrap();
        assert_eq!(media_type, "Application/X-WWW-Form-URLEncoded; charset=utf-8");
        assert_eq!(pieces, ["a=%E4%B8%AD%20%2B".into()]);
        let file = [("f", Part::file("n", *b""))];
        assert!(encode(&file, Some("application/x-www-form-urlencoded")).unwrap_err().contains("`f`"));
    }
}
