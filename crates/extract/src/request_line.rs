//! The request line: `METHOD /path?query` in all the layouts that pages have for it.

use tablature_pages::model::Table;
use tablature_spec::model::placeholders;

use crate::columns;
use crate::sections::{Piece, Placed, is_wide};
use crate::vocabulary::{Column, SectionRole, squeeze, vocabulary};

/// The methods that a request line can have.
pub const METHODS: &[&str] = &["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// A page with more request lines than this documents no single operation; the rest is not kept.
const MAX_ALTERNATES: usize = 50;
/// The most parameters of a query string that are read.
const MAX_QUERY: usize = 200;

/// A request line as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The method, upper case; `None` if the page gives only the path.
    pub method: Option<String>,
    /// The URL as the page writes it, white space folded.
    pub url: String,
    /// The line of the page.
    pub line: u32,
    /// It stands behind a word such as "example".
    pub example: bool,
}

/// A URL taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The path template, without host and query.
    pub path: String,
    /// The names in the query string, with the literal value where there is one.
    pub query: Vec<(String, Option<String>)>,
    /// What is wrong with the path.
    pub fault: Option<String>,
    /// Placeholders with blanks in their names, as the page writes them and as they are called.
    pub renamed: Vec<(String, String)>,
}

/// What the request lines of a page come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// The line of the operation.
    pub primary: Option<(Line, Target)>,
    /// Other request lines that are not examples of the first.
    pub alternates: Vec<(Line, Target)>,
    /// Lines that show the operation with values.
    pub examples: Vec<Line>,
}

/// Finds the request lines of a page.
pub fn find(pieces: &[Placed<'_>]) -> Found {
    let mut lines = candidates(pieces, |placed| placed.role == SectionRole::Uri);
    let described = pieces.iter().any(|placed| {
        matches!(placed.role, SectionRole::Request | SectionRole::Response | SectionRole::ExampleResponse)
    });
    if lines.iter().all(|line| line.method.is_none() || line.example) && described {
        let elsewhere = candidates(pieces, |placed| {
            matches!(placed.role, SectionRole::Function | SectionRole::Constraints | SectionRole::Request)
                || (placed.role == SectionRole::Other && placed.section == 0)
        });
        let elsewhere: Vec<Line> = elsewhere.into_iter().filter(|line| line.method.is_some()).collect();
        if lines.is_empty() {
            lines = elsewhere;
        }
    }
    sort_out(lines)
}

/// Decides which line is the operation, which are alternates and which are examples.
pub fn sort_out(lines: Vec<Line>) -> Found {
    let mut found = Found::default();
    let first = lines.iter().position(|line| !line.example).or(if lines.is_empty() { None } else { Some(0) });
    for (at, line) in lines.into_iter().enumerate() {
        let target = parse_url(&line.url);
        if Some(at) == first {
            found.primary = Some((line, target));
            continue;
        }
        if line.example {
            found.examples.push(line);
            continue;
        }
        let Some((primary, first)) = &found.primary else {
            found.examples.push(line);
            continue;
        };
        let same_method = line.method.is_none() || line.method == primary.method;
        if same_method && fits(&first.path, &target.path) {
            // Says the same again, with values or with a query string that the first one leaves out.
            let concrete = target.path.len() != first.path.len() && placeholders(&target.path).is_empty();
            if concrete && !placeholders(&first.path).is_empty() {
                found.examples.push(line);
            } else if let Some((_, first)) = &mut found.primary {
                for item in target.query {
                    if !first.query.iter().any(|(name, _)| *name == item.0) {
                        first.query.push((item.0, None));
                    }
                }
            }
            continue;
        }
        if found.alternates.len() < MAX_ALTERNATES
            && !found.alternates.iter().any(|(other, to)| other.method == line.method && to.path == target.path)
        {
            found.alternates.push((line, target));
        }
    }
    found
}

/// Whether a path is the template, its placeholders filled in or not.
pub fn fits(template: &str, path: &str) -> bool {
    let mut a = template.trim_end_matches('/').split('/');
    let mut b = path.trim_end_matches('/').split('/');
    loop {
        match (a.next(), b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) if x == y || (!y.is_empty() && x.contains('{')) || same_names(x, y) => {}
            _ => return false,
        }
    }
}

