//! Bodies that need not fit into memory: answers that are read while they come, and files that are read while they are sent.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tablature_runtime::testing::{Expect, Replay};
use tablature_runtime::{
    Call, Client, Content, Credentials, Error, HttpResponse, Operation, Part, Retry, Service, Value,
};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

static SERVICE: Service = Service { name: "s", hosts: &[] };
static EXPORT: Operation = Operation::new(&SERVICE, "export", "POST", "/export", &[]);
static UPLOAD: Operation =
    Operation::new(&SERVICE, "upload", "PUT", "/file", &[]).media_type("application/octet-stream");
static FORM: Operation = Operation::new(&SERVICE, "form", "POST", "/form", &[]).media_type("multipart/form-data");

/// A call as generated code has it.
struct Export(Call);

impl Export {
    tablature_runtime::call!(Value);
}

fn export(client: &Client) -> Export {
    Export(Call::new(client, &EXPORT))
}

/// A client of a server that answers each connection by `answer`.
fn server(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            // A client that has enough hangs up.
            let _ = answer(&mut stream);
        }
    });
    client(&endpoint)
}

fn client(endpoint: &str) -> Client {
    let builder = Client::builder().endpoint(endpoint).without_credentials().max_response_bytes(1 << 20);
    builder.retry(Retry::default().backoff(Duration::ZERO)).build().unwrap()
}

fn piece(number: u8) -> Vec<u8> {
    vec![number; 64 << 10]
}

#[tokio::test]
async fn a_body_that_is_larger_than_the_limit_comes_in_pieces() {
    const PIECES: u64 = 1024;
    let client = server(|stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nX-Request-Id: r-1\r\n\r\n", PIECES * (64 << 10))?;
        (0..PIECES).try_for_each(|number| stream.write_all(&piece(number as u8)))
    });
    let mut download = export(&client).send_stream().await.unwrap();
    assert_eq!((download.status(), download.request_id()), (200, Some("r-1")));
    assert_eq!(download.content_length(), Some(PIECES << 16));
    let (mut length, mut largest) = (0_u64, 0);
    while let Some(piece) = download.next().await {
        let piece = piece.unwrap();
        assert_eq!(piece[0], (length >> 16) as u8);
        length += piece.len() as u64;
        largest = largest.max(piece.len());
    }
    assert_eq!(length, PIECES << 16);
    assert!(largest < 1 << 20, "a piece has {largest} bytes");
    // The whole of it is too much for a call that wants it whole.
    assert!(export(&client).send_raw().await.is_err());
}

