//! `expand`: the generated code, formatted.

use std::path::Path;

use tablature_codegen::{ExampleRoot, Options};
use tablature_spec::codes;
use tablature_spec::diagnostic::{Diagnostic, Place};
use tablature_spec::load::Service;

use crate::cli::ExpandArgs;
use crate::report;
use crate::{snapshots, specs};

/// Runs the command; false if there is an error.
pub fn run(args: &ExpandArgs) -> bool {
    let folder = specs::folder(args.specs.as_deref());
    let dir = match specs::service(&folder, &args.service) {
        Ok(dir) => dir,
        Err(diagnostic) => return report::fail(&diagnostic),
    };
    match expand(&dir, args.operation.as_deref()) {
        Ok(code) => {
            print!("{code}");
            true
        }
        Err(diagnostics) => {
            report::diagnostics(&diagnostics);
            false
        }
    }
}

/// The code of a service or of one operation of it.
pub fn expand(dir: &Path, operation: Option<&str>) -> Result<String, Vec<Diagnostic>> {
    let loaded = specs::load(dir);
    if report::has_errors(&loaded.diagnostics) {
        return Err(loaded.diagnostics);
    }
    let Some(service) = loaded.service else { return Err(loaded.diagnostics) };
    // Specs elsewhere belong to a crate that we do not know.
    let own = dir.parent().is_some_and(snapshots::kept_for);
    generate(&service, operation, own.then(|| of_the_sdk(&service)))
}

/// Formats what the macro gives for a service of the SDK, or for one operation of it.
pub fn code(service: &Service, operation: Option<&str>) -> Result<String, Vec<Diagnostic>> {
    generate(service, operation, Some(of_the_sdk(service)))
}

/// How users of the SDK get at a service.
fn of_the_sdk(service: &Service) -> ExampleRoot {
    ExampleRoot { client: "huaweicloud::Client".into(), accessor: service.name.clone() }
}

fn generate(
    service: &Service,
    operation: Option<&str>,
    example_root: Option<ExampleRoot>,
) -> Result<String, Vec<Diagnostic>> {
    if let Some(name) = operation
        && !service.operations.iter().any(|spec| spec.operation.name == name)
    {
        let names: Vec<&str> = service.operations.iter().map(|spec| spec.operation.name.as_str()).collect();
        let message = format!("there is no operation `{name}`; there are {}", names.join(", "));
        return Err(vec![Diagnostic::new(&codes::INPUT_MISSING, Place::file(service.name.as_str()), message)]);
    }
    let operation = operation.map(str::to_string);
    generated(service, &Options { example_root, operation, ..Options::default() })
}

/// The code of a service, formatted; or what stands in its way.
pub fn generated(service: &Service, options: &Options) -> Result<String, Vec<Diagnostic>> {
    let (tokens, diagnostics) = tablature_codegen::generate(service, options);
    if report::has_errors(&diagnostics) {
        return Err(diagnostics);
    }
    format(tokens).map_err(|error| {
        vec![Diagnostic::new(
            &codes::GENERATE_UNSUPPORTED,
            Place::file(service.name.as_str()),
            format!("the generated code does not parse: {error}"),
        )]
    })
}

/// Formats tokens as a file.
pub fn format(tokens: proc_macro2::TokenStream) -> Result<String, String> {
    let file: syn::File = syn::parse2(tokens).map_err(|error| error.to_string())?;
    Ok(prettyplease::unparse(&file))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_the_sdk_has_the_clients_of_the_sdk() {
        let own = specs::root().join("specs/dgc");
        let code = expand(&own, Some("stop_job")).unwrap();
        assert!(code.contains("example(client: huaweicloud::Client)"), "{code}");
        let folder = tempfile::tempdir().unwrap();
        for file in fs::read_dir(&own).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
        let code = expand(folder.path(), Some("stop_job")).unwrap();
        assert!(!code.contains("huaweicloud::") && code.contains("/// client.stop_job("), "{code}");
    }
}
