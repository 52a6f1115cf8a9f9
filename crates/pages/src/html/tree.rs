//! The tree that html5ever builds: nodes in one vector, each with the line where it starts.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::interface::{Attribute, ElemName, ElementFlags, NodeOrText, QualName, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{LocalName, Namespace, local_name, ns};

/// The index of the document node.
pub(super) const DOCUMENT: u32 = 0;

/// No node.
const NONE: u32 = u32::MAX;

/// A parsed page or piece of one.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Elements that matter and that were still open at the end, outermost first: name and line.
    pub(super) unclosed: Vec<(String, u32)>,
    /// The line where elements were first nested too deep; 0 if they never were.
    pub(super) too_deep: u32,
}

/// A node.
#[derive(Debug)]
pub(super) struct Node {
    /// The line of the text, from 1, where the node starts.
    pub(super) line: u32,
    pub(super) data: Data,
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    previous: u32,
    depth: u32,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, a comment or a processing instruction.
    Other,
    /// Characters.
    Text(StrTendril),
    /// An element.
    Element(QualName, Vec<Attribute>),
}

impl Tree {
    /// A node.
    pub(super) fn node(&self, id: u32) -> Option<&Node> {
        get(&self.nodes, id)
    }

    /// The children of a node.
    pub(super) fn children(&self, id: u32) -> impl Iterator<Item = u32> {
        let first = self.node(id).map_or(NONE, |node| node.first);
        std::iter::successors(Some(first), |id| self.node(*id).map(|node| node.next)).take_while(|id| *id != NONE)
    }
}

impl Node {
    /// The name of the element, `""` for other nodes.
    pub(super) fn name(&self) -> &str {
        match &self.data {
            Data::Element(name, _) => &name.local,
            _ => "",
        }
    }

    /// An attribute.
    pub(super) fn attribute(&self, name: &LocalName) -> Option<&str> {
        let Data::Element(_, attributes) = &self.data else { return None };
        attributes.iter().find(|attribute| attribute.name.local == *name).map(|attribute| &*attribute.value)
    }

    /// The words of the class attribute.
    pub(super) fn classes(&self) -> impl Iterator<Item = &str> {
        self.attribute(&local_name!("class")).unwrap_or_default().split_ascii_whitespace()
    }
}

fn get(nodes: &[Node], id: u32) -> Option<&Node> {
    nodes.get(usize::try_from(id).ok()?)
}

fn get_mut(nodes: &mut [Node], id: u32) -> Option<&mut Node> {
    nodes.get_mut(usize::try_from(id).ok()?)
}

/// Receives the tree from html5ever.
pub(super) struct Sink {
    nodes: RefCell<Vec<Node>>,
    line: Cell<u32>,
    depth: Cell<u32>,
    too_deep: Cell<u32>,
    content: Cell<bool>,
    ended: Cell<bool>,
    open_at_end: RefCell<Vec<u32>>,
}

impl Sink {
    pub(super) fn new() -> Self {
        let sink = Sink {
            nodes: RefCell::default(),
            line: Cell::new(1),
            depth: Cell::new(0),
            too_deep: Cell::new(0),
            content: Cell::new(false),
            ended: Cell::new(false),
            open_at_end: RefCell::default(),
        };
        sink.create(Data::Other, 1);
        sink
    }

    /// The depth of the element that is open.
    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    /// Remembers the first line where elements were nested too deep.
    pub(super) fn note_too_deep(&self, line: u64) {
        if self.too_deep.get() == 0 {
            self.too_deep.set(u32::try_from(line).unwrap_or(u32::MAX));
        }
    }

    /// Something other than the head of the page was seen.
    pub(super) fn has_content(&self) -> bool {
        self.content.get()
    }

    /// From here on elements are closed because the text is over.
    pub(super) fn at_end(&self) {
        self.ended.set(true);
    }

    pub(super) fn into_tree(self) -> Tree {
        let nodes = self.nodes.into_inner();
        let open = self.open_at_end.into_inner();
        let unclosed = open.iter().rev().filter_map(|id| get(&nodes, *id)).filter(|node| matters(node));
        let unclosed = unclosed.map(|node| (node.name().to_string(), node.line)).collect();
        Tree { unclosed, too_deep: self.too_deep.get(), nodes }
    }

    fn create(&self, data: Data, line: u32) -> u32 {
        let mut nodes = self.nodes.borrow_mut();
        let id = u32::try_from(nodes.len()).unwrap_or(NONE);
        nodes.push(Node { line, data, parent: NONE, first: NONE, last: NONE, next: NONE, previous: NONE, depth: 0 });
        id
    }

