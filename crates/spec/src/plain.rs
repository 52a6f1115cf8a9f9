//! Spec files exactly as `write` writes them, read in one pass without a tree.
//!
//! Nearly every spec is as a tool wrote it, and the macros, which nobody's development build optimises, read all of them each time. What
//! is here gives an operation only if the file is in that form and nothing is wrong with it; else it gives nothing, and the file is read
//! with all the care and all the diagnostics of `read`. It may therefore refuse whatever it likes, but never take what `read` reports or
//! reads otherwise. The code is written for unoptimised builds: plain loops over bytes cost a fraction of what iterators do there.

use std::collections::BTreeSet;

use crate::model::*;
use crate::read::{METHODS, Positions, check_path, is_snake_case, set_request};
use crate::{paging, types};

/// Lists up to this length are searched by going through them.
const SHORT: usize = 24;

/// Reads a spec in the plain form; nothing if it is in another form or wrong.
pub(crate) fn operation(text: &str) -> Option<(Operation, Positions)> {
    let mut cursor = Cursor { text, bytes: text.as_bytes(), at: 0, line: 1 };
    while cursor.eat(b"#") {
        cursor.comment()?;
    }
    let mut positions = Positions::default();
    let mut operation = root(&mut cursor, &mut positions)?;
    let mut reader = Reader { cursor, positions, words: Vec::new() };
    while reader.section(b"[[poll]]\n", "poll")? {
        let cursor = &mut reader.cursor;
        let name = cursor.line_of(b"operation", Cursor::string)??;
        let at = cursor.line_of(b"at", Cursor::places)?.unwrap_or_default();
        operation.polls.push(Poll { operation: name, page: String::new(), at });
    }
    while reader.section(b"[[source]]\n", "source")? {
        let source = reader.source()?;
        operation.sources.push(source);
    }
    while reader.section(b"[[table]]\n", "table")? {
        let table = reader.table(&operation.sources)?;
        operation.tables.push(table);
    }
    while reader.section(b"[[example]]\n", "example")? {
        let example = reader.example()?;
        operation.examples.push(example);
    }
    while reader.section(b"[[status]]\n", "status")? {
        let cursor = &mut reader.cursor;
        let code = cursor.line_of(b"code", Cursor::status)??;
        let at = cursor.line_of(b"at", Cursor::places)?.unwrap_or_default();
        operation.statuses.push(Status { code, at });
    }
    let ends = reader.cursor.at == text.len();
    (ends && is_valid(&operation)).then_some((operation, reader.positions))
}

fn root(cursor: &mut Cursor<'_>, positions: &mut Positions) -> Option<Operation> {
    let mut key = |cursor: &mut Cursor<'_>, name: &'static str| {
        let found = cursor.key(name.as_bytes());
        if found {
            positions.keys.push((name, (cursor.line, 1)));
        }
        found
    };
    let mut operation = Operation::default();
    if key(cursor, "name") {
        operation.name = cursor.ends(Cursor::string)?;
    }
    if key(cursor, "method") {
        operation.method = cursor.ends(Cursor::string)?;
    }
    if key(cursor, "path") {
        operation.path = cursor.ends(Cursor::string)?;
    }
    if key(cursor, "paths") {
        operation.paths = Some(cursor.ends(|cursor| cursor.claim(Cursor::string))?);
    }
    if key(cursor, "fixed_query") {
        operation.fixed_query = cursor.ends(|cursor| cursor.pairs('='))?;
    }
    if key(cursor, "alternates") {
        operation.alternates = cursor.ends(Cursor::strings)?;
    }
    if key(cursor, "media_type") {
        operation.media_type = Some(cursor.ends(Cursor::string)?);
    }
    if key(cursor, "title") {
        operation.title = Some(cursor.ends(|cursor| cursor.claim(Cursor::string))?);
    }
    if key(cursor, "explorer") {
        operation.explorer = Some(cursor.ends(|cursor| cursor.claim(Cursor::string))?);
    }
    if key(cursor, "deprecated") {
        operation.deprecated = cursor.ends(Cursor::boolean)?;
    }
    if key(cursor, "asynchronous") {
        operation.asynchronous = cursor.ends(Cursor::boolean)?;
    }
    if key(cursor, "at") {
        operation.at = cursor.ends(Cursor::places)?;
    }
    Some(operation)
}

