//! To whom a call belongs: its project and account, asked of the credentials where nobody stated them.

use tokio::runtime::Handle;

use crate::call::Parts;
use crate::error::Error;
use crate::operation::Location;
use crate::path::{self, Piece};

const PROJECT_ID: &str = "project_id";
const DOMAIN_ID: &str = "domain_id";

impl Parts {
    /// Fills in the ids of the path that the credentials know; called before anything else, and without them nothing happens.
    pub(crate) async fn look_up_ids(&mut self) -> Result<(), Error> {
        let timeout = self.timeout.unwrap_or(self.client.timeout());
        // Without a runtime nobody can measure time.
        if Handle::try_current().is_err() {
            return self.look_up().await;
        }
        match tokio::time::timeout(timeout, self.look_up()).await {
            Ok(result) => result,
            Err(_) => {
                let problem =
                    "the project or account of the call could not be looked up in its time; set them on the builder";
                Err(Error::credentials(problem))
            }
        }
    }

    async fn look_up(&mut self) -> Result<(), Error> {
        let Some(credentials) = self.client.credentials() else { return Ok(()) };
        let absent = |name: &str| self.is_placeholder(name) && self.path_value(name).is_none();
        let wanted: Vec<&'static str> = [PROJECT_ID, DOMAIN_ID].into_iter().filter(|name| absent(name)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        // A call that lacks something else is not worth asking for.
        let others = self.all_missing();
        if others.iter().any(|missing| missing.location != Location::Path || !wanted.contains(&missing.name.as_str())) {
            return Ok(());
        }
        let mut found = Vec::new();
        for name in wanted {
            let id = if name == PROJECT_ID { credentials.project_id().await } else { credentials.domain_id().await };
            found.extend(id.map_err(Error::from_credentials)?.map(|id| (name, id)));
        }
        for (name, id) in found {
            self.set_path(name, id);
        }
        Ok(())
    }

    /// The project that the call belongs to, or the account if it belongs to no project.
    pub(crate) fn owner(&self) -> (Option<String>, Option<String>) {
        let project = self.path_value(PROJECT_ID);
        let domain = self.path_value(DOMAIN_ID);
        let (project, domain) = match self.is_placeholder(PROJECT_ID) {
            true => (project, None),
            false => (project.filter(|_| domain.is_none()), domain),
        };
        (project.map(str::to_owned), domain.map(str::to_owned))
    }

    fn is_placeholder(&self, name: &str) -> bool {
        path::pieces(self.operation.path).contains(&Piece::Placeholder(name))
    }
}
