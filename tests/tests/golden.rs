//! One small service for each hazard: its expansion is snapshotted, and it is compiled here, so that the snapshots cannot drift from what
//! a user gets. The modules are public and every lint of a user's crate is an error, `missing_docs` among them.
#![deny(missing_docs, warnings)]

use std::path::Path;

use tablature_codegen::Options;
use tablature_spec::load;

macro_rules! goldens {
    ($($name:ident $folder:literal)*) => {
        $(
            #[doc = concat!("Generated from ", $folder, ".")]
            pub mod $name {
                tablature_macros::service!($folder);

                /// Glue of the contract tests.
                pub mod glue {
                    tablature_macros::contract!($folder, client = super::Client);
                }

                #[test]
                fn expansion() {
                    crate::snapshot(stringify!($name), $folder);
                }
            }
        )*

        #[test]
        fn every_golden_is_compiled() {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens");
            let mut found: Vec<String> = std::fs::read_dir(root)
                .expect("the folder of the goldens")
                .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
                .collect();
            found.sort();
            let mut listed = vec![$(stringify!($name)),*];
            listed.sort_unstable();
            assert_eq!(found, listed, "add the folder to the list in tests/golden.rs");
        }
    };
}

goldens! {
    plain "goldens/plain"
    keywords "goldens/keywords"
    clashing_names "goldens/clashing_names"
    digit_first "goldens/digit_first"
    case_only "goldens/case_only"
    odd_characters "goldens/odd_characters"
    recursion "goldens/recursion"
    empty_response "goldens/empty_response"
    root_array "goldens/root_array"
    one_name "goldens/one_name"
    reserved_methods "goldens/reserved_methods"
    contested "goldens/contested"
    opaque "goldens/opaque"
    maps "goldens/maps"
    nested_mandatory "goldens/nested_mandatory"
}

#[track_caller]
fn snapshot(name: &str, folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let loaded = load::service(folder, |file| std::fs::read(root.join(file)).map_err(|error| error.to_string()));
    let service = loaded.service.expect("a service");
    let (tokens, mut diagnostics) = tablature_codegen::generate(&service, &Options::default());
    diagnostics.extend(loaded.diagnostics);
    assert_eq!(diagnostics, []);
    let file = syn::parse2(tokens).expect("items");
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("expansion_{name}"), prettyplease::unparse(&file));
    });
}
