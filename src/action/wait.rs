//! `wait`: goes on later, also when the bot was restarted in between.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::duration;
use crate::flow::failure::Failure;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::flow::types::Type;
use crate::text::{Diagnostic, OrText, Shorthand, Text, code};
use async_trait::async_trait;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

/// How long, or until when.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiting {
    /// How long, such as `30s`, `10m` or `1d 12h`: written down, or from a name.
    pub r#for: Option<Text>,
    /// A time, such as `{{row.at}}`. One that is over is not waited for.
    pub until: Option<Text>,
}

impl Shorthand for Waiting {
    fn from_text(span: Text) -> Self {
        Self { r#for: Some(span), until: None }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Wait(OrText<Waiting>);

impl Verb for Wait {
    const WORD: &'static str = "wait";
    const CLAUSES: Clauses = Clauses { refusal: true, ..Clauses::NONE };
    const DOC: &'static str = "Goes on later, at most a year: the run sleeps in the database, and knows all its names when it wakes. A span that cannot be read, as a user may write one, is refused.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let till = match (&self.0.r#for, &self.0.until) {
            (Some(span), None) => {
                let span = spanned(span, binder);
                let ms = span.constant().and_then(duration::parse).unwrap_or(0);
                binder.waits(ms, written.span);
                Till::For(span)
            }
            (None, Some(time)) => Till::Until(timed(time, binder)),
            (Some(_), Some(until)) => {
                let diagnostic = Diagnostic::new(code::BAD_VALUE, until.span, "`for` and `until` exclude each other");
                binder.report(diagnostic.help("keep one of them"));
                return Bound::new(crate::action::stop::Ending);
            }
            (None, None) => {
                if !binder.broken {
                    let diagnostic =
                        Diagnostic::new(code::MISSING_KEY, written.span, "`wait` says neither how long nor until when");
                    binder.report(diagnostic.help("write `wait: 10m`, or `until:` with a time"));
                }
                return Bound::new(crate::action::stop::Ending);
            }
        };
        Bound::new(Sleeping { till })
    }
}

fn spanned(text: &Text, binder: &mut Binder<'_>) -> Template {
    let template = binder.plain(text);
    if template.constant().is_some() && !text.poisoned {
        binder.duration(text);
    }
    template
}

fn timed(text: &Text, binder: &mut Binder<'_>) -> Template {
    let template = binder.plain(text);
    let kind = template.kind();
    if !matches!(kind.present(), Type::Time | Type::Any) && !text.poisoned {
        binder.mistake(code::TYPE_MISMATCH, text.span, format!("a time belongs here, this is a {kind}"));
    }
    template
}

#[derive(Debug)]
enum Till {
    For(Template),
    Until(Template),
}

#[derive(Debug)]
struct Sleeping {
    till: Till,
}

/// In milliseconds.
const LONGEST: i64 = 366 * 24 * 60 * 60 * 1_000;

#[async_trait]
impl Action for Sleeping {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let now = run.ports.clock.now();
        let until = match &self.till {
            Till::For(span) => duration::parse(&run.text(span)?).map(|span| now.saturating_add(span)),
            Till::Until(time) => moment(&run.value(time)?),
        };
        Ok(match until {
            Some(until) if until <= now => Done::NOTHING,
            Some(until) if until - now <= LONGEST => Done::Sleep { until },
            Some(_) => refused("it is longer than a year"),
            None => refused("it is not a span such as `10m` or `1h 30m`"),
        })
    }
}

fn refused(why: &str) -> Done {
    Done::Refused { what: "the wait", refusal: Refusal::new(400, 0, why) }
}

fn moment(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse::<Timestamp>().ok().map(Timestamp::as_millisecond))
}