/// What `read` would report about the operation as a whole, or put into another order.
fn is_valid(operation: &Operation) -> bool {
    let sources = &operation.sources;
    if !is_snake_case(&operation.name)
        || !METHODS.contains(&operation.method.as_str())
        || check_path(&operation.path).is_err()
        || !in_order(&operation.paths, sources)
        || !in_order(&operation.title, sources)
        || !in_order(&operation.explorer, sources)
        || !are_unique(sources, |source| &source.name)
        || !are_unique(&operation.tables, |table| &table.id)
    {
        return false;
    }
    for source in sources {
        if let Some(of) = &source.of
            && operation.source(of).is_none_or(|owner| owner.of.is_some())
        {
            return false;
        }
    }
    let placeholders = operation.placeholders();
    let mut described = 0;
    let ids: Option<BTreeSet<&str>> =
        (operation.tables.len() > SHORT).then(|| operation.tables.iter().map(|table| table.id.as_str()).collect());
    for table in &operation.tables {
        if !are_unique(&table.rows, |row| &row.name) {
            return false;
        }
        for row in &table.rows {
            if let Some(id) = &row.table {
                let found = match &ids {
                    Some(ids) => ids.contains(id.as_str()),
                    None => operation.table(id).is_some(),
                };
                if !found {
                    return false;
                }
            }
            if table.role == Role::Path {
                if !placeholders.contains(&row.name.as_str()) {
                    return false;
                }
                described += 1;
            }
        }
    }
    if described == placeholders.len() && operation.tables_of(Role::Path).count() <= 1 {
        // The rows of one table have different names, and each is a placeholder.
        return true;
    }
    placeholders
        .iter()
        .all(|name| operation.tables_of(Role::Path).any(|table| table.rows.iter().any(|row| row.name == *name)))
}

/// Whether the names of a claim stand in the order of the sources, each once.
fn in_order<T>(claim: &Option<Claim<T>>, sources: &[Source]) -> bool {
    let Some(Claim::Contested(claims)) = claim else { return true };
    let mut rest = sources.iter();
    for (name, _) in claims {
        loop {
            match rest.next() {
                Some(source) if source.name == *name => break,
                Some(_) => {}
                None => return false,
            }
        }
    }
    true
}

/// Whether every place names a source.
fn knows(sources: &[Source], places: &[At]) -> bool {
    'places: for place in places {
        for source in sources {
            if source.name == place.source {
                continue 'places;
            }
        }
        return false;
    }
    true
}

fn are_unique<'a, T>(items: &'a [T], name: impl Fn(&'a T) -> &'a String) -> bool {
    if items.len() > SHORT {
        let mut seen = BTreeSet::new();
        return items.iter().all(|item| seen.insert(name(item)));
    }
    let mut rest = items;
    while let Some((first, others)) = rest.split_first() {
        let wanted = name(first);
        for other in others {
            if name(other) == wanted {
                return false;
            }
        }
        rest = others;
    }
    true
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    positions: Positions,
    /// Type words of the file that are in the vocabulary.
    words: Vec<String>,
}

