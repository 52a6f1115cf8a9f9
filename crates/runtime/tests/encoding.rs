//! What is sent for values of generated types.
#![deny(missing_docs, warnings)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use common::{Fake, STOP_JOB};
use serde_json::{Value, json};
use tablature_runtime::{Call, Location, Operation, Part, both, call, open_text, request};

/// A level.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Level {
    /// The first.
    One,
    /// A value that the pages do not list.
    Unknown(String),
}
open_text!(Level; One = "1");

/// A tag.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Tag {
    /// Its name.
    pub key: Option<String>,
    /// A name that is a keyword.
    pub r#type: Option<Level>,
    /// Several.
    pub values: Option<Vec<f64>>,
    /// Any.
    pub any: Option<Value>,
}
both!(Tag; *key, *r#type, values, any = "any-value");

/// All kinds of fields.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Job {
    /// Mandatory with another name.
    pub id: Option<i64>,
    /// One.
    pub tag: Option<Tag>,
    /// Several.
    pub tags: Option<Vec<Tag>>,
    /// By name.
    pub named: Option<BTreeMap<String, Tag>>,
    /// Itself.
    pub next: Option<Box<Job>>,
    /// A flag.
    pub on: Option<bool>,
}
request!(Job; *id = "job-id", tag, tags, named, next, on);

