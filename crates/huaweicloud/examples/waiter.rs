//! Work that goes on after its call was answered: `wait` asks until it is done.
//!
//! `cargo run -p huaweicloud --features dgc --example waiter`
use std::time::Duration;

use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, HttpResponse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Stands in for a service that is done when it is asked for the third time, and for a script that fails.
    let started =
        || Expect::call("dgc.execute_script").answer(HttpResponse::new(200).with_body(r#"{"instanceId": "7"}"#));
    let state = |state: &str| {
        let body = format!(r#"{{"status": "{state}"}}"#);
        Expect::call("dgc.show_script_instance").answer(HttpResponse::new(200).with_body(body))
    };
    let replay = Replay::new([
        started(),
        state("LAUNCHING"),
        state("RUNNING"),
        state("FINISHED"),
        started(),
        state("RUNNING"),
        state("FAILED"),
    ]);
    let client = Client::from(replay.client()?);

    // Without options it waits 1 to 15 seconds between two questions, and gives up after 30 minutes.
    let quick = Duration::from_millis(10);
    let script = client.dgc().execute_script("daily");
    let done = script.wait().with_backoff(quick).on_state(|state| println!("{state}")).await?;
    println!("done after {} questions, {} results", done.polls, done.last.results.len());

    let failed = client.dgc().execute_script("daily").wait().with_backoff(quick).with_deadline(Duration::from_secs(60));
    match failed.await {
        Err(error) if error.is_work_failed() => println!("{error}"),
        Err(error) if error.is_timeout() => println!("still {}", error.state().unwrap_or("unknown")),
        Err(error) => return Err(error.into()),
        Ok(_) => println!("done"),
    }
    replay.verify()?;
    Ok(())
}
