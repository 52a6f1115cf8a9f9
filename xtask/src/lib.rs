//! The tasks of the workspace as a library, so that tests call what people call.
//!
//! `walk` finds pages, `pipeline` reads and extracts them, `family` gives each service its share, `assemble` merges and names what they give,
//! `api` lists what generated code offers, `output` writes files, and `regen`, `read`, `check`, `expand`, `vendor`, `openapi` and `explain` are the commands.

pub mod api;
pub mod assemble;
pub mod check;
pub mod cli;
pub mod expand;
pub mod explain;
pub mod family;
pub mod figures;
pub mod openapi;
pub mod output;
pub mod pipeline;
pub mod polls;
pub mod publish;
pub mod read;
pub mod regen;
pub mod report;
pub mod service_facts;
pub mod snapshots;
pub mod specs;
pub mod vendor;
pub mod walk;

use std::process::ExitCode;

use cli::{Cli, Command};

/// Runs a command; its messages go to standard error, its product to standard output.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        Command::Regen(args) => regen::run(&args),
        Command::Read(args) => read::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Expand(args) => expand::run(&args),
        Command::Vendor(args) => vendor::run(&args),
        Command::OpenApi(args) => openapi::run(&args),
    };
    if outcome { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
