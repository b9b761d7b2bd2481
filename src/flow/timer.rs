//! Errands: what a timer does when it is due, as it stands in the database.

use crate::flow::effect::{Effect, InteractionRef};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is done, and how often it was tried in vain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Errand {
    #[serde(flatten)]
    pub what: What,
    #[serde(default, skip_serializing_if = "is_none")]
    pub attempts: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A ticket's channel.
    DeleteChannel(String),
    DeleteMessage {
        channel: String,
        message: String,
    },
    /// An answer that only its interaction can delete: a private one, or one that changed a message.
    DeleteAnswer(Answered),
    /// A run that sleeps goes on.
    Wake(String),
    /// Of a kind that this version does not know; only its word is kept.
    #[serde(skip)]
    Unknown(String),
}

/// An answer to an interaction. It carries the interaction's token, which is why its row goes as soon as it is done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    pub interaction: InteractionRef,
    /// None: the first answer.
    pub message: Option<String>,
    /// Epoch milliseconds; Discord takes the token no longer.
    pub until: i64,
}

fn is_none(count: &u32) -> bool {
    *count == 0
}

impl Errand {
    /// Reads a row. Whatever cannot be read is [`What::Unknown`], so that one strange row does not hold up the others.
    pub fn read(row: &Value) -> Self {
        Self::deserialize(row).unwrap_or_else(|_| {
            let word = row.as_object().and_then(|row| row.keys().find(|key| *key != "attempts"));
            What::Unknown(word.cloned().unwrap_or_default()).into()
        })
    }
}

impl From<What> for Errand {
    fn from(what: What) -> Self {
        Self { what, attempts: 0 }
    }
}

impl What {
    /// What it asks of Discord; nothing when it is not known, or when its time is over.
    pub fn effect(&self, now: i64) -> Option<Effect> {
        Some(match self {
            Self::DeleteChannel(channel) => Effect::DeleteChannel { channel: channel.clone() },
            Self::DeleteMessage { channel, message } => {
                Effect::DeleteMessage { channel: channel.clone(), id: message.clone() }
            }
            Self::DeleteAnswer(answered) if now < answered.until => {
                Effect::DeleteResponse { interaction: answered.interaction.clone(), message: answered.message.clone() }
            }
            Self::DeleteAnswer(_) | Self::Wake(_) | Self::Unknown(_) => return None,
        })
    }

    /// What it is about, for a log line.
    pub fn thing(&self) -> &str {
        match self {
            Self::DeleteChannel(_) => "a ticket's channel",
            Self::DeleteMessage { .. } => "a message",
            Self::DeleteAnswer(_) => "an answer",
            Self::Wake(_) => "a run",
            Self::Unknown(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answered() -> What {
        let interaction = InteractionRef { id: "1".into(), application: "2".into(), token: "s3cr3t".into() };
        What::DeleteAnswer(Answered { interaction, message: None, until: 900 })
    }

    #[test]
    fn rows_of_older_versions_are_read() {
        let read = |row| Errand::read(&row);
        assert_eq!(read(json!({ "delete_channel": "1" })), What::DeleteChannel("1".into()).into());
        let tried = Errand { what: What::DeleteChannel("1".into()), attempts: 3 };
        assert_eq!(read(json!({ "delete_channel": "1", "attempts": 3 })), tried);
        assert_eq!(json!(tried), json!({ "delete_channel": "1", "attempts": 3 }));
    }

    #[test]
    fn a_row_comes_back_as_it_was_written() {
        let message = What::DeleteMessage { channel: "1".into(), message: "2".into() };
        for what in [message, answered(), What::DeleteChannel("3".into()), What::Wake("r".into())] {
            let errand = Errand { what, attempts: 2 };
            assert_eq!(Errand::read(&json!(errand)), errand);
        }
    }

    #[test]
    fn a_kind_of_a_newer_version_is_known_by_its_word_only() {
        let read = Errand::read(&json!({ "attempts": 1, "order_pizza": { "token": "s3cr3t" } }));
        assert_eq!(read.what, What::Unknown("order_pizza".into()));
        assert_eq!(read.what.effect(0), None);
    }

    #[test]
    fn a_token_does_not_show_and_is_not_used_when_its_time_is_over() {
        assert!(!format!("{:?}", Errand::from(answered())).contains("s3cr3t"));
        assert!(answered().effect(899).is_some());
        assert_eq!(answered().effect(900), None);
    }
}
