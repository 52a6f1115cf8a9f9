//! Rustdoc texts. They say what the pages say, in words of ours; whatever comes from a page is escaped.

use std::fmt::Write;

use tablature_spec::load::Service;
use tablature_spec::model::{At, Claim, ExampleKind, Mandatory, Operation as Spec, Role, Row};
use tablature_spec::paging::Step;

use crate::ExampleRoot;
use crate::example;
use crate::following::{Following, Items};
use crate::lower;
use crate::resolve::{Enum, Field, Location, Operation, Parameter, Part, Resolved, Side, Struct, Usage};

/// Longer texts of a page are cut.
const MAX_CHARS: usize = 300;
/// More operations than these are not named beside a type that they share.
const MAX_USERS: usize = 3;
/// More values than these are not spelled out beside a field.
const MAX_VALUES: usize = 20;

/// Text as a code span, whatever it holds.
pub fn code(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() {
        return "an empty text".into();
    }
    if !folded.contains('`') {
        return ["`", &folded, "`"].concat();
    }
    // A fence must be longer than any run of backticks inside.
    let longest = folded.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    format!("{fence} {folded} {fence}")
}

/// Text as prose: what Markdown would take for markup is escaped.
pub fn prose(text: &str) -> String {
    let mut out = String::new();
    for c in fold(text).chars() {
        if "\\`*_[]<>#|~&$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// White space folded, control characters left out, length bounded.
pub(crate) fn fold(text: &str) -> String {
    if is_folded(text) {
        return text.to_string();
    }
    let mut out = String::new();
    for (count, c) in text.trim().chars().enumerate() {
        if count == MAX_CHARS {
            out.push('…');
            break;
        }
        match c {
            c if c.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            // Rustc refuses characters in docs that change the direction of the text.
            c if c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Whether a text is nothing but words of ASCII with one blank between them, as names and types are. Macros are expanded by unoptimised
/// code, in which this costs a tenth of looking at each character.
fn is_folded(text: &str) -> bool {
    let mut blank = true;
    for byte in text.bytes() {
        if !matches!(byte, b' '..=b'~') || blank && byte == b' ' {
            return false;
        }
        blank = byte == b' ';
    }
    !blank && text.len() <= MAX_CHARS
}

/// A claim: the value alone where all agree, else each value with those who say it: `Integer` on zh-md, `Long` on en-html. The names of the
/// sources are explained where the pages of the operation are listed.
fn claim<T>(claim: &Claim<T>, separator: &str, show: impl Fn(&T) -> String) -> String {
    let mut said: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in claim.values() {
        let value = show(value);
        match said.iter_mut().find(|(known, _)| *known == value) {
            Some((_, names)) => names.extend(name.map(prose)),
            None => said.push((value, name.map(prose).into_iter().collect())),
        }
    }
    let texts = said.into_iter().map(|(value, names)| match names.as_slice() {
        [] => value,
        names => format!("{value} on {}", names.join(" and ")),
    });
    texts.collect::<Vec<_>>().join(separator)
}

/// A claim in the pages' own words: each text with its sources behind it.
fn words(claim: &Claim<String>) -> String {
    let texts = claim.values().into_iter().map(|(name, text)| match name {
        Some(name) => format!("{} ({})", prose(text).trim_end_matches(['.', '。']), prose(name)),
        None => prose(text).trim_end_matches(['.', '。']).to_string(),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// The rustdoc of the accessor type.
pub fn accessor(service: &Service) -> String {
    let mut out = match &service.title {
        Some(title) => format!("The calls of {} ({}).", prose(title), code(&service.name)),
        None => format!("The calls of {}.", code(&service.name)),
    };
    out.push_str(
        "\n\nEvery call is a builder: path ids are arguments, everything else is a setter, and `send` sends it.",
    );
    out
}

/// The rustdoc of an accessor's method.
pub fn operation(
    resolved: &Resolved<'_>,
    operation: &Operation<'_>,
    following: &Following<'_>,
    root: Option<&ExampleRoot>,
) -> String {
    let spec = &operation.spec.operation;
    let mut out = summary(operation);
    let mut line = format!("{} {}", spec.method, spec.path);
    for (index, (name, value)) in spec.fixed_query.iter().enumerate() {
        let _ = write!(line, "{}{name}={value}", if index == 0 { '?' } else { '&' });
    }
    paragraph(&mut out, &code(&line));
    if spec.deprecated {
        paragraph(&mut out, "The pages call this operation deprecated.");
    }
    // Who is asked for work does not start it, although its page stands among those of asynchronous work.
    if spec.asynchronous && following.states(operation).is_none() {
        paragraph(&mut out, "Asynchronous: the call starts the work and does not wait for its end.");
    }
    follow(operation, following, &mut out);
    if !operation.path.is_empty() {
        paragraph(&mut out, "# Arguments\n");
        for parameter in &operation.path {
            let _ =
                write!(out, "\n* {}: {}", code(&parameter.name), self::parameter(spec, parameter).replace("\n\n", " "));
        }
    }
    let headers = listed(operation.runtime_headers.iter().copied());
    if !headers.is_empty() {
        paragraph(&mut out, &format!("Headers that the client sets itself: {headers}."));
    }
    let headers = spec.tables_of(Role::ResponseHeader).flat_map(|table| &table.rows).map(|row| row.name.as_str());
    let headers = listed(headers);
    if !headers.is_empty() {
        paragraph(&mut out, &format!("Headers of the response, to be had with `send_raw`: {headers}."));
    }
    let alternates = listed(spec.alternates.iter().map(String::as_str));
    if !alternates.is_empty() {
        paragraph(&mut out, &format!("Other request lines of the pages: {alternates}."));
    }
    if !spec.statuses.is_empty() {
        let codes: Vec<String> = spec.statuses.iter().map(|status| format!("`{}`", status.code)).collect();
        paragraph(&mut out, &format!("Status codes: {}.", codes.join(", ")));
    }
    let pages = spec.sources.iter().map(|source| match &source.page_id {
        Some(id) => format!("{} {} (page id {})", prose(&source.name), code(&source.file), code(id)),
        None => format!("{} {}", prose(&source.name), code(&source.file)),
    });
    let pages: Vec<String> = pages.collect();
    if !pages.is_empty() {
        paragraph(&mut out, &format!("Pages: {}.", pages.join(", ")));
    }
    let failures = lower::failures(operation);
    if !failures.is_empty() {
        let shown = failures.iter().map(|(status, error)| match (status, error.as_str()) {
            (Some(status), "") => format!("status `{status}`"),
            (Some(status), error) => format!("{} with status `{status}`", code(error)),
            (None, error) => code(error),
        });
        let shown: Vec<String> = shown.collect();
        paragraph(&mut out, &format!("# Errors\n\nThe pages show {}.", shown.join(", ")));
    }
    paragraph(&mut out, &example::of(resolved, operation, root));
    out
}

/// What follows the answer.
fn follow(operation: &Operation<'_>, following: &Following<'_>, out: &mut String) {
    let builder = &operation.builder;
    if let Some(list) = following.list(operation) {
        let pages = format!("[`pages`]({builder}::pages)");
        let by = step(&list.paging.step);
        let text = match list.items {
            Items::Unknown => format!("The list comes in pages, by {by}: {pages} gives the responses to the end."),
            _ => format!(
                "The list comes in pages, by {by}: [`items`]({builder}::items) gives the items of all of them, {pages} the responses."
            ),
        };
        paragraph(out, &text);
    }
    let Some(wait) = following.wait(operation) else { return };
    let asked = format!("[`{0}`](Client::{0})", wait.asked.method);
    if !wait.states {
        let text = format!(
            "[`wait_until`]({builder}::wait_until) asks {asked} until the caller says that the work is done; no page lists its states."
        );
        paragraph(out, &text);
        return;
    }
    let Some(states) = following.states(wait.asked) else { return };
    let listed = |states: &[String]| listed(states.iter().map(String::as_str));
    let text = format!(
        "[`wait`]({builder}::wait) asks {asked} until {} is {} (done) or {} (failed).",
        code(&states.field),
        listed(&states.success),
        listed(&states.failure)
    );
    paragraph(out, &text);
}

/// By what a list goes on.
fn step(step: &Step) -> String {
    match step {
        Step::Offset { parameter, stated: true, .. } => format!("{}, which counts items", code(&parameter.name)),
        Step::Offset { parameter, .. } => {
            format!("{}, which is taken to count items although no page says so", code(&parameter.name))
        }
        Step::Page { parameter, .. } => format!("{}, the number of a page", code(&parameter.name)),
        Step::Marker { parameter, .. } => format!("{}, a marker", code(&parameter.name)),
    }
}

fn summary(operation: &Operation<'_>) -> String {
    let titles: Vec<String> = lower::titles(operation).into_iter().map(prose).collect();
    let name = code(&operation.spec.operation.name);
    if titles.is_empty() {
        format!("Calls {name}.")
    } else {
        format!("{}.", titles.join(" / ").trim_end_matches(['.', '。']))
    }
}

fn paragraph(out: &mut String, text: &str) {
    if !out.is_empty() {
        out.push_str("\n\n");
    }
    out.push_str(text);
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(code).collect();
    names.join(", ")
}

/// The rustdoc of a parameter's setter.
pub fn parameter(spec: &Spec, parameter: &Parameter<'_>) -> String {
    let mut out = String::new();
    let named = (parameter.wire != parameter.name).then_some(parameter.wire);
    if parameter.rows.is_empty() {
        out.push_str("No table of the pages describes it.");
        wire_name(&mut out, named);
    }
    rows(
        &mut out,
        spec,
        &parameter.rows,
        named,
        if parameter.location == Location::Path { None } else { Some(parameter.mandatory) },
    );
    if parameter.location == Location::Header {
        out.push_str(" A header.");
    }
    out
}

/// The rustdoc of a field or of the setter of a body's field.
pub fn field(spec: &Spec, field: &Field<'_>, side: Side) -> String {
    let mut out = String::new();
    let named = (field.wire != field.name).then_some(field.wire);
    rows(&mut out, spec, &field.rows, named, (side == Side::Request).then_some(field.mandatory));
    if let Some(why) = field.widened {
        let _ = write!(out, " The type here is wider than declared, because {why}.");
    }
    if field.left_out {
        out.push_str(" Not checked, because an example leaves it out.");
    }
    out
}

/// The rustdoc of the setter of a part of a form.
pub fn form_part(spec: &Spec, part: &Part<'_>) -> String {
    let mut out = String::new();
    let named = (part.wire != part.name).then_some(part.wire);
    rows(&mut out, spec, &part.rows, named, Some(part.mandatory));
    out.push_str(if part.file { " A file of the form." } else { " A part of the form." });
    out
}

/// The rustdoc of the setter of a body that is not an object.
pub fn whole(spec: &Spec, needed: bool) -> String {
    let mut out = String::from(if needed { "The whole body, mandatory." } else { "The whole body." });
    if spec.tables_of(Role::Body).next().is_none() {
        // Only an example shows that there is one.
        out.push_str(" No table describes it, examples show it.");
        let shown =
            spec.examples.iter().filter(|example| example.kind == ExampleKind::Request && example.body.is_some());
        pages(&mut out, spec, shown.flat_map(|example| &example.at));
    }
    pages(&mut out, spec, spec.tables_of(Role::Body).flat_map(|table| &table.at));
    out
}

/// The rustdoc of the setter of a body that is not JSON.
pub fn bytes(spec: &Spec, media_type: &str, needed: bool) -> String {
    let needed = if needed { ", mandatory" } else { "" };
    let mut out = format!(
        "The whole body{needed}, as {}: bytes, or a `Content::file` that is read while it is sent.",
        code(media_type)
    );
    pages(&mut out, spec, spec.tables_of(Role::Body).flat_map(|table| &table.at));
    let fields = listed(spec.tables_of(Role::Body).flat_map(|table| &table.rows).map(|row| row.name.as_str()));
    if !fields.is_empty() {
        let _ = write!(out, " The pages describe these parts of it: {fields}.");
    }
    out
}

fn wire_name(out: &mut String, named: Option<&str>) {
    if let Some(wire) = named {
        let _ = write!(out, " Wire name: {}.", code(wire));
    }
}

/// What the rows of one name say. `checked` is whether a call without it fails; `None` where that cannot be.
fn rows(out: &mut String, spec: &Spec, rows: &[&Row], named: Option<&str>, checked: Option<bool>) {
    let mut descriptions = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let same =
            |other: &&&Row| other.kind == row.kind && other.mandatory == row.mandatory && other.facts == row.facts;
        if index > 0 {
            // Tables of several scenarios: what a later one repeats is left out.
            if rows.iter().take(index).any(|known| same(&known)) {
                continue;
            }
            out.push_str(" In another table: ");
        }
        match &row.kind {
            Some(kind) => out.push_str(&claim(kind, ", ", |word| code(word))),
            None => out.push_str("No type given"),
        }
        if let Some(flags) = &row.mandatory {
            let text = claim(flags, ", ", |flag| match flag {
                Mandatory::Yes => "mandatory".to_string(),
                Mandatory::No => "optional".to_string(),
                Mandatory::When(text) => format!("mandatory under a condition ({})", prose(text)),
            });
            // With a comma, "`Integer` on a, `Long` on b, mandatory" would say that on b only.
            let contested = row.kind.as_ref().is_some_and(is_contested) || is_contested(flags);
            let _ = write!(out, "{} {text}", if contested { ';' } else { ',' });
        }
        out.push('.');
        if index == 0 {
            wire_name(out, named);
        }
        if matches!(row.mandatory, Some(Claim::Contested(_))) && checked == Some(false) {
            out.push_str(" Not checked.");
        }
        facts(out, row);
        // Who says what of a contested type or flag is named there.
        let told = row.kind.as_ref().is_some_and(|kind| by_all(spec, kind))
            || row.mandatory.as_ref().is_some_and(|flag| by_all(spec, flag));
        if row.at.is_empty() && row.kind.is_none() && !spec.sources.is_empty() {
            out.push_str(" No table has it, the request line does.");
            pages(out, spec, spec.at.iter());
        } else if !told {
            pages(out, spec, rows.iter().filter(same).flat_map(|row| &row.at));
        }
        if let Some(reason) = &row.opaque {
            let _ = write!(out, " Any value is taken: {}.", prose(reason));
        }
        if let Some(text) = &row.description {
            descriptions.push(words(text) + ".");
        }
    }
    for text in descriptions {
        paragraph(out, &text);
    }
}

fn facts(out: &mut String, row: &Row) {
    let facts = &row.facts;
    let literals = [
        ("Default", &facts.default),
        ("Least value", &facts.min),
        ("Greatest value", &facts.max),
        ("Least length", &facts.min_length),
        ("Greatest length", &facts.max_length),
        ("Least number of items", &facts.min_items),
        ("Greatest number of items", &facts.max_items),
        ("Pattern", &facts.pattern),
        ("What it counts", &facts.counts),
    ];
    for (label, fact) in literals {
        if let Some(fact) = fact {
            let _ = write!(out, " {label}: {}.", claim(fact, ", ", |value| code(value)));
        }
    }
    if let Some(values) = &facts.values {
        let text = claim(values, "; ", |values| {
            let mut text = listed(values.iter().take(MAX_VALUES).map(String::as_str));
            if values.len() > MAX_VALUES {
                let _ = write!(text, " and {} more", values.len() - MAX_VALUES);
            }
            text
        });
        let _ = write!(out, " Values: {text}.");
    }
    if let Some(condition) = &row.condition {
        let _ = write!(out, " Condition: {}.", words(condition));
    }
    for (fact, word) in [(&facts.conditional, "Only under a condition"), (&facts.deprecated, "Deprecated or reserved")]
    {
        match fact {
            Some(Claim::Agreed(true)) => {
                let _ = write!(out, " {word}.");
            }
            Some(Claim::Contested(claims)) => {
                let names: Vec<String> =
                    claims.iter().filter(|(_, value)| *value).map(|(name, _)| prose(name)).collect();
                let _ = write!(out, " {word} on {}.", names.join(" and "));
            }
            _ => {}
        }
    }
}

/// Names the sources of places, and says so if others of the operation's pages have nothing there.
fn pages<'a>(out: &mut String, spec: &Spec, places: impl Iterator<Item = &'a At>) {
    let mut having: Vec<&str> = Vec::new();
    for at in places {
        let speaker = spec.speaker(&at.source);
        if !having.contains(&speaker) {
            having.push(speaker);
        }
    }
    if having.is_empty() {
        return;
    }
    let word = if having.len() < spec.pages().count() { "Only on" } else { "On" };
    let names: Vec<String> = having.into_iter().map(prose).collect();
    let _ = write!(out, " {word} {}.", names.join(", "));
}

/// Whether a claim is contested and every page of the operation has a part in it.
fn by_all<T>(spec: &Spec, claim: &Claim<T>) -> bool {
    is_contested(claim) && spec.pages().all(|source| claim.of(&source.name).is_some())
}

fn is_contested<T>(claim: &Claim<T>) -> bool {
    matches!(claim, Claim::Contested(_))
}

/// The rustdoc of an object.
pub fn record(resolved: &Resolved<'_>, item: &Struct<'_>) -> String {
    // The operations' own texts list the pages.
    let side = match item.usage {
        Usage::Request => "A part of the request of",
        Usage::Response => "A part of the response of",
        Usage::Both => "A part of requests and responses, of",
    };
    let tables = listed(item.tables.iter().copied());
    let of = users(resolved, &item.users);
    if item.tables.iter().any(|table| table.starts_with("response")) && item.users.len() == 1 {
        return format!("The response of {of}.");
    }
    format!("{side} {of}: table {tables}.")
}

/// The rustdoc of an enum.
pub fn open_enum(resolved: &Resolved<'_>, item: &Enum) -> String {
    let of = users(resolved, &item.users);
    format!(
        "Values of {} in {of}. A value that the pages do not list is `Unknown` and keeps its text.",
        code(&item.field)
    )
}

/// Links to the first of some operations, and how many there are besides.
fn users(resolved: &Resolved<'_>, users: &[usize]) -> String {
    let links = users
        .iter()
        .take(MAX_USERS)
        .filter_map(|user| resolved.operations.get(*user))
        .map(|operation| format!("[{}](Client::{})", code(&operation.spec.operation.name), operation.method));
    let mut out = links.collect::<Vec<_>>().join(", ");
    if users.len() > MAX_USERS {
        let _ = write!(out, " and {} more", users.len() - MAX_USERS);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, as_code: &str, as_prose: &str) {
        assert_eq!(code(text), as_code);
        assert_eq!(prose(text), as_prose);
    }

    #[test]
    fn texts_of_pages_are_no_markup() {
        check("Array<String>", "`Array<String>`", r"Array\<String\>");
        check("a `b` c", "`` a `b` c ``", r"a \`b\` c");
        check("[x](y)\n\n# z", "`[x](y) # z`", r"\[x\](y) \# z");
        check("", "an empty text", "");
        check("a\u{202e}b", "`ab`", "ab");
        check(&"é".repeat(400), &format!("`{}…`", "é".repeat(300)), &format!("{}…", "é".repeat(300)));
    }
}
