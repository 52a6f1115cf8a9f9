//! Pages copied out of a git web viewer: some lines about the file, then one or two lines of `|` behind each source line.

/// The source inside a copy of a viewer's page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unwrapped {
    /// The source. Blank lines, which the viewer shows as `|` lines only, are there again.
    pub(crate) text: String,
    /// For each line of the source its line in the file.
    pub(crate) lines: Vec<u32>,
}

/// Takes the wrapping off; `None` if the text is not wrapped.
pub(crate) fn unwrap(text: &str) -> Option<Unwrapped> {
    let before = text.lines().position(is_bar)?.checked_sub(1)?;
    // Markup before the wrapping starts means that the bars belong to the page itself.
    if text.lines().take(before).any(is_markup) {
        return None;
    }
    let count = Count::of(text.lines().skip(before));
    if count.bars < 2 || count.followed * 10 < count.sources * 9 {
        return None;
    }
    let unit = count.unit(text.lines().take(before));
    let mut out = Unwrapped { text: String::with_capacity(text.len()), lines: Vec::new() };
    let mut bars = 0;
    for (index, line) in text.lines().enumerate().skip(before) {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if is_bar(line) {
            bars += 1;
            // More bars than one line has: the lines between were blank.
            if bars > unit && (bars - 1) % unit == 0 {
                out.lines.push(number);
                out.text.push('\n');
            }
        } else {
            bars = 0;
            out.lines.push(number);
            out.text.push_str(line);
            out.text.push('\n');
        }
    }
    Some(out)
}

/// A line that holds one bar and nothing else.
fn is_bar(line: &str) -> bool {
    line.trim() == "|"
}

/// A line that starts a page rather than telling about one.
fn is_markup(line: &str) -> bool {
    let line = line.trim_start();
    let tag =
        line.strip_prefix('<').is_some_and(|rest| rest.starts_with(|c: char| c == '!' || c.is_ascii_alphabetic()));
    let heading = line.trim_start_matches('#').starts_with(' ') && line.starts_with('#');
    let rst = line.starts_with(".. ") || line.starts_with(":original_name:") || line.starts_with("====");
    tag || heading || rst || line.starts_with('|') || line.starts_with("```")
}

/// What the lines from the first source line on look like.
struct Count {
    bars: usize,
    sources: usize,
    /// Source lines with a bar right behind them.
    followed: usize,
    /// The shortest run of bars between two source lines.
    shortest: usize,
}

impl Count {
    fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut count = Count { bars: 0, sources: 0, followed: 0, shortest: usize::MAX };
        let mut run = 0;
        for line in lines {
            if is_bar(line) {
                count.bars += 1;
                count.followed += usize::from(run == 0);
                run += 1;
            } else {
                if run > 0 {
                    count.shortest = count.shortest.min(run);
                }
                run = 0;
                count.sources += 1;
            }
        }
        // The last source line may have lost its bars when the page was copied.
        if run == 0 && count.sources > 1 {
            count.sources -= 1;
        }
        if count.shortest == usize::MAX {
            count.shortest = run;
        }
        count
    }

    /// How many bars stand for one source line.
    fn unit<'a>(&self, before: impl Iterator<Item = &'a str>) -> usize {
        // The viewer says how many lines the source has, which settles it where all lines are followed by blank ones.
        let told = before.filter_map(|line| line.trim().strip_suffix(" lines")?.trim().parse::<usize>().ok()).next();
        let told = told.filter(|lines| *lines > 0).map(|lines| (self.bars + lines / 2) / lines);
        match told {
            Some(unit @ 1..=2) if unit <= self.shortest => unit,
            _ => self.shortest.clamp(1, 2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<(&str, &[u32])>) {
        let got = unwrap(text);
        let got = got.as_ref().map(|page| (page.text.as_str(), page.lines.as_slice()));
        assert_eq!(got, want);
    }

    #[test]
    fn wrapped_pages() {
        check(
            "forked from x\n4 lines\nHTML\n<a></a>\n|\n|\n|\n|\n<h1>T</h1>\n|\n|\n<p>x</p>\n|\n|\n|",
            Some(("<a></a>\n\n<h1>T</h1>\n<p>x</p>\n\n", &[4, 7, 9, 12, 15])),
        );
        check("# T\n|\n|\nx\n|\ny\n|\n", Some(("# T\n\nx\ny\n", &[1, 3, 4, 6])));
        check("9 KiB\n# T\n|\nlast", None);
        check("9 KiB\n# T\n|\nx\n|\nlast", Some(("# T\nx\nlast\n", &[2, 4, 6])));
        // Told: four lines and four bars, so each second bar is a blank line.
        check("4 lines\n# T\n|\n|\nx\n|\n|\n", Some(("# T\n\nx\n\n", &[2, 4, 5, 7])));
        check("2 lines\n# T\n|\n|\nx\n|\n|\n", Some(("# T\nx\n", &[2, 5])));
        check("T\n|\n|\n=\n|\n|\n", Some(("T\n=\n", &[1, 4])));
    }

    #[test]
    fn normal_pages() {
        check("", None);
        check("|\n|\n|", None);
        check("# T\n\n|a|b|\n|--|--|\n|1|2|\n", None);
        check("# T\n\n```\na\n|\n|\nb\n|\n|\n```\n", None);
        check("words\nwords\nwords\n|\nwords\n|\nwords\nwords", None);
        check("<h1>T</h1>\n<pre>\na\n|\n|\n</pre>", None);
    }
}
