//! The way through a list: which request comes next, and where the end is.

use std::collections::HashSet;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::found::Found;
use super::{Paging, Slot, Step};
use crate::call::{Call, Parts};
use crate::error::Error;
use crate::operation::{Location, Operation};
use crate::response::Reply;
use crate::transport::BoxFuture;

/// How many pages are asked for unless the caller says otherwise.
const MAX_PAGES: u32 = 10_000;

/// The requests of a list, one after the other, each when it is asked for.
pub(crate) struct Walk {
    operation: &'static Operation,
    paging: &'static Paging,
    /// The next request; none at the end.
    parts: Option<Parts>,
    pending: Option<BoxFuture<'static, Result<Reply, Error>>>,
    /// What went wrong after the last page.
    failed: Option<Error>,
    /// The number of the next item or page.
    position: i64,
    /// How many items came, if the list is followed from its start.
    seen: Option<i64>,
    /// Markers that were sent.
    markers: HashSet<String>,
    /// Pages that came.
    digests: HashSet<u64>,
    pages: u32,
    max_pages: u32,
}

impl Walk {
    /// Starts where the call says. `None` if nobody knows how the operation gives its list.
    pub(crate) fn new(call: Call) -> Option<Walk> {
        let mut parts = call.into_parts();
        let operation = parts.operation;
        let paging = operation.paging.as_ref()?;
        let given = parts.value(&paging.parameter);
        let mut position = given.as_deref().and_then(|text| text.trim().parse().ok());
        let mut markers = HashSet::new();
        let from_start = match paging.step {
            Step::Offset { .. } => true,
            Step::Page { first } => {
                if given.is_none() {
                    parts.set_number(&paging.parameter, first);
                }
                if let Some((size, items)) = &paging.size
                    && parts.value(size).is_none()
                {
                    parts.set_number(size, *items);
                }
                position = position.or(Some(first));
                position == Some(first)
            }
            Step::Marker(_) => {
                markers.extend(given.clone());
                given.is_none()
            }
        };
        let position = position.unwrap_or(0);
        // An offset says how many items come before it.
        let before = if matches!(paging.step, Step::Offset { .. }) { position } else { 0 };
        Some(Walk {
            operation,
            paging,
            parts: Some(parts),
            pending: None,
            failed: None,
            position,
            seen: from_start.then_some(before),
            markers,
            digests: HashSet::new(),
            pages: 0,
            max_pages: MAX_PAGES,
        })
    }

    pub(crate) fn set_max_pages(&mut self, pages: u32) {
        self.max_pages = pages;
    }

    /// The next answer, which [`Walk::advance`] must be told of; nothing at the end.
    pub(crate) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Reply, Error>>> {
        if let Some(error) = self.failed.take() {
            self.parts = None;
            return Poll::Ready(Some(Err(error)));
        }
        let pending = match &mut self.pending {
            Some(pending) => pending,
            None => {
                let Some(parts) = &self.parts else { return Poll::Ready(None) };
                if self.pages >= self.max_pages {
                    let error = self.problem(format!(
                        "the list has more than {} pages; raise the number with with_max_pages(..) if this is meant",
                        self.max_pages
                    ));
                    self.parts = None;
                    return Poll::Ready(Some(Err(error)));
                }
                self.pages += 1;
                self.pending.insert(Call::from_parts(parts.clone()).execute())
            }
        };
        let result = ready!(pending.as_mut().poll(context));
        self.pending = None;
        if result.is_err() {
            self.end();
        }
        Poll::Ready(Some(result))
    }

    /// No request follows.
    pub(crate) fn end(&mut self) {
        self.parts = None;
    }

