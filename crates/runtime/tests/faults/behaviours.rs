//! What can go wrong, one entry for each way.

use std::io::Write;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use crate::server::{Connection, Request, Server, Step, answer, date, response};

/// More than any attempt takes.
const PATIENT: Duration = Duration::from_secs(100);

/// For servers that do not answer in time anyway.
const SHORT: Duration = Duration::from_millis(400);

const HOUR: u64 = 3600;

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Healthy,
    Refused,
    NoSuchHost,
    ResetAtOnce,
    ResetBeforeHead,
    ResetInHead,
    ResetInBody,
    ClosedAfterEach,
    HalfAChunk,
    NoChunk,
    LengthTooLong,
    LengthTooShort,
    LengthTwice,
    NotHttp,
    NeverAnswers,
    OneByteASecond,
    EndlessContinue,
    GigabyteAnnounced,
    GigabyteInChunks,
    Bomb,
    BrokenGzip,
    ManyHeaders,
    EndlessHeader,
    NotUtf8,
    Deep,
    HtmlPage,
    HtmlOfSuccess,
    OtherHost,
    PlainLoop,
    Throttled,
    ThrottledSeconds,
    ThrottledDate,
    ThrottledGarbage,
    ThrottledForLong,
    Unavailable,
    OneError,
    TokenExpires,
    ClockSkew,
}

pub struct Fault {
    pub name: &'static str,
    /// How long an attempt may take.
    pub attempt: Duration,
    /// Whether the server says that it did nothing, so that a write may arrive again.
    pub declines: bool,
    /// Whether the connection breaks before, while or after a request is written, which nobody can foresee.
    pub racing: bool,
    kind: Kind,
}

impl Fault {
    pub async fn start(&self) -> Server {
        let mut server = Server::start(self.kind).await;
        match self.kind {
            Kind::Refused => {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                server.url = format!("http://{}", listener.local_addr().unwrap());
            }
            // A name that no resolver takes, so that none on the network is asked.
            Kind::NoSuchHost => server.url = format!("http://{}.invalid", "x".repeat(64)),
            _ => {}
        }
        server
    }
}

pub fn faults() -> Vec<Fault> {
    let fault = |name, kind| Fault { name, attempt: PATIENT, declines: false, racing: false, kind };
    let slow = |name, kind| Fault { attempt: SHORT, ..fault(name, kind) };
    let declining = |name, kind| Fault { declines: true, ..fault(name, kind) };
    vec![
        fault("none", Kind::Healthy),
        fault("no such host", Kind::NoSuchHost),
        fault("connection refused", Kind::Refused),
        Fault { racing: true, ..fault("reset as soon as connected", Kind::ResetAtOnce) },
        fault("reset before the head", Kind::ResetBeforeHead),
        fault("reset within the head", Kind::ResetInHead),
        fault("reset within the body", Kind::ResetInBody),
        fault("closed after each answer, without saying so", Kind::ClosedAfterEach),
        fault("ends within a chunk", Kind::HalfAChunk),
        fault("a chunk without a length", Kind::NoChunk),
        fault("`Content-Length` too long", Kind::LengthTooLong),
        fault("`Content-Length` too short", Kind::LengthTooShort),
        fault("two different `Content-Length`", Kind::LengthTwice),
        fault("not HTTP", Kind::NotHttp),
        slow("never answers", Kind::NeverAnswers),
        slow("one byte a second", Kind::OneByteASecond),
        slow("`100 Continue` without end", Kind::EndlessContinue),
        fault("a body of 1 GB, announced", Kind::GigabyteAnnounced),
        fault("a body of 1 GB, in chunks", Kind::GigabyteInChunks),
        fault("a small gzip of a body of 1 GB", Kind::Bomb),
        fault("a gzip that is none", Kind::BrokenGzip),
        fault("100,000 headers", Kind::ManyHeaders),
        fault("a header of 1 GB", Kind::EndlessHeader),
        fault("a body that is not UTF-8", Kind::NotUtf8),
        fault("JSON nested 100,000 deep", Kind::Deep),
        fault("502 with the HTML page of a proxy", Kind::HtmlPage),
        fault("200 with the HTML page of a proxy", Kind::HtmlOfSuccess),
        fault("301 to another host", Kind::OtherHost),
        declining("308 to the next place, without end", Kind::PlainLoop),
        declining("429, then well", Kind::Throttled),
        declining("429 with seconds, then well", Kind::ThrottledSeconds),
        declining("429 with a date, then well", Kind::ThrottledDate),
        declining("429 with garbage, then well", Kind::ThrottledGarbage),
        declining("429 for an hour", Kind::ThrottledForLong),
        declining("503 always", Kind::Unavailable),
        fault("500, then well", Kind::OneError),
        declining("the token expires after 20 calls", Kind::TokenExpires),
        declining("the clock of the service is an hour ahead", Kind::ClockSkew),
    ]
}

/// What a server knows of all its connections.
#[derive(Default)]
pub struct State {
    requests: AtomicU32,
}

