//! Commands: what Discord is told of them, and what happens when they are used.

use crate::action::binder::{Answering, Binder, Cause};
use crate::compile::option::options_type;
use crate::flow::access::Access;
use crate::flow::answer::Deferral;
use crate::flow::limit;
use crate::flow::program::{Command, Handler};
use crate::flow::step::Block;
use crate::flow::template::Place;
use crate::flow::types::Names;
use crate::lang;
use crate::text::{Diagnostic, Node, Span, Spanned, Text, code};
use serde_json::{Value, json};
use std::collections::HashMap;

/// All commands: by path for the engine, and as Discord registers them.
#[derive(Default)]
pub struct Commands {
    pub by_path: HashMap<String, Command>,
    pub registration: Vec<Value>,
}

/// What a subcommand has from the command that it stands in.
#[derive(Clone)]
struct Inherited<'b> {
    access: Access,
    refused: Option<&'b Text>,
    guild_only: bool,
}

impl Binder<'_> {
    pub fn commands(&mut self) -> Commands {
        let bot = self.bot;
        let mut commands = Commands::default();
        for (index, (name, command)) in bot.commands.iter().enumerate() {
            if index == limit::COMMANDS {
                self.mistake(
                    code::TOO_MANY,
                    name.span,
                    format!("a bot has at most {} commands; this is the first too many", limit::COMMANDS),
                );
            }
            let access = self.access_to(command.access.as_ref(), name.span, &format!("`/{}`", name.value));
            let told = self.top_command(name, command, &access);
            commands.registration.push(told);
            let guild_only = command.guild_only.unwrap_or(true);
            let inherited = Inherited { access, refused: command.refused.as_ref(), guild_only };
            self.collect(name, command, &name.value, inherited, &mut commands);
        }
        commands
    }

    fn top_command(&mut self, name: &Spanned<String>, command: &lang::command::Command, access: &Access) -> Value {
        let mut told = self.told(name, command, 0);
        let size = size(&told);
        if size > limit::COMMAND_TOTAL {
            let most = limit::COMMAND_TOTAL;
            let message =
                format!("all texts of `/{}` have {size} characters together; Discord takes {most}", name.value);
            let diagnostic =
                Diagnostic::new(code::TOO_LONG, name.span, message).label(format!("{} too many", size - most));
            self.report(
                diagnostic.help("names, descriptions and values of choices count, each in its longest language"),
            );
        }
        told["type"] = json!(1);
        // Source: "Interaction context types": 0 in a server, 1 in a DM with the bot.
        told["contexts"] = if command.guild_only.unwrap_or(true) { json!([0]) } else { json!([0, 1]) };
        told["default_member_permissions"] =
            access.member_permissions().map_or(Value::Null, |bits| json!(bits.to_string()));
        if command.nsfw {
            told["nsfw"] = json!(true);
        }
        told
    }

    /// What Discord is told of a command or subcommand; `depth` counts the levels above.
    fn told(&mut self, name: &Spanned<String>, command: &lang::command::Command, depth: usize) -> Value {
        self.command_name(name, "a command");
        let mut told = json!({ "name": name.value, "description": self.shown_description(&command.description) });
        if let Some(names) = self.localized_names(&command.name_localizations, "a command") {
            told["name_localizations"] = names;
        }
        if let Some(texts) = self.localized_descriptions(&command.description_localizations) {
            told["description_localizations"] = texts;
        }
        if command.subcommands.iter().next().is_some() {
            if depth == 2 {
                self.mistake(code::TOO_MANY, name.span, "Discord has two levels of subcommands, not three");
            }
            if let Some((name, _)) = command.subcommands.iter().nth(limit::OPTIONS) {
                let most = limit::OPTIONS;
                let message = format!("a command has at most {most} subcommands; this is the first too many");
                self.mistake(code::TOO_MANY, name.span, message);
            }
            told["options"] =
                command.subcommands.iter().map(|(name, sub)| self.subcommand(name, sub, depth + 1)).collect();
        } else {
            self.options_in_order(command);
            let options: Vec<Value> = command.options.iter().map(|(name, option)| self.option(name, option)).collect();
            if !options.is_empty() {
                told["options"] = Value::Array(options);
            }
        }
        told
    }

    fn subcommand(&mut self, name: &Spanned<String>, command: &lang::command::Command, depth: usize) -> Value {
        let mut told = self.told(name, command, depth);
        // Source: "Application command option types": 1 subcommand, 2 group.
        told["type"] = json!(if command.subcommands.iter().next().is_some() { 2 } else { 1 });
        told
    }

    fn options_in_order(&mut self, command: &lang::command::Command) {
        let mut optional: Option<Span> = None;
        for (index, (name, option)) in command.options.iter().enumerate() {
            if index == limit::OPTIONS {
                self.mistake(
                    code::TOO_MANY,
                    name.span,
                    format!("a command has at most {} options; this is the first too many", limit::OPTIONS),
                );
            }
            match optional {
                _ if command.options.is_broken(&name.value) => {}
                Some(before) if option.required => {
                    let diagnostic = Diagnostic::new(
                        code::BAD_ORDER,
                        name.span,
                        format!("`{}` is required, so it must stand before the optional ones", name.value),
                    );
                    self.report(diagnostic.related(before, "this one is optional"));
                    // One that stands too early explains all that follow.
                    return;
                }
                None if !option.required => optional = Some(name.span),
                _ => {}
            }
        }
    }

    fn collect(
        &mut self,
        name: &Spanned<String>,
        command: &lang::command::Command,
        path: &str,
        inherited: Inherited<'_>,
        commands: &mut Commands,
    ) {
        let has_subcommands = command.subcommands.iter().next().is_some();
        let is_broken = self.bot.commands.is_broken(path.split(' ').next().unwrap_or_default());
        match &command.steps {
            Some(steps) if has_subcommands && !steps.0.is_poison() => {
                self.mistake(
                    code::BAD_VALUE,
                    steps.0.span,
                    "a command with `subcommands` cannot be used itself, so it has no `steps`",
                );
            }
            None if !has_subcommands && command.subcommands.is_whole() && !is_broken => {
                self.report(
                    Diagnostic::new(code::MISSING_STEP, name.span, format!("`/{path}` does nothing"))
                        .help("add `steps:`")
                        .leans_on(["steps"]),
                );
            }
            _ => {}
        }
        for (sub_name, sub) in command.subcommands.iter() {
            let own = self.access(sub.access.as_ref());
            let named = sub.access.as_ref().is_some_and(|access| access.reference.is_some());
            let told = inherited.access.is_impossible() || sub.access.is_none() || named && own.is_impossible();
            let both = match (&inherited.access, own) {
                (Access::Everyone, own) => own,
                (above, own) => Access::All(vec![above.clone(), own]),
            };
            if !told {
                let message = format!("nobody can use `/{path} {}`", sub_name.value);
                self.somebody_may(&both, sub_name.span, &message);
            }
            let refused = sub.refused.as_ref().or(inherited.refused);
            let below = Inherited { access: both, refused, ..inherited };
            self.collect(sub_name, sub, &format!("{path} {}", sub_name.value), below, commands);
        }
        if let Some(steps) = command.steps.as_ref().filter(|_| !has_subcommands) {
            let compiled = self.command(command, (path, name.span), inherited, &steps.0);
            commands.by_path.insert(path.to_owned(), compiled);
        }
    }

    fn command(
        &mut self,
        command: &lang::command::Command,
        (path, place): (&str, Span),
        inherited: Inherited<'_>,
        steps: &Node,
    ) -> Command {
        let typing = self.base_names().with(
            "options",
            options_type(path, &command.options, true),
            "What the user has given so far.",
        );
        self.names = typing;
        self.asked.clear();
        let mut autocomplete = HashMap::new();
        for (name, option) in command.options.iter() {
            if let Some(node) = &option.autocomplete {
                autocomplete.insert(name.value.clone(), self.suggestions(&node.0));
            }
        }
        let names =
            self.base_names().with("options", options_type(path, &command.options, false), "What the user gave.");
        let label = format!("/{path}");
        let Inherited { access, refused, guild_only } = inherited;
        let handler = self.handler((&label, place), names, access, refused, guild_only, steps);
        if !steps.is_poison() {
            self.warn_unasked("options", "option", &format!("`{label}`"), &command.options);
        }
        let defaults = command
            .options
            .iter()
            .filter_map(|(name, option)| Some((name.value.clone(), self.option_default(&name.value, option)?)))
            .collect();
        Command { handler, defaults, autocomplete }
    }

    /// Steps that somebody waits for: with what is told to those who may not, and how they are put off.
    pub fn handler(
        &mut self,
        (label, span): (&str, Span),
        names: Names,
        access: Access,
        refused: Option<&Text>,
        guild_only: bool,
        steps: &Node,
    ) -> Handler {
        self.names = names;
        self.begin_anew();
        self.cause = Cause { label: format!("`{label}`"), answers: true, ..Cause::default() };
        self.answers.clear();
        self.answered = false;
        self.waited = Default::default();
        let refused = refused.map(|text| self.limited(text, Place::Markdown, "the message", limit::CONTENT));
        let bound = self.steps(steps);
        if self.answers.is_empty() && label.starts_with('/') && !steps.is_poison() {
            self.report(
                Diagnostic::new(
                    code::NEVER_ANSWERS,
                    steps.span,
                    format!("`{label}` never replies; the user is told \"Done.\""),
                )
                .help("add a `reply:`"),
            );
        }
        Handler {
            name: label.to_owned(),
            span,
            access,
            refused,
            deferral: self.deferral(),
            block: bound.block,
            guild_only,
        }
    }

    /// The first answer decides how a run that takes long is put off.
    fn deferral(&self) -> Deferral {
        match self.answers.first() {
            Some(Answering { modal: true, .. }) | None => Deferral { ephemeral: true, update: true },
            Some(first) => Deferral { ephemeral: first.ephemeral, update: first.update },
        }
    }

    /// Steps that nobody waits for.
    pub fn quiet_block(&mut self, label: &str, names: Names, steps: &Node) -> Block {
        let absent = self.base.roots.keys().filter(|name| !names.roots.contains_key(*name)).cloned().collect();
        self.names = names;
        self.begin_anew();
        self.cause = Cause { label: label.to_owned(), absent, ..Cause::default() };
        self.answers.clear();
        self.answered = false;
        self.waited = Default::default();
        self.steps(steps).block
    }
}

/// The characters that Discord counts: names, descriptions and values, each in its longest language.
fn size(told: &Value) -> usize {
    let count = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let longest = |key: &str| {
        let others = told[format!("{key}_localizations")].as_object().into_iter().flat_map(|map| map.values());
        others.map(count).chain([count(&told[key])]).max().unwrap_or_default()
    };
    let below = ["options", "choices"].into_iter().filter_map(|key| told[key].as_array()).flatten();
    longest("name") + longest("description") + count(&told["value"]) + below.map(size).sum::<usize>()
}
