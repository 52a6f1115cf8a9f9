//! Real pages, which the repository does not carry: run with `TABLATURE_SHARED` set to the folder that holds them.

// The lint exempts test functions only; these are their helpers.
#![allow(clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tablature_extract::{Context, Counts, Extraction, Library, Outcome, extract, library};
use tablature_pages::model::{Format, Page};
use tablature_spec::model::{Claim, ExampleKind, Mandatory, Operation};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("TABLATURE_SHARED").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: TABLATURE_SHARED is not set");
    }
    folder
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(path);
        }
    }
}

fn read(path: &Path, name: &str, format: Option<Format>) -> Option<Page> {
    let bytes = std::fs::read(path).expect("a readable file");
    tablature_pages::read(name, &bytes, format).0
}

fn run(path: &Path, source: &str) -> Option<Extraction> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let context = Context { source, file: &name, digest: "0", keep_descriptions: false, library: None };
    read(path, &name, None).map(|page| extract(&page, &context))
}

/// An operation in lines, for comparing with what a reader finds on the page.
fn facts(operation: &Operation) -> String {
    let mut out = format!("{} {} {}\n", operation.name, operation.method, operation.path);
    if operation.asynchronous {
        out.push_str("asynchronous\n");
    }
    for source in &operation.sources {
        out.push_str(&format!("source {} {} {:?}\n", source.language, source.format, source.page_id));
    }
    for table in &operation.tables {
        out.push_str(&format!("[{}] {} {:?}\n", table.id, table.role.name(), table.status));
        for row in &table.rows {
            let kind = row.kind.as_ref().and_then(Claim::first).map_or("-", String::as_str);
            let flag = match row.mandatory.as_ref().and_then(Claim::first) {
                Some(Mandatory::Yes) => "yes",
                Some(Mandatory::No) => "no",
                Some(Mandatory::When(_)) => "when",
                None => "-",
            };
            let conditional = if row.facts.conditional.is_some() { " conditional" } else { "" };
            out.push_str(&format!("  {} {kind} {flag}{conditional}\n", row.name));
            assert!(row.at.iter().all(|at| at.line > 0));
        }
    }
    for example in &operation.examples {
        out.push_str(&format!(
            "{} {} {} {:?} {}{}\n",
            example.kind.name(),
            example.method.as_deref().unwrap_or("-"),
            example.url.as_deref().unwrap_or("-"),
            example.status,
            example.body.as_deref().unwrap_or("-").split_whitespace().collect::<Vec<_>>().join(" "),
            match (&example.error_code, &example.error_message) {
                (None, None) => String::new(),
                (code, message) => format!(" {code:?} {message:?}"),
            }
        ));
    }
    for status in &operation.statuses {
        out.push_str(&format!("status {}\n", status.code));
    }
    out
}

#[track_caller]
fn check_seed(file: &str, expected: &str) {
    let Some(shared) = shared() else { return };
    let extraction = run(&shared.join("seeds").join(file), "s").expect("a page");
    let Outcome::Operations(operations) = &extraction.outcome else { panic!("{:?}", extraction.outcome) };
    let [operation] = operations.as_slice() else { panic!("one operation") };
    assert_eq!(facts(operation).trim(), expected.trim(), "{:#?}", extraction.diagnostics);
    assert_eq!(extraction.diagnostics, Vec::new());
    reconcile(&extraction.counts, file);
}

#[track_caller]
fn reconcile(counts: &Counts, file: &str) {
    assert_eq!(counts.rows, counts.rows_in_spec + counts.rows_unused, "{file}: {counts:?}");
    assert_eq!(counts.objects, counts.objects_attached + counts.objects_opaque, "{file}: {counts:?}");
}

#[test]
fn seed_stop_training_job_version_zh() {
    check_seed(
        "000_01b5938c52b2cc1e.txt",
        r#"
stop_training_job_version POST /v1/{project_id}/training-jobs/{job_id}/versions/{version_id}/stop
asynchronous
source zh md Some("modelarts_03_0051")
[path] path None
  project_id String yes
  job_id Long yes
  version_id Long yes
[response] response None
  is_success Boolean -
  error_message String - conditional
  error_code String - conditional
request POST https://endpoint/v1/{project_id}/training-jobs/10/versions/10/stop None -
success - - None { "is_success": true }
failure - - None { "is_success": false, "error_message": "Error string", "error_code": "ModelArts.0105" } Some("ModelArts.0105") Some("Error string")
"#,
    );
}

