//! Constraints that a description states: defaults, limits, closed lists of values. Phrases are vocabulary; this reads them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use tablature_pages::model::{Block, Cell, texts};
use tablature_spec::model::{Claim, Facts};
use tablature_spec::types::Shape;

use crate::phrases::Phrases;
use crate::sections::is_wide;
use crate::vocabulary::{CellPart, FactKind, squeeze, vocabulary};

/// Longer values are prose.
const MAX_VALUE: usize = 64;
/// A list of more values than this is a catalogue, not an enum.
const MAX_VALUES: usize = 200;

/// Longer lines are no descriptions; reading them phrase by phrase would take too long.
const MAX_LINE: usize = 8192;

/// A piece of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Words(Vec<String>),
    Number,
    Value,
    Pattern,
}

#[derive(Debug, Clone)]
struct Form {
    kind: FactKind,
    tokens: Vec<Token>,
}

/// Forms by the word with which they start; those that start with a number are apart.
struct Forms {
    /// The words, in the order of `by_word`.
    words: Phrases,
    by_word: Vec<Vec<Form>>,
    by_number: Vec<Form>,
    triggers: Vec<String>,
    triggered: Phrases,
    open: Phrases,
    deprecated: Phrases,
    conditional: Phrases,
    separators: Vec<String>,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut by_word: BTreeMap<String, Vec<Form>> = BTreeMap::new();
    let (mut by_number, mut triggers, mut open) = (Vec::new(), Vec::new(), Vec::new());
    for (kind, text) in &vocabulary().facts {
        match kind {
            FactKind::Values => triggers.push(text.clone()),
            FactKind::NotValues => open.push(text.clone()),
            _ => {
                let form = Form { kind: *kind, tokens: compile(text) };
                match form.tokens.first() {
                    Some(Token::Words(words)) => {
                        let word = words.first().cloned().unwrap_or_default();
                        by_word.entry(word).or_default().push(form);
                    }
                    Some(_) => by_number.push(form),
                    None => {}
                }
            }
        }
    }
    Forms {
        words: Phrases::new(by_word.keys().cloned().collect()),
        by_word: by_word.into_values().collect(),
        by_number,
        triggered: Phrases::new(triggers.clone()),
        triggers,
        open: Phrases::new(open),
        deprecated: Phrases::new(vocabulary().deprecated_field.clone()),
        conditional: Phrases::new(vocabulary().conditional.clone()),
        separators: vocabulary().value_separators.iter().map(|mark| plain_marks(mark)).collect(),
    }
});

fn compile(form: &str) -> Vec<Token> {
    let mut out = Vec::new();
    let mut rest = form;
    while !rest.is_empty() {
        let (literal, capture) = match rest.find('{') {
            Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at..at + 3)),
            None => (rest, None),
        };
        let words: Vec<String> = literal.split_whitespace().map(str::to_string).collect();
        if !words.is_empty() {
            out.push(Token::Words(words));
        }
        let Some(capture) = capture else { break };
        out.push(match capture {
            "{v}" => Token::Value,
            "{p}" => Token::Pattern,
            _ => Token::Number,
        });
        rest = rest.get(literal.len() + 3..).unwrap_or_default();
    }
    out
}

/// Full-width marks as plain ones, so that a phrase needs one spelling.
pub(crate) fn plain_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '～' | '〜' => out.push('~'),
            '–' | '—' | '−' | '－' => out.push('-'),
            '：' => out.push(':'),
            '，' => out.push(','),
            '（' => out.push('('),
            '）' => out.push(')'),
            '【' => out.push('['),
            '】' => out.push(']'),
            '\u{a0}' | '\u{3000}' | '\t' | '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// What a phrase captured.
#[derive(Debug, Default)]
struct Captures {
    numbers: Vec<String>,
    value: Option<String>,
}

/// Reads the facts of a description, and of default and range cells where the table has such columns.
pub fn read(description: Option<&Cell>, default: Option<&Cell>, range: Option<&Cell>, shape: Option<&Shape>) -> Facts {
    let mut facts = Facts::default();
    if let Some(cell) = description {
        from_description(cell, shape, &mut facts);
    }
    if let Some(text) = default.map(Cell::plain)
        && let Some(value) = value_of(&plain_marks(&text), shape)
    {
        facts.default = Some(Claim::Agreed(value));
    }
    if let Some(cell) = range {
        range_part(&lines(&cell.blocks), &cell.blocks, shape, &mut facts);
    }
    facts
}

