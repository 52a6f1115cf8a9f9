//! Whether a page documents an operation at all.

use tablature_pages::model::Page;

use crate::request_line::Found;
use crate::sections::Placed;
use crate::vocabulary::{SectionRole, squeeze, vocabulary};

/// What a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The page of an operation.
    Endpoint,
    /// Something else, for the reason given.
    Other(String),
    /// The page of an operation without a request line.
    Lineless,
}

/// Classifies a page.
pub fn classify(page: &Page, pieces: &[Placed<'_>], found: &Found) -> Kind {
    let words = vocabulary();
    let title = squeeze(&page.title.plain());
    let headings: Vec<String> = page.sections.iter().map(|section| squeeze(&section.heading.plain())).collect();
    let tutorial = words.tutorial_titles.contains(&title)
        || headings.iter().any(|heading| words.tutorial_headings.contains(heading) && heading.len() > 15)
        || headings.iter().filter(|heading| words.tutorial_headings.contains(heading)).count() >= 2;
    if tutorial {
        return Kind::Other("the page explains how to call an API and documents none".to_string());
    }
    let has = |role: SectionRole| page.sections.iter().any(|section| words.section(&section.heading.plain()) == role);
    let uri = has(SectionRole::Uri);
    let exchange = has(SectionRole::Request)
        || has(SectionRole::Response)
        || has(SectionRole::ExampleRequest)
        || has(SectionRole::ExampleResponse);
    if found.primary.is_some() {
        if uri || exchange {
            return Kind::Endpoint;
        }
        return Kind::Other("the page mentions a request line and has no section that documents it".to_string());
    }
    if uri && exchange {
        return Kind::Lineless;
    }
    if pieces.is_empty() {
        return Kind::Other("the page holds nothing but its title".to_string());
    }
    Kind::Other("the page has no request line".to_string())
}
