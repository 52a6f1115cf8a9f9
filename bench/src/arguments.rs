//! The command line.

use std::path::{Path, PathBuf};

use crate::Outcome;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
Measures what the SDK costs to compile beside other generated clients, and prints a table.

--repeat N             repetitions of each measurement, of which the median counts (default 5)
--specs DIR            the folder of specs (default: that of the repository)
--services A,B         which of them (default: all)
--same A,B             the services that progenitor makes a client of, too (default: ecs,ims)
--docs NAME=DIR        a collection of pages for `cargo xtask regen`, as it takes them
--no-peers             measure the SDK alone
--keep                 leave the projects that were built in bench/target/figures
";

/// What was asked for.
pub(crate) struct Arguments {
    pub(crate) repeat: usize,
    pub(crate) root: PathBuf,
    pub(crate) specs: PathBuf,
    pub(crate) services: Vec<String>,
    pub(crate) same: Vec<String>,
    pub(crate) docs: Vec<String>,
    pub(crate) peers: bool,
    pub(crate) keep: bool,
}

impl Arguments {
    /// Nothing if help is wanted.
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Outcome<Option<Arguments>> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().unwrap_or(here).to_path_buf();
        let mut parsed = Arguments {
            repeat: 5,
            specs: root.join("specs"),
            root,
            services: Vec::new(),
            same: list("ecs,ims"),
            docs: Vec::new(),
            peers: true,
            keep: false,
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("`{argument}` needs a value; see --help"));
            match argument.as_str() {
                "--repeat" => parsed.repeat = value()?.parse().map_err(|_| "`--repeat` takes a number")?,
                "--specs" => parsed.specs = std::fs::canonicalize(value()?)?,
                "--services" => parsed.services = list(&value()?),
                "--same" => parsed.same = list(&value()?),
                "--docs" => parsed.docs.push(value()?),
                "--no-peers" => parsed.peers = false,
                "--keep" => parsed.keep = true,
                "--help" | "-h" => return Ok(None),
                other => return Err(format!("`{other}` is unknown; see --help").into()),
            }
        }
        parsed.repeat = parsed.repeat.max(1);
        if parsed.services.is_empty() {
            parsed.services = services(&parsed.specs)?;
        }
        Ok(Some(parsed))
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_string).collect()
}

fn services(specs: &Path) -> Outcome<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(specs)? {
        let path = entry?.path();
        if path.join("service.toml").is_file() {
            names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}