#[test]
fn seed_stop_training_job_version_en() {
    check_seed(
        "001_1d04a2a584f2965e.txt",
        r#"
stop_training_job_version POST /v1/{project_id}/training-jobs/{job_id}/versions/{version_id}/stop
asynchronous
source en html Some("EN-US_TOPIC_0000001909907400")
[path] path None
  project_id String yes
  job_id Long yes
  version_id Long yes
[response] response None
  is_success Boolean -
  error_message String - conditional
  error_code String - conditional
request POST https://endpoint/v1/{project_id}/training-jobs/10/versions/10/stop None -
success - - None { "is_success": true }
failure - - None { "is_success": false, "error_message": "Error string", "error_code": "ModelArts.0105" } Some("ModelArts.0105") Some("Error string")
"#,
    );
}

#[test]
fn seed_stop_visualization_job_zh() {
    check_seed(
        "002_d7f81193051c4ead.txt",
        r#"
stop_visualization_job POST /v1/{project_id}/visualization-jobs/{job_id}/stop
asynchronous
source zh md Some("modelarts_03_0069")
[path] path None
  project_id String yes
  job_id String yes
[response] response None
  is_success Boolean -
  error_code String - conditional
  error_msg String - conditional
request POST https://endpoint/v1/{project_id}/visualization-jobs/10/stop None -
success - - None { "is_success": true }
failure - - None { "is_success": false, "error_msg": "This job can't be stop. job status: 10", "error_code": "ModelArts.0105" } Some("ModelArts.0105") Some("This job can't be stop. job status: 10")
"#,
    );
}

#[test]
fn seed_stop_visualization_job_en() {
    check_seed(
        "003_b5a45925ac0d8264.txt",
        r#"
stop_visualization_job POST /v1/{project_id}/visualization-jobs/{job_id}/stop
asynchronous
source en html Some("EN-US_TOPIC_0000001909747468")
[path] path None
  project_id String yes
  job_id String yes
[response] response None
  is_success Boolean -
  error_code String - conditional
  error_message String - conditional
request POST https://endpoint/v1/{project_id}/visualization-jobs/10/stop None -
success - - None { "is_success": true }
failure - - None { "is_success": false, "error_message": "This job can't be stop. job status: 10", "error_code": "ModelArts.0105" } Some("ModelArts.0105") Some("This job can't be stop. job status: 10")
"#,
    );
}

#[test]
fn seed_stop_job() {
    check_seed(
        "004_d35e57d0125b6404.txt",
        r#"
stop_job POST /v1/{project_id}/jobs/{job_name}/stop
source zh md Some("dgc_02_0064")
[path] path None
  project_id String yes
  job_name String yes
[header] header None
  workspace String no
request POST /v1/b384b9e9ab9b4ee8994c8633aabc9505/jobs/myJob/stop None -
success - - Some(204) -
failure - - Some(400) { "error_code":"DLF.0100", "error_msg":"The job does not exists." } Some("DLF.0100") Some("The job does not exists.")
"#,
    );
}

/// The rows as tab-separated lines, for measuring against other definitions of the same APIs.
fn print_rows(operation: &Operation, file: &str) {
    println!("OP\t{}\t{}\t{}\t{file}", operation.name, operation.method, operation.path);
    for table in &operation.tables {
        println!("TABLE\t{}\t{}\t{:?}\t{}", table.id, table.role.name(), table.status.unwrap_or(0), table.array);
        for row in &table.rows {
            let kind = row.kind.as_ref().and_then(Claim::first).map_or("-", String::as_str);
            let shape = tablature_spec::types::parse(kind).map(|word| format!("{:?}", word.shape)).unwrap_or_default();
            let yes = row.mandatory.as_ref().and_then(Claim::first) == Some(&Mandatory::Yes);
            println!("ROW\t{}\t{shape}\t{yes}\t{}", row.name, row.table.as_deref().unwrap_or(""));
        }
    }
}

