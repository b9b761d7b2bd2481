//! The bot's answer to something that a person did.

use super::embed::Embed;
use botwright::sim::interaction::Interaction;
use botwright::sim::message::Message;
use serde_json::Value;

/// Everything that answers one interaction, as it stands.
#[derive(Debug, Clone)]
pub struct Answer {
    pub interaction: Interaction,
    pub messages: Vec<Message>,
}

impl Answer {
    fn message(&self) -> &Message {
        self.messages.first().unwrap_or_else(|| panic!("{:?} was answered with no message", self.interaction))
    }

    /// Insists that only the asker sees it.
    pub fn ephemeral(&self) -> &Self {
        for message in &self.messages {
            assert!(message.is_ephemeral(), "everybody sees the answer {:?}", message.content);
            assert_eq!(message.ephemeral_to, Some(self.interaction.user), "somebody else got the answer");
        }
        self.message();
        self
    }

    /// Insists that everybody in the channel sees it.
    pub fn open(&self) -> &Self {
        assert!(!self.message().is_ephemeral(), "only the asker sees the answer");
        self
    }

    pub fn content(&self) -> &str {
        &self.message().content
    }

    pub fn embed(&self) -> Embed {
        let embed = self.message().embeds.first().cloned();
        Embed(embed.unwrap_or_else(|| panic!("there is no embed, but: {}", self.content())))
    }

    /// What stands on the buttons.
    pub fn buttons(&self) -> Vec<String> {
        let label = |control: &&Value| control["label"].as_str().map(str::to_owned);
        self.message().controls().iter().filter_map(label).collect()
    }

    pub fn says(&self, words: &str) -> &Self {
        assert!(self.content().contains(words), "{:?} does not say {words:?}", self.content());
        self
    }
}
