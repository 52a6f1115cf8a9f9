//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use tablature_pages::model::Format;

/// Tasks of the Tablature workspace.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the pages of each service's sources and write its specs, index and snapshots anew.
    Regen(RegenArgs),
    /// Read any pages into a folder of specs of their own.
    Read(ReadArgs),
    /// Report problems and contradictions of specs.
    Check(CheckArgs),
    /// Say what a code of a diagnostic means and what to do about it.
    Explain(ExplainArgs),
    /// Print the generated code of a service or operation, formatted.
    Expand(ExpandArgs),
    /// Write the generated code of services as a plain crate without a macro.
    Vendor(VendorArgs),
    /// Write one OpenAPI document per service.
    #[command(name = "openapi")]
    OpenApi(OpenApiArgs),
}

/// Arguments of `regen`.
#[derive(Debug, Args, Default)]
pub struct RegenArgs {
    /// Only this service (may be given several times).
    #[arg(long = "service", value_name = "S")]
    pub services: Vec<String>,
    /// Where the pages of a collection lie that is not in the repository (may be given several times).
    #[arg(long = "docs", value_name = "SOURCE=DIR")]
    pub docs: Vec<String>,
    /// Change nothing; show what is stale and fail if anything is.
    #[arg(long)]
    pub check: bool,
    /// Overwrite specs that were edited by hand.
    #[arg(long)]
    pub discard_edits: bool,
    /// Name operations by rule even where their specs have other names.
    #[arg(long)]
    pub rename: bool,
    /// Let operations vanish whose pages are gone.
    #[arg(long)]
    pub accept_removals: bool,
    /// The folder of specs.
    #[arg(long, value_name = "DIR")]
    pub specs: Option<PathBuf>,
}

/// Arguments of `read`.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Pages, or folders of pages, which are walked in depth.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name of the service; default: the name of the folder.
    #[arg(long, value_name = "S")]
    pub service: Option<String>,
    /// The format of the pages.
    #[arg(long, value_enum, default_value_t = FormatArg::Auto)]
    pub format: FormatArg,
    /// The folder to write into; specs go to `DIR/<service>/`.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Copy descriptions into the specs, for pages that you may redistribute.
    #[arg(long)]
    pub copy_descriptions: bool,
    /// Overwrite specs that were edited by hand.
    #[arg(long)]
    pub discard_edits: bool,
    /// Do not fail because of defects with this code (may be given several times).
    #[arg(long, value_name = "CODE")]
    pub accept: Vec<String>,
}

/// A format, or detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// Detect it from the text.
    Auto,
    /// Markdown.
    Md,
    /// HTML.
    Html,
    /// reStructuredText.
    Rst,
}

impl FormatArg {
    /// The forced format, if there is one.
    pub fn forced(self) -> Option<Format> {
        match self {
            FormatArg::Auto => None,
            FormatArg::Md => Some(Format::Markdown),
            FormatArg::Html => Some(Format::Html),
            FormatArg::Rst => Some(Format::Rst),
        }
    }
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The folder of specs.
    #[arg(long, value_name = "DIR")]
    pub specs: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Output::Human)]
    pub format: Output,
}

/// How `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Human,
    /// One JSON document; its shape is in the README and stable.
    Json,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, as diagnostics print it in brackets; without it all codes are listed.
    pub code: Option<String>,
}

/// Arguments of `expand`.
#[derive(Debug, Args)]
pub struct ExpandArgs {
    /// The service.
    pub service: String,
    /// Only this operation.
    pub operation: Option<String>,
    /// The folder of specs.
    #[arg(long, value_name = "DIR")]
    pub specs: Option<PathBuf>,
}

/// Arguments of `vendor`.
#[derive(Debug, Args)]
pub struct VendorArgs {
    /// The services; each becomes a module.
    #[arg(required = true, value_name = "SERVICE")]
    pub services: Vec<String>,
    /// The folder of specs.
    #[arg(long, value_name = "DIR")]
    pub specs: Option<PathBuf>,
    /// The folder of the crate: a new or empty one, or one that this command wrote.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// The name of the crate; default: the name of its folder.
    #[arg(long, value_name = "NAME", value_parser = package_name)]
    pub name: Option<String>,
    /// Where tablature-runtime lies, as the crate's Cargo.toml shall say it; default: on the registry.
    #[arg(long, value_name = "PATH")]
    pub runtime: Option<String>,
}

/// A name that cargo takes for a package.
fn package_name(name: &str) -> Result<String, String> {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
    let holds = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if begins && holds {
        return Ok(name.to_string());
    }
    Err("a name of a crate is letters, digits, `-` and `_`, a letter first".into())
}

/// Arguments of `openapi`.
#[derive(Debug, Args)]
pub struct OpenApiArgs {
    /// The services.
    #[arg(required = true, value_name = "SERVICE")]
    pub services: Vec<String>,
    /// The folder of specs.
    #[arg(long, value_name = "DIR")]
    pub specs: Option<PathBuf>,
    /// The version of the OpenAPI Specification.
    #[arg(long, value_enum, default_value_t = OpenApiVersion::V3_1)]
    pub version: OpenApiVersion,
    /// The file to write instead of standard output; with several services, the folder for `SERVICE.openapi.json` of each.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// A version of the OpenAPI Specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OpenApiVersion {
    /// OpenAPI 3.0.
    #[value(name = "3.0")]
    V3_0,
    /// OpenAPI 3.1.
    #[value(name = "3.1")]
    V3_1,
}

impl From<OpenApiVersion> for tablature_openapi::Version {
    fn from(version: OpenApiVersion) -> Self {
        match version {
            OpenApiVersion::V3_0 => tablature_openapi::Version::V3_0,
            OpenApiVersion::V3_1 => tablature_openapi::Version::V3_1,
        }
    }
}