fn lines(blocks: &[Block]) -> Vec<String> {
    texts(blocks).iter().flat_map(|text| text.split('\n').map(plain_marks).collect::<Vec<_>>()).collect()
}

fn from_description(cell: &Cell, shape: Option<&Shape>, facts: &mut Facts) {
    let lines = lines(&cell.blocks);
    let words = vocabulary();
    let mut part = None;
    let mut parts: Vec<(CellPart, Vec<String>)> = Vec::new();
    let mut general: Vec<String> = Vec::new();
    for line in &lines {
        if line.chars().count() < 24
            && let Some(found) = words.part(line)
        {
            part = Some(found);
            parts.push((found, Vec::new()));
        } else if let (Some(_), Some((_, texts))) = (part, parts.last_mut()) {
            texts.push(line.clone());
        } else {
            general.push(line.clone());
        }
    }
    // A cell is labelled if its first line is a label: a label further down may be a plain sentence.
    let labelled = parts.len() >= 2 && general.iter().all(|line| line.trim().is_empty());
    if labelled {
        for (part, texts) in &parts {
            match part {
                CellPart::Default => {
                    let text = texts.join(" ");
                    if let Some(value) = value_of(&text, shape) {
                        facts.default = Some(Claim::Agreed(value));
                    }
                }
                CellPart::Range => range_part(texts, &cell.blocks, shape, facts),
                CellPart::Constraints | CellPart::Definition => phrases(texts, shape, facts),
            }
        }
    } else {
        phrases(&lines, shape, facts);
    }
    if facts.values.is_none()
        && let Some(values) = closed_list(&cell.blocks, &lines, shape, labelled)
    {
        facts.values = Some(Claim::Agreed(values));
    }
    let squeezed: Vec<String> = lines.iter().map(|line| squeeze(line)).collect();
    // An item of a list may say that one of the values is deprecated; that is not said of the field.
    let own: Vec<String> = cell
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Paragraph(text) => Some(squeeze(&text.plain())),
            _ => None,
        })
        .collect();
    if own.iter().any(|line| FORMS.deprecated.any(line)) {
        facts.deprecated = Some(Claim::Agreed(true));
    }
    if squeezed.iter().any(|line| FORMS.conditional.any(line)) {
        facts.conditional = Some(Claim::Agreed(true));
    }
}

fn range_part(lines: &[String], blocks: &[Block], shape: Option<&Shape>, facts: &mut Facts) {
    phrases(lines, shape, facts);
    let text = lines.join(" ");
    let text = text.trim();
    if vocabulary().value_none.iter().any(|none| none == text) {
        return;
    }
    if facts.min.is_none()
        && is_number(shape)
        && let Some((low, high)) = plain_range(text)
    {
        facts.min = Some(Claim::Agreed(low));
        facts.max = Some(Claim::Agreed(high));
    }
    if facts.values.is_none()
        && takes_values(shape)
        && let Some(values) = list_items(blocks, shape).or_else(|| split_values(text, shape))
    {
        facts.values = Some(Claim::Agreed(values));
    }
}

/// `[1,100]`, `1~100` or `1-100`, and nothing else.
fn plain_range(text: &str) -> Option<(String, String)> {
    let inner = text.trim_end_matches(['。', '.']).trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
    let (low, rest) = number_at(inner.trim(), true, false)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(['~', '-', ',']).or_else(|| rest.strip_prefix("to"))?;
    let (high, rest) = number_at(rest.trim_start(), true, false)?;
    rest.trim().is_empty().then_some((low, high))
}

fn is_text(shape: Option<&Shape>) -> bool {
    matches!(shape, Some(Shape::String) | None)
}

fn is_number(shape: Option<&Shape>) -> bool {
    matches!(shape, Some(Shape::Integer32 | Shape::Integer64 | Shape::Float))
}

fn is_array(shape: Option<&Shape>) -> bool {
    matches!(shape, Some(Shape::Array(_)))
}

