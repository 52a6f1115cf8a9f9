//! Where in a JSON text a position is. Only failures pay for it: decoding itself does not keep track of paths.

/// The path (`$.jobs[3].size`) of the value at which a reader stood after `line` and `column` of `body`.
///
/// `serde_json` counts lines from 1 and gives the number of bytes of that line which it had read.
pub(crate) fn at(body: &[u8], line: usize, column: usize) -> String {
    let before: usize = body.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let end = before.saturating_add(column).min(body.len());
    path(body.get(..end).unwrap_or(body))
}

enum Frame {
    /// An object and the key whose value is being read.
    Object(Option<String>),
    /// An array and the index of the item that is being read.
    Array(usize),
}

fn path(read: &[u8]) -> String {
    let mut frames: Vec<Frame> = Vec::new();
    let mut text: Option<(usize, usize)> = None;
    let mut position = 0;
    while let Some(byte) = read.get(position) {
        match byte {
            b'"' => {
                let end = string_end(read, position);
                text = Some((position, end));
                position = end;
                continue;
            }
            b':' => {
                if let (Some(Frame::Object(key)), Some((start, end))) = (frames.last_mut(), text.take()) {
                    let quoted = read.get(start..end).unwrap_or_default();
                    *key = serde_json::from_slice(quoted).ok();
                }
            }
            b'{' => frames.push(Frame::Object(None)),
            b'[' => frames.push(Frame::Array(0)),
            b'}' | b']' => {
                frames.pop();
            }
            b',' => match frames.last_mut() {
                // Trailing commas stay with the value before them, where people look.
                Some(Frame::Array(index)) if position + 1 < read.len() => *index += 1,
                Some(Frame::Object(key)) if position + 1 < read.len() => *key = None,
                _ => {}
            },
            _ => {}
        }
        position += 1;
    }
    let mut path = "$".to_owned();
    let last = frames.len().saturating_sub(1);
    for (depth, frame) in frames.iter().enumerate() {
        match frame {
            Frame::Object(None) => {}
            Frame::Object(Some(key)) => push_key(key, &mut path),
            // An array that was just opened is itself what the reader stood at.
            Frame::Array(0) if depth == last && read.last() == Some(&b'[') => {}
            Frame::Array(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

/// The position after the string that starts at `start`.
fn string_end(read: &[u8], start: usize) -> usize {
    let mut position = start + 1;
    while let Some(byte) = read.get(position) {
        match byte {
            b'\\' => position += 2,
            b'"' => return position + 1,
            _ => position += 1,
        }
    }
    read.len()
}

fn push_key(key: &str, path: &mut String) {
    if !key.is_empty() && key.chars().all(|char| char.is_alphanumeric() || char == '_' || char == '-') {
        path.push('.');
        path.push_str(key);
    } else {
        path.push_str(&format!("[{key:?}]"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(read: &str, expected: &str) {
        assert_eq!(path(read.as_bytes()), expected, "{read}");
    }

    #[test]
    fn paths() {
        check("", "$");
        check("<html>", "$");
        check("17", "$");
        check(r#"{"a":1"#, "$.a");
        check(r#"{"a":"x\"]""#, "$.a");
        check(r#"{"a":1,"b":{"#, "$.b");
        check(r#"{"a":1,"b":["#, "$.b");
        check(r#"{"a":1,"b":[{}"#, "$.b[0]");
        check(r#"{"a":1,"b":[{}, {"c":"d""#, "$.b[1].c");
        check(r#"{"a":[1,2,3]"#, "$.a");
        check(r#"{"os:a":{"b.c":tr"#, r#"$["os:a"]["b.c"]"#);
        check(r#"{"中":1"#, "$.中");
        check(r#"[[1,2],[3,"x""#, "$[1][1]");
        check("{]}]", "$");
        check("\"\\", "$");
    }

    #[test]
    fn lines() {
        assert_eq!(at(b"{\n \"a\": 1,\n \"b\": [1,\n x", 4, 2), "$.b[1]");
        assert_eq!(at(b"{}", 0, 0), "$");
        assert_eq!(at(b"{}", 99, 99), "$");
        assert_eq!(at(b"", 1, 0), "$");
    }
}
