//! Somebody at the prompt: who they are, where they are, and what came of their line.

use crate::flow::payload::File;
use crate::playground::order::Order;
use crate::playground::screen::{Ink, Screen, Seat};
use crate::scenario::{Recorder, yaml};
use crate::sim::act::Deed;
use crate::sim::{Happening, Id};
use crate::stage::person::{Person, hint};
use crate::stage::{Mistaken, Reloaded, Stage, StageError};
use crate::text::render;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// What a line came to.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is to be read; lines, without one at the end.
    pub text: String,
    /// `false`: the line was not understood, or could not be done.
    pub done: bool,
    pub quit: bool,
}

pub struct Session {
    pub stage: Stage,
    pub screen: Screen,
    pub(super) user: Id,
    pub(super) channel: Option<Id>,
    /// What happened and has not been told yet.
    pending: Vec<Happening>,
    /// Writes down what is done; where there are several bots, nobody does.
    recorder: Option<Recorder>,
}

impl Session {
    /// Sits down on a stage as its first customer, in `#general`.
    pub fn new(stage: Stage, ink: Ink, width: usize, zone: TimeZone) -> Self {
        let screen = Screen { world: Arc::clone(stage.world()), ink, width: width.max(30), zone };
        let (user, channel) = (stage.ground.ana, Some(stage.ground.general));
        Self { stage, screen, user, channel, pending: Vec::new(), recorder: None }
    }

    /// Writes down from now on what is done, for `save`.
    pub fn record(&mut self, recorder: Recorder) {
        self.recorder = Some(recorder);
    }

    /// `ana #general> `
    pub fn prompt(&self) -> String {
        let place = match self.channel {
            Some(channel) if self.stage.players.iter().any(|one| self.dm_with(one.id) == Some(channel)) => {
                let bot = self.stage.players.iter().find(|one| self.dm_with(one.id) == Some(channel));
                format!("@{}", bot.map(|bot| bot.bot.name()).unwrap_or_default())
            }
            Some(channel) => self.screen.place(channel),
            None => "nowhere".to_owned(),
        };
        format!("{} {place}> ", self.screen.name(self.user))
    }

    /// How it begins: who is here, and what there is to do.
    pub fn greeting(&mut self) -> String {
        self.hear();
        self.pending.retain(|happening| matches!(happening, Happening::CommandsRegistered { .. }));
        let mut lines = self.told();
        lines.push(
            "You are ana, in #general of a server that nobody else can reach. `help` tells what you can do.".to_owned(),
        );
        lines.join("\n")
    }

    /// Somebody else acts from now on.
    ///
    /// # Errors
    /// A sentence, when there is nobody of that name.
    pub fn act_as(&mut self, name: &str) -> Result<(), String> {
        let user = self.person().member(name)?;
        self.user = user;
        self.stay_or_go();
        Ok(())
    }

    /// Does a line; everything that follows from it has happened when this returns. An empty line and one that begins
    /// with `# ` do nothing; `!` in front of a line says that it has to fail.
    pub async fn line(&mut self, line: &str) -> Answer {
        let line = line.trim();
        if line.is_empty() || line == "#" || line.starts_with("# ") || line.starts_with("##") {
            return Answer { done: true, ..Answer::default() };
        }
        let (line, must_fail) = line.strip_prefix('!').map_or((line, false), |rest| (rest.trim(), true));
        let mut step = None;
        let outcome = match Order::read(line) {
            Ok(Order::Quit) => return Answer { done: true, quit: true, text: String::new() },
            Ok(order) => {
                step = self.step(&order, line);
                self.perform(order).await
            }
            Err(complaint) => Err(complaint),
        };
        self.stage.settle().await;
        if let Some(recorder) = &mut self.recorder {
            recorder.note(step, outcome.as_ref().err().map(String::as_str));
        }
        self.hear();
        let (own, done) = match outcome {
            Ok(lines) => (lines, true),
            Err(complaint) => (vec![self.screen.ink.wrong(&complaint)], false),
        };
        let mut lines = self.told();
        lines.extend(own);
        self.stay_or_go();
        Answer { text: lines.join("\n"), done: done != must_fail, quit: false }
    }

    async fn perform(&mut self, order: Order<'_>) -> Result<Vec<String>, String> {
        match order {
            Order::Deed(Deed::Join | Deed::Leave) => return Err("Write `join NAME` or `leave NAME`.".to_owned()),
            Order::Deed(deed) => drop(self.person().act(&deed, &read)?),
            Order::As(name) => self.act_as(name)?,
            Order::Open(place) => return self.open(place),
            Order::SetDms { who, open } => {
                let who = self.person().member(who)?;
                self.stage.world().set_dms(who, open);
                let state = if open { "takes direct messages" } else { "takes no direct messages" };
                return Ok(vec![format!("{} {state}.", self.screen.name(who))]);
            }
            Order::Join(name) => self.join(name)?,
            Order::Leave(name) => self.leave(name)?,
            Order::DeleteChannel(name) => self.delete_channel(name)?,
            Order::Advance(by) => self.stage.advance(by).await,
            Order::Restart => return self.restart().await,
            Order::Save { file, title } => return self.save(file, title),
            Order::Reload => return self.reload().await,
            look => return self.look(look).await,
        }
        Ok(Vec::new())
    }

