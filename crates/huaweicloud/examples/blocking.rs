//! Calls without async, against a mock of the service that runs in this process.
//!
//! `cargo run -p huaweicloud --features dgc,blocking --example blocking`
use std::io::{Read, Write};

use huaweicloud::{Client, Credentials};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    std::thread::spawn(move || -> std::io::Result<()> {
        let (mut stream, _) = listener.accept()?;
        let mut request = [0; 4096];
        let size = stream.read(&mut request)?;
        println!("{}", String::from_utf8_lossy(&request[..size]).lines().next().unwrap_or_default());
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
    });
    let credentials = Credentials::token("a-token");
    let client = Client::builder().endpoint(endpoint).project_id("my-project").credentials(credentials).build()?;
    client.dgc().stop_job("myJob").workspace("ws-1").blocking().send()?;
    println!("stopped");
    Ok(())
}
