//! Rust names out of wire names.
//!
//! [`identifier`] is the only function that makes a name, [`token`] the only one that makes it a token. The rules:
//!
//! * A name is cut into words at everything that is not an ASCII letter or digit, at a change from lower to upper case,
//!   and before the last capital of a run of capitals that starts a word (`HTTPServer`). Words are joined in the style of the place.
//! * Letters outside of ASCII are written by their code (`秒` is `u79d2`), because names that look alike would not compare alike.
//!   A name of nothing but signs is written by the codes of its signs; an empty name is `empty`.
//! * A name that would start with a digit gets `n` in front. A sign in front of a number is kept as a word (`minus_1`).
//! * A keyword is written as a raw identifier, except for those that cannot be (`self`, `super`, `crate`, `Self`): they get `_` at the end.
//! * Names that are taken get a number; see [`Names`].

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span};

/// The style of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `stop_job`: fields, functions, arguments.
    Snake,
    /// `StopJob`: types and variants.
    Pascal,
    /// `STOP_JOB`: constants.
    Constant,
}

/// Makes a name in a style. It is a valid identifier once [`token`] has made it a token, and never empty.
pub fn identifier(wire: &str, style: Style) -> String {
    if is_identifier(wire, style) {
        return wire.to_string();
    }
    by_words(wire, style)
}

fn by_words(wire: &str, style: Style) -> String {
    let words = words(wire);
    let mut out = String::new();
    for word in &words {
        let both_digits = out.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit());
        match style {
            Style::Pascal => {
                if both_digits {
                    out.push('_');
                }
                let mut chars = word.chars();
                out.extend(chars.next().map(|c| c.to_ascii_uppercase()));
                out.push_str(chars.as_str());
            }
            Style::Snake | Style::Constant => {
                if !out.is_empty() {
                    out.push('_');
                }
                out.push_str(word);
            }
        }
    }
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert_str(0, if style == Style::Pascal { "N" } else { "n" });
    }
    if style == Style::Constant {
        out.make_ascii_uppercase();
    }
    if matches!(out.as_str(), "self" | "super" | "crate" | "Self") {
        out.push('_');
    }
    out
}

/// Whether a wire name, as most of them do, plainly is the name already: saves an unoptimised macro much of its time.
fn is_identifier(wire: &str, style: Style) -> bool {
    let mut previous = b'_';
    let plain = wire.bytes().all(|byte| {
        let before = std::mem::replace(&mut previous, byte);
        match style {
            Style::Snake => byte.is_ascii_lowercase() || byte == b'_' && before != b'_',
            // Each capital starts a word of its own.
            Style::Pascal => {
                byte.is_ascii_lowercase() && before != b'_'
                    || byte.is_ascii_uppercase() && (before.is_ascii_lowercase() || before == b'_')
            }
            Style::Constant => false,
        }
    });
    let ends = previous.is_ascii_lowercase();
    plain && ends && !matches!(wire, "self" | "super" | "crate" | "Self")
}

/// The token of a name that [`identifier`] made: raw if it is a keyword.
pub fn token(name: &str) -> Ident {
    if KEYWORDS.contains(&name) { Ident::new_raw(name, Span::call_site()) } else { Ident::new(name, Span::call_site()) }
}

/// What stands before a name that [`identifier`] made, in source text: `r#` if it is a keyword.
pub fn raw(name: &str) -> &'static str {
    if KEYWORDS.contains(&name) { "r#" } else { "" }
}

/// Keywords of all editions that can be raw identifiers; `gen` is one since the edition of 2024.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

