//! 64 concurrent calls during each way in which a service can fail. `FAULTS.md` holds the results; with `UPDATE_FAULTS=1` it is written.
//!
//! No result depends on how fast the machine is: times are only there to tell a hang from an answer.
#![cfg(feature = "gzip")]
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

mod behaviours;
mod credentials;
mod server;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use behaviours::{Fault, faults};
use credentials::Renewed;
use tablature_runtime::{Call, Client, Error, Operation, Retry, Service, Value};

const CALLS: usize = 64;

/// Small, so that its 64-fold is small too.
const LIMIT: usize = 1 << 20;

/// Far above what any fault takes.
const HANG: Duration = Duration::from_secs(400);

static SERVICE: Service = Service { name: "faults", hosts: &[] };
static READ: Operation = Operation::new(&SERVICE, "read", "GET", "/v1/calls/{id}", &[]);
static WRITE: Operation = Operation::new(&SERVICE, "write", "POST", "/v1/calls/{id}", &[]);

fn client(url: &str, attempt: Duration) -> Client {
    let builder = Client::builder()
        .endpoint(url)
        .no_proxy()
        .credentials(Renewed::default())
        .connect_timeout(Duration::from_secs(100))
        .attempt_timeout(attempt)
        .max_response_bytes(LIMIT)
        .retry(Retry::default().backoff(Duration::from_millis(10)));
    builder.build().unwrap()
}

async fn call(client: Client, operation: &'static Operation, id: String) -> Result<Value, Error> {
    let call = Call::new(&client, operation).path("id", id);
    let call = if operation.method == "POST" { call.field("do", "it".to_owned()) } else { call };
    call.send().await
}

/// What came of a call, in the words of `FAULTS.md`.
fn outcome(id: &str, result: Result<Value, Error>) -> String {
    let error = match result {
        Ok(body) if body["id"] == id => return "answered".to_owned(),
        Ok(body) => return format!("somebody else's answer: {body}"),
        Err(error) => error,
    };
    // The whole error must be printable, too.
    let text = format!("{error} {error:?}");
    assert!(!text.contains("token-"), "{text}");
    let kind = match error.status() {
        Some(status) if error.is_service() => format!("HTTP {status}"),
        _ if error.is_decode() => "not the documented body".to_owned(),
        _ if error.is_connect() => "no connection".to_owned(),
        _ if error.is_timeout() => "timed out".to_owned(),
        _ => "no usable response".to_owned(),
    };
    match error.attempts() {
        1 => format!("{kind}, 1 attempt"),
        attempts => format!("{kind}, {attempts} attempts"),
    }
}

/// The outcomes of 64 calls at once, and how many calls arrived how often at most.
async fn run(fault: &Fault, operation: &'static Operation) -> String {
    let server = fault.start().await;
    let client = client(&server.url, fault.attempt);
    let calls: Vec<_> = (0..CALLS)
        .map(|index| {
            let (client, id) = (client.clone(), format!("{}-{index}", operation.name));
            let racing = fault.racing;
            tokio::spawn(async move {
                match call(client, operation, id.clone()).await {
                    Err(error) if racing && error.is_transport() => "no connection, or no usable response".to_owned(),
                    result => outcome(&id, result),
                }
            })
        })
        .collect();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for call in calls {
        let outcome = tokio::time::timeout(HANG, call).await;
        let outcome = outcome.unwrap_or_else(|_| panic!("{}: a call hangs", fault.name)).unwrap();
        *outcomes.entry(outcome).or_default() += 1;
    }
    let (arrived, most) = server.arrived();
    if operation.method == "POST" && !fault.declines {
        assert!(most <= 1, "{}: a write arrived {most} times", fault.name);
    }
    if outcomes.contains_key("answered") {
        assert_eq!(arrived, CALLS, "{}: calls were lost", fault.name);
    }
    let all = outcomes.into_iter().map(|(outcome, count)| match count {
        CALLS => outcome,
        _ => format!("{count} × {outcome}"),
    });
    all.collect::<Vec<_>>().join("; ")
}

/// The most memory that the process had since the last time, in MiB; none where Linux does not tell.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    Some(peak >> 10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault() {
    let mut table = String::from("| fault | 64 reads (`GET`) | 64 writes (`POST`) |\n|---|---|---|\n");
    for fault in faults() {
        peak();
        let start = std::time::Instant::now();
        let reads = run(&fault, &READ).await;
        let writes = run(&fault, &WRITE).await;
        writeln!(table, "| {} | {reads} | {writes} |", fault.name).unwrap();
        let peak = peak();
        println!("{}: {:?}, {} MiB: {reads} / {writes}", fault.name, start.elapsed(), peak.unwrap_or(0));
        // 64 answers, each while it grows, and the process itself.
        assert!(peak.is_none_or(|peak| peak < 64 * 3 + 200), "{}: {peak:?} MiB", fault.name);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("FAULTS.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let start = text.find("| fault |").unwrap();
    let end = text[start..].find("\n\n").map_or(text.len(), |end| start + end + 1);
    if std::env::var_os("UPDATE_FAULTS").is_some() {
        std::fs::write(&path, format!("{}{table}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], table, "FAULTS.md is stale: run with UPDATE_FAULTS=1 and read what changed");
    }
}
