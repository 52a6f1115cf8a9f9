//! `cargo xtask`: the tasks of the workspace.

use std::process::ExitCode;

use clap::Parser;
use xtask::cli::Cli;

fn main() -> ExitCode {
    xtask::run(Cli::parse())
}
