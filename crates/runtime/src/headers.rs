//! Header fields with case-insensitive names, which never print a secret.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use crate::redact;

/// Names of headers whose values are secrets wherever they come from.
const SECRET: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-auth-token",
    "x-subject-token",
    "x-security-token",
    "x-service-token",
    "x-metadata-token",
];

/// The header fields of a request or a response, in order, with case-insensitive names. A clone shares them until one of the two changes.
#[derive(Clone, Default)]
pub struct Headers(Option<Arc<Fields>>);

#[derive(Clone, Default)]
struct Fields {
    /// Every name and value in one text, because an allocation for each costs more than the copying.
    text: String,
    fields: Vec<Field>,
}

/// Where in the text a field stands, name first.
#[derive(Clone)]
struct Field {
    start: usize,
    middle: usize,
    end: usize,
    /// Set by `insert_secret`; some names are secret without it.
    secret: bool,
}

impl Headers {
    /// No header fields.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// No header fields, and space for `fields` of them with `bytes` bytes of names and values.
    pub(crate) fn with_capacity(fields: usize, bytes: usize) -> Headers {
        Headers(Some(Arc::new(Fields { text: String::with_capacity(bytes), fields: Vec::with_capacity(fields) })))
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Every value of `name`, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether there is a field `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets `name` to `value` in place of every value that it had.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.remove(name.as_ref());
        self.push(name.as_ref(), value.as_ref(), false);
    }

    /// Like [`insert`](Headers::insert) for a value that no output may show, whatever the name.
    pub fn insert_secret(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.remove(name.as_ref());
        self.push(name.as_ref(), value.as_ref(), true);
    }

    /// Adds a value to those that `name` has.
    pub fn append(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        self.push(name.as_ref(), value.as_ref(), false);
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        if self.contains(name) {
            let Fields { text, fields } = self.edit();
            fields.retain(|field| !field.name(text).eq_ignore_ascii_case(name));
        }
    }

    /// Names and values in order; secrets included, so this is for transports and not for logs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields().map(|(name, value, _)| (name, value))
    }

    /// As [`iter`](Headers::iter), with values that keep all of the text and need no copy.
    pub(crate) fn shared(&self) -> impl Iterator<Item = (&str, Bytes)> {
        let whole = self.0.clone().map(|fields| Bytes::from_owner(Text(fields))).unwrap_or_default();
        let (text, fields) = self.parts();
        fields.iter().map(move |field| (field.name(text), whole.slice(field.middle..field.end)))
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |all| all.fields.len())
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The values that must not be repeated in an error.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let secret = self.fields().filter(|(name, value, field)| field.is_secret(name) && !value.is_empty());
        secret.map(|(_, value, _)| value.to_owned()).collect()
    }

    /// Takes over every field of `other`, in place of those with the same name.
    pub(crate) fn override_with(&mut self, other: &Headers) {
        for (name, _) in other.iter() {
            self.remove(name);
        }
        for (name, value, field) in other.fields() {
            self.push(name, value, field.secret);
        }
    }

    /// Says what is wrong with the first field that cannot be sent as it is.
    pub(crate) fn problem(&self) -> Option<String> {
        self.iter().find_map(|(name, value)| problem(name, value))
    }

    fn push(&mut self, name: &str, value: &str, secret: bool) {
        let Fields { text, fields } = self.edit();
        let start = text.len();
        text.push_str(name);
        let middle = text.len();
        text.push_str(value);
        fields.push(Field { start, middle, end: text.len(), secret });
    }

    fn parts(&self) -> (&str, &[Field]) {
        self.0.as_ref().map_or(("", &[]), |all| (all.text.as_str(), all.fields.as_slice()))
    }

    fn edit(&mut self) -> &mut Fields {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &str, &Field)> {
        let (text, fields) = self.parts();
        fields.iter().map(move |field| (field.name(text), field.value(text), field))
    }
}

impl Field {
    fn name<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.middle).unwrap_or_default()
    }

    fn value<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.middle..self.end).unwrap_or_default()
    }

    /// Decided when somebody asks, because most headers are never shown.
    fn is_secret(&self, name: &str) -> bool {
        self.secret || SECRET.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    fn shown<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if self.is_secret(name) {
            return Cow::Borrowed("[redacted]");
        }
        // A place to go to may have a token in its query.
        let is_link = ["location", "content-location"].iter().any(|link| link.eq_ignore_ascii_case(name));
        if is_link { Cow::Owned(redact::link(value)) } else { Cow::Borrowed(value) }
    }
}

/// The text of all fields, for as long as a value is used.
struct Text(Arc<Fields>);

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.0.text.as_bytes()
    }
}

/// How a field may be shown, and what was there before, makes no difference.
impl PartialEq for Headers {
    fn eq(&self, other: &Headers) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

/// Whether a name may hold a byte.
const TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        token[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut index = 0;
    while index < others.len() {
        token[others[index] as usize] = true;
        index += 1;
    }
    token
};

fn problem(name: &str, value: &str) -> Option<String> {
    if name.is_empty() || !name.bytes().all(|byte| TOKEN[usize::from(byte)]) {
        return Some(format!("header name {name:?} may hold letters, digits and -_.!#$%&'*+^`|~ only"));
    }
    if ["content-length", "transfer-encoding", "connection"].iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Some(format!("header `{name}` is set by the transport; leave it out"));
    }
    // The value stays out of the message: it may be a token.
    let unseen = |byte: &u8| !(0x20..=0x7e).contains(byte);
    // Looks at every byte and decides nothing in between, so that many are looked at in one instruction.
    if !value.as_bytes().iter().fold(false, |found, byte| found | unseen(byte)) {
        return None;
    }
    let byte = value.bytes().find(unseen)?;
    Some(format!(
        "the value of header `{name}` holds the byte 0x{byte:02x}; a header value is visible ASCII, so encode or remove it"
    ))
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.fields().map(|(name, value, field)| (name, field.shown(name, value)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, value: &str, expected: Option<&str>) {
        let mut headers = Headers::new();
        headers.insert(name, value);
        match (headers.problem(), expected) {
            (None, None) => {}
            (Some(found), Some(part)) if found.contains(part) => {}
            (found, _) => panic!("{name:?}: {value:?} gave {found:?}"),
        }
    }

    #[test]
    fn problems() {
        check("workspace", "ws-1", None);
        check("workspace", "two words", None);
        check("workspace", "", None);
        check("workspace", "a\r\nx: y", Some("0x0d"));
        check("workspace", "a\nb", Some("0x0a"));
        check("workspace", "a\tb", Some("0x09"));
        check("workspace", "a\0b", Some("0x00"));
        check("workspace", "中文", Some("visible ASCII"));
        check("work space", "a", Some("header name"));
        check("a:b", "a", Some("header name"));
        check("", "a", Some("header name"));
        check("Content-Length", "3", Some("transport"));
    }

    #[test]
    fn a_problem_does_not_show_the_value() {
        let mut headers = Headers::new();
        headers.insert("X-Auth-Token", "secret-token\n");
        assert!(!headers.problem().unwrap().contains("secret-token"));
    }

    #[test]
    fn names_have_no_case() {
        let mut headers = Headers::new();
        headers.append("X-A", "1");
        headers.append("x-a", "2");
        assert_eq!(headers.get_all("X-a").collect::<Vec<_>>(), ["1", "2"]);
        headers.insert("X-a", "3");
        assert_eq!(headers.iter().collect::<Vec<_>>(), [("X-a", "3")]);
        headers.remove("x-A");
        assert!(headers.is_empty());
    }

    #[test]
    fn debug_hides_secrets() {
        let mut headers = Headers::new();
        headers.append("x-subject-token", "very-secret");
        headers.insert_secret("X-Mine", "very-secret");
        headers.insert("X-Open", "shown");
        let text = format!("{headers:?}");
        assert!(!text.contains("very-secret") && text.contains("shown"), "{text}");
    }
}
