//! What is done with a page, whatever its format.

use tablature_extract::{Context, Outcome};
use tablature_pages::model::Format;
use tablature_spec::read::SpecFile;
use tablature_spec::{check, merge, read, write};

/// Reads a page and extracts it; a spec that comes of it must be written and read back without loss.
pub fn run(bytes: &[u8], format: Format) {
    let (page, _) = tablature_pages::read("page", bytes, Some(format));
    let Some(page) = page else { return };
    let context = Context { source: "fuzz", file: "page", digest: "0", keep_descriptions: bytes.len() % 2 == 0, library: None };
    let Outcome::Operations(operations) = tablature_extract::extract(&page, &context).outcome else { return };
    for operation in merge::merge(vec![operations.clone(), operations]) {
        let text = write::operation(&operation);
        let (again, _) = read::operation("spec.toml", &text);
        assert_eq!(again.operation, operation, "{text}");
        check::check(&SpecFile::unplaced("spec.toml", operation));
    }
}
