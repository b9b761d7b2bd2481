//! What could stand at the end of a line that is being typed: Discord's own lists, and what the running bot offers.

use crate::playground::order::WORDS;
use crate::playground::session::Session;
use crate::sim::act::Deed;
use crate::sim::channel::kind;
use crate::sim::command::{Command, option};
use serde_json::Value;
use std::sync::Arc;

/// What may be put in the place of the line's end.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Completions {
    /// Where in the line the replacements begin, in bytes.
    pub start: usize,
    /// The text to put there, and what is shown for it.
    pub candidates: Vec<(String, String)>,
}

impl Session {
    /// For a line up to where it is being typed.
    pub async fn complete(&mut self, line: &str) -> Completions {
        let trimmed = line.trim_start();
        let offset = line.len() - trimmed.len();
        let mut found = match trimmed.split_once(' ') {
            None => self.first_word(trimmed),
            Some(_) if trimmed.starts_with('/') => self.command_completions(trimmed).await,
            Some((word, rest)) => self.behind(word, rest, trimmed.len()),
        };
        found.start += offset;
        found
    }

    fn first_word(&self, typed: &str) -> Completions {
        let names: Vec<String> = if let Some(name) = typed.strip_prefix('/') {
            self.commands()
                .iter()
                .map(|command| command.name.clone())
                .filter(|one| one.starts_with(name))
                .map(|one| format!("/{one} "))
                .collect()
        } else {
            let words = WORDS
                .iter()
                .map(|(word, behind, _)| if behind.is_empty() { (*word).to_owned() } else { format!("{word} ") });
            let verbs = Deed::VERBS
                .iter()
                .filter(|verb| !WORDS.iter().any(|(word, ..)| word == *verb))
                .map(|verb| format!("{verb} "));
            words.chain(verbs).filter(|word| word.starts_with(typed)).collect()
        };
        Completions::new(0, names.into_iter().map(plain))
    }

    fn behind(&self, word: &str, rest: &str, end: usize) -> Completions {
        let names = match word {
            "as" | "leave" | "close-dms" | "open-dms" => {
                self.person().people().into_iter().map(|(_, name)| name).collect()
            }
            "open" | "delete" => self.places(word == "open"),
            "rows" => self.table_names(),
            "click" => self.person().labels(None).iter().map(|label| quoted(label)).collect(),
            "choose" => return self.choices(rest, end),
            "submit" => return self.fields(rest, end),
            _ => Vec::new(),
        };
        let bare = |text: &str| text.trim_start_matches(['"', '#', '@']).to_lowercase();
        let sigil = rest.chars().next().filter(|c| matches!(c, '#' | '@'));
        let names = names.into_iter().filter(|name| sigil.is_none_or(|sigil| name.starts_with(sigil)));
        let fits = names.filter(|name| bare(name).starts_with(&bare(rest)));
        Completions::new(end - rest.len(), fits.map(plain))
    }

    fn places(&self, with_bots: bool) -> Vec<String> {
        let view = self.stage.world().view(self.user);
        let channels = view.channels.iter().filter(|channel| channel.kind != kind::CATEGORY);
        let bots = self.stage.players.iter().filter(|_| with_bots).map(|player| format!("@{}", player.bot.name()));
        channels.map(|channel| format!("#{}", channel.name)).chain(bots).collect()
    }

    fn table_names(&self) -> Vec<String> {
        let programs: Vec<_> = self.stage.players.iter().map(|player| player.bot.program()).collect();
        let names = programs.iter().flat_map(|program| program.tables.iter().map(|table| table.name.clone()));
        names
            .chain(programs.iter().filter(|program| !program.tickets.is_empty()).map(|_| "tickets".to_owned()))
            .collect()
    }

