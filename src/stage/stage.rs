//! A stage: bots on a simulated Discord, all in one process, with nothing real within reach.

use crate::engine::{Bot, Identity, StartError, Swapped};
use crate::flow::event::Event;
use crate::flow::memory::{Memory, MemoryError};
use crate::flow::port::{Clock, Ports, SystemDice};
use crate::flow::program::Program;
use crate::flow::trace::Unwatched;
use crate::sim::inproc::Client;
use crate::sim::{Closed, Dispatch, Happening, Id, Impossible, Playground, World};
use crate::stage::clock::StageClock;
use crate::stage::memory::Lasting;
use crate::stage::provision::Provision;
use crate::store::SqliteStore;
use crate::text::{Diagnostics, Sources};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;

/// Where webhooks of settings seem to be; the name leads nowhere, and nothing asks for it.
const NOWHERE: &str = "https://playground.invalid";
/// How long runs that are under way get to end when a bot stops.
const GRACE: Duration = Duration::from_secs(5);
/// Stops on the way when the clock is put forward; the rest is one leap.
const MOST_STOPS: usize = 10_000;
/// How long Discord waits for an answer, and a bit.
const PATIENCE: i64 = crate::sim::interaction::PATIENCE + 1;

/// A file with what is wrong with it.
pub struct Mistaken {
    pub path: PathBuf,
    pub sources: Sources,
    pub diagnostics: Diagnostics,
}

impl std::fmt::Debug for Mistaken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let messages: Vec<&str> = self.diagnostics.iter().map(|found| found.message.as_str()).collect();
        write!(f, "{}: {messages:?}", self.path.display())
    }
}

