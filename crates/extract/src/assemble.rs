//! Parameter tables to spec tables: which table is the root of what, how mixed tables are split, which ids they get.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use tablature_spec::codes;
use tablature_spec::model::{At, Claim, Example, ExampleKind, Mandatory, Role, Row, Table, placeholders};

use crate::library::Shelf;
use crate::nesting::{self, Links};
use crate::report::Report;
use crate::request_line::{Target, fits, parse_url};
use crate::rows::{self, unknown_type};
use crate::tables::{ParameterTable, Side};
use crate::vocabulary::{Label, SectionRole, squeeze};

/// Request headers that are headers wherever a page lists them.
const HEADERS: &[&str] = &[
    "content-type",
    "content-length",
    "authorization",
    "accept",
    "host",
    "user-agent",
    "accept-language",
    "accept-encoding",
    "content-encoding",
    "if-match",
    "if-none-match",
];

/// What a table is the root of; `Uri` and `Request` tables may hold rows of several kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Root {
    Path,
    Query,
    Header,
    Body,
    Form,
    Uri,
    Request,
    Response,
    ResponseHeader,
    Error,
}

/// A spec table in the making.
#[derive(Debug)]
struct Planned {
    id: String,
    role: Role,
    status: Option<u16>,
    caption: Option<String>,
    scenario: Option<String>,
    array: bool,
    line: u32,
    page: usize,
    rows: Vec<(usize, usize)>,
    /// The names of its rows, and the tables that they come from, for looking up.
    names: HashSet<String>,
    from: HashSet<usize>,
    derived: Vec<Row>,
}

/// What assembling gives.
#[derive(Debug, Default)]
pub struct Assembled {
    /// The tables of the spec.
    pub tables: Vec<Table>,
    /// Query parameters with a fixed value.
    pub fixed_query: Vec<(String, String)>,
    /// The page calls the body a form.
    pub form: bool,
    /// The media types that the row of the header `Content-Type` names.
    pub media_types: Vec<String>,
    /// The other pages that rows come from, in the order in which they are met.
    pub lenders: Vec<usize>,
}

impl Assembled {
    /// The name of the source that a page of the shelf is: the operation's own, or one with a number for a page that lends tables.
    fn source_of(&mut self, page: usize, own: &str) -> String {
        if page == 0 {
            return own.to_string();
        }
        let at = self.lenders.iter().position(|known| *known == page).unwrap_or_else(|| {
            self.lenders.push(page);
            self.lenders.len() - 1
        });
        lender(own, at)
    }
}

/// The name of a page that lends tables to the page of a source; `number` counts from 0.
pub fn lender(own: &str, number: usize) -> String {
    format!("{own}.{}", number + 2)
}

/// What is known of the operation when its tables are assembled.
#[derive(Debug, Clone, Copy)]
pub struct Operation<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query of the request line.
    pub target: &'a Target,
    /// The examples.
    pub examples: &'a [Example],
    /// The name of the source.
    pub source: &'a str,
    /// The pages that the tables come from.
    pub shelf: &'a Shelf<'a>,
    /// The line of the request line.
    pub line: u32,
}

/// Assembles the tables of an operation.
pub fn assemble(mut tables: Vec<ParameterTable<'_>>, operation: Operation<'_>, report: &mut Report) -> Assembled {
    let mut links = nesting::by_link(&tables, operation.shelf);
    say_broken(&tables, &links, operation.shelf, report);
    let mut roots = find_roots(&tables, &links);
    let open: Vec<bool> = roots.iter().map(Option::is_none).collect();
    nesting::by_words(&tables, &open, &mut links);
    settle_unknown_types(&mut tables, &links, report);
    settle_free_keys(&mut tables, &mut links, report);
    nesting::by_scenario(&tables, &open, &mut links);
    more_roots(&tables, &links, &mut roots);
    let mut plan = Plan::new(&tables, operation, links);
    plan.place_roots(&roots, report);
    plan.derive(report);
    plan.settle_arrays(report);
    plan.order();
    plan.place_types();
    plan.place_rest(&roots, report);
    plan.finish(report)
}

