//! Work that goes on after its call was answered: how to ask how far it is, and what waits until it is done.

mod polls;
mod waiter;

use crate::operation::Operation;

pub use polls::Started;
pub use waiter::{Finished, Progress, Waiter};

/// How to ask how far the work that an operation starts has come, as generated code states it.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    pub(crate) operation: &'static Operation,
    pub(crate) arguments: &'static [(&'static str, Origin)],
    pub(crate) shared: &'static [&'static str],
}

/// Where the value of a path parameter of the operation to ask stands.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// In this field of the answer to the call that started the work.
    Response(&'static str),
    /// In the path of that call, under this name.
    Path(&'static str),
}

/// What the values of a status mean. Values that are in none of the lists count as progress, because a new one may be anything.
#[derive(Clone, Copy, Debug)]
pub struct States {
    pub(crate) field: &'static str,
    pub(crate) success: &'static [&'static str],
    pub(crate) failure: &'static [&'static str],
    pub(crate) progress: &'static [&'static str],
}

impl Polling {
    /// Asks `operation`, whose path takes `arguments`.
    pub const fn new(operation: &'static Operation, arguments: &'static [(&'static str, Origin)]) -> Polling {
        Polling { operation, arguments, shared: &[] }
    }

    /// Query parameters and headers that both operations have, such as a workspace: what the call that starts the work has is sent with
    /// each question too.
    #[must_use]
    pub const fn sharing(mut self, names: &'static [&'static str]) -> Polling {
        self.shared = names;
        self
    }
}

impl States {
    /// The values of `field` at which the work is done, has failed, and goes on.
    pub const fn new(
        field: &'static str,
        success: &'static [&'static str],
        failure: &'static [&'static str],
        progress: &'static [&'static str],
    ) -> States {
        States { field, success, failure, progress }
    }

    /// What a value means; `None` if no page lists it.
    pub(crate) fn progress(&self, state: &str) -> Option<Progress> {
        let is_in = |states: &[&str]| states.iter().any(|known| known.eq_ignore_ascii_case(state.trim()));
        if is_in(self.success) {
            Some(Progress::Done)
        } else if is_in(self.failure) {
            Some(Progress::Failed)
        } else if is_in(self.progress) {
            Some(Progress::Running)
        } else {
            None
        }
    }
}
