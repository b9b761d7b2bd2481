//! Moments as Discord writes them: ISO 8601 with microseconds and `+00:00`.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `2026-01-05T09:00:00.000000+00:00`.
pub(super) fn iso(ms: i64) -> String {
    let moment = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX).to_zoned(TimeZone::UTC);
    moment.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00").to_string()
}

/// An ISO 8601 text, in epoch milliseconds. One without an offset counts as UTC.
pub(super) fn parse(text: &str) -> Option<i64> {
    let stamp = text.parse::<Timestamp>().ok();
    let civil = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
    stamp.or_else(civil).map(Timestamp::as_millisecond)
}
