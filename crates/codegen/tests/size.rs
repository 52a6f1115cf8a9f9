//! A service of many operations: more than linear time would not end.
#![allow(clippy::expect_used)] // Helpers of tests fail as tests do.

use tablature_codegen::Options;
use tablature_spec::load;

fn spec(name: &str) -> String {
    let rows: String = (0..10)
        .map(|row| {
            format!(
                "  {{ name = \"field_{row}\", type = \"String\", mandatory = true, max_length = \"64\", values = [\"a\", \"b\"] }},\n"
            )
        })
        .collect();
    let table = |id: &str, role: &str| format!("\n[[table]]\nid = \"{id}\"\nrole = \"{role}\"\nrows = [\n{rows}]\n");
    let body = r#"{"field_0": "a", "field_1": 1, "field_2": null}"#;
    format!(
        "name = \"{name}\"\nmethod = \"POST\"\npath = \"/v1/{name}\"\n{}{}{}\n[[example]]\nkind = \"request\"\nbody = '{body}'\n",
        table("query", "query"),
        table("body", "body"),
        table("response", "response"),
    )
}

fn generate(operations: usize) {
    let names: Vec<String> = (0..operations).map(|index| format!("operation_{index}")).collect();
    let loaded = load::service("specs/big", |file| {
        let name = file.trim_end_matches(".toml");
        Ok(if name == "service" { format!("name = \"big\"\noperations = {names:?}\n") } else { spec(name) }
            .into_bytes())
    });
    assert_eq!(loaded.diagnostics, []);
    let service = loaded.service.expect("a service");
    let (tokens, diagnostics) = tablature_codegen::generate(&service, &Options::default());
    assert_eq!(diagnostics, []);
    assert!(!tokens.is_empty());
}

#[test]
fn a_thousand_operations() {
    generate(1_000);
}
