//! Files that need not fit into memory: one is read while it is sent, another is written while it comes.
//!
//! `cargo run -p huaweicloud --features dgc,ims --example files`
use huaweicloud::testing::{Expect, Replay};
use huaweicloud::{Client, Content, HttpResponse};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::temp_dir();
    let (image, archive) = (folder.join("huaweicloud-example.img"), folder.join("huaweicloud-example.zip"));
    std::fs::write(&image, vec![7; 1 << 20])?;

    // Stands in for the two services.
    let replay = Replay::new([
        Expect::call("ims.upload_image_file"),
        Expect::call("dgc.export_job").answer(HttpResponse::new(200).with_body("an archive")),
    ]);
    let client = Client::from(replay.client()?);

    client.ims().upload_image_file("4ca46bf1").body(Content::file(&image)).send().await?;
    println!("sent {} bytes", replay.requests().last().map_or(0, |request| request.body_length()));

    // The file appears when all of it is there; `next` gives the pieces instead.
    let length = client.dgc().export_job("myJob").send_stream().await?.save(&archive).await?;
    println!("saved {length} bytes");

    std::fs::remove_file(image)?;
    std::fs::remove_file(archive)?;
    replay.verify()?;
    Ok(())
}
