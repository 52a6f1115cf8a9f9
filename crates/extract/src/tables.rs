//! The parameter tables of a page: where each stands, what its caption announces, and its rows.

use std::collections::HashSet;

use tablature_pages::model::Table;
use tablature_spec::codes;

use crate::columns::{self, Columns};
use crate::report::Report;
use crate::rows::{self, RawRow, Settings, fold};
use crate::sections::{Piece, Placed, is_wide};
use crate::status;
use crate::vocabulary::{Label, SectionRole, squeeze, vocabulary};

/// Which half of the operation a table belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// The request.
    Request,
    /// The response on success.
    Response,
    /// The response on failure.
    Error,
    /// The place does not say.
    Neither,
}

/// The names that a caption holds, once its own words are taken away.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CaptionName {
    /// What is left as a whole, squeezed: `securitygrouprule` of "Security Group Rule objects".
    pub whole: String,
    /// The parts that look like names, in lower case.
    pub tokens: Vec<String>,
    /// The name as the page writes it, where there is one.
    pub written: Option<String>,
}

/// A parameter table with its place.
#[derive(Debug)]
pub struct ParameterTable<'a> {
    /// The table.
    pub table: &'a Table,
    /// The number of its page; 0 is the operation's own.
    pub page: usize,
    /// It came with its page only because a field refers to a table there, so it is no root of anything.
    pub lent: bool,
    /// The number of its section.
    pub section: usize,
    /// What its section is for.
    pub section_role: SectionRole,
    /// Which half of the operation it belongs to.
    pub side: Side,
    /// What its caption or its label announces.
    pub label: Option<Label>,
    /// The caption, folded.
    pub caption: Option<String>,
    /// The list label or line before it that is no caption.
    pub heading: Option<String>,
    /// The status code that it stands under.
    pub status: Option<u16>,
    /// Its columns.
    pub columns: Columns,
    /// The names in its caption.
    pub name: CaptionName,
    /// Its rows.
    pub rows: Vec<RawRow>,
}

/// Collects the parameter tables. Tables that describe no parameters are counted, and said where they surprise.
pub fn collect<'a>(pieces: &[Placed<'a>], settings: Settings<'_>, report: &mut Report) -> Vec<ParameterTable<'a>> {
    let words = vocabulary();
    let mut out = Vec::new();
    let mut seen: HashSet<*const Table> = HashSet::new();
    let mut section = usize::MAX;
    let mut heading: Option<String> = None;
    let mut code: Option<u16> = None;
    for placed in pieces {
        if placed.section != section {
            section = placed.section;
            heading = None;
            code = None;
        }
        let table = match placed.piece {
            Piece::Table(table) => table,
            Piece::Text(text) if !placed.note => {
                let plain = fold(&text.plain());
                if let Some(found) = status::labelled(&plain) {
                    code = Some(found);
                    heading = None;
                } else if placed.label || text.spans.iter().all(|span| span.bold) || words.label(&plain).is_some() {
                    heading = (plain.chars().count() <= 60).then_some(plain);
                }
                continue;
            }
            _ => continue,
        };
        report.page = placed.page;
        let before = report.counts;
        report.counts.tables += 1;
        let columns = columns::read(table);
        let described = matches!(
            placed.role,
            SectionRole::Uri
                | SectionRole::Request
                | SectionRole::Response
                | SectionRole::ResponseHeader
                | SectionRole::ErrorResponse
        );
        if !columns.parameters() {
            if placed.page != 0 {
                report.counts = before;
                continue;
            }
            let known = columns.codes() || columns.of(crate::vocabulary::Column::Uri).is_some();
            if described && !known {
                report.say(
                    &codes::TABLE_UNUSED,
                    table.line,
                    "no column of this table names parameters, so its rows are in no spec".to_string(),
                );
            }
            continue;
        }
        report.counts.parameter_tables += 1;
        if let Some((word, line)) = columns.by_place.as_ref().filter(|(word, _)| !word.is_empty()) {
            let shown = rows::shorten(word);
            let message = format!(
                "`{shown}` is no known word for a column; as the first one, it was taken for the parameters' names"
            );
            report.say_with_help(&codes::COLUMN_UNKNOWN, *line, message, columns::help(word));
        }
        for (word, line) in &columns.unknown {
            let message =
                format!("`{}` is no known word for a column, so the column was not used", rows::shorten(word));
            report.say_with_help(&codes::COLUMN_UNKNOWN, *line, message, columns::help(word));
        }
        let caption = table.caption.as_ref().map(|text| fold(&text.plain())).filter(|text| !text.is_empty());
        let from_caption = caption.as_deref().and_then(|text| words.label_part(text));
        let from_heading = heading.as_deref().and_then(|text| words.heading(text));
        let label = match from_caption {
            None if caption.is_some() => None,
            None | Some(Label::Generic) => from_heading.or(from_caption),
            known => known,
        };
        let name = match (&caption, from_caption) {
            (Some(text), None | Some(Label::Generic)) => caption_name(text),
            (None, _) => match (&heading, from_heading) {
                (Some(text), None | Some(Label::Generic)) => caption_name(text),
                _ => CaptionName::default(),
            },
            _ => CaptionName::default(),
        };
        let side = side(placed.role, label, code);
        // Request headers of another operation are no headers of this response.
        let foreign = matches!(label, Some(Label::Path | Label::Query | Label::UriParameters | Label::Header));
        if placed.page != 0 && side != Side::Request && foreign {
            report.counts = before;
            continue;
        }
        let said = report.diagnostics.len();
        let rows = rows::read(table, &columns, settings, report);
        // A table that two sections mean is read twice and spoken of once.
        if !seen.insert(std::ptr::from_ref(table)) {
            report.diagnostics.truncate(said);
        }
        if placed.page != 0 {
            report.counts = before;
        }
        out.push(ParameterTable {
            table,
            page: placed.page,
            lent: false,
            section: placed.section,
            section_role: placed.role,
            side,
            label,
            caption,
            heading: heading.clone(),
            status: code,
            columns,
            name,
            rows,
        });
    }
    report.page = 0;
    out
}

