//! Runs cargo and says how long it took.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::Outcome;

/// The time of one run, or of a median of runs.
#[derive(Clone, Copy, Default)]
pub(crate) struct Time {
    /// Seconds on the clock.
    pub(crate) wall: f64,
    /// Seconds of all processors together, where the system says so.
    pub(crate) cpu: f64,
}

/// The cargo that runs this, or else the one of the path: rustup makes it choose one toolchain for all crates.
pub(crate) fn command() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo in a folder, with its own target folder beside it, and gives what it printed and how long it took.
pub(crate) fn cargo(folder: &Path, arguments: &[&str]) -> Outcome<(Time, String, String)> {
    run(command().args(arguments).current_dir(folder).env("CARGO_TARGET_DIR", folder.join("target")))
}

/// Runs a command; an error if it fails.
pub(crate) fn run(command: &mut Command) -> Outcome<(Time, String, String)> {
    // Everything is measured as a build that starts from nothing: an incremental one does more work to do less later.
    command.env("CARGO_INCREMENTAL", "0").env_remove("RUSTFLAGS").stdin(Stdio::null());
    let (clock, cpu) = (Instant::now(), processors());
    let output = command.output().map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    let time = Time { wall: clock.elapsed().as_secs_f64(), cpu: processors() - cpu };
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok((time, out, err)) } else { Err(format!("{command:?} failed\n{err}").into()) }
}

/// Seconds that processes which ended have used; nothing where there is no /proc.
fn processors() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    // The 16th and 17th field of proc_pid_stat(5), counted without the two that end at the bracket; in ticks of a hundredth.
    fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
