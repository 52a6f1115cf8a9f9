//! What two dots start: targets, footnotes, substitutions, directives and comments.

use super::directives::Directive;
use super::line::{self, Line};
use super::{Reader, label_ids, names};
use crate::flow::{Flow, Outline};

/// The line starts with two dots.
pub(super) fn is_explicit(text: &str) -> bool {
    text.strip_prefix("..").is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// The line starts a directive.
pub(super) fn is_directive(text: &str) -> bool {
    is_explicit(text) && text.get(2..).is_some_and(|rest| directive(rest.trim_start()).is_some())
}

/// Splits `name:: rest`.
fn directive(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once("::")?;
    let name = name.trim_end();
    let plain = |c: char| c.is_alphanumeric() || "-_.+:".contains(c);
    (!name.is_empty() && name.chars().all(plain) && (rest.is_empty() || rest.starts_with(' '))).then_some((name, rest))
}

impl<'t> Reader<'t> {
    /// Reads what two dots start; gives the number of its lines.
    pub(super) fn explicit(
        &mut self,
        lines: &[Line<'t>],
        first: Line<'t>,
        depth: usize,
        outline: Option<&mut Outline>,
        flow: &mut Flow,
    ) -> usize {
        let text = first.text.get(2..).unwrap_or_default().trim_start();
        let start = first.text.len() - text.len();
        let below = lines.get(1..).unwrap_or_default();
        if let Some((name, url)) = text.strip_prefix('_').and_then(names::target) {
            if url.is_empty() && name != "_" {
                flow.flush();
                label_ids(&name).for_each(|id| flow.anchor(&id));
            }
            // A long URL goes on in indented lines.
            return 1 + below.iter().take_while(|line| line.indent() > 0).count();
        }
        let more = line::indented(below, 1);
        let body = below.get(..more).unwrap_or_default();
        if let Some((label, _)) = text.strip_prefix('[').and_then(|rest| rest.split_once("] ")) {
            flow.flush();
            let mut own = vec![first.skip(start)];
            own.extend(line::dedent(body));
            label_ids(label).for_each(|id| flow.anchor(&id));
            self.body(&own, depth + 1, None, flow);
            return 1 + more;
        }
        if text.starts_with('|') {
            return 1 + more;
        }
        if let Some((name, rest)) = directive(text) {
            self.at_top = false;
            let rest = Line::new(rest, first.number).trim();
            let directive = Directive::new(name, rest, first.number, body);
            self.directive(directive, depth, outline, flow);
            return 1 + more;
        }
        // Two dots alone are an empty comment, to which nothing below belongs.
        if text.is_empty() && below.first().is_none_or(|line| line.is_blank()) { 1 } else { 1 + more }
    }
}