fn takes_values(shape: Option<&Shape>) -> bool {
    match shape {
        None | Some(Shape::String | Shape::Integer32 | Shape::Integer64) => true,
        Some(Shape::Array(inner)) => matches!(**inner, Shape::String | Shape::Integer32 | Shape::Integer64),
        _ => false,
    }
}

/// Finds every phrase; the first one of a kind counts.
fn phrases(lines: &[String], shape: Option<&Shape>, facts: &mut Facts) {
    for line in lines.iter().filter(|line| line.len() <= MAX_LINE) {
        let lower = line.to_ascii_lowercase();
        let digits = line.bytes().any(|b| b.is_ascii_digit());
        for (word, at) in FORMS.words.places(&lower) {
            for form in FORMS.by_word.get(word).into_iter().flatten() {
                if !digits && form.tokens.contains(&Token::Number) {
                    continue;
                }
                if form.kind == FactKind::Range && of_length(&lower, at) {
                    continue;
                }
                if let Some(captures) = matched(&form.tokens, line, &lower, at) {
                    store(form.kind, captures, shape, facts);
                }
            }
        }
        if digits {
            let mut before = b' ';
            for (at, byte) in lower.bytes().enumerate() {
                if byte.is_ascii_digit() && !before.is_ascii_digit() && before != b'.' {
                    for form in &FORMS.by_number {
                        if let Some(captures) = matched(&form.tokens, line, &lower, at) {
                            store(form.kind, captures, shape, facts);
                        }
                    }
                }
                before = byte;
            }
        }
    }
}

/// Whether the words before a range say that a length is meant and no value.
fn of_length(lower: &str, at: usize) -> bool {
    lower.get(..at).is_some_and(|head| {
        let head = head.trim_end();
        let head = head.strip_suffix("取值").unwrap_or(head);
        head.ends_with("length") || head.ends_with("长度")
    })
}

fn store(kind: FactKind, captures: Captures, shape: Option<&Shape>, facts: &mut Facts) {
    fn set(slot: &mut Option<Claim<String>>, value: Option<&String>) {
        if slot.is_none()
            && let Some(value) = value
        {
            *slot = Some(Claim::Agreed(value.clone()));
        }
    }
    let (first, second) = (captures.numbers.first(), captures.numbers.get(1));
    let ordered = match (first.and_then(|n| n.parse::<f64>().ok()), second.and_then(|n| n.parse::<f64>().ok())) {
        (Some(low), Some(high)) => low <= high,
        _ => true,
    };
    if !ordered {
        return;
    }
    match kind {
        FactKind::Default => {
            if facts.default.is_none()
                && let Some(value) = captures.value.as_deref().and_then(|value| value_of(value, shape))
            {
                facts.default = Some(Claim::Agreed(value));
            }
        }
        FactKind::Length if is_text(shape) => {
            set(&mut facts.min_length, first);
            set(&mut facts.max_length, second);
        }
        FactKind::MaxLength if is_text(shape) => set(&mut facts.max_length, first),
        FactKind::MinLength if is_text(shape) => set(&mut facts.min_length, first),
        FactKind::Max if is_number(shape) => set(&mut facts.max, first),
        FactKind::Min if is_number(shape) => set(&mut facts.min, first),
        FactKind::Range if is_number(shape) => {
            set(&mut facts.min, first);
            set(&mut facts.max, second);
        }
        FactKind::Items if is_array(shape) => {
            set(&mut facts.min_items, first);
            set(&mut facts.max_items, second);
        }
        FactKind::MaxItems if is_array(shape) => set(&mut facts.max_items, first),
        FactKind::Pattern if is_text(shape) => set(&mut facts.pattern, captures.value.as_ref()),
        _ => {}
    }
}

