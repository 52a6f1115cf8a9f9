//! Any bytes as a page of this format: read, extracted, written as specs and read back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tablature_pages::model::Format;

#[path = "page.rs"]
mod page;

fuzz_target!(|bytes: &[u8]| page::run(bytes, Format::Rst));