/// Reads a corpus with all its pages in a library, prints what came of it, and gives the figures.
fn survey(label: &str, folder: &Path, format: Format) -> Survey {
    let mut paths = Vec::new();
    files(folder, &mut paths);
    paths.retain(|path| path.extension().is_some_and(|end| end == format.name()));
    let shown = |path: &Path| path.strip_prefix(folder).unwrap_or(path).display().to_string();
    let names: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    let mut library = Library::new(names.iter().map(String::as_str));
    for (path, name) in paths.iter().zip(&names) {
        let Some(page) = read(path, name, Some(format)) else { continue };
        library.label(name, library::labels(&page));
        library.lend(name, "0".into(), page);
    }
    let mut total = Counts::default();
    let (mut pages, mut operations, mut failed, mut other) = (0, 0, 0, 0);
    let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let verbose = std::env::var("TABLATURE_SHOW").unwrap_or_default();
    for (path, shown) in paths.iter().zip(&names) {
        pages += 1;
        let Some(page) = read(path, shown, Some(format)) else { continue };
        let context =
            Context { source: label, file: shown, digest: "0", keep_descriptions: false, library: Some(&library) };
        let extraction = extract(&page, &context);
        reconcile(&extraction.counts, shown);
        total.add(&extraction.counts);
        match &extraction.outcome {
            Outcome::Operations(found) => {
                operations += found.len();
                for operation in found {
                    for example in &operation.examples {
                        *kinds.entry(example.kind.name()).or_default() += 1;
                    }
                    if verbose.contains("names") {
                        println!("{}\t{}\t{}\t{shown}", operation.name, operation.method, operation.path);
                    }
                    if verbose.contains("rows") {
                        print_rows(operation, shown);
                    }
                    if verbose.contains("facts") {
                        println!("{shown}\n{}", facts(operation));
                    }
                    assert!(operation.examples.iter().all(|e| e.kind != ExampleKind::Request || e.status.is_none()));
                }
            }
            Outcome::NotEndpoint { reason, .. } => {
                other += 1;
                if verbose.contains("pages") {
                    println!("{shown}: {reason}");
                }
            }
            Outcome::Failed => failed += 1,
        }
        for diagnostic in &extraction.diagnostics {
            *codes.entry(diagnostic.code.id).or_default() += 1;
            if verbose.split(',').any(|word| word == diagnostic.code.id) {
                println!("{shown}:{} {}: {}", diagnostic.place.line, diagnostic.code.id, diagnostic.message);
            }
        }
    }
    println!("{label}: {pages} pages, {operations} operations, {failed} failed, {other} others");
    println!("{label}: {total:?}");
    println!("{label}: {kinds:?}\n{label}: {codes:?}");
    Survey { counts: total, operations, failed }
}

/// The figures of a corpus.
struct Survey {
    counts: Counts,
    operations: usize,
    failed: usize,
}

impl Survey {
    /// Holds the figures against floors: operations, and of 10,000 rows, types, bodies and objects those that must be understood. Objects
    /// count if a table describes them; the others have a reason in the spec.
    #[track_caller]
    fn check(&self, operations: usize, rows: usize, types: usize, bodies: usize, objects: usize) {
        let Survey { counts, .. } = self;
        let rate = |part: usize, whole: usize| part * 10_000 / whole.max(1);
        assert_eq!(self.failed, 0);
        assert!(self.operations >= operations, "{} operations", self.operations);
        assert!(rate(counts.rows_in_spec, counts.rows) >= rows, "{counts:?}");
        assert!(rate(counts.types - counts.types_unknown, counts.types) >= types, "{counts:?}");
        assert!(rate(counts.bodies - counts.bodies_failed, counts.bodies) >= bodies, "{counts:?}");
        assert!(rate(counts.objects_attached, counts.objects) >= objects, "{counts:?}");
    }
}

#[test]
fn corpus_zh() {
    let Some(shared) = shared() else { return };
    // 608 pages have a request line in a URI section; five of them are tutorials.
    survey("zh-md", &shared.join("corpus/zh-markdown"), Format::Markdown).check(603, 9_980, 9_995, 9_940, 9_000);
}

#[test]
fn corpus_html() {
    let Some(shared) = shared() else { return };
    // Of 274 pages with a request line one is a tutorial.
    survey("en-html", &shared.join("corpus/otc-html"), Format::Html).check(273, 9_980, 9_990, 9_920, 8_400);
}

#[test]
fn corpus_rst() {
    let Some(shared) = shared() else { return };
    // Of 363 pages with a request line one is a tutorial.
    survey("en-rst", &shared.join("corpus/otc-rst"), Format::Rst).check(362, 9_980, 9_995, 9_940, 9_100);
}
