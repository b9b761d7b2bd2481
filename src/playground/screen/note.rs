//! What happens in the world, as somebody at one place of it hears of it.

use super::Screen;
use super::wrap::wrap;
use crate::sim::channel::{Channel, kind};
use crate::sim::message::Message;
use crate::sim::{Happening, Id};
use std::collections::HashSet;

/// Who looks, and where they are.
#[derive(Debug, Clone, Copy)]
pub struct Seat {
    pub user: Id,
    pub channel: Option<Id>,
}

impl Screen {
    /// What happened, in order; a message that changed meanwhile is shown once, as it is now.
    pub fn tell(&self, happenings: &[Happening], seat: Seat) -> Vec<String> {
        let mut shown = HashSet::new();
        let mut lines = Vec::new();
        for happening in happenings {
            match happening {
                Happening::MessageCreated { message, .. } | Happening::MessageEdited { message, .. } => {
                    if shown.insert(message.id) {
                        let now = self.world.message(message.id);
                        lines.extend(now.map(|now| self.heard(&now, seat)).unwrap_or_default());
                    }
                }
                other => lines.extend(self.note(other, seat)),
            }
        }
        lines
    }

    /// A message, with its place where that is elsewhere.
    fn heard(&self, message: &Message, seat: Seat) -> Vec<String> {
        let hidden = !message.visible_to(seat.user);
        let own = message.author == seat.user && message.attachments.is_empty();
        let here = Some(message.channel) == seat.channel;
        if hidden || (own && here) {
            return Vec::new();
        }
        if here {
            return self.message(message);
        }
        if let Some(_face) = &message.webhook {
            return self.post(message);
        }
        let mut lines = vec![self.ink.dim(&format!("{}:", self.elsewhere(message)))];
        lines.extend(self.message(message));
        lines
    }

    /// A webhook's post in short.
    fn post(&self, message: &Message) -> Vec<String> {
        let arrow = self.ink.dim("webhook →");
        let content = Some(self.marked(&message.content)).filter(|content| !content.is_empty());
        let gists = content.into_iter().chain(message.embeds.iter().map(|embed| self.gist(embed)));
        gists.flat_map(|gist| hanging(&format!("{arrow} {gist}"), self.width)).collect()
    }

    fn elsewhere(&self, message: &Message) -> String {
        let channel = self.world.channel(message.channel);
        let Some(dm) = channel.filter(Channel::is_dm) else { return format!("in {}", self.place(message.channel)) };
        let other = dm.recipients.iter().find(|id| **id != message.author).copied();
        format!("DM to {}", other.map_or_else(|| "nobody".to_owned(), |id| self.name(id)))
    }

    fn note(&self, happening: &Happening, seat: Seat) -> Vec<String> {
        let guild_role = |guild: &Id, role: &Id| {
            let known = self.world.guild(*guild).and_then(|guild| guild.roles.get(role).map(|role| role.name.clone()));
            known.unwrap_or_else(|| "a role that is gone".to_owned())
        };
        let text = match happening {
            Happening::MessageDeleted { message, .. } if message.visible_to(seat.user) => {
                format!("a message of {} was deleted in {}", self.name(message.author), self.place(message.channel))
            }
            Happening::ChannelCreated { channel, visible_to } => {
                format!("{} appeared{}", title(channel), self.seen_by(channel, visible_to))
            }
            Happening::ChannelUpdated { channel, visible_to } => {
                format!("{} changed{}", title(channel), self.seen_by(channel, visible_to))
            }
            Happening::ChannelDeleted { channel, .. } => format!("{} was deleted", title(channel)),
            Happening::Failed { interaction } if interaction.user == seat.user => {
                return vec![self.ink.wrong("The application did not respond")];
            }
            Happening::ModalOpened { user, modal, .. } if *user == seat.user => return self.window(modal, self.width),
            Happening::Completed { user, choices, .. } if *user == seat.user => {
                let names: Vec<&str> = choices.iter().filter_map(|choice| choice["name"].as_str()).collect();
                if names.is_empty() { "no completions".to_owned() } else { names.join(", ") }
            }
            Happening::RolesChanged { guild, user, added, removed } => {
                let names =
                    |roles: &[Id]| roles.iter().map(|role| guild_role(guild, role)).collect::<Vec<_>>().join(", ");
                match (added.is_empty(), removed.is_empty()) {
                    (false, true) => format!("{} has the role {} now", self.name(*user), names(added)),
                    _ => format!("{} has the role {} no more", self.name(*user), names(removed)),
                }
            }
            Happening::MemberJoined { user, .. } => format!("{} joined", self.name(*user)),
            Happening::MemberLeft { user, banned: true, .. } => format!("{} was banned", self.name(*user)),
            Happening::MemberLeft { user, .. } => format!("{} left", self.name(*user)),
            Happening::RoleCreated { guild, role } => format!("the role {} appeared", guild_role(guild, role)),
            Happening::RoleDeleted { .. } => "a role was deleted".to_owned(),
            Happening::Reacted { user, emoji, added, .. } if *user != seat.user => {
                let name = emoji["name"].as_str().unwrap_or_default();
                format!("{} {} {name}", self.name(*user), if *added { "reacted with" } else { "took back" })
            }
            Happening::CommandsRegistered { application, names, .. } if !names.is_empty() => {
                let names: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
                format!("{} has {}", self.name(*application), names.join(" "))
            }
            _ => return Vec::new(),
        };
        hanging(&format!("· {text}"), self.width).iter().map(|line| self.ink.dim(line)).collect()
    }

    fn seen_by(&self, channel: &Channel, people: &[Id]) -> String {
        if channel.kind == kind::CATEGORY {
            return String::new();
        }
        let names: Vec<String> = people.iter().map(|id| self.name(*id)).collect();
        format!(" (seen by {})", if names.is_empty() { "nobody".to_owned() } else { names.join(", ") })
    }
}

fn title(channel: &Channel) -> String {
    match channel.kind {
        kind::CATEGORY => format!("the category {}", channel.name),
        _ => format!("#{}", channel.name),
    }
}

/// Lines behind the first one stand a bit to the right.
fn hanging(text: &str, columns: usize) -> Vec<String> {
    let lines = wrap(text, columns.saturating_sub(4));
    lines.into_iter().enumerate().map(|(at, line)| if at == 0 { line } else { format!("    {line}") }).collect()
}
