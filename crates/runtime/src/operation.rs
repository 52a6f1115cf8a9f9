//! What generated code states about a service and its operations: constants, nothing else.

use crate::paging::Paging;
use crate::waiting::{Polling, States};

/// A service and the hosts that serve it.
#[derive(Debug)]
pub struct Service {
    /// The short name, as in the SDK's module (`dgc`), which `ClientBuilder::service_endpoint` takes too.
    pub name: &'static str,
    /// The hosts that the service's pages name; empty if they name none.
    pub hosts: &'static [Host],
}

/// A host that serves some regions of a cloud.
#[derive(Debug)]
pub struct Host {
    /// The host name, with `{region}` where the region stands: `dgc.{region}.example.com`.
    pub template: &'static str,
    /// The regions that only this host serves; empty for the host that serves every other region.
    pub regions: &'static [&'static str],
}

impl Service {
    /// An operation of the service, of which more is said by the functions of [`Operation`].
    pub const fn operation(&'static self, name: &'static str) -> Operation {
        Operation::new(self, name, "GET", "/", &[])
    }
}

/// One operation: all that the runtime must know to send it and to name it in an error.
///
/// More fields may come; write `..Operation::new(..)` for those that you do not mean.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The service that the operation belongs to.
    pub service: &'static Service,
    /// The name of the operation, as in the generated client (`stop_job`).
    pub name: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path with a `{name}` for each parameter: `/v1/{project_id}/jobs/{job_name}/stop`.
    pub path: &'static str,
    /// Query values that are part of the operation's identity (`action_id=delete`); sent first, in this order.
    pub query: &'static [(&'static str, &'static str)],
    /// The query and header parameters, and the top-level fields or parts of the body, without which nothing is sent.
    pub required: &'static [(Location, &'static str)],
    /// The media type of the body; `None` is JSON, or whatever fits what the body is set to.
    pub media_type: Option<&'static str>,
    /// Whether the body is an object with a setter for each field. Then `{}` is sent if none is set, but for methods that mostly have no
    /// body: GET, HEAD, DELETE and OPTIONS.
    pub body: bool,
    /// Whether the pages document that a success has no body; a body that comes all the same is then ignored.
    pub empty: bool,
    /// The pages that document the operation, named in decode errors.
    pub pages: &'static [&'static str],
    /// How the operation gives a list piece by piece.
    pub paging: Option<Paging>,
    /// How to ask how far the work that the operation starts has come.
    pub polling: Option<Polling>,
    /// What the status in the operation's response means.
    pub states: Option<States>,
}

impl Operation {
    /// An operation without fixed query values, without mandatory parameters, and with a response that has a body.
    pub const fn new(
        service: &'static Service,
        name: &'static str,
        method: &'static str,
        path: &'static str,
        pages: &'static [&'static str],
    ) -> Operation {
        Operation {
            service,
            name,
            method,
            path,
            query: &[],
            required: &[],
            media_type: None,
            body: false,
            empty: false,
            pages,
            paging: None,
            polling: None,
            states: None,
        }
    }

    /// Sets method and path.
    #[must_use]
    pub const fn at(mut self, method: &'static str, path: &'static str) -> Operation {
        self.method = method;
        self.path = path;
        self
    }

    /// Sets the query values that belong to the operation's identity.
    #[must_use]
    pub const fn query(mut self, query: &'static [(&'static str, &'static str)]) -> Operation {
        self.query = query;
        self
    }

    /// Sets what must be given besides the path.
    #[must_use]
    pub const fn required(mut self, required: &'static [(Location, &'static str)]) -> Operation {
        self.required = required;
        self
    }

    /// Says that the body is an object with a setter for each field, and that there always is one.
    #[must_use]
    pub const fn object(mut self) -> Operation {
        self.body = true;
        self
    }

    /// Sets the media type of the body.
    #[must_use]
    pub const fn media_type(mut self, media_type: &'static str) -> Operation {
        self.media_type = Some(media_type);
        self
    }

    /// Says that a success has no body.
    #[must_use]
    pub const fn empty(mut self) -> Operation {
        self.empty = true;
        self
    }

    /// Sets the pages.
    #[must_use]
    pub const fn pages(mut self, pages: &'static [&'static str]) -> Operation {
        self.pages = pages;
        self
    }

    /// Says how the operation gives a list.
    #[must_use]
    pub const fn paging(mut self, paging: Paging) -> Operation {
        self.paging = Some(paging);
        self
    }

    /// Says how to ask how far the work has come.
    #[must_use]
    pub const fn polling(mut self, polling: Polling) -> Operation {
        self.polling = Some(polling);
        self
    }

    /// Says what the status in the response means.
    #[must_use]
    pub const fn states(mut self, states: States) -> Operation {
        self.states = Some(states);
        self
    }
}

/// Where in the request a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Location {
    /// A placeholder of the path.
    Path,
    /// The query string.
    Query,
    /// A request header.
    Header,
    /// The request body.
    Body,
}

impl Location {
    /// The word for this place in messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Location::Path => "path",
            Location::Query => "query",
            Location::Header => "header",
            Location::Body => "body",
        }
    }
}
