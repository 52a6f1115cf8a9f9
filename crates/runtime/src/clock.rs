//! What the clock of the service shows, as far as its answers say.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use crate::headers::Headers;

/// How far two clocks may differ before that is taken for a reason why a signature was refused. Services accept minutes.
const TOLERATED: u64 = 60;

/// How many seconds the clock of the service is before ours; shared by the calls of a client.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: AtomicI64,
}

impl Clock {
    /// The time at the service.
    pub(crate) fn now(&self) -> SystemTime {
        shifted(SystemTime::now(), self.ahead.load(Ordering::Relaxed))
    }

    /// Takes over the `Date` of an answer to a request of the time `sent`, and says whether that changes what a signature states.
    pub(crate) fn learn(&self, headers: &Headers, sent: SystemTime) -> bool {
        let Some(there) = headers.get("date").and_then(|date| httpdate::parse_http_date(date.trim()).ok()) else {
            return false;
        };
        if difference(there, sent).unsigned_abs() <= TOLERATED {
            return false;
        }
        self.ahead.store(difference(there, SystemTime::now()), Ordering::Relaxed);
        true
    }
}

/// Seconds from `b` to `a`.
fn difference(a: SystemTime, b: SystemTime) -> i64 {
    let seconds = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    a.duration_since(b).map(seconds).unwrap_or_else(|error| -seconds(error.duration()))
}

fn shifted(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    let shifted = if seconds < 0 { time.checked_sub(by) } else { time.checked_add(by) };
    shifted.unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dated(date: SystemTime) -> Headers {
        let mut headers = Headers::new();
        headers.insert("Date", httpdate::fmt_http_date(date));
        headers
    }

    #[test]
    fn a_clock_that_differs() {
        for ahead in [3600, -3600, 86_400 * 365] {
            let clock = Clock::default();
            let there = shifted(SystemTime::now(), ahead);
            assert!(clock.learn(&dated(there), clock.now()));
            assert!(difference(clock.now(), there).unsigned_abs() < 60);
            // Refused for another reason: asking again would not help.
            assert!(!clock.learn(&dated(there), clock.now()));
        }
    }

    #[test]
    fn nothing_to_learn() {
        let clock = Clock::default();
        let now = SystemTime::now();
        assert!(!clock.learn(&dated(now), now));
        assert!(!clock.learn(&Headers::new(), now));
        let mut headers = Headers::new();
        headers.insert("Date", "yesterday");
        assert!(!clock.learn(&headers, now));
    }
}
