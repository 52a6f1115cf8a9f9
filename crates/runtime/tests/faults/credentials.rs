//! A token that is renewed when a service refuses it, and a date as a signature has it.

use std::sync::Mutex;
use std::time::SystemTime;

use tablature_runtime::{BoxFuture, CredentialsError, CredentialsProvider, Headers, HttpRequest};

#[derive(Default)]
pub struct Renewed {
    renewals: Mutex<u32>,
}

impl CredentialsProvider for Renewed {
    fn authorize<'a>(&'a self, request: &'a mut HttpRequest) -> BoxFuture<'a, Result<(), CredentialsError>> {
        let token = format!("token-{}", self.renewals.lock().unwrap());
        request.headers.insert_secret("X-Auth-Token", token);
        let time = request.time.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        request.headers.insert("X-Sdk-Date", time.as_secs().to_string());
        Box::pin(std::future::ready(Ok(())))
    }

    fn refresh<'a>(&'a self, refused: &'a Headers) -> BoxFuture<'a, Result<bool, CredentialsError>> {
        let mut renewals = self.renewals.lock().unwrap();
        // Another call may have renewed it meanwhile.
        if refused.get("X-Auth-Token") == Some(format!("token-{renewals}").as_str()) {
            *renewals += 1;
        }
        Box::pin(std::future::ready(Ok(true)))
    }

    fn uses_time(&self) -> bool {
        true
    }
}
