//! Somebody in the shop's server, and what they do.

use super::answer::Answer;
use super::embed::Embed;
use super::shop::Shop;
use botwright::flow::payload::File;
use botwright::sim::channel::Channel;
use botwright::sim::message::Message;
use botwright::sim::{Id, Unable};

/// Acts in #general where no other channel is named.
pub struct Person<'a> {
    pub shop: &'a Shop,
    pub id: Id,
    pub channel: Id,
}

impl Person<'_> {
    /// Goes to another channel.
    pub fn at(self, channel: Id) -> Self {
        Self { channel, ..self }
    }

    /// As `<@…>`.
    pub fn mention(&self) -> String {
        format!("<@{}>", self.id)
    }

    /// As logs name people.
    pub fn signature(&self) -> String {
        format!("<@{id}> (`{id}`)", id = self.id)
    }

    /// Uses a command and does not wait for the answer.
    pub fn asks(&self, text: &str) -> Result<Id, Unable> {
        self.shop.world.command(self.id, self.channel, text)
    }

    /// Uses a command, and gets the answer.
    pub async fn command(&self, text: &str) -> Answer {
        let asked = self.asks(text).unwrap_or_else(|unable| panic!("{text}: {unable}"));
        self.shop.answer(asked).await
    }

    /// Uses a command with a text file.
    pub async fn command_with(&self, text: &str, name: &str, content: &[u8]) -> Answer {
        let file = File { name: name.to_owned(), content: content.to_owned() };
        let asked = self.shop.world.command_with(self.id, self.channel, text, &[file]);
        self.shop.answer(asked.unwrap_or_else(|unable| panic!("{text}: {unable}"))).await
    }

    /// What is offered while the last option of `text` is being typed.
    pub async fn types(&self, text: &str) -> Vec<String> {
        let asked = self.shop.world.autocomplete(self.id, self.channel, text);
        let answer = self.shop.answer(asked.unwrap_or_else(|unable| panic!("{text}: {unable}"))).await;
        let choices = answer.interaction.choices.unwrap_or_default();
        choices.iter().filter_map(|choice| choice["name"].as_str().map(str::to_owned)).collect()
    }

    /// Clicks the newest button of that label in the channel where they are, and does not wait.
    pub fn presses(&self, label: &str) -> Result<Id, Unable> {
        self.shop.world.click_label(self.id, Some(self.channel), label)
    }

    pub async fn click(&self, label: &str) -> Answer {
        let asked = self.presses(label).unwrap_or_else(|unable| panic!("{label}: {unable}"));
        self.shop.answer(asked).await
    }

    /// The private messages that the bot has sent, oldest first.
    pub fn letters(&self) -> Vec<Message> {
        let direct = self.shop.world.direct(self.shop.bot, self.id);
        direct.map(|channel| channel.messages.into_values().collect()).unwrap_or_default()
    }

    /// The keys that came in private messages, in the order of their coming.
    pub fn keys(&self) -> Vec<String> {
        let key = |message: &Message| Embed(message.embeds[0].clone()).field("Key").trim_matches('`').to_owned();
        self.letters().iter().map(key).collect()
    }

    /// The ticket channels that they see.
    pub fn tickets(&self) -> Vec<Channel> {
        let view = self.shop.world.view(self.id);
        view.channels.into_iter().filter(|channel| channel.name.starts_with("ticket-")).collect()
    }

    /// The one ticket channel that they see.
    pub fn ticket(&self) -> Channel {
        let mut tickets = self.tickets();
        assert_eq!(tickets.len(), 1, "one ticket was expected");
        tickets.remove(0)
    }
}