    /// The line of a scenario that does the same; none for what only looks.
    fn step(&mut self, order: &Order<'_>, line: &str) -> Option<String> {
        let who = self.screen.name(self.user);
        Some(match order {
            // What the bot does not have nobody would look for.
            Order::Deed(Deed::Command(text)) if !self.has_command(text) => return None,
            Order::Deed(_) => {
                let deed = format!("{}: {}", yaml::word(&who), scalar(line));
                let place = self.channel.filter(|channel| *channel != self.stage.ground.general);
                let place = place.and_then(|id| self.stage.world().channel(id)).filter(|channel| !channel.is_dm());
                match place {
                    Some(place) => format!("{deed}\n        in: {}", yaml::word(&place.name)),
                    None => deed,
                }
            }
            Order::SetDms { who, open } => {
                format!("dms: {{ {}: {} }}", yaml::word(who), if *open { "open" } else { "closed" })
            }
            Order::Join(name) => {
                if self.stage.world().user_named(name).is_none()
                    && let Some(recorder) = &mut self.recorder
                {
                    recorder.newcomer(name);
                }
                format!("{}: joins", yaml::word(name))
            }
            Order::Leave(name) => format!("{}: leaves", yaml::word(name.unwrap_or(&who))),
            Order::DeleteChannel(name) => format!("delete_channel: {}", yaml::word(name.trim_start_matches('#'))),
            Order::Advance(by) => format!("advance: {}ms", by),
            Order::Restart => "restart:".to_owned(),
            _ => return None,
        })
    }

    fn has_command(&self, text: &str) -> bool {
        let name = text.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        let program = self.stage.players[0].bot.program();
        program.registration.as_array().into_iter().flatten().any(|command| command["name"] == name)
    }

    /// Writes what was done so far into a scenario file, behind what stands there.
    fn save(&mut self, file: &str, title: Option<&str>) -> Result<Vec<String>, String> {
        let Some(recorder) = &self.recorder else {
            return Err("Only what one bot does can be saved: play one file.".to_owned());
        };
        if recorder.is_empty() {
            return Err("Nothing was done yet.".to_owned());
        }
        let scenario = recorder.scenario(title.unwrap_or("what was played"));
        let path = std::path::Path::new(file);
        let before = match std::fs::read_to_string(path) {
            Ok(text) => text.trim_end().to_owned() + "\n\n",
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => self.head(path),
            Err(error) => return Err(format!("`{file}` cannot be read: {error}.")),
        };
        if !before.contains("\nscenarios:") && !before.starts_with("scenarios:") {
            return Err(format!("`{file}` is there, and holds no scenarios."));
        }
        std::fs::write(path, format!("{before}{scenario}"))
            .map_err(|error| format!("`{file}` cannot be written: {error}."))?;
        Ok(vec![format!("Saved: `botwright test {file}` plays it.")])
    }

    /// How a new scenario file begins.
    fn head(&self, path: &std::path::Path) -> String {
        let bot = std::path::absolute(&self.stage.players[0].path).unwrap_or_default();
        let folder = std::path::absolute(path).ok().and_then(|path| path.parent().map(std::path::Path::to_owned));
        let beside = bot.parent() == folder.as_deref();
        let name = if beside { bot.file_name().map(std::path::PathBuf::from).unwrap_or_default() } else { bot };
        format!("bot: {}\n\nscenarios:\n", yaml::word(&name.display().to_string()))
    }

    async fn restart(&mut self) -> Result<Vec<String>, String> {
        self.stage.restart().await.map_err(|error| self.trouble(&error))?;
        Ok(vec!["The bot was stopped and started again.".to_owned()])
    }

    async fn reload(&mut self) -> Result<Vec<String>, String> {
        let mut lines = Vec::new();
        for index in 0..self.stage.players.len() {
            lines.push(self.reload_one(index).await?.unwrap_or_else(|| "Nothing has changed.".to_owned()));
        }
        Ok(lines)
    }

    async fn reload_one(&mut self, index: usize) -> Result<Option<String>, String> {
        let path = self.stage.players[index].path.display().to_string();
        match self.stage.reload(index).await {
            Ok(Reloaded::Unchanged) => Ok(None),
            Ok(Reloaded::Live(swapped)) => {
                let mut text = format!("{path} is live (generation {})", swapped.generation);
                for what in swapped.restart_needed {
                    text.push_str(&format!("\nrestart needed: {what}"));
                }
                Ok(Some(text))
            }
            Err(error) => Err(format!("{}\nthe bot goes on as it was", self.trouble(&error))),
        }
    }

    /// A bot's file was saved: what is told of that. None when it says what it said.
    pub async fn saved(&mut self, index: usize) -> Option<String> {
        let told = match self.reload_one(index).await {
            Ok(told) => told?,
            Err(complaint) => self.screen.ink.wrong(&complaint),
        };
        let mut lines = self.news().await;
        lines.push(told);
        Some(lines.join("\n"))
    }

