//! Every example of every spec, called through the typed client against a server that expects what the page documents.
//!
//! A spec that is added to an index is tested without a line here. A service needs its glue in the list below.
#![allow(clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Failed, Trial};
use tablature_spec::check::Expect;
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

/// What became of the examples of a service.
#[derive(Default)]
struct Tally {
    examples: usize,
    passed: AtomicUsize,
    /// Contradictory examples by code, those with several codes under each of them.
    contradictions: BTreeMap<&'static str, usize>,
    contradictory: usize,
    /// Contradictory ones that behaved as such.
    confirmed: AtomicUsize,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut tallies: Vec<(&'static str, Arc<Tally>)> = Vec::new();
    for (name, folder, glue) in services() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let loaded = load::service(name, |file| std::fs::read(dir.join(file)).map_err(|error| error.to_string()));
        assert!(loaded.diagnostics.is_empty(), "the specs of {name} have problems: {:?}", loaded.diagnostics);
        let service = loaded.service.expect("a service without problems");
        let mut tally = Tally {
            examples: service.operations.iter().map(|spec| spec.operation.examples.len()).sum(),
            ..Tally::default()
        };
        let cases: Vec<_> = service.operations.iter().flat_map(contract::cases).collect();
        assert_eq!(cases.len(), tally.examples, "every example of {name} is a case");
        for case in &cases {
            if let Expect::Contradiction(codes) = &case.expect {
                tally.contradictory += 1;
                codes.iter().for_each(|code| *tally.contradictions.entry(code.id).or_default() += 1);
            }
        }
        let tally = Arc::new(tally);
        tallies.push((name, Arc::clone(&tally)));
        for case in cases {
            let tally = Arc::clone(&tally);
            let kind = match &case.expect {
                Expect::Pass => String::new(),
                Expect::Contradiction(codes) => codes.iter().map(|code| code.id).collect::<Vec<_>>().join(" "),
            };
            let trial = Trial::test(format!("{name}::{}", case.name), move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                runtime.block_on(contract::run(&case, glue)).map_err(Failed::from)?;
                let count = if case.expect == Expect::Pass { &tally.passed } else { &tally.confirmed };
                count.fetch_add(1, Ordering::Relaxed);
                Ok(())
            });
            trials.push(trial.with_kind(kind));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    println!("service  examples  passed  contradict their page (by code of `check`)");
    for (name, tally) in tallies {
        let codes: Vec<String> = tally.contradictions.iter().map(|(code, count)| format!("{code} {count}")).collect();
        let (passed, confirmed) = (tally.passed.load(Ordering::Relaxed), tally.confirmed.load(Ordering::Relaxed));
        println!("{name}  {}  {passed}  {confirmed} of {}: {}", tally.examples, tally.contradictory, codes.join(", "));
    }
    conclusion.exit_code()
}
