//! The one check: command line, start, reload and tests all go through it.

use crate::action::binder::{Binder, FlowState};
use crate::action::index::Index;
use crate::action::verbs;
use crate::compile::environment::{Environment, Expanded, variables};
use crate::compile::index::indexes;
use crate::compile::usage::usage;
use crate::compile::{allow, doubt, echo, setting, table};
use crate::flow::function::Functions;
use crate::flow::memory::Table;
use crate::flow::program::{Program, Wiring};
use crate::flow::step::Block;
use crate::lang::bot::Bot;
use crate::lang::wording::decoding;
use crate::text::{self, Diagnostic, Diagnostics, Node, OneOrMany, Severity, Sources, Text, code};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::HashMap;

/// What became of a file.
pub struct Checked {
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// None when there is any mistake.
    pub program: Option<Program>,
}

/// A file that was checked, and what its words mean.
pub struct Inspected {
    pub checked: Checked,
    pub root: Node,
    pub index: Index,
}

/// Checks a bot file and compiles it.
pub fn check(name: &str, bytes: &[u8], environment: &Environment) -> Checked {
    examine(name, bytes, environment, &mut None).0
}

/// The same check, which records what each word of the file means, and what could stand where the word `wanted` does.
pub fn inspect(name: &str, bytes: &[u8], environment: &Environment, wanted: Option<&str>) -> Inspected {
    let mut index = Some(Index::wanting(wanted));
    let (checked, root) = examine(name, bytes, environment, &mut index);
    let mut index = index.unwrap_or_default();
    index.sort();
    Inspected { checked, root, index }
}

fn examine(name: &str, bytes: &[u8], environment: &Environment, index: &mut Option<Index>) -> (Checked, Node) {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let source = sources.add_bytes(name, bytes, &mut diagnostics);
    let parsed = text::parse(&sources, source, &mut diagnostics);
    let bot: Option<Bot> = decoding().further_hints(verbs::MISPLACED).decode(&parsed.root, &mut diagnostics);
    let program = bot.and_then(|bot| {
        let functions = Functions::standard();
        let (tables, found) = table::shapes(&bot, &sources, &functions, index);
        diagnostics.extend(found);
        let mut binder = Binder::new(&sources, &bot, &functions, &tables, setting::settings_type(&bot));
        binder.index = index.take();
        let mut program = compile(&bot, bytes, environment, &mut binder);
        program.uses = usage(&parsed.root);
        *index = binder.index.take();
        diagnostics.extend(std::mem::take(&mut binder.diagnostics));
        (!diagnostics.has_errors()).then_some(program)
    });
    if diagnostics.has_errors() {
        // A name may be unused only because what uses it could not be read.
        let kept: Vec<Diagnostic> = diagnostics.into_iter().filter(|found| found.severity == Severity::Error).collect();
        diagnostics = Diagnostics::new();
        diagnostics.extend(kept);
        diagnostics = echo::without_echoes(&sources, &parsed, diagnostics);
    }
    let diagnostics = doubt::doubt(&sources, diagnostics);
    let diagnostics = match program {
        Some(_) => allow::apply(&sources, &parsed.comments, diagnostics),
        None => diagnostics,
    };
    (Checked { sources, diagnostics, program }, parsed.root)
}

fn compile(bot: &Bot, bytes: &[u8], environment: &Environment, binder: &mut Binder<'_>) -> Program {
    bot_name(bot, binder);
    let settings = setting::settings(bot, environment, binder);
    let wiring = wiring(bot, environment, binder);
    binder.access_rules();
    let destination = binder.log_destination();
    let commands = binder.commands();
    let buttons = binder.buttons();
    let selects = binder.selects();
    let modals = binder.modals();
    let tickets = binder.tickets();
    let (events, intents) = binder.events();
    let schedules = binder.schedules(environment);
    let flows = flows(bot, binder);
    let guilds = guild_ids(bot.guilds.as_ref(), environment, binder);
    binder.warn_unused();
    binder.declare_all();
    let silent_logs = destination.into_iter().filter(|name| !settings.webhooks.contains_key(name)).collect();
    Program {
        name: bot.bot.value.clone(),
        hash: hash(bytes, &settings),
        settings: Value::Object(settings.values),
        named_settings: settings.named,
        outside: settings.outside,
        uses: HashMap::new(),
        commands: commands.by_path,
        buttons,
        selects,
        modals,
        events,
        schedules,
        tickets,
        flows,
        tables: binder.tables.values().map(|table| with_indexes(table, binder)).collect(),
        webhooks: settings.webhooks,
        log_entries: bot.logs.iter().flat_map(|logs| logs.entries.names()).map(str::to_owned).collect(),
        silent_logs,
        registration: Value::Array(commands.registration),
        guilds,
        intents,
        wiring,
    }
}

