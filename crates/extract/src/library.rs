//! The other pages of an input, for fields and sections that refer to a schema on one of them.
//!
//! A [`Library`] holds the pages that are referred to; a [`Shelf`] is what one operation takes from it. Page 0 of a shelf is the operation's own.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use tablature_pages::model::{Block, Format, Page, Section, Table, visit_texts};

use crate::nesting::wants_table;
use crate::report::Report;
use crate::rows::Settings;
use crate::sections::{self, Piece, Placed};
use crate::tables::{self, ParameterTable};
use crate::vocabulary::{SectionRole, squeeze, vocabulary};

/// The most pages that one operation takes tables from; a chain of pages that refer to each other ends here.
const MAX_PAGES: usize = 16;
/// The most tables that one operation takes from other pages.
const MAX_TABLES: usize = 2000;

/// A page that lends its tables.
#[derive(Debug)]
struct Loan {
    page: Page,
    digest: String,
}

/// The pages of an input by file name and label, and those of them whose tables can be lent.
#[derive(Debug, Default)]
pub struct Library {
    /// Path without extension, in lower case, to the file.
    paths: BTreeMap<String, String>,
    /// The last part of the path, to the paths that end in it.
    stems: BTreeMap<String, Vec<String>>,
    /// Labels that hold for the whole input, as in reStructuredText.
    labels: HashMap<String, String>,
    pages: BTreeMap<String, Loan>,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// To the page itself, at an anchor in lower case.
    Own(String),
    /// To another page of the input, at an anchor, which may be empty.
    Page(String, String),
    /// To a page that is not in the input.
    Unknown,
    /// To the web.
    Web,
}

impl Library {
    /// A library that knows the names of all files of an input.
    pub fn new<'a>(files: impl IntoIterator<Item = &'a str>) -> Self {
        let mut library = Library::default();
        for file in files {
            let path = bare(file);
            let list = library.stems.entry(last(&path).to_string()).or_default();
            if library.paths.insert(path.clone(), file.to_string()).is_none() {
                list.push(path);
            }
        }
        library
    }

    /// Makes the labels of a page known in the whole input; the first page with a label has it.
    pub fn label(&mut self, file: &str, labels: impl IntoIterator<Item = String>) {
        for label in labels {
            self.labels.entry(label).or_insert_with(|| file.to_string());
        }
    }

    /// Adds a page, so that its tables can be lent.
    pub fn lend(&mut self, file: &str, digest: String, page: Page) {
        self.pages.insert(file.to_string(), Loan { page, digest });
    }

    /// Whether a page can be lent already.
    pub fn lends(&self, file: &str) -> bool {
        self.pages.contains_key(file)
    }

    /// Where a link on the page `from` leads.
    pub fn place(&self, from: &str, link: &str) -> Place {
        let (path, fragment) = split(link);
        if is_web(path) {
            return Place::Web;
        }
        let own = bare(from);
        let target = bare(&decoded(path));
        if path.is_empty() {
            return match self.labels.get(&fragment) {
                Some(file) if bare(file) != own => Place::Page(file.clone(), fragment),
                _ => Place::Own(fragment),
            };
        }
        if last(&target) == last(&own) && !target.contains('/') {
            return Place::Own(fragment);
        }
        let joined = join(&own, &target);
        if joined == own {
            return Place::Own(fragment);
        }
        if let Some(file) = self.paths.get(&joined) {
            return Place::Page(file.clone(), fragment);
        }
        // Exports move files between folders and leave the links; the nearest file of the name is meant.
        let near = self
            .stems
            .get(last(&target))
            .into_iter()
            .flatten()
            .max_by_key(|path| (shared_prefix(path, &own), std::cmp::Reverse(path.len())));
        match near.and_then(|path| self.paths.get(path)) {
            Some(file) => Place::Page(file.clone(), fragment),
            None => Place::Unknown,
        }
    }
}

/// The labels that a page gives to its places, for [`Library::label`]; only reStructuredText has labels that other pages can use.
pub fn labels(page: &Page) -> Vec<String> {
    if page.format != Format::Rst {
        return Vec::new();
    }
    let mut out: Vec<String> = page.ids.iter().map(|id| id.to_lowercase()).collect();
    for section in &page.sections {
        out.extend(section.anchors.iter().map(|anchor| anchor.to_lowercase()));
        tables_of(section, &mut |table| out.extend(table.anchors.iter().map(|anchor| anchor.to_lowercase())));
    }
    out
}

