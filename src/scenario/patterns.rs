//! Every pattern of an expectation.

use crate::scenario::expected::{Embed, Expected};
use crate::scenario::pattern::Pattern;
use crate::text::OrText;

/// Collects them.
pub fn of<'e>(expected: &'e Expected, all: &mut Vec<&'e Pattern>) {
    for message in expected.messages() {
        add(&message.content, all);
        message.embed.iter().for_each(|embed| of_embed(embed, all));
        message.embeds.iter().flat_map(|list| list.values()).for_each(|embed| of_embed(embed, all));
    }
    for channel in expected.channels() {
        add(&channel.name, all);
        add(&channel.topic, all);
    }
    if let Some(log) = &expected.log {
        [&log.title, &log.description, &log.footer].into_iter().for_each(|pattern| add(pattern, all));
        all.extend(log.fields.values().map(|pattern| &pattern.0));
    }
    if let Some(modal) = &expected.modal {
        add(&modal.title, all);
    }
    all.extend(expected.suggestions.iter().flat_map(|list| list.iter()).map(|pattern| &pattern.0));
    add(&expected.unable, all);
}

fn of_embed<'e>(embed: &'e Embed, all: &mut Vec<&'e Pattern>) {
    let texts =
        [&embed.title, &embed.description, &embed.author, &embed.footer, &embed.url, &embed.image, &embed.thumbnail];
    texts.into_iter().for_each(|pattern| add(pattern, all));
    all.extend(embed.fields.values().map(|pattern| &pattern.0));
}

fn add<'e>(pattern: &'e Option<OrText<Pattern>>, all: &mut Vec<&'e Pattern>) {
    all.extend(pattern.iter().map(|pattern| &pattern.0));
}