/// A table with the indexes that its uses want.
fn with_indexes(table: &Table, binder: &Binder<'_>) -> Table {
    Table { indexes: indexes(table, binder.searches.get(&table.name).into_iter().flatten()), ..table.clone() }
}

/// The same text with other variables is another program.
fn hash(bytes: &[u8], settings: &setting::Settings) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(bytes);
    hasher.update(Value::Object(settings.values.clone()).to_string().as_bytes());
    let mut webhooks: Vec<_> = settings.webhooks.iter().collect();
    webhooks.sort_by_key(|(name, _)| name.as_str());
    for (name, url) in webhooks {
        hasher.update(name.as_bytes()).update(url.0.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

fn bot_name(bot: &Bot, binder: &mut Binder<'_>) {
    let name = &bot.bot;
    let fits = !name.value.is_empty()
        && name.value.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
    if !fits && !name.poisoned {
        let message = format!("`{}` cannot be the name of a bot: lower-case letters, digits, `-` and `_`", name.value);
        binder.mistake(code::BAD_NAME, name.span, message);
    }
}

/// Every flow, also one that nothing calls, so that its mistakes are known.
fn flows(bot: &Bot, binder: &mut Binder<'_>) -> HashMap<String, Block> {
    for (name, flow) in bot.flows.iter() {
        binder.flow(&Text::at(name.value.clone(), name.span), flow);
    }
    let bound = std::mem::take(&mut binder.flows);
    bound
        .into_iter()
        .filter_map(|(name, state)| match state {
            FlowState::Bound { block, .. } => Some((name, block)),
            FlowState::Binding => None,
        })
        .collect()
}

/// A list of servers, with variables filled in.
pub(super) fn guild_ids(
    list: Option<&OneOrMany<Text>>,
    environment: &Environment,
    binder: &mut Binder<'_>,
) -> Vec<String> {
    let mut guilds = Vec::new();
    for text in list.iter().flat_map(|list| list.iter()) {
        let Some(ids) = expanded(text, environment, binder) else { continue };
        for id in ids.split([',', ' ']).filter(|id| !id.is_empty()) {
            if !crate::flow::entity::is_id(id) {
                binder.mistake(code::BAD_VALUE, text.span, "this is not the ID of a server");
            }
            guilds.push(id.to_owned());
        }
    }
    guilds
}

fn wiring(bot: &Bot, environment: &Environment, binder: &mut Binder<'_>) -> Wiring {
    let token_text = bot.token.as_ref().map_or("${DISCORD_TOKEN:-}", |text| text.value.as_str());
    let token_variable = variables(token_text).into_iter().next().unwrap_or_default();
    if let Some(text) = bot.token.as_ref().filter(|text| !text.poisoned && variables(&text.value).len() != 1) {
        let diagnostic = Diagnostic::new(
            code::CREDENTIAL_IN_FILE,
            text.span,
            "a token is a credential: it must not stand in the file",
        );
        binder.report(diagnostic.help("write `token: ${DISCORD_TOKEN}`, and set that variable"));
    }
    // Whether the token is set matters when the bot connects, not before.
    let token = match environment.expand(token_text) {
        Expanded::Text(token) if !token.trim().is_empty() => Some(SecretString::from(token.trim().to_owned())),
        _ => None,
    };
    let database = match &bot.database {
        Some(text) => expanded(text, environment, binder),
        None => match environment.expand("${DATABASE_URL:-}") {
            Expanded::Text(url) if !url.is_empty() => Some(url),
            _ => None,
        },
    };
    Wiring { token, token_variable, database }
}

fn expanded(text: &Text, environment: &Environment, binder: &mut Binder<'_>) -> Option<String> {
    if text.poisoned {
        return None;
    }
    match environment.expand(&text.value) {
        Expanded::Text(value) => Some(value),
        Expanded::Unset(names) => {
            let message = format!("the environment variable `{}` is not set", names.join("`, `"));
            binder.mistake(code::VARIABLE_NOT_SET, text.span, message);
            None
        }
    }
}