/// Matches a form at a place of the text.
fn matched(tokens: &[Token], text: &str, lower: &str, at: usize) -> Option<Captures> {
    let mut captures = Captures::default();
    let mut at = at;
    for (number, token) in tokens.iter().enumerate() {
        if number > 0 {
            at = skip_blanks(text, at);
        }
        match token {
            Token::Words(words) => {
                for word in words {
                    at = skip_blanks(text, at);
                    if !lower.get(at..)?.starts_with(word.as_str()) {
                        return None;
                    }
                    at += word.len();
                }
            }
            Token::Number => {
                let tail = text.get(at..)?;
                // In `[1,100]` the comma is the form's own; elsewhere it may group thousands.
                let comma = matches!(tokens.get(number + 1), Some(Token::Words(words)) if words.first().is_some_and(|word| word.starts_with(',')));
                let bracket = matches!(tokens.get(number + 1), Some(Token::Words(words)) if words.first().is_some_and(|word| word.starts_with(']')));
                let (value, rest) = number_at(tail, captures.numbers.is_empty(), !comma && !bracket)?;
                captures.numbers.push(value);
                at += tail.len() - rest.len();
            }
            Token::Value => {
                let tail = text.get(at..)?;
                // Without a word such as `为` between them, only a literal is a default: `默认VPC` is a thing.
                let joined = match number.checked_sub(1).and_then(|before| tokens.get(before)) {
                    Some(Token::Words(words)) => words.last().is_some_and(|word| word.ends_with(['认', '省', '值'])),
                    _ => false,
                };
                if joined && !begins_with_literal(tail) {
                    return None;
                }
                captures.value = Some(sentence(tail).to_string());
                at += tail.len();
            }
            Token::Pattern => {
                let tail = text.get(at..)?.trim_start_matches([':', '“', '"', '\'', '`', ' ']);
                captures.value = Some(pattern(tail)?);
                at = text.len();
            }
        }
    }
    // A number that goes on (`64KB`, `1.5`) is another number than the one that was read.
    if matches!(tokens.last(), Some(Token::Number)) {
        let rest = lower.get(at..).unwrap_or_default().trim_start();
        let unit = text.get(at..).is_some_and(|rest| rest.trim_start().starts_with(['K', 'M', 'G', 'T']));
        let fraction = rest.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if unit || fraction || ["kb", "mb", "gb", "tb"].iter().any(|unit| rest.starts_with(unit)) {
            return None;
        }
    }
    Some(captures)
}

/// Whether a text begins with a number, a truth value or a quoted word.
fn begins_with_literal(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with(['“', '"', '‘', '`'])
        || text.strip_prefix('-').unwrap_or(text).starts_with(|c: char| c.is_ascii_digit())
        || ["true", "false"]
            .iter()
            .any(|word| text.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + (rest.len() - rest.trim_start().len())
}

/// A number at the start of a text, and what follows it.
fn number_at(text: &str, signed: bool, grouped: bool) -> Option<(String, &str)> {
    let digits = if signed { text.strip_prefix('-').unwrap_or(text) } else { text };
    let whole = digits.bytes().take_while(u8::is_ascii_digit).count();
    if whole == 0 || whole > 20 {
        return None;
    }
    let mut end = text.len() - digits.len() + whole;
    if let Some(fraction) = text.get(end..).and_then(|rest| rest.strip_prefix('.')) {
        let places = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if places > 0 {
            end += 1 + places;
        }
    }
    // Thousands are grouped in English pages: `10,000`.
    while let Some(rest) = text.get(end..)
        && grouped
        && rest.starts_with(',')
        && rest.get(1..4).is_some_and(|group| group.bytes().all(|b| b.is_ascii_digit()))
        && !rest.get(4..5).is_some_and(|next| next.as_bytes().iter().all(u8::is_ascii_digit))
        && text.get(..end).is_some_and(|head| head.trim_start_matches('-').len() <= 3 || head.contains(','))
    {
        end += 4;
    }
    let number = text.get(..end)?.replace(',', "");
    Some((number, text.get(end..)?))
}

/// Up to the mark that closes the sentence.
fn sentence(text: &str) -> &str {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '“' | '”' | '"' | '‘' | '’' => quoted = !quoted,
            '。' | '；' | ';' | ',' | '、' if !quoted => return text.get(..at).unwrap_or(text),
            ')' if !quoted && !text.get(..at).unwrap_or_default().contains('(') => {
                return text.get(..at).unwrap_or(text);
            }
            '.' if !quoted => {
                let rest = text.get(at + 1..).unwrap_or_default();
                if rest.is_empty() || rest.starts_with(char::is_whitespace) {
                    return text.get(..at).unwrap_or(text);
                }
            }
            _ => {}
        }
    }
    text
}

/// A regular expression that is anchored at both ends.
fn pattern(text: &str) -> Option<String> {
    let start = text.strip_prefix('^').map(|_| text)?;
    let end = start.find("$ ").or_else(|| start.rfind('$'))?;
    let pattern = start.get(..=end)?.trim();
    (pattern.len() > 2 && !pattern.chars().any(|c| is_wide(c) && !pattern.contains("\\u"))).then(|| pattern.to_string())
}