/// The first line of the URI section that would be a request line if its first word were a method: line, word and URL.
pub fn unknown_method(pieces: &[Placed<'_>]) -> Option<(u32, String, String)> {
    let read = |text: &str, line: u32| {
        let (word, url) = text.trim().split_once(char::is_whitespace)?;
        let url = url.trim_start();
        let like = word.len() <= 12 && word.bytes().all(|b| b.is_ascii_alphabetic()) && method_alone(word).is_none();
        let starts = url.starts_with('/') || url.starts_with("http://") || url.starts_with("https://");
        (like && starts && take_url(url).len() == url.len()).then(|| (line, word.to_string(), clean_url(url)))
    };
    pieces.iter().filter(|placed| placed.role == SectionRole::Uri).find_map(|placed| match placed.piece {
        Piece::Text(text) => text.plain().split('\n').find_map(|part| read(part, text.line)),
        Piece::Code(code) => code.text.split('\n').zip(code.line..).find_map(|(part, line)| read(part, line)),
        Piece::Table(_) => None,
    })
}

fn same_names(a: &str, b: &str) -> bool {
    a.contains('{') && b.contains('{')
}

fn candidates(pieces: &[Placed<'_>], here: impl Fn(&Placed<'_>) -> bool) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut section = usize::MAX;
    let mut example = false;
    // Half of a pair such as `PATH: /v1/…` and `Method: GET`.
    let mut method: Option<String> = None;
    for placed in pieces.iter().filter(|placed| here(placed)) {
        if placed.section != section {
            section = placed.section;
            example = false;
            method = None;
        }
        match placed.piece {
            Piece::Text(text) => {
                let plain = text.plain();
                for part in plain.split('\n') {
                    read_line(part, text.line, &mut example, &mut method, &mut lines);
                }
            }
            Piece::Code(code) => {
                for (part, number) in code.text.split('\n').zip(code.line..) {
                    read_line(part, number, &mut example, &mut method, &mut lines);
                }
            }
            Piece::Table(table) => lines.extend(from_table(table)),
        }
    }
    lines
}

fn read_line(text: &str, number: u32, example: &mut bool, method: &mut Option<String>, lines: &mut Vec<Line>) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    let words = vocabulary();
    if let Some((found, url)) = parse_line(text) {
        lines.push(Line { method: Some(found), url, line: number, example: *example });
        *method = None;
        return;
    }
    if let Some(word) = method_alone(text) {
        match lines.last_mut() {
            Some(last) if last.method.is_none() => last.method = Some(word),
            _ => *method = Some(word),
        }
        return;
    }
    let (label, rest) = split_label(text);
    let label = squeeze(label);
    if !rest.is_empty() && words.method_labels.contains(&label) {
        if let Some(word) = method_alone(rest) {
            match lines.last_mut() {
                Some(last) if last.method.is_none() => last.method = Some(word),
                _ => *method = Some(word),
            }
        }
        return;
    }
    let bare = if !rest.is_empty() && words.path_labels.contains(&label) { rest } else { text };
    if (bare.starts_with('/') || bare.starts_with("http://") || bare.starts_with("https://"))
        && !bare.chars().any(is_wide)
    {
        let url = take_url(bare);
        if url.len() == bare.len() || bare.starts_with('/') {
            let method = method.take();
            lines.push(Line { method, url: clean_url(url), line: number, example: *example });
            return;
        }
    }
    let squeezed = squeeze(text);
    if squeezed.chars().count() <= 40
        && words.example_words.iter().any(|word| squeezed.contains(word.as_str()))
        && !words.path_labels.contains(&squeezed)
    {
        *example = true;
    }
}

/// The rows of a table whose columns are a method and a path.
fn from_table(table: &Table) -> Vec<Line> {
    let columns = columns::read(table);
    let (Some(method), Some(uri)) = (columns.of(Column::Method), columns.of(Column::Uri)) else { return Vec::new() };
    let mut out = Vec::new();
    for row in columns::body(table, &columns) {
        let cell = |at: usize| row.cells.get(at).map(|cell| cell.plain()).unwrap_or_default();
        let (method, uri) = (cell(method), cell(uri));
        let Some(method) = method_alone(method.trim()) else { continue };
        let uri = uri.trim();
        if uri.starts_with('/') || uri.starts_with("http") {
            let uri: String = uri.split('\n').collect();
            out.push(Line { method: Some(method), url: clean_url(take_url(&uri)), line: row.line, example: false });
        }
    }
    out
}

