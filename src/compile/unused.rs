//! What is declared and nothing refers to.

use crate::action::binder::Binder;
use crate::text::{Diagnostic, Named, code};

impl Binder<'_> {
    pub fn warn_unused(&mut self) {
        let bot = self.bot;
        self.unused("embeds", "embed", &bot.embeds);
        self.unused("buttons", "button", &bot.buttons);
        self.unused("selects", "select menu", &bot.selects);
        self.unused("modals", "modal", &bot.modals);
        self.unused("flows", "flow", &bot.flows);
        self.unused("access", "access rule", &bot.access);
        self.unused("tables", "table", &bot.tables);
        self.unused_columns();
        self.unused("tickets", "ticket", &bot.tickets);
        // Where they are read as a whole, each of them is.
        if !self.used.contains(&("settings", String::new())) {
            self.unused("settings", "setting", &bot.settings);
        }
        if let Some(logs) = &bot.logs {
            self.unused("logs", "log entry", &logs.entries);
        }
    }

    /// Columns that stay empty in the rows that the bot itself makes, and that nothing ever asks for. Others hold what
    /// people look at who export them.
    fn unused_columns(&mut self) {
        let bot = self.bot;
        for (table, shape) in bot.tables.iter() {
            if !self.used.contains(&("rows", table.value.clone())) {
                continue;
            }
            for (name, column) in shape.columns.iter() {
                if column.optional && column.default.is_none() && !self.words.contains(&name.value) {
                    let message = format!("the column `{}` of `{}` is never used", name.value, table.value);
                    let diagnostic = Diagnostic::new(code::UNUSED_NAME, name.span, message);
                    self.report(diagnostic.label("no step writes it, and none reads it"));
                }
            }
        }
    }

    fn unused<T>(&mut self, section: &'static str, what: &str, map: &Named<T>) {
        for (name, _) in map.iter() {
            if !self.used.contains(&(section, name.value.clone())) {
                let message = format!("the {what} `{}` is never used", name.value);
                self.report(Diagnostic::new(code::UNUSED_NAME, name.span, message));
            }
        }
    }
}
