//! A compiled bot: everything that a run needs, checked, resolved and ready; swapped whole on reload.

use crate::flow::access::Access;
use crate::flow::answer::Deferral;
use crate::flow::effect::WebhookUrl;
use crate::flow::memory::{ColumnKind, Filter, Table};
use crate::flow::message::{ButtonTemplate, MessageTemplate};
use crate::flow::schedule::Schedule;
use crate::flow::step::Block;
use crate::flow::template::Template;
use crate::text::Span;
use indexmap::IndexMap;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Debug)]
pub struct Program {
    pub name: String,
    /// Of everything the definition was made of: equal hashes, equal programs.
    pub hash: String,
    /// The name `settings` as every run sees it; a channel or role given by name is completed per server.
    pub settings: Value,
    /// Settings of kind channel or role whose value is a name, with their kind.
    pub named_settings: Vec<(String, ColumnKind)>,
    /// Settings that name something that must be there on Discord, in the order of the file.
    pub outside: Vec<Outside>,
    /// Which parts of the file use those settings, in words.
    pub uses: HashMap<String, Vec<String>>,
    /// By path: `review`, or `shop give` for a subcommand.
    pub commands: HashMap<String, Command>,
    pub buttons: HashMap<String, Component>,
    pub selects: HashMap<String, Component>,
    pub modals: HashMap<String, Component>,
    pub events: HashMap<Trigger, Vec<Handler>>,
    pub schedules: IndexMap<String, Arc<Schedule>>,
    pub tickets: IndexMap<String, Arc<TicketKind>>,
    pub flows: HashMap<String, Block>,
    pub tables: Vec<Table>,
    /// Destinations of the outbox that have an address.
    pub webhooks: HashMap<String, WebhookUrl>,
    /// The entries of `logs`, by name.
    pub log_entries: Vec<String>,
    /// Destinations that the file names and whose address is not set.
    pub silent_logs: Vec<String>,
    /// The application commands as Discord's bulk overwrite takes them.
    pub registration: Value,
    /// Servers to register in; none: everywhere.
    pub guilds: Vec<String>,
    /// Gateway intents.
    pub intents: u64,
    pub wiring: Wiring,
}

/// A setting that names something on Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside {
    pub setting: String,
    pub kind: OutsideKind,
    /// The environment variable that decides it, where the file asks for one.
    pub variable: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutsideKind {
    Channel,
    Role,
    User,
    Webhook,
}

/// What cannot change while the bot runs.
#[derive(Debug, Clone)]
pub struct Wiring {
    pub token: Option<SecretString>,
    /// The variable that the token comes from, for messages.
    pub token_variable: String,
    pub database: Option<String>,
}

/// Who may cause it and what then happens.
#[derive(Debug)]
pub struct Handler {
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    pub access: Access,
    /// What somebody is told whom `access` refuses.
    pub refused: Option<Template>,
    pub deferral: Deferral,
    pub block: Block,
    /// `false`: also outside of servers.
    pub guild_only: bool,
}

#[derive(Debug)]
pub struct Command {
    pub handler: Handler,
    /// By option name: what an option is when the user leaves it out.
    pub defaults: Vec<(String, Value)>,
    pub autocomplete: HashMap<String, Vec<Suggestions>>,
}

/// Where the completions of an option come from.
#[derive(Debug)]
pub enum Suggestions {
    /// A list.
    Values(Template),
    /// The distinct values of a column.
    Column { table: String, column: String, filter: FilterTemplate },
}

/// The conditions of a `where:`, before their values are known.
#[derive(Debug, Default)]
pub struct FilterTemplate {
    pub conditions: Vec<(String, ConditionTemplate)>,
}

#[derive(Debug)]
pub enum ConditionTemplate {
    Is(Operand),
    Not(Operand),
    In(Operand),
    Less(Operand),
    AtMost(Operand),
    More(Operand),
    AtLeast(Operand),
    Contains(Operand),
}

/// A value in a row or a condition: written down, or a template.
#[derive(Debug)]
pub enum Operand {
    Fixed(Value),
    Template(Template),
}

/// A button, select or modal of the file.
#[derive(Debug)]
pub struct Component {
    pub handler: Handler,
    /// What its `custom_id` carries, in order.
    pub args: Vec<(String, ColumnKind)>,
    /// Milliseconds from the sending of its message for which it works.
    pub expires: Option<i64>,
    pub expired: Option<Template>,
}

/// What can cause a run without an interaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    MemberJoin,
    MemberLeave,
    Message,
}

/// One kind of ticket.
#[derive(Debug)]
pub struct TicketKind {
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// None: outside of any category.
    pub category: Option<Template>,
    pub channel: Template,
    pub topic: Option<Template>,
    pub staff: Access,
    /// Who may open one.
    pub access: Access,
    pub per_user: u32,
    pub panel: MessageTemplate,
    pub welcome: MessageTemplate,
    pub opened_reply: Template,
    pub already_open: Template,
    pub close_button: ButtonTemplate,
    pub close_by_opener: bool,
    pub close_by_staff: bool,
    pub close_refused: Template,
    pub close_message: Template,
    /// Milliseconds between closing and the end of the channel.
    pub delete_after: i64,
    pub on_opened: Block,
    pub on_closed: Block,
}

impl FilterTemplate {
    /// The conditions with this run's values.
    pub fn fill(&self, run: &crate::flow::run::Run) -> Result<Filter, crate::flow::failure::Failure> {
        self.conditions.iter().map(|(column, condition)| Ok((column.clone(), condition.fill(run)?))).collect()
    }
}

impl ConditionTemplate {
    fn fill(
        &self,
        run: &crate::flow::run::Run,
    ) -> Result<crate::flow::memory::Condition, crate::flow::failure::Failure> {
        use crate::flow::memory::Condition;
        Ok(match self {
            Self::Is(operand) => Condition::Is(operand.value(run)?),
            Self::Not(operand) => Condition::Not(operand.value(run)?),
            Self::In(operand) => match operand.value(run)? {
                Value::Array(values) => Condition::In(values),
                single => Condition::In(vec![single]),
            },
            Self::Less(operand) => Condition::Less(operand.value(run)?),
            Self::AtMost(operand) => Condition::AtMost(operand.value(run)?),
            Self::More(operand) => Condition::More(operand.value(run)?),
            Self::AtLeast(operand) => Condition::AtLeast(operand.value(run)?),
            Self::Contains(operand) => Condition::Contains(match operand.value(run)? {
                Value::String(text) => text,
                other => other.to_string(),
            }),
        })
    }
}

impl Operand {
    /// A thing with an id stands in a table as its id.
    pub fn value(&self, run: &crate::flow::run::Run) -> Result<Value, crate::flow::failure::Failure> {
        let value = match self {
            Self::Fixed(value) => value.clone(),
            Self::Template(template) => run.value(template)?,
        };
        Ok(match &value {
            Value::Object(thing) => thing.get("id").cloned().unwrap_or(value),
            _ => value,
        })
    }
}
