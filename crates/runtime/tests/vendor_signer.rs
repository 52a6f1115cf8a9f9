//! Our signatures held against those of the vendor's own signer, the Python package that `vendor/requirements.txt` pins, over random
//! requests; and against the fixed vectors in `vendor/vectors.jsonl`, for which no Python is needed.
//!
//! `cargo test -p tablature-runtime --test vendor_signer` runs both. The first run installs the package below `target/`.
//! With `UPDATE_VECTORS=1` it writes the fixed vectors anew.
#![cfg(any(feature = "rustls", feature = "sha2"))]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // Helpers of tests fail as tests do.

use std::fs;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};

use serde_json::{Value, json};
use tablature_runtime::{Bytes, Credentials, CredentialsProvider, HttpRequest};

const RANDOM_CASES: usize = 12_000;

/// One request, in the form in which both signers can have it.
struct Case {
    method: &'static str,
    host: String,
    /// As it stands in the URL.
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    access_key: String,
    secret_key: String,
    security_token: Option<String>,
    project_id: Option<String>,
    domain_id: Option<String>,
}

impl Case {
    fn json(&self) -> Value {
        let hex: String = self.body.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({
            "method": self.method, "host": self.host, "path": self.path, "query": self.query, "headers": self.headers, "body": hex,
            "access_key": self.access_key, "secret_key": self.secret_key, "security_token": self.security_token,
            "project_id": self.project_id, "domain_id": self.domain_id,
        })
    }
}

/// The request of a case, signed by us.
fn signed(case: &Value) -> HttpRequest {
    let text = |key: &str| case[key].as_str().map(str::to_owned);
    let pairs = |key: &str| {
        let pairs = case[key].as_array().unwrap().clone();
        pairs.into_iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_str().unwrap().to_owned()))
    };
    let mut url = format!("https://{}{}", text("host").unwrap(), text("path").unwrap());
    for (index, (name, value)) in pairs("query").enumerate() {
        url.push(if index == 0 { '?' } else { '&' });
        url.push_str(&format!("{}={}", escaped(name.as_bytes()), escaped(value.as_bytes())));
    }
    let mut request = HttpRequest::new(text("method").unwrap(), url);
    for (name, value) in pairs("headers") {
        request.headers.append(name, value);
    }
    let hex = text("body").unwrap();
    let byte = |index: usize| u8::from_str_radix(&hex[index..index + 2], 16).unwrap();
    request.body = Bytes::from((0..hex.len()).step_by(2).map(byte).collect::<Vec<_>>());
    request.project_id = text("project_id");
    request.domain_id = text("domain_id");
    let (id, secret) = (text("access_key").unwrap(), text("secret_key").unwrap());
    let credentials = match text("security_token") {
        None => Credentials::access_key(id, secret),
        Some(token) => Credentials::temporary_access_key(id, secret, token),
    };
    match pin!(credentials.authorize(&mut request)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done.unwrap(),
        Poll::Pending => panic!("signing waits for nothing"),
    }
    request
}

