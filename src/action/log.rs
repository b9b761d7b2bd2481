//! `log`: reports an entry to the webhook.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::message::{EmbedTemplate, TimeTemplate};
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Place;
use crate::lang::log::Logs;
use crate::text::{Diagnostic, Named, Span, Text, code};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Log(
    /// The name of an entry in `logs`.
    Text,
);

impl Verb for Log {
    const WORD: &'static str = "log";
    const DOC: &'static str =
        "Reports an entry of `logs` to the webhook. It never holds an answer up, and survives a restart.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        let bot = binder.bot;
        let Some(logs) = &bot.logs else {
            let diagnostic = Diagnostic::new(code::UNKNOWN_NAME, written.span, "the file has no `logs`");
            binder.report(diagnostic.help("add `logs:` with `to:` and `entries:`").leans_on(["logs"]));
            return Bound::new(crate::action::stop::Ending);
        };
        let embed = entry(binder, logs, &logs.entries, &self.0);
        let span = logs.entries.place(&self.0.value).unwrap_or(written.span);
        Bound::new(Logging { destination: destination(logs), entry: self.0.value.clone(), span, embed })
    }
}

/// The setting that holds the address: its name is the destination in the outbox.
pub fn destination(logs: &Logs) -> String {
    let inner = logs.to.value.trim().trim_start_matches("{{").trim_end_matches("}}").trim();
    inner.strip_prefix("settings.").unwrap_or(inner).to_owned()
}

fn entry(
    binder: &mut Binder<'_>,
    logs: &Logs,
    entries: &Named<crate::text::OrText<crate::lang::embed::Embed>>,
    name: &Text,
) -> EmbedTemplate {
    let Some(entry) = binder.named("logs", "log entry", entries, name) else { return EmbedTemplate::default() };
    let before = std::mem::replace(&mut binder.logging, true);
    let mut embed = binder.embed_or_name(entry);
    if embed.footer.is_none() {
        embed.footer = logs
            .footer
            .as_ref()
            .map(|footer| binder.limited(footer, Place::Plain, "the footer", crate::flow::limit::FOOTER));
    }
    if logs.timestamp && embed.timestamp.is_none() {
        embed.timestamp = Some(TimeTemplate::Now);
    }
    binder.logging = before;
    binder.total(std::slice::from_ref(&embed), &[], name.span);
    embed
}

#[derive(Debug)]
struct Logging {
    destination: String,
    /// The name of the entry, and where it is declared.
    entry: String,
    span: Span,
    embed: EmbedTemplate,
}

#[async_trait]
impl Action for Logging {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let embed = self.embed.render(run)?;
        run.logged(&self.entry, self.span, &embed);
        run.log(&self.destination, &embed);
        Ok(Done::NOTHING)
    }

    fn leads_to(&self) -> Option<(Span, &str)> {
        Some((self.span, &self.entry))
    }
}