fn words(wire: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = wire.chars().collect();
    let at = |index: usize| chars.get(index).copied().unwrap_or(' ');
    for (index, &c) in chars.iter().enumerate() {
        let previous = if index == 0 { ' ' } else { at(index - 1) };
        let next = at(index + 1);
        if c.is_ascii_alphanumeric() {
            let starts_word = c.is_ascii_uppercase()
                && (previous.is_ascii_lowercase()
                    || previous.is_ascii_digit()
                    || previous.is_ascii_uppercase()
                        && next.is_ascii_lowercase()
                        && at(index + 2).is_ascii_lowercase());
            if starts_word {
                flush(&mut words, &mut word);
            }
            word.push(c.to_ascii_lowercase());
            continue;
        }
        flush(&mut words, &mut word);
        if c.is_alphanumeric() {
            words.push(code(c));
        } else if next.is_ascii_digit() && !previous.is_alphanumeric() {
            match c {
                '-' => words.push("minus".into()),
                '+' => words.push("plus".into()),
                _ => {}
            }
        }
    }
    flush(&mut words, &mut word);
    if words.is_empty() {
        words.extend(chars.iter().filter(|c| !c.is_whitespace()).map(|&c| code(c)));
    }
    if words.is_empty() {
        words.push("empty".into());
    }
    words
}

fn flush(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

fn code(c: char) -> String {
    format!("u{:x}", u32::from(c))
}

/// The names of one scope.
///
/// Who asks first gets the bare name; each later one gets the first free number from 2 (`name_2`, `Name2`). The order of asking is
/// the order of the spec, with one exception that [`assign`] makes: a wire name that is itself the Rust name comes first, so that a
/// row added above it cannot rename it.
#[derive(Debug, Default)]
pub struct Names {
    taken: BTreeSet<String>,
    /// The number to try next, by what stands before it, so that many clashes take no more time than few.
    next: BTreeMap<String, usize>,
    reserved: &'static [&'static str],
}

impl Names {
    /// An empty scope in which some names get `_` at the end.
    pub fn new(reserved: &'static [&'static str]) -> Self {
        Names { reserved, ..Names::default() }
    }

    /// Makes a name of the scope; what is taken gets a number.
    pub fn take(&mut self, wanted: &str, style: Style) -> String {
        let wanted = self.guard(wanted, style);
        if self.taken.insert(wanted.clone()) {
            return wanted;
        }
        // Rust's style has no underscore in a type's name, except between digits.
        let stem = if style == Style::Pascal { wanted.trim_end_matches('_') } else { wanted.as_str() };
        let bare = style == Style::Pascal && !stem.ends_with(|c: char| c.is_ascii_digit());
        let separator = if bare || stem.ends_with('_') { "" } else { "_" };
        let stem = format!("{stem}{separator}");
        let next = self.next.entry(stem.clone()).or_insert(2);
        loop {
            let numbered = format!("{stem}{next}");
            *next += 1;
            if self.taken.insert(numbered.clone()) {
                return numbered;
            }
        }
    }

    /// Whether [`Names::take`] would give the name without a number.
    pub fn is_free(&self, wanted: &str, style: Style) -> bool {
        !self.taken.contains(&self.guard(wanted, style))
    }

    fn guard(&self, wanted: &str, style: Style) -> String {
        let reserved = self.reserved.contains(&wanted) || style == Style::Snake && wanted.starts_with("with_");
        if reserved { format!("{wanted}_") } else { wanted.to_string() }
    }
}

