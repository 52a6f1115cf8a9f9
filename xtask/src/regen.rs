//! `regen`: the pages of each service's sources to its specs, index and snapshots.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tablature_spec::codes;
use tablature_spec::diagnostic::{self, Diagnostic, Place, Severity};
use tablature_spec::diff;
use tablature_spec::facts::PageFacts;
use tablature_spec::load::{INDEX, Index};
use tablature_spec::model::Operation;

use crate::assemble::{Assembled, Parts};
use crate::cli::RegenArgs;
use crate::family::Families;
use crate::output::Changes;
use crate::pipeline::{End, PageResult};
use crate::publish::{self, Plan};
use crate::report::{self, Figures};
use crate::service_facts::Leave;
use crate::{api, assemble, check, service_facts, snapshots, specs};

/// Runs the command; false if there was an error, or with `--check` if anything is stale.
pub fn run(args: &RegenArgs) -> bool {
    let folder = specs::folder(args.specs.as_deref());
    let (dirs, docs) = match prepare(args, &folder) {
        Ok(prepared) => prepared,
        Err(diagnostic) => return report::fail(&diagnostic),
    };
    let families = Families::new(&specs::services(&folder).unwrap_or_default());
    let mut run = Run { keep_snapshots: snapshots::kept_for(&folder), docs, families, ..Run::new(args) };
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

/// The pages of a service that are at hand.
#[derive(Default)]
struct Pages {
    /// Those in the repository.
    own: Vec<PageResult>,
    /// Those of collections.
    collected: Vec<PageResult>,
    /// What they say about the service as a whole.
    facts: Vec<PageFacts>,
    /// How the names of pages begin that sources at hand hold.
    at_hand: Vec<String>,
    /// Collections that are not at hand.
    absent: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

/// The names that people see of pages in collections.
struct Shown(BTreeMap<String, String>);

impl Shown {
    fn of<'a>(pages: impl Iterator<Item = &'a PageResult>) -> Self {
        Shown(pages.map(|page| (page.input.file.clone(), page.input.shown.clone())).collect())
    }

    fn rename(&self, diagnostics: &mut [Diagnostic]) {
        for place in diagnostics.iter_mut().flat_map(specs::places) {
            if let Some(shown) = self.0.get(&*place.file) {
                place.file = shown.as_str().into();
            }
        }
    }
}

/// Says which specs stay as they are because their pages are not at hand.
fn kept_back(dir: &Path, index: &Index, absent: &[String], kept: usize) -> Diagnostic {
    let names = absent.join("`, `");
    let line = index.sources.iter().find(|source| source.docs.as_ref().is_some_and(|docs| absent.contains(docs)));
    let place = Place::line(specs::shown(&dir.join(INDEX)), line.map_or(0, |source| source.line));
    let message = format!("{kept} operation(s) stay as they are, because the pages of `{names}` are not at hand");
    let help: Vec<String> = absent.iter().map(|docs| format!("--docs {docs}=DIR")).collect();
    Diagnostic::new(&codes::SOURCE_ABSENT, place, message)
        .help(format!("to read them too, name their folder with `{}`", help.join(" ")))
}

struct Run<'a> {
    args: &'a RegenArgs,
    keep_snapshots: bool,
    docs: BTreeMap<String, PathBuf>,
    families: Families,
    changes: Changes,
    figures: Vec<Figures>,
    found: Vec<Diagnostic>,
    /// What changed in which operation, for people.
    news: Vec<String>,
    /// The operations of each service that would vanish.
    vanishing: Vec<(String, Vec<String>)>,
    /// No service has a defect that its index does not accept.
    sound: bool,
}

