//! Does what `service!` does, inside of the compiler and unoptimised as it is, and prints how long each step takes.

use std::time::Instant;

use proc_macro::{TokenStream, TokenTree};
use tablature_codegen::Options;
use tablature_spec::load;

/// `measure!("FOLDER" "FOLDER" …)`: prints a line `expansion FOLDER OPERATIONS LOAD GENERATE` for each, in microseconds, five times.
#[proc_macro]
pub fn measure(input: TokenStream) -> TokenStream {
    let folders = input.into_iter().filter(|token| matches!(token, TokenTree::Literal(_)));
    for folder in folders.map(|folder| folder.to_string().trim_matches('"').to_string()) {
        for _ in 0..5 {
            let start = Instant::now();
            let loaded = load::service("specs", |file| std::fs::read(format!("{folder}/{file}")).map_err(|e| e.to_string()));
            let load = start.elapsed();
            let Some(service) = loaded.service else { continue };
            let start = Instant::now();
            let tokens: TokenStream = tablature_codegen::generate(&service, &Options::default()).0.into();
            let generate = start.elapsed();
            drop(tokens);
            let operations = service.operations.len();
            eprintln!("expansion {folder} {operations} {} {}", load.as_micros(), generate.as_micros());
        }
    }
    TokenStream::new()
}