/// A literal out of the text behind "the default is"; `None` if it is prose or says that there is none.
fn value_of(text: &str, shape: Option<&Shape>) -> Option<String> {
    let words = vocabulary();
    let text = sentence(text.trim()).trim();
    let quoted = text.starts_with(['“', '"', '”', '‘', '\'', '`']);
    let value = trim_marks(text);
    if value.is_empty()
        || value.chars().count() > MAX_VALUE
        || words.value_none.iter().any(|none| none == value)
        || value.contains(char::is_whitespace)
        || (!quoted && value.chars().any(is_wide))
    {
        return None;
    }
    if value.contains(['“', '”', '"', '(', ')', ':']) && !quoted {
        return None;
    }
    match shape {
        Some(Shape::Boolean) => {
            let lower = value.to_ascii_lowercase();
            matches!(lower.as_str(), "true" | "false").then_some(lower)
        }
        Some(Shape::Integer32 | Shape::Integer64) => value.parse::<i64>().is_ok().then(|| value.to_string()),
        Some(Shape::Float) => value.parse::<f64>().is_ok().then(|| value.to_string()),
        None | Some(Shape::String) => Some(value.to_string()),
        _ => None,
    }
}

fn trim_marks(text: &str) -> &str {
    let words = vocabulary();
    let mut text = text.trim();
    loop {
        let before = text;
        for mark in &words.value_trim {
            text = text.strip_prefix(mark.as_str()).unwrap_or(text);
            text = text.strip_suffix(mark.as_str()).unwrap_or(text).trim();
        }
        if text == before {
            return text;
        }
    }
}

/// The values that the page closes: a trigger phrase before a list, or before values on its own line.
fn closed_list(blocks: &[Block], lines: &[String], shape: Option<&Shape>, labelled: bool) -> Option<Vec<String>> {
    if !takes_values(shape) || labelled {
        return None;
    }
    let triggered = |line: &str| {
        let lower = plain_marks(line).to_ascii_lowercase();
        FORMS.triggered.any(&lower) && !FORMS.open.any(&lower)
    };
    let mut announced = false;
    for block in blocks {
        match block {
            Block::Paragraph(text) => announced = text.plain().split('\n').next_back().is_some_and(triggered),
            Block::List(list) if announced => {
                return items(list, shape);
            }
            _ => announced = false,
        }
    }
    for (number, line) in lines.iter().enumerate() {
        if !triggered(line) {
            continue;
        }
        if line.trim_end().ends_with(':')
            && let Some(values) = line_values(lines.get(number + 1..).unwrap_or_default(), shape)
        {
            return Some(values);
        }
        let lower = line.to_ascii_lowercase();
        let end = FORMS
            .triggers
            .iter()
            .filter_map(|word| lower.find(word.as_str()).map(|at| at + word.len()))
            .max()
            .unwrap_or(0);
        let tail = line.get(end..).unwrap_or_default();
        let tail = tail.trim_start_matches([':', '为', '是', '有', '如', '下', ' ']);
        if let Some(values) = split_values(tail, shape) {
            return Some(values);
        }
    }
    None
}

/// The values of lines below an announcement: `X` in every one, or `X：text` in every one. They end at a line that
/// states another fact or has no colon; a line with a colon that begins with prose shows that no values are listed.
fn line_values(lines: &[String], shape: Option<&Shape>) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut explained = None;
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        let value = lead(line, shape).filter(|_| !line.ends_with(':'));
        let explains = value.as_deref() != Some(trim_marks(line));
        match value {
            Some(value) if explained.is_none_or(|known| known == explains) => values.push(value),
            _ if FORMS.words.any(&line.to_ascii_lowercase()) => break,
            _ if line.contains(':') => return None,
            _ => break,
        }
        explained = Some(explains);
        if values.len() > MAX_VALUES {
            return None;
        }
    }
    finish(values).filter(|values| values.len() >= 2)
}

fn list_items(blocks: &[Block], shape: Option<&Shape>) -> Option<Vec<String>> {
    blocks.iter().find_map(|block| match block {
        Block::List(list) => items(list, shape),
        _ => None,
    })
}

