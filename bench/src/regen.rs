//! The time of `cargo xtask regen`, after it is built.

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::{self, run};
use crate::measure::median;
use crate::table::Table;

/// Measures `regen --check`, which does all of the work of `regen` and writes nothing.
pub(crate) fn measure(arguments: &Arguments, table: &mut Table) -> Outcome<()> {
    eprintln!("measuring regen");
    let mut times = Vec::new();
    for _ in 0..arguments.repeat {
        let mut command = cargo::command();
        command.args(["xtask", "regen", "--check"]).current_dir(&arguments.root);
        for docs in &arguments.docs {
            command.args(["--docs", docs]);
        }
        times.push(run(&mut command)?.0);
    }
    table.regen = median(&times);
    Ok(())
}
