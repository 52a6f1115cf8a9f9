//! `regen`: the pages of each service's sources to its specs, index and snapshots.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tablature_spec::codes;
use tablature_spec::diagnostic::{self, Diagnostic, Place};
use tablature_spec::diff;
use tablature_spec::load::Index;
use tablature_spec::model::Operation;

use crate::cli::RegenArgs;
use crate::output::Changes;
use crate::pipeline::{self, End, Input, Options};
use crate::publish::{self, Plan};
use crate::report::{self, Figures};
use crate::{assemble, check, snapshots, specs, walk};

/// Runs the command; false if there was an error, or with `--check` if anything is stale.
pub fn run(args: &RegenArgs) -> bool {
    let folder = specs::folder(args.specs.as_deref());
    let (dirs, docs) = match prepare(args, &folder) {
        Ok(prepared) => prepared,
        Err(diagnostic) => return report::fail(&diagnostic),
    };
    let mut run = Run { args, keep_snapshots: snapshots::kept_for(&folder), docs, ..Run::new(args) };
    for dir in &dirs {
        run.service(dir);
    }
    run.finish()
}

type Prepared = (Vec<PathBuf>, BTreeMap<String, PathBuf>);

/// Which services, and where the collections lie.
fn prepare(args: &RegenArgs, folder: &Path) -> Result<Prepared, Box<Diagnostic>> {
    let mut dirs = specs::services(folder)?;
    if !args.services.is_empty() {
        dirs = args.services.iter().map(|name| specs::service(folder, name)).collect::<Result<_, _>>()?;
        dirs.sort();
        dirs.dedup();
    }
    let mut docs = BTreeMap::new();
    for entry in &args.docs {
        let wrong = |message: String| {
            Box::new(
                Diagnostic::new(&codes::INPUT_MISSING, Place::file(format!("--docs {entry}")), message)
                    .help("write --docs SOURCE=DIR, where SOURCE is a `docs` name of a service.toml"),
            )
        };
        let (name, dir) = entry.split_once('=').ok_or_else(|| wrong("expected SOURCE=DIR".into()))?;
        if !Path::new(dir).is_dir() {
            return Err(wrong(format!("`{dir}` is not a folder")));
        }
        let known = specs::services(folder)?.iter().any(|service| {
            specs::index(service)
                .0
                .sources
                .iter()
                .any(|source| source.docs.as_deref() == Some(name) || source.name == name)
        });
        if !known {
            return Err(wrong(format!("no service has a source or a `docs` collection called `{name}`")));
        }
        docs.insert(name.to_string(), PathBuf::from(dir));
    }
    Ok((dirs, docs))
}

struct Run<'a> {
    args: &'a RegenArgs,
    keep_snapshots: bool,
    docs: BTreeMap<String, PathBuf>,
    changes: Changes,
    figures: Vec<Figures>,
    found: Vec<Diagnostic>,
    /// What changed in which operation, for people.
    news: Vec<String>,
    /// No service has a defect that its index does not accept.
    sound: bool,
}

impl<'a> Run<'a> {
    fn new(args: &'a RegenArgs) -> Self {
        Run {
            args,
            keep_snapshots: false,
            docs: BTreeMap::new(),
            changes: Changes::default(),
            figures: Vec::new(),
            found: Vec::new(),
            news: Vec::new(),
            sound: true,
        }
    }

    fn service(&mut self, dir: &Path) {
        let name = specs::name_of(dir);
        let (index, problems) = specs::index(dir);
        if !problems.is_empty() {
            self.found.extend(problems);
            return;
        }
        if index.name != name {
            let place = Place::file(specs::shown(&dir.join("service.toml")));
            let message = format!("the service is called `{}` but its folder `{name}`; they must agree", index.name);
            self.found.push(Diagnostic::new(&codes::SPEC_NAME_WRONG, place, message));
            return;
        }
        let inputs = match self.inputs(dir, &index) {
            Ok(inputs) => inputs,
            Err(diagnostics) => {
                // Without all of its sources a service cannot be merged, so it stays as it is.
                self.found.extend(diagnostics);
                self.keep(dir, &name);
                return;
            }
        };
        if index.sources.is_empty() {
            println!("{}: written by hand (no [[source]] in its index)", specs::shown(dir));
            self.keep(dir, &name);
            return;
        }
        let pages = pipeline::run(&inputs, Options { format: None, keep_descriptions: index.copy_descriptions });
        let (renames, problems) = assemble::overrides(dir);
        self.found.extend(problems);
        let kept = if self.args.rename { Vec::new() } else { publish::existing_specs(dir, &index) };
        let order: Vec<String> = index.sources.iter().map(|source| source.name.clone()).collect();
        let (operations, problems) = assemble::assemble(&pages, &order, &renames, &kept);
        report::pages(&pages, &operations);
        let plan = publish::plan(dir, &name, &index, &operations, self.args.discard_edits);
        let renamed = assemble::changed_names(&plan.old, &operations, &pages);
        self.tell(&name, &plan, &operations);
        let mut figures = Figures::of(&name, pages.len(), &operations);
        let mut diagnostics: Vec<Diagnostic> = plan.diagnostics.clone();
        diagnostics.extend(problems);
        diagnostics.extend(self.vanishing(dir, &plan, &operations));
        diagnostics.extend(renamed);
        let failed = pages.iter().any(|page| matches!(page.end, End::Failed));
        diagnostics.extend(pages.into_iter().flat_map(|page| page.diagnostics));
        let loaded = specs::load_planned(dir, &plan.files);
        let mut contradictions = loaded.diagnostics.clone();
        contradictions.extend(check::contradictions(&loaded));
        specs::show_pages(dir, &mut contradictions);
        check::drop_repeated(&diagnostics, &mut contradictions);
        diagnostics.extend(contradictions);
        figures.count(&diagnostics);
        self.figures.push(figures);
        self.sound &= report::succeeds(&diagnostics, &index.accept);
        if self.keep_snapshots && !failed {
            self.snapshots(dir, &name, &loaded);
        }
        self.found.append(&mut diagnostics);
        let Plan { mut changes, .. } = plan;
        self.changes.writes.append(&mut changes.writes);
        self.changes.removals.append(&mut changes.removals);
    }

