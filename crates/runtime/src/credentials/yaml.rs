//! A YAML document as a tree of texts: a password of digits stays what was written, which it would not as a number.

use std::collections::BTreeMap;
use std::rc::Rc;

use yaml_rust2::Event;
use yaml_rust2::parser::Parser;

/// How deep a document may be nested; a file of settings has some five levels.
const DEEPEST: usize = 64;

/// A part of a document; an alias shares what it stands for.
#[derive(Clone, Debug, Default)]
pub(super) enum Node {
    #[default]
    Nothing,
    Text(String),
    Map(Vec<(String, Rc<Node>)>),
}

impl Node {
    /// The value of a key, also where a merge key (`<<`) brings it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Node::Map(pairs) = self else { return None };
        let value = |key: &str| pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_ref());
        value(key).or_else(|| value("<<").filter(|_| key != "<<")?.get(key))
    }

    pub(super) fn keys(&self) -> Vec<&str> {
        match self {
            Node::Map(pairs) => pairs.iter().map(|(key, _)| key.as_str()).collect(),
            Node::Nothing | Node::Text(_) => Vec::new(),
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            Node::Nothing | Node::Map(_) => None,
        }
    }
}

/// What is wrong with a document, and where; nothing of its text, which may be a secret.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) what: &'static str,
}

/// A map or list that is not read to its end.
#[derive(Default)]
struct Open {
    anchor: usize,
    is_map: bool,
    key: Option<String>,
    pairs: Vec<(String, Rc<Node>)>,
}

/// The first document of `text`; lists are read over, because nothing that we look for is in one.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut parser = Parser::new_from_str(text);
    let mut anchors: BTreeMap<usize, Rc<Node>> = BTreeMap::new();
    let mut open: Vec<Open> = Vec::new();
    let mut last = 1;
    loop {
        let (event, mark) =
            parser.next_token().map_err(|error| Problem { line: error.marker().line(), what: "this is not YAML" })?;
        last = mark.line().max(last);
        let (anchor, node) = match event {
            Event::Scalar(text, _, anchor, _) => (anchor, Rc::new(Node::Text(text))),
            Event::Alias(anchor) => (0, anchors.get(&anchor).cloned().unwrap_or_default()),
            Event::MappingStart(anchor, _) | Event::SequenceStart(anchor, _) => {
                if open.len() >= DEEPEST {
                    return Err(Problem { line: last, what: "it is nested too deep" });
                }
                let is_map = matches!(event, Event::MappingStart(..));
                open.push(Open { anchor, is_map, ..Open::default() });
                continue;
            }
            Event::MappingEnd | Event::SequenceEnd => {
                let closed = open.pop().unwrap_or_default();
                let node = if closed.is_map { Node::Map(closed.pairs) } else { Node::Nothing };
                (closed.anchor, Rc::new(node))
            }
            Event::StreamEnd | Event::DocumentEnd => return Ok(Node::Nothing),
            Event::Nothing | Event::StreamStart | Event::DocumentStart => continue,
        };
        if anchor > 0 {
            anchors.insert(anchor, Rc::clone(&node));
        }
        match open.last_mut() {
            None => return Ok(node.as_ref().clone()),
            Some(parent) if !parent.is_map => {}
            Some(parent) => match parent.key.take() {
                Some(key) => parent.pairs.push((key, node)),
                // A key that is no text is none that we look for.
                None => parent.key = Some(node.text().unwrap_or_default().to_owned()),
            },
        }
    }
}