impl Reader<'_> {
    /// Whether a section of a kind begins here.
    fn section(&mut self, header: &[u8], key: &'static str) -> Option<bool> {
        let cursor = &mut self.cursor;
        let start = cursor.at;
        if !cursor.eat(b"\n") {
            return Some(false);
        }
        if !cursor.eat(header) {
            cursor.at = start;
            return Some(false);
        }
        cursor.line += 2;
        let line = cursor.line - 1;
        match key {
            "table" => self.positions.tables.push(((line, 1), Vec::new())),
            "example" => self.positions.examples.push((line, 1)),
            _ => {}
        }
        if self.positions.keys.last().is_none_or(|(last, _)| *last != key) {
            self.positions.keys.push((key, (line, 3)));
        }
        Some(true)
    }

    fn source(&mut self) -> Option<Source> {
        let cursor = &mut self.cursor;
        Some(Source {
            name: cursor.line_of(b"name", Cursor::string)??,
            file: cursor.line_of(b"file", Cursor::string)??,
            page_id: cursor.line_of(b"page_id", Cursor::string)?,
            language: cursor.line_of(b"language", Cursor::string)??,
            format: cursor.line_of(b"format", Cursor::string)??,
            digest: cursor.line_of(b"digest", Cursor::string)??,
            of: cursor.line_of(b"of", Cursor::string)?,
        })
    }

    fn table(&mut self, sources: &[Source]) -> Option<Table> {
        let cursor = &mut self.cursor;
        let id = cursor.line_of(b"id", Cursor::string)??;
        let role = cursor.line_of(b"role", Cursor::string)??;
        let mut table = Table {
            id,
            role: Role::from_name(&role)?,
            status: cursor.line_of(b"status", Cursor::status)?,
            caption: cursor.line_of(b"caption", |cursor| cursor.claim(Cursor::string))?,
            array: cursor.line_of(b"array", Cursor::boolean)?.unwrap_or_default(),
            scenario: cursor.line_of(b"scenario", Cursor::string)?,
            at: cursor.line_of(b"at", Cursor::places)?.unwrap_or_default(),
            rows: Vec::new(),
        };
        if !cursor.eat(b"rows = [\n") || !in_order(&table.caption, sources) {
            return None;
        }
        cursor.line += 1;
        while self.cursor.eat(b"  { ") {
            let line = self.cursor.line;
            let row = self.row(sources)?;
            if let Some((_, rows)) = self.positions.tables.last_mut() {
                rows.push((line, 3));
            }
            table.rows.push(row);
        }
        self.cursor.eat(b"]\n").then_some(())?;
        self.cursor.line += 1;
        Some(table)
    }

    /// The keys stand in the order of `write`; what comes twice or elsewhere is where the end of the row should be.
    fn row(&mut self, sources: &[Source]) -> Option<Row> {
        let c = &mut self.cursor;
        c.key(b"name").then_some(())?;
        let row = Row {
            name: c.string()?,
            kind: c.member(b"type", |c| c.claim(Cursor::string))?,
            mandatory: c.member(b"mandatory", |c| c.claim(Cursor::mandatory))?,
            condition: c.member(b"condition", |c| c.claim(Cursor::string))?,
            table: c.member(b"table", Cursor::string)?,
            map: c.member(b"map", Cursor::string)?,
            opaque: c.member(b"opaque", Cursor::string)?,
            // Most rows have no facts; then there is no need to look for each.
            facts: if c.comes(b", at = ") || c.comes(b" },") { Facts::default() } else { c.facts(sources)? },
            description: c.member(b"description", |c| c.claim(Cursor::string))?,
            at: c.member(b"at", Cursor::places)?.unwrap_or_default(),
        };
        c.eat(b" },\n").then_some(())?;
        c.line += 1;
        let ordered = in_order(&row.kind, sources)
            && in_order(&row.mandatory, sources)
            && in_order(&row.condition, sources)
            && in_order(&row.description, sources)
            && knows(sources, &row.at);
        if !ordered {
            return None;
        }
        if row.opaque.is_none() && row.table.is_none() {
            match &row.kind {
                None => {}
                Some(Claim::Agreed(word)) => self.know(word)?,
                Some(Claim::Contested(words)) => {
                    for (_, word) in words {
                        self.know(word)?;
                    }
                }
            }
        }
        Some(row)
    }

    /// Whether a type word is in the vocabulary.
    fn know(&mut self, word: &str) -> Option<()> {
        for known in &self.words {
            if known == word {
                return Some(());
            }
        }
        if types::parse(word).is_none_or(|word| word.bare) {
            return None;
        }
        if self.words.len() < SHORT {
            self.words.push(word.to_string());
        }
        Some(())
    }

    fn example(&mut self) -> Option<Example> {
        let cursor = &mut self.cursor;
        let kind = cursor.line_of(b"kind", Cursor::string)??;
        let mut example = Example::new(ExampleKind::from_name(&kind)?);
        if let Some(line) = cursor.line_of(b"request", Cursor::string)? {
            set_request(&mut example, line);
        }
        example.headers = cursor.line_of(b"headers", |cursor| cursor.pairs(':'))?.unwrap_or_default();
        example.status = cursor.line_of(b"status", Cursor::status)?;
        let json = cursor.line_of(b"json", Cursor::boolean)?.unwrap_or(true);
        example.repairs = cursor.line_of(b"repairs", Cursor::strings)?.unwrap_or_default();
        example.error_code = cursor.line_of(b"error_code", Cursor::string)?;
        example.error_message = cursor.line_of(b"error_message", Cursor::string)?;
        example.at = cursor.line_of(b"at", Cursor::places)?.unwrap_or_default();
        if cursor.key(b"body") {
            let body = if cursor.eat(b"'''\n") { cursor.block() } else { cursor.string() };
            example.body = Some(body?);
            cursor.end_line()?;
        }
        example.json = example.body.is_some() && json;
        Some(example)
    }
}

