//! Header fields with case-insensitive names, which never print a secret.

use std::fmt;

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

/// The header fields of a request or a response, in order, with case-insensitive names.
#[derive(Clone, Default)]
pub struct Headers {
    /// Every name and value in one text, because each attempt copies the fields and an allocation costs more than the copying.
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
        Headers { text: String::with_capacity(bytes), fields: Vec::with_capacity(fields) }
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| self.is(field, name)).map(|field| self.value(field))
    }

    /// Every value of `name`, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |field| self.is(field, name)).map(|field| self.value(field))
    }

    /// Whether there is a field `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.fields.iter().any(|field| self.is(field, name))
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
        let text = &self.text;
        self.fields.retain(|field| !name_in(text, field).eq_ignore_ascii_case(name));
    }

    /// Names and values in order; secrets included, so this is for transports and not for logs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (self.name(field), self.value(field)))
    }

    /// The number of fields.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The values that must not be repeated in an error.
    pub(crate) fn secrets(&self) -> Vec<String> {
        let secret = self.fields.iter().filter(|field| self.is_secret(field));
        secret.map(|field| self.value(field).to_owned()).filter(|value| !value.is_empty()).collect()
    }

    /// Takes over every field of `other`, in place of those with the same name.
    pub(crate) fn override_with(&mut self, other: &Headers) {
        for field in &other.fields {
            self.remove(other.name(field));
        }
        for field in &other.fields {
            self.push(other.name(field), other.value(field), field.secret);
        }
    }

    /// Says what is wrong with the first field that cannot be sent as it is.
    pub(crate) fn problem(&self) -> Option<String> {
        self.iter().find_map(|(name, value)| problem(name, value))
    }

    fn push(&mut self, name: &str, value: &str, secret: bool) {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        self.text.push_str(value);
        self.fields.push(Field { start, middle, end: self.text.len(), secret });
    }

    fn is(&self, field: &Field, name: &str) -> bool {
        self.name(field).eq_ignore_ascii_case(name)
    }

    fn name(&self, field: &Field) -> &str {
        name_in(&self.text, field)
    }

    fn value(&self, field: &Field) -> &str {
        self.text.get(field.middle..field.end).unwrap_or_default()
    }

    /// Decided when somebody asks, because most headers are never shown.
    fn is_secret(&self, field: &Field) -> bool {
        field.secret || SECRET.iter().any(|known| self.is(field, known))
    }
}

/// How a field may be shown, and what was there before, makes no difference.
impl PartialEq for Headers {
    fn eq(&self, other: &Headers) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Headers {}

fn name_in<'a>(text: &'a str, field: &Field) -> &'a str {
    text.get(field.start..field.middle).unwrap_or_default()
}

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
    let byte = value.bytes().find(|byte| !(0x20..=0x7e).contains(byte))?;
    Some(format!(
        "the value of header `{name}` holds the byte 0x{byte:02x}; a header value is visible ASCII, so encode or remove it"
    ))
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.fields.iter().map(|field| {
                    (self.name(field), if self.is_secret(field) { "[redacted]" } else { self.value(field) })
                }),
            )
            .finish()
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