/// Names for the wire names of one struct, in their order.
pub fn assign<'a>(names: &mut Names, wires: impl Iterator<Item = &'a str>, style: Style) -> Vec<String> {
    let wires: Vec<&str> = wires.collect();
    let mut out: Vec<Option<String>> = vec![None; wires.len()];
    for exact in [true, false] {
        for (slot, wire) in out.iter_mut().zip(&wires) {
            let wanted = identifier(wire, style);
            if slot.is_none() && (!exact || wanted == *wire && names.is_free(&wanted, style)) {
                *slot = Some(names.take(&wanted, style));
            }
        }
    }
    out.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wire: &str, snake: &str, pascal: &str) {
        assert_eq!(identifier(wire, Style::Snake), snake, "{wire} as a field");
        assert_eq!(identifier(wire, Style::Pascal), pascal, "{wire} as a type");
        // What is a name already stays as it is, by the short way and by the long one.
        assert_eq!(identifier(snake, Style::Snake), snake);
        for style in [Style::Snake, Style::Pascal] {
            if is_identifier(wire, style) {
                assert_eq!(by_words(wire, style), wire);
            }
        }
        token(snake);
        token(pascal);
    }

    #[test]
    fn words_are_found() {
        check("job_id", "job_id", "JobId");
        check("jobName", "job_name", "JobName");
        check("JobID", "job_id", "JobId");
        check("HTTPServer", "http_server", "HttpServer");
        check("isVPCPeer", "is_vpc_peer", "IsVpcPeer");
        check("IPv6", "ipv6", "Ipv6");
        check("sha256Sum", "sha256_sum", "Sha256Sum");
        check("OS-EXT-AZ:availability_zone", "os_ext_az_availability_zone", "OsExtAzAvailabilityZone");
        check("@modelarts:hard", "modelarts_hard", "ModelartsHard");
        check("alpha.cce/NodeImageID", "alpha_cce_node_image_id", "AlphaCceNodeImageId");
        check("X-Auth-Token", "x_auth_token", "XAuthToken");
        check("__a__b__", "a_b", "AB");
    }

    #[test]
    fn odd_names_stay_names() {
        check("", "empty", "Empty");
        check("   ", "empty", "Empty");
        check("_", "u5f", "U5f");
        check("*", "u2a", "U2a");
        check(">=", "u3e_u3d", "U3eU3d");
        check("秒", "u79d2", "U79d2");
        check("é", "ue9", "Ue9");
        check("2fa", "n2fa", "N2fa");
        check("0.5", "n0_5", "N0_5");
        check("-1", "minus_1", "Minus1");
        check("a-1", "a_1", "A1");
        check("1.0-2", "n1_0_2", "N1_0_2");
        check("r#type", "r_type", "RType");
        check("\u{202e}x", "x", "X");
        check("𝟙", "u1d7d9", "U1d7d9");
    }

    #[test]
    fn keywords() {
        assert_eq!(token("type").to_string(), "r#type");
        assert_eq!(token("gen").to_string(), "r#gen");
        assert_eq!(token("kind").to_string(), "kind");
        check("self", "self_", "Self_");
        check("Self", "self_", "Self_");
        check("super", "super_", "Super");
        check("crate", "crate_", "Crate");
    }

    #[track_caller]
    fn check_assign(wires: &[&str], expect: &[&str]) {
        let mut names = Names::new(&["send", "new"]);
        assert_eq!(assign(&mut names, wires.iter().copied(), Style::Snake), expect);
    }

    #[test]
    fn clashes_get_numbers_in_order_and_exact_names_win() {
        check_assign(&["a-b", "a:b", "a.b"], &["a_b", "a_b_2", "a_b_3"]);
        check_assign(&["Name", "name", "NAME"], &["name_2", "name", "name_3"]);
        check_assign(&["name_2", "Name", "name"], &["name_2", "name_3", "name"]);
        check_assign(&["send", "Send", "new", "with_x"], &["send_", "send_2", "new_", "with_x_"]);
        check_assign(&["send_", "send"], &["send_2", "send_"]);
    }

    #[test]
    fn numbers_of_types_do_not_run_into_digits() {
        let mut names = Names::default();
        assert_eq!(names.take("V2", Style::Pascal), "V2");
        assert_eq!(names.take("V2", Style::Pascal), "V2_2");
        assert_eq!(names.take("Job", Style::Pascal), "Job");
        assert_eq!(names.take("Job", Style::Pascal), "Job2");
    }

    #[test]
    fn every_character_gives_a_token() {
        for c in (0..0x3000u32).filter_map(char::from_u32) {
            for text in [c.to_string(), format!("{c}1"), format!("a{c}")] {
                for style in [Style::Snake, Style::Pascal, Style::Constant] {
                    token(&identifier(&text, style));
                }
            }
        }
    }
}
