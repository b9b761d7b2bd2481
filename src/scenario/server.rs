//! The server that a scenario is played on, furnished as its file says.

use crate::scenario::compare::Known;
use crate::scenario::given::{Channel, ChannelKind, Dms, Given, Member, Role};
use crate::scenario::names::Names;
use crate::sim::channel::{Overwrite, kind};
use crate::sim::{Id, Impossible, Permissions, Playground};
use crate::text::OneOrMany;
use crate::text::Text;

/// Above every role that a bot can have.
const ABOVE: i64 = 1_000;

/// Roles, people and channels.
///
/// # Errors
/// Something that cannot be, or names what is not there.
pub fn people(ground: &Playground, given: &Given) -> Result<(), Impossible> {
    if given.commands_for_everybody {
        ground.world.show_commands_to_everybody();
    }
    for (name, role) in given.roles.iter() {
        let permissions = role.as_ref().map_or(Permissions::NONE, |role: &Role| powers(&role.permissions));
        if ground.world.role_named(ground.guild, &name.value).is_none() {
            ground.world.add_role(ground.guild, &name.value, permissions, 1, 0)?;
        }
    }
    for (name, member) in given.members.iter() {
        person(ground, &name.value, member.as_ref().unwrap_or(&Member::default()))?;
    }
    let is_category = |channel: &Option<Channel>| {
        channel
            .as_ref()
            .and_then(|channel| channel.kind.as_ref())
            .is_some_and(|kind| kind.value == ChannelKind::Category)
    };
    let (categories, others): (Vec<_>, Vec<_>) = given.channels.iter().partition(|(_, channel)| is_category(channel));
    for (name, channel) in categories.into_iter().chain(others) {
        place(ground, &name.value, channel.as_ref().unwrap_or(&Channel::default()))?;
    }
    Ok(())
}

/// Roles that stand above the bot's own, which has to be there.
///
/// # Errors
/// Never, as long as [`people`] went well.
pub fn above_bot(ground: &Playground, given: &Given) -> Result<(), Impossible> {
    for (name, role) in given.roles.iter() {
        if role.as_ref().is_some_and(|role| role.above_bot)
            && let Some(id) = ground.world.role_named(ground.guild, &name.value)
        {
            ground.world.change_role(ground.guild, id, |role| role.position = ABOVE)?;
        }
    }
    Ok(())
}

/// What everybody is called in later steps: `$ana`, `$ana.id`, `$ana.mention`.
pub fn names(names: &Names) -> Known {
    let mut known = Known::new();
    let members = names.world.guild(names.guild).map(|guild| guild.members).unwrap_or_default();
    for user in members.values().filter_map(|member| names.world.user(member.user)) {
        let name = user.display_name().to_owned();
        known.insert(format!("{name}.id"), user.id.to_string());
        known.insert(format!("{name}.mention"), format!("<@{}>", user.id));
        known.insert(name.clone(), name);
    }
    known
}

/// Lets somebody into a channel.
///
/// # Errors
/// There is no such channel.
pub fn show(ground: &Playground, user: Id, name: &str) -> Result<(), String> {
    let channel = ground.world.channel_named(ground.guild, name).and_then(|id| ground.world.channel(id));
    let channel = channel.ok_or_else(|| format!("there is no channel `{name}`"))?;
    let powers = Permissions::VIEW_CHANNEL | Permissions::SEND_MESSAGES | Permissions::READ_MESSAGE_HISTORY;
    let mut overwrites = channel.overwrites;
    overwrites.push(Overwrite::member(user, powers, Permissions::NONE));
    ground.world.set_overwrites(channel.id, &overwrites).map_err(|error| error.to_string())
}

/// What stands for each id in a file: `$ana.id`.
pub fn ids(known: &Known) -> Vec<(String, String)> {
    let ids = known.iter().filter(|(name, _)| name.ends_with(".id"));
    ids.map(|(name, id)| (id.clone(), format!("${name}"))).collect()
}

fn powers(names: &OneOrMany<Text>) -> Permissions {
    let named = names.iter().filter_map(|name| Permissions::named(&name.value));
    named.fold(Permissions::NONE, |all, one| all | one)
}

fn person(ground: &Playground, name: &str, member: &Member) -> Result<(), Impossible> {
    let (world, guild) = (&ground.world, ground.guild);
    let user = world.user_named(name).unwrap_or_else(|| world.add_user(name));
    let is_there = world.member(guild, user).is_some();
    match (member.outside, is_there) {
        (true, true) => world.remove_member(guild, user)?,
        (false, false) => world.add_member(guild, user, &[])?,
        _ => {}
    }
    if let Some(dms) = &member.dms {
        world.set_dms(user, dms.value == Dms::Open);
    }
    for role in &member.roles {
        let id = world
            .role_named(guild, &role.value)
            .map_or_else(|| world.add_role(guild, &role.value, Permissions::NONE, 1, 0), Ok)?;
        world.give_role(guild, user, id)?;
    }
    if !member.permissions.is_empty() {
        let role = world.add_role(guild, &format!("{name}'s own"), powers(&member.permissions), 1, 0)?;
        world.give_role(guild, user, role)?;
    }
    Ok(())
}

fn place(ground: &Playground, name: &str, channel: &Channel) -> Result<(), Impossible> {
    let (world, guild) = (&ground.world, ground.guild);
    if world.channel_named(guild, name).is_some() {
        return Ok(());
    }
    let parent = channel.category.as_ref().map(|category| {
        let there = world.channel_named(guild, &category.value);
        there.map_or_else(|| world.add_channel(guild, &category.value, kind::CATEGORY, None, &[]), Ok)
    });
    let is_category = channel.kind.as_ref().is_some_and(|kind| kind.value == ChannelKind::Category);
    let kind = if is_category { kind::CATEGORY } else { kind::TEXT };
    let overwrites = overwrites(ground, &channel.visible_to)?;
    world.add_channel(guild, name, kind, parent.transpose()?, &overwrites)?;
    Ok(())
}

fn overwrites(ground: &Playground, visible_to: &OneOrMany<Text>) -> Result<Vec<Overwrite>, Impossible> {
    if visible_to.is_empty() {
        return Ok(Vec::new());
    }
    let (none, view) = (Permissions::NONE, Permissions::VIEW_CHANNEL);
    let mut all = vec![Overwrite::role(ground.guild, none, view)];
    for name in visible_to {
        let user = ground.world.user_named(&name.value).map(|user| Overwrite::member(user, view, none));
        let role = ground.world.role_named(ground.guild, &name.value).map(|role| Overwrite::role(role, view, none));
        let found = user.or(role);
        all.push(found.ok_or_else(|| Impossible(format!("there is no person and no role called `{}`", name.value)))?);
    }
    Ok(all)
}
