//! Calls of this crate against the same POST and decode written with reqwest and serde alone, on loopback, in one run:
//! `cargo bench -p tablature-runtime --bench calls`. With `-- --python PYTHON`, where that Python has the vendor's SDK (the test
//! `vendor_signer` makes one below `target/tmp/vendor-signer/venv`), its calls are counted as well.
//!
//! Bare reqwest is used as one uses it who writes one call by hand: `reqwest::Client::new()`, which sets no time limit, sends no
//! `Accept-Encoding` and no `User-Agent`. The timers and headers that this crate has besides are therefore part of what it costs.
//!
//! All callers take turns in short rounds, each round in another order, so that what else the machine does meets all of them; each is held
//! against reqwest within its round, and the median of the ratios counts. The server has a thread of its own and does next to nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use std::process::Command;
use std::time::Instant;

use serde::Deserialize;
use tablature_runtime::{Call, Client, Credentials, HttpTransport, Operation, Service};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 150;
const SEQUENTIAL: usize = 200;
const TASKS: usize = 64;
const PER_TASK: usize = 20;

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
        let length = length(&buffer[..head])?;
        while buffer.len() < head + length {
            stream.read_buf(&mut buffer).await.ok()?;
        }
        buffer.drain(..head + length);
        stream.write_all(response.as_bytes()).await.ok()?;
    }
}

/// The length of the body that a head states; `Content-Length` is written in more than one way.
fn length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"\r\ncontent-length: ";
    let start = head.windows(NAME.len()).position(|part| part.eq_ignore_ascii_case(NAME))? + NAME.len();
    let digits = head[start..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |length, digit| length * 10 + usize::from(digit - b'0')))
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
                let request = client.post(format!("{url}/v1/{}/jobs", "project-1")).header("X-Auth-Token", "a token");
                let request = request.json(&serde_json::json!({"description": description()}));
                let response = request.send().await.unwrap().error_for_status().unwrap();
                let jobs: PlainJobs = response.json().await.unwrap();
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

/// The times of calls one after the other, in microseconds.
async fn sequential(caller: &Caller) -> Vec<f64> {
    let mut times = Vec::with_capacity(SEQUENTIAL);
    for _ in 0..SEQUENTIAL {
        let start = Instant::now();
        caller.call().await;
        times.push(start.elapsed().as_secs_f64() * 1e6);
    }
    times
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

/// What was measured of one caller, a value for each round.
#[derive(Clone, Default)]
struct Measured {
    times: Vec<f64>,
    p50: Vec<f64>,
    rates: Vec<f64>,
}

/// The median of how much more a round has than the same round of `base`, in percent.
fn against(mine: &[f64], base: &[f64]) -> f64 {
    median(mine.iter().zip(base).map(|(mine, base)| (mine / base - 1.0) * 100.0).collect())
}

/// Calls per second, one after the other, of the vendor's SDK with the same request.
fn python(python: &str, url: &str) -> f64 {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/vendor.py");
    let output = Command::new(python).args([script, url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
}

fn main() {
    let url = server();
    let arguments: Vec<String> = std::env::args().collect();
    let vendor = arguments.iter().position(|argument| argument == "--python").map(|at| arguments[at + 1].as_str());
    // reqwest needs the crypto provider that this installs, although nothing here is encrypted.
    HttpTransport::new().unwrap();
    let client = |credentials: Credentials| {
        let builder = Client::builder().endpoint(&url).project_id("project-1").credentials(credentials);
        Caller::Ours(builder.build().unwrap())
    };
    // A pool for each runtime, because a connection is driven by the one that made it.
    let callers = || {
        [
            ("reqwest and serde", Caller::Reqwest(reqwest::Client::new(), url.clone())),
            ("ours, with a token", client(Credentials::token("a token"))),
            #[cfg(any(feature = "rustls", feature = "sha2"))]
            ("ours, signed with AK/SK", client(Credentials::access_key("access", "secret"))),
        ]
    };
    let single = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let multi = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (alone, together) = (callers(), callers());
    let mut measured = vec![Measured::default(); alone.len()];
    for round in 0..=ROUNDS {
        for turn in 0..alone.len() {
            let index = (round + turn) % alone.len();
            let times = single.block_on(sequential(&alone[index].1));
            let rate = multi.block_on(concurrent(&together[index].1));
            // The first round fills the pools.
            if round > 0 {
                let mine = &mut measured[index];
                mine.p50.push(median(times.clone()));
                mine.times.extend(times);
                mine.rates.push(rate);
            }
        }
    }
    println!(
        "| caller | sequential p50 | against reqwest | {TASKS} concurrent | against reqwest |\n|---|---|---|---|---|"
    );
    let base = measured[0].clone();
    for ((name, _), mine) in alone.iter().zip(measured) {
        let (slower, more) = (against(&mine.p50, &base.p50), against(&mine.rates, &base.rates));
        let (time, rate) = (median(mine.times), median(mine.rates));
        println!("| {name} | {time:.1} µs | {slower:+.1} % | {rate:.0}/s | {more:+.1} % |");
    }
    if let Some(vendor) = vendor {
        let rates = (0..3).map(|_| {
            let theirs = python(vendor, &url);
            let times = single.block_on(sequential(&alone[alone.len() - 1].1));
            (theirs, 1e6 / median(times))
        });
        let (theirs, ours): (Vec<f64>, Vec<f64>) = rates.unzip();
        let (theirs, ours) = (median(theirs), median(ours));
        println!(
            "\nsigned, one after the other: the vendor's Python SDK {theirs:.0}/s, ours {ours:.0}/s, {:.1} times as many",
            ours / theirs
        );
    }
}