#[tokio::test]
async fn a_body_that_breaks_is_an_error() {
    let client = server(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"));
    let mut download = export(&client).send_stream().await.unwrap();
    assert_eq!(download.next().await.unwrap().unwrap(), "half of it");
    let error = download.next().await.unwrap().unwrap_err();
    assert!(error.is_transport() && !error.is_timeout(), "{error}");
    assert!(error.to_string().starts_with("s export: no usable response from http://127.0.0.1:"), "{error}");
    assert!(download.next().await.is_none());
}

/// The time for an attempt is about each piece, so that a long transfer may take long.
#[tokio::test]
async fn pieces_may_take_time_and_not_too_much() {
    let slow = |pause: Duration| {
        server(move |stream| {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")?;
            for _ in 0..6 {
                std::thread::sleep(pause);
                stream.write_all(b"x")?;
            }
            Ok(())
        })
    };
    let quick = |client: Client| {
        let endpoint = format!("{client:?}");
        let endpoint = endpoint.split('"').find(|part| part.starts_with("http://")).unwrap().to_owned();
        let builder = Client::builder().endpoint(endpoint).without_credentials();
        builder.attempt_timeout(Duration::from_millis(300)).build().unwrap()
    };
    let mut download = export(&quick(slow(Duration::from_millis(100)))).send_stream().await.unwrap();
    let mut length = 0;
    while let Some(piece) = download.next().await {
        length += piece.unwrap().len();
    }
    assert_eq!(length, 6);
    let mut download = export(&quick(slow(Duration::from_secs(2)))).send_stream().await.unwrap();
    let error = download.next().await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(download.next().await.is_none());
    // The head has to come in time too.
    let never = server(|_| {
        std::thread::sleep(Duration::from_secs(2));
        Ok(())
    });
    let never = quick(never);
    let error = Export(Call::new(&never, &EXPORT)).with_retry(Retry::none()).send_stream().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

#[tokio::test]
async fn failures_are_judged_as_ever() {
    let answer = |response: HttpResponse| Replay::new([Expect::call("export").answer(response)]);
    let failed = HttpResponse::new(404).with_json(&json!({"error_code": "DLF.0100", "error_msg": "no job"}));
    let error = export(&answer(failed).client().unwrap()).send_stream().await.unwrap_err();
    assert!(error.is_service());
    assert_eq!((error.status(), error.code()), (Some(404), Some("DLF.0100")));
    let failed = HttpResponse::new(200).with_json(&json!({"is_success": false, "error_code": "A.1"}));
    let error = export(&answer(failed).client().unwrap()).send_stream().await.unwrap_err();
    assert_eq!((error.is_service(), error.code()), (true, Some("A.1")));
    // A transport that knows no pieces gives one.
    let whole = HttpResponse::new(200).with_json(&json!({"is_success": true}));
    let mut download = export(&answer(whole).client().unwrap()).send_stream().await.unwrap();
    assert_eq!(download.next().await.unwrap().unwrap(), "{\"is_success\":true}");
    assert!(download.next().await.is_none());
    let again = Replay::new([
        Expect::call("export").answer(HttpResponse::new(503)),
        Expect::call("export").answer(HttpResponse::new(200).with_body("a file")),
    ]);
    let mut download = export(&again.client().unwrap()).send_stream().await.unwrap();
    assert_eq!(download.next().await.unwrap().unwrap(), "a file");
    assert_eq!(again.requests()[0].headers.get("Accept-Encoding"), Some("identity"));
    let large = format!("{{\"padding\": \"{}\", \"is_success\": false}}", "x".repeat(1 << 20));
    let large = HttpResponse::new(200).with_body(large);
    assert!(export(&answer(large).client().unwrap()).send_stream().await.is_ok());
}

fn files(folder: &Path) -> Vec<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_download_becomes_a_file_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("job.zip");
    let body: Vec<u8> = (0..40).flat_map(piece).collect();
    let expected = body.clone();
    let client = server(move |stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len())?;
        stream.write_all(&body)
    });
    fs::write(&target, "older").unwrap();
    let length = export(&client).send_stream().await.unwrap().save(&target).await.unwrap();
    assert_eq!(length, expected.len() as u64);
    assert!(fs::read(&target).unwrap() == expected);
    let broken = server(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it"));
    let error = export(&broken).send_stream().await.unwrap().save(&target).await.unwrap_err();
    assert!(error.is_transport(), "{error}");
    assert!(fs::read(&target).unwrap() == expected);
    assert_eq!(files(folder.path()), ["job.zip"]);
    let error =
        export(&client).send_stream().await.unwrap().save(folder.path().join("no/such/folder")).await.unwrap_err();
    assert!(error.is_file() && error.to_string().contains("no/such/folder"), "{error}");
    let saving = export(&client).send_stream().await.unwrap().save(folder.path().join("dropped"));
    let _ = tokio::time::timeout(Duration::ZERO, saving).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(files(folder.path()), ["job.zip"]);
}

#[tokio::test]
async fn a_file_is_sent_while_it_is_read_and_again_if_it_has_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("image.bin");
    let bytes: Vec<u8> = (0..40).flat_map(piece).collect();
    fs::write(&file, &bytes).unwrap();
    let server = MockServer::start().await;
    let refusal = ResponseTemplate::new(503);
    Mock::given(method("PUT")).and(path("/file")).respond_with(refusal).up_to_n_times(1).mount(&server).await;
    Mock::given(method("PUT")).and(path("/file")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let client = client(&server.uri());
    Call::new(&client, &UPLOAD).content(Content::file(&file)).send::<()>().await.unwrap();
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!(request.headers["content-length"], bytes.len().to_string().as_str());
        assert_eq!(request.headers["content-type"], "application/octet-stream");
        assert!(request.body == bytes);
    }
    fs::write(&file, "").unwrap();
    Call::new(&client, &UPLOAD).content(Content::file(&file)).send::<()>().await.unwrap();
    assert_eq!(server.received_requests().await.unwrap()[2].body, b"");
}