impl<'a> Run<'a> {
    fn new(args: &'a RegenArgs) -> Self {
        Run {
            args,
            keep_snapshots: false,
            docs: BTreeMap::new(),
            families: Families::new(&[]),
            changes: Changes::default(),
            figures: Vec::new(),
            found: Vec::new(),
            news: Vec::new(),
            vanishing: Vec::new(),
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
        if index.sources.is_empty() {
            println!("{}: written by hand (no [[source]] in its index)", specs::shown(dir));
            self.keep(dir, &name);
            return;
        }
        let Pages { own, collected, facts, at_hand, absent, diagnostics } = self.pages(dir, &index);
        if report::has_errors(&diagnostics) {
            // Without all of its sources a service cannot be merged, so it stays as it is.
            self.found.extend(diagnostics);
            self.keep(dir, &name);
            return;
        }
        let mut diagnostics: Vec<Diagnostic> = diagnostics;
        // Whether a spec is gone or only its page is not here cannot be told of a page that no source at hand would hold.
        let elsewhere = |operation: &Operation| {
            let here = |file: &str| at_hand.iter().any(|folder| file.starts_with(folder.as_str()));
            !absent.is_empty() && operation.pages().any(|source| !here(&source.file))
        };
        let (renames, problems) = assemble::overrides(dir);
        diagnostics.extend(problems);
        let old = publish::existing(dir, &index);
        let known = publish::operations(&old);
        let order: Vec<String> = index.sources.iter().map(|source| source.name.clone()).collect();
        let parts = Parts {
            own: &own,
            collected: &collected,
            order: &order,
            old: if self.args.rename { &[] } else { &known },
            kept: known.iter().filter(|operation| elsewhere(operation)).cloned().collect(),
        };
        let Assembled { operations, aside, kept, diagnostics: problems } = assemble::assemble(parts, &renames);
        diagnostics.extend(problems);
        let pages = || own.iter().chain(&collected);
        report::pages(pages(), &operations, &aside);
        if !aside.is_empty() {
            println!("{name}: {} page(s) stand aside for pages in the repository", aside.len());
        }
        diagnostics.extend((!absent.is_empty()).then(|| kept_back(dir, &index, &absent, kept)));
        let plan = publish::plan(dir, &name, &old, &operations, &elsewhere, self.args.discard_edits);
        let leave = Leave { edits: self.args.discard_edits, removals: self.args.accept_removals };
        let (facts, lost) = service_facts::plan(dir, &index, facts, &absent, leave);
        diagnostics.extend(lost);
        self.tell(&name, &known, &plan, &operations);
        let own_pages = pages().filter(|page| !aside.contains_key(&page.input.file)).count();
        let kept_pages = operations.iter().filter(|operation| elsewhere(operation));
        let kept_pages: usize = kept_pages.map(|operation| operation.pages().count()).sum();
        let mut figures = Figures::of(&name, own_pages + kept_pages, &operations);
        diagnostics.extend(plan.diagnostics.iter().cloned());
        diagnostics.extend(self.vanishing(dir, &plan, &known, &operations));
        diagnostics.extend(assemble::changed_names(&known, &operations, pages));
        let shown = Shown::of(pages());
        let failed = pages().any(|page| matches!(page.end, End::Failed));
        let told = own.into_iter().chain(collected).filter(|page| !aside.contains_key(&page.input.file));
        diagnostics.extend(told.flat_map(|page| page.diagnostics));
        let loaded = specs::load_planned(dir, &plan.files);
        // An operation that cannot be generated is an error here, not a gap in the client.
        let listing = loaded.service.as_ref().map(api::listing);
        diagnostics.extend(listing.iter().flat_map(|(_, problems)| problems).cloned());
        let mut contradictions = loaded.diagnostics.clone();
        contradictions.extend(check::contradictions(&loaded));
        specs::show_pages(dir, &mut contradictions);
        shown.rename(&mut contradictions);
        check::drop_repeated(&diagnostics, &mut contradictions);
        diagnostics.extend(contradictions);
        figures.count(&diagnostics);
        // What the pages of kept specs contradict themselves in is counted, and told by `check`; here nothing came of them.
        let stays: BTreeSet<&str> = operations
            .iter()
            .filter(|operation| elsewhere(operation))
            .map(|operation| operation.name.as_str())
            .collect();
        diagnostics.retain(|found| {
            found.severity() == Severity::Error || !found.operation.as_deref().is_some_and(|name| stays.contains(name))
        });
        self.figures.push(figures);
        self.sound &= report::succeeds(&diagnostics, &index.accept);
        if self.keep_snapshots && !failed {
            self.snapshots(dir, &name, &loaded);
            self.listing(&name, listing);
        }
        self.found.append(&mut diagnostics);
        for mut changes in [plan.changes, facts] {
            self.changes.writes.append(&mut changes.writes);
            self.changes.removals.append(&mut changes.removals);
        }
    }

    /// The figures of a service whose specs stay; its snapshots follow its files all the same.
    fn keep(&mut self, dir: &Path, name: &str) {
        let (_, figures) = check::service(dir);
        self.figures.push(figures);
        if self.keep_snapshots {
            let loaded = specs::load(dir);
            self.snapshots(dir, name, &loaded);
            self.listing(name, loaded.service.as_ref().map(api::listing));
        }
    }

    /// Keeps the listing of a service's public items fresh.
    fn listing(&mut self, service: &str, listing: Option<(String, Vec<Diagnostic>)>) {
        if let Some((text, _)) = listing {
            self.changes.write(api::file(&specs::root(), service), text);
        }
    }

    /// Reads the sources that are at hand.
    fn pages(&mut self, dir: &Path, index: &Index) -> Pages {
        let mut out = Pages::default();
        for source in &index.sources {
            let given = self.docs.get(&source.name).cloned();
            let root = match &source.docs {
                None => given.unwrap_or_else(|| dir.join(&source.dir)),
                Some(docs) => match self.docs.get(docs).map(|root| root.join(&source.dir)).or(given) {
                    Some(root) => root,
                    None => {
                        if !out.absent.contains(docs) {
                            out.absent.push(docs.clone());
                        }
                        continue;
                    }
                },
            };
            out.at_hand.push(source.file(""));
            let share = self.families.share(dir, index, source, &root);
            out.diagnostics.extend(share.diagnostics);
            out.facts.extend(share.facts);
            if source.docs.is_some() { &mut out.collected } else { &mut out.own }.extend(share.pages);
        }
        out
    }

    /// Operations whose pages are gone. One that lives on under another name is not among them: that is reported on its own.
    fn vanishing(&mut self, dir: &Path, plan: &Plan, known: &[Operation], operations: &[Operation]) -> Vec<Diagnostic> {
        if self.args.accept_removals {
            return Vec::new();
        }
        let gone = plan.removed.iter().filter(|name| {
            let old = known.iter().find(|old| old.name == **name);
            !old.is_some_and(|old| operations.iter().any(|operation| assemble::same_operation(old, operation)))
        });
        let gone: Vec<String> = gone.cloned().collect();
        let found = gone.iter().map(|name| {
            let place = Place::file(specs::shown(&dir.join(format!("{name}.toml"))));
            let message = format!("`{name}` would vanish: no page gives it any more");
            Diagnostic::new(&codes::OPERATIONS_VANISH, place, message)
        });
        let found = found.collect();
        if !gone.is_empty() {
            self.vanishing.push((specs::name_of(dir), gone));
        }
        found
    }

    fn tell(&mut self, service: &str, known: &[Operation], plan: &Plan, operations: &[Operation]) {
        for operation in operations {
            match known.iter().find(|old| old.name == operation.name) {
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
            // Among the findings about pages these would be hard to see.
            for (service, names) in &self.vanishing {
                println!("{service}: {} operation(s) would vanish: {}", names.len(), names.join(", "));
            }
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