/// Links of a page's parameter tables to other pages, as the page writes them; for finding what a lent page needs itself.
pub fn links(page: &Page) -> Vec<String> {
    let pieces = sections::pieces(page);
    let mut report = Report::new(&page.file);
    let found = tables::collect(&pieces, Settings { source: "", descriptions: false }, &mut report);
    let known = Ids::of(page);
    let mut out = Vec::new();
    for row in found.iter().flat_map(|table| &table.rows).filter(|row| wants_table(row)) {
        out.extend(row.links.iter().filter(|link| leads_away(link, &page.file, &known)).cloned());
    }
    out
}

/// The ids of a page, found when they are first asked for.
#[derive(Debug)]
struct Ids<'a> {
    page: &'a Page,
    found: OnceCell<HashSet<String>>,
}

impl<'a> Ids<'a> {
    fn of(page: &'a Page) -> Self {
        Ids { page, found: OnceCell::new() }
    }

    fn has(&self, id: &str) -> bool {
        self.found.get_or_init(|| ids(self.page)).contains(id)
    }
}

/// Whether a link leads off the page `file` and not into the web. Only reStructuredText has labels that lead to other pages.
fn leads_away(link: &str, file: &str, own: &Ids<'_>) -> bool {
    let (path, fragment) = split(link);
    if path.is_empty() {
        return own.page.format == Format::Rst && !fragment.is_empty() && !own.has(&fragment);
    }
    !is_web(path) && last(&bare(&decoded(path))) != last(&bare(file))
}

fn split(link: &str) -> (&str, String) {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    (path, fragment.to_lowercase())
}

fn is_web(path: &str) -> bool {
    path.contains("://") || path.starts_with("mailto:") || path.starts_with("javascript:")
}

