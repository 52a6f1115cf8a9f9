//! For the contract tests: typed calls from JSON, and typed answers as JSON.
//!
//! With the feature `contract`, the tables that encode a request also decode it, and those that decode a response also encode it. Nothing else is
//! different, so what the tests call is what users call.

mod convert;

use std::future::Future;

use serde_json::Value;

use crate::error::Error;
use crate::transport::BoxFuture;

pub use convert::{Typed, decode, encode};

/// What a typed call gives, as JSON.
pub type Answer = BoxFuture<'static, Result<Value, Error>>;

/// Sends a call.
pub fn answer<T: Typed>(send: impl Future<Output = Result<T, Error>> + Send + 'static) -> Answer {
    Box::pin(async move { Ok(encode(&send.await?)) })
}

/// The parts of the input of a call that no setter has taken yet.
#[derive(Debug)]
pub struct Input {
    parts: Vec<(&'static str, Vec<(String, Value)>)>,
    body: Option<Value>,
}

impl Input {
    /// Takes an object with the objects `path`, `query` and `header` by wire names, and any `body`. Headers that the client itself sends have no
    /// setters and stay out.
    ///
    /// # Errors
    /// When it is no such object.
    pub fn new(input: &Value) -> Result<Self, String> {
        let input = input.as_object().ok_or("the input is not an object")?;
        for key in input.keys() {
            if !["path", "query", "header", "body"].contains(&key.as_str()) {
                return Err(format!("the input has a part `{key}`"));
            }
        }
        let part = |name: &'static str| {
            let members = input.get(name).and_then(Value::as_object).into_iter().flatten();
            (name, members.map(|(key, value)| (key.clone(), value.clone())).collect())
        };
        Ok(Input { parts: vec![part("path"), part("query"), part("header")], body: input.get("body").cloned() })
    }

    /// The value for a setter.
    ///
    /// # Errors
    /// When it does not have the setter's type.
    pub fn take<T: Typed>(&mut self, part: &str, name: &str) -> Result<Option<T>, String> {
        let same = |key: &str| if part == "header" { key.eq_ignore_ascii_case(name) } else { key == name };
        let members = self.parts.iter_mut().find(|(known, _)| *known == part).map(|(_, members)| members);
        let Some(members) = members else { return Ok(None) };
        let Some(at) = members.iter().position(|(key, _)| same(key)) else { return Ok(None) };
        match members.remove(at).1 {
            // Null can be given where any value can; elsewhere it is a setter that is not called.
            Value::Null => Ok(decode::<T>(&Value::Null).ok().filter(|value| part == "body" && encode(value).is_null())),
            value => convert(&format!("{part} {name}"), &value, part == "body").map(Some),
        }
    }

    /// The value for a path id.
    ///
    /// # Errors
    /// When there is none, or it does not have the type.
    pub fn argument<T: Typed>(&mut self, name: &str) -> Result<T, String> {
        self.take("path", name)?.ok_or_else(|| format!("path {name} is missing"))
    }

    /// The project of the path.
    ///
    /// # Errors
    /// When it is no text.
    pub fn project_id(&mut self) -> Result<Option<String>, String> {
        self.take("path", "project_id")
    }

    /// The whole body.
    ///
    /// # Errors
    /// When it does not have the setter's type.
    pub fn body<T: Typed>(&mut self) -> Result<Option<T>, String> {
        self.body.take().map(|body| convert("body", &body, true)).transpose()
    }

    /// Makes the members of the body a part of the input.
    ///
    /// # Errors
    /// When the body is no object.
    pub fn open_body(&mut self) -> Result<(), String> {
        match self.body.take() {
            Some(Value::Object(members)) => self.parts.push(("body", members.into_iter().collect())),
            Some(_) => return Err("the body is not an object".into()),
            None => {}
        }
        Ok(())
    }

    /// A query value that belongs to the operation's identity.
    ///
    /// # Errors
    /// When the input has another value.
    pub fn fixed(&mut self, name: &str, value: &str) -> Result<(), String> {
        match self.take::<String>("query", name)? {
            Some(given) if given != value => Err(format!("query {name} is always {value}, not {given}")),
            _ => Ok(()),
        }
    }

    /// Says what is left.
    ///
    /// # Errors
    /// When anything is.
    pub fn done(&self) -> Result<(), String> {
        for (part, members) in &self.parts {
            if let Some((key, _)) = members.first() {
                return Err(format!("there is no setter for {part} {key}"));
            }
        }
        if self.body.is_some() { Err("there is no setter for a body".into()) } else { Ok(()) }
    }
}

fn convert<T: Typed>(what: &str, value: &Value, whole: bool) -> Result<T, String> {
    let out: T = decode(value).map_err(|error| format!("{what} does not convert: {error}"))?;
    match whole.then(|| lost(value, &encode(&out))).flatten() {
        Some(key) => Err(format!("there is no setter for {what}{key}")),
        None => Ok(out),
    }
}

/// The path of a key that the second value does not have, nulls apart.
fn lost(before: &Value, after: &Value) -> Option<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.iter().filter(|(_, value)| !value.is_null()).find_map(|(key, value)| match after.get(key) {
                Some(after) => lost(value, after).map(|rest| format!(".{key}{rest}")),
                None => Some(format!(".{key}")),
            })
        }
        (Value::Array(before), Value::Array(after)) => before
            .iter()
            .zip(after)
            .enumerate()
            .find_map(|(index, (before, after))| lost(before, after).map(|rest| format!("[{index}]{rest}"))),
        _ => None,
    }
}
