//! Pages per second of reading and extracting on one thread, and the peak memory.
//!
//! With `TABLATURE_SHARED` set, the pages are those of its folder `corpus`, read into memory beforehand; without it they are made here, and
//! the figures say nothing about real pages. `cargo bench -p tablature-extract`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use tablature_extract::{Context, extract};
use tablature_pages::model::{Format, Page};

type File = (String, Format, Vec<u8>);

fn main() {
    if std::env::var_os("TABLATURE_SHARED").is_none() {
        println!("TABLATURE_SHARED is not set: the pages are made up");
    }
    divan::main();
    if let Some(peak) = peak() {
        println!("peak memory of the process: {} MB, the files included", peak / 1024);
    }
}

/// The most memory that the process held, in KB, where the system says so.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok()
}

/// The pages of a dialect: of the corpus, or made up.
fn files(format: Format) -> Vec<File> {
    let mut out = Vec::new();
    match std::env::var_os("TABLATURE_SHARED") {
        Some(shared) => walk(&PathBuf::from(shared).join("corpus"), format, &mut out),
        None => out.extend((0..200).map(|number| (format!("{number}.{format}"), format, made(format, number)))),
    }
    out
}

fn walk(folder: &Path, format: Format, out: &mut Vec<File>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, format, out);
        } else if path.extension().is_some_and(|end| end == format.name())
            && let Ok(bytes) = std::fs::read(&path)
        {
            out.push((path.display().to_string(), format, bytes));
        }
    }
}

/// A page with a request, a response and an example.
fn made(format: Format, number: usize) -> Vec<u8> {
    let mut text = String::new();
    let rows = |text: &mut String, row: &dyn Fn(&mut String, usize)| (0..30).for_each(|n| row(text, n));
    match format {
        Format::Markdown => {
            let _ = write!(text, "# 风筝{number}\n\n## URI\n\nPOST /v1/kites{number}\n\n");
            text.push_str("## 请求参数\n\n| 参数 | 是否必选 | 参数类型 | 描述 |\n| --- | --- | --- | --- |\n");
            rows(&mut text, &|text, n| {
                let _ = writeln!(text, "| kite{n} | 否 | String | 风筝的名称，长度为1~64个字符，默认值为kite。 |");
            });
            text.push_str("\n## 响应示例\n\n```\n{\"kite1\": \"a\"}\n```\n");
        }
        Format::Html => {
            let _ = write!(text, "<h1>Kite {number}</h1><h4>URI</h4><p>POST /v1/kites{number}</p>");
            text.push_str("<h4>Request Parameters</h4><table><thead><tr><th>Parameter</th><th>Mandatory</th><th>Type</th><th>Description</th></tr></thead><tbody>\n");
            rows(&mut text, &|text, n| {
                let _ = writeln!(
                    text,
                    "<tr><td>kite{n}</td><td>No</td><td>String</td><td><p>A name of 1 to 64 characters.</p></td></tr>"
                );
            });
            text.push_str("</tbody></table><h4>Example Response</h4><pre>{\"kite1\": \"a\"}</pre>\n");
        }
        Format::Rst => {
            let _ = write!(text, "Kite {number}\n=============\n\nURI\n---\n\nPOST /v1/kites{number}\n\n");
            text.push_str("Request Parameters\n------------------\n\n");
            let rule = "+-----------+-----------+--------+-------------------------------+\n";
            text.push_str(rule);
            text.push_str("| Parameter | Mandatory | Type   | Description                   |\n");
            text.push_str(&rule.replace('-', "="));
            rows(&mut text, &|text, n| {
                let _ = writeln!(text, "| kite{n:<6} | No        | String | A name of 1 to 64 characters. |");
                text.push_str(rule);
            });
            text.push_str("\nExample Response\n----------------\n\n::\n\n   {\"kite1\": \"a\"}\n");
        }
    }
    text.into_bytes()
}

fn read((name, format, bytes): &File) -> Option<Page> {
    tablature_pages::read(name, bytes, Some(*format)).0
}

fn run(page: &Page) -> usize {
    let context = Context { source: "bench", file: &page.file, digest: "", keep_descriptions: false, library: None };
    extract(page, &context).counts.rows
}

const FORMATS: [Format; 3] = [Format::Markdown, Format::Html, Format::Rst];

#[divan::bench(args = FORMATS, sample_count = 5, sample_size = 1)]
fn reading(bencher: Bencher<'_, '_>, format: Format) {
    let files = files(format);
    let bytes: usize = files.iter().map(|(_, _, bytes)| bytes.len()).sum();
    bencher
        .counter(ItemsCount::new(files.len()))
        .counter(BytesCount::new(bytes))
        .bench_local(|| files.iter().filter_map(read).count());
}

#[divan::bench(args = FORMATS, sample_count = 5, sample_size = 1)]
fn extracting(bencher: Bencher<'_, '_>, format: Format) {
    let pages: Vec<Page> = files(format).iter().filter_map(read).collect();
    bencher.counter(ItemsCount::new(pages.len())).bench_local(|| pages.iter().map(run).sum::<usize>());
}

/// What the target speaks of: every page of every dialect, read and extracted, one after the other.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn both(bencher: Bencher<'_, '_>) {
    let files: Vec<File> = FORMATS.into_iter().flat_map(files).collect();
    bencher
        .counter(ItemsCount::new(files.len()))
        .bench_local(|| files.iter().filter_map(read).map(|page| run(&page)).sum::<usize>());
}
