//! Whether something is an emoji: a Unicode one, or one of a guild.

use crate::sim::id::Id;
use crate::sim::validate::form::Form;
use regex::Regex;
use serde_json::{Value, json};
use std::sync::LazyLock;

static UNICODE: LazyLock<Regex> = LazyLock::new(|| {
    let one = r"\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\x{FE0F})*(?:[\x{E0020}-\x{E007E}]+\x{E007F})?";
    let flag = r"[\x{1F1E6}-\x{1F1FF}]{2}";
    let key = r"[0-9#*]\x{FE0F}?\x{20E3}";
    Regex::new(&format!(r"^(?:{flag}|{key}|{one}(?:\x{{200D}}{one})*)$")).expect("the pattern is fixed")
});

/// One Unicode emoji, with its modifiers.
pub(in crate::sim) fn is_unicode(text: &str) -> bool {
    UNICODE.is_match(text)
}

/// The emoji of a button or an option as Discord keeps it. `known` says whether a custom one exists.
pub(in crate::sim) fn emoji(form: &mut Form, owner: &Value, known: &dyn Fn(Id) -> bool) -> Option<Value> {
    let emoji = owner.get("emoji").filter(|emoji| !emoji.is_null())?;
    form.at("emoji", |form| {
        if !form.object(emoji) {
            return None;
        }
        let invalid = |form: &mut Form, key| {
            form.at(key, |form| form.error("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji"));
            None
        };
        let name = emoji["name"].as_str();
        match form.id(emoji, "id") {
            Some(id) if known(id) => {
                let animated = emoji["animated"].as_bool().unwrap_or(false);
                Some(json!({ "id": id, "name": name, "animated": animated }))
            }
            Some(_) => invalid(form, "id"),
            None => match name {
                Some(name) if is_unicode(name) => Some(json!({ "name": name })),
                _ => invalid(form, "name"),
            },
        }
    })
}