/// A place in the text. What expects something gives nothing if something else is there, and the file is then read otherwise.
struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl Cursor<'_> {
    /// Whether something comes next.
    fn comes(&self, expected: &[u8]) -> bool {
        // Most often the first byte decides.
        self.bytes.get(self.at) == expected.first()
            && self.bytes.get(self.at..self.at + expected.len()) == Some(expected)
    }

    /// Goes past something if it comes next.
    fn eat(&mut self, expected: &[u8]) -> bool {
        let found = self.comes(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    /// Goes past `KEY = ` if it comes next.
    fn key(&mut self, key: &[u8]) -> bool {
        let start = self.at;
        if self.eat(key) && self.eat(b" = ") {
            return true;
        }
        self.at = start;
        false
    }

    /// The value behind `, KEY = ` if that comes next.
    fn member<T>(&mut self, key: &[u8], value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        let start = self.at;
        if self.eat(b", ") && self.key(key) {
            return Some(Some(value(self)?));
        }
        self.at = start;
        Some(None)
    }

    /// The value of a line `KEY = VALUE` if that comes next.
    fn line_of<T>(&mut self, key: &[u8], value: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        if !self.key(key) {
            return Some(None);
        }
        Some(Some(self.ends(value)?))
    }

    /// A value with the end of the line behind it.
    fn ends<T>(&mut self, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = value(self)?;
        self.end_line()?;
        Some(value)
    }

    fn end_line(&mut self) -> Option<()> {
        self.line += 1;
        self.eat(b"\n").then_some(())
    }

    fn comment(&mut self) -> Option<()> {
        while is_text(*self.bytes.get(self.at)?) {
            self.at += 1;
        }
        self.end_line()
    }

    /// A string in double quotes.
    fn string(&mut self) -> Option<String> {
        self.eat(b"\"").then_some(())?;
        let mut out = String::new();
        let mut start = self.at;
        loop {
            let mut at = self.at;
            let end = loop {
                match *self.bytes.get(at)? {
                    byte if byte != b'"' && byte != b'\\' && is_text(byte) => at += 1,
                    end => break end,
                }
            };
            out.push_str(self.text.get(start..at)?);
            self.at = at + 1;
            if end == b'"' {
                return Some(out);
            }
            if end != b'\\' {
                return None;
            }
            out.push(match self.bytes.get(self.at)? {
                b'"' => '"',
                b'\\' => '\\',
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                _ => return None,
            });
            self.at += 1;
            start = self.at;
        }
    }

    /// The rest of a text in three single quotes, which goes over lines.
    fn block(&mut self) -> Option<String> {
        self.line += 1;
        let start = self.at;
        let mut at = start;
        loop {
            match *self.bytes.get(at)? {
                b'\n' => self.line += 1,
                b'\'' if self.bytes.get(at + 1) == Some(&b'\'') && self.bytes.get(at + 2) == Some(&b'\'') => break,
                b'\t' => {}
                byte if !is_text(byte) => return None,
                _ => {}
            }
            at += 1;
        }
        self.at = at + 3;
        self.text.get(start..at).map(str::to_string)
    }

    fn boolean(&mut self) -> Option<bool> {
        if self.eat(b"true") {
            return Some(true);
        }
        self.eat(b"false").then_some(false)
    }

    fn counts(&mut self) -> Option<String> {
        self.string().filter(|text| matches!(text.as_str(), paging::ITEMS | paging::PAGES))
    }

    fn mandatory(&mut self) -> Option<Mandatory> {
        if self.comes(b"\"") {
            return self.string().map(Mandatory::When);
        }
        Some(if self.boolean()? { Mandatory::Yes } else { Mandatory::No })
    }

    fn status(&mut self) -> Option<u16> {
        let digits = self.text.get(self.at..self.at + 3)?;
        let code = digits.parse().ok().filter(|code| (100..600).contains(code))?;
        self.at += 3;
        Some(code)
    }

    fn strings(&mut self) -> Option<Vec<String>> {
        let mut out = Vec::new();
        self.eat(b"[").then_some(())?;
        if self.eat(b"]") {
            return Some(out);
        }
        loop {
            out.push(self.string()?);
            if self.eat(b"]") {
                return Some(out);
            }
            self.eat(b", ").then_some(())?;
        }
    }

    fn pairs(&mut self, separator: char) -> Option<Vec<(String, String)>> {
        let mut out = Vec::new();
        for text in self.strings()? {
            let (name, value) = text.split_once(separator)?;
            out.push((name.trim().to_string(), value.trim().to_string()));
        }
        Some(out)
    }

    /// `["zh-md:12", "en-html:30"]`.
    fn places(&mut self) -> Option<Vec<At>> {
        let mut out = Vec::new();
        self.eat(b"[").then_some(())?;
        loop {
            self.eat(b"\"").then_some(())?;
            let start = self.at;
            let mut at = start;
            let mut colon = None;
            loop {
                match *self.bytes.get(at)? {
                    b'"' => break,
                    b':' => colon = Some(at),
                    byte if byte == b'\\' || !is_text(byte) => return None,
                    _ => {}
                }
                at += 1;
            }
            let colon = colon?;
            let source = self.text.get(start..colon)?.to_string();
            self.at = colon + 1;
            out.push(At { source, line: self.number()? });
            self.eat(b"\"").then_some(())?;
            if self.eat(b"]") {
                return Some(out);
            }
            self.eat(b", ").then_some(())?;
        }
    }

    /// Digits, at least one.
    fn number(&mut self) -> Option<u32> {
        let mut number = 0u32;
        let start = self.at;
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !byte.is_ascii_digit() {
                return (self.at > start).then_some(number);
            }
            number = number.checked_mul(10)?.checked_add(u32::from(byte - b'0'))?;
            self.at += 1;
        }
    }

    /// A value, or an inline table of values by source.
    fn claim<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Claim<T>> {
        if !self.eat(b"{ ") {
            return read(self).map(Claim::Agreed);
        }
        let mut claims = Vec::new();
        loop {
            let source = if self.comes(b"\"") { self.string()? } else { self.bare_key()? };
            self.eat(b" = ").then_some(())?;
            claims.push((source, read(self)?));
            if self.eat(b" }") {
                return Some(Claim::Contested(claims));
            }
            self.eat(b", ").then_some(())?;
        }
    }

    fn bare_key(&mut self) -> Option<String> {
        let start = self.at;
        loop {
            let byte = *self.bytes.get(self.at)?;
            if !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_') {
                break;
            }
            self.at += 1;
        }
        if self.at == start { None } else { self.text.get(start..self.at).map(str::to_string) }
    }

    fn facts(&mut self, sources: &[Source]) -> Option<Facts> {
        let facts = Facts {
            default: self.member(b"default", |c| c.claim(Cursor::string))?,
            values: self.member(b"values", |c| c.claim(Cursor::strings))?,
            min: self.member(b"min", |c| c.claim(Cursor::string))?,
            max: self.member(b"max", |c| c.claim(Cursor::string))?,
            min_length: self.member(b"min_length", |c| c.claim(Cursor::string))?,
            max_length: self.member(b"max_length", |c| c.claim(Cursor::string))?,
            min_items: self.member(b"min_items", |c| c.claim(Cursor::string))?,
            max_items: self.member(b"max_items", |c| c.claim(Cursor::string))?,
            pattern: self.member(b"pattern", |c| c.claim(Cursor::string))?,
            deprecated: self.member(b"deprecated", |c| c.claim(Cursor::boolean))?,
            conditional: self.member(b"conditional", |c| c.claim(Cursor::boolean))?,
            counts: self.member(b"counts", |c| c.claim(Cursor::counts))?,
            states: self.member(b"states", |c| c.claim(Cursor::strings))?,
        };
        let literals = [
            &facts.default,
            &facts.min,
            &facts.max,
            &facts.min_length,
            &facts.max_length,
            &facts.min_items,
            &facts.max_items,
            &facts.pattern,
            &facts.counts,
        ];
        let ordered = in_order(&facts.values, sources)
            && in_order(&facts.deprecated, sources)
            && in_order(&facts.conditional, sources)
            && in_order(&facts.states, sources)
            && literals.iter().all(|claim| in_order(claim, sources));
        ordered.then_some(facts)
    }
}

