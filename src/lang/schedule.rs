//! What the bot does by itself, at set times.

use crate::text::{OneOrMany, Raw, Spanned, Text};
use schemars::JsonSchema;
use serde::Deserialize;

/// Steps at set times: `every`, `at` or `cron` says when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What it is for.
    pub description: Option<Text>,
    /// At equal intervals, such as `30m` or `1d`: 10 seconds at the least.
    pub every: Option<Text>,
    /// At a time of the day, such as `09:00`, or at several.
    pub at: Option<OneOrMany<Text>>,
    /// The days on which `at` counts. Without it, every day.
    pub days: Option<Spanned<OneOrMany<Spanned<Day>>>>,
    /// A cron pattern: minute, hour, day of the month, month, day of the week, such as `0 9 * * mon-fri`.
    pub cron: Option<Text>,
    /// Whose clock `at` and `cron` go by, such as `Europe/Berlin`, summer time included. Without it, UTC.
    pub timezone: Option<Text>,
    /// What becomes of it when it came due while the bot was down. Without it, `once`.
    pub missed: Option<Spanned<Missed>>,
    /// The servers (IDs) in which it happens. Without it, every server that the bot is in.
    pub guilds: Option<OneOrMany<Text>>,
    /// What the bot does, once for each server.
    #[schemars(with = "crate::lang::flow::Steps")]
    pub steps: Raw,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
    /// Monday to Friday.
    Weekdays,
    /// Saturday and Sunday.
    Weekend,
}

impl Day {
    /// As cron patterns say it.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Monday => "mon",
            Self::Tuesday => "tue",
            Self::Wednesday => "wed",
            Self::Thursday => "thu",
            Self::Friday => "fri",
            Self::Saturday => "sat",
            Self::Sunday => "sun",
            Self::Weekdays => "mon-fri",
            Self::Weekend => "sat,sun",
        }
    }
}

/// What becomes of what came due while the bot was down, or was more than a minute late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Missed {
    /// It happens when the bot is back, once, however often it was missed.
    Once,
    /// It is left out.
    Skip,
}
