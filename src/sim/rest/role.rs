//! Roles of a guild.

use crate::flow::request::Method::{Delete, Get, Patch, Post};
use crate::sim::guild::{Guild, Rank};
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, id, nothing, ok};
use crate::sim::role::Role;
use crate::sim::state::State;
use crate::sim::validate::form::Form;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let ["guilds", guild, "roles", rest @ ..] = ask.segments.as_slice() else { return None };
    let run: fn(&mut State, &Ask, Id, Id, &[&str]) -> Answered = match (ask.method, rest) {
        (Get, []) => list,
        (Post, []) => create,
        (Patch, []) => place,
        (Get, [_]) => one,
        (Patch, [_]) => change,
        (Delete, [_]) => delete,
        _ => return None,
    };
    Some(ask.bot().and_then(|me| run(state, ask, me, id("guild_id", guild)?, rest)))
}

fn list(state: &mut State, _: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    ok(state.allowed_in(guild, me, Permissions::NONE)?.roles_json())
}

fn one(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let known = state.allowed_in(guild, me, Permissions::NONE)?;
    ok(known.roles.get(&id("role_id", rest[0])?).ok_or_else(|| Refused::code(10011))?.json())
}

/// What a body says of a role. What was left out is none.
#[derive(Default)]
struct RoleDraft {
    name: Option<String>,
    permissions: Option<Permissions>,
    color: Option<u32>,
    hoist: Option<bool>,
    mentionable: Option<bool>,
}

impl RoleDraft {
    fn read(ask: &Ask) -> Result<Self, Refused> {
        let mut form = Form::default();
        let color = form.integer(ask.body, "color", 0..=0xFF_FFFF);
        let draft = Self {
            name: form.text(ask.body, "name", 1..=100),
            permissions: form.bits(ask.body, "permissions").map(Permissions),
            color: color.and_then(|color| u32::try_from(color).ok()),
            hoist: form.boolean(ask.body, "hoist"),
            mentionable: form.boolean(ask.body, "mentionable"),
        };
        form.finish()?;
        Ok(draft)
    }

    fn apply(self, role: &mut Role) {
        role.name = self.name.unwrap_or_else(|| std::mem::take(&mut role.name));
        role.permissions = self.permissions.unwrap_or(role.permissions);
        role.color = self.color.unwrap_or(role.color);
        role.hoist = self.hoist.unwrap_or(role.hoist);
        role.mentionable = self.mentionable.unwrap_or(role.mentionable);
    }
}

/// A bot gives only what it has itself.
fn check_powers(guild: &Guild, me: Id, draft: &RoleDraft) -> Result<(), Refused> {
    let asked = Permissions(draft.permissions.unwrap_or_default().0 & Permissions::ALL.0);
    if guild.permissions(me).has(asked) { Ok(()) } else { Err(Refused::code(50013)) }
}

fn create(state: &mut State, ask: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    let known = state.allowed_in(guild, me, Permissions::MANAGE_ROLES)?;
    let everyone = known.roles.get(&guild).map_or(Permissions::EVERYONE, |role| role.permissions);
    let draft = RoleDraft::read(ask)?;
    check_powers(known, me, &draft)?;
    let role = state.make_role(guild, |id| {
        let mut role = Role::new(id, "new role", everyone);
        role.position = 1;
        draft.apply(&mut role);
        role
    })?;
    ok(state.guild(guild)?.roles[&role].json())
}

/// A role below the bot's highest.
fn below(state: &State, me: Id, guild: Id, role: Id) -> Result<&Role, Refused> {
    let known = state.allowed_in(guild, me, Permissions::MANAGE_ROLES)?;
    let role = known.roles.get(&role).ok_or_else(|| Refused::code(10011))?;
    if known.rank(me) > Rank::of(role) { Ok(role) } else { Err(Refused::code(50013)) }
}

fn change(state: &mut State, ask: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let role = below(state, me, guild, id("role_id", rest[0])?)?.id;
    let draft = RoleDraft::read(ask)?;
    check_powers(state.guild(guild)?, me, &draft)?;
    state.change_role(guild, role, |role| draft.apply(role))?;
    ok(state.guild(guild)?.roles[&role].json())
}

fn delete(state: &mut State, _: &Ask, me: Id, guild: Id, rest: &[&str]) -> Answered {
    let role = below(state, me, guild, id("role_id", rest[0])?)?;
    if role.id == guild || role.bot.is_some() {
        return Err(Refused::code(50028));
    }
    state.drop_role(guild, role.id)?;
    nothing()
}

fn place(state: &mut State, ask: &Ask, me: Id, guild: Id, _: &[&str]) -> Answered {
    state.allowed_in(guild, me, Permissions::MANAGE_ROLES)?;
    let mut form = Form::default();
    let mut moves = Vec::new();
    for (index, value) in ask.body.as_array().into_iter().flatten().enumerate() {
        form.at(index, |form| {
            let position = form.integer(value, "position", 0..=i64::from(i32::MAX));
            moves.extend(form.id(value, "id").zip(position));
        });
    }
    form.finish()?;
    for (role, position) in moves {
        below(state, me, guild, role)?;
        state.change_role(guild, role, |role| role.position = position)?;
    }
    list(state, ask, me, guild, &[])
}
