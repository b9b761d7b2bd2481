//! Durations as people write them: `90s`, `10m`, `2h 30m`, `1d`, `2 weeks`.

use jiff::{Span, SpanRelativeTo};

/// Milliseconds, with days of 24 hours; nothing for what is none, is negative, or counts months, which differ in length.
pub fn parse(text: &str) -> Option<i64> {
    let span = text.trim().parse::<Span>().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_millis()).ok().filter(|ms| *ms >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let minute = 60_000;
        for (text, ms) in [
            ("5s", 5_000),
            ("10m", 10 * minute),
            ("2h 30m", 150 * minute),
            ("1d", 24 * 60 * minute),
            ("2 weeks", 14 * 24 * 60 * minute),
            (" 1 hour, 5 mins ", 65 * minute),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(ms), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for text in ["", "5", "soon", "-5m", "1 month", "5 apples", "99999999999999999999h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