/// Percent-encodes everything but RFC 3986's unreserved characters.
fn escaped(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    bytes.iter().map(|&byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") }).collect()
}

/// Every field that the vendor's signer adds is in our request with the same value, and nothing else is.
#[track_caller]
fn same(case: &Value, theirs: &Value) {
    let ours = signed(case);
    let given: Vec<String> =
        case["headers"].as_array().unwrap().iter().map(|pair| pair[0].as_str().unwrap().to_lowercase()).collect();
    let mut added = serde_json::Map::new();
    for (name, value) in ours.headers.iter().filter(|(name, _)| !given.contains(&name.to_lowercase())) {
        added.insert(name.to_lowercase(), json!(value));
    }
    assert_eq!(Value::Object(added), theirs["headers"], "{case}");
    assert_eq!(json!(ours.headers.get("X-Sdk-Content-Sha256")), theirs["hash"], "{case}");
}

/// SplitMix64: enough for test data, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// Any text: mostly what can stand in a byte, which is every reserved character and the half of Latin-1 that is not ASCII.
    fn text(&mut self, longest: usize) -> String {
        let length = self.below(longest + 1);
        let mut char = || match self.below(10) {
            0 => char::from_u32(u32::try_from(self.below(0x11_0000)).unwrap()).unwrap_or('中'),
            1..3 => self.pick(&['中', 'ü', '\u{ffff}', '😀', '\u{300}', ' ', '%', '+', '/', '&', '=', '~', '*']),
            3..6 => char::from(u8::try_from(self.below(256)).unwrap()),
            _ => self.visible(false),
        };
        (0..length).map(|_| char()).collect()
    }

    /// A character that a header can hold.
    fn visible(&mut self, blanks: bool) -> char {
        match blanks && self.one_in(4) {
            true => ' ',
            false => char::from(0x21 + u8::try_from(self.below(0x5e)).unwrap()),
        }
    }

    fn word(&mut self, length: usize) -> String {
        (0..length)
            .map(|_| char::from(self.pick(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")))
            .collect()
    }

    fn path(&mut self) -> String {
        let mut path = String::new();
        for _ in 0..=self.below(6) {
            path.push('/');
            match self.below(6) {
                // What our templates keep as it is.
                0 => {
                    path.extend((0..self.below(8)).map(|_| {
                        self.pick(&[':', '@', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', 'a', '~'])
                    }))
                }
                // What somebody else may have encoded: any bytes, in small letters too.
                1 => {
                    let bytes: Vec<u8> = (0..self.below(6)).map(|_| self.next().to_le_bytes()[0]).collect();
                    path.extend(bytes.iter().map(|byte| format!("%{byte:02x}")));
                }
                _ => path.push_str(&escaped(self.text(12).as_bytes())),
            }
        }
        path
    }

    fn headers(&mut self) -> Vec<(String, String)> {
        let mut headers = vec![(
            "X-Sdk-Date".to_owned(),
            format!(
                "2026{:02}{:02}T{:02}{:02}{:02}Z",
                1 + self.below(12),
                1 + self.below(28),
                self.below(24),
                self.below(60),
                self.below(60)
            ),
        )];
        if self.one_in(2) {
            let types = [
                "application/json",
                "application/json;charset=utf8",
                "application/bson",
                "Application/JSON",
                "text/plain",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "application/merge-patch+json",
            ];
            headers.push(("Content-Type".to_owned(), self.pick(&types).to_owned()));
        }
        if self.one_in(8) {
            headers.push((self.pick(&["Host", "host"]).to_owned(), "other.example.com:9".to_owned()));
        }
        if self.one_in(12) {
            headers.push(("X-Sdk-Content-Sha256".to_owned(), self.pick(&["UNSIGNED-PAYLOAD", "0123abcd"]).to_owned()));
        }
        for _ in 0..self.below(6) {
            let mut name: String =
                (0..1 + self.below(10)).map(|_| char::from(self.pick(b"!#$%&'*+-.^_`|~09azAZ-"))).collect();
            name.insert(0, self.pick(&['x', 'Q', '!']));
            let value = (0..self.below(30)).map(|_| self.visible(true)).collect();
            if !headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                headers.push((name, value));
            }
        }
        headers
    }

    fn case(&mut self) -> Case {
        let mut query = Vec::new();
        for _ in 0..self.below(6) {
            let name = match query.last() {
                Some((name, _)) if self.one_in(2) => String::clone(name),
                _ => self.text(8),
            };
            let value = if self.one_in(4) { String::new() } else { self.text(16) };
            // An empty name cannot be told from a stray `&` when its value is empty too.
            query.push(if name.is_empty() { ("n".to_owned(), value) } else { (name, value) });
        }
        let length = match self.below(200) {
            0 => 100_000 + self.below(100_000),
            1..70 => 0,
            _ => self.below(2_000),
        };
        let project_id = self.one_in(2).then(|| self.word(32));
        Case {
            method: self.pick(&["GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "get"]),
            host: self.pick(&["ecs.eu-de.example.com", "h", "127.0.0.1:8080", "[::1]:8443"]).to_owned(),
            path: self.path(),
            query,
            headers: self.headers(),
            body: (0..length).map(|_| self.next().to_le_bytes()[0]).collect(),
            access_key: self.word(20),
            secret_key: self.word(40),
            security_token: self.one_in(3).then(|| self.word(60)),
            domain_id: (project_id.is_none() && self.one_in(2)).then(|| self.word(32)),
            project_id,
        }
    }
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vendor")
}

#[track_caller]
fn must(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// A Python that has the vendor's package; it is installed again when the list changes.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vendor-signer");
    let python = folder.join("venv/bin/python");
    let list = fs::read_to_string(here().join("requirements.txt")).unwrap();
    let mark = folder.join("installed");
    if fs::read_to_string(&mark).is_ok_and(|held| held == list) {
        return python;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    must(Command::new("python3").args(["-m", "venv"]).arg(folder.join("venv")));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    must(Command::new(&python).args(pip).arg(here().join("requirements.txt")));
    fs::write(&mark, list).unwrap();
    python
}

/// What the vendor's signer adds to each case.
fn theirs(name: &str, cases: &[Value]) -> Vec<Value> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (given, answers) = (folder.join(format!("{name}.cases")), folder.join(format!("{name}.answers")));
    fs::write(&given, cases.iter().map(|case| format!("{case}\n")).collect::<String>()).unwrap();
    must(Command::new(python()).arg(here().join("sign.py")).args([&given, &answers]));
    let answers = fs::read_to_string(&answers).unwrap();
    answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn random_requests_are_signed_as_the_vendor_signs_them() {
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: python3 not found");
        return;
    }
    let mut random = Random(20_261_121);
    let cases: Vec<Value> = (0..RANDOM_CASES).map(|_| random.case().json()).collect();
    let answers = theirs("random", &cases);
    assert_eq!(answers.len(), RANDOM_CASES);
    for (case, answer) in cases.iter().zip(&answers) {
        same(case, answer);
    }
    println!("{RANDOM_CASES} requests signed alike");
}

#[test]
fn fixed_vectors() {
    let file = here().join("vectors.jsonl");
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let mut random = Random(1);
        let cases: Vec<Value> = std::iter::from_fn(|| Some(random.case()))
            .filter(|case| case.body.len() < 200)
            .take(40)
            .map(|case| case.json())
            .collect();
        let lines =
            cases.iter().zip(theirs("vectors", &cases)).map(|(case, answer)| format!("{}\n", json!([case, answer])));
        fs::write(&file, lines.collect::<String>()).unwrap();
    }
    let vectors = fs::read_to_string(&file).unwrap();
    assert!(vectors.lines().count() >= 40);
    for line in vectors.lines() {
        let vector: Value = serde_json::from_str(line).unwrap();
        same(&vector[0], &vector[1]);
    }
}