    fn choices(&self, rest: &str, end: usize) -> Completions {
        let Some((menu, values)) = rest.split_once(':') else {
            let menus = self.person().menus(None).into_iter().map(|menu| format!("{}: ", quoted(&menu)));
            return Completions::new(end - rest.len(), menus.filter(|menu| menu.starts_with(rest)).map(plain));
        };
        let world = self.stage.world();
        let found = world.find_select(self.user, None, menu.trim().trim_matches('"'));
        let select = found.and_then(|(message, custom_id)| {
            let message = world.message(message)?;
            message.controls().into_iter().find(|one| one["custom_id"].as_str() == Some(&custom_id)).cloned()
        });
        let typed = values.rsplit(',').next().unwrap_or_default().trim_start();
        let options = select.map(|select| labels(&select["options"], "label")).unwrap_or_default();
        Completions::new(end - typed.len(), options.into_iter().filter(|label| begins(label, typed)).map(plain))
    }

    fn fields(&self, rest: &str, end: usize) -> Completions {
        let typed = rest.rsplit("\" ").next().unwrap_or_default().trim_start();
        let window = self.stage.world().modals(self.user).pop().and_then(|one| one.modal);
        let components = window.as_ref().and_then(|window| window["components"].as_array()).into_iter().flatten();
        let inputs = components.flat_map(|one| {
            let label = one["label"].as_str().map(str::to_owned);
            let inner = one["components"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|input| input["label"].as_str().map(str::to_owned));
            label.into_iter().chain(inner).collect::<Vec<_>>()
        });
        let names = inputs.map(|label| format!("{}:\"", quoted(&label)));
        Completions::new(end - typed.len(), names.filter(|name| begins(name, typed)).map(plain))
    }

    fn commands(&self) -> Vec<Command> {
        self.channel.map(|here| self.stage.world().visible_commands(self.user, here)).unwrap_or_default()
    }

    async fn command_completions(&mut self, line: &str) -> Completions {
        let commands = self.commands();
        let mut words = line.trim_start_matches('/').split(' ');
        let name = words.next().unwrap_or_default();
        let Some(command) = commands.into_iter().find(|command| command.name == name) else {
            return Completions::default();
        };
        let mut options = command.options().to_vec();
        let mut rest = line.split_once(' ').map_or("", |(_, rest)| rest);
        while options
            .first()
            .is_some_and(|one| matches!(one["type"].as_u64(), Some(option::SUBCOMMAND | option::GROUP)))
        {
            let Some((word, behind)) = rest.split_once(' ') else {
                let names = labels(&Value::Array(options), "name");
                let fits = names.into_iter().filter(|name| name.starts_with(rest)).map(|name| format!("{name} "));
                return Completions::new(line.len() - rest.len(), fits.map(plain));
            };
            let Some(branch) = options.iter().find(|one| one["name"].as_str() == Some(word)) else {
                return Completions::default();
            };
            options = branch["options"].as_array().cloned().unwrap_or_default();
            rest = behind;
        }
        self.option_completions(line, rest, &options).await
    }

    /// A name of an option, or what stands behind one.
    async fn option_completions(&mut self, line: &str, rest: &str, options: &[Value]) -> Completions {
        let names = labels(&Value::Array(options.to_vec()), "name");
        let key = |name: &String| {
            let colon = format!("{name}:");
            let starts = rest.match_indices(&colon).map(|(at, _)| at);
            starts.filter(|at| *at == 0 || rest[..*at].ends_with(' ')).last().map(|at| (at + colon.len(), name.clone()))
        };
        let focused = names.iter().filter_map(key).max();
        let word = rest.rsplit(' ').next().unwrap_or_default();
        let unused = names.iter().filter(|name| key(name).is_none() && name.starts_with(word));
        let mut found = Completions::new(line.len() - word.len(), unused.map(|name| plain(format!("{name}:"))));
        let Some((at, name)) = focused else { return found };
        let typed = rest[at..].trim_start().trim_start_matches('"');
        let Some(option) = options.iter().find(|one| one["name"].as_str() == Some(&name)) else { return found };
        let values = self.values(&line[..line.len() - rest[at..].len()], option, typed).await;
        if !values.is_empty() && !is_ended(&rest[at..]) {
            found = Completions::new(line.len() - rest[at..].len(), values.into_iter());
        }
        found
    }

