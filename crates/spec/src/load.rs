//! A service: the index, its spec files and its overrides, read through a closure so that nobody needs a file system.

use crate::codes;
use crate::decode;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Operation;
use crate::read::{self, SpecFile, is_snake_case};
use crate::{errors, facts, overrides, overrides::Override};

/// The name of the index file in the folder of a service.
pub const INDEX: &str = "service.toml";

/// The files beside the specs of operations that are none.
pub const RESERVED: [&str; 4] = [INDEX, "overrides.toml", errors::FILE, facts::HOSTS];

/// What `service` found.
#[derive(Debug)]
pub struct Loaded {
    /// The service, if its index could be read. With an error among the diagnostics it must not be used for generation.
    pub service: Option<Service>,
    /// All problems of all files.
    pub diagnostics: Vec<Diagnostic>,
    /// Every file that was asked for, in order: what a build must watch.
    pub files: Vec<String>,
}

/// A service with everything its folder says.
#[derive(Debug, Clone)]
pub struct Service {
    /// The snake_case name.
    pub name: String,
    /// The name that people use.
    pub title: Option<String>,
    /// Its hosts.
    pub endpoints: Vec<Endpoint>,
    /// The operations in the order of the index, overrides applied.
    pub operations: Vec<SpecFile>,
    /// The overrides, for tools that report them.
    pub overrides: Vec<Override>,
}

/// The index of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Index {
    /// The snake_case name.
    pub name: String,
    /// The name that people use.
    pub title: Option<String>,
    /// Its hosts.
    pub endpoints: Vec<Endpoint>,
    /// Where its pages lie.
    pub sources: Vec<SourceFolder>,
    /// Descriptions are copied into the specs.
    pub copy_descriptions: bool,
    /// Codes of defects of its pages that people know of and that therefore do not make commands fail.
    pub accept: Vec<String>,
    /// The names of its operations.
    pub operations: Vec<String>,
    /// The file of its overrides.
    pub overrides: Option<String>,
}

/// A host template of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// `huaweicloud` or `otc`.
    pub cloud: String,
    /// Such as `modelarts.{region}.myhuaweicloud.com`.
    pub host: String,
    /// The regions it serves; empty: all that no other endpoint lists.
    pub regions: Vec<String>,
}

/// Where the pages of a source lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFolder {
    /// The name that rows refer to.
    pub name: String,
    /// The collection of pages outside of the repository that holds it, as `regen --docs` names it; `None`: in the service's folder.
    pub docs: Option<String>,
    /// The folder, relative to the service's folder or to the collection.
    pub dir: String,
    /// The operations of the folder that are this service's, where it describes several services; `None`: all.
    pub select: Option<Selection>,
    /// Of these, the operations that are not.
    pub except: Option<Selection>,
    /// Where the entry begins in the index.
    pub line: u32,
}

/// Operations of a folder of pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those whose path begins with one of these, whole segments compared; what a placeholder is called does not matter.
    pub paths: Vec<String>,
    /// Those of a page with one of these page ids or file names (relative to the folder).
    pub pages: Vec<String>,
}

impl SourceFolder {
    /// The name of one of its pages in specs: `pages/zh-md/a.md`, or `COLLECTION:folder/a.md`.
    pub fn file(&self, page: &str) -> String {
        let collection = self.docs.as_ref().map_or(String::new(), |docs| format!("{docs}:"));
        let dir = self.dir.trim_end_matches('/');
        if dir.is_empty() { format!("{collection}{page}") } else { format!("{collection}{dir}/{page}") }
    }

    /// Whether an operation of the folder is this service's.
    pub fn takes(&self, operation: &Operation) -> bool {
        self.select.as_ref().is_none_or(|selection| self.holds(selection, operation))
            && !self.except.as_ref().is_some_and(|selection| self.holds(selection, operation))
    }

    fn holds(&self, selection: &Selection, operation: &Operation) -> bool {
        let of_page = operation.sources.first().is_some_and(|source| {
            selection.pages.iter().any(|page| source.page_id.as_ref() == Some(page) || source.file == self.file(page))
        });
        of_page || selection.paths.iter().any(|start| begins(&operation.path, start))
    }