/// The values with which the items of a list begin; `None` if one of them begins with prose.
fn items(list: &tablature_pages::model::List, shape: Option<&Shape>) -> Option<Vec<String>> {
    let mut values = Vec::new();
    for item in &list.items {
        let Some(Block::Paragraph(text)) = item.blocks.first() else { return None };
        let plain = plain_marks(&text.plain());
        values.push(lead(&plain, shape)?);
    }
    finish(values)
}

/// The value at the start of a text, up to its explanation.
fn lead(text: &str, shape: Option<&Shape>) -> Option<String> {
    let text = text.trim();
    let end = FORMS
        .separators
        .iter()
        .filter_map(|mark| text.find(mark.as_str()).filter(|at| *at > 0 && !mark_inside(text, *at, mark)))
        .min()
        .unwrap_or(text.len());
    literal(text.get(..end)?, shape)
}

/// A hyphen or colon inside a word belongs to the value.
fn mark_inside(text: &str, at: usize, mark: &str) -> bool {
    matches!(mark, "-" | ":" | "–")
        && text.get(..at).and_then(|head| head.chars().next_back()).is_some_and(|c| c.is_ascii_alphanumeric())
        && text.get(at + mark.len()..).and_then(|tail| tail.chars().next()).is_some_and(|c| c.is_ascii_alphanumeric())
}

/// Values on one line: `A、B`, `A/B`, `A or B`.
fn split_values(text: &str, shape: Option<&Shape>) -> Option<Vec<String>> {
    let text = sentence_of_values(text);
    if text.is_empty() || text.chars().count() > 400 {
        return None;
    }
    let mut parts = vec![text.to_string()];
    for mark in &vocabulary().value_between {
        let mark = plain_marks(mark);
        parts =
            parts.iter().flat_map(|part| part.split(mark.as_str()).map(str::to_string).collect::<Vec<_>>()).collect();
    }
    let values: Option<Vec<String>> = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .map(|part| literal(part.split('(').next().unwrap_or(part), shape))
        .collect();
    finish(values?).filter(|values| values.len() >= 2)
}

fn sentence_of_values(text: &str) -> &str {
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let closes = match c {
            '。' | '；' => true,
            '.' => text.get(at + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)),
            _ => false,
        };
        if closes {
            end = at;
            break;
        }
    }
    text.get(..end).unwrap_or(text).trim()
}

fn literal(text: &str, shape: Option<&Shape>) -> Option<String> {
    let value = trim_marks(text);
    let inner = match shape {
        Some(Shape::Array(inner)) => Some(&**inner),
        other => other,
    };
    if value.is_empty() || value.len() > MAX_VALUE || value.ends_with(['~', '[', ']']) {
        return None;
    }
    match inner {
        Some(Shape::Integer32 | Shape::Integer64) => value.parse::<i64>().is_ok().then(|| value.to_string()),
        _ => {
            let sound = value.chars().all(|c| c.is_ascii_alphanumeric() || "_.-:/+".contains(c))
                && value.chars().any(|c| c.is_ascii_alphanumeric());
            sound.then(|| value.to_string())
        }
    }
}

