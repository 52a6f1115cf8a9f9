//! To whom a call belongs: its project and account, asked of the credentials where nobody stated them.

use tokio::runtime::Handle;

use crate::call::Parts;
use crate::error::{Error, Missing};
use crate::operation::Location;
use crate::path::{self, Piece};

const PROJECT_ID: &str = "project_id";
const DOMAIN_ID: &str = "domain_id";

impl Parts {
    /// Fills in the ids of the path that the credentials know; called before anything else, and without them nothing happens.
    pub(crate) async fn look_up_ids(&mut self) -> Result<(), Error> {
        let wanted = self.wanted_ids();
        if wanted.is_empty() {
            return Ok(());
        }
        let timeout = self.timeout.unwrap_or(self.client.timeout());
        // In a box, because few calls look up anything and each call would carry the space for it.
        let found = Box::pin(self.look_up(&wanted));
        // Without a runtime nobody can measure time.
        let found = if Handle::try_current().is_err() {
            found.await?
        } else {
            let problem = "the identity service did not tell the project or account of the call in its time; set them on the builder";
            let late = |_| Error::credentials_timeout(problem, timeout);
            tokio::time::timeout(timeout, found).await.map_err(late)??
        };
        for (name, id) in found {
            self.set_path(name, id);
        }
        Ok(())
    }

    /// The ids of the path that nobody stated, if all else that the call needs is there: another call is not worth asking for.
    fn wanted_ids(&self) -> Vec<&'static str> {
        let absent = |name: &str| self.path_value(name).is_none() && self.is_placeholder(name);
        let wanted: Vec<&'static str> = [PROJECT_ID, DOMAIN_ID].into_iter().filter(|name| absent(name)).collect();
        let other = |missing: &Missing| missing.location != Location::Path || !wanted.contains(&missing.name.as_str());
        if wanted.is_empty() || self.client.credentials().is_none() || self.all_missing().iter().any(other) {
            return Vec::new();
        }
        wanted
    }

    async fn look_up(&self, wanted: &[&'static str]) -> Result<Vec<(&'static str, String)>, Error> {
        let Some(credentials) = self.client.credentials() else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for name in wanted {
            let id = if *name == PROJECT_ID { credentials.project_id().await } else { credentials.domain_id().await };
            found.extend(id.map_err(Error::from_credentials)?.map(|id| (*name, id)));
        }
        Ok(found)
    }

    /// The project that the call belongs to, or the account if it belongs to no project.
    pub(crate) fn owner(&self) -> (Option<String>, Option<String>) {
        let project = self.path_value(PROJECT_ID);
        let domain = self.path_value(DOMAIN_ID);
        let (project, domain) = match domain {
            Some(_) if self.is_placeholder(PROJECT_ID) => (project, None),
            Some(_) => (None, domain),
            None => (project, None),
        };
        (project.map(str::to_owned), domain.map(str::to_owned))
    }

    fn is_placeholder(&self, name: &str) -> bool {
        path::pieces(self.operation.path).any(|piece| piece == Piece::Placeholder(name))
    }
}