/// A text that is a method and nothing else.
pub fn method_alone(text: &str) -> Option<String> {
    let upper = text.trim().trim_end_matches(['。', '.']).to_ascii_uppercase();
    METHODS.contains(&upper.as_str()).then_some(upper)
}

/// `METHOD URL`, perhaps behind a label; gives the method in upper case and the URL.
pub fn parse_line(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some(found) = method_then_url(text) {
        return Some(found);
    }
    let (label, rest) = split_label(text);
    if rest.is_empty() || label.chars().count() > 30 {
        return None;
    }
    method_then_url(rest)
}

fn method_then_url(text: &str) -> Option<(String, String)> {
    let word: String = text.chars().take_while(|c| c.is_ascii_alphabetic()).collect();
    let upper = word.to_ascii_uppercase();
    if !METHODS.contains(&upper.as_str()) {
        return None;
    }
    let rest = text.get(word.len()..)?;
    let url = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '\u{a0}'));
    // `GET/v1/…` without a blank occurs; a word that only begins like a method does not start a URL.
    if url.len() == rest.len() && !url.starts_with('/') {
        return None;
    }
    let starts = url.starts_with('/')
        || url.starts_with("http://")
        || url.starts_with("https://")
        || (url.starts_with(['{', '$']) && url.contains('/'))
        || host_without_scheme(url);
    if !starts {
        return None;
    }
    let url = take_url(url);
    Some((upper, clean_url(url)))
}

/// `iam.example.com/v3/…`, where upper-case methods stand before it.
fn host_without_scheme(url: &str) -> bool {
    let host = url.split('/').next().unwrap_or_default();
    url.contains('/')
        && host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '{' | '}' | '_' | ':'))
}

fn split_label(text: &str) -> (&str, &str) {
    match text.char_indices().find(|(_, c)| matches!(c, ':' | '：')) {
        Some((at, c)) => (text.get(..at).unwrap_or_default(), text.get(at + c.len_utf8()..).unwrap_or_default().trim()),
        None => (text, ""),
    }
}

/// The URL at the start of a text: blanks inside of brackets and around `=` and `&` belong to it.
pub fn take_url(text: &str) -> &str {
    let mut depth = 0usize;
    let mut query = false;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            '?' => query = true,
            _ if c.is_whitespace() => {
                let rest = text.get(at..).unwrap_or_default().trim_start();
                let next = rest.chars().next().unwrap_or(' ');
                let inside = depth > 0 && rest.contains(['}', ']']);
                let goes_on = query && (matches!(next, '=' | '&') || matches!(last, '=' | '&' | '?'));
                if rest.is_empty() || !(inside || goes_on) {
                    return text.get(..at).unwrap_or(text);
                }
            }
            '。' | '；' => return text.get(..at).unwrap_or(text),
            _ if depth == 0 && is_wide(c) => return text.get(..at).unwrap_or(text),
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
    text
}

/// Folds white space and takes away the escapes of Markdown.
fn clean_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let mut chars = url.trim().trim_end_matches(['，', ',', '、']).chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(|c| c.is_ascii_punctuation()) => {}
            '\u{200b}' | '\u{feff}' => {}
            _ if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(c),
        }
    }
    out
}

/// Takes a URL apart.
pub fn parse_url(url: &str) -> Target {
    let url = without_host(url.trim());
    let cut = ["[?", "{?", "{&", "[&", "?"].iter().filter_map(|mark| url.find(mark)).min();
    let (path, query) = match cut {
        Some(at) => (url.get(..at).unwrap_or_default(), url.get(at..).unwrap_or_default()),
        None => (url.as_str(), ""),
    };
    let renamed = placeholders(path)
        .into_iter()
        .filter(|name| name.trim_matches(|c: char| c.is_whitespace() || c == '*').contains(char::is_whitespace))
        .map(|name| (name.to_string(), clean_name(name)))
        .collect();
    let path = clean_path(path);
    let fault = fault(&path);
    Target { query: parse_query(query), path, fault, renamed }
}

fn without_host(url: &str) -> String {
    let (rest, scheme) = match url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) {
        Some(rest) => (rest, true),
        None => (url, false),
    };
    if rest.starts_with('/') && !scheme {
        return rest.to_string();
    }
    let mut depth = 0usize;
    for (at, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            '/' if depth == 0 => return rest.get(at..).unwrap_or_default().to_string(),
            _ => {}
        }
    }
    if scheme { "/".to_string() } else { rest.to_string() }
}

