//! Calls of this crate against the same POST and decode written with reqwest and serde alone, on loopback, in one run:
//! `cargo bench -p tablature-runtime --bench calls`.
//!
//! Rounds of both alternate, so that what else the machine does meets both; the median of each is shown.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde::Deserialize;
use tablature_runtime::{Call, Client, Credentials, HttpTransport, Operation, Service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 30;
const SEQUENTIAL: usize = 1000;
const TASKS: usize = 64;
const PER_TASK: usize = 100;

static SERVICE: Service = Service { name: "bench", hosts: &[] };
static CREATE: Operation =
    Operation { body: true, ..Operation::new(&SERVICE, "create", "POST", "/v1/{project_id}/jobs", &[]) };

#[derive(Debug, Default, Clone, PartialEq)]
struct Jobs {
    total: Option<i64>,
    jobs: Vec<Job>,
}
tablature_runtime::response!(Jobs; total, jobs);

#[derive(Debug, Default, Clone, PartialEq)]
struct Job {
    id: Option<String>,
    name: Option<String>,
    size: Option<i64>,
    running: Option<bool>,
}
tablature_runtime::response!(Job; id, name, size, running);

#[derive(Deserialize)]
struct PlainJobs {
    total: Option<i64>,
    jobs: Vec<PlainJob>,
}

#[derive(Deserialize)]
struct PlainJob {
    #[expect(dead_code, reason = "only decoded")]
    id: Option<String>,
    #[expect(dead_code, reason = "only decoded")]
    name: Option<String>,
    #[expect(dead_code, reason = "only decoded")]
    size: Option<i64>,
    #[expect(dead_code, reason = "only decoded")]
    running: Option<bool>,
}

fn description() -> String {
    "x".repeat(1000)
}

/// A server of its own thread, which does as little as it can.
fn server() -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(format!("http://{}", listener.local_addr().unwrap())).unwrap();
            let job = r#"{"id":"b384b9e9ab9b4ee8994c8633aabc9505","name":"a job","size":1024,"running":true}"#;
            let body = format!(r#"{{"total":10,"jobs":[{}]}}"#, [job; 10].join(","));
            let headers = "Content-Type: application/json\r\nX-Request-Id: 8a1b6c8f3a2e4d7c\r\nServer: bench\r\n";
            let response = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len());
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, response.clone()));
            }
        });
    });
    receiver.recv().unwrap()
}

async fn serve(mut stream: TcpStream, response: String) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::with_capacity(1 << 14);
    loop {
        let head = loop {
            if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await.ok()? == 0 {
                return None;
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).to_ascii_lowercase();
        let length: usize = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())?;
        while buffer.len() < head + length {
            stream.read_buf(&mut buffer).await.ok()?;
        }
        buffer.drain(..head + length);
        stream.write_all(response.as_bytes()).await.ok()?;
    }
}

/// The same call in one of the ways that are compared.
#[derive(Clone)]
enum Caller {
    Reqwest(reqwest::Client, String),
    Ours(Client),
}

impl Caller {
    async fn call(&self) {
        let total = match self {
            Caller::Ours(client) => {
                let call = Call::new(client, &CREATE).field("description", description());
                let jobs: Jobs = call.send().await.unwrap();
                jobs.total.unwrap() + jobs.jobs.len() as i64
            }
            Caller::Reqwest(client, url) => {
                let body = serde_json::to_vec(&serde_json::json!({"description": description()})).unwrap();
                let request = client.post(format!("{url}/v1/{}/jobs", "project-1"));
                let request = request.header("X-Auth-Token", HeaderValue::from_static("a token"));
                let request = request.header(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                let response = request.body(body).send().await.unwrap().error_for_status().unwrap();
                let jobs: PlainJobs = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
                jobs.total.unwrap() + jobs.jobs.len() as i64
            }
        };
        assert_eq!(total, 20);
    }
}

fn median<T: Copy + PartialOrd>(mut values: Vec<T>) -> T {
    values.sort_by(|a, b| a.partial_cmp(b).unwrap());
    values[values.len() / 2]
}

/// The median time of a call, in microseconds.
async fn sequential(caller: &Caller) -> f64 {
    let mut times = Vec::with_capacity(SEQUENTIAL);
    for _ in 0..SEQUENTIAL {
        let start = Instant::now();
        caller.call().await;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    median(times)
}

/// Calls per second of 64 tasks.
async fn concurrent(caller: &Caller) -> f64 {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let caller = caller.clone();
            tokio::spawn(async move {
                for _ in 0..PER_TASK {
                    caller.call().await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    (TASKS * PER_TASK) as f64 / start.elapsed().as_secs_f64()
}

fn main() {
    let url = server();
    // reqwest needs the crypto provider that this installs, although nothing here is encrypted.
    HttpTransport::new().unwrap();
    let client = |credentials: Credentials| {
        let builder = Client::builder().endpoint(&url).project_id("project-1").credentials(credentials);
        Caller::Ours(builder.build().unwrap())
    };
    let bare = || reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
    // A pool for each runtime, because a connection is driven by the one that made it.
    let callers = || {
        [
            ("reqwest and serde", Caller::Reqwest(bare(), url.clone())),
            ("ours, with a token", client(Credentials::token("a token"))),
            #[cfg(any(feature = "rustls", feature = "sha2"))]
            ("ours, signed with AK/SK", client(Credentials::access_key("access", "secret"))),
        ]
    };
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (alone, together) = (callers(), callers());
    let mut times = vec![Vec::new(); alone.len()];
    let mut rates = vec![Vec::new(); alone.len()];
    for round in 0..=ROUNDS {
        for index in 0..alone.len() {
            let time = single.block_on(sequential(&alone[index].1));
            let rate = multi.block_on(concurrent(&together[index].1));
            // The first round fills the pools.
            if round > 0 {
                times[index].push(time);
                rates[index].push(rate);
            }
        }
    }
    println!(
        "| caller | sequential p50 | against reqwest | {TASKS} concurrent | against reqwest |\n|---|---|---|---|---|"
    );
    let (time, rate) = (median(times[0].clone()), median(rates[0].clone()));
    for (index, (name, _)) in alone.iter().enumerate() {
        let (mine, rates) = (median(times[index].clone()), median(rates[index].clone()));
        let slower = (mine / time - 1.0) * 100.0;
        let fewer = (rates / rate - 1.0) * 100.0;
        println!("| {name} | {mine:.1} µs | {slower:+.1} % | {rates:.0}/s | {fewer:+.1} % |");
    }
}