    /// Finds out from a page what comes after it. What goes wrong there is told after the page, which is as good as any.
    ///
    /// # Errors
    /// When the page came before: nobody should work on its items twice.
    pub(crate) fn advance(&mut self, reply: &Reply) -> Result<(), Error> {
        let found = match reply.json() {
            Ok(Some(json)) => Found::read(json, self.paging),
            // No body, no items.
            _ => Found::default(),
        };
        if found.count > 0 && !self.digests.insert(found.digest) {
            self.end();
            return Err(self.problem(format!(
                "the service gave the same items twice, so it does not go on by `{}`",
                self.paging.parameter.name
            )));
        }
        match self.next(found) {
            Ok(true) => {}
            Ok(false) => self.end(),
            Err(problem) => self.failed = Some(self.problem(problem)),
        }
        Ok(())
    }

    /// Whether there is a next request, which is prepared then.
    fn next(&mut self, found: Found) -> Result<bool, String> {
        self.seen = self.seen.map(|seen| seen.saturating_add(found.count));
        let short = match (found.total, self.seen) {
            (Some(total), Some(seen)) if seen < total => Some(format!("after {seen} of {total} items")),
            _ => None,
        };
        let all = found.total.is_some() && self.seen.is_some() && short.is_none();
        if found.more == Some(false) {
            return Ok(false);
        }
        let more = found.more == Some(true);
        match self.paging.step {
            Step::Offset { .. } | Step::Page { .. } if all && !more => return Ok(false),
            Step::Offset { stated } if found.count == 0 => match short {
                Some(short) if !stated => {
                    return Err(format!(
                        "the list ended {short}: `{}` may count pages, which no page of the documentation says",
                        self.paging.parameter.name
                    ));
                }
                _ => return Ok(false),
            },
            Step::Offset { .. } => self.go_to(self.position.checked_add(found.count))?,
            Step::Page { .. } if found.count == 0 => return Ok(false),
            Step::Page { .. } => self.go_to(self.position.checked_add(1))?,
            Step::Marker(super::Next::Item(_)) if found.count == 0 && more => {
                return Err("the service says that there is more, and gave no item behind which to go on".to_owned());
            }
            Step::Marker(super::Next::Item(_)) if found.count == 0 || (all && !more) => return Ok(false),
            Step::Marker(next) => match (found.next, next) {
                (Some(marker), _) => self.go_after(marker)?,
                (None, super::Next::Item(field)) => {
                    return Err(format!("the last item has no `{field}`, behind which the list would go on"));
                }
                (None, _) if more => return Err("the service says that there is more, and not where".to_owned()),
                (None, _) => return Ok(false),
            },
        }
        Ok(true)
    }

    fn go_to(&mut self, position: Option<i64>) -> Result<(), String> {
        let Some(position) = position else { return Err("the list does not end".to_owned()) };
        self.position = position;
        if let Some(parts) = &mut self.parts {
            parts.set_number(&self.paging.parameter, position);
        }
        Ok(())
    }

    fn go_after(&mut self, marker: String) -> Result<(), String> {
        if !self.markers.insert(marker.clone()) {
            return Err(format!("the service gave the marker {marker:?} twice, so the list would not end"));
        }
        if let Some(parts) = &mut self.parts {
            parts.set_text(&self.paging.parameter, marker);
        }
        Ok(())
    }

    fn problem(&self, problem: String) -> Error {
        Error::paging(problem).of(self.operation)
    }
}

impl Parts {
    /// What a parameter was set to.
    fn value(&self, slot: &Slot) -> Option<String> {
        match slot.location {
            Location::Body => self.body.text(slot.name),
            _ => self.query.iter().find(|(name, _)| *name == slot.name).map(|(_, value)| value.clone()),
        }
    }

    fn set_number(&mut self, slot: &Slot, number: i64) {
        match slot.location {
            Location::Body if !slot.text => self.body.set_field(slot.name, Arc::new(number)),
            _ => self.set_text(slot, number.to_string()),
        }
    }

    fn set_text(&mut self, slot: &Slot, text: String) {
        match slot.location {
            Location::Body => self.body.set_field(slot.name, Arc::new(text)),
            _ => {
                self.query.retain(|(name, _)| *name != slot.name);
                self.query.push((slot.name, text));
            }
        }
    }
}
