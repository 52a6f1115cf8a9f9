//! What a service sends and its pages do not know is told to who asks, once and with its place.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use std::sync::{Arc, Mutex};

use common::{Fake, STOP};
use tablature_runtime::{Call, Client, HttpResponse, open_text, response};

/// A state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// It runs.
    On,
    /// A value that the pages do not list.
    Unknown(String),
}
open_text!(State; On = "ON");

/// A job.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Job {
    /// A number.
    pub size: Option<i64>,
    /// A text.
    pub version: Option<String>,
    /// Its state.
    pub state: Option<State>,
    /// Jobs in it.
    pub jobs: Vec<Job>,
}
response!(Job; size, version, state, jobs);

/// What is told of a body, in order, and what is decoded all the same.
async fn told(body: &'static str) -> (Vec<String>, Job) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&told);
    let client = Client::builder()
        .endpoint("https://example.com")
        .project_id("p")
        .without_credentials()
        .transport(Fake::new(move || Ok(HttpResponse::new(200).with_body(body))))
        .on_drift(move |drift| seen.lock().unwrap().push(drift.to_string()))
        .build()
        .unwrap();
    let job: Job = Call::new(&client, &STOP).path("job_name", "j".to_owned()).send().await.unwrap();
    let mut told = told.lock().unwrap().clone();
    told.sort();
    (told, job)
}

#[tokio::test]
async fn drift_is_told_once_with_its_place() {
    assert_eq!(
        told(r#"{"version": 5, "jobs": [{"version": true, "state": "ON"}, {"version": ["x"]}, {"version": {"a": 1}, "state": 7}]}"#).await.0,
        [
            "dgc stop_job: $.jobs[0].version: true or false, where the pages declare text",
            "dgc stop_job: $.jobs[1].version: an array, where the pages declare text",
            "dgc stop_job: $.jobs[2].state: an integer, where the pages declare text",
            "dgc stop_job: $.jobs[2].state: the value \"7\", which no page lists",
            "dgc stop_job: $.jobs[2].version: an object, where the pages declare text",
            "dgc stop_job: $.version: an integer, where the pages declare text",
        ]
    );
    let body = r#"{"size": "1", "version": 1.10, "jobs": [{"state": "OFF", "new": {"deep": 1}}], "state": "ON"}"#;
    let (told, job) = told(body).await;
    assert_eq!((job.size, job.version.as_deref()), (Some(1), Some("1.10")));
    assert_eq!(
        told,
        [
            "dgc stop_job: $.jobs[0].new: a field that no page knows",
            "dgc stop_job: $.jobs[0].state: the value \"OFF\", which no page lists",
            "dgc stop_job: $.size: text, where the pages declare an integer of 64 bits",
            "dgc stop_job: $.version: a number, where the pages declare text",
        ]
    );
}