/// Cleans the placeholders of a path: marks of emphasis and blanks inside of the braces are not part of a name.
fn clean_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(open) = rest.find('{') {
        let (before, tail) = rest.split_at(open);
        out.extend(before.chars().filter(|c| !c.is_whitespace() && *c != '*'));
        match tail.find('}') {
            Some(close) => {
                let name = tail.get(1..close).unwrap_or_default();
                out.push('{');
                out.push_str(&clean_name(name));
                out.push('}');
                rest = tail.get(close + 1..).unwrap_or_default();
            }
            None => {
                out.push_str(tail);
                rest = "";
            }
        }
    }
    out.extend(rest.chars().filter(|c| !c.is_whitespace() && *c != '*'));
    let mut folded = String::with_capacity(out.len());
    for c in out.chars() {
        if !(c == '/' && folded.ends_with('/')) {
            folded.push(c);
        }
    }
    folded
}

fn clean_name(name: &str) -> String {
    let name = name.trim().trim_matches(|c: char| matches!(c, '_' | '*' | '{' | '}') || c.is_whitespace());
    let mut out = String::new();
    for part in name.split_whitespace() {
        if !out.is_empty() && !out.ends_with('_') && !part.starts_with('_') {
            out.push('_');
        }
        out.push_str(part);
    }
    out
}

fn fault(path: &str) -> Option<String> {
    if !path.starts_with('/') {
        return Some(format!("the path `{path}` does not start with `/`"));
    }
    let mut open = false;
    let mut empty = true;
    for c in path.chars() {
        match c {
            '{' if open => return Some(format!("a brace is opened twice in `{path}`")),
            '{' => {
                open = true;
                empty = true;
            }
            '}' if !open => return Some(format!("a brace is closed that was not opened in `{path}`")),
            '}' if empty => return Some(format!("a placeholder without a name stands in `{path}`")),
            '}' => open = false,
            _ if open => empty = false,
            c if c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%".contains(c) => {}
            c => return Some(format!("the character `{c}` is not allowed in the path `{path}`")),
        }
    }
    open.then(|| format!("a brace is never closed in `{path}`"))
}

