//! Every name that a file gives, for whoever wants an outline of it or looks for what refers to it.

use crate::action::binder::Binder;
use crate::action::index::Index;
use crate::lang::command::Command;
use crate::text::Named;

impl Binder<'_> {
    /// Records all names, used or not, unless nobody records anything.
    pub fn declare_all(&mut self) {
        self.bind_unused();
        let bot = self.bot;
        let Some(index) = &mut self.index else { return };
        names(index, "setting", &bot.settings);
        names(index, "access rule", &bot.access);
        names(index, "table", &bot.tables);
        bot.tables.values().for_each(|table| names(index, "column", &table.columns));
        commands(index, &bot.commands);
        names(index, "flow", &bot.flows);
        bot.flows.values().for_each(|flow| names(index, "argument", &flow.args));
        names(index, "button", &bot.buttons);
        bot.buttons.values().for_each(|button| names(index, "argument", &button.args));
        names(index, "select menu", &bot.selects);
        names(index, "modal", &bot.modals);
        for modal in bot.modals.values() {
            names(index, "argument", &modal.args);
            names(index, "field", &modal.fields);
        }
        names(index, "ticket", &bot.tickets);
        bot.logs.iter().for_each(|logs| names(index, "log entry", &logs.entries));
        names(index, "embed", &bot.embeds);
        names(index, "schedule", &bot.schedules);
    }

    /// Where an embed is used decides which names it knows. One that nothing uses yet knows those of every run, so that
    /// somebody who writes it first is helped too; nothing is reported of it.
    fn bind_unused(&mut self) {
        if self.index.is_none() {
            return;
        }
        let bot = self.bot;
        self.names = self.base_names();
        let told = std::mem::take(&mut self.diagnostics);
        for (name, embed) in bot.embeds.iter().filter(|(name, _)| !name.value.is_empty()) {
            if !self.used.contains(&("embeds", name.value.clone())) {
                self.embed(embed);
            }
        }
        for (name, entry) in bot.logs.iter().flat_map(|logs| logs.entries.iter()) {
            if !self.used.contains(&("logs", name.value.clone())) {
                self.embed_or_name(entry);
            }
        }
        self.diagnostics = told;
    }
}

fn names<T>(index: &mut Index, what: &'static str, things: &Named<T>) {
    things.iter().for_each(|(name, _)| index.declare(name.span, &name.value, what));
}

fn commands(index: &mut Index, all: &Named<Command>) {
    names(index, "command", all);
    for command in all.values() {
        names(index, "option", &command.options);
        commands(index, &command.subcommands);
    }
}

#[cfg(test)]
mod tests {
    use crate::compile::{Environment, check, inspect};
    use crate::text::json_lines;
    use std::path::Path;

    fn store() -> String {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/store.yaml")).unwrap()
    }

    /// Whoever records sees the same mistakes as whoever does not, in half a file too.
    #[test]
    fn recording_changes_nothing_of_what_is_told() {
        let text = store();
        let halves = text.char_indices().step_by(1_499).map(|(at, _)| text[..at].to_owned());
        let unused = format!("{text}\n  draft:\n    title: \"{{{{nobody.knows}}}} {{{{user.name}}}}\"\n");
        for text in halves.chain([unused, text.replace("settings.", "setings."), text.replace("keys", "kyes")]) {
            let plain = check("x.yaml", text.as_bytes(), &Environment::default());
            let recorded = inspect("x.yaml", text.as_bytes(), &Environment::default(), Some("nothing")).checked;
            let (plain, recorded) = [plain, recorded].map(|one| json_lines(&one.sources, &one.diagnostics)).into();
            assert_eq!(plain, recorded);
        }
    }

    /// Places of the record are words of the file: the same word is used and declared.
    #[test]
    fn a_word_and_its_declaration_are_the_same_word() {
        let text = store();
        let index = inspect("x.yaml", text.as_bytes(), &Environment::default(), None).index;
        let word =
            |span: crate::text::Span| text[span.start as usize..span.end as usize].trim_matches(['"', '\'']).to_owned();
        assert!(index.mentions.len() > 300, "{}", index.mentions.len());
        for mention in index.mentions.iter().filter(|mention| !mention.declared.is_none()) {
            assert_eq!(word(mention.span), word(mention.declared), "{mention:?}");
        }
        for declaration in &index.declarations {
            assert_eq!(word(declaration.span), declaration.name);
        }
        for what in ["command", "option", "table", "column", "embed", "button", "argument", "setting", "name"] {
            assert!(index.declarations.iter().any(|declaration| declaration.what == what), "{what}");
        }
    }
}
