//! Commands of applications, for everywhere or for one guild.

use crate::flow::request::Method::{Delete, Get, Patch, Post, Put};
use crate::sim::application::DAILY_CREATES;
use crate::sim::command::Command;
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::permission::Permissions;
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, created, id, nothing, ok};
use crate::sim::state::State;
use crate::sim::validate::command::{MAX_COMMANDS, command as read};
use crate::sim::validate::form::Form;
use serde_json::{Value, json};
use std::collections::HashSet;

pub(super) fn route(state: &mut State, ask: &Ask) -> Option<Answered> {
    let (application, guild, rest) = match ask.segments.as_slice() {
        ["applications", application, "commands", rest @ ..] => (application, None, rest),
        ["applications", application, "guilds", guild, "commands", rest @ ..] => (application, Some(guild), rest),
        _ => return None,
    };
    let run: fn(&mut State, &Ask, Scope, &[&str]) -> Answered = match (ask.method, rest) {
        (Get, []) => list,
        (Post, []) => create,
        (Put, []) => overwrite,
        (Get, ["permissions"]) => |_, _, _, _| ok(json!([])),
        (Get, [_]) => one,
        (Patch, [_]) => change,
        (Delete, [_]) => delete,
        _ => return None,
    };
    let scope = |me| {
        if id("application_id", application)? != me {
            return Err(Refused::status(403));
        }
        let guild = guild.map(|guild| id("guild_id", guild)).transpose()?;
        if let Some(guild) = guild {
            state.allowed_in(guild, me, Permissions::NONE).map_err(|_| Refused::code(50001))?;
        }
        Ok(Scope { application: me, guild })
    };
    let scope = ask.bot().and_then(scope);
    Some(scope.and_then(|scope| run(state, ask, scope, rest)))
}

/// Whose commands, and where.
#[derive(Debug, Clone, Copy)]
struct Scope {
    application: Id,
    guild: Option<Id>,
}

impl Scope {
    fn commands(self, state: &State) -> Vec<Command> {
        let known = state.applications.get(&self.application);
        let all = known.into_iter().flat_map(|application| application.commands.values());
        all.filter(|command| command.guild == self.guild).cloned().collect()
    }

    fn find(self, state: &State, command: &str) -> Result<Command, Refused> {
        let wanted = id("command_id", command)?;
        let found = self.commands(state).into_iter().find(|command| command.id == wanted);
        found.ok_or_else(|| Refused::code(10063))
    }
}

/// Translations only on request.
fn shown(ask: &Ask, command: &Command) -> Value {
    let mut json = command.json.clone();
    if ask.method == Get && !ask.flag("with_localizations") {
        untranslated(&mut json);
    }
    json
}

fn untranslated(value: &mut Value) {
    if let Some(map) = value.as_object_mut() {
        map.shift_remove("name_localizations");
        map.shift_remove("description_localizations");
        map.values_mut().for_each(untranslated);
    } else if let Some(list) = value.as_array_mut() {
        list.iter_mut().for_each(untranslated);
    }
}

fn list(state: &mut State, ask: &Ask, scope: Scope, _: &[&str]) -> Answered {
    ok(scope.commands(state).iter().map(|command| shown(ask, command)).collect())
}

fn one(state: &mut State, ask: &Ask, scope: Scope, rest: &[&str]) -> Answered {
    ok(shown(ask, &scope.find(state, rest[0])?))
}

fn create(state: &mut State, ask: &Ask, scope: Scope, _: &[&str]) -> Answered {
    let mut form = Form::default();
    let body = read(&mut form, ask.body);
    form.finish()?;
    let before = scope.commands(state);
    let old = before.iter().find(|command| same(command, &body)).cloned();
    check_count(before.iter().map(|command| &command.json).chain(old.is_none().then_some(&body)))?;
    check_creates(state, scope, usize::from(old.is_none()))?;
    let command = state.keep_command(scope, old.as_ref(), body);
    state.commands_changed(scope);
    if old.is_some() { ok(command.json) } else { created(command.json) }
}

fn same(command: &Command, body: &Value) -> bool {
    command.json["type"] == body["type"] && command.json["name"] == body["name"]
}

fn check_count<'a>(all: impl Iterator<Item = &'a Value> + Clone) -> Result<(), Refused> {
    let over =
        |(kind, max): &(u64, usize)| all.clone().filter(|one| one["type"].as_u64() == Some(*kind)).count() > *max;
    if MAX_COMMANDS.iter().any(over) { Err(Refused::code(30032)) } else { Ok(()) }
}

