//! Every example of every spec, called through the typed client against a server that expects what the page documents.
//!
//! A spec that is added to an index is tested without a line here. A service needs its glue in the list below.
#![allow(clippy::expect_used)]

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use tablature_spec::load;
use tablature_tests::contract::{self, Glue};

macro_rules! services {
    ($($feature:literal $name:ident $folder:literal)*) => {
        $(
            #[cfg(feature = $feature)]
            mod $name {
                tablature_macros::contract!($folder, client = huaweicloud::$name::Client);

                /// The glue as the harness calls it.
                pub(crate) fn glue() -> tablature_tests::contract::Glue {
                    |client, operation, input| call(&huaweicloud::$name::Client::new(client), operation, input)
                }
            }
        )*

        fn services() -> Vec<(&'static str, &'static str, Glue)> {
            vec![$(#[cfg(feature = $feature)] (stringify!($name), $folder, $name::glue())),*]
        }
    };
}

services! {
    "cdm" cdm "../specs/cdm"
    "dgc" dgc "../specs/dgc"
    "dis" dis "../specs/dis"
    "dlf" dlf "../specs/dlf"
    "ecs" ecs "../specs/ecs"
    "iam" iam "../specs/iam"
    "ims" ims "../specs/ims"
    "modelarts" modelarts "../specs/modelarts"
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    println!("service  examples  checked  contradicted");
    for (name, folder, glue) in services() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let loaded = load::service(name, |file| std::fs::read(dir.join(file)).map_err(|error| error.to_string()));
        assert!(loaded.diagnostics.is_empty(), "the specs of {name} have problems: {:?}", loaded.diagnostics);
        let service = loaded.service.expect("a service without problems");
        let examples: usize = service.operations.iter().map(|spec| spec.operation.examples.len()).sum();
        let cases: Vec<_> = service.operations.iter().flat_map(contract::cases).collect();
        assert_eq!(cases.len(), examples, "every example of {name} is a case");
        let contradicted = cases.iter().filter(|case| case.contradiction.is_some()).count();
        println!("{name}  {examples}  {}  {contradicted}", examples - contradicted);
        for case in cases {
            let title = format!("{name}::{}", case.name);
            let contradiction = case.contradiction;
            let trial = Trial::test(title, move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(contract::run(&case, glue)).map_err(Failed::from)
            });
            trials.push(match contradiction {
                // The page contradicts itself, `check` says so under this code, and nobody can tell which side the service is on.
                Some(code) => trial.with_kind(code).with_ignored_flag(true),
                None => trial,
            });
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
