//! Lists that come in pages: every item of them, or only as many as are wanted.
//!
//! `cargo run -p huaweicloud --features dgc --example paging`
use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, HttpResponse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Stands in for a service with three jobs, two of them on a page.
    let page = |jobs: &str| HttpResponse::new(200).with_body(format!(r#"{{"total": 3, "jobs": [{jobs}]}}"#));
    let replay = Replay::new([
        Expect::call("dgc.list_jobs").answer(page(r#"{"name": "load"}, {"name": "clean"}"#)),
        Expect::call("dgc.list_jobs").answer(page(r#"{"name": "report"}"#)),
        Expect::call("dgc.list_jobs").answer(page(r#"{"name": "load"}, {"name": "clean"}"#)),
    ]);
    let client = Client::from(replay.client()?);

    // The second page is asked for when the items of the first are used up.
    let mut jobs = client.dgc().list_jobs().limit(2).items();
    while let Some(job) = jobs.next().await {
        println!("{}", job?.name.unwrap_or_default());
    }

    // Whole responses, with what they say besides; a stream that is dropped asks for nothing more.
    let mut pages = client.dgc().list_jobs().limit(2).pages();
    if let Some(page) = pages.next().await {
        println!("{} in all", page?.total.unwrap_or_default());
    }

    replay.verify()?;
    println!("{} requests", replay.requests().len());
    Ok(())
}
