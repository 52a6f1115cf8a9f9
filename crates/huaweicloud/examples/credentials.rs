//! Credentials from where tools of the two clouds keep them, in this order: environment, profile file, clouds.yaml, metadata of the
//! machine. The service is replayed.
//!
//! `HUAWEICLOUD_SDK_AK=access HUAWEICLOUD_SDK_SK=secret cargo run -p huaweicloud --features dgc --example credentials`
use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, Credentials};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let replay = Replay::new([Expect::call("stop_job")]);
    let client = Client::from(replay.builder().credentials(Credentials::default_chain()).build()?);
    match client.dgc().stop_job("myJob").workspace("ws-1").send().await {
        // Headers never print a secret.
        Ok(_) => println!("sent with {:?}", replay.requests().last().map(|request| request.headers.clone())),
        // Names every place that was tried, and why it did not serve.
        Err(error) => println!("{error}"),
    }
    Ok(())
}