pub async fn behave(kind: Kind, state: &State, connection: &mut Connection, request: &Request) -> Step {
    let first = request.times == 1;
    match kind {
        Kind::Healthy | Kind::Refused | Kind::NoSuchHost | Kind::ResetAtOnce => connection.write(answer(request)).await,
        Kind::ResetBeforeHead => connection.reset("").await,
        Kind::ResetInHead => connection.reset("HTTP/1.1 200 OK\r\nContent-Le").await,
        Kind::ResetInBody => connection.reset("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":").await,
        Kind::ClosedAfterEach => connection.last(answer(request)).await,
        Kind::HalfAChunk => {
            connection.last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{\"id\":").await
        }
        Kind::NoChunk => connection.last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{\"id\":").await,
        Kind::LengthTooLong => connection.last(answer(request).replace("Content-Length: ", "Content-Length: 1")).await,
        Kind::LengthTooShort => {
            let text = answer(request);
            let (_, body) = text.split_once("\r\n\r\n").unwrap();
            connection.write(format!("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{body}")).await
        }
        Kind::LengthTwice => connection.last(response(200, "Content-Length: 3\r\n", "{\"id\":1}")).await,
        Kind::NotHttp => connection.last("SSH-2.0-OpenSSH_9.9\r\n\r\n").await,
        Kind::NeverAnswers => connection.silence("").await,
        Kind::OneByteASecond => {
            for byte in answer(request).bytes() {
                connection.put([byte]).await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Ok(ControlFlow::Break(()))
        }
        Kind::EndlessContinue => loop {
            connection.put("HTTP/1.1 100 Continue\r\n\r\n").await?;
            tokio::time::sleep(Duration::from_millis(5)).await;
        },
        Kind::GigabyteAnnounced => {
            connection.put("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n").await?;
            flood(connection, &[b' '; 1 << 16], 1 << 14).await
        }
        Kind::GigabyteInChunks => {
            connection.put("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
            let chunk = [b"10000\r\n".as_slice(), &[b' '; 1 << 16], b"\r\n"].concat();
            flood(connection, &chunk, 1 << 14).await
        }
        Kind::Bomb => {
            let bomb = bomb();
            let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", bomb.len());
            connection.put(head).await?;
            connection.write(bomb).await
        }
        Kind::BrokenGzip => connection.write(response(200, "Content-Encoding: gzip\r\n", "{\"id\":1}")).await,
        Kind::ManyHeaders => {
            let lines: String = (0..100_000).map(|index| format!("X-{index}: y\r\n")).collect();
            connection.last(response(200, &lines, "{}")).await
        }
        Kind::EndlessHeader => {
            connection.put("HTTP/1.1 200 OK\r\nX-Long: ").await?;
            flood(connection, &[b'x'; 1 << 16], 1 << 14).await
        }
        Kind::NotUtf8 => {
            connection.put("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").await?;
            connection.write(b"{\"id\":\"\xff\"").await
        }
        Kind::Deep => connection.write(response(200, "", &"[".repeat(100_000))).await,
        Kind::HtmlPage => {
            connection.write(response(502, "Content-Type: text/html\r\n", "<html>Bad Gateway</html>")).await
        }
        Kind::HtmlOfSuccess => {
            connection.write(response(200, "Content-Type: text/html\r\n", "<html>Log in</html>")).await
        }
        // Nobody is there; a client that follows says that it cannot connect.
        Kind::OtherHost => connection.write(response(301, "Location: http://127.0.0.1:9/v1\r\n", "")).await,
        Kind::PlainLoop => {
            let next = format!("Location: /{}/{}\r\n", request.times, request.id);
            connection.write(response(308, &next, "")).await
        }
        Kind::Throttled if first => connection.write(response(429, "", "{}")).await,
        Kind::ThrottledSeconds if first => connection.write(response(429, "Retry-After: 1\r\n", "{}")).await,
        Kind::ThrottledDate if first => {
            let headers = format!("Retry-After: {}\r\nDate: {}\r\n", date(1), date(0));
            connection.write(response(429, &headers, "{}")).await
        }
        Kind::ThrottledGarbage if first => connection.write(response(429, "Retry-After: -1e9 soon\r\n", "{}")).await,
        Kind::ThrottledForLong => connection.write(response(429, "Retry-After: 3600\r\n", "{}")).await,
        Kind::Unavailable => connection.write(response(503, "", "{}")).await,
        Kind::OneError if first => connection.write(response(500, "", "{}")).await,
        Kind::Throttled | Kind::ThrottledSeconds | Kind::ThrottledDate | Kind::ThrottledGarbage | Kind::OneError => {
            connection.write(answer(request)).await
        }
        Kind::TokenExpires => {
            let expired = state.requests.fetch_add(1, Ordering::Relaxed) >= 20;
            match request.header("X-Auth-Token") {
                Some("token-0") if expired => connection.write(response(401, "", "{}")).await,
                Some("token-0" | "token-1") => connection.write(answer(request)).await,
                _ => connection.write(response(403, "", "{}")).await,
            }
        }
        Kind::ClockSkew => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() + HOUR;
            let sent = request.header("X-Sdk-Date").and_then(|date| date.parse::<u64>().ok()).unwrap_or(0);
            if sent.abs_diff(now) < HOUR / 4 {
                connection.write(answer(request)).await
            } else {
                connection.write(response(401, &format!("Date: {}\r\n", date(HOUR)), "{}")).await
            }
        }
    }
}

/// Writes until the peer has had enough.
async fn flood(connection: &mut Connection, piece: &[u8], times: usize) -> Step {
    for _ in 0..times {
        connection.put(piece).await?;
    }
    Ok(ControlFlow::Break(()))
}

/// A gigabyte of blanks; made once, because that takes a moment.
fn bomb() -> &'static [u8] {
    static BOMB: OnceLock<Vec<u8>> = OnceLock::new();
    BOMB.get_or_init(|| {
        // Members of a gzip file may follow each other.
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&vec![b' '; 16 << 20]).unwrap();
        encoder.finish().unwrap().repeat(64)
    })
}