fn parse_query(query: &str) -> Vec<(String, Option<String>)> {
    let mut text = query.trim();
    if let Some(inner) = text.strip_prefix('[').map(|inner| inner.trim_end_matches(']')) {
        text = inner;
    } else if let Some(inner) = text.strip_prefix('{') {
        // The wrapping brace closes at the end, where one more is closed than opened.
        let closes = inner.matches('}').count() > inner.matches('{').count();
        text = if closes { inner.strip_suffix('}').unwrap_or(inner) } else { inner };
    }
    let text = text.trim_start_matches(['?', '&']);
    let pairs: Vec<&str> = if text.contains('&') || text.contains('=') {
        text.split(['&', '?']).collect()
    } else {
        text.split([',', '、', '，', '&', '|']).collect()
    };
    let mut out: Vec<(String, Option<String>)> = Vec::new();
    for pair in pairs.into_iter().take(MAX_QUERY) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name: String =
            name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | '[' | ']' | '*' | '\\')).collect();
        let value: String = value.chars().filter(|c| !c.is_whitespace() && !matches!(c, '\\' | ']')).collect();
        let name = name.trim_start_matches(['.', '…']).to_string();
        if name.is_empty() || name.chars().any(is_wide) || out.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let open = value.contains(['{', '}', '<', '$', '*', 'x'])
            && (value.contains(['{', '}', '<', '$', '*']) || value.trim_matches('x').is_empty())
            || value.is_empty()
            || (value.starts_with('_') && value.ends_with('_'))
            || value.chars().any(is_wide)
            || value.contains("...");
        out.push((name, (!open).then_some(value)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_line(text: &str, expected: Option<(&str, &str)>) {
        let found = parse_line(text);
        assert_eq!(found.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), expected, "{text}");
    }

    #[test]
    fn request_lines() {
        check_line("POST   /v1/{project_id}/kites", Some(("POST", "/v1/{project_id}/kites")));
        check_line("GET/v1/kites", Some(("GET", "/v1/kites")));
        check_line("Post https://kite/v1", Some(("POST", "https://kite/v1")));
        check_line("URI：DELETE /v1/kites。", Some(("DELETE", "/v1/kites")));
        check_line("GET https://{Kite Endpoint}/v1/kites HTTP/1.1", Some(("GET", "https://{Kite Endpoint}/v1/kites")));
        check_line("GET {Endpoint}/v1/kites", Some(("GET", "{Endpoint}/v1/kites")));
        check_line("Get the kites from /v1/kites", None);
        check_line("Posting to / is wrong", None);
        check_line("GET", None);
        check_line("PUT /v1/\\{kite\\_id\\}", Some(("PUT", "/v1/{kite_id}")));
    }

    #[track_caller]
    fn check_url(url: &str, path: &str, query: &[(&str, Option<&str>)]) {
        let target = parse_url(take_url(url));
        assert_eq!(target.path, path, "{url}");
        let found: Vec<(&str, Option<&str>)> =
            target.query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
        assert_eq!(found, query, "{url}");
        assert_eq!(target.fault, None, "{url}");
    }

    #[test]
    fn query_strings_in_eight_forms() {
        check_url("/k?a={a}&b={b}", "/k", &[("a", None), ("b", None)]);
        check_url("/k?action_id=clear-graph", "/k", &[("action_id", Some("clear-graph"))]);
        check_url("/k?a={a}", "/k", &[("a", None)]);
        check_url("/k[?page_size, page_no, id]", "/k", &[("page_size", None), ("page_no", None), ("id", None)]);
        check_url("/k[?page_size、page_no]", "/k", &[("page_size", None), ("page_no", None)]);
        check_url("/k{?a,b}", "/k", &[("a", None), ("b", None)]);
        check_url("/k{?changes-since={changes-since}&b={b}}", "/k", &[("changes-since", None), ("b", None)]);
        check_url("/k?env_id={0}&group_id={1}", "/k", &[("env_id", None), ("group_id", None)]);
        check_url("/k?page-size=_{size}_", "/k", &[("page-size", None)]);
        check_url("/k?begin_time={begin _time}&w ={w}", "/k", &[("begin_time", None), ("w", None)]);
        check_url("/k?not-tags={t}&current-page={p}", "/k", &[("not-tags", None), ("current-page", None)]);
    }

    #[test]
    fn hosts_and_placeholders_are_cleaned() {
        check_url("https://{{Kite endpoint}}/v3/kites", "/v3/kites", &[]);
        check_url("https://{ECS Endpoint}/v1/{_project_id_}/k", "/v1/{project_id}/k", &[]);
        check_url("https://kite", "/", &[]);
        check_url("/v1/{ project_id }//k/", "/v1/{project_id}/k/", &[]);
    }

    #[test]
    fn blanks_in_placeholders_are_told() {
        let renamed = |url: &str| parse_url(url).renamed;
        assert_eq!(renamed("/v1/{kite id}/{x}"), [("kite id".to_string(), "kite_id".to_string())]);
        assert_eq!(renamed("/v1/{kite _id}"), [("kite _id".to_string(), "kite_id".to_string())]);
        assert_eq!(renamed("/v1/{ kite_id }/{*x*}"), []);
    }

    #[test]
    fn broken_paths_say_why() {
        for url in ["/v1/{a/{b}/k", "/v1/a}/k", "/v1/{}/k", "/v1/{a", "/v1/<a>"] {
            assert!(parse_url(url).fault.is_some(), "{url}");
        }
    }

    #[test]
    fn templates_and_values() {
        assert!(fits("/v1/{p}/kites/{k}", "/v1/{project}/kites/7"));
        assert!(!fits("/v1/{p}/kites", "/v2/x/kites"));
        assert!(!fits("/v1/{p}/kites", "/v1/x/kites/7"));
    }

    #[test]
    fn lines_are_sorted_out() {
        let line = |method: &str, url: &str, example| Line {
            method: Some(method.to_string()),
            url: url.to_string(),
            line: 1,
            example,
        };
        let found = sort_out(vec![
            line("GET", "/v2.1/{p}/kites", false),
            line("GET", "/v2/{p}/kites", false),
            line("GET", "https://kite/v2.1/7/kites", false),
            line("GET", "https://kite/v2.1/other", true),
        ]);
        assert_eq!(found.primary.map(|(_, target)| target.path).as_deref(), Some("/v2.1/{p}/kites"));
        assert_eq!(found.alternates.len(), 1);
        assert_eq!(found.examples.len(), 2);
    }
}