fn side(role: SectionRole, label: Option<Label>, status: Option<u16>) -> Side {
    let failure = status.is_some_and(|code| code >= 400) || label == Some(Label::Error);
    match role {
        SectionRole::Uri | SectionRole::Request => Side::Request,
        SectionRole::ErrorResponse => Side::Error,
        SectionRole::Response | SectionRole::ResponseHeader if failure => Side::Error,
        SectionRole::Response | SectionRole::ResponseHeader => Side::Response,
        _ => match label {
            Some(Label::Path | Label::Query | Label::UriParameters | Label::Header | Label::Body | Label::Form) => {
                Side::Request
            }
            Some(Label::Error) => Side::Error,
            _ => Side::Neither,
        },
    }
}

/// The names in a caption.
pub fn caption_name(caption: &str) -> CaptionName {
    let mut text = fold(caption);
    // A bracketed remark tells scenarios apart and names nothing.
    for open in ['（', '('] {
        if let Some(at) = text.find(open)
            && at > 0
        {
            text.truncate(at);
        }
    }
    let wide = text.chars().any(is_wide);
    let words = vocabulary();
    let mut written: Vec<String> = Vec::new();
    if wide {
        let mut word = String::new();
        for c in text.chars().chain([' ']) {
            if c.is_ascii_alphanumeric() || "_-.:@/".contains(c) {
                word.push(c);
            } else if !word.is_empty() {
                written.push(std::mem::take(&mut word));
            }
        }
        written.retain(|word| word.chars().any(char::is_alphabetic));
    } else {
        let all: Vec<&str> = text
            .split([' ', ',', '、'])
            .map(|word| word.trim_matches(['*', '"', '\'', '“', '”', '`', ':']))
            .filter(|word| !word.is_empty())
            .collect();
        // The words of the caption stand around the name; a name that is one of them stands first or alone.
        let kept: Vec<&str> = all
            .iter()
            .copied()
            .filter(|word| !words.caption_words.iter().any(|known| *known == word.to_lowercase()))
            .collect();
        let kept = match (kept.is_empty(), all.first()) {
            (true, Some(first)) => vec![*first],
            _ => kept,
        };
        written.extend(kept.into_iter().map(str::to_string));
    }
    let tokens: Vec<String> = written.iter().map(|word| word.to_lowercase()).collect();
    let whole = if wide {
        match tokens.as_slice() {
            [one] => one.clone(),
            _ => String::new(),
        }
    } else {
        squeeze(&tokens.concat())
    };
    let written = match written.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    CaptionName { whole, tokens, written }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(caption: &str, whole: &str, tokens: &[&str]) {
        let name = caption_name(caption);
        assert_eq!(name.whole, whole, "{caption}");
        assert_eq!(name.tokens, tokens, "{caption}");
    }

    #[test]
    fn names_in_captions() {
        check("kite字段数据结构说明", "kite", &["kite"]);
        check("KiteTask", "kitetask", &["kitetask"]);
        check("kite field description", "kite", &["kite"]);
        check("Description of the kite field", "kite", &["kite"]);
        check("kites_links and links field description", "kites_linkslinks", &["kites_links", "links"]);
        check("Security Group Rule objects", "securitygrouprule", &["security", "group", "rule"]);
        check("parameter parameters", "parameter", &["parameter"]);
        check("user.links", "user.links", &["user.links"]);
        check("创建风筝的参数（适用于海边）", "", &[]);
    }
}
