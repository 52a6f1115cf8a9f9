//! How an application tests its own code: the calls that it makes are expected and answered without a service.
//!
//! `cargo run -p huaweicloud --features dgc --example own_tests`
use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, Error, HttpResponse};

/// The code of the application: stops jobs and says which could not be stopped.
async fn stop_all(client: &Client, jobs: &[&str]) -> Result<Vec<String>, Error> {
    let mut left = Vec::new();
    for job in jobs {
        match client.dgc().stop_job(*job).workspace("ws-1").send().await {
            Ok(_) => {}
            Err(error) if error.status() == Some(404) => left.push((*job).to_owned()),
            Err(error) => return Err(error),
        }
    }
    Ok(left)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let replay = Replay::new([
        Expect::call("dgc.stop_job").with(|request| match request.headers.get("workspace") {
            Some("ws-1") => Ok(()),
            other => Err(format!("workspace is {other:?}")),
        }),
        // The client tries again by itself, and does not wait in a test.
        Expect::call("dgc.stop_job").answer(HttpResponse::new(503)),
        Expect::call("dgc.stop_job").answer(HttpResponse::new(404)),
    ]);
    let client = Client::from(replay.client()?);
    assert_eq!(stop_all(&client, &["first", "second"]).await?, ["second"]);
    // Fails if a call did not come, or one that nobody expected.
    replay.verify()?;
    println!("{} requests, as expected", replay.requests().len());
    Ok(())
}
