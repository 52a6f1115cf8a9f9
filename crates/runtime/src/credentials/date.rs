//! The two forms of time that credentials need: the date that a signature states, and the one at which a token ends.
//!
//! By hand, because it is the arithmetic below and nothing else: measured alone, chrono costs a user 1.4 s of compiling, `time` 2.2 s and
//! jiff 3.0 s, and `httpdate` (0.2 s) knows neither form. A test holds every day of eight centuries against `httpdate`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// Days from 0000-03-01 to 1970-01-01; a year that begins in March has its leap day at its end.
const EPOCH: u64 = 719_468;

/// Days of the 400 years after which the calendar repeats.
const CYCLE: u64 = 146_097;

/// `time` in the basic format of ISO 8601: `20261121T055712Z`.
pub(super) fn basic(time: SystemTime) -> String {
    // A clock before 1970 is wrong in any case, and the service will say so.
    let seconds = time.duration_since(UNIX_EPOCH).map(|since| since.as_secs()).unwrap_or_default();
    let (year, month, day) = date(seconds / DAY);
    let second = seconds % DAY;
    let (hour, minute) = (second / 3600, second / 60 % 60);
    let mut text = String::with_capacity("20261121T055712Z".len());
    // By hand, because the machinery of `format!` costs a tenth of a signature.
    for (number, after) in
        [(year / 100, ""), (year % 100, ""), (month, ""), (day, "T"), (hour, ""), (minute, ""), (second % 60, "Z")]
    {
        text.extend([number / 10, number % 10].map(|digit| char::from_digit(digit as u32, 10).unwrap_or_default()));
        text.push_str(after);
    }
    text
}

/// Year, month and day of the day `days` after 1970-01-01.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + EPOCH;
    let (cycle, day) = (days / CYCLE, days % CYCLE);
    // Every fourth year has a day more, but every hundredth has not, but the last of the cycle has.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    // Five months from March on have 153 days together.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (cycle * 400 + year, month, day)
}

/// Days from 1970-01-01 to a date after it.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year.checked_sub(1)?, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    days.checked_sub(EPOCH)
}

/// Reads a date and time of ISO 8601 in the extended format (`2026-11-21T05:57:12.701000Z`); without an offset it is UTC.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let (date, rest) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers(date, '-')?;
    let end = rest.find(|char: char| !(char.is_ascii_digit() || char == ':')).unwrap_or(rest.len());
    let (clock, rest) = rest.split_at_checked(end)?;
    let [hour, minute, second] = numbers(clock, ':')?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 || year > 9999
    {
        return None;
    }
    let local = days(year, month, day)? * DAY + hour * 3600 + minute * 60 + second;
    // Fractions of a second do not matter to when a token is renewed.
    let offset = rest.strip_prefix('.').unwrap_or(rest).trim_start_matches(|char: char| char.is_ascii_digit());
    let seconds = match offset.split_at_checked(1) {
        None | Some(("Z" | "z", "")) => local,
        Some((sign @ ("+" | "-"), offset)) => {
            let [hours, minutes] = match offset.split_once(':') {
                Some(_) => numbers(offset, ':')?,
                None => [digits(offset.get(..2)?)?, digits(offset.get(2..)?)?],
            };
            let offset = hours * 3600 + minutes * 60;
            if sign == "+" { local.checked_sub(offset)? } else { local.checked_add(offset)? }
        }
        Some(_) => return None,
    };
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

fn numbers<const N: usize>(text: &str, separator: char) -> Option<[u64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for number in &mut numbers {
        *number = digits(parts.next()?)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn every_day_of_eight_centuries() {
        const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        for day in 0..CYCLE * 2 {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month, of_month), Some(day));
            let expected = httpdate::fmt_http_date(at(day * DAY));
            let name = MONTHS[usize::try_from(month).unwrap() - 1];
            assert!(expected.contains(&format!(", {of_month:02} {name} {year:04} ")), "{expected} at {day}");
        }
    }

    #[test]
    fn basic_format() {
        assert_eq!(basic(at(0)), "19700101T000000Z");
        assert_eq!(basic(at(1_795_240_632)), "20261121T055712Z");
        assert_eq!(basic(UNIX_EPOCH - Duration::from_secs(1)), "19700101T000000Z");
        assert_eq!(basic(at(4_107_542_399)), "21000228T235959Z");
        assert_eq!(basic(at(4_107_542_400)), "21000301T000000Z");
    }

    #[track_caller]
    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse(text), expected.map(at), "{text}");
    }

    #[test]
    fn extended_format() {
        check("2026-11-21T05:57:12.701000Z", Some(1_795_240_632));
        check("2026-11-21T05:57:12Z", Some(1_795_240_632));
        check(" 2026-11-21 05:57:12\n", Some(1_795_240_632));
        check("2026-11-21T13:57:12+08:00", Some(1_795_240_632));
        check("2026-11-21T13:57:12.5+0800", Some(1_795_240_632));
        check("2026-11-21T04:57:12-01:00", Some(1_795_240_632));
        check("1970-01-01T00:00:00Z", Some(0));
        check("2000-02-29T00:00:00Z", Some(951_782_400));
        check("1969-12-31T23:59:59Z", None);
        check("1970-01-01T00:00:00+01:00", None);
        check("2026-13-01T00:00:00Z", None);
        check("2026-00-01T00:00:00Z", None);
        check("2026-01-01T24:00:00Z", None);
        check("2026-01-01", None);
        check("2026-01-01T00:00Z", None);
        check("2026-01-01T00:00:00X", None);
        check("2026-01-01T00:00:00+8", None);
        check("2026-01-01T00:00:00+é0", None);
        check("99999-01-01T00:00:00Z", None);
        check("+2026-01-01T00:00:00Z", None);
        check("0000-01-01T00:00:00Z", None);
        check("", None);
        check("soon", None);
    }
}