    /// The figures of a service whose specs stay; its snapshots follow its files all the same.
    fn keep(&mut self, dir: &Path, name: &str) {
        let (_, figures) = check::service(dir);
        self.figures.push(figures);
        if self.keep_snapshots {
            self.snapshots(dir, name, &specs::load(dir));
        }
    }

    fn inputs(&self, dir: &Path, index: &Index) -> Result<Vec<Input>, Vec<Diagnostic>> {
        let mut inputs = Vec::new();
        let mut problems = Vec::new();
        for source in &index.sources {
            let given = self.docs.get(&source.name);
            let root = match &source.docs {
                None => given.cloned().unwrap_or_else(|| dir.join(&source.dir)),
                Some(docs) => match self.docs.get(docs) {
                    Some(root) => root.join(&source.dir),
                    None => match given {
                        Some(root) => root.clone(),
                        None => {
                            let place = Place::file(specs::shown(&dir.join("service.toml")));
                            let message = format!(
                                "the pages of source `{}` are not at hand; its specs stay as they are",
                                source.name
                            );
                            let help = format!("name their folder with `--docs {docs}=DIR`");
                            problems.push(Diagnostic::new(&codes::SOURCE_ABSENT, place, message).help(help));
                            continue;
                        }
                    },
                },
            };
            let found = walk::walk(&root);
            problems.extend(found.diagnostics);
            for page in found.pages {
                let relative = page.strip_prefix(&root).unwrap_or(&page);
                let file = Path::new(&source.dir).join(relative).display().to_string();
                let file = source.docs.as_ref().map_or(file.clone(), |docs| format!("{docs}:{file}"));
                inputs.push(Input { file, shown: specs::shown(&page), path: page, source: Some(source.name.clone()) });
            }
        }
        if problems.is_empty() { Ok(inputs) } else { Err(problems) }
    }

    /// Operations whose pages are gone. One that lives on under another name is not among them: that is reported on its own.
    fn vanishing(&self, dir: &Path, plan: &Plan, operations: &[Operation]) -> Vec<Diagnostic> {
        if self.args.accept_removals {
            return Vec::new();
        }
        let gone = plan.removed.iter().filter(|name| {
            let old = plan.old.iter().find(|old| old.name == **name);
            !old.is_some_and(|old| operations.iter().any(|operation| assemble::same_operation(old, operation)))
        });
        gone.map(|name| {
            let place = Place::file(specs::shown(&dir.join(format!("{name}.toml"))));
            Diagnostic::new(
                &codes::OPERATIONS_VANISH,
                place,
                format!("`{name}` would vanish: no page gives it any more"),
            )
        })
        .collect()
    }

    fn tell(&mut self, service: &str, plan: &Plan, operations: &[Operation]) {
        for operation in operations {
            match plan.old.iter().find(|old| old.name == operation.name) {
                None => self.news.push(format!("{service}.{}: new", operation.name)),
                Some(old) => {
                    let changes = diff::changes(old, operation);
                    self.news
                        .extend(changes.into_iter().map(|change| format!("{service}.{}: {change}", operation.name)));
                }
            }
        }
        self.news.extend(plan.removed.iter().map(|name| format!("{service}.{name}: removed")));
    }

    fn snapshots(&mut self, dir: &Path, service: &str, loaded: &tablature_spec::load::Loaded) {
        let root = specs::root();
        let files = snapshots::files(&root, &snapshots::of_service(dir, loaded));
        for path in snapshots::existing(&root, service) {
            if !files.contains_key(&path) {
                self.changes.removals.push(path);
            }
        }
        for (path, content) in files {
            self.changes.write(path, content);
        }
    }

    fn finish(mut self) -> bool {
        diagnostic::sort(&mut self.found);
        report::diagnostics(&self.found);
        let errors = report::has_errors(&self.found);
        if !errors || self.args.check {
            for line in &self.news {
                println!("{line}");
            }
        }
        let done = if self.args.check {
            self.stale()
        } else if errors {
            println!("nothing was written, because of the errors above");
            false
        } else {
            match self.changes.commit() {
                Ok(()) => true,
                Err(diagnostic) => report::fail(&diagnostic),
            }
        };
        report::table(&self.figures);
        done && !errors && self.sound
    }

    /// Shows what a run without `--check` would change.
    fn stale(&self) -> bool {
        for (path, content) in &self.changes.writes {
            let before = std::fs::read_to_string(path).unwrap_or_default();
            let name = specs::shown(path);
            let diff = TextDiff::from_lines(&before, content);
            print!("{}", diff.unified_diff().context_radius(2).header(&name, &format!("{name} (regenerated)")));
        }
        for path in &self.changes.removals {
            println!("{} would be removed", specs::shown(path));
        }
        let stale = self.changes.writes.iter().map(|(path, _)| path).chain(&self.changes.removals).next();
        let Some(first) = stale else { return true };
        let count = self.changes.writes.len() + self.changes.removals.len();
        let message = format!("{count} file(s) are not what the pages give now");
        report::fail(&Diagnostic::new(&codes::SPEC_STALE, Place::file(specs::shown(first)), message))
    }
}
