//! Captions of tables: "Table 3 Query parameters", "表 3  查询参数".

use crate::model::{Block, Text};

/// Splits the label off a caption: the number, if the label has a plain one, and the text behind it. `None` without a label.
pub(crate) fn split(text: &Text) -> Option<(Option<u32>, Text)> {
    let plain = text.plain();
    let rest = ["Table", "table", "TABLE", "表格", "表"].iter().find_map(|word| plain.strip_prefix(word))?;
    let rest = rest.trim_start();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 {
        return None;
    }
    let (number, mut rest) = rest.split_at(digits);
    let mut number = number.parse::<u32>().ok();
    // "Table 2-1": a label all the same, but no number that "see Table 2" could mean.
    while let Some(more) =
        rest.strip_prefix(['-', '.', '–', '_']).filter(|more| more.starts_with(|c: char| c.is_ascii_digit()))
    {
        rest = more.trim_start_matches(|c: char| c.is_ascii_digit());
        number = None;
    }
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '.' | '．'));
    Some((number, cut(text, plain.len() - rest.len())))
}

/// The text without its first bytes.
pub(crate) fn cut(text: &Text, bytes: usize) -> Text {
    let mut left = bytes;
    let mut out = Text { line: text.line, anchors: text.anchors.clone(), spans: Vec::with_capacity(text.spans.len()) };
    for span in &text.spans {
        if left >= span.text.len() {
            left -= span.text.len();
            continue;
        }
        let mut span = span.clone();
        span.text = span.text.get(left..).unwrap_or_default().to_string();
        left = 0;
        out.spans.push(span);
    }
    out
}

/// Takes a caption that stands as a paragraph of its own at the end of the blocks, also at the end of a list there,
/// because converters lose the indentation of the table but not that of its caption.
pub(crate) fn take(blocks: &mut Vec<Block>) -> Option<(Option<u32>, Text)> {
    let mut blocks = blocks;
    while let Some(Block::List(_)) = blocks.last() {
        let Some(Block::List(list)) = blocks.last_mut() else { return None };
        blocks = &mut list.items.last_mut()?.blocks;
    }
    let Some(Block::Paragraph(text)) = blocks.last() else { return None };
    // Only a bold label is a caption; "Table 1 lists ..." is a sentence.
    if !text.spans.first().is_some_and(|span| span.bold) {
        return None;
    }
    let caption = split(text)?;
    blocks.pop();
    Some(caption)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    #[track_caller]
    fn check(text: &str, want: Option<(Option<u32>, &str)>) {
        let text =
            Text { line: 1, anchors: Vec::new(), spans: vec![Span { text: text.to_string(), ..Span::default() }] };
        let got = split(&text).map(|(number, text)| (number, text.plain()));
        assert_eq!(got, want.map(|(number, text)| (number, text.to_string())));
    }

    #[test]
    fn labels() {
        check("Table 1 Parameters", Some((Some(1), "Parameters")));
        check("表 12 参数", Some((Some(12), "参数")));
        check("表12：参数", Some((Some(12), "参数")));
        check("Table 3", Some((Some(3), "")));
        check("Table 2-1 Limits", Some((None, "Limits")));
        check("Table 99999999999 x", Some((None, "x")));
        check("Tables", None);
        check("Parameters of Table 1", None);
    }
}
