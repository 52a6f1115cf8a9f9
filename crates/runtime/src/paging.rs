//! Lists that come piece by piece: how they are asked for, and streams that follow them to their end.

mod found;
mod stream;
mod walk;

use crate::operation::Location;

pub use stream::{Items, Pages};
pub(crate) use walk::Walk;

/// How an operation gives a long list, as generated code states it:
/// `Paging::page(Location::Query, "page", 1).items(&["jobs"]).total(&["total"])`.
#[derive(Clone, Copy, Debug)]
pub struct Paging {
    pub(crate) step: Step,
    pub(crate) parameter: Slot,
    pub(crate) size: Option<(Slot, i64)>,
    pub(crate) items: &'static [&'static str],
    pub(crate) total: Option<&'static [&'static str]>,
    pub(crate) more: Option<&'static [&'static str]>,
}

/// A parameter by which a list is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) location: Location,
    pub(crate) name: &'static str,
    /// A field of the body that is declared as text though it holds a number.
    pub(crate) text: bool,
}

/// What is asked for next.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    /// What comes after so many items. `stated`: the page says that it counts items.
    Offset { stated: bool },
    /// The page with the next number.
    Page { first: i64 },
    /// What comes after a marker.
    Marker(Next),
}

/// Where the next marker stands in an answer.
#[derive(Clone, Copy, Debug)]
pub enum Next {
    /// In a field; without a value there is no more.
    Field(&'static [&'static str]),
    /// In the query of a link to the next piece; without a link there is no more.
    Link(&'static [&'static str]),
    /// In the query of the link whose `rel` is `next`, in a list of links.
    Links(&'static [&'static str]),
    /// In a field of the last item.
    Item(&'static str),
}

impl Paging {
    const fn new(step: Step, location: Location, name: &'static str) -> Paging {
        let parameter = Slot { location, name, text: false };
        Paging { step, parameter, size: None, items: &[], total: None, more: None }
    }

    /// By the number of the first item, from 0. If no page states that, a list that ends before its total is an error, because then it
    /// may have been the number of the page.
    pub const fn offset(location: Location, name: &'static str, stated: bool) -> Paging {
        Paging::new(Step::Offset { stated }, location, name)
    }

    /// By the number of the page, from `first`.
    pub const fn page(location: Location, name: &'static str, first: i64) -> Paging {
        Paging::new(Step::Page { first }, location, name)
    }

    /// By a marker that an answer holds.
    pub const fn marker(location: Location, name: &'static str, next: Next) -> Paging {
        Paging::new(Step::Marker(next), location, name)
    }

    /// Says that the number is declared as text.
    #[must_use]
    pub const fn as_text(mut self) -> Paging {
        self.parameter.text = true;
        self
    }

    /// How many items a page has if the caller says nothing. It is sent, because what a service takes for granted may differ with and
    /// without the number of a page.
    #[must_use]
    pub const fn size(mut self, location: Location, name: &'static str, items: i64) -> Paging {
        self.size = Some((Slot { location, name, text: self.parameter.text }, items));
        self
    }

    /// The fields that lead to the items; without this the body itself is the list.
    #[must_use]
    pub const fn items(mut self, path: &'static [&'static str]) -> Paging {
        self.items = path;
        self
    }

    /// The fields that lead to the number of all items.
    #[must_use]
    pub const fn total(mut self, path: &'static [&'static str]) -> Paging {
        self.total = Some(path);
        self
    }

    /// The fields that lead to the flag that says that there is more.
    #[must_use]
    pub const fn more(mut self, path: &'static [&'static str]) -> Paging {
        self.more = Some(path);
        self
    }
}
