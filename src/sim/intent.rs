//! Gateway intents: which events a connection asked for.

/// Source: "Gateway Intents" in the reference of Discord's API.
pub const GUILDS: u64 = 1;
/// Privileged.
pub const GUILD_MEMBERS: u64 = 1 << 1;
pub const GUILD_MODERATION: u64 = 1 << 2;
pub const GUILD_WEBHOOKS: u64 = 1 << 5;
/// Privileged.
pub const GUILD_PRESENCES: u64 = 1 << 8;
pub const GUILD_MESSAGES: u64 = 1 << 9;
pub const GUILD_MESSAGE_REACTIONS: u64 = 1 << 10;
pub const GUILD_MESSAGE_TYPING: u64 = 1 << 11;
pub const DIRECT_MESSAGES: u64 = 1 << 12;
pub const DIRECT_MESSAGE_REACTIONS: u64 = 1 << 13;
pub const DIRECT_MESSAGE_TYPING: u64 = 1 << 14;
/// Privileged: without it the text of other people's messages is blank.
pub const MESSAGE_CONTENT: u64 = 1 << 15;
/// Those that must be switched on in the developer portal.
pub const PRIVILEGED: u64 = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;
/// Every bit that Discord knows.
pub const KNOWN: u64 = ((1 << 17) - 1) | (0b11 << 20) | (0b11 << 24);

/// The intent that lets an event through; 0 when every connection gets it.
pub(super) fn of(kind: &str, in_guild: bool) -> u64 {
    let either = |guild: u64, direct: u64| if in_guild { guild } else { direct };
    match kind {
        "GUILD_MEMBER_ADD" | "GUILD_MEMBER_UPDATE" | "GUILD_MEMBER_REMOVE" => GUILD_MEMBERS,
        "GUILD_BAN_ADD" | "GUILD_BAN_REMOVE" => GUILD_MODERATION,
        "WEBHOOKS_UPDATE" => GUILD_WEBHOOKS,
        "TYPING_START" => either(GUILD_MESSAGE_TYPING, DIRECT_MESSAGE_TYPING),
        "CHANNEL_PINS_UPDATE" => either(GUILDS, DIRECT_MESSAGES),
        _ if kind.starts_with("MESSAGE_REACTION") => either(GUILD_MESSAGE_REACTIONS, DIRECT_MESSAGE_REACTIONS),
        _ if kind.starts_with("MESSAGE_") => either(GUILD_MESSAGES, DIRECT_MESSAGES),
        _ if kind.starts_with("GUILD_") || kind.starts_with("CHANNEL_") => GUILDS,
        _ => 0,
    }
}
