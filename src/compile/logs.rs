//! Where the log goes.

use crate::action::binder::Binder;
use crate::flow::types::Type;
use crate::text::{Diagnostic, code};

impl Binder<'_> {
    /// Checks `logs.to`; the name of its setting is the destination.
    pub fn log_destination(&mut self) -> Option<String> {
        let bot = self.bot;
        let logs = bot.logs.as_ref()?;
        let known = self.base_names();
        let names = std::mem::replace(&mut self.names, known);
        let before = self.diagnostics.len();
        let template = self.plain(&logs.to);
        self.names = names;
        let webhook = match template.kind().present() {
            Type::Record(record) => record.name == "webhook",
            other => *other == Type::Any,
        };
        if !webhook && !logs.to.poisoned && self.diagnostics.len() == before {
            let looks_like_url = logs.to.value.contains("://");
            let message = if looks_like_url {
                "a webhook URL is a credential: it must not stand in the file"
            } else {
                "a setting of type `webhook` belongs here"
            };
            let diagnostic = Diagnostic::new(
                if looks_like_url { code::CREDENTIAL_IN_FILE } else { code::TYPE_MISMATCH },
                logs.to.span,
                message,
            );
            self.report(diagnostic.help("declare `settings: { log_webhook: { type: webhook, value: \"${WEBHOOK_URL:-}\" } }`, and write `to: \"{{settings.log_webhook}}\"`"));
        }
        Some(crate::action::binder::log_destination(logs))
    }
}
