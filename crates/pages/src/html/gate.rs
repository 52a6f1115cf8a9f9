//! Stands between html5ever's tokenizer and its tree builder.
//!
//! The tree builder repairs markup as browsers do, which takes quadratic time and memory on pages made for that. Here
//! formatting elements become plain ones, which skips the costly repairs; nesting is bounded; elements that switch the
//! parser into another mode lose that power; and names that HTML does not know stay text, as in `<job_id>`.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{LocalName, local_name};

use super::tree::{Sink, Tree};

/// How deep elements may be nested. Real pages stay below 40.
pub(super) const MAX_DEPTH: u32 = 120;

/// The filter.
pub(super) struct Gate {
    builder: TreeBuilder<u32, Sink>,
    /// Start tags that were dropped because they were too deep and whose end tags are still to come.
    dropped: RefCell<Vec<LocalName>>,
    names: Names,
}

/// Names for elements that the tree builder must not know, made once.
struct Names {
    link: LocalName,
    bold: LocalName,
    code: LocalName,
}

impl Gate {
    pub(super) fn new() -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        Gate {
            builder: TreeBuilder::new(Sink::new(), options),
            dropped: RefCell::default(),
            names: Names { link: "x-a".into(), bold: "x-b".into(), code: "x-code".into() },
        }
    }

    pub(super) fn finish(self) -> Tree {
        self.builder.sink.into_tree()
    }

    fn pass(&self, token: Token, line: u64) -> TokenSinkResult<u32> {
        match self.builder.process_token(token, line) {
            // Nothing is run and nothing is decoded again.
            TokenSinkResult::Script(_) | TokenSinkResult::EncodingIndicator(_) => TokenSinkResult::Continue,
            other => other,
        }
    }

    fn tag(&self, mut tag: Tag, line: u64) -> TokenSinkResult<u32> {
        match self.place_of(&tag.name) {
            Place::As(name) => tag.name = name,
            Place::Unchanged => {}
            Place::Text => return self.pass(Token::CharacterTokens(as_text(&tag)), line),
        }
        if self.is_too_deep(&tag, line) {
            // The blank keeps the words on both sides of the tag apart.
            return self.pass(Token::CharacterTokens(StrTendril::from_slice(" ")), line);
        }
        self.pass(Token::TagToken(tag), line)
    }

    fn is_too_deep(&self, tag: &Tag, line: u64) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        if tag.kind == TagKind::EndTag {
            let near = dropped.len().saturating_sub(64);
            let found = dropped.iter().skip(near).rposition(|name| *name == tag.name);
            if let Some(found) = found {
                dropped.truncate(near + found);
            }
            return found.is_some();
        }
        if self.builder.sink.depth() < MAX_DEPTH {
            dropped.clear();
            return false;
        }
        self.builder.sink.note_too_deep(line);
        if !tag.self_closing && !is_void(&tag.name) {
            dropped.push(tag.name.clone());
        }
        true
    }

    fn place_of(&self, name: &LocalName) -> Place {
        match *name {
            local_name!("a") => Place::As(self.names.link.clone()),
            local_name!("b") | local_name!("strong") => Place::As(self.names.bold.clone()),
            local_name!("code") | local_name!("tt") => Place::As(self.names.code.clone()),
            local_name!("big")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("nobr")
            | local_name!("s")
            | local_name!("small")
            | local_name!("strike")
            | local_name!("u")
            | local_name!("textarea")
            | local_name!("iframe")
            | local_name!("select")
            | local_name!("option")
            | local_name!("optgroup")
            | local_name!("svg")
            | local_name!("math")
            | local_name!("object")
            | local_name!("applet")
            | local_name!("marquee")
            | local_name!("noembed")
            | local_name!("noscript")
            | local_name!("template")
            | local_name!("button") => Place::As(local_name!("span")),
            local_name!("form") | local_name!("noframes") | local_name!("frameset") => Place::As(local_name!("div")),
            local_name!("xmp") | local_name!("listing") => Place::As(local_name!("pre")),
            // The title element swallows what follows it, so it is believed only in the head of a page.
            local_name!("title") if self.builder.sink.has_content() => Place::Text,
            _ if is_known(name) => Place::Unchanged,
            _ => Place::Text,
        }
    }
}

enum Place {
    As(LocalName),
    Unchanged,
    Text,
}

impl TokenSink for Gate {
    type Handle = u32;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<u32> {
        match token {
            Token::TagToken(tag) => self.tag(tag, line),
            Token::CharacterTokens(_) => self.pass(token, line),
            Token::EOFToken => {
                self.builder.sink.at_end();
                self.pass(token, line)
            }
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::NullCharacterToken | Token::ParseError(_) => {
                TokenSinkResult::Continue
            }
        }
    }

    fn end(&self) {
        self.builder.end();
    }
}

/// A tag as somebody wrote it, but for its quotes and the case of its name.
fn as_text(tag: &Tag) -> StrTendril {
    let mut out = StrTendril::new();
    out.push_slice(if tag.kind == TagKind::EndTag { "</" } else { "<" });
    out.push_slice(&tag.name);
    for attribute in &tag.attrs {
        out.push_slice(" ");
        out.push_slice(&attribute.name.local);
        if !attribute.value.is_empty() {
            out.push_slice("=\"");
            out.push_slice(&attribute.value);
            out.push_slice("\"");
        }
    }
    out.push_slice(if tag.self_closing { "/>" } else { ">" });
    out
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "img"
            | "hr"
            | "col"
            | "input"
            | "wbr"
            | "area"
            | "base"
            | "embed"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
    )
}

/// Whether HTML has an element of this name, or drawings inside HTML do.
pub(super) fn is_known(name: &str) -> bool {
    KNOWN.binary_search(&name).is_ok()
}

/// Elements of HTML, old ones included, and the commonest of SVG. Names that pages use as placeholders (`<data>`, `<time>`,
/// `<output>`, `<param>`, `<source>`, `<object>`) are not in it where losing the element loses nothing.
const KNOWN: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "circle",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "ellipse",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "img",
    "input",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "line",
    "link",
    "listing",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "meta",
    "nav",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "path",
    "picture",
    "polygon",
    "polyline",
    "pre",
    "q",
    "rect",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "use",
    "var",
    "video",
    "wbr",
    "xmp",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_names_are_sorted() {
        assert!(KNOWN.is_sorted());
        assert!(is_known("td") && !is_known("job_id"));
    }
}
