//! A message: who, what, and what can be clicked under it.

use super::Screen;
use super::wrap::wrap;
use crate::sim::message::Message;

/// Columns in front of a message's text.
const INDENT: &str = "  ";

impl Screen {
    /// As whoever may see it sees it.
    pub fn message(&self, message: &Message) -> Vec<String> {
        let columns = self.width.saturating_sub(INDENT.len());
        let mut lines = vec![self.author(message)];
        let mut body = Vec::new();
        if message.is_loading() {
            body.push(self.ink.dim("is thinking…"));
        }
        if !message.content.is_empty() {
            body.extend(wrap(&self.marked(&message.content), columns));
        }
        body.extend(message.embeds.iter().flat_map(|embed| self.embed(embed, columns)));
        body.extend(message.attachments.iter().map(attachment));
        body.extend(self.components(&message.components, columns));
        let reactions = message.reactions.iter().map(|one| {
            let name = one.emoji["name"].as_str().unwrap_or_default();
            format!("{name} {}", one.users.len())
        });
        body.extend(Some(reactions.collect::<Vec<_>>().join("  ")).filter(|all| !all.is_empty()));
        if message.is_ephemeral() {
            body.push(self.ink.dim("👁 Only you can see this"));
        }
        lines.extend(body.into_iter().map(|line| format!("{INDENT}{line}").trim_end().to_owned()));
        lines
    }

    fn author(&self, message: &Message) -> String {
        let (name, app) = match &message.webhook {
            Some(face) => (face.name.clone(), true),
            None => (self.name(message.author), self.world.user(message.author).is_some_and(|user| user.bot)),
        };
        let tag = if app { self.ink.dim(" [APP]") } else { String::new() };
        let edited = if message.edited_at.is_some() { self.ink.dim(" (edited)") } else { String::new() };
        format!("{}{tag}{edited}", self.ink.bold(&name))
    }
}

fn attachment(file: &serde_json::Value) -> String {
    let name = file["filename"].as_str().unwrap_or("file");
    let size = file["size"].as_u64().unwrap_or(0);
    format!("📎 {name} ({size} bytes)")
}
