//! Calls without async, on threads that know no runtime.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::TcpListener;

use tablature_runtime::testing::{Expect, Replay};
use tablature_runtime::{
    BoxFuture, Call, Client, HttpRequest, HttpResponse, Operation, Retry, Service, Transport, TransportError, Value,
    blocking,
};

static SERVICE: Service = Service { name: "s", hosts: &[] };
static SHOW: Operation = Operation::new(&SERVICE, "show", "GET", "/show", &[]);

struct Show(Call);

impl Show {
    tablature_runtime::call!(Value);
}

fn show(client: &Client) -> Show {
    Show(Call::new(client, &SHOW))
}

#[test]
fn a_call_over_http() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::builder()
        .without_credentials()
        .endpoint(format!("http://{}", listener.local_addr().unwrap()))
        .build()
        .unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n17").unwrap();
        }
    });
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            std::thread::spawn(move || show(&client).blocking().send().unwrap())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 17);
    }
    let raw = show(&client).with_retry(Retry::none()).blocking().send_raw().unwrap();
    assert_eq!((raw.status(), raw.decode().unwrap()), (200, Value::from(17)));
}

/// Whoever waits on a thread of a runtime blocks it, but no more than that.
#[tokio::test]
async fn within_a_runtime() {
    let replay = Replay::new([Expect::call("show").answer(HttpResponse::new(404))]);
    let error = show(&replay.client().unwrap()).blocking().send().unwrap_err();
    assert_eq!(error.status(), Some(404));
}

struct Panics;

impl Transport for Panics {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async { panic!("a bug of the application") })
    }
}

#[test]
fn a_panic_is_an_error() {
    let client =
        Client::builder().without_credentials().endpoint("http://127.0.0.1:9").transport(Panics).build().unwrap();
    let error = show(&client).blocking().send().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("panicked"), "{error}");
    // The thread lives on.
    assert_eq!(blocking::wait(async { 1 }).unwrap(), 1);
}
