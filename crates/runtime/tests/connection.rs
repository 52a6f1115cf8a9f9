//! How the default transport reaches a server: TLS, proxies, compression, and what it calls itself.
#![cfg(all(feature = "rustls", feature = "gzip"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::Write;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tablature_runtime::{Call, Client, ClientBuilder, Error, Operation, Raw, Retry, Service, Value};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto::ring};

static SERVICE: Service = Service { name: "s", hosts: &[] };
static SHOW: Operation = Operation::new(&SERVICE, "show", "GET", "/show", &[]);
static HEAD: Operation = Operation::new(&SERVICE, "head", "HEAD", "/show", &[]);

fn builder(url: &str) -> ClientBuilder {
    Client::builder().endpoint(url).without_credentials().retry(Retry::none()).attempt_timeout(Duration::from_secs(20))
}

async fn show(builder: ClientBuilder) -> Result<Value, Error> {
    Call::new(&builder.build()?, &SHOW).send().await
}

/// Reads the head of one request, tells it, and answers.
async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &[u8],
    heads: &std::sync::mpsc::Sender<String>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    heads.send(String::from_utf8(head).unwrap()).unwrap();
    stream.write_all(answer).await.unwrap();
    stream.shutdown().await.unwrap();
}

/// A server that gives one answer to everybody, and the heads of the requests.
async fn server(answer: Vec<u8>, tls: Option<TlsAcceptor>) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://localhost:{}", listener.local_addr().unwrap().port());
    let (heads, received) = channel();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            match &tls {
                None => serve(stream, &answer, &heads).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => serve(stream, &answer, &heads).await,
                    Err(_) => continue,
                },
            }
        }
    });
    (url, received)
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// A certificate authority that nobody trusts, and what it signed.
struct Authority {
    certificate: rcgen::Certificate,
    issuer: rcgen::Issuer<'static, rcgen::KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new([]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).unwrap();
        Authority { certificate, issuer: rcgen::Issuer::new(params, key) }
    }

    fn sign(&self, name: &str) -> (rcgen::Certificate, rcgen::KeyPair) {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new([name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    fn acceptor(&self, asks: bool) -> TlsAcceptor {
        let (certificate, key) = self.sign("localhost");
        let provider = Arc::new(ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let config = if asks {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.der().clone()).unwrap();
            config.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap(),
            )
        } else {
            config.with_no_client_auth()
        };
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        TlsAcceptor::from(Arc::new(config.with_single_cert(chain, key).unwrap()))
    }
}

#[tokio::test]
async fn a_root_certificate_of_ones_own() {
    let authority = Authority::new();
    let (url, _heads) = server(ok("", b"1"), Some(authority.acceptor(false))).await;
    let error = show(builder(&url)).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let own = builder(&url).root_certificate(authority.certificate.pem());
    assert_eq!(show(own).await.unwrap(), 1);
}

#[tokio::test]
async fn a_server_that_asks_who_calls() {
    let authority = Authority::new();
    let (url, _heads) = server(ok("", b"1"), Some(authority.acceptor(true))).await;
    let own = || builder(&url).root_certificate(authority.certificate.pem());
    assert!(show(own()).await.unwrap_err().is_transport());
    let (certificate, key) = authority.sign("caller");
    let identity = own().client_identity(certificate.pem(), key.serialize_pem());
    assert_eq!(show(identity).await.unwrap(), 1);
}

#[test]
fn settings_that_cannot_be_used() {
    #[track_caller]
    fn check(builder: ClientBuilder, part: &str) {
        let error = builder.build().unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(error.is_configuration() && text.contains(part) && !text.contains("hunter2"), "{text}");
    }
    let builder = || Client::builder().endpoint("http://127.0.0.1:9");
    check(builder().root_certificate("nothing"), "BEGIN CERTIFICATE");
    check(builder().client_identity("nothing", "hunter2"), "client identity");
    check(builder().proxy("socks5://user:hunter2@proxy"), "scheme is `socks5`");
    check(builder().proxy("user:hunter2@proxy:80"), "expected one like");
    check(builder().proxy("http://"), "expected one like");
    check(builder().proxy("http://proxy").no_proxy(), "leave one of them out");
    check(builder().product("my app", "1"), "User-Agent");
    check(builder().product("app", "1\r\nX: y"), "User-Agent");
    let transport = tablature_runtime::testing::Replay::new([]);
    check(builder().transport(transport).connect_timeout(Duration::from_secs(1)), "HttpTransport::builder()");
}

#[tokio::test]
async fn a_proxy() {
    let (proxy, heads) = server(ok("", b"\"proxied\""), None).await;
    let proxy = proxy.replace("http://", "http://user:secret@");
    assert_eq!(show(builder("http://service.invalid").proxy(proxy)).await.unwrap(), "proxied");
    let head = heads.recv().unwrap().to_lowercase();
    assert!(head.starts_with("get http://service.invalid/show http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nproxy-authorization: basic dxnlcjpzzwnyzxq=\r\n"), "{head}");
}

/// Run by the next test in a process with another environment.
#[tokio::test]
#[ignore = "needs its parent"]
async fn in_an_environment_with_a_proxy() {
    assert_eq!(show(builder("http://service.invalid")).await.unwrap(), "proxied");
    assert!(show(builder("http://service.invalid").no_proxy()).await.unwrap_err().is_connect());
    let url = std::env::var("NOT_PROXIED").unwrap();
    assert_eq!(show(builder(&url)).await.unwrap(), "direct");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_the_environment() {
    let (proxy, _heads) = server(ok("", b"\"proxied\""), None).await;
    let (direct, _others) = server(ok("", b"\"direct\""), None).await;
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "in_an_environment_with_a_proxy", "--ignored"]);
    child.env("HTTP_PROXY", proxy).env("NO_PROXY", "localhost").env("NOT_PROXIED", direct);
    let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn compressed_answers() {
    let text = format!("{:?}", "x".repeat(5000));
    let (url, heads) = server(ok("Content-Encoding: GZIP\r\n", &gzip(&text)), None).await;
    let raw: Raw<Value> = Call::new(&builder(&url).build().unwrap(), &SHOW).send_raw().await.unwrap();
    assert_eq!(raw.text(), text);
    assert!(!raw.headers().contains("content-encoding") && !raw.headers().contains("content-length"));
    assert!(heads.recv().unwrap().to_lowercase().contains("\r\naccept-encoding: gzip\r\n"));
    // The limit is about what the application gets.
    let error = show(builder(&url).max_response_bytes(5000)).await.unwrap_err();
    assert!(error.to_string().contains("raise the limit"), "{error}");
    assert!(show(builder(&url).max_response_bytes(5002)).await.is_ok());
    // Who asks for something else gets what came.
    let client = builder(&url).build().unwrap();
    let call = Call::new(&client, &SHOW).with_header("Accept-Encoding", "gzip, br".to_owned());
    let raw: Raw<Value> = call.send_raw().await.unwrap();
    assert_eq!(raw.bytes(), gzip(&text));
}

#[tokio::test]
async fn the_length_of_a_body_that_does_not_come() {
    let (url, _heads) = server(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n".to_vec(), None).await;
    Call::new(&builder(&url).build().unwrap(), &HEAD).send::<()>().await.unwrap();
}

#[tokio::test]
async fn products() {
    let (url, heads) = server(ok("", b"1"), None).await;
    show(builder(&url).product("sdk", "0.1.0").product("my-app", "1.0+x")).await.unwrap();
    let expected = concat!("user-agent: my-app/1.0+x sdk/0.1.0 tablature-runtime/", env!("CARGO_PKG_VERSION"), "\r\n");
    let head = heads.recv().unwrap();
    assert!(head.to_lowercase().contains(expected), "{head}");
}

/// How many connections two calls with a pause between them take.
async fn connections(settings: impl Fn(ClientBuilder) -> ClientBuilder) -> usize {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            tokio::spawn(async move {
                while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n17").await;
                }
            });
        }
    });
    let client = settings(builder(&url)).build().unwrap();
    for _ in 0..2 {
        Call::new(&client, &SHOW).send::<Value>().await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    count.load(std::sync::atomic::Ordering::SeqCst)
}

#[tokio::test]
async fn idle_connections() {
    assert_eq!(connections(|builder| builder).await, 1);
    assert_eq!(connections(|builder| builder.idle_timeout(Duration::from_millis(50))).await, 2);
}