/// `%E4%BD%9C` as the characters that it stands for.
fn decoded(path: &str) -> String {
    if !path.contains('%') {
        return path.to_string();
    }
    let mut out: Vec<u8> = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some(c) = rest.chars().next() {
        let code =
            rest.strip_prefix('%').and_then(|tail| tail.get(..2)).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(byte) => {
                out.push(byte);
                rest = rest.get(3..).unwrap_or_default();
            }
            None => {
                out.extend_from_slice(rest.get(..c.len_utf8()).unwrap_or_default().as_bytes());
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A path without its extension, in lower case, with `/` between its parts.
fn bare(file: &str) -> String {
    let file = file.replace('\\', "/").to_lowercase();
    let (folder, name) = file.rsplit_once('/').map_or(("", file.as_str()), |(folder, name)| (folder, name));
    let name = ["md", "html", "htm", "rst", "txt"]
        .iter()
        .find_map(|end| name.strip_suffix(end).and_then(|name| name.strip_suffix('.')))
        .unwrap_or(name);
    if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn join(from: &str, to: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn shared_prefix(a: &str, b: &str) -> usize {
    a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b).count()
}

/// Calls `f` with every table of a section.
pub fn tables_of<'a>(section: &'a Section, f: &mut dyn FnMut(&'a Table)) {
    fn walk<'a>(blocks: &'a [Block], f: &mut dyn FnMut(&'a Table)) {
        for block in blocks {
            match block {
                Block::Table(table) => f(table),
                Block::List(list) => list.items.iter().for_each(|item| walk(&item.blocks, f)),
                Block::Note(note) => walk(&note.blocks, f),
                Block::Paragraph(_) | Block::Code(_) => {}
            }
        }
    }
    walk(&section.blocks, f);
}

/// A page on a shelf.
#[derive(Debug, Clone, Copy)]
pub struct Shelved<'a> {
    /// The file, as specs name it.
    pub file: &'a str,
    /// The page.
    pub page: &'a Page,
    /// The SHA-256 of its bytes.
    pub digest: &'a str,
}

/// The pages that one operation takes tables from.
#[derive(Debug)]
pub struct Shelf<'a> {
    library: Option<&'a Library>,
    /// The pages; the first is the operation's own.
    pub pages: Vec<Shelved<'a>>,
    by_file: HashMap<&'a str, usize>,
    known: Vec<Ids<'a>>,
    /// Links to other pages, where a schema is expected behind them.
    pub wanted: Vec<String>,
    /// Links of sections that hold nothing but a link, behind which no page is known, with their lines.
    pub unfollowed: Vec<(u32, String)>,
}

impl<'a> Shelf<'a> {
    /// A shelf with the operation's own page.
    pub fn new(own: Shelved<'a>, library: Option<&'a Library>) -> Self {
        let known = vec![Ids::of(own.page)];
        Shelf {
            library,
            pages: vec![own],
            by_file: HashMap::from([(own.file, 0)]),
            known,
            wanted: Vec::new(),
            unfollowed: Vec::new(),
        }
    }

    /// The page on the shelf that a link leads to, and the anchor there; only pages that were taken are found.
    pub fn locate(&self, page: usize, link: &str) -> Option<(usize, String)> {
        let from = self.pages.get(page)?;
        match self.library {
            Some(library) => match library.place(from.file, link) {
                Place::Own(fragment) => Some((page, fragment)),
                Place::Page(file, fragment) => self.by_file.get(file.as_str()).map(|page| (*page, fragment)),
                Place::Unknown | Place::Web => None,
            },
            None => {
                let (path, fragment) = split(link);
                let own = path.is_empty() || (!is_web(path) && last(&bare(&decoded(path))) == last(&bare(from.file)));
                own.then_some((page, fragment))
            }
        }
    }

    /// Whether a link leads to another page than the one that it stands on.
    pub fn away(&self, page: usize, link: &str) -> bool {
        let (Some(from), Some(known)) = (self.pages.get(page), self.known.get(page)) else { return false };
        leads_away(link, from.file, known)
    }

    /// Whether a link of the own page leads nowhere: to a file that is not in the input, or to no anchor of its page.
    pub fn broken(&self, link: &str) -> bool {
        let (Some(own), Some(known)) = (self.pages.first(), self.known.first()) else { return false };
        let missing = |fragment: &str| !fragment.is_empty() && !known.has(fragment);
        let Some(library) = self.library else {
            let (path, fragment) = split(link);
            return path.is_empty() && own.page.format != Format::Rst && missing(&fragment);
        };
        match library.place(own.file, link) {
            Place::Unknown => true,
            Place::Own(fragment) => missing(&fragment),
            Place::Page(file, fragment) => {
                let page = library.pages.get(&file);
                !fragment.is_empty() && page.is_some_and(|loan| !ids(&loan.page).contains(&fragment))
            }
            Place::Web => false,
        }
    }

    /// Takes the page that a link leads to, and gives its number.
    fn take(&mut self, page: usize, link: &str) -> Option<usize> {
        let from = self.pages.get(page)?.file;
        let library = self.library?;
        let Place::Page(file, _) = library.place(from, link) else { return None };
        if let Some(number) = self.by_file.get(file.as_str()) {
            return Some(*number);
        }
        if self.pages.len() >= MAX_PAGES {
            return None;
        }
        let (file, loan) = library.pages.get_key_value(&file)?;
        self.pages.push(Shelved { file, page: &loan.page, digest: &loan.digest });
        self.known.push(Ids::of(&loan.page));
        self.by_file.insert(file, self.pages.len() - 1);
        Some(self.pages.len() - 1)
    }

    fn want(&mut self, link: &str) {
        if !self.wanted.iter().any(|known| known == link) {
            self.wanted.push(link.to_string());
        }
    }

    /// Puts the pieces that a section refers to in its place: `See Responses (Task)`, where the section has no table of its own.
    pub fn import_sections(&mut self, pieces: &mut Vec<Placed<'a>>) {
        let described: HashSet<usize> = pieces
            .iter()
            .filter(|placed| matches!(placed.piece, Piece::Table(_)))
            .map(|placed| placed.section)
            .collect();
        // The own tables of request and response by their anchors: a section may say that it is as one of them.
        let mut own: HashMap<String, Placed<'a>> = HashMap::new();
        for placed in pieces.iter() {
            let Piece::Table(table) = placed.piece else { continue };
            if matches!(placed.role, SectionRole::Request | SectionRole::Response) {
                for anchor in &table.anchors {
                    own.entry(anchor.to_lowercase()).or_insert(*placed);
                }
            }
        }
        let mut repeated: HashSet<(*const Table, bool)> = HashSet::new();
        let mut out: Vec<Placed<'a>> = Vec::with_capacity(pieces.len());
        for placed in pieces.drain(..) {
            out.push(placed);
            let schema =
                matches!(placed.role, SectionRole::Request | SectionRole::Response | SectionRole::ErrorResponse);
            let Piece::Text(text) = placed.piece else { continue };
            if !schema || placed.note || described.contains(&placed.section) {
                continue;
            }
            let plain = squeeze(&text.plain());
            if plain.chars().count() > 80 || !vocabulary().refers.iter().any(|word| plain.contains(word.as_str())) {
                continue;
            }
            for (_, link) in text.links() {
                if !self.away(0, link) {
                    let place = self.locate(0, link).filter(|_| placed.role != SectionRole::ErrorResponse);
                    let response = placed.role == SectionRole::Response;
                    if let Some((_, fragment)) = place
                        && let Some(table) = own.get(&fragment).copied()
                        && let Piece::Table(behind) = table.piece
                        && repeated.insert((std::ptr::from_ref(behind), response))
                    {
                        out.push(Placed { section: placed.section, role: placed.role, label: false, ..table });
                    }
                    continue;
                }
                self.want(link);
                let taken = self.take(0, link);
                if taken.is_none() && placed.role != SectionRole::ErrorResponse {
                    self.unfollowed.push((text.line, link.to_string()));
                }
                let Some(number) = taken else { continue };
                let Some((_, fragment)) = self.locate(0, link) else { continue };
                let Some(shelved) = self.pages.get(number) else { continue };
                out.extend(chosen(shelved.page, &fragment, placed.role, &plain).into_iter().map(|piece| Placed {
                    section: placed.section,
                    role: placed.role,
                    page: number,
                    ..piece
                }));
            }
        }
        *pieces = out;
    }

    /// Adds all parameter tables of the pages that fields refer to, and of those that these refer to.
    pub fn import_tables(&mut self, tables: &mut Vec<ParameterTable<'a>>, settings: Settings<'_>) {
        let mut seen: HashSet<*const Table> = tables.iter().map(|table| std::ptr::from_ref(table.table)).collect();
        let mut pooled = vec![true];
        let mut next = 0;
        // Tables are looked at once; those that come in are looked at after them.
        while let Some(table) = tables.get(next) {
            let page = table.page;
            next += 1;
            let links: Vec<String> = table
                .rows
                .iter()
                .filter(|row| wants_table(row))
                .flat_map(|row| row.links.iter())
                .filter(|link| self.away(page, link))
                .cloned()
                .collect();
            let mut numbers: Vec<usize> = Vec::new();
            for link in links {
                if page == 0 {
                    self.want(&link);
                }
                numbers.extend(self.take(page, &link));
            }
            // A section that came whole may refer to other tables of its page.
            numbers.push(page);
            for number in numbers {
                pooled.resize(self.pages.len().max(pooled.len()), false);
                let Some(done) = pooled.get_mut(number) else { continue };
                if std::mem::replace(done, true) || tables.len() > MAX_TABLES {
                    continue;
                }
                let Some(shelved) = self.pages.get(number) else { continue };
                let pieces = sections::pieces(shelved.page);
                let mut report = Report::new(shelved.file);
                for mut found in tables::collect(&pieces, settings, &mut report) {
                    if seen.insert(std::ptr::from_ref(found.table)) {
                        found.page = number;
                        found.lent = true;
                        tables.push(found);
                    }
                }
            }
        }
    }
}

/// The pieces of a page that a reference means: those at the anchor, else of the sections that it names, else all of them.
fn chosen<'a>(page: &'a Page, fragment: &str, role: SectionRole, reference: &str) -> Vec<Placed<'a>> {
    let mut pieces = sections::pieces(page);
    pieces.retain(|placed| !matches!(placed.piece, Piece::Code(_)));
    if !fragment.is_empty() {
        let section = page
            .sections
            .iter()
            .position(|section| section.anchors.iter().any(|anchor| anchor.to_lowercase() == fragment));
        if let Some(section) = section {
            pieces.retain(|placed| placed.section == section);
            return pieces;
        }
        let at = |placed: &Placed<'_>| match placed.piece {
            Piece::Table(table) => table.anchors.iter().any(|anchor| anchor.to_lowercase() == fragment),
            _ => false,
        };
        if pieces.iter().any(at) {
            pieces.retain(at);
            return pieces;
        }
        // An anchor of the title means the whole page.
    }
    if pieces.iter().any(|placed| placed.role == SectionRole::Uri) {
        // The page of another operation: its request, if the reference says so, else what this section is.
        let words = vocabulary();
        let behind = reference.rsplit(['》', ')', '）']).next().unwrap_or(reference);
        let request = words.request_words.iter().any(|word| behind.contains(word.as_str()));
        let role = if request { SectionRole::Request } else { role };
        pieces.retain(|placed| placed.role == role);
        return pieces;
    }
    // A page that shows the failures as well keeps them apart by its labels.
    pieces
}

/// All ids of a page, in lower case.
fn ids(page: &Page) -> HashSet<String> {
    let mut out: HashSet<String> = page.ids.iter().map(|id| id.to_lowercase()).collect();
    for section in &page.sections {
        out.extend(section.anchors.iter().map(|id| id.to_lowercase()));
        out.extend(section.heading.anchors.iter().map(|id| id.to_lowercase()));
        visit_texts(&section.blocks, &mut |text| out.extend(text.anchors.iter().map(|id| id.to_lowercase())));
        tables_of(section, &mut |table| {
            out.extend(table.anchors.iter().map(|id| id.to_lowercase()));
            for row in &table.rows {
                out.extend(row.anchors.iter().map(|id| id.to_lowercase()));
                for cell in &row.cells {
                    out.extend(cell.anchors.iter().map(|id| id.to_lowercase()));
                }
            }
        });
    }
    out
}