    /// A node of its own for each piece of text, so that each keeps its line.
    fn node_for(&self, child: NodeOrText<u32>) -> u32 {
        match child {
            NodeOrText::AppendNode(id) => id,
            NodeOrText::AppendText(text) => {
                // The parser tells the line at the end of the piece.
                let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
                let line = self.line.get().saturating_sub(u32::try_from(breaks).unwrap_or(u32::MAX));
                self.create(Data::Text(text), line.max(1))
            }
        }
    }

    fn insert(&self, parent: u32, before: u32, child: u32) {
        self.detach(child);
        let mut nodes = self.nodes.borrow_mut();
        let depth = get(&nodes, parent).map_or(0, |node| node.depth) + 1;
        let previous = match before {
            NONE => get(&nodes, parent).map_or(NONE, |node| node.last),
            _ => get(&nodes, before).map_or(NONE, |node| node.previous),
        };
        let Some(node) = get_mut(&mut nodes, child) else { return };
        node.parent = parent;
        node.previous = previous;
        node.next = before;
        node.depth = depth;
        if matches!(node.data, Data::Element(..)) {
            self.depth.set(depth);
        }
        match get_mut(&mut nodes, previous) {
            Some(node) => node.next = child,
            None => {
                if let Some(node) = get_mut(&mut nodes, parent) {
                    node.first = child;
                }
            }
        }
        match get_mut(&mut nodes, before) {
            Some(node) => node.previous = child,
            None => {
                if let Some(node) = get_mut(&mut nodes, parent) {
                    node.last = child;
                }
            }
        }
    }

    fn detach(&self, child: u32) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(node) = get_mut(&mut nodes, child) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
        match get_mut(&mut nodes, previous) {
            Some(node) => node.next = next,
            None => {
                if let Some(node) = get_mut(&mut nodes, parent) {
                    node.first = next;
                }
            }
        }
        match get_mut(&mut nodes, next) {
            Some(node) => node.previous = previous,
            None => {
                if let Some(node) = get_mut(&mut nodes, parent) {
                    node.last = previous;
                }
            }
        }
    }

    fn parent(&self, id: u32) -> u32 {
        get(&self.nodes.borrow(), id).map_or(NONE, |node| node.parent)
    }
}

/// Whether it is worth a word that this element was never closed.
fn matters(node: &Node) -> bool {
    match node.name() {
        "table" | "pre" | "script" | "style" | "title" => true,
        "div" => node.classes().any(|class| class == "section"),
        _ => false,
    }
}

/// The name of an element. A copy, so that no borrow of the nodes outlives a call; names of HTML cost nothing to copy.
#[derive(Debug)]
pub(super) struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

impl TreeSink for Sink {
    type Handle = u32;
    type Output = Tree;
    type ElemName<'a> = Name;

    fn finish(self) -> Tree {
        self.into_tree()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        DOCUMENT
    }

    fn elem_name(&self, target: &u32) -> Name {
        match get(&self.nodes.borrow(), *target).map(|node| &node.data) {
            Some(Data::Element(name, _)) => Name(name.clone()),
            _ => Name(QualName::new(None, ns!(html), local_name!(""))),
        }
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> u32 {
        if !matches!(&*name.local, "html" | "head" | "body" | "title" | "meta" | "link" | "base" | "script" | "style") {
            self.content.set(true);
        }
        self.create(Data::Element(name, attributes), self.line.get())
    }

    fn create_comment(&self, _: StrTendril) -> u32 {
        self.create(Data::Other, self.line.get())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> u32 {
        self.create(Data::Other, self.line.get())
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        let child = self.node_for(child);
        self.insert(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        if self.parent(*element) == NONE {
            self.append(previous, child)
        } else {
            self.append_before_sibling(element, child)
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &u32) {
        if self.ended.get() {
            self.open_at_end.borrow_mut().push(*node);
        }
        let depth = get(&self.nodes.borrow(), *node).map_or(0, |node| node.depth);
        self.depth.set(depth.saturating_sub(1));
    }

    fn get_template_contents(&self, target: &u32) -> u32 {
        *target
    }

    fn same_node(&self, x: &u32, y: &u32) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        let child = self.node_for(child);
        let parent = self.parent(*sibling);
        self.insert(parent, *sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &u32, attributes: Vec<Attribute>) {
        let mut nodes = self.nodes.borrow_mut();
        let Some(Data::Element(_, known)) = get_mut(&mut nodes, *target).map(|node| &mut node.data) else { return };
        for attribute in attributes {
            if known.len() < 100 && !known.iter().any(|other| other.name == attribute.name) {
                known.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &u32) {
        self.detach(*target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        loop {
            let first = get(&self.nodes.borrow(), *node).map_or(NONE, |node| node.first);
            if first == NONE {
                break;
            }
            self.insert(*new_parent, NONE, first);
        }
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(u32::try_from(line).unwrap_or(u32::MAX));
    }
}
