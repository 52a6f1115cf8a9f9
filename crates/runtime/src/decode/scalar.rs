//! The one place that decides which scalar may stand for which.

use serde_core::de::Unexpected;
use serde_json::Value;

/// A scalar as it was read, before it was known what takes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar<'a> {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(&'a str),
}

impl Scalar<'_> {
    /// What an error says was found.
    pub(super) fn unexpected(&self) -> Unexpected<'_> {
        match *self {
            Scalar::Bool(value) => Unexpected::Bool(value),
            Scalar::Signed(value) => Unexpected::Signed(value),
            Scalar::Unsigned(value) => Unexpected::Unsigned(value),
            Scalar::Float(value) => Unexpected::Float(value),
            Scalar::Text(text) => Unexpected::Str(text),
        }
    }

    /// Whether this is a text without content, which where text is not declared means that there is no value.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Scalar::Text(text) if text.trim().is_empty())
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match *self {
            Scalar::Bool(value) => Some(value),
            Scalar::Signed(value) => bit(value.into()),
            Scalar::Unsigned(value) => bit(value.into()),
            Scalar::Float(value) => whole(value).and_then(bit),
            Scalar::Text(text) => {
                let text = text.trim();
                if text.eq_ignore_ascii_case("true") {
                    Some(true)
                } else if text.eq_ignore_ascii_case("false") {
                    Some(false)
                } else {
                    integer(text).and_then(bit)
                }
            }
        }
    }

    pub(super) fn integer(&self) -> Option<i64> {
        match *self {
            Scalar::Bool(_) => None,
            Scalar::Signed(value) => Some(value),
            Scalar::Unsigned(value) => value.try_into().ok(),
            Scalar::Float(value) => whole(value)?.try_into().ok(),
            Scalar::Text(text) => integer(text.trim())?.try_into().ok(),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a float was declared, so the nearest one is meant")]
    pub(super) fn float(&self) -> Option<f64> {
        match *self {
            Scalar::Bool(_) => None,
            Scalar::Signed(value) => Some(value as f64),
            Scalar::Unsigned(value) => Some(value as f64),
            Scalar::Float(value) => Some(value).filter(|value| value.is_finite()),
            Scalar::Text(text) => float(text.trim()),
        }
    }

    /// The text of the scalar; of a float it is the shortest that stands for it, not always the one that was sent.
    pub(super) fn text(&self) -> String {
        match *self {
            Scalar::Bool(value) => value.to_string(),
            Scalar::Signed(value) => value.to_string(),
            Scalar::Unsigned(value) => value.to_string(),
            Scalar::Float(value) => Value::from(value).to_string(),
            Scalar::Text(text) => text.to_owned(),
        }
    }

    pub(super) fn value(&self) -> Value {
        match *self {
            Scalar::Bool(value) => Value::from(value),
            Scalar::Signed(value) => Value::from(value),
            Scalar::Unsigned(value) => Value::from(value),
            Scalar::Float(value) => Value::from(value),
            Scalar::Text(text) => Value::from(text),
        }
    }
}

fn bit(value: i128) -> Option<bool> {
    match value {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// The integer that a float is. Above 2^53 a float stands for several integers, so it is refused and not guessed.
#[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole(value: f64) -> Option<i128> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i128)
}

/// The integer that `text` is: digits first, exactly; then a float form such as `10.0` or `1e3`.
fn integer(text: &str) -> Option<i128> {
    match text.parse::<i128>() {
        Ok(value) => Some(value),
        // `10.00`, of any length, is exact as well.
        Err(_) => match text.split_once('.') {
            Some((digits, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => digits.parse().ok(),
            _ => float(text).and_then(whole),
        },
    }
}

fn float(text: &str) -> Option<f64> {
    // Rust also reads `inf`, `nan` and `infinity`, none of which a server means as a number.
    if text.bytes().any(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'e' | b'E')) {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}
