//! From names to ids: `ana`, `@ana`, `<@123>` and `123` are all the same member.

use super::complaint::Complaint;
use crate::sim::channel::Channel;
use crate::sim::id::Id;
use crate::sim::state::State;

/// The id inside `<@1>`, `<@!1>`, `<#1>`, `<@&1>` or a bare `1`.
fn id(text: &str) -> Option<Id> {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(text);
    inner.trim_start_matches(['@', '#', '!', '&']).parse().ok()
}

fn same(name: &str, wanted: &str) -> bool {
    name.to_lowercase() == wanted.to_lowercase()
}

/// A user by id, mention, user name or display name.
pub fn user(state: &State, text: &str) -> Result<Id, Complaint> {
    let by_id = id(text).filter(|id| state.users.contains_key(id));
    let name = text.trim_start_matches('@');
    let named = || state.users.values().find(|user| same(&user.name, name) || same(user.display_name(), name));
    let found = by_id.or_else(|| named().map(|user| user.id));
    found.ok_or_else(|| Complaint::unknown("user", text, state.users.values().map(|user| user.name.as_str())))
}

/// A guild's channel by id, mention or name; of several with one name the oldest.
pub fn channel<'a>(state: &'a State, text: &str) -> Result<&'a Channel, Complaint> {
    let by_id = id(text).and_then(|id| state.channels.get(&id));
    let name = text.trim_start_matches('#');
    let mut of_guilds = state.channels.values().filter(|channel| !channel.is_dm());
    let found = by_id.or_else(|| of_guilds.find(|channel| same(&channel.name, name)));
    let names = || state.channels.values().filter(|channel| !channel.is_dm()).map(|channel| channel.name.as_str());
    found.ok_or_else(|| Complaint::unknown("channel", text, names()))
}

/// A webhook by id or name.
pub fn webhook(state: &State, text: &str) -> Result<Id, Complaint> {
    let by_id = id(text).filter(|id| state.webhooks.contains_key(id));
    let named = || state.webhooks.values().find(|webhook| same(&webhook.name, text)).map(|webhook| webhook.id);
    let names = || state.webhooks.values().map(|webhook| webhook.name.as_str());
    by_id.or_else(named).ok_or_else(|| Complaint::unknown("webhook", text, names()))
}

/// A bot by id or name; without a word the only one there is.
pub fn bot(state: &State, text: Option<&str>) -> Result<Id, Complaint> {
    let names = || state.applications.values().map(|application| application.name.as_str());
    let Some(text) = text else {
        let mut all = state.applications.keys();
        let only = all.next().filter(|_| all.next().is_none()).copied();
        return only
            .ok_or_else(|| Complaint::bad(format!("say which bot: {}", names().collect::<Vec<_>>().join(", "))));
    };
    let by_id = id(text).filter(|id| state.applications.contains_key(id));
    let named = || state.applications.values().find(|application| same(&application.name, text));
    let found = by_id.or_else(|| named().map(|application| application.id));
    found.ok_or_else(|| Complaint::unknown("bot", text, names()))
}
