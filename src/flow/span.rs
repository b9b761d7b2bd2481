//! Spans of time as people write them.

use jiff::{Span, SpanRelativeTo};

/// The milliseconds of `5s`, `10m`, `1h 30m` or `2 days`; a day is 24 hours. None for what is no such span, or a negative one.
pub fn milliseconds(text: &str) -> Option<i64> {
    let span: Span = text.trim().parse().ok()?;
    let duration = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    i64::try_from(duration.as_millis()).ok().filter(|span| *span >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(milliseconds("10m"), Some(600_000));
        assert_eq!(milliseconds("1h 30m"), Some(5_400_000));
        assert_eq!(milliseconds("1d 12h"), Some(129_600_000));
        assert_eq!(milliseconds("2 days"), Some(172_800_000));
        assert_eq!(milliseconds("soon"), None);
        assert_eq!(milliseconds("-5m"), None);
    }
}
