//! An interaction begins: it gets its id and token, and its application hears of it.

use crate::sim::act::{Unable, unable};
use crate::sim::channel::Channel;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::interaction::{Interaction, LIFETIME};
use crate::sim::permission::Permissions;
use crate::sim::state::State;
use crate::sim::world::World;
use serde_json::{Value, json};

/// Interactions that are kept at least.
const MAX_REMEMBERED: usize = 10_000;

/// Who asks what of whom, and where.
pub(super) struct Beginning {
    pub application: Id,
    pub user: Id,
    pub channel: Id,
    /// See [`crate::sim::interaction::kind`].
    pub kind: u8,
    pub name: String,
    pub data: Value,
    /// The message whose component was used.
    pub message: Option<Id>,
    /// Of a sent window: what opened it.
    pub triggered_by: Option<Id>,
}

impl State {
    pub(super) fn begin(&mut self, beginning: Beginning) -> Id {
        let id = self.next_id();
        let guild = self.channels.get(&beginning.channel).and_then(|channel| channel.guild);
        let interaction = Interaction {
            id,
            application: beginning.application,
            token: self.secret("interaction", id),
            kind: beginning.kind,
            user: beginning.user,
            guild,
            channel: beginning.channel,
            message: beginning.message,
            triggered_by: beginning.triggered_by,
            name: beginning.name,
            data: beginning.data,
            created_at: self.now,
            acknowledged_at: None,
            callback: None,
            deferred: false,
            ephemeral: false,
            original: None,
            followups: Vec::new(),
            choices: None,
            modal: None,
            modal_open: false,
            failed: false,
        };
        self.forget_interactions();
        self.interactions.insert(id, interaction.clone());
        self.waiting.push(id);
        self.tell(|_| Happening::Asked { interaction: Box::new(interaction.clone()) });
        let json = self.interaction_json(&interaction);
        self.emit_to(interaction.application, "INTERACTION_CREATE", guild, &json);
        id
    }

    /// Long worlds do not pile up interactions that nothing can follow any more.
    fn forget_interactions(&mut self) {
        if self.interactions.len() >= MAX_REMEMBERED {
            let now = self.now;
            self.interactions.retain(|_, one| one.created_at + LIFETIME >= now || one.modal_open);
        }
    }

    /// As the gateway tells of it.
    fn interaction_json(&self, interaction: &Interaction) -> Value {
        let user = self.users.get(&interaction.user).map(|user| user.json()).unwrap_or_default();
        let mut json = json!({
            "id": interaction.id,
            "application_id": interaction.application,
            "type": interaction.kind,
            "data": interaction.data,
            "channel_id": interaction.channel,
            "token": interaction.token,
            "version": 1,
            "locale": "en-US",
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": self.integration_owners(interaction.guild),
            "context": u8::from(interaction.guild.is_none()),
            "attachment_size_limit": crate::sim::validate::message::MAX_FILE,
        });
        if let Some(channel) = self.channels.get(&interaction.channel) {
            json["app_permissions"] = json!(self.permissions_in(channel, interaction.application).to_string());
            json["channel"] = self.asked_channel_json(channel, interaction);
        }
        match interaction.guild {
            Some(guild) => {
                json["guild_id"] = json!(guild);
                json["guild"] = json!({ "id": guild, "locale": "en-US", "features": [] });
                json["guild_locale"] = json!("en-US");
                json["member"] = self.asking_member_json(guild, interaction);
            }
            None => json["user"] = user,
        }
        let message = interaction.message.and_then(|id| self.message(interaction.channel, id).ok());
        if let Some(message) = message {
            json["message"] = self.message_json(message, interaction.application);
        }
        json
    }

    fn asked_channel_json(&self, channel: &Channel, interaction: &Interaction) -> Value {
        let mut json = self.channel_json(channel, interaction.application);
        if let Some(map) = json.as_object_mut().filter(|_| !channel.is_dm()) {
            map.shift_remove("permission_overwrites");
            map.insert("permissions".to_owned(), json!(self.permissions_in(channel, interaction.user).to_string()));
        }
        json
    }

    fn asking_member_json(&self, guild: Id, interaction: &Interaction) -> Value {
        let mut member = self.member_json(guild, interaction.user).unwrap_or_default();
        if let Some(channel) = self.channels.get(&interaction.channel) {
            member["permissions"] = json!(self.permissions_in(channel, interaction.user).to_string());
        }
        member
    }

    /// A channel that somebody sees; in a guild they must also be allowed to use commands there.
    pub(super) fn acting_in(&self, user: Id, channel: Id) -> Result<&Channel, Unable> {
        let Some(channel) = self.channels.get(&channel) else { return unable!("There is no such channel.") };
        if !self.users.contains_key(&user) {
            return unable!("There is no such user.");
        }
        if !self.can_see(channel, user) {
            return unable!("You cannot see that channel.");
        }
        Ok(channel)
    }

    /// Refuses those who may not use commands in a channel.
    pub(super) fn may_command(&self, user: Id, channel: &Channel) -> Result<(), Unable> {
        if self.permissions_in(channel, user).has(Permissions::USE_APPLICATION_COMMANDS) {
            return Ok(());
        }
        unable!("You may not use commands in this channel.")
    }
}

impl World {
    /// Delivers an interaction once more, as Discord does at times when a connection resumes.
    pub fn redeliver(&self, interaction: Id) -> Result<(), Unable> {
        let mut state = self.lock();
        let Some(known) = state.interactions.get(&interaction).cloned() else {
            return unable!("There is no such interaction.");
        };
        let json = state.interaction_json(&known);
        state.emit_to(known.application, "INTERACTION_CREATE", known.guild, &json);
        Ok(())
    }
}
