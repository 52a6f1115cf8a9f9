//! What was measured, as Markdown.

use std::fmt::Write;
use std::fs;

use crate::arguments::Arguments;
use crate::cargo::Time;
use crate::measure::Cost;

/// One client.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) operations: usize,
    pub(crate) cost: Cost,
    /// Lines of code, where there are files.
    pub(crate) code: Option<usize>,
}

/// Everything that was measured.
#[derive(Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// Service, operations, milliseconds of loading and of generating.
    pub(crate) expansions: Vec<(String, usize, f64, f64)>,
    /// Service, reason, operations that progenitor refuses.
    pub(crate) refusals: Vec<(String, String, Vec<String>)>,
    pub(crate) regen: Time,
}

impl Table {
    /// The report.
    pub(crate) fn render(&self, arguments: &Arguments) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write(&mut out, arguments);
        out
    }

    fn write(&self, out: &mut String, arguments: &Arguments) -> std::fmt::Result {
        writeln!(out, "Measured on {}, {}, median of {}.\n", machine(), rustc(), arguments.repeat)?;
        writeln!(
            out,
            "| client | operations | check, ms/op | of processor | dev build, ms/op | of processor | lines/op | rlib, MB/op |"
        )?;
        writeln!(out, "|---|---:|---:|---:|---:|---:|---:|---:|")?;
        for row in &self.rows {
            let each = |value: f64| value / row.operations.max(1) as f64;
            let Cost { check, build, library } = &row.cost;
            writeln!(
                out,
                "| {} ({}) | {} | {:.1} | {:.1} | {:.1} | {:.1} | {} | {:.3} |",
                row.name,
                row.what,
                row.operations,
                each(check.wall * 1e3),
                each(check.cpu * 1e3),
                each(build.wall * 1e3),
                each(build.cpu * 1e3),
                row.code.map_or(String::new(), |code| format!("{:.0}", each(code as f64))),
                each(*library as f64 / 1e6),
            )?;
        }
        let check = |name: &str| self.rows.iter().find(|row| row.name == name).map(|row| row.cost.check);
        for (form, plain) in [("macro-form", "vendored"), ("progenitor-macro-form", "progenitor-file-form")] {
            if let (Some(form_cost), Some(plain_cost)) = (check(form), check(plain)) {
                let more = |a: f64, b: f64| (a / b - 1.0) * 100.0;
                let (wall, cpu) = (more(form_cost.wall, plain_cost.wall), more(form_cost.cpu, plain_cost.cpu));
                writeln!(out, "\n`{form}` against `{plain}`, check: {wall:+.1} % ({cpu:+.1} % of processor).")?;
            }
        }
        let each = |name: &str| {
            let row = self.rows.iter().find(|row| row.name == name)?;
            Some(row.cost.check.wall / row.operations.max(1) as f64)
        };
        if let (Some(ours), Some(theirs)) = (each("same-api"), each("progenitor-file-form")) {
            writeln!(
                out,
                "\nOurs against progenitor's file of the same services, check of an operation: {:.2}.",
                ours / theirs
            )?;
        }
        writeln!(out, "\n| expansion, unoptimised | operations | read, ms/op | generate, ms/op | together |")?;
        writeln!(out, "|---|---:|---:|---:|---:|")?;
        let (mut operations, mut loads, mut generates) = (0, 0.0, 0.0);
        for (name, count, load, generate) in &self.expansions {
            expansion(out, name, *count, *load, *generate)?;
            operations += count;
            loads += load;
            generates += generate;
        }
        expansion(out, "all", operations, loads, generates)?;
        let collections = if arguments.docs.is_empty() { "the pages of the repository" } else { "all pages" };
        writeln!(
            out,
            "\n`cargo xtask regen --check` of {collections}: {:.2} s ({:.2} s of processor).",
            self.regen.wall, self.regen.cpu
        )?;
        for (service, reason, names) in &self.refusals {
            writeln!(out, "\nprogenitor refuses {} of {service}: {reason} ({})", names.len(), names.join(", "))?;
        }
        Ok(())
    }
}

fn expansion(out: &mut String, name: &str, operations: usize, load: f64, generate: f64) -> std::fmt::Result {
    let each = |value: f64| value / operations.max(1) as f64;
    writeln!(
        out,
        "| {name} | {operations} | {:.3} | {:.3} | {:.3} |",
        each(load),
        each(generate),
        each(load + generate)
    )
}

fn machine() -> String {
    let processors = std::thread::available_parallelism().map_or(0, usize::from);
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text.lines().find_map(|line| line.strip_prefix("model name")?.split(':').nth(1));
    let model = model.map_or(std::env::consts::ARCH, str::trim);
    format!("{processors} processors ({model})")
}

fn rustc() -> String {
    let rustc = std::process::Command::new("rustc").arg("--version").output();
    rustc.map_or_else(|_| "rustc".into(), |output| String::from_utf8_lossy(&output.stdout).trim().to_string())
}
