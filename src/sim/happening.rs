//! The journal: everything that happens in the world, told to whoever watches.

use crate::flow::request::Method;
use crate::sim::channel::Channel;
use crate::sim::id::Id;
use crate::sim::interaction::Interaction;
use crate::sim::message::Message;
use serde_json::Value;

/// One thing that happened, as it stood at that moment. `visible_to` names people, not bots.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Happening {
    /// Also of direct messages (`guild` is none), webhook posts (`webhook` is some) and ephemeral answers.
    MessageCreated {
        message: Box<Message>,
        visible_to: Vec<Id>,
    },
    MessageEdited {
        message: Box<Message>,
        visible_to: Vec<Id>,
    },
    MessageDeleted {
        message: Box<Message>,
        visible_to: Vec<Id>,
    },
    Reacted {
        channel: Id,
        message: Id,
        user: Id,
        emoji: Value,
        added: bool,
    },
    ChannelCreated {
        channel: Box<Channel>,
        visible_to: Vec<Id>,
    },
    ChannelUpdated {
        channel: Box<Channel>,
        visible_to: Vec<Id>,
    },
    ChannelDeleted {
        channel: Box<Channel>,
        visible_to: Vec<Id>,
    },
    /// A user used a command, a component or a window, or typed where completion is offered.
    Asked {
        interaction: Box<Interaction>,
    },
    /// The first answer was accepted; `interaction.callback` is its type.
    Acknowledged {
        interaction: Box<Interaction>,
    },
    /// No answer came within three seconds: the user read that it failed.
    Failed {
        interaction: Box<Interaction>,
    },
    ModalOpened {
        interaction: Id,
        user: Id,
        modal: Value,
    },
    Completed {
        interaction: Id,
        user: Id,
        choices: Vec<Value>,
    },
    /// Roles given to or taken from a member.
    RolesChanged {
        guild: Id,
        user: Id,
        added: Vec<Id>,
        removed: Vec<Id>,
    },
    MemberJoined {
        guild: Id,
        user: Id,
    },
    MemberLeft {
        guild: Id,
        user: Id,
        banned: bool,
    },
    RoleCreated {
        guild: Id,
        role: Id,
    },
    RoleUpdated {
        guild: Id,
        role: Id,
    },
    RoleDeleted {
        guild: Id,
        role: Id,
    },
    /// The commands of one scope as they now stand.
    CommandsRegistered {
        application: Id,
        guild: Option<Id>,
        names: Vec<String>,
    },
    /// A REST request and its status, 0 when it was left unanswered. `path` shows no token.
    Requested {
        method: Method,
        path: String,
        status: u16,
    },
}
