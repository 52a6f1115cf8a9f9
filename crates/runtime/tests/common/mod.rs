//! A service that answers from memory, and a client that talks to it.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test file uses a part")]

use std::sync::{Arc, Mutex};

use tablature_runtime::{
    BoxFuture, Client, ClientBuilder, Credentials, Host, HttpRequest, HttpResponse, Location, Operation, Service,
    Transport, TransportError,
};

pub const TOKEN: &str = "gAAAAAB-very-secret-token";

pub static DGC: Service =
    Service { name: "dgc", hosts: &[Host { template: "dgc.{region}.example.com", regions: &[] }] };

pub const STOP_JOB: Operation = Operation::new(
    &DGC,
    "stop_job",
    "POST",
    "/v1/{project_id}/jobs/{job_name}/stop",
    &["https://docs.example.com/dgc/stop_job.html"],
);

pub static STOP: Operation = STOP_JOB;
pub static EMPTY: Operation = Operation { name: "empty", empty: true, ..STOP_JOB };
pub static LIST: Operation = Operation {
    name: "list_jobs",
    method: "GET",
    path: "/v1/{project_id}/jobs",
    query: &[("action_id", "list"), ("x", "a b")],
    required: &[(Location::Query, "limit"), (Location::Header, "workspace")],
    ..STOP_JOB
};

/// Gives one answer to every request and keeps the requests.
#[derive(Clone)]
pub struct Fake {
    pub seen: Arc<Mutex<Vec<HttpRequest>>>,
    answer: Arc<dyn Fn() -> Result<HttpResponse, TransportError> + Send + Sync>,
}

impl Fake {
    pub fn new(answer: impl Fn() -> Result<HttpResponse, TransportError> + Send + Sync + 'static) -> Fake {
        Fake { seen: Arc::default(), answer: Arc::new(answer) }
    }

    pub fn json(status: u16, body: &'static str) -> Fake {
        Fake::new(move || Ok(HttpResponse::new(status).with_header("X-Request-Id", "req-1").with_body(body)))
    }

    pub fn builder(&self) -> ClientBuilder {
        Client::builder()
            .region("eu-de")
            .project_id("p-1")
            .credentials(Credentials::token(TOKEN))
            .transport(self.clone())
    }

    pub fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub fn requests(&self) -> Vec<HttpRequest> {
        self.seen.lock().unwrap().clone()
    }
}

impl Transport for Fake {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        self.seen.lock().unwrap().push(request);
        let answer = (self.answer)();
        Box::pin(async { answer })
    }
}
