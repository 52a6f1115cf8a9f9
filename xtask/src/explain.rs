//! `explain`: what a code means.

use tablature_spec::codes::{self, Code};
use tablature_spec::diagnostic::Severity;

use crate::cli::ExplainArgs;
use crate::report;

/// Runs the command; false if the code is unknown.
pub fn run(args: &ExplainArgs) -> bool {
    let Some(id) = &args.code else {
        let rows: Vec<Vec<String>> = codes::ALL
            .iter()
            .map(|code| [code.id, &code.severity.to_string(), report::class(code)].map(String::from).to_vec())
            .collect();
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
    println!("{} ({})\n\n{}\n\nWhat to do: {}.\n\n{}", code.id, code.severity, code.meaning, code.help, effect(code));
    true
}

fn effect(code: &Code) -> String {
    match report::class(code) {
        "contradiction" => {
            "This is a contradiction of the pages: it is counted and shown, and no command fails because of it.".into()
        }
        "note" => "No command fails because of it.".into(),
        _ if code.severity == Severity::Error => "With it nothing is written, and the command fails.".into(),
        _ => format!(
            "It makes `regen`, `read` and `check` fail; `accept = [\"{0}\"]` in service.toml, or `read --accept {0}`, lets it be.",
            code.id
        ),
    }
}