/// What may stand in a string as it is; tabs are written otherwise.
fn is_text(byte: u8) -> bool {
    byte >= b' ' && byte != 0x7f
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::read;

    /// What the careful way gives, and that it has nothing to report.
    #[track_caller]
    fn check(text: &str) {
        let Some((operation, positions)) = super::operation(text) else { return };
        let ((expected, places), diagnostics) = read::carefully("spec", text);
        assert_eq!(diagnostics, [], "{text}");
        assert_eq!(operation, expected, "{text}");
        assert_eq!(positions, places, "{text}");
    }

    fn specs() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
        let folders = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
        let files = folders.flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
        let files = files.map(|entry| entry.unwrap().path()).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let other = ["service.toml", "overrides.toml", "errors.toml", "endpoints.toml"].contains(&name.as_ref());
            path.extension().is_some_and(|ending| ending == "toml") && !other
        });
        let mut files: Vec<_> = files.collect();
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }

    #[test]
    fn committed_specs_are_plain() {
        let specs = specs();
        assert!(specs.len() > 1);
        for text in &specs {
            assert!(super::operation(text).is_some(), "not in the plain form, so slow to expand: {text}");
            check(text);
        }
    }

    /// Nothing is taken for granted of what comes next, so a file may end anywhere.
    #[test]
    fn a_spec_that_is_cut_off_is_read_alike() {
        let specs = specs();
        let short = specs.iter().min_by_key(|text| text.len()).unwrap();
        let row = "name = \"a\"\nmethod = \"GET\"\npath = \"/v1/{é}\"\ntitle = { zh = \"中\", en = \"b\" }\nat = [\"zh:17\"]\n\n[[source]]\n\
            name = \"zh\"\nfile = \"a\\\"b\"\nlanguage = \"zh\"\nformat = \"md\"\ndigest = \"0\"\n\n[[table]]\nid = \"path\"\nrole = \"path\"\nstatus = 20";
        for text in [short.as_str(), row, "#", "# é", ""] {
            for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
                check(&text[..end]);
            }
        }
    }

    /// Whatever is done to a spec: it is read as the careful way reads it, or left to it.
    #[test]
    fn changed_specs_are_read_alike() {
        let specs = specs();
        let words = [
            "\"",
            "'",
            "\\",
            "\n",
            "\t",
            "\r",
            "\u{7f}",
            "\u{85}",
            "é",
            " ",
            ",",
            "=",
            "{",
            "}",
            "[",
            "]",
            "#",
            "0",
            "x",
            ", at = [\"a:1\"]",
            "[[table]]\n",
            "\\u0041",
            "true",
            "name = \"x\"\n",
            ", type = \"Nonsense\"",
        ];
        let mut state = 1u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        let mut plain = 0;
        for round in 0..2_000 {
            let text = &specs[round % specs.len()];
            // Short pieces of long files are enough, and cheap.
            let mut at = random(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let tail = text[at..].chars().take(random(4)).map(char::len_utf8).sum::<usize>();
            let word = if random(3) == 0 { "" } else { words[random(words.len())] };
            let changed = format!("{}{word}{}", &text[..at], &text[at + tail..]);
            plain += usize::from(super::operation(&changed).is_some());
            check(&changed);
        }
        assert!(plain > 100, "most changes inside of strings keep the form: {plain}");
    }
}
