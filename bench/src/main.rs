//! What the SDK costs to compile, for each operation, beside other generated clients, measured in one run and printed as a table.
//!
//! `cargo run --manifest-path bench/Cargo.toml -- --help` says how; README.md says what is measured and how to read it.

mod arguments;
mod cargo;
mod lines;
mod measure;
mod ours;
mod peers;
mod projects;
mod regen;
mod table;

use std::error::Error;
use std::process::ExitCode;

use arguments::Arguments;
use table::Table;

/// Whatever went wrong; a person reads it.
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome<()> {
    let Some(arguments) = Arguments::parse(std::env::args().skip(1))? else {
        print!("{}", arguments::HELP);
        return Ok(());
    };
    let work = projects::Work::new(&arguments)?;
    let mut table = Table::default();
    ours::measure(&arguments, &work, &mut table)?;
    if arguments.peers {
        peers::measure(&arguments, &work, &mut table)?;
    }
    regen::measure(&arguments, &mut table)?;
    print!("{}", table.render(&arguments));
    if !arguments.keep {
        work.clean()?;
    }
    Ok(())
}
