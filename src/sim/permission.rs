//! Permissions: Discord's bits, their names, and which of them fall with others.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// A set of permissions; JSON carries its bits as decimal text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(pub u64);

macro_rules! permissions {
    ($($name:ident $word:literal $bit:literal,)*) => {
        impl Permissions {
            $(pub const $name: Self = Self(1 << $bit);)*
            /// Every permission that has a name here.
            pub const ALL: Self = Self(0 $(| 1 << $bit)*);
            /// Discord's names, in lower case, with their bits.
            pub const NAMES: &'static [(&'static str, Self)] = &[$(($word, Self::$name),)*];
        }
    };
}

// Source: "Bitwise Permission Flags" in the reference of Discord's API.
permissions! {
    CREATE_INSTANT_INVITE "create_instant_invite" 0,
    KICK_MEMBERS "kick_members" 1,
    BAN_MEMBERS "ban_members" 2,
    ADMINISTRATOR "administrator" 3,
    MANAGE_CHANNELS "manage_channels" 4,
    MANAGE_GUILD "manage_guild" 5,
    ADD_REACTIONS "add_reactions" 6,
    VIEW_AUDIT_LOG "view_audit_log" 7,
    PRIORITY_SPEAKER "priority_speaker" 8,
    STREAM "stream" 9,
    VIEW_CHANNEL "view_channel" 10,
    SEND_MESSAGES "send_messages" 11,
    SEND_TTS_MESSAGES "send_tts_messages" 12,
    MANAGE_MESSAGES "manage_messages" 13,
    EMBED_LINKS "embed_links" 14,
    ATTACH_FILES "attach_files" 15,
    READ_MESSAGE_HISTORY "read_message_history" 16,
    MENTION_EVERYONE "mention_everyone" 17,
    USE_EXTERNAL_EMOJIS "use_external_emojis" 18,
    VIEW_GUILD_INSIGHTS "view_guild_insights" 19,
    CONNECT "connect" 20,
    SPEAK "speak" 21,
    MUTE_MEMBERS "mute_members" 22,
    DEAFEN_MEMBERS "deafen_members" 23,
    MOVE_MEMBERS "move_members" 24,
    USE_VAD "use_vad" 25,
    CHANGE_NICKNAME "change_nickname" 26,
    MANAGE_NICKNAMES "manage_nicknames" 27,
    MANAGE_ROLES "manage_roles" 28,
    MANAGE_WEBHOOKS "manage_webhooks" 29,
    MANAGE_GUILD_EXPRESSIONS "manage_guild_expressions" 30,
    USE_APPLICATION_COMMANDS "use_application_commands" 31,
    REQUEST_TO_SPEAK "request_to_speak" 32,
    MANAGE_EVENTS "manage_events" 33,
    MANAGE_THREADS "manage_threads" 34,
    CREATE_PUBLIC_THREADS "create_public_threads" 35,
    CREATE_PRIVATE_THREADS "create_private_threads" 36,
    USE_EXTERNAL_STICKERS "use_external_stickers" 37,
    SEND_MESSAGES_IN_THREADS "send_messages_in_threads" 38,
    USE_EMBEDDED_ACTIVITIES "use_embedded_activities" 39,
    MODERATE_MEMBERS "moderate_members" 40,
    VIEW_CREATOR_MONETIZATION_ANALYTICS "view_creator_monetization_analytics" 41,
    USE_SOUNDBOARD "use_soundboard" 42,
    CREATE_GUILD_EXPRESSIONS "create_guild_expressions" 43,
    CREATE_EVENTS "create_events" 44,
    USE_EXTERNAL_SOUNDS "use_external_sounds" 45,
    SEND_VOICE_MESSAGES "send_voice_messages" 46,
    SEND_POLLS "send_polls" 49,
    USE_EXTERNAL_APPS "use_external_apps" 50,
    PIN_MESSAGES "pin_messages" 51,
    BYPASS_SLOWMODE "bypass_slowmode" 52,
}

impl Permissions {
    pub const NONE: Self = Self(0);
    /// What `@everyone` may do in a new guild.
    pub const EVERYONE: Self = Self(
        Self::CREATE_INSTANT_INVITE.0
            | Self::ADD_REACTIONS.0
            | Self::STREAM.0
            | Self::VIEW_CHANNEL.0
            | Self::SEND_MESSAGES.0
            | Self::EMBED_LINKS.0
            | Self::ATTACH_FILES.0
            | Self::READ_MESSAGE_HISTORY.0
            | Self::USE_EXTERNAL_EMOJIS.0
            | Self::CONNECT.0
            | Self::SPEAK.0
            | Self::USE_VAD.0
            | Self::CHANGE_NICKNAME.0
            | Self::USE_APPLICATION_COMMANDS.0
            | Self::CREATE_PUBLIC_THREADS.0
            | Self::SEND_MESSAGES_IN_THREADS.0,
    );
    /// What the two ends of a direct message may do in it.
    pub const DIRECT: Self = Self(Self::EVERYONE.0 | Self::PIN_MESSAGES.0);
    /// What needs a message to be sendable at all.
    const WITH_SENDING: Self =
        Self(Self::MENTION_EVERYONE.0 | Self::SEND_TTS_MESSAGES.0 | Self::ATTACH_FILES.0 | Self::EMBED_LINKS.0);

    /// Whether it holds all of `other`.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The permission of that name: `manage_channels`.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(word, _)| *word == name).map(|(_, bit)| *bit)
    }

    /// The names of what it holds.
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.iter().filter(|(_, bit)| self.has(*bit)).map(|(word, _)| *word).collect()
    }

    /// What is left of them in a channel: who cannot see it can do nothing there, who cannot write cannot embed.
    pub(super) fn with_implied_denials(self) -> Self {
        if !self.has(Self::VIEW_CHANNEL) {
            return Self::NONE;
        }
        if self.has(Self::SEND_MESSAGES) { self } else { self.without(Self::WITH_SENDING) }
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Permissions {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