/// Why there is nothing to play with.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    #[error("{} has mistakes", .0.path.display())]
    Mistakes(Box<Mistaken>),
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("the database cannot be used: {0}")]
    Memory(#[from] MemoryError),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error("the simulated server cannot be set up: {0}")]
    Impossible(#[from] Impossible),
    #[error("the simulated gateway refused the bot: {0}")]
    Closed(#[from] Closed),
}

/// Puts something between a bot and the world: the ports as they are, and as the bot gets them.
pub type Wire = Box<dyn Fn(Ports) -> Ports + Send + Sync>;

/// Where programs come from: a file, and what its settings were given.
pub type Loader = Box<dyn Fn(&Path, &Provision) -> Result<Arc<Program>, StageError> + Send + Sync>;

/// What reading a file again came to.
#[derive(Debug)]
pub enum Reloaded {
    /// The same bytes.
    Unchanged,
    Live(Swapped),
}

/// A bot on the stage.
pub struct Player {
    pub path: PathBuf,
    pub bot: Arc<Bot>,
    /// Application and user of the bot.
    pub id: Id,
    token: String,
    memory: Lasting,
    provision: Provision,
    events: UnboundedReceiver<Dispatch>,
}

impl Player {
    /// What the bot remembers.
    pub fn memory(&self) -> &dyn Memory {
        &self.memory
    }
}

pub struct Stage {
    pub ground: Playground,
    pub clock: Arc<StageClock>,
    pub players: Vec<Player>,
    /// What has happened and was not looked at yet.
    pub happenings: UnboundedReceiver<Happening>,
    wire: Wire,
    load: Loader,
}

/// The same each time, so that rows in a file for data are found again.
const SERVER: Id = Id(1_400_000_000_000_000_000);

impl Stage {
    /// Checks the files, furnishes a server with what they need, and starts a bot for each. `database` is an SQLite
    /// file; without one what the bots remember is gone with the stage.
    ///
    /// # Errors
    /// A file that cannot be read or has mistakes, a database that cannot be used, or a file that names what cannot be.
    pub async fn open(paths: &[PathBuf], database: Option<&str>, clock: Arc<StageClock>) -> Result<Self, StageError> {
        Self::open_wired(paths, database, clock, |_| Box::new(|ports| ports)).await
    }

    /// The same, with something between the bots and their world.
    ///
    /// # Errors
    /// As for [`Stage::open`].
    pub async fn open_wired(
        paths: &[PathBuf],
        database: Option<&str>,
        clock: Arc<StageClock>,
        wire: impl FnOnce(&Playground) -> Wire,
    ) -> Result<Self, StageError> {
        let first = paths.iter().map(|path| check(path, &Provision::default())).collect::<Result<Vec<_>, _>>()?;
        let ground = Self::ground(first.iter().map(Arc::as_ref), clock.clone())?;
        let wire = wire(&ground);
        Self::furnish(ground, paths, database, clock, Box::new(check), wire).await
    }

    /// The server that bots like these play on.
    ///
    /// # Errors
    /// A program that names what cannot be.
    pub fn ground<'p>(
        programs: impl Iterator<Item = &'p Program>,
        clock: Arc<dyn Clock>,
    ) -> Result<Playground, StageError> {
        let guild = programs.flat_map(|one| &one.guilds).find_map(|id| id.parse().ok());
        Ok(Playground::new_as(clock, guild.unwrap_or(SERVER))?)
    }

    /// Furnishes a server with what the files need, and starts a bot for each.
    ///
    /// # Errors
    /// As for [`Stage::open`].
    pub async fn furnish(
        ground: Playground,
        paths: &[PathBuf],
        database: Option<&str>,
        clock: Arc<StageClock>,
        load: Loader,
        wire: Wire,
    ) -> Result<Self, StageError> {
        let first = paths.iter().map(|path| load(path, &Provision::default())).collect::<Result<Vec<_>, _>>()?;
        let mut furnished = Vec::new();
        for (path, program) in paths.iter().zip(&first) {
            let mut provision = Provision::default();
            provision.furnish(&ground, program, NOWHERE)?;
            furnished.push((path, provision));
        }
        let happenings = ground.world.watch();
        let mut stage = Self { ground, clock, players: Vec::new(), happenings, wire, load };
        for (path, provision) in furnished {
            let player = stage.enter(path, provision, database).await?;
            stage.players.push(player);
        }
        stage.settle().await;
        Ok(stage)
    }

    pub fn world(&self) -> &Arc<World> {
        &self.ground.world
    }

    async fn enter(&self, path: &Path, provision: Provision, database: Option<&str>) -> Result<Player, StageError> {
        let program = (self.load)(path, &provision)?;
        let clock: Arc<dyn Clock> = self.clock.clone();
        let memory = Lasting::new(SqliteStore::open(database.unwrap_or("sqlite::memory:"), clock).await?);
        let token = format!("playground-{}", self.players.len() + 1);
        let id = self.ground.invite(&program.name, &token)?;
        let others = program.guilds.iter().filter_map(|guild| guild.parse::<Id>().ok());
        for guild in others.filter(|guild| *guild != self.ground.guild) {
            if self.world().guild(guild).is_none() {
                self.world().add_guild_as(guild, &format!("Server {guild}"))?;
            }
            self.world().invite(id, guild, crate::sim::default_world::INVITED)?;
        }
        let (bot, events) = self.start(program, id, &token, &memory).await?;
        Ok(Player { path: path.to_owned(), bot, id, token, memory, provision, events })
    }

    async fn start(
        &self,
        program: Arc<Program>,
        id: Id,
        token: &str,
        memory: &Lasting,
    ) -> Result<(Arc<Bot>, UnboundedReceiver<Dispatch>), StageError> {
        let client = Arc::new(Client::new(Arc::clone(self.world()), token));
        let ports = Ports {
            discord: client.clone(),
            memory: Arc::new(memory.clone()),
            http: client,
            clock: self.clock.clone(),
            dice: Arc::new(SystemDice),
            trace: Arc::new(Unwatched),
        };
        let ports = (self.wire)(ports);
        let events = self.world().subscribe(id, program.intents)?;
        let name = program.name.clone();
        let bot = Bot::start(program, ports).await?;
        bot.connected(Identity { application: id.to_string(), user: id.to_string(), name });
        Ok((bot, events))
    }

    /// Returns when everything that follows from what was done has happened, but for what a clock has to bring.
    pub async fn settle(&mut self) {
        loop {
            self.rest().await;
            // Nobody is at work on what is still unanswered, so nobody will answer it: the user waits in vain.
            if !self.world().interactions().iter().any(|one| one.acknowledged_at.is_none() && !one.failed) {
                return;
            }
            self.clock.advance(PATIENCE);
            self.world().settle();
        }
    }

    async fn rest(&mut self) {
        loop {
            for player in &mut self.players {
                while let Ok(dispatch) = player.events.try_recv() {
                    player.bot.deliver(Event::read(&dispatch.kind, dispatch.data));
                }
            }
            for player in &self.players {
                player.bot.idle().await;
            }
            // What bots do causes events, and those may cause more.
            if self.players.iter().all(|player| player.events.is_empty()) {
                return;
            }
        }
    }

    /// Something has happened that nobody at the prompt did.
    pub async fn stirred(&mut self) -> Happening {
        match self.happenings.recv().await {
            Some(happening) => happening,
            None => std::future::pending().await,
        }
    }

    /// Puts the clock forward by milliseconds, and lets happen what that brings, each thing at its own time.
    pub async fn advance(&mut self, by: i64) {
        let end = self.clock.now().saturating_add(by);
        for _stop in 0..MOST_STOPS {
            let now = self.clock.now();
            match self.next_due().await.filter(|due| (now + 1..end).contains(due)) {
                Some(due) => self.step(due - now).await,
                None => break,
            }
        }
        self.step(end - self.clock.now()).await;
    }

    async fn step(&mut self, by: i64) {
        self.clock.advance(by);
        self.world().settle();
        self.settle().await;
    }

    /// When a bot does something by itself next.
    async fn next_due(&self) -> Option<i64> {
        let mut due = Vec::new();
        for player in &self.players {
            due.extend(player.bot.next_due().await);
        }
        due.into_iter().min()
    }

    /// Stops every bot and starts it again from its file, on what it remembers. With mistakes in a file nothing is stopped.
    ///
    /// # Errors
    /// As for [`Stage::open`].
    pub async fn restart(&mut self) -> Result<(), StageError> {
        let mut programs = Vec::new();
        for index in 0..self.players.len() {
            programs.push(self.program(index)?);
        }
        for (index, program) in programs.into_iter().enumerate() {
            self.players[index].bot.stop(GRACE).await;
            self.begin(index, program).await?;
        }
        self.settle().await;
        Ok(())
    }

    /// Starts another bot on what the one before remembers; that one, dead or stopped, is left alone.
    ///
    /// # Errors
    /// As for [`Stage::open`].
    pub async fn begin_again(&mut self, index: usize) -> Result<(), StageError> {
        let program = self.program(index)?;
        self.begin(index, program).await
    }

    async fn begin(&mut self, index: usize, program: Arc<Program>) -> Result<(), StageError> {
        let player = &self.players[index];
        let (bot, events) = self.start(program, player.id, &player.token, &player.memory).await?;
        let player = &mut self.players[index];
        (player.bot, player.events) = (bot, events);
        Ok(())
    }

    /// The connection is lost, with what happened meanwhile, and made anew.
    ///
    /// # Errors
    /// The gateway refuses the bot.
    pub fn reconnect(&mut self, index: usize) -> Result<(), StageError> {
        let player = &self.players[index];
        let events = self.world().subscribe(player.id, player.bot.program().intents)?;
        player.bot.connected(player.bot.identity());
        self.players[index].events = events;
        Ok(())
    }

    /// Reads a bot's file again and swaps the program. On an error the bot goes on as it was.
    ///
    /// # Errors
    /// As for [`Stage::open`].
    pub async fn reload(&mut self, index: usize) -> Result<Reloaded, StageError> {
        let program = self.program(index)?;
        let (id, intents) = (self.players[index].id, program.intents);
        if program.hash == self.players[index].bot.program().hash {
            return Ok(Reloaded::Unchanged);
        }
        let swapped = self.players[index].bot.swap(program).await?;
        if swapped.intents_changed {
            self.players[index].events = self.world().subscribe(id, intents)?;
        }
        self.settle().await;
        Ok(Reloaded::Live(swapped))
    }

    /// The program of the file as it stands, with the server furnished for it.
    fn program(&mut self, index: usize) -> Result<Arc<Program>, StageError> {
        let player = &mut self.players[index];
        let seen = (self.load)(&player.path, &Provision::default())?;
        player.provision.furnish(&self.ground, &seen, NOWHERE)?;
        (self.load)(&player.path, &player.provision)
    }

    /// Ends the bots, and closes their databases.
    pub async fn close(self) {
        for player in self.players {
            player.bot.stop(GRACE).await;
            player.memory.end().await;
        }
    }
}

/// The program of a file, or everything that is wrong with it.
fn check(path: &Path, provision: &Provision) -> Result<Arc<Program>, StageError> {
    let unreadable = |source| StageError::Unreadable { path: path.display().to_string(), source };
    let loaded = crate::engine::load(path, &provision.environment()).map_err(unreadable)?;
    loaded.program.map(Arc::new).ok_or_else(|| {
        let (sources, diagnostics) = (loaded.sources, loaded.diagnostics);
        StageError::Mistakes(Box::new(Mistaken { path: path.to_owned(), sources, diagnostics }))
    })
}