    fn trouble(&self, error: &StageError) -> String {
        match error {
            StageError::Mistakes(mistaken) => self.mistakes(mistaken),
            other => other.to_string(),
        }
    }

    /// A file's diagnostics, as they are shown everywhere.
    pub fn mistakes(&self, mistaken: &Mistaken) -> String {
        let shown = render(&mistaken.sources, &mistaken.diagnostics, self.screen.ink.colour);
        format!("{}\n{} was not taken", shown.trim_end(), mistaken.path.display())
    }

    /// Waits until something happens that nobody at the prompt did.
    pub async fn stirred(&mut self) {
        let happening = self.stage.stirred().await;
        self.pending.push(happening);
    }

    /// What has happened since the last line.
    pub async fn news(&mut self) -> Vec<String> {
        self.stage.settle().await;
        self.hear();
        let told = self.told();
        self.stay_or_go();
        told
    }

    pub(super) fn hear(&mut self) {
        while let Ok(happening) = self.stage.happenings.try_recv() {
            self.pending.push(happening);
        }
    }

    /// Forgets the completions that were asked for while somebody typed.
    pub(super) fn ignore_completions(&mut self) {
        self.hear();
        self.pending.retain(|happening| !matches!(happening, Happening::Completed { .. }));
    }

    fn told(&mut self) -> Vec<String> {
        let happenings = std::mem::take(&mut self.pending);
        self.screen.tell(&happenings, Seat { user: self.user, channel: self.channel })
    }

    /// Who acts, and where.
    pub(super) fn person(&self) -> Person<'_> {
        Person { stage: &self.stage, user: self.user, channel: self.channel }
    }

    pub(super) fn dm_with(&self, bot: Id) -> Option<Id> {
        self.stage.world().direct(bot, self.user).map(|channel| channel.id)
    }

    /// Where they are may be gone, or no place for who acts now.
    fn stay_or_go(&mut self) {
        let view = self.stage.world().view(self.user);
        let all = view.channels.iter().chain(&view.direct);
        let holds = |id: Id| all.clone().any(|channel| channel.id == id && channel.holds_messages());
        if self.channel.is_some_and(holds) {
            return;
        }
        let general = Some(self.stage.ground.general).filter(|id| holds(*id));
        let first = || view.channels.iter().find(|channel| channel.holds_messages()).map(|channel| channel.id);
        self.channel = general.or_else(first);
        if self.channel.is_none() && self.user != self.stage.ground.root {
            // Who has left sees nothing any more.
            self.user = self.stage.ground.root;
            self.channel = Some(self.stage.ground.general);
        }
    }

    fn open(&mut self, place: &str) -> Result<Vec<String>, String> {
        let channel = match place.strip_prefix('@') {
            Some(name) => {
                let player = self.stage.players.iter().find(|player| player.bot.name() == name);
                let bot = player.ok_or_else(|| format!("There is no bot called `{name}`."))?.id;
                self.dm_with(bot)
                    .ok_or_else(|| format!("You and {name} have not written to each other yet: `dm hello` does."))?
            }
            None => self.person().visible_channel(place)?,
        };
        self.channel = Some(channel);
        Ok(self.messages_of(channel))
    }

    fn join(&mut self, name: &str) -> Result<(), String> {
        let world = self.stage.world();
        let user = match world.user_named(name) {
            Some(user) => user,
            None => world.add_user(name),
        };
        world.add_member(self.stage.ground.guild, user, &[]).map_err(|error| error.to_string())
    }

    fn leave(&mut self, name: Option<&str>) -> Result<(), String> {
        let user = name.map_or(Ok(self.user), |name| self.person().member(name))?;
        self.stage.world().remove_member(self.stage.ground.guild, user).map_err(|error| error.to_string())
    }

    fn delete_channel(&mut self, name: &str) -> Result<(), String> {
        let bare = name.trim_start_matches('#');
        let world = self.stage.world();
        let Some(channel) = world.channel_named(self.stage.ground.guild, bare) else {
            let names: Vec<String> = world.channels(self.stage.ground.guild).into_iter().map(|one| one.name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return Err(format!("There is no channel `{bare}`{}", hint(bare, &names)));
        };
        world.delete_channel(channel).map_err(|error| error.to_string())
    }
}

/// What somebody does, as a scalar: in quotes where YAML would read it as something else.
fn scalar(line: &str) -> String {
    let reads_otherwise =
        line.contains(": ") || line.contains(" #") || line.ends_with(':') || line.starts_with(['"', '\'']);
    if reads_otherwise { yaml::quoted(line) } else { line.to_owned() }
}

/// A file of whoever sits at the prompt.
fn read(path: &str) -> Result<File, String> {
    let content = std::fs::read(path).map_err(|error| format!("`{path}` cannot be read: {error}."))?;
    let name = path.rsplit('/').next().unwrap_or(path).to_owned();
    Ok(File { name, content })
}
