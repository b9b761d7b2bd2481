//! Events: steps for what happens without a command, and the intents that they need.

use crate::action::binder::Binder;
use crate::flow::access::Access;
use crate::flow::answer::Deferral;
use crate::flow::entity;
use crate::flow::program::{Handler, Trigger};
use crate::flow::types::Names;
use std::collections::HashMap;

/// Gateway intents.
/// Source: "List of intents" of Discord's published API documentation.
pub mod intent {
    pub const GUILDS: u64 = 1 << 0;
    pub const GUILD_MEMBERS: u64 = 1 << 1;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const MESSAGE_CONTENT: u64 = 1 << 15;
}

impl Binder<'_> {
    pub fn events(&mut self) -> (HashMap<Trigger, Vec<Handler>>, u64) {
        let mut handlers = HashMap::new();
        let mut intents = intent::GUILDS;
        let bot = self.bot;
        let Some(events) = &bot.events else { return (handlers, intents) };
        let member = |names: Names| names.with("member", entity::member_type(), "Their membership.");
        let cases = [
            (Trigger::MemberJoin, &events.member_join, "member_join", member(self.somewhere()), intent::GUILD_MEMBERS),
            (Trigger::MemberLeave, &events.member_leave, "member_leave", self.somewhere(), intent::GUILD_MEMBERS),
            (
                Trigger::Message,
                &events.message,
                "message",
                member(self.base_names()).with("message", entity::message_type(), "What was written."),
                intent::GUILD_MESSAGES | intent::MESSAGE_CONTENT,
            ),
        ];
        for (trigger, steps, name, names, needs) in cases {
            let Some(steps) = steps else { continue };
            intents |= needs;
            let block = self.quiet_block(&format!("the event `{name}`"), names, &steps.0);
            let handler = Handler {
                name: name.to_owned(),
                span: steps.0.span,
                access: Access::Everyone,
                refused: None,
                deferral: Deferral::default(),
                block,
                guild_only: true,
            };
            handlers.entry(trigger).or_insert_with(Vec::new).push(handler);
        }
        (handlers, intents)
    }

    /// The names of what happens in a server, but in no channel.
    fn somewhere(&self) -> Names {
        let mut names = self.base_names();
        names.roots.shift_remove("channel");
        names
    }
}