    /// `before` is the line up to the value.
    async fn values(&mut self, before: &str, option: &Value, typed: &str) -> Vec<(String, String)> {
        if let Some(choices) = option["choices"].as_array().filter(|choices| !choices.is_empty()) {
            return choices
                .iter()
                .map(offered)
                .filter(|(value, shown)| begins(value, typed) || begins(shown, typed))
                .collect();
        }
        if option["autocomplete"].as_bool() == Some(true) {
            return self.offers(&format!("{before}{typed}")).await;
        }
        let names = match option["type"].as_u64() {
            Some(option::BOOLEAN) => vec!["true".to_owned(), "false".to_owned()],
            Some(option::USER | option::MENTIONABLE) => {
                self.person().people().into_iter().map(|(_, name)| format!("@{name}")).collect()
            }
            Some(option::CHANNEL) => self.places(false),
            Some(option::ROLE) => self.roles(),
            Some(option::ATTACHMENT) => files(typed),
            _ => Vec::new(),
        };
        let bare = |text: &str| text.trim_start_matches(['#', '@']).to_lowercase();
        let fits = names.into_iter().filter(|name| bare(name).starts_with(&bare(typed)));
        fits.map(|name| (format!("{}{}", quoted(&name), if name.ends_with('/') { "" } else { " " }), name)).collect()
    }

    fn roles(&self) -> Vec<String> {
        let guild = self.stage.world().guild(self.stage.ground.guild);
        let names = guild.into_iter().flat_map(|guild| guild.roles.into_values().map(|role| role.name));
        names.filter(|name| name != "@everyone").collect()
    }

    /// What the running bot offers for the option at the end of the line.
    async fn offers(&mut self, line: &str) -> Vec<(String, String)> {
        let Some(here) = self.channel else { return Vec::new() };
        let world = Arc::clone(self.stage.world());
        let Ok(asked) = world.autocomplete(self.user, here, line) else { return Vec::new() };
        self.stage.settle().await;
        self.ignore_completions();
        let choices = world.interaction(asked).and_then(|one| one.choices).unwrap_or_default();
        choices.iter().map(offered).collect()
    }
}

impl Completions {
    fn new(start: usize, candidates: impl Iterator<Item = (String, String)>) -> Self {
        Self { start, candidates: candidates.collect() }
    }
}

fn plain(text: String) -> (String, String) {
    (text.clone(), text.trim_end().to_owned())
}

/// A choice: its value in the line, its name to look at.
fn offered(choice: &Value) -> (String, String) {
    let value = choice["value"].as_str().map_or_else(|| choice["value"].to_string(), str::to_owned);
    (format!("{} ", quoted(&value)), choice["name"].as_str().unwrap_or(&value).to_owned())
}

fn quoted(text: &str) -> String {
    if text.contains(char::is_whitespace) { format!("\"{text}\"") } else { text.to_owned() }
}

fn begins(text: &str, typed: &str) -> bool {
    text.trim_start_matches('"').to_lowercase().starts_with(&typed.trim_start_matches('"').to_lowercase())
}

fn labels(list: &Value, key: &str) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
}

/// Whether a quoted value has been closed: what follows is the next option.
fn is_ended(value: &str) -> bool {
    value.trim_start().strip_prefix('"').is_some_and(|inner| inner.contains('"'))
}

/// Files and folders on this machine that begin as typed.
fn files(typed: &str) -> Vec<String> {
    let (folder, _) = typed.rsplit_once('/').map_or(("", typed), |(folder, name)| (folder, name));
    let base = if folder.is_empty() && !typed.starts_with('/') { "." } else { folder };
    let prefix = if typed.contains('/') { format!("{folder}/") } else { String::new() };
    let entries = std::fs::read_dir(if base.is_empty() { "/" } else { base }).into_iter().flatten().flatten();
    let name = |entry: std::fs::DirEntry| {
        let slash = if entry.path().is_dir() { "/" } else { "" };
        Some(format!("{prefix}{}{slash}", entry.file_name().to_str()?))
    };
    let mut names: Vec<String> = entries.filter_map(name).filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}
