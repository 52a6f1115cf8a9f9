//! What the page defines for use anywhere in it: link targets and substitutions.

use std::collections::BTreeMap;

use super::line::Line;

/// The link targets and substitutions of a page.
#[derive(Debug)]
pub(super) struct Names {
    /// The link of each named target: a URL, or `#label`.
    targets: BTreeMap<String, String>,
    substitutions: BTreeMap<String, String>,
    /// URLs of targets without a name, in order, and how many were used.
    anonymous: Vec<String>,
    used: usize,
    /// How many bytes substitutions may still add, so that a short page cannot fill the memory.
    left: usize,
}

impl Names {
    /// Collects the definitions in the lines of a page.
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let mut names = Names {
            targets: BTreeMap::new(),
            substitutions: BTreeMap::new(),
            anonymous: Vec::new(),
            used: 0,
            left: 8 << 20,
        };
        for (index, line) in lines.iter().enumerate() {
            let text = line.text.trim_start();
            if let Some(rest) = text.strip_prefix(".. _") {
                let Some((name, url)) = target(rest) else { continue };
                // A long URL goes on in the indented lines behind it.
                let mut url: String = unescape(url);
                let more = lines.iter().skip(index + 1).take(8).take_while(|next| next.indent() > line.indent());
                more.for_each(|next| url.push_str(next.text.trim()));
                if name == "_" {
                    names.anonymous.push(url);
                } else {
                    let link = if url.is_empty() { format!("#{}", name.to_lowercase()) } else { url };
                    names.targets.entry(key(&name)).or_insert(link);
                }
            } else if let Some(url) = text.strip_prefix("__ ") {
                names.anonymous.push(unescape(url.trim()));
            } else if let Some((name, body)) = text.strip_prefix(".. |").and_then(|rest| rest.split_once("| ")) {
                let text = match body.split_once("::") {
                    Some((directive, text)) if directive.trim() == "replace" => text.trim().to_string(),
                    Some((directive, text)) if directive.trim() == "unicode" => characters(text),
                    _ => String::new(),
                };
                names.substitutions.entry(key(name)).or_insert(text);
            }
        }
        names
    }

    /// The link of a named target.
    pub(super) fn target(&self, name: &str) -> Option<&str> {
        self.targets.get(&key(name)).map(String::as_str)
    }

    /// The link of the next target without a name.
    pub(super) fn next_anonymous(&mut self) -> Option<&str> {
        self.used += 1;
        self.anonymous.get(self.used - 1).map(String::as_str)
    }

    /// The text that stands for a substitution.
    pub(super) fn substitution(&mut self, name: &str) -> Option<String> {
        let text = self.substitutions.get(&key(name))?;
        self.left = self.left.checked_sub(text.len())?;
        Some(text.clone())
    }
}

/// Splits `name: url` or `` `name`: url ``, what follows `.. _`.
pub(super) fn target(rest: &str) -> Option<(String, &str)> {
    let (name, url) = match rest.strip_prefix('`') {
        Some(rest) => rest.split_once("`:")?,
        None => {
            let bytes = rest.as_bytes();
            let end = (0..bytes.len()).find(|at| {
                bytes.get(*at) == Some(&b':')
                    && bytes.get(at + 1).is_none_or(|next| *next == b' ')
                    && (*at == 0 || bytes.get(at - 1) != Some(&b'\\'))
            })?;
            (rest.get(..end)?, rest.get(end + 1..)?)
        }
    };
    let name = unescape(name);
    (!name.trim().is_empty()).then(|| (name.trim().to_string(), url.trim()))
}

/// Names are compared without regard to case and to the amount of white space.
fn key(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The text without backslashes that make the next character plain; an escaped blank is nothing.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
        } else if let Some(next) = chars.next().filter(|next| !next.is_whitespace()) {
            out.push(next);
        }
    }
    out
}

/// The characters that the codes of a `unicode` definition name; other words stay as they are.
fn characters(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_whitespace().take_while(|word| *word != "..") {
        let code = ["0x", "0X", "U+", "u+", "\\u", "\\x", "x"].iter().find_map(|prefix| word.strip_prefix(prefix));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(c) => out.push(c),
            None => out.push_str(word),
        }
    }
    out
}