    /// Whether both mean one folder outside of the repository: a family of pages that services may share.
    pub fn same_folder(&self, other: &SourceFolder) -> bool {
        self.docs.is_some() && self.docs == other.docs && self.dir == other.dir
    }
}

/// Whether a path template begins with the segments of another one.
fn begins(path: &str, start: &str) -> bool {
    let named = |segment: &str| segment.starts_with('{') && segment.ends_with('}');
    let mut segments = path.split('/');
    start
        .trim_end_matches('/')
        .split('/')
        .all(|expected| segments.next().is_some_and(|segment| segment == expected || named(segment) && named(expected)))
}

/// Reads the index file of a service.
pub fn index(file: &str, text: &str) -> (Index, Vec<Diagnostic>) {
    decode::file(file, text, "the index", |d, root| {
        d.known_keys(
            root,
            &["name", "title", "descriptions", "accept", "operations", "overrides", "endpoint", "source"],
        );
        let name = d.string(root, "name");
        let mut index = Index {
            name: d.required(root, "name", name).unwrap_or_default(),
            title: d.string(root, "title"),
            accept: d.strings(root, "accept"),
            operations: d.strings(root, "operations"),
            overrides: d.string(root, "overrides"),
            ..Index::default()
        };
        let span = |key: &str| root.get(key).map_or(0..0, toml::Spanned::span);
        if root.get("name").is_some() && !is_snake_case(&index.name) {
            let message = format!("`{}` is not a snake_case name", index.name);
            d.report(Diagnostic::new(&codes::SPEC_NAME_WRONG, d.place(&span("name")), message));
        }
        match d.string(root, "descriptions").as_deref() {
            None | Some("omit") => {}
            Some("copy") => index.copy_descriptions = true,
            Some(other) => d.refuse(&span("descriptions"), format!("`descriptions` is omit or copy, not `{other}`")),
        }
        for code in index.accept.iter().filter(|code| codes::find(code).is_none()) {
            d.refuse(&span("accept"), format!("`accept` holds codes of diagnostics; there is no code `{code}`"));
        }
        let mut seen = Vec::new();
        let operations = root.get("operations").and_then(|value| value.get_ref().as_array());
        for (name, value) in index.operations.iter().zip(operations.into_iter().flatten()) {
            if seen.contains(&name) {
                let message = format!("the index lists the operation `{name}` twice");
                d.report(Diagnostic::new(&codes::SPEC_NAME_REPEATED, d.place(&value.span()), message));
            } else if !is_snake_case(name) {
                let message = format!("the operation `{name}` is not a snake_case name");
                d.report(Diagnostic::new(&codes::SPEC_NAME_WRONG, d.place(&value.span()), message));
            } else if RESERVED.contains(&format!("{name}.toml").as_str()) {
                let message = format!("no operation can be called `{name}`, because {name}.toml has another use");
                let help = "decide another name with an override of `name`";
                d.report(Diagnostic::new(&codes::SPEC_NAME_WRONG, d.place(&value.span()), message).help(help));
            }
            seen.push(name);
        }
        for node in d.tables(root, "endpoint", "an endpoint") {
            d.known_keys(&node, &["cloud", "host", "regions"]);
            let cloud = d.string(&node, "cloud");
            let cloud = d.required(&node, "cloud", cloud).unwrap_or_default();
            let host = d.string(&node, "host");
            let host = d.required(&node, "host", host).unwrap_or_default();
            if host.contains('/') || host.contains(char::is_whitespace) {
                let at = node.get("host").map_or(node.span.clone(), toml::Spanned::span);
                d.refuse(&at, format!("`host` is a host name such as dgc.{{region}}.example.com, not `{host}`"));
            }
            index.endpoints.push(Endpoint { cloud, host, regions: d.strings(&node, "regions") });
        }
        for node in d.tables(root, "source", "a source") {
            d.known_keys(&node, &["name", "docs", "dir", "select", "except"]);
            let name = d.string(&node, "name");
            let dir = d.string(&node, "dir");
            let source = SourceFolder {
                name: d.required(&node, "name", name).unwrap_or_default(),
                docs: d.string(&node, "docs"),
                dir: d.required(&node, "dir", dir).unwrap_or_default(),
                select: selection(d, &node, "select"),
                except: selection(d, &node, "except"),
                line: d.place(&node.span).line,
            };
            // Pages in the repository and those of a collection never speak in one operation, so they may share a name.
            let same =
                |other: &&SourceFolder| other.name == source.name && other.docs.is_some() == source.docs.is_some();
            if index.sources.iter().any(|other| same(&other)) {
                d.refuse(&node.span, format!("two sources are called `{}`", source.name));
            }
            index.sources.push(source);
        }
        index
    })
}

