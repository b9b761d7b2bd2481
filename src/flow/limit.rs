//! Discord's limits on what a bot sends, each by name.
//!
//! Source: "Embed limits", "Component reference", "Application command structure" and "Create message" of Discord's
//! published API documentation. Lengths are in characters.

pub const CONTENT: usize = 2_000;
pub const EMBEDS: usize = 10;
pub const EMBED_TOTAL: usize = 6_000;
pub const EMBED_TITLE: usize = 256;
pub const EMBED_DESCRIPTION: usize = 4_096;
pub const EMBED_FIELDS: usize = 25;
pub const FIELD_NAME: usize = 256;
pub const FIELD_VALUE: usize = 1_024;
pub const FOOTER: usize = 2_048;
pub const AUTHOR: usize = 256;
pub const ROWS: usize = 5;
pub const BUTTONS_IN_ROW: usize = 5;
pub const BUTTON_LABEL: usize = 80;
pub const SELECT_OPTIONS: usize = 25;
pub const SELECT_LABEL: usize = 100;
pub const SELECT_VALUE: usize = 100;
pub const SELECT_DESCRIPTION: usize = 100;
pub const PLACEHOLDER: usize = 150;
pub const MODAL_TITLE: usize = 45;
pub const MODAL_FIELDS: usize = 5;
pub const MODAL_LABEL: usize = 45;
pub const MODAL_PLACEHOLDER: usize = 100;
pub const MODAL_VALUE: usize = 4_000;
pub const COMMANDS: usize = 100;
pub const COMMAND_NAME: usize = 32;
pub const COMMAND_DESCRIPTION: usize = 100;
pub const OPTIONS: usize = 25;
pub const OPTION_TEXT: usize = 6_000;
pub const CHOICES: usize = 25;
pub const CHOICE_NAME: usize = 100;
pub const CHOICE_VALUE: usize = 100;
pub const CHANNEL_NAME: usize = 100;
pub const CHANNEL_TOPIC: usize = 1_024;
pub const ADDRESS: usize = 2_048;
pub const FILES: usize = 10;
/// Characters of a command's names, descriptions and values together.
pub const COMMAND_TOTAL: usize = 8_000;
/// The longest message that a user can write.
pub const WRITTEN: usize = 4_000;
pub const USER_NAME: usize = 32;
pub const ROLE_NAME: usize = 100;
pub const GUILD_NAME: usize = 100;
/// Digits of an ID.
pub const ID: usize = 20;

/// The text, or as much of it as Discord takes, ending in `…`.
pub fn clip(text: String, limit: usize) -> String {
    // A text of `limit` bytes has at most that many characters.
    if text.len() <= limit || text.chars().count() <= limit {
        return text;
    }
    let mut clipped: String = text.chars().take(limit.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}
