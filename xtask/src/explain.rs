//! `explain`: what a code means.

use tablature_spec::codes;

use crate::cli::ExplainArgs;
use crate::report;

/// Runs the command; false if the code is unknown.
pub fn run(args: &ExplainArgs) -> bool {
    let Some(id) = &args.code else {
        let rows: Vec<Vec<String>> =
            codes::ALL.iter().map(|code| vec![code.id.to_string(), code.severity.to_string()]).collect();
        print!("{}", report::align(&rows));
        return true;
    };
    let Some(code) = codes::find(id) else {
        let alike: Vec<&str> = codes::ALL
            .iter()
            .map(|code| code.id)
            .filter(|known| known.split('-').any(|word| id.contains(word)))
            .collect();
        eprintln!(
            "there is no code `{id}`; {}",
            match alike.as_slice() {
                [] => "`cargo xtask explain` lists all codes".to_string(),
                alike => format!("codes with a like name: {}", alike.join(", ")),
            }
        );
        return false;
    };
    println!("{} ({})\n\n{}\n\nWhat to do: {}.", code.id, code.severity, code.meaning, code.help);
    true
}
