//! A server that misbehaves on purpose.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::behaviours::{Kind, State, behave};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How often each call arrived whole, by the id at the end of its path.
type Arrived = Arc<Mutex<BTreeMap<String, u32>>>;

/// What a server does with a request; `Break` ends the connection.
pub type Step = io::Result<ControlFlow<()>>;

pub struct Server {
    pub url: String,
    arrived: Arrived,
    task: tokio::task::JoinHandle<()>,
}

/// A request that arrived whole.
pub struct Request {
    pub head: String,
    /// The id at the end of the path.
    pub id: String,
    /// How often this call has arrived, this time included.
    pub times: u32,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

impl Server {
    pub async fn start(kind: Kind) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let arrived = Arrived::default();
        let state = Arc::new(State::default());
        let log = Arc::clone(&arrived);
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let connection = Connection { stream, buffer: Vec::new() };
                tokio::spawn(serve(connection, kind, Arc::clone(&state), Arc::clone(&log)));
            }
        });
        Server { url, arrived, task }
    }

    /// The number of calls that arrived, and the most often that one of them did.
    pub fn arrived(&self) -> (usize, u32) {
        let arrived = self.arrived.lock().unwrap();
        (arrived.len(), arrived.values().copied().max().unwrap_or(0))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut connection: Connection, kind: Kind, state: Arc<State>, arrived: Arrived) {
    if matches!(kind, Kind::ResetAtOnce) {
        let _ = connection.stream.set_zero_linger();
        return;
    }
    while let Some(head) = connection.read().await {
        let path = head.split(' ').nth(1).unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let times = {
            let mut arrived = arrived.lock().unwrap();
            let times = arrived.entry(id.clone()).or_default();
            *times += 1;
            *times
        };
        let request = Request { head, id, times };
        if !matches!(behave(kind, &state, &mut connection, &request).await, Ok(ControlFlow::Continue(()))) {
            return;
        }
    }
}

pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// The head of the next request, once its body has come too.
    async fn read(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                let length = head.to_ascii_lowercase();
                let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                let all = end + 4 + length.unwrap_or(0_usize);
                if self.buffer.len() >= all {
                    self.buffer.drain(..all);
                    return Some(head);
                }
            }
            if self.stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }

    pub async fn put(&mut self, text: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(text.as_ref()).await?;
        self.stream.flush().await
    }

    /// Writes and goes on with the next request.
    pub async fn write(&mut self, text: impl AsRef<[u8]>) -> Step {
        self.put(text).await?;
        Ok(ControlFlow::Continue(()))
    }

    /// Writes and closes the connection in good order.
    pub async fn last(&mut self, text: impl AsRef<[u8]>) -> Step {
        self.put(text).await?;
        self.stream.shutdown().await?;
        Ok(ControlFlow::Break(()))
    }

    /// Writes and lets the peer see a reset.
    pub async fn reset(&mut self, text: impl AsRef<[u8]>) -> Step {
        self.put(text).await?;
        // What was written has to arrive before the reset overtakes it.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.stream.set_zero_linger()?;
        Ok(ControlFlow::Break(()))
    }

    /// Writes and then does nothing until the peer goes away.
    pub async fn silence(&mut self, text: impl AsRef<[u8]>) -> Step {
        self.put(text).await?;
        let _ = self.stream.read(&mut [0; 64]).await;
        Ok(ControlFlow::Break(()))
    }
}

/// A response of `status` with some header lines.
pub fn response(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} Status\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// What a service in good health answers: the id of the call.
pub fn answer(request: &Request) -> String {
    response(200, "", &format!(r#"{{"id":"{}"}}"#, request.id))
}

pub fn date(ahead: u64) -> String {
    httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(ahead))
}