/// Says which links of fields lead nowhere.
fn say_broken(tables: &[ParameterTable<'_>], links: &Links, shelf: &Shelf<'_>, report: &mut Report) {
    for (field, link) in links.lost.iter().filter(|(_, link)| shelf.broken(link)) {
        let Some(row) = tables.get(field.0).and_then(|table| table.rows.get(field.1)) else { continue };
        report.say(
            &codes::LINK_BROKEN,
            row.line,
            format!("`{}` of `{}` leads to no place of the pages that were read", rows::shorten(link), row.row.name),
        );
    }
}

/// Tables whose place and caption make them roots, before fields are attached by words.
fn find_roots(tables: &[ParameterTable<'_>], links: &Links) -> Vec<Option<Root>> {
    // The first table that links to each table, if it does so from before.
    let mut linked: HashSet<usize> = HashSet::new();
    let several = links.variants.iter().flat_map(|(field, targets)| targets.iter().map(move |target| (field, target)));
    for ((from, _), target) in links.targets.iter().chain(several) {
        if from < target {
            linked.insert(*target);
        }
    }
    let mut roots: Vec<Option<Root>> = vec![None; tables.len()];
    let mut led: HashSet<(usize, Option<u16>)> = HashSet::new();
    for (number, table) in tables.iter().enumerate() {
        let generic =
            table.label.is_none_or(|label| matches!(label, Label::Generic | Label::Request | Label::Response));
        if table.lent || (generic && linked.contains(&number)) {
            continue;
        }
        let group = (table.section, table.status);
        let request = table.side == Side::Request;
        let failure = table.side == Side::Error;
        let root = match table.label {
            Some(Label::Path) if request => Some(Root::Path),
            Some(Label::Query) if request => Some(Root::Query),
            Some(Label::UriParameters) if request => Some(Root::Uri),
            Some(Label::Header) if request => Some(Root::Header),
            Some(Label::Header | Label::ResponseHeader) => Some(Root::ResponseHeader),
            Some(Label::Body) if request => Some(Root::Body),
            Some(Label::Form) if request => Some(Root::Form),
            Some(Label::Error) => Some(Root::Error),
            Some(Label::Request | Label::Response) if request => Some(Root::Request),
            Some(Label::Request | Label::Response | Label::Body) if failure => Some(Root::Error),
            Some(Label::Request | Label::Response | Label::Body) if table.side == Side::Response => {
                Some(Root::Response)
            }
            _ => None,
        };
        let led_already = led.contains(&group);
        let root = match root {
            Some(Root::Request) if table.section_role == SectionRole::Uri => Some(Root::Uri),
            Some(root) => Some(root),
            None if linked.contains(&number) => None,
            None => match (table.side, table.section_role) {
                (_, SectionRole::Uri) => Some(Root::Uri),
                (Side::Request, _) if !led_already => Some(Root::Request),
                (Side::Response, SectionRole::ResponseHeader) => Some(Root::ResponseHeader),
                (Side::Response, _) if !led_already => Some(Root::Response),
                (Side::Error, _) if !led_already => Some(Root::Error),
                _ => None,
            },
        };
        if matches!(root, Some(Root::Body | Root::Form | Root::Request | Root::Response | Root::Error)) {
            led.insert(group);
        }
        if let Some(slot) = roots.get_mut(number) {
            *slot = root;
        }
    }
    roots
}

/// Tables that no field refers to and whose caption names no object describe the same place once more.
fn more_roots(tables: &[ParameterTable<'_>], links: &Links, roots: &mut [Option<Root>]) {
    let attached: HashSet<usize> = links.targets.values().chain(links.variants.values().flatten()).copied().collect();
    for (number, table) in tables.iter().enumerate() {
        let Some(slot) = roots.get_mut(number) else { continue };
        if slot.is_some() || table.lent || attached.contains(&number) {
            continue;
        }
        // A caption in words of its own describes some object, even where it does not name it.
        let nameless = table.name.tokens.is_empty() && (table.caption.is_none() || table.label.is_some());
        if !nameless {
            continue;
        }
        *slot = match table.side {
            Side::Request => Some(Root::Request),
            Side::Response => Some(Root::Response),
            Side::Error => Some(Root::Error),
            Side::Neither => None,
        };
    }
}

/// A bare name is a type only if a table has that name; where none has, the word is unknown.
fn settle_unknown_types(tables: &mut [ParameterTable<'_>], links: &Links, report: &mut Report) {
    for (number, table) in tables.iter_mut().enumerate() {
        for (at, row) in table.rows.iter_mut().enumerate() {
            let attached = links.targets.contains_key(&(number, at))
                || links.variants.contains_key(&(number, at))
                || links.elsewhere.contains_key(&(number, at));
            if row.bare && !attached && row.row.opaque.is_none() {
                if table.page != 0 {
                    row.row.opaque = Some(rows::UNKNOWN_TYPE.to_string());
                    continue;
                }
                let word = row.row.kind.as_ref().and_then(Claim::first).cloned().unwrap_or_default();
                unknown_type(&word, row, report);
            }
        }
    }
}

/// Tables whose only row stands for keys of the caller's choice: the fields that they describe are maps, and the tables are used up.
fn settle_free_keys(tables: &mut [ParameterTable<'_>], links: &mut Links, report: &mut Report) {
    let mut words: HashMap<usize, String> = HashMap::new();
    let targets: HashSet<usize> = links.targets.values().copied().collect();
    for (number, table) in tables.iter_mut().enumerate() {
        if !matches!(table.rows.as_slice(), [row] if row.free) {
            continue;
        }
        let Some(row) = table.rows.pop() else { continue };
        let word = row.row.kind.as_ref().and_then(Claim::first).cloned();
        let used = targets.contains(&number);
        let own = usize::from(table.page == 0);
        match word.filter(|_| used) {
            Some(word) => {
                report.counts.rows_in_spec += own;
                words.insert(number, word);
                table.lent = true;
            }
            None if own == 1 => {
                report.unused_rows(1);
                report.say(
                    &codes::ROW_UNUSED,
                    row.line,
                    format!("`{}` is no name, so the row is in no spec", rows::shorten(&row.row.name)),
                );
            }
            None => {}
        }
    }
    if words.is_empty() {
        return;
    }
    let fields: Vec<((usize, usize), String)> = links
        .targets
        .iter()
        .filter_map(|(field, target)| words.get(target).map(|word| (*field, word.clone())))
        .collect();
    for (field, word) in fields {
        links.targets.remove(&field);
        let row = tables.get_mut(field.0).and_then(|table| table.rows.get_mut(field.1));
        if let Some(row) = row.filter(|row| row.shape.as_ref().is_some_and(|shape| shape.is_objectish())) {
            row.row.map = Some(word);
            row.row.opaque = Some("keys of the caller's choice".to_string());
        }
    }
}

struct Plan<'p, 'a> {
    tables: &'p [ParameterTable<'a>],
    operation: Operation<'p>,
    links: Links,
    planned: Vec<Planned>,
    /// Where the rows of a root table went, by table.
    homes: HashMap<usize, String>,
    ids: HashMap<String, usize>,
    placed: HashSet<(usize, usize)>,
    form: bool,
    media_types: Vec<String>,
    /// Placeholders as the path writes them, by their squeezed spelling.
    holders: Vec<String>,
    /// Rows that only some of the scenarios of their object have, or that only some call mandatory, with the scenario that says so.
    partial: HashMap<(usize, usize), String>,
    /// Rows that are renamed to the placeholder that they mean.
    renamed: HashMap<(usize, usize), String>,
    /// The row that stands for the only placeholder that no row names, where it is the only one to spare.
    spare: Option<((usize, usize), String)>,
}

impl<'p, 'a> Plan<'p, 'a> {
    fn new(tables: &'p [ParameterTable<'a>], operation: Operation<'p>, links: Links) -> Self {
        let mut holders: Vec<String> = Vec::new();
        for name in placeholders(&operation.target.path) {
            if !holders.iter().any(|known| known == name) {
                holders.push(name.to_string());
            }
        }
        Plan {
            tables,
            operation,
            links,
            planned: Vec::new(),
            homes: HashMap::new(),
            ids: HashMap::new(),
            placed: HashSet::new(),
            form: false,
            media_types: Vec::new(),
            holders,
            partial: HashMap::new(),
            renamed: HashMap::new(),
            spare: None,
        }
    }

    /// Finds the row of the path's tables that is left over with the one placeholder that is left over, if both end in the same word.
    fn find_spare(&mut self, roots: &[Option<Root>], declared: &HashSet<String>) {
        let known: HashSet<String> = declared.iter().map(|name| plain(name)).collect();
        let mut holders = self.holders.iter().filter(|holder| !known.contains(&plain(holder)));
        let (Some(holder), None) = (holders.next(), holders.next()) else { return };
        let named: HashSet<String> = self.holders.iter().map(|holder| plain(holder)).collect();
        let mut rows = self.tables.iter().zip(roots).enumerate().filter_map(|(number, (table, root))| match root {
            Some(Root::Path | Root::Uri) => Some((number, table)),
            _ => None,
        });
        let mut rows = rows.by_ref().flat_map(|(number, table)| (0..table.rows.len()).map(move |at| (number, at)));
        let left = |field: &(usize, usize)| {
            let Some(row) = self.tables.get(field.0).and_then(|table| table.rows.get(field.1)) else { return false };
            let name = row.row.name.as_str();
            let query = self.operation.target.query.iter().any(|(query, _)| query == name);
            row.row.mandatory == Some(Claim::Agreed(Mandatory::Yes))
                && !query
                && !is_header(name)
                && !named.contains(&plain(name))
                && last_word(name) == last_word(holder)
        };
        let mut rows = rows.by_ref().filter(left);
        if let (Some(field), None) = (rows.next(), rows.next()) {
            self.spare = Some((field, holder.clone()));
        }
    }

    fn place_roots(&mut self, roots: &[Option<Root>], report: &mut Report) {
        let tables = self.tables;
        // Path tables first, so that a row of a later table knows which placeholders are taken.
        let first = |root: &Option<Root>| matches!(root, Some(Root::Path | Root::Uri));
        let order: Vec<usize> = (0..tables.len())
            .filter(|n| roots.get(*n).is_some_and(first))
            .chain((0..tables.len()).filter(|n| roots.get(*n).is_some_and(|root| !first(root))))
            .collect();
        let declared: HashSet<String> = tables
            .iter()
            .zip(roots)
            .filter(|(_, root)| first(root))
            .flat_map(|(table, _)| table.rows.iter().map(|row| row.row.name.clone()))
            .collect();
        self.find_spare(roots, &declared);
        for number in order {
            let (Some(table), Some(Some(root))) = (tables.get(number), roots.get(number)) else { continue };
            // A table whose only row stands for the items of an array describes them through its link.
            if let [row] = table.rows.as_slice()
                && row.root_array
            {
                if let Some(target) = self.links.targets.get(&(number, 0)).copied()
                    && let Some(inner) = tables.get(target)
                {
                    let role = match root {
                        Root::Error => Role::Error,
                        Root::Response | Root::ResponseHeader => Role::Response,
                        _ => Role::Body,
                    };
                    let id = self.root_id(role, table);
                    let at = self.open(id, role, table, number);
                    self.homes.insert(target, self.planned.get(at).map(|p| p.id.clone()).unwrap_or_default());
                    if let Some(planned) = self.planned.get_mut(at) {
                        planned.array = true;
                        planned.rows = (0..inner.rows.len()).map(|row| (target, row)).collect();
                        planned.line = inner.table.line;
                        planned.page = inner.page;
                    }
                    self.placed.insert((number, 0));
                    for row in 0..inner.rows.len() {
                        self.placed.insert((target, row));
                    }
                    continue;
                }
                report.say(
                    &codes::ROW_UNUSED,
                    row.line,
                    "the row stands for the items of an array, and no table describes them".to_string(),
                );
                continue;
            }
            for at in 0..table.rows.len() {
                let Some(row) = table.rows.get(at) else { continue };
                // The client has the project; a page that describes it without sending it means nothing by that.
                if matches!(root, Root::Path | Root::Uri) && self.is_idle_project(&row.row) {
                    report.unused_rows(1);
                    report.say(
                        &codes::PATH_PARAMETER_UNUSED,
                        row.line,
                        format!(
                            "`{0}` is described with the path, and neither the request line nor an example has it",
                            row.row.name
                        ),
                    );
                    continue;
                }
                if row.root_array {
                    report.say(
                        &codes::ROW_UNUSED,
                        row.line,
                        "the row stands for the items of an array beside named rows".to_string(),
                    );
                    continue;
                }
                let role = self.role_of(*root, (number, at), &declared, report);
                if role == Role::Header {
                    self.media_types.extend(row.media_types.iter().cloned());
                }
                self.place(role, table, (number, at), report);
            }
            if table.rows.is_empty() {
                continue;
            }
            if *root == Root::Form {
                self.form = true;
            }
        }
    }

    /// Where one row of a root table goes.
    fn role_of(&mut self, root: Root, field: (usize, usize), declared: &HashSet<String>, report: &mut Report) -> Role {
        let Some(row) = self.tables.get(field.0).and_then(|table| table.rows.get(field.1)) else { return Role::Body };
        let name = row.row.name.as_str();
        let request = matches!(root, Root::Query | Root::Header | Root::Body | Root::Form | Root::Uri | Root::Request);
        match row.place.filter(|_| request) {
            Some(Role::Path) => return self.role_of_path(field, name, declared, report),
            Some(place) => return place,
            None => {}
        }
        match root {
            Root::Header => Role::Header,
            Root::Body | Root::Form => Role::Body,
            Root::ResponseHeader => Role::ResponseHeader,
            Root::Response if is_header(name) => Role::ResponseHeader,
            Root::Response => Role::Response,
            Root::Error => Role::Error,
            Root::Query => {
                if self.is_placeholder(field, name, declared, report) {
                    Role::Path
                } else {
                    Role::Query
                }
            }
            Root::Path => self.role_of_path(field, name, declared, report),
            Root::Uri => {
                if self.is_placeholder(field, name, declared, report) {
                    Role::Path
                } else if is_header(name) {
                    Role::Header
                } else {
                    Role::Query
                }
            }
            Root::Request => {
                if is_header(name) {
                    return Role::Header;
                }
                let bodyless = matches!(self.operation.method, "GET" | "HEAD");
                let taken = declared.contains(name);
                if self.holders.iter().any(|holder| holder == name) && (bodyless || !taken) {
                    return Role::Path;
                }
                if self.operation.target.query.iter().any(|(query, _)| query == name) {
                    return Role::Query;
                }
                let example_body = self
                    .operation
                    .examples
                    .iter()
                    .any(|example| example.kind == ExampleKind::Request && example.json && example.body.is_some());
                if bodyless && !example_body {
                    return Role::Query;
                }
                if bodyless || self.operation.method == "DELETE" {
                    return if example_body { Role::Body } else { Role::Query };
                }
                if !example_body && self.in_example_query(name) { Role::Query } else { Role::Body }
            }
        }
    }

    /// Where a row that is called a path parameter goes.
    fn role_of_path(
        &mut self,
        field: (usize, usize),
        name: &str,
        declared: &HashSet<String>,
        report: &mut Report,
    ) -> Role {
        if self.is_placeholder(field, name, declared, report) {
            return Role::Path;
        }
        let line = self.tables.get(field.0).and_then(|table| table.rows.get(field.1)).map_or(0, |row| row.line);
        report.say(
            &codes::PATH_PARAMETER_UNUSED,
            line,
            format!("`{name}` is described as a path parameter, and the path has no `{{{name}}}`; it was taken for a query parameter"),
        );
        Role::Query
    }

    /// A project id that no request line, query string or example of the page has.
    fn is_idle_project(&self, row: &Row) -> bool {
        row.name == "project_id"
            && !self.holders.iter().any(|holder| plain(holder) == "projectid")
            && !self.operation.target.query.iter().any(|(name, _)| name == "project_id")
            && !self.in_example_query("project_id")
    }

    /// Whether a row describes a placeholder; a spelling that differs only in case and joints is said and mended.
    fn is_placeholder(
        &mut self,
        field: (usize, usize),
        name: &str,
        declared: &HashSet<String>,
        report: &mut Report,
    ) -> bool {
        if self.holders.iter().any(|holder| holder == name) {
            return true;
        }
        let spelled = plain(name);
        let found = self.holders.iter().find(|holder| plain(holder) == spelled && !declared.contains(*holder)).cloned();
        let found =
            found.or_else(|| self.spare.as_ref().filter(|(spare, _)| *spare == field).map(|(_, to)| to.clone()));
        if let Some(holder) = found
            && !self.renamed.values().any(|known| *known == holder)
        {
            let line = self.tables.get(field.0).and_then(|table| table.rows.get(field.1)).map_or(0, |row| row.line);
            report.say(
                &codes::PATH_PARAMETER_UNDECLARED,
                line,
                format!("the table says `{name}` where the path says `{{{holder}}}`; the path's spelling was taken"),
            );
            self.renamed.insert(field, holder);
            return true;
        }
        false
    }

    fn in_example_query(&self, name: &str) -> bool {
        self.operation
            .examples
            .iter()
            .filter(|example| example.kind == ExampleKind::Request)
            .filter_map(|example| example.url.as_deref())
            .any(|url| url.contains('?') && parse_url(url).query.iter().any(|(query, _)| query == name))
    }

    /// Puts a row into the spec table of its role, which is opened if it is not there.
    fn place(&mut self, role: Role, table: &ParameterTable<'_>, field: (usize, usize), report: &mut Report) {
        let status =
            if matches!(role, Role::Response | Role::Error | Role::ResponseHeader) { table.status } else { None };
        let single = matches!(role, Role::Path | Role::Query | Role::Header | Role::ResponseHeader);
        let found = self.planned.iter().position(|planned| {
            planned.role == role && (single || planned.from.contains(&field.0)) && (single || planned.status == status)
        });
        let at = match found {
            Some(at) => at,
            None => {
                let id = self.root_id(role, table);
                self.open(id, role, table, field.0)
            }
        };
        let name = self.name_of(field);
        let repeated = self.planned.get(at).is_some_and(|planned| planned.names.contains(&name));
        if repeated && single {
            let line = table.rows.get(field.1).map_or(table.table.line, |row| row.line);
            report.unused_rows(1);
            report.say(
                &codes::ROW_REPEATED,
                line,
                format!("`{name}` is described by an earlier table already; the first row was kept"),
            );
            self.renamed.remove(&field);
            return;
        }
        if let Some(planned) = self.planned.get_mut(at) {
            planned.rows.push(field);
            planned.from.insert(field.0);
            planned.names.insert(name);
            let id = planned.id.clone();
            self.homes.entry(field.0).or_insert(id);
        }
        self.placed.insert(field);
    }

    fn name_of(&self, field: (usize, usize)) -> String {
        if let Some(name) = self.renamed.get(&field) {
            return name.clone();
        }
        self.tables
            .get(field.0)
            .and_then(|table| table.rows.get(field.1))
            .map(|row| row.row.name.clone())
            .unwrap_or_default()
    }

    fn open(&mut self, id: String, role: Role, table: &ParameterTable<'_>, number: usize) -> usize {
        let id = self.unique(id);
        let response = matches!(role, Role::Response | Role::Error | Role::ResponseHeader);
        let again =
            self.planned.iter().any(|planned| planned.role == role && (!response || planned.status == table.status));
        let scenario = if again && role != Role::Type { scenario(table) } else { None };
        self.homes.entry(number).or_insert_with(|| id.clone());
        self.planned.push(Planned {
            id,
            role,
            status: if response { table.status } else { None },
            caption: table.caption.clone(),
            scenario,
            array: false,
            line: table.table.line,
            page: table.page,
            rows: Vec::new(),
            names: HashSet::new(),
            from: HashSet::new(),
            derived: Vec::new(),
        });
        self.planned.len() - 1
    }

    fn root_id(&self, role: Role, table: &ParameterTable<'_>) -> String {
        let response = self.planned.iter().any(|planned| planned.role == Role::Response);
        match (role, table.status) {
            (Role::Response, Some(code)) if response => format!("response.{code}"),
            (Role::Error, Some(code)) => format!("response.{code}"),
            _ => role.name().to_string(),
        }
    }

    fn unique(&mut self, id: String) -> String {
        let Some(mut number) = self.ids.get(&id).copied() else {
            self.ids.insert(id.clone(), 2);
            return id;
        };
        loop {
            let next = format!("{id}.{number}");
            number += 1;
            if !self.ids.contains_key(&next) {
                self.ids.insert(id, number);
                self.ids.insert(next.clone(), 2);
                return next;
            }
        }
    }

    /// Adds what the tables forgot: placeholders of the path and names of the query string.
    fn derive(&mut self, report: &mut Report) {
        let known: HashSet<String> = self
            .planned
            .iter()
            .filter(|planned| planned.role == Role::Path)
            .flat_map(|planned| planned.rows.iter().map(|field| self.name_of(*field)).collect::<Vec<_>>())
            .collect();
        let missing: Vec<String> = self.holders.iter().filter(|holder| !known.contains(*holder)).cloned().collect();
        for name in &missing {
            report.say(
                &codes::PATH_PARAMETER_UNDECLARED,
                self.operation.line,
                format!("no table describes `{{{name}}}` of the path; it was added as text"),
            );
        }
        self.add_derived(Role::Path, missing, report);
        let described: HashSet<String> = self
            .planned
            .iter()
            .filter(|planned| matches!(planned.role, Role::Query | Role::Body))
            .flat_map(|planned| planned.rows.iter().map(|field| self.name_of(*field)).collect::<Vec<_>>())
            .collect();
        let missing: Vec<String> = self
            .operation
            .target
            .query
            .iter()
            .filter(|(name, value)| value.is_none() && !described.contains(name))
            .map(|(name, _)| name.clone())
            .collect();
        let mut missing = missing;
        for name in &missing {
            report.say(
                &codes::QUERY_PARAMETER_UNDECLARED,
                self.operation.line,
                format!("no table describes `{name}` of the query string; it was added as text"),
            );
        }
        let mut known: HashSet<String> = described;
        known.extend(self.holders.iter().cloned());
        known.extend(self.operation.target.query.iter().map(|(name, _)| name.clone()));
        for example in self.operation.examples.iter().filter(|example| example.kind == ExampleKind::Request) {
            let Some(url) = example.url.as_deref().filter(|url| url.contains('?')) else { continue };
            let shown = parse_url(url);
            let same = example.method.as_deref().is_none_or(|method| method == self.operation.method);
            if !same || !fits(&self.operation.target.path, &shown.path) {
                continue;
            }
            for (name, _) in shown.query {
                let word = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
                if !word || name.is_empty() || !known.insert(name.clone()) {
                    continue;
                }
                report.say(
                    &codes::QUERY_PARAMETER_UNDECLARED,
                    example.at.first().map_or(self.operation.line, |at| at.line),
                    format!("the example sends `{name}`, which no table describes; it was added as text"),
                );
                missing.push(name);
            }
        }
        self.add_derived(Role::Query, missing, report);
    }

    fn add_derived(&mut self, role: Role, names: Vec<String>, report: &mut Report) {
        if names.is_empty() {
            return;
        }
        report.counts.rows_derived += names.len();
        let rows = names.into_iter().map(|name| Row { name, ..Row::default() });
        match self.planned.iter_mut().find(|planned| planned.role == role) {
            Some(planned) => planned.derived.extend(rows),
            None => {
                let id = self.unique(role.name().to_string());
                self.planned.push(Planned {
                    id,
                    role,
                    status: None,
                    caption: None,
                    scenario: None,
                    array: false,
                    line: 0,
                    page: 0,
                    rows: Vec::new(),
                    names: HashSet::new(),
                    from: HashSet::new(),
                    derived: rows.collect(),
                });
            }
        }
    }

    /// A body that every example shows as an array of what the table describes is one; other arrays are a conflict.
    fn settle_arrays(&mut self, report: &mut Report) {
        for (kind, role) in [(ExampleKind::Request, Role::Body), (ExampleKind::Success, Role::Response)] {
            let shown: Vec<(&Example, Value)> = self
                .operation
                .examples
                .iter()
                .filter(|example| example.kind == kind && example.json)
                .filter_map(|example| Some((example, serde_json::from_str(example.body.as_deref()?).ok()?)))
                .collect();
            if self.form || !shown.iter().any(|(_, body)| body.is_array()) {
                continue;
            }
            let mut statuses: Vec<Option<u16>> = Vec::new();
            for planned in self.planned.iter().filter(|planned| planned.role == role && !planned.array) {
                if !statuses.contains(&planned.status) {
                    statuses.push(planned.status);
                }
            }
            for status in statuses {
                let of = |planned: &&mut Planned| planned.role == role && planned.status == status && !planned.array;
                let names: HashSet<&str> = self
                    .planned
                    .iter()
                    .filter(|planned| planned.role == role && planned.status == status && !planned.array)
                    .flat_map(|planned| planned.names.iter().map(String::as_str))
                    .collect();
                if names.is_empty() {
                    continue;
                }
                let item = |item: &Value| {
                    item.as_object()
                        .is_some_and(|item| !item.is_empty() && item.keys().all(|key| names.contains(key.as_str())))
                };
                let fits = |body: &Value| body.as_array().is_some_and(|items| items.iter().all(item));
                let here: Vec<&(&Example, Value)> = shown
                    .iter()
                    .filter(|(example, _)| status.is_none() || example.status.is_none() || example.status == status)
                    .collect();
                let filled = here.iter().any(|(_, body)| body.as_array().is_some_and(|items| !items.is_empty()));
                if filled && here.iter().all(|(_, body)| fits(body)) {
                    self.planned.iter_mut().filter(of).for_each(|planned| planned.array = true);
                    continue;
                }
                for (example, _) in here.iter().filter(|(_, body)| body.is_array()) {
                    let line = example.at.first().map_or(self.operation.line, |at| at.line);
                    let message = "the body is an array, and the table describes the fields of an object";
                    report.say(&codes::EXAMPLE_TYPE_DIFFERS, line, message.to_string());
                }
            }
        }
    }

    /// Request tables first, then responses; the page's order within a role.
    fn order(&mut self) {
        let rank = |role: Role| Role::ALL.iter().position(|(known, _)| *known == role).unwrap_or(usize::MAX);
        let rank = |role: Role| match role {
            Role::ResponseHeader => rank(Role::Response) * 2 + 1,
            role => rank(role) * 2,
        };
        self.planned.sort_by_key(|planned| rank(planned.role));
    }

    /// Puts every table that a field refers to behind the root from which it is reached first.
    fn place_types(&mut self) {
        let roots = std::mem::take(&mut self.planned);
        for root in roots {
            let mut stack: Vec<(usize, String, String)> = Vec::new();
            self.push_targets(&root.rows, &root.id, &mut stack);
            self.planned.push(root);
            while let Some((target, parent, field)) = stack.pop() {
                if self.homes.contains_key(&target) {
                    continue;
                }
                let Some(table) = self.tables.get(target) else { continue };
                self.place_type(target, table, &parent, &field, &mut stack);
            }
        }
    }

    fn place_type(
        &mut self,
        target: usize,
        table: &ParameterTable<'_>,
        parent: &str,
        field: &str,
        stack: &mut Vec<(usize, String, String)>,
    ) {
        let id = if self.ids.contains_key(field) && !parent.is_empty() {
            format!("{parent}.{field}")
        } else {
            field.to_string()
        };
        let at = self.open(id, Role::Type, table, target);
        let mut rows: Vec<(usize, usize)> = (0..table.rows.len())
            .filter(|row| table.rows.get(*row).is_some_and(|row| !row.root_array))
            .map(|row| (target, row))
            .collect();
        self.placed.extend(rows.iter().copied());
        self.add_scenarios(target, &mut rows);
        let mut id = String::new();
        if let Some(planned) = self.planned.get_mut(at) {
            planned.rows.clone_from(&rows);
            id.clone_from(&planned.id);
        }
        self.homes.insert(target, id.clone());
        for other in self.links.scenarios.get(&target).into_iter().flatten() {
            self.homes.insert(*other, id.clone());
        }
        self.push_targets(&rows, &id, stack);
    }

    /// Adds the rows that other scenarios of an object have, and notes which rows are not in all of them.
    fn add_scenarios(&mut self, target: usize, rows: &mut Vec<(usize, usize)>) {
        let tables = self.tables;
        let Some(others) = self.links.scenarios.get(&target) else { return };
        let members: Vec<usize> = [target].into_iter().chain(others.iter().copied()).collect();
        let is_mandatory = |row: &Row| row.mandatory == Some(Claim::Agreed(Mandatory::Yes));
        // By name: the first row, and in how many scenarios it is there and mandatory.
        let mut seen: HashMap<&str, ((usize, usize), usize, usize)> = HashMap::new();
        for number in &members {
            let of_table = tables.get(*number).into_iter().flat_map(|table| table.rows.iter().enumerate());
            for (at, raw) in of_table.filter(|(_, raw)| !raw.root_array) {
                let field = (*number, at);
                let entry = seen.entry(raw.row.name.as_str()).or_insert((field, 0, 0));
                entry.1 += 1;
                entry.2 += usize::from(is_mandatory(&raw.row));
                if entry.0 == field && *number != target {
                    rows.push(field);
                }
                self.placed.insert(field);
            }
        }
        for (field, there, needed) in seen.into_values() {
            if (there < members.len() || needed < there)
                && let Some(scenario) = tables.get(field.0).and_then(scenario)
            {
                self.partial.insert(field, scenario);
            }
        }
    }

    fn push_targets(&self, rows: &[(usize, usize)], parent: &str, stack: &mut Vec<(usize, String, String)>) {
        for field in rows.iter().rev() {
            if let Some(target) = self.links.targets.get(field)
                && !self.homes.contains_key(target)
            {
                stack.push((*target, parent.to_string(), self.type_name(*field)));
            }
            for target in self.links.variants.get(field).into_iter().flatten().rev() {
                if !self.homes.contains_key(target) {
                    let named = self.tables.get(*target).and_then(|table| table.name.tokens.first());
                    stack.push((*target, parent.to_string(), named.cloned().unwrap_or_else(|| self.name_of(*field))));
                }
            }
        }
    }

    /// The name of a type: the one in the type word, else the field's.
    fn type_name(&self, field: (usize, usize)) -> String {
        let named = self
            .tables
            .get(field.0)
            .and_then(|table| table.rows.get(field.1))
            .and_then(|row| row.shape.as_ref())
            .and_then(|shape| shape.object_name())
            .filter(|name| name.len() > 2 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
        match named {
            Some(name) => name.to_string(),
            None => self.name_of(field),
        }
    }

    /// Tables that nothing refers to: kept as types where they stand in the request or response, said everywhere.
    fn place_rest(&mut self, roots: &[Option<Root>], report: &mut Report) {
        for (number, table) in self.tables.iter().enumerate() {
            if table.page != 0
                || table.lent
                || self.homes.contains_key(&number)
                || roots.get(number).is_some_and(Option::is_some)
            {
                continue;
            }
            let what = table.caption.clone().unwrap_or_else(|| "without a caption".to_string());
            if table.side == Side::Neither {
                report.say(
                    &codes::TABLE_UNUSED,
                    table.table.line,
                    format!("the table `{what}` stands in no request or response section and no field refers to it"),
                );
                continue;
            }
            report.say(&codes::TABLE_UNREFERENCED, table.table.line, format!("no field refers to the table `{what}`"));
            let name = table.name.written.clone().unwrap_or_else(|| match table.table.number {
                Some(n) => format!("table{n}"),
                None => "table".to_string(),
            });
            let mut stack = Vec::new();
            self.place_type(number, table, "", &name, &mut stack);
            while let Some((target, parent, field)) = stack.pop() {
                if self.homes.contains_key(&target) {
                    continue;
                }
                let Some(table) = self.tables.get(target) else { continue };
                self.place_type(target, table, &parent, &field, &mut stack);
            }
        }
    }

    fn finish(self, report: &mut Report) -> Assembled {
        let media_types = self.media_types.clone();
        let mut out = Assembled { form: self.form, media_types, ..Assembled::default() };
        let total: usize = self.tables.iter().filter(|table| table.page == 0).map(|table| table.rows.len()).sum();
        let own = |field: &&(usize, usize)| self.tables.get(field.0).is_some_and(|table| table.page == 0);
        let placed = self.placed.iter().filter(own).count();
        report.counts.rows_in_spec += placed;
        report.counts.rows_shared += self.placed.len() - placed;
        // Rows that were said to be repeated are counted already; what is left stands in tables that were said to be unused.
        let counted = report.counts.rows_in_spec + report.counts.rows_unused;
        let seen = report.counts.rows;
        report.counts.rows_unused += seen.saturating_sub(counted).min(total);
        for planned in &self.planned {
            let mut table = Table {
                id: planned.id.clone(),
                role: planned.role,
                status: planned.status,
                caption: planned.caption.clone().map(Claim::Agreed),
                array: planned.array,
                scenario: planned.scenario.clone(),
                rows: Vec::with_capacity(planned.rows.len() + planned.derived.len()),
                at: Vec::new(),
            };
            if planned.line > 0 {
                table.at.push(At { source: out.source_of(planned.page, self.operation.source), line: planned.line });
            }
            for field in &planned.rows {
                let Some(from) = self.tables.get(field.0) else { continue };
                let Some(raw) = from.rows.get(field.1) else { continue };
                report.page = from.page;
                let own = usize::from(from.page == 0);
                let mut row = raw.row.clone();
                if from.page != 0 {
                    row.at = vec![At { source: out.source_of(from.page, self.operation.source), line: raw.line }];
                }
                if let Some(name) = self.renamed.get(field) {
                    row.name.clone_from(name);
                }
                if let Some(scenario) = self.partial.get(field)
                    && row.mandatory == Some(Claim::Agreed(Mandatory::Yes))
                {
                    row.mandatory = Some(Claim::Agreed(Mandatory::When(scenario.clone())));
                    row.facts.conditional = Some(Claim::Agreed(true));
                }
                match self.links.targets.get(field).and_then(|target| self.homes.get(target)) {
                    Some(id) if row.opaque.is_none() => {
                        row.table = Some(id.clone());
                        if nesting::wants_table(raw) {
                            report.counts.objects += own;
                            report.counts.objects_attached += own;
                        }
                    }
                    _ if self.links.variants.contains_key(field) => {
                        let ids: Vec<&str> = self
                            .links
                            .variants
                            .get(field)
                            .into_iter()
                            .flatten()
                            .filter_map(|target| self.homes.get(target).map(String::as_str))
                            .collect();
                        let reason = format!("described by one of several tables: {}", ids.join(", "));
                        report.say(&codes::FIELD_OPAQUE, raw.line, format!("`{}`: {reason}", row.name));
                        row.opaque.get_or_insert(reason);
                        report.counts.objects += own;
                        report.counts.objects_opaque += own;
                    }
                    _ if raw.shape.as_ref().is_some_and(|shape| shape.is_objectish())
                        || self.links.elsewhere.contains_key(field) =>
                    {
                        if row.opaque.is_none() {
                            let reason = nesting::opaque_reason(&self.links, *field, raw.shape.as_ref());
                            report.say(&codes::FIELD_OPAQUE, raw.line, format!("`{}`: {reason}", row.name));
                            row.opaque = Some(reason);
                        }
                        report.counts.objects += own;
                        let described = if row.map.is_some() { own } else { 0 };
                        report.counts.objects_attached += described;
                        report.counts.objects_opaque += own - described;
                    }
                    _ => {}
                }
                table.rows.push(row);
            }
            table.rows.extend(planned.derived.iter().cloned());
            out.tables.push(table);
        }
        report.page = 0;
        out.fixed_query = fixed_query(self.operation.target, &out.tables);
        out
    }
}

/// Literal values of the query string, unless a table calls the parameter optional: then the value is a sample.
fn fixed_query(target: &Target, tables: &[Table]) -> Vec<(String, String)> {
    let optional = |name: &str| {
        tables.iter().filter(|table| table.role == Role::Query).flat_map(|table| &table.rows).any(|row| {
            row.name == name
                && !matches!(row.mandatory.as_ref().and_then(Claim::first), Some(tablature_spec::model::Mandatory::Yes))
        })
    };
    target
        .query
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| (name.clone(), value.clone())))
        .filter(|(name, _)| !optional(name))
        .collect()
}

/// A name without its joints, in lower case.
fn plain(name: &str) -> String {
    squeeze(name).replace(['_', '-', '.'], "")
}

/// `id` of `flavors_id`.
fn last_word(name: &str) -> String {
    squeeze(name.rsplit(['_', '-', '.']).next().unwrap_or(name))
}

fn is_header(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with("X-") || lower.starts_with("x-auth") || HEADERS.contains(&lower.as_str())
}

/// What tells a table from another one for the same place: the bracketed remark of its caption, its label, its caption.
fn scenario(table: &ParameterTable<'_>) -> Option<String> {
    let bracketed = table.caption.as_deref().and_then(|caption| {
        let open = caption.find(['（', '('])?;
        let inner = caption.get(open..)?.trim_start_matches(['（', '(']).trim_end_matches(['）', ')']);
        (!inner.is_empty()).then(|| inner.to_string())
    });
    bracketed.or_else(|| table.heading.clone()).or_else(|| table.caption.clone())
}