/// `{ path = [...], page = [...] }`.
fn selection(d: &mut decode::Decoder<'_>, node: &decode::Node<'_, '_>, key: &str) -> Option<Selection> {
    let table = d.table(node, key, &format!("`{key}` of a source"))?;
    d.known_keys(&table, &["path", "page"]);
    let selection = Selection { paths: d.strings(&table, "path"), pages: d.strings(&table, "page") };
    if selection == Selection::default() {
        d.refuse(&table.span, format!("`{key}` selects nothing; give it `path` or `page`"));
    }
    for path in selection.paths.iter().filter(|path| !path.starts_with('/')) {
        d.refuse(
            &table.span,
            format!("`path` holds beginnings of paths such as /v1/{{project_id}}/jobs, not `{path}`"),
        );
    }
    Some(selection)
}

/// Reads a service. `label` is the folder as messages name it; `read` gives the bytes of a file of that folder.
pub fn service(label: &str, mut read: impl FnMut(&str) -> Result<Vec<u8>, String>) -> Loaded {
    let mut loaded = Loaded { service: None, diagnostics: Vec::new(), files: Vec::new() };
    let path = |file: &str| if label.is_empty() { file.to_string() } else { format!("{label}/{file}") };
    let mut text = |file: &str, loaded: &mut Loaded| -> Option<String> {
        loaded.files.push(file.to_string());
        let problem = match read(file).map(String::from_utf8) {
            Ok(Ok(text)) => return Some(text),
            Ok(Err(error)) => format!("the file is not UTF-8: {}", error.utf8_error()),
            Err(problem) => problem,
        };
        loaded.diagnostics.push(Diagnostic::new(&codes::SPEC_UNREADABLE, Place::file(path(file)), problem));
        None
    };
    let Some(content) = text(INDEX, &mut loaded) else { return loaded };
    let (index, diagnostics) = self::index(&path(INDEX), &content);
    loaded.diagnostics.extend(diagnostics);
    let mut operations: Vec<SpecFile> = Vec::new();
    for name in &index.operations {
        if !is_snake_case(name) {
            continue;
        }
        let file = format!("{name}.toml");
        let Some(content) = text(&file, &mut loaded) else { continue };
        let (spec, diagnostics) = read::operation(&path(&file), &content);
        loaded.diagnostics.extend(diagnostics);
        let own = &spec.operation.name;
        if !own.is_empty() && own != name {
            // A second spec of one name can only come about this way, because the file is called after the operation.
            let (code, message) = match operations.iter().find(|other| other.operation.name == *own) {
                Some(other) => {
                    (&codes::SPEC_NAME_REPEATED, format!("the operation `{own}` also stands in {}", other.file))
                }
                None => {
                    (&codes::SPEC_NAME_WRONG, format!("the spec in {file} is called `{own}`; file and name must agree"))
                }
            };
            let help = format!(
                "call the file {own}.toml and list `{own}` in the index, or rename the operation with an override"
            );
            loaded.diagnostics.push(Diagnostic::new(code, spec.place_of("name"), message).help(help));
        }
        operations.push(spec);
    }
    let mut entries = Vec::new();
    if let Some(file) = &index.overrides
        && let Some(content) = text(file, &mut loaded)
    {
        let (read, diagnostics) = overrides::read(&path(file), &content);
        loaded.diagnostics.extend(diagnostics);
        loaded.diagnostics.extend(overrides::apply(&read, &mut operations));
        entries = read;
    }
    loaded.service = Some(Service {
        name: index.name,
        title: index.title,
        endpoints: index.endpoints,
        operations,
        overrides: entries,
    });
    loaded
}