#[tokio::test]
async fn a_file_can_be_a_part_of_a_form() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.bin");
    fs::write(&file, piece(7)).unwrap();
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    let call = Call::new(&client(&server.uri()), &FORM).part("kind", "x".into());
    let part = Part::file("a.bin", Content::file(&file)).media_type("image/x");
    call.part("file", part).send::<()>().await.unwrap();
    let request = &server.received_requests().await.unwrap()[0];
    let boundary = request.headers["content-type"].to_str().unwrap().split_once("boundary=").unwrap().1.to_owned();
    let mut expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nx\r\n--{boundary}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\nContent-Type: image/x\r\n\r\n"
    )
    .into_bytes();
    expected.extend(piece(7));
    expected.extend(format!("\r\n--{boundary}--\r\n").bytes());
    assert!(request.body == expected);
    assert_eq!(request.headers["content-length"], expected.len().to_string().as_str());
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let replay = Replay::new([]);
    let client = replay.client().unwrap();
    for bad in [folder.path().join("none"), folder.path().to_owned()] {
        let error: Error = Call::new(&client, &UPLOAD).content(Content::file(&bad)).send::<()>().await.unwrap_err();
        assert!(error.is_file() && error.to_string().contains(bad.to_str().unwrap()), "{error}");
    }
    assert!(replay.requests().is_empty());
    // It becomes shorter between the call and its sending.
    let file = folder.path().join("shrinking");
    fs::write(&file, piece(1)).unwrap();
    let other = file.clone();
    let replay = Replay::new([Expect::call("upload").with(move |request| {
        let upload = request.upload.as_ref().unwrap();
        assert_eq!((upload.length(), request.body_length(), request.body.len()), (64 << 10, 64 << 10, 0));
        fs::write(&other, "short").unwrap();
        let read = upload.reader().read_to_end(&mut Vec::new());
        assert!(read.unwrap_err().to_string().contains("shorter"));
        Ok(())
    })]);
    Call::new(&replay.client().unwrap(), &UPLOAD).content(Content::file(&file)).send::<()>().await.unwrap();
    replay.verify().unwrap();
}

/// A signature does not cover a file, as with the vendor's own signer.
#[cfg(feature = "rustls")]
#[tokio::test]
async fn a_signed_file_is_not_read_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a");
    fs::write(&file, "x").unwrap();
    let replay = Replay::new([Expect::call("upload")]);
    let client = replay.builder().credentials(Credentials::access_key("ak", "sk")).build().unwrap();
    let call = Call::new(&client, &UPLOAD).content(Content::file(&file));
    call.with_header("Content-Type", "application/json".to_owned()).send::<()>().await.unwrap();
    assert_eq!(replay.requests()[0].headers.get("X-Sdk-Content-Sha256"), Some("UNSIGNED-PAYLOAD"));
}

#[cfg(feature = "blocking")]
#[test]
fn without_async() {
    let answer = |number: u8| {
        server(move |stream| {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 3 << 16)?;
            (0..3).try_for_each(|more| stream.write_all(&piece(number + more)))
        })
    };
    let mut download = export(&answer(1)).blocking().send_stream().unwrap();
    assert_eq!(download.answer().unwrap().status(), 200);
    let mut body = Vec::new();
    download.read_to_end(&mut body).unwrap();
    assert!(body == [piece(1), piece(2), piece(3)].concat());
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("a");
    export(&answer(4)).blocking().send_stream().unwrap().save(&target).unwrap();
    assert!(fs::read(target).unwrap() == [piece(4), piece(5), piece(6)].concat());
}
