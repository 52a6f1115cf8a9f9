//! Other generated clients: of other clouds, and of our API by another generator.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::Outcome;
use crate::arguments::Arguments;
use crate::cargo::cargo;
use crate::projects::Work;
use crate::table::{Row, Table};
use crate::{lines, measure};

/// Fetches and measures all peers.
pub(crate) fn measure(arguments: &Arguments, work: &Work, table: &mut Table) -> Outcome<()> {
    progenitor(arguments, work, table)?;
    let (_, metadata, _) = cargo(&work.folder, &["metadata", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    for (name, file, mark) in [
        ("aws-sdk-kms", "src/operation.rs", "pub mod "),
        ("google-cloud-kms-v1", "src/client.rs", "-> super::builder::"),
    ] {
        let (version, folder) = package(&metadata, name)?;
        // Each operation has a module, or a method that gives its builder.
        let operations = fs::read_to_string(folder.join(file))?.lines().filter(|line| line.contains(mark)).count();
        let cost = measure::package(&work.folder, name, arguments.repeat)?;
        let code = Some(lines::folder(&folder.join("src"))?);
        table.rows.push(Row { name: format!("{name} {version}"), what: "peer".into(), operations, cost, code });
    }
    Ok(())
}

fn package(metadata: &Value, name: &str) -> Outcome<(String, PathBuf)> {
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == name).ok_or(format!("{name} is no dependency"))?;
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_string();
    let manifest = PathBuf::from(text("manifest_path"));
    Ok((text("version"), manifest.parent().unwrap_or(Path::new("")).to_path_buf()))
}

/// Our API by progenitor, as macro and as file, without the operations that it refuses.
fn progenitor(arguments: &Arguments, work: &Work, table: &mut Table) -> Outcome<()> {
    let (mut macros, mut files) = (String::new(), String::new());
    let mut operations = 0;
    for name in &arguments.same {
        eprintln!("progenitor makes a client of {name}");
        let document = work.path(&format!("api/{name}.json"));
        let accepted = work.path(&format!("progenitor-macro/{name}.json"));
        let out = work.path(&format!("progenitor-file/src/{name}.rs"));
        let run = ["run", "--package", "progenitor-generate", "--", &document, &accepted, &out];
        let (_, refused, _) = cargo(&work.folder, &run)?;
        let refused: Value = serde_json::from_str(refused.trim())?;
        for (reason, names) in refused.as_object().into_iter().flatten() {
            let names: Vec<String> =
                names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_string).collect();
            table.refusals.push((name.clone(), reason.clone(), names));
        }
        operations += fs::read_to_string(&accepted)?.matches("\"operationId\":").count();
        writeln!(macros, "pub mod {name} {{\n    progenitor::generate_api!(spec = \"{name}.json\");\n}}")?;
        writeln!(files, "pub mod {name};")?;
    }
    fs::write(work.path("progenitor-macro/src/lib.rs"), macros)?;
    fs::write(work.path("progenitor-file/src/lib.rs"), files)?;
    let code = lines::folder(&work.folder.join("progenitor-file/src"))?;
    for (name, form) in [("progenitor-file-form", "file"), ("progenitor-macro-form", "macro")] {
        let cost = measure::package(&work.folder, name, arguments.repeat)?;
        let what = format!("{} by progenitor 0.15.1, {form}", arguments.same.join(" and "));
        let code = (form == "file").then_some(code);
        table.rows.push(Row { name: name.into(), what, operations, cost, code });
    }
    Ok(())
}