fn check_creates(state: &mut State, scope: Scope, new: usize) -> Result<(), Refused> {
    let now = state.now;
    let Some(application) = state.applications.get_mut(&scope.application) else { return Ok(()) };
    if application.creates_today(scope.guild, now) + new > DAILY_CREATES {
        return Err(Refused::code(30034));
    }
    application.creates.extend(std::iter::repeat_n((scope.guild, now), new));
    Ok(())
}

/// Replaces all kinds at once. Commands that are named again keep their id, and unchanged ones their version.
fn overwrite(state: &mut State, ask: &Ask, scope: Scope, _: &[&str]) -> Answered {
    let bodies = checked(ask)?;
    check_count(bodies.iter())?;
    let before = scope.commands(state);
    let old = |body: &Value| before.iter().find(|command| same(command, body));
    check_creates(state, scope, bodies.iter().filter(|body| old(body).is_none()).count())?;
    if let Some(application) = state.applications.get_mut(&scope.application) {
        application.commands.retain(|_, command| command.guild != scope.guild);
    }
    let kept: Vec<Value> = bodies
        .into_iter()
        .map(|body| {
            let old = old(&body).cloned();
            state.keep_command(scope, old.as_ref(), body).json
        })
        .collect();
    state.commands_changed(scope);
    ok(Value::Array(kept))
}

fn checked(ask: &Ask) -> Result<Vec<Value>, Refused> {
    let mut form = Form::default();
    let Some(list) = ask.body.as_array() else {
        form.error("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
        form.finish()?;
        return Ok(Vec::new());
    };
    let mut names = HashSet::new();
    let mut bodies = Vec::new();
    for (index, value) in list.iter().enumerate() {
        form.at(index, |form| {
            let body = read(form, value);
            if !names.insert(format!("{} {}", body["type"], body["name"])) {
                let words = "Application command names must be unique";
                form.error("APPLICATION_COMMANDS_DUPLICATE_NAME", words);
            }
            bodies.push(body);
        });
    }
    form.finish()?;
    Ok(bodies)
}

fn change(state: &mut State, ask: &Ask, scope: Scope, rest: &[&str]) -> Answered {
    let old = scope.find(state, rest[0])?;
    let mut merged = old.json.clone();
    for (key, value) in ask.body.as_object().into_iter().flatten() {
        merged[key] = value.clone();
    }
    let mut form = Form::default();
    let body = read(&mut form, &merged);
    form.finish()?;
    let command = state.keep_command(scope, Some(&old), body);
    state.commands_changed(scope);
    ok(command.json)
}

fn delete(state: &mut State, _: &Ask, scope: Scope, rest: &[&str]) -> Answered {
    let old = scope.find(state, rest[0])?;
    if let Some(application) = state.applications.get_mut(&scope.application) {
        application.commands.shift_remove(&old.id);
    }
    state.commands_changed(scope);
    nothing()
}

impl State {
    /// Stores a checked body under its old id or a new one.
    fn keep_command(&mut self, scope: Scope, old: Option<&Command>, mut body: Value) -> Command {
        let id = old.map_or_else(|| self.next_id(), |old| old.id);
        body["id"] = json!(id);
        body["application_id"] = json!(scope.application);
        if let Some(guild) = scope.guild {
            body["guild_id"] = json!(guild);
        }
        let mut unversioned = old.map(|old| old.json.clone()).unwrap_or_default();
        let version = unversioned.as_object_mut().and_then(|map| map.shift_remove("version"));
        body["version"] = match version.filter(|_| unversioned == body) {
            Some(version) => version,
            None => json!(self.next_id()),
        };
        let command = Command {
            id,
            guild: scope.guild,
            kind: body["type"].as_u64().unwrap_or(1),
            name: body["name"].as_str().unwrap_or_default().to_owned(),
            json: body,
        };
        if let Some(application) = self.applications.get_mut(&scope.application) {
            application.commands.insert(id, command.clone());
        }
        command
    }

    fn commands_changed(&mut self, scope: Scope) {
        let names = scope.commands(self).into_iter().map(|command| command.name).collect();
        let Scope { application, guild } = scope;
        self.tell(|_| Happening::CommandsRegistered { application, guild, names });
    }
}
