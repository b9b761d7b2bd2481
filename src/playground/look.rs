//! Looking around: channels, people, messages, logs, and what the bots remember.

use crate::flow::memory::{Answer, Column, ColumnKind, Operation, Row, Table, TicketFilter};
use crate::playground::order::{Order, WORDS};
use crate::playground::screen::table;
use crate::playground::session::Session;
use crate::sim::Id;
use crate::sim::channel::kind;
use crate::stage::person::hint;
use serde_json::Value;

/// Messages that are shown of a channel.
const LATEST: usize = 20;
/// Rows that are shown of a table.
const ROWS: u64 = 50;
/// What stands where a secret is.
const HIDDEN: &str = "••••";
/// The engine's own table, which every bot with tickets has.
const TICKETS: &str = "tickets";

impl Session {
    pub(super) async fn look(&self, order: Order<'_>) -> Result<Vec<String>, String> {
        Ok(match order {
            Order::Channels => self.channels(),
            Order::Members => self.members(),
            Order::Dms => self.dms(),
            Order::Log => self.log(),
            Order::Tables => self.tables().await?,
            Order::Rows(table) => self.rows(table).await?,
            Order::Files => vec![
                "An attachment option takes the path of a file of yours: `/command file:notes.txt`.".to_owned(),
                "Paths with blanks stand in quotes: `/command file:\"my notes.txt\"`.".to_owned(),
            ],
            _ => help(),
        })
    }

    fn channels(&self) -> Vec<String> {
        let view = self.stage.world().view(self.user);
        let shown = |channel: &crate::sim::channel::Channel| {
            let here = if Some(channel.id) == self.channel { "  ← you are here" } else { "" };
            match channel.kind {
                kind::CATEGORY => format!("  {}:", channel.name),
                _ => format!("  #{}{here}", channel.name),
            }
        };
        let alone = view.channels.iter().filter(|channel| channel.parent.is_none() && channel.kind != kind::CATEGORY);
        let mut lines: Vec<String> = alone.map(shown).collect();
        for category in view.channels.iter().filter(|channel| channel.kind == kind::CATEGORY) {
            lines.push(shown(category));
            let children = view.channels.iter().filter(|channel| channel.parent == Some(category.id));
            lines.extend(children.map(|channel| format!("  {}", shown(channel))));
        }
        lines
    }

    fn members(&self) -> Vec<String> {
        let world = self.stage.world();
        let Some(guild) = world.guild(self.stage.ground.guild) else { return Vec::new() };
        let mut lines = Vec::new();
        for member in guild.members.values() {
            let Some(user) = world.user(member.user) else { continue };
            let roles: Vec<&str> =
                member.roles.iter().filter_map(|id| guild.roles.get(id)).map(|role| role.name.as_str()).collect();
            let mut marks: Vec<String> = roles.iter().map(|role| format!("@{role}")).collect();
            if user.bot {
                marks = vec!["bot".to_owned()];
            }
            if !user.dms_open {
                marks.push("DMs closed".to_owned());
            }
            let you = if user.id == self.user { "  ← you" } else { "" };
            lines.push(
                format!("  {}  {}{you}", user.display_name(), self.screen.ink.dim(&marks.join(", ")))
                    .trim_end()
                    .to_owned(),
            );
        }
        lines
    }

    fn dms(&self) -> Vec<String> {
        let view = self.stage.world().view(self.user);
        let messages = view.direct.iter().flat_map(|channel| channel.messages.values());
        let lines: Vec<String> = messages.flat_map(|message| self.screen.message(message)).collect();
        if lines.is_empty() { vec!["You have no direct messages.".to_owned()] } else { lines }
    }

    pub(super) fn messages_of(&self, channel: Id) -> Vec<String> {
        let all = self.stage.world().messages(channel);
        let seen: Vec<_> = all.iter().filter(|message| message.visible_to(self.user)).collect();
        let latest = &seen[seen.len().saturating_sub(LATEST)..];
        let lines: Vec<String> = latest.iter().flat_map(|message| self.screen.message(message)).collect();
        if lines.is_empty() { vec!["No messages here.".to_owned()] } else { lines }
    }

    fn log(&self) -> Vec<String> {
        let world = self.stage.world();
        let channels = world.channels(self.stage.ground.guild);
        let mut posts: Vec<_> = channels.iter().flat_map(|channel| channel.messages.values()).collect();
        posts.retain(|message| message.webhook.is_some());
        posts.sort_by_key(|message| message.id);
        let latest = &posts[posts.len().saturating_sub(LATEST)..];
        let lines: Vec<String> = latest.iter().flat_map(|message| self.screen.message(message)).collect();
        if lines.is_empty() { vec!["Nothing was posted to a webhook yet.".to_owned()] } else { lines }
    }

