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
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers {
    fields: Vec<Field>,
}

#[derive(Clone)]
struct Field {
    name: String,
    value: String,
    /// Set by `insert_secret`; some names are secret without it.
    secret: bool,
}

impl Headers {
    /// No header fields.
    pub fn new() -> Headers {
        Headers::default()
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value.as_str())
    }

    /// Every value of `name`, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |field| field.name.eq_ignore_ascii_case(name)).map(|field| field.value.as_str())
    }

    /// Whether there is a field `name`.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Sets `name` to `value` in place of every value that it had.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.remove(&name);
        self.append(name, value);
    }

    /// Like [`insert`](Headers::insert) for a value that no output may show, whatever the name.
    pub fn insert_secret(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.remove(&name);
        self.fields.push(Field { name, value: value.into(), secret: true });
    }

    /// Adds a value to those that `name` has.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.fields.push(Field { name: name.into(), value: value.into(), secret: false });
    }

    /// Removes every value of `name`.
    pub fn remove(&mut self, name: &str) {
        self.fields.retain(|field| !field.name.eq_ignore_ascii_case(name));
    }

    /// Names and values in order; secrets included, so this is for transports and not for logs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|field| (field.name.as_str(), field.value.as_str()))
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
    pub(crate) fn into_secrets(self) -> Vec<String> {
        let secret = self.fields.into_iter().filter(|field| field.is_secret() && !field.value.is_empty());
        secret.map(|field| field.value).collect()
    }

    /// Takes over every field of `other`, in place of those with the same name.
    pub(crate) fn override_with(&mut self, other: &Headers) {
        for field in &other.fields {
            self.remove(&field.name);
        }
        self.fields.extend(other.fields.iter().cloned());
    }

    /// Says what is wrong with the first field that cannot be sent as it is.
    pub(crate) fn problem(&self) -> Option<String> {
        self.fields.iter().find_map(Field::problem)
    }
}

/// How a field may be shown makes no difference.
impl PartialEq for Field {
    fn eq(&self, other: &Field) -> bool {
        self.name == other.name && self.value == other.value
    }
}

impl Eq for Field {}

impl Field {
    /// Decided when somebody asks, because most headers are never shown.
    fn is_secret(&self) -> bool {
        self.secret || SECRET.iter().any(|known| known.eq_ignore_ascii_case(&self.name))
    }

    fn problem(&self) -> Option<String> {
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if self.name.is_empty() || !self.name.bytes().all(token) {
            return Some(format!("header name {:?} may hold letters, digits and -_.!#$%&'*+^`|~ only", self.name));
        }
        if ["content-length", "transfer-encoding", "connection"]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&self.name))
        {
            return Some(format!("header `{}` is set by the transport; leave it out", self.name));
        }
        // The value stays out of the message: it may be a token.
        let byte = self.value.bytes().find(|byte| !(0x20..=0x7e).contains(byte))?;
        Some(format!(
            "the value of header `{}` holds the byte 0x{byte:02x}; a header value is visible ASCII, so encode or remove it",
            self.name
        ))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(
                self.fields
                    .iter()
                    .map(|field| (&field.name, if field.is_secret() { "[redacted]" } else { field.value.as_str() })),
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
