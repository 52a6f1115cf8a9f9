//! From the links of sentences such as "query the job status with …" to the pages of the operations that they mean.

use std::collections::{BTreeMap, BTreeSet};

use tablature_extract::PollsAt;
use tablature_extract::library::{Library, Place};
use tablature_pages::model::{Page, visit_texts};
use tablature_spec::model::{Operation, Poll};

/// A page with more links is a text and no list of contents.
const MAX_LINKS: usize = 8;

/// The links of a page that is a short list of contents.
pub fn links(page: &Page) -> Vec<String> {
    let mut out = Vec::new();
    for section in &page.sections {
        visit_texts(&section.blocks, &mut |text| out.extend(text.links().map(|(_, link)| link.to_string())));
    }
    out.dedup();
    if out.len() > MAX_LINKS { Vec::new() } else { out }
}

/// Gives the operations of a page the pages that its links lead to. `contents` holds the links of pages without an operation: a chapter of one
/// page stands for that page.
pub fn follow(
    operations: &mut [Operation],
    links: Vec<PollsAt>,
    library: &Library,
    contents: &BTreeMap<String, Vec<String>>,
) {
    for PollsAt { from, link, at } in links {
        let Place::Page(file, _) = library.place(&from, &link) else { continue };
        let page = match contents.get(&file) {
            None => file,
            Some(links) => {
                let pages: BTreeSet<String> = links
                    .iter()
                    .filter_map(|link| match library.place(&file, link) {
                        Place::Page(page, _) if !contents.contains_key(&page) => Some(page),
                        _ => None,
                    })
                    .collect();
                let mut pages = pages.into_iter();
                match (pages.next(), pages.next()) {
                    (Some(page), None) => page,
                    _ => continue,
                }
            }
        };
        for operation in operations.iter_mut() {
            match operation.polls.iter_mut().find(|known| known.page == page) {
                Some(known) => known.at.push(at.clone()),
                None => {
                    operation.polls.push(Poll { operation: String::new(), page: page.clone(), at: vec![at.clone()] })
                }
            }
        }
    }
}