fn finish(values: Vec<String>) -> Option<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    (!out.is_empty() && out.len() <= MAX_VALUES).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tablature_pages::model::{Item, List, Span, Text};

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(Text {
            line: 1,
            anchors: Vec::new(),
            spans: vec![Span { text: text.to_string(), ..Span::default() }],
        })
    }

    fn cell(lines: &[&str], list: &[&str]) -> Cell {
        let mut blocks: Vec<Block> = lines.iter().map(|line| paragraph(line)).collect();
        if !list.is_empty() {
            let items = list.iter().map(|text| Item { blocks: vec![paragraph(text)], ..Item::default() }).collect();
            blocks.push(Block::List(List { ordered: false, items }));
        }
        Cell { line: 1, anchors: Vec::new(), blocks }
    }

    /// The facts as `key=value` words.
    fn said(facts: &Facts) -> String {
        let mut out = Vec::new();
        let mut text = |key: &str, claim: &Option<Claim<String>>| {
            if let Some(value) = claim.as_ref().and_then(Claim::first) {
                out.push(format!("{key}={value}"));
            }
        };
        text("default", &facts.default);
        text("min", &facts.min);
        text("max", &facts.max);
        text("min_length", &facts.min_length);
        text("max_length", &facts.max_length);
        text("min_items", &facts.min_items);
        text("max_items", &facts.max_items);
        text("pattern", &facts.pattern);
        if let Some(values) = facts.values.as_ref().and_then(Claim::first) {
            out.push(format!("values={}", values.join("|")));
        }
        if facts.deprecated.is_some() {
            out.push("deprecated".into());
        }
        if facts.conditional.is_some() {
            out.push("conditional".into());
        }
        out.join(" ")
    }

    #[track_caller]
    fn check(shape: Shape, lines: &[&str], list: &[&str], expected: &str) {
        assert_eq!(said(&read(Some(&cell(lines, list)), None, None, Some(&shape))), expected, "{lines:?}");
    }

    #[test]
    fn defaults() {
        check(Shape::Integer32, &["每页的风筝数，默认值为20。"], &[], "default=20");
        check(Shape::Boolean, &["是否可见，默认值：“false“。"], &[], "default=false");
        check(Shape::String, &["颜色（默认为red）。"], &[], "default=red");
        check(Shape::String, &["默认值为空。"], &[], "");
        check(Shape::String, &["The default value is **csv**."], &[], "default=csv");
        check(Shape::String, &["The default value is the colour of the first kite."], &[], "");
        check(Shape::Integer32, &["The default value is 10, which suits most."], &[], "default=10");
        check(Shape::Integer64, &["默认值为风筝的数量。"], &[], "");
    }

    #[test]
    fn lengths_and_ranges() {
        check(Shape::String, &["名称，长度为1~64个字符。"], &[], "min_length=1 max_length=64");
        check(Shape::String, &["长度不能超过255个字符。"], &[], "max_length=255");
        check(Shape::String, &["最小长度：1", "最大长度：64"], &[], "min_length=1 max_length=64");
        check(Shape::String, &["The name contains 1 to 64 characters."], &[], "min_length=1 max_length=64");
        check(Shape::Integer32, &["取值范围：[1,100]。"], &[], "min=1 max=100");
        check(Shape::Integer32, &["The value ranges from 1 to 65,535."], &[], "min=1 max=65535");
        check(Shape::Integer32, &["最小值：-1", "最大值：8"], &[], "min=-1 max=8");
        check(Shape::String, &["内容，最大支持64KB。"], &[], "");
        check(Shape::String, &["内容最大长度为32K。"], &[], "");
        check(Shape::Array(Box::new(Shape::String)), &["数组长度：1 - 10"], &[], "min_items=1 max_items=10");
        check(Shape::String, &["取值范围为5-1"], &[], "");
    }

    #[test]
    fn closed_lists() {
        check(Shape::String, &["颜色。取值范围："], &["red：红色", "blue：蓝色"], "values=red|blue");
        check(Shape::String, &["The options are:"], &["red: warm", "blue (cold)"], "values=red|blue");
        check(Shape::String, &["取值为“HTTP”、“HTTPS”。"], &[], "values=HTTP|HTTPS");
        check(Shape::String, &["The value can be asc or desc."], &[], "values=asc|desc");
        check(Shape::Integer32, &["取值如下："], &["0：等待", "1：运行"], "values=0|1");
        check(Shape::String, &["取值范围，例如："], &["red：红色", "blue：蓝色"], "");
        check(Shape::String, &["颜色的规则："], &["red：红色", "blue：蓝色"], "");
        check(Shape::String, &["取值范围："], &["任意的颜色", "blue：蓝色"], "");
    }

    #[test]
    fn other_facts() {
        check(Shape::String, &["该参数已废弃。"], &[], "deprecated");
        check(Shape::String, &["预留字段。"], &[], "deprecated");
        check(Shape::String, &["风筝的状态："], &["OLD：已废弃的风筝"], "");
        check(Shape::String, &["当type为kite时必选。"], &[], "conditional");
        check(Shape::String, &["正则表达式：^[a-z]+$"], &[], "pattern=^[a-z]+$");
        check(Shape::String, &["This parameter is not included when the call succeeds."], &[], "conditional");
    }

    #[test]
    fn defaults_without_a_word_for_value() {
        for text in ["缺省20。", "默认20", "默认值20，可修改", "缺省值20。", "缺省取值为20", "默认 20"]
        {
            check(Shape::Integer32, &[text], &[], "default=20");
        }
        check(Shape::Integer32, &["默认-1"], &[], "default=-1");
        check(Shape::Boolean, &["缺省false"], &[], "default=false");
        check(Shape::Boolean, &["缺省“false”。"], &[], "default=false");
        check(Shape::String, &["使用默认VPC的风筝。"], &[], "");
        check(Shape::String, &["默认安全组default。"], &[], "");
        check(Shape::String, &["默认“red”。"], &[], "default=red");
        check(Shape::Integer32, &["默认按照风筝排序。"], &[], "");
        check(Shape::Integer32, &["**1** is used by default."], &[], "");
        check(Shape::Integer32, &["The default setting is **1**."], &[], "default=1");
    }

    #[test]
    fn values_on_lines() {
        check(Shape::String, &["协议。枚举值：", "HTTP", "HTTPS"], &[], "values=HTTP|HTTPS");
        check(Shape::Integer32, &["取值：", "1：红色", "2：蓝色"], &[], "values=1|2");
        check(Shape::String, &["Enumeration values:", "**HTTP**", "**HTTPS**"], &[], "values=HTTP|HTTPS");
        check(Shape::String, &["枚举值：", "a", "b", "默认值：a"], &[], "default=a values=a|b");
        check(Shape::String, &["取值范围：", "red：红色", "任意的颜色：其他"], &[], "");
        check(Shape::String, &["枚举值：", "HTTP", "说明其余的风筝。"], &[], "");
    }

    #[test]
    fn lengths_are_no_values() {
        check(Shape::Integer32, &["The length ranges from 1 to 64 characters."], &[], "");
        check(Shape::Integer32, &["The value length ranges from 1 to 64."], &[], "");
        check(Shape::Integer32, &["长度范围为1~64。"], &[], "");
        check(Shape::Integer32, &["长度取值范围：1-64。"], &[], "");
        check(Shape::Integer32, &["The value ranges from 1 to 64."], &[], "min=1 max=64");
    }

    #[test]
    fn more_words_for_limits() {
        for text in
            ["取值范围从1到100", "取值范围：从1到100", "范围1-100", "取值区间为1-100", "取值大于等于1，小于等于100"]
        {
            check(Shape::Integer32, &[text], &[], "min=1 max=100");
        }
        for text in ["must be an integer from 1 to 100", "The value is an integer from 1 to 100."] {
            check(Shape::Integer32, &[text], &[], "min=1 max=100");
        }
        check(Shape::String, &["长度限制为1~64"], &[], "min_length=1 max_length=64");
        check(Shape::String, &["长度1到64"], &[], "min_length=1 max_length=64");
        check(Shape::String, &["满足正则^[a-z]+$"], &[], "pattern=^[a-z]+$");
        check(Shape::String, &["可以为TCP、UDP或者HTTP"], &[], "values=TCP|UDP|HTTP");
        check(Shape::String, &["It can be opened and closed."], &[], "");
        check(Shape::String, &["Possible values are **a** and **b**."], &[], "values=a|b");
        check(Shape::String, &["可以为空。"], &[], "");
        check(Shape::String, &["保留字段。"], &[], "deprecated");
    }

    #[test]
    fn range_cells() {
        let said_of = |shape: Shape, text: &str| said(&read(None, None, Some(&cell(&[text], &[])), Some(&shape)));
        assert_eq!(said_of(Shape::String, "N/A"), "");
        assert_eq!(said_of(Shape::String, "0-255个字符"), "min_length=0 max_length=255");
        assert_eq!(said_of(Shape::Integer32, "取值范围：1-100"), "min=1 max=100");
        assert_eq!(said_of(Shape::Boolean, "{true, false}"), "");
    }

    #[test]
    fn labelled_cells() {
        check(
            Shape::Integer32,
            &["Definition", "Number of kites.", "Constraints", "N/A", "Range", "1-9", "Default Value", "3"],
            &[],
            "default=3 min=1 max=9",
        );
        check(
            Shape::String,
            &["参数解释", "颜色。", "约束限制", "不涉及", "取值范围", "red、blue", "默认取值", "red"],
            &[],
            "default=red values=red|blue",
        );
    }
}