    async fn tables(&self) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        for index in 0..self.stage.players.len() {
            let program = self.stage.players[index].bot.program();
            for table in &program.tables {
                let operation = Operation::Count { table: table.name.clone(), guild: self.guild(), filter: Vec::new() };
                let Answer::Count(count) = self.ask(index, operation).await? else { continue };
                let columns: Vec<&str> = table.columns.keys().map(String::as_str).collect();
                lines.push(format!("  {}  {count} rows  ({})", table.name, columns.join(", ")));
            }
            if !program.tickets.is_empty() {
                let Answer::Tickets(all) = self.ask(index, tickets()).await? else { continue };
                let open = all.iter().filter(|ticket| ticket.open).count();
                lines.push(format!("  {TICKETS}  {} rows, {open} open", all.len()));
            }
        }
        Ok(if lines.is_empty() { vec!["The bot has no tables.".to_owned()] } else { lines })
    }

    async fn rows(&self, name: &str) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for (index, player) in self.stage.players.iter().enumerate() {
            let program = player.bot.program();
            if let Some(table) = program.tables.iter().find(|table| table.name == name) {
                return self.rows_of(index, table).await;
            }
            if name == TICKETS && !program.tickets.is_empty() {
                return self.tickets(index).await;
            }
            names.extend(program.tables.iter().map(|table| table.name.clone()));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Err(format!("There is no table `{name}`{}", hint(name, &names)))
    }

    async fn rows_of(&self, index: usize, shape: &Table) -> Result<Vec<String>, String> {
        let find = Operation::Find {
            table: shape.name.clone(),
            guild: self.guild(),
            filter: Vec::new(),
            order: Vec::new(),
            limit: Some(ROWS + 1),
            offset: 0,
        };
        let Answer::Rows(rows) = self.ask(index, find).await? else { return Ok(Vec::new()) };
        if rows.is_empty() {
            return Ok(vec![format!("`{}` is empty.", shape.name)]);
        }
        let headings: Vec<&str> = std::iter::once("id").chain(shape.columns.keys().map(String::as_str)).collect();
        let cells = |row: &Row| {
            let columns = shape.columns.iter().map(|(name, column)| self.cell(column, &row[name.as_str()]));
            std::iter::once(row["id"].to_string()).chain(columns).collect()
        };
        let shown: Vec<Vec<String>> = rows.iter().take(ROWS as usize).map(cells).collect();
        let mut lines = table(&headings, &shown);
        if rows.len() > shown.len() {
            lines.push(format!("  … and more than these {ROWS}"));
        }
        Ok(lines)
    }

    fn cell(&self, column: &Column, value: &Value) -> String {
        let id = || value.as_str().and_then(|id| id.parse::<Id>().ok());
        match (column.kind, value) {
            (_, Value::Null) => String::new(),
            _ if column.secret => HIDDEN.to_owned(),
            (ColumnKind::User, _) => id().map_or_else(|| value.to_string(), |id| format!("@{}", self.screen.name(id))),
            (ColumnKind::Channel, _) => id().map_or_else(|| value.to_string(), |id| self.screen.place(id)),
            (ColumnKind::Role, _) => {
                id().map_or_else(|| value.to_string(), |id| self.screen.marked(&format!("<@&{id}>")))
            }
            (ColumnKind::Time, _) => value.as_i64().map_or_else(|| value.to_string(), |at| self.screen.time(at, "f")),
            (_, Value::String(text)) => text.clone(),
            _ => value.to_string(),
        }
    }

    async fn tickets(&self, index: usize) -> Result<Vec<String>, String> {
        let Answer::Tickets(all) = self.ask(index, tickets()).await? else { return Ok(Vec::new()) };
        let user =
            |id: &str| id.parse::<Id>().map_or_else(|_| id.to_owned(), |id| format!("@{}", self.screen.name(id)));
        let cells = |ticket: &crate::flow::memory::Ticket| {
            let channel = ticket.channel.as_ref().and_then(|id| id.parse().ok()).map(|id| self.screen.place(id));
            let time = |at: Option<i64>| at.map(|at| self.screen.time(at, "f")).unwrap_or_default();
            vec![
                ticket.number.to_string(),
                ticket.kind.clone(),
                user(&ticket.user),
                channel.unwrap_or_default(),
                if ticket.open { "open" } else { "closed" }.to_owned(),
                time(Some(ticket.opened_at)),
                time(ticket.closed_at),
                ticket.closed_by.as_deref().map(user).unwrap_or_default(),
            ]
        };
        let rows: Vec<Vec<String>> = all.iter().map(cells).collect();
        Ok(table(&["number", "kind", "user", "channel", "status", "opened at", "closed at", "closed by"], &rows))
    }

    fn guild(&self) -> String {
        self.stage.ground.guild.to_string()
    }

    async fn ask(&self, index: usize, operation: Operation) -> Result<Answer, String> {
        let mut answers =
            self.stage.players[index].memory().transact(vec![operation]).await.map_err(|error| error.to_string())?;
        answers.pop().ok_or_else(|| "The database gave no answer.".to_owned())
    }
}

fn tickets() -> Operation {
    Operation::FindTickets { filter: TicketFilter::default() }
}

fn help() -> Vec<String> {
    let deeds = [
        ("/command option:value", "use a command; values with blanks stand in quotes"),
        ("click \"Label\"", "press a button (`in #channel` says where)"),
        ("choose \"Menu\": a, b", "choose in a select"),
        ("submit name:\"…\"", "send the window that is open before you"),
        ("say TEXT", "write in the channel; plain text does that too"),
        ("dm TEXT", "write to the bot directly"),
        ("reply, edit, react, …", "as on Discord, with the last message here"),
        ("use \"Menu entry\" on @NAME", "a command from somebody's menu (`on message`: the last one here)"),
        ("type /command option:Al", "what the bot offers while you type"),
    ];
    let deeds = deeds.iter().map(|(left, right)| format!("  {left:<28} {right}"));
    let words = WORDS.iter().map(|(word, behind, what)| format!("  {:<28} {what}", format!("{word} {behind}")));
    deeds.chain(words).collect()
}
