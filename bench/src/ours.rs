//! The SDK, the macro against the same code as files, and the expansion of the macro.

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::projects::Work;
use crate::table::{Row, Table};
use crate::{lines, measure, projects};

/// Measures what is ours.
pub(crate) fn measure(arguments: &Arguments, work: &Work, table: &mut Table) -> Outcome<()> {
    let expansions = expansion(work)?;
    let of = |services: &[String]| -> usize {
        expansions.iter().filter(|(name, ..)| services.contains(name)).map(|(_, operations, ..)| operations).sum()
    };
    let code = lines::folder(&work.folder.join("vendored/src"))?;
    for (name, what, services) in [
        ("huaweicloud", "SDK, all features", &projects::sdk(arguments)?),
        ("vendored", "the same code as files", &arguments.services),
        ("macro-form", "the same code by macro", &arguments.services),
    ] {
        let cost = measure::package(&work.folder, name, arguments.repeat)?;
        let code = (name == "vendored").then_some(code);
        table.rows.push(Row { name: name.into(), what: what.into(), operations: of(services), cost, code });
    }
    if arguments.peers {
        let cost = measure::package(&work.folder, "same-api", arguments.repeat)?;
        let operations = of(&arguments.same);
        let what = format!("ours of {}", arguments.same.join(" and "));
        table.rows.push(Row { name: "same-api".into(), what, operations, cost, code: None });
    }
    table.expansions = expansions;
    Ok(())
}

/// Service, operations, and the medians of loading and generating in milliseconds.
fn expansion(work: &Work) -> Outcome<Vec<(String, usize, f64, f64)>> {
    eprintln!("measuring the expansion");
    let (_, _, printed) = cargo(&work.folder, &["check", "--package", "expansion-user"])?;
    let mut found: Vec<(String, usize, Vec<f64>, Vec<f64>)> = Vec::new();
    for line in printed.lines().filter_map(|line| line.strip_prefix("expansion ")) {
        let mut numbers = line.rsplitn(4, ' ');
        let mut number = || numbers.next().and_then(|text| text.parse::<f64>().ok()).unwrap_or_default() / 1_000.0;
        let (generate, load, operations) = (number(), number(), number() * 1_000.0);
        let name = numbers.next().and_then(|folder| folder.rsplit(['/', '\\']).next()).unwrap_or_default();
        if found.last().is_none_or(|(last, ..)| last != name) {
            found.push((name.to_string(), operations as usize, Vec::new(), Vec::new()));
        }
        if let Some((.., loads, generates)) = found.last_mut() {
            loads.push(load);
            generates.push(generate);
        }
    }
    let middle = |mut values: Vec<f64>| {
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Ok(found
        .into_iter()
        .map(|(name, operations, load, generate)| (name, operations, middle(load), middle(generate)))
        .collect())
}
