//! What a provider knows of the client that uses it.

use std::fmt;
use std::sync::Arc;

use crate::transport::Transport;

/// What a provider knows of the client that uses it: how to send requests of its own, and where.
#[derive(Clone)]
pub struct ProviderContext {
    transport: Arc<dyn Transport>,
    region: Option<String>,
    project_id: Option<String>,
    iam_endpoint: Option<String>,
}

impl ProviderContext {
    /// A context with a transport and nothing else.
    pub fn new(transport: Arc<dyn Transport>) -> ProviderContext {
        ProviderContext { transport, region: None, project_id: None, iam_endpoint: None }
    }

    /// Sets the region of the client.
    #[must_use]
    pub fn with_region(mut self, region: Option<String>) -> ProviderContext {
        self.region = region;
        self
    }

    /// Sets the project of the client.
    #[must_use]
    pub fn with_project_id(mut self, project_id: Option<String>) -> ProviderContext {
        self.project_id = project_id;
        self
    }

    /// Sets the base URL of IAM, where it does not follow from the region.
    #[must_use]
    pub fn with_iam_endpoint(mut self, url: Option<String>) -> ProviderContext {
        self.iam_endpoint = url;
        self
    }

    /// What sends requests.
    pub fn transport(&self) -> &dyn Transport {
        self.transport.as_ref()
    }

    /// The region of the client.
    pub fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    /// The project of the client.
    pub fn project_id(&self) -> Option<&str> {
        self.project_id.as_deref()
    }

    /// The base URL of IAM that the client was given.
    pub fn iam_endpoint(&self) -> Option<&str> {
        self.iam_endpoint.as_deref()
    }
}

impl fmt::Debug for ProviderContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderContext")
            .field("region", &self.region)
            .field("project_id", &self.project_id)
            .field("iam_endpoint", &self.iam_endpoint)
            .finish_non_exhaustive()
    }
}
