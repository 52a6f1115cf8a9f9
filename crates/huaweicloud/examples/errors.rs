//! What to do about a failed call, by what the error says. The service is replayed.
//!
//! `cargo run -p huaweicloud --features dgc --example errors`
use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, HttpResponse, TransportError};

async fn stop(client: &Client, job: &str) -> &'static str {
    let Err(error) = client.dgc().stop_job(job).workspace("ws-1").send().await else { return "stopped" };
    // One line for the log: operation, status, code, message, request id, attempts.
    println!("{error}");
    match error.code() {
        Some("DLF.0100") => "there is no such job",
        _ if error.is_throttled() => "too many calls, also after waiting",
        _ if error.is_auth() => "look at the credentials",
        _ if error.is_retryable() && !error.is_connect() => "look whether it was carried out before trying again",
        _ if error.is_retryable() => "try again later",
        _ => "a bug here or there",
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let no_job = HttpResponse::new(404)
        .with_header("X-Request-Id", "7f8ab9c1d2e3")
        .with_body(r#"{"error_code": "DLF.0100", "error_msg": "The job does not exist."}"#);
    let replay = Replay::new([
        Expect::call("stop_job").answer(no_job),
        Expect::call("stop_job").answer(HttpResponse::new(429)).times(3),
        Expect::call("stop_job").answer(HttpResponse::new(403)),
        Expect::call("stop_job").fail(|| TransportError::other("connection reset")),
        Expect::call("stop_job").fail(|| TransportError::connect("connection refused")).times(3),
    ]);
    let client = Client::from(replay.client()?);
    for job in ["gone", "popular", "foreign", "unlucky", "far"] {
        println!("{job}: {}\n", stop(&client, job).await);
    }
    replay.verify()?;
    Ok(())
}
