//! What signing a request costs: `cargo bench -p tablature-runtime --bench signing`.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use divan::Bencher;
use divan::counter::BytesCount;
use tablature_runtime::{Bytes, Credentials, CredentialsProvider, HttpRequest};

fn main() {
    divan::main();
}

/// A call as the SDK makes them, with a body of `size` bytes.
fn request(size: usize) -> HttpRequest {
    let url = "https://ecs.eu-de.otc.example.com/v1/0123456789abcdef0123456789abcdef/servers?limit=10&tag=a%20b";
    let mut request = HttpRequest::new("POST", url);
    request.headers.insert("Content-Type", "application/json");
    request.project_id = Some("0123456789abcdef0123456789abcdef".to_owned());
    request.body = Bytes::from(vec![b'x'; size]);
    request
}

/// Copying the request, which each attempt does too, is not counted.
#[divan::bench(args = [0, 1 << 10, 1 << 20])]
fn sign(bencher: Bencher<'_, '_>, size: usize) {
    let credentials = Credentials::access_key("ABCDEFGHIJKLMNOPQRST", "abcdefghijklmnopqrstuvwxyz0123456789ABCD");
    let unsigned = request(size);
    bencher.counter(BytesCount::new(size)).with_inputs(|| unsigned.clone()).bench_values(|mut request| {
        match pin!(credentials.authorize(&mut request)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(done) => done.unwrap(),
            Poll::Pending => panic!("signing waits for nothing"),
        }
        request
    });
}