fn tag(key: &str) -> Tag {
    Tag { key: Some(key.into()), r#type: Some(Level::One), ..Tag::default() }
}

#[test]
fn values() {
    let job = Job {
        id: Some(1),
        tag: Some(Tag { values: Some(vec![1.0, 0.5]), any: Some(json!({"x": null})), ..tag("a\"") }),
        tags: Some(vec![]),
        named: Some(BTreeMap::from([("n.m".to_owned(), Tag::default())])),
        next: Some(Box::new(Job { on: Some(false), ..Job::default() })),
        on: None,
    };
    let expected = r#"{"job-id":1,"tag":{"key":"a\"","type":"1","values":[1.0,0.5],"any-value":{"x":null}},"tags":[],"named":{"n.m":{}},"next":{"on":false}}"#;
    assert_eq!(serde_json::to_string(&job).unwrap(), expected);
}

static SAVE: Operation = Operation {
    required: &[(Location::Body, "name"), (Location::Body, "job")],
    body: true,
    ..Operation::new(STOP_JOB.service, "save", "POST", "/v1/jobs/{ids}", &[])
};
static DELETE: Operation =
    Operation { body: true, ..Operation::new(STOP_JOB.service, "delete", "DELETE", "/v1/jobs", &[]) };
static PATCH: Operation = Operation {
    media_type: Some("application/merge-patch+json"),
    ..Operation::new(STOP_JOB.service, "patch", "PATCH", "/v1/jobs", &[])
};
static UPLOAD: Operation = Operation {
    media_type: Some("multipart/form-data"),
    required: &[(Location::Body, "file")],
    ..Operation::new(STOP_JOB.service, "upload", "POST", "/v1/files", &[])
};

/// A generated call.
#[derive(Debug)]
#[must_use]
pub struct Save(Call);

impl Save {
    call!(Value);
    /// A setter.
    pub fn name(self, value: impl Into<String>) -> Self {
        Self(self.0.field("name", value.into()))
    }
    /// A setter.
    pub fn job(self, value: impl Into<Job>) -> Self {
        Self(self.0.field("job", value.into()))
    }
}

#[tokio::test]
async fn parameters_and_fields() {
    let fake = Fake::json(200, "{}");
    let call = Call::new(&fake.client(), &SAVE)
        .path("ids", vec![1_i64, 2])
        .query("level", Level::One)
        .query("level", Level::from("a&b"))
        .query("many", vec!["x".to_owned(), "y z".to_owned()])
        .query("none", Vec::<i64>::new())
        .query("ratio", 1.0)
        .header("flag", true)
        .header("list", vec![Level::One, Level::from("c")]);
    let call = Save(call).name("a").name("b").job(Job { id: Some(1), ..Job::default() }).with_header("X-A", "1");
    call.with_project_id("p").with_timeout(std::time::Duration::from_secs(9)).send().await.unwrap();
    let request = fake.requests().pop().unwrap();
    let (_, url) = request.url.split_once(".com").unwrap();
    assert_eq!(url, "/v1/jobs/1%2C2?level=a%26b&many=x&many=y%20z&ratio=1");
    assert_eq!(request.headers.get("flag"), Some("true"));
    assert_eq!(request.headers.get("list"), Some("1,c"));
    assert_eq!(request.headers.get("content-type"), Some("application/json"));
    assert_eq!(request.body, r#"{"name":"b","job":{"job-id":1}}"#);
}

#[tokio::test]
async fn everything_missing_is_named_at_once() {
    let fake = Fake::json(200, "{}");
    let job = Job {
        tag: Some(Tag::default()),
        tags: Some(vec![tag("a"), Tag { key: Some("b".into()), ..Tag::default() }]),
        named: Some(BTreeMap::from([("n".to_owned(), Tag { r#type: Some(Level::One), ..Tag::default() })])),
        next: Some(Box::default()),
        ..Job::default()
    };
    let error = Save(Call::new(&fake.client(), &SAVE)).job(job).send().await.unwrap_err();
    let expected = [
        "ids",
        "name",
        "job.job-id",
        "job.tag.key",
        "job.tag.type",
        "job.tags[1].type",
        "job.named.n.key",
        "job.next.job-id",
    ];
    assert_eq!(error.missing_parameters(), expected);
    let list = Call::new(&fake.client(), &PATCH).json(vec![tag("a"), Tag::default()]).send::<Value>();
    assert_eq!(list.await.unwrap_err().missing_parameters(), ["[1].key", "[1].type"]);
    assert_eq!(Call::new(&fake.client(), &UPLOAD).send::<Value>().await.unwrap_err().missing_parameters(), ["file"]);
    assert!(fake.requests().is_empty());
}

#[tokio::test]
async fn bodies() {
    let fake = Fake::json(200, "{}");
    let client = fake.client();
    let sent = async |call: Call| {
        call.send::<Value>().await.unwrap();
        let request = fake.requests().pop().unwrap();
        let kind = request.headers.get("content-type").map(str::to_owned);
        (kind, String::from_utf8(request.body.to_vec()).unwrap())
    };
    let new = |operation| Call::new(&client, operation);
    let is = |kind: &str, body: &str| (Some(kind.to_owned()), body.to_owned());
    static EMPTY_BODY: Operation = Operation { required: &[], path: "/v1/jobs", ..SAVE_BASE };
    assert_eq!(sent(new(&EMPTY_BODY)).await, is("application/json", "{}"));
    assert_eq!(sent(new(&DELETE)).await, (None, String::new()));
    assert_eq!(sent(new(&DELETE).field("a", 1_i64)).await, is("application/json", r#"{"a":1}"#));
    assert_eq!(sent(new(&PATCH)).await, (None, String::new()));
    assert_eq!(sent(new(&PATCH).json(vec![true])).await, is("application/merge-patch+json", "[true]"));
    assert_eq!(sent(new(&PATCH).content("x".into())).await, is("application/merge-patch+json", "x"));
    assert_eq!(sent(new(&DELETE).content("x".into())).await, is("application/octet-stream", "x"));
    let (kind, body) = sent(new(&UPLOAD).part("file", Part::file("a", *b"1")).part("kind", "k".into())).await;
    assert!(kind.unwrap().starts_with("multipart/form-data; boundary=") && body.contains("filename=\"a\""));
}

const SAVE_BASE: Operation =
    Operation { body: true, ..Operation::new(STOP_JOB.service, "save", "POST", "/v1/jobs/{ids}", &[]) };
