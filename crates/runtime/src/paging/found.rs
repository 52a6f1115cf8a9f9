//! What an answer says about a list: how many items came, whether there are more, and where to go on.

use std::hash::{DefaultHasher, Hash, Hasher};

use url::{Url, form_urlencoded};

use super::{Next, Paging, Step};
use crate::lookup;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// How many items came.
    pub count: i64,
    /// Tells pages with other items apart.
    pub digest: u64,
    /// How many there are.
    pub total: Option<i64>,
    /// Whether there are more.
    pub more: Option<bool>,
    /// The marker of the next piece.
    pub next: Option<String>,
}

impl Found {
    /// Reads the body of a success.
    pub(super) fn read(json: &str, paging: &Paging) -> Found {
        // One pass over a body that may be long; what is looked for below is short.
        let members = lookup::members(json);
        let at = |path: &[&str]| {
            let (first, rest) = path.split_first()?;
            let (_, value) = members.iter().rev().find(|(name, _)| name == first)?;
            lookup::at(value, rest)
        };
        let list = if paging.items.is_empty() { Some(json) } else { at(paging.items) };
        let items = list.map(lookup::items).unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        items.hash(&mut hasher);
        let next = match paging.step {
            Step::Offset { .. } | Step::Page { .. } => None,
            Step::Marker(next) => match next {
                Next::Field(path) => at(path).and_then(lookup::text),
                Next::Link(path) => at(path).and_then(lookup::text).and_then(|url| parameter(&url, paging)),
                Next::Links(path) => at(path).and_then(next_link).and_then(|url| parameter(&url, paging)),
                Next::Item(field) => items.last().and_then(|item| lookup::member(item, field)).and_then(lookup::text),
            },
        };
        Found {
            count: i64::try_from(items.len()).unwrap_or(i64::MAX),
            digest: hasher.finish(),
            total: paging.total.and_then(at).and_then(lookup::integer),
            more: paging.more.and_then(at).and_then(lookup::boolean),
            next,
        }
    }
}

/// The link with `"rel": "next"`.
fn next_link(json: &str) -> Option<String> {
    let is_next = |link: &&str| {
        let rel = lookup::member(link, "rel").and_then(lookup::text);
        rel.is_some_and(|rel| rel.eq_ignore_ascii_case("next"))
    };
    let link = lookup::items(json).into_iter().find(is_next)?;
    lookup::member(link, "href").and_then(lookup::text)
}

/// The value of the marker in the query of a link, which may be a path only.
fn parameter(link: &str, paging: &Paging) -> Option<String> {
    let url = Url::parse(link).ok();
    let query = match &url {
        Some(url) => url.query()?,
        None => link.split_once('?')?.1.split('#').next()?,
    };
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == paging.parameter.name);
    found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::Location::Query;

    #[track_caller]
    fn next(next: Next, json: &str, expected: Option<&str>) {
        let paging = Paging::marker(Query, "marker", next).items(&["items"]);
        assert_eq!(Found::read(json, &paging).next.as_deref(), expected, "{json}");
    }

    #[test]
    fn markers() {
        let field = Next::Field(&["page_info", "next_marker"]);
        next(field, r#"{"items": [], "page_info": {"next_marker": "m"}}"#, Some("m"));
        next(field, r#"{"page_info": {"next_marker": 12}}"#, Some("12"));
        for end in [r#"{"page_info": {"next_marker": null}}"#, r#"{"page_info": {"next_marker": ""}}"#, "{}", "[]"] {
            next(field, end, None);
        }
        let link = Next::Link(&["next"]);
        next(link, r#"{"next": "/v2/images?limit=2&marker=a%20b%26"}"#, Some("a b&"));
        next(link, r#"{"next": "https://h.example.com/v2/images?marker=m#x"}"#, Some("m"));
        for end in [r#"{"next": "/v2/images?limit=2"}"#, r#"{"next": "/v2/images"}"#, r#"{"next": null}"#] {
            next(link, end, None);
        }
        let links = Next::Links(&["links"]);
        let json = r#"{"links": [{"rel": "self", "href": "/?marker=no"}, {"rel": "next", "href": "/?marker=m"}]}"#;
        next(links, json, Some("m"));
        next(links, r#"{"links": []}"#, None);
        next(Next::Item("id"), r#"{"items": [{"id": "a"}, {"id": "b"}]}"#, Some("b"));
        next(Next::Item("id"), r#"{"items": [{"id": "a"}, {}]}"#, None);
    }

    #[test]
    fn counts() {
        let paging = Paging::offset(Query, "offset", true).items(&["items"]).total(&["total"]).more(&["has_more"]);
        let found = Found::read(r#"{"total": "5", "items": [1, 2], "has_more": "true"}"#, &paging);
        assert_eq!((found.count, found.total, found.more), (2, Some(5), Some(true)));
        let other = Found::read(r#"{"items": [1, 3], "total": 6}"#, &paging);
        assert_eq!((other.count, other.total, other.more), (2, Some(6), None));
        assert_ne!(found.digest, other.digest);
        assert_eq!(found.digest, Found::read(r#"{"items": [1,2], "id": 7}"#, &paging).digest);
        let root = Paging::page(Query, "page", 1);
        assert_eq!(Found::read("[{}, {}, {}]", &root).count, 3);
    }
}
