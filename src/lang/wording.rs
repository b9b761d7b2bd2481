//! How nouns are called where their names in Rust do not say it, and where keys belong that stand in the wrong place.

use crate::text::{Decoding, Hint};

const THINGS: &[(&str, &str)] = &[
    ("Access", "access rule"),
    ("Answer", "reply"),
    ("Letter", "message"),
    ("ButtonUse", "button of a message"),
    ("PlainButton", "button"),
    ("Close", "`close`"),
    ("Logs", "`logs`"),
    ("Events", "`events`"),
];

const OF_MESSAGES: &[&str] =
    &["ephemeral", "content", "embed", "embeds", "buttons", "rows", "select", "files", "mentions"];
const OF_EMBEDS: &[&str] =
    &["title", "description", "url", "color", "timestamp", "footer", "image", "thumbnail", "author", "fields"];
const OF_OPTIONS: &[&str] = &[
    "type",
    "required",
    "choices",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "channel_types",
    "default",
];

const HINTS: &[Hint] = &[
    Hint { keys: OF_MESSAGES, of: "Command", help: "`{key}` belongs inside `reply`, in a step" },
    Hint { keys: OF_OPTIONS, of: "Command", help: "`{key}` belongs inside an option, below `options`" },
    Hint { keys: &["options", "steps", "subcommands"], of: "Bot", help: "`{key}` belongs inside a command" },
    Hint { keys: &["title", "color", "fields"], of: "Bot", help: "`{key}` belongs inside an embed, below `embeds`" },
    Hint { keys: &["columns"], of: "Bot", help: "`{key}` belongs inside a table, below `tables`" },
    Hint { keys: &["entries"], of: "Bot", help: "`{key}` belongs inside `logs`" },
    Hint {
        keys: &["staff", "welcome", "category"],
        of: "Bot",
        help: "`{key}` belongs inside a ticket, below `tickets`",
    },
    Hint { keys: OF_EMBEDS, of: "Answer", help: "`{key}` belongs inside `embed`" },
    Hint { keys: OF_EMBEDS, of: "Message", help: "`{key}` belongs inside `embed`" },
    Hint { keys: OF_EMBEDS, of: "Letter", help: "`{key}` belongs inside `embed`" },
    Hint { keys: OF_MESSAGES, of: "Embed", help: "`{key}` belongs beside `embed`, in the message" },
    Hint { keys: &["name", "value", "inline"], of: "Embed", help: "`{key}` belongs inside a field, below `fields`" },
    Hint {
        keys: &["label", "style", "emoji", "steps", "url"],
        of: "ButtonUse",
        help: "`{key}` belongs to the button itself, in the section `buttons`",
    },
    Hint { keys: OF_MESSAGES, of: "Button", help: "`{key}` belongs inside `reply`, in a step" },
    Hint {
        keys: &["label", "placeholder", "style", "value", "required", "min_length", "max_length"],
        of: "Modal",
        help: "`{key}` belongs inside a field, below `fields`",
    },
    Hint {
        keys: &["label", "value", "description", "emoji"],
        of: "Select",
        help: "`{key}` belongs inside an option, below `options`",
    },
    Hint { keys: &["button"], of: "Ticket", help: "`{key}` belongs inside `panel` or `close`" },
    Hint { keys: &["content", "embed"], of: "Ticket", help: "`{key}` belongs inside `panel` or `welcome`" },
    Hint { keys: &["per_user"], of: "Ticket", help: "`{key}` belongs inside `limit`" },
    Hint { keys: &["by", "delete_after"], of: "Ticket", help: "`{key}` belongs inside `close`" },
    Hint { keys: &["closed"], of: "Ticket", help: "`{key}` belongs inside `on`" },
    Hint { keys: OF_EMBEDS, of: "Logs", help: "`{key}` belongs inside an entry, below `entries`" },
    Hint {
        keys: &["type", "secret", "optional", "one_of", "default"],
        of: "Table",
        help: "`{key}` belongs inside a column, below `columns`",
    },
];

/// A decoding that speaks of definitions in the words of somebody who writes them.
pub fn decoding() -> Decoding<'static> {
    Decoding::new().things(THINGS).hints(HINTS)
}
