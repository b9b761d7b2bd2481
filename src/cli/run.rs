//! `botwright run`: bots on Discord, with their tokens and databases.

use crate::cli::arguments::Files;
use crate::cli::check::to_run;
use crate::cli::database::address;
use crate::cli::logging::LogFormat;
use crate::cli::outage::Outage;
use crate::compile::Environment;
use crate::discord::{Adapter, Connection, ConnectionError, GatewayEvent, Invalid, Options, Rest, check_token};
use crate::engine::{Bot, Identity, StartError, Watch, load};
use crate::flow::event::Event;
use crate::flow::memory::MemoryError;
use crate::flow::port::{Ports, SystemClock, SystemDice};
use crate::flow::program::Program;
use crate::flow::trace::Unwatched;
use crate::store::{Claim, Durability, SqliteOptions, SqliteStore};
use anyhow::{Context, anyhow, bail};
use secrecy::SecretString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    files: Files,
    /// How log lines are printed.
    #[arg(long, value_enum, default_value_t = LogFormat::Human)]
    pub log_format: LogFormat,
    /// How long runs that are under way get to end at shut-down, in seconds.
    #[arg(long, default_value_t = 10)]
    grace: u64,
    /// What a loss of power may cost.
    #[arg(long, value_enum, default_value_t = Sureness::Normal)]
    durability: Sureness,
}

/// How sure it is that what was written is on the disk. A killed process loses nothing either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Sureness {
    /// The last moments before a loss of power may be missing; the database is never damaged.
    Normal,
    /// Nothing is missing, and every write waits for the disk.
    Full,
}

impl From<Sureness> for Durability {
    fn from(sureness: Sureness) -> Self {
        match sureness {
            Sureness::Normal => Self::Normal,
            Sureness::Full => Self::Full,
        }
    }
}

/// What all bots of the process have in common.
#[derive(Clone)]
struct Surroundings {
    environment: Environment,
    /// Where Discord is.
    base: String,
    /// Requests that Discord refused: it counts them by address.
    invalid: Invalid,
    grace: Duration,
    durability: Durability,
}

/// One bot that is to run.
struct Prepared {
    path: PathBuf,
    program: Program,
    token: SecretString,
    database: String,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let environment = Environment::of_process(true);
    let base = std::env::var("DISCORD_API_URL")
        .ok()
        .filter(|base| !base.is_empty())
        .unwrap_or_else(|| "https://discord.com".to_owned());
    let Some(bots) = prepare(arguments, &environment, &base)? else { return Ok(ExitCode::from(1)) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let grace = Duration::from_secs(arguments.grace);
    let durability = arguments.durability.into();
    runtime.block_on(serve(bots, Surroundings { environment, base, invalid: Invalid::default(), grace, durability }))
}

/// Checks all files before anything is started; none when there are mistakes.
fn prepare(arguments: &Arguments, environment: &Environment, base: &str) -> anyhow::Result<Option<Vec<Prepared>>> {
    let mut programs = Vec::new();
    let mut mistakes = false;
    for path in arguments.files.expand()? {
        match to_run(&path, environment)? {
            Some(program) => programs.push((path, program)),
            None => mistakes = true,
        }
    }
    if mistakes {
        return Ok(None);
    }
    if programs.is_empty() {
        bail!("there is no bot file here");
    }
    let bots = programs
        .into_iter()
        .map(|(path, program)| with_wiring(path, program, base))
        .collect::<anyhow::Result<Vec<_>>>()?;
    apart(&bots)?;
    Ok(Some(bots))
}

fn with_wiring(path: PathBuf, program: Program, base: &str) -> anyhow::Result<Prepared> {
    let variable = &program.wiring.token_variable;
    let Some(token) = program.wiring.token.clone() else {
        bail!(
            "{}: the token is not set: put it into the environment variable `{variable}`\n  to try the bot without one: botwright play {}",
            path.display(),
            path.display()
        );
    };
    let token = check_token(secrecy::ExposeSecret::expose_secret(&token), base)
        .with_context(|| format!("{}: what `{variable}` holds is no token", path.display()))?;
    let database = address(&program);
    Ok(Prepared { path, program, token, database })
}

/// Two bots never share a token or a database.
fn apart(bots: &[Prepared]) -> anyhow::Result<()> {
    for (index, bot) in bots.iter().enumerate() {
        for other in &bots[..index] {
            let (path, other_path) = (bot.path.display(), other.path.display());
            if bot.database == other.database {
                bail!(
                    "{path} and {other_path} would share one database: give one of them `database: \"${{OTHER_DATABASE_URL}}\"`"
                );
            }
            if secrecy::ExposeSecret::expose_secret(&bot.token) == secrecy::ExposeSecret::expose_secret(&other.token) {
                bail!("{path} and {other_path} would use one token: give one of them `token: ${{OTHER_TOKEN}}`");
            }
        }
    }
    Ok(())
}

async fn serve(bots: Vec<Prepared>, surroundings: Surroundings) -> anyhow::Result<ExitCode> {
    let (stop, stopping) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    for prepared in bots {
        let (surroundings, stopping) = (surroundings.clone(), stopping.clone());
        tasks.spawn(async move {
            let path = prepared.path.clone();
            keep(prepared, surroundings, stopping).await.with_context(|| path.display().to_string())
        });
    }
    let mut failed = false;
    loop {
        tokio::select! {
            () = signal(), if !*stop.borrow() => {
                tracing::info!("shutting down");
                let _nobody_left = stop.send(true);
            }
            ended = tasks.join_next() => match ended {
                None => break,
                Some(Ok(Ok(()))) => {}
                // One bot's trouble never ends another.
                Some(Ok(Err(error))) => {
                    tracing::error!("{error:#}");
                    failed = true;
                }
                Some(Err(error)) => {
                    tracing::error!("a bot's task ended: {error}");
                    failed = true;
                }
            },
        }
    }
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let (Ok(mut terminate), Ok(mut interrupt)) =
            (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
        {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            return;
        }
    }
    let _unheard = tokio::signal::ctrl_c().await;
}

/// Runs one bot until it is told to stop or cannot go on.
async fn keep(
    prepared: Prepared,
    surroundings: Surroundings,
    mut stopping: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let Prepared { path, program, token, database } = prepared;
    let Surroundings { environment, base, invalid, grace, durability } = surroundings;
    let name = program.name.clone();
    let intents = program.intents;
    let clock = Arc::new(SystemClock);
    let unusable = || format!("the database {} cannot be used", shown_database(&database));
    let claim = Claim::take(&database).with_context(unusable)?;
    let options = SqliteOptions { durability, ..SqliteOptions::default() };
    let store = SqliteStore::open_with(&database, clock.clone(), options).await.map_err(advised);
    let store = store.with_context(unusable)?;
    let adapter = Arc::new(Adapter::new(Rest::sharing(&base, token.clone(), &invalid)));
    let ports = Ports {
        discord: adapter.clone(),
        memory: Arc::new(store),
        http: adapter.clone(),
        clock,
        dice: Arc::new(SystemDice),
        trace: Arc::new(Unwatched),
    };
    let bot = Bot::start(program, ports).await.map_err(|StartError::Memory(error)| advised(error));
    let bot = bot.with_context(unusable)?;
    let (events, mut arriving) = mpsc::channel(1_024);
    let options =
        |intents| Options { base: base.clone(), token: token.clone(), intents, events: events.clone(), shards: None };
    let started = tokio::select! {
        started = Connection::start(options(intents)) => started,
        _ = stopping.changed() => {
            bot.stop(grace).await;
            return Ok(());
        }
    };
    let mut connection = started?;
    let mut watch = Watch::start(&path)?;
    let mut outage = Outage::default();
    tracing::info!(bot = name, "starting; saving {} changes the bot while it runs", path.display());
    let outcome = loop {
        tokio::select! {
            event = arriving.recv() => match event {
                Some(event) => if let Err(error) = take_in(&bot, &mut outage, event) { break Err(error.into()) },
                None => break Ok(()),
            },
            () = adapter.rest().token_refused() => break Err(ConnectionError::WrongToken.into()),
            _ = watch.changed() => {
                if let Some(intents) = reload(&bot, &path, &environment).await {
                    tracing::info!(bot = name, "the file needs other events: connecting again");
                    connection.shutdown().await;
                    connection = Connection::start(options(intents)).await?;
                }
            }
            _ = stopping.changed() => break Ok(()),
        }
    };
    connection.shutdown().await;
    bot.stop(grace).await;
    drop(claim);
    tracing::info!(bot = name, "stopped");
    outcome
}

/// With what can be done about it.
fn advised(error: MemoryError) -> anyhow::Error {
    match error.advice() {
        Some(advice) => anyhow!("{error}: {advice}"),
        None => error.into(),
    }
}

/// A database's address without what may be a password.
pub fn shown_database(url: &str) -> String {
    match url.split_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => url.to_owned(),
    }
}

fn take_in(bot: &Arc<Bot>, outage: &mut Outage, event: GatewayEvent) -> Result<(), ConnectionError> {
    match event {
        GatewayEvent::Ready { application_id, user, guilds, shard } => {
            let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
            tracing::info!(bot = bot.name(), user = text("username"), servers = guilds.len(), shard, "connected");
            outage.over(&bot.name());
            bot.connected(Identity { application: application_id, user: text("id"), name: text("username") });
            bot.is_in(guilds);
        }
        GatewayEvent::Dispatch { kind, data, .. } => bot.deliver(Event::read(&kind, data)),
        GatewayEvent::Resumed { shard } => {
            outage.over(&bot.name());
            tracing::info!(bot = bot.name(), shard, "connected again; nothing was missed");
        }
        GatewayEvent::Disconnected { shard, reason, retry_in } => {
            tracing::warn!(bot = bot.name(), shard, ?retry_in, "disconnected: {reason}");
            outage.lost(&bot.name(), &reason);
        }
        GatewayEvent::Failed(error) => return Err(error),
    }
    Ok(())
}

/// Checks the saved file and swaps it in; gives the intents when they are others than before.
async fn reload(bot: &Arc<Bot>, path: &Path, environment: &Environment) -> Option<u64> {
    let loaded = match load(path, environment) {
        Ok(loaded) => loaded,
        Err(error) => {
            tracing::warn!("cannot read {}: {error}; the bot goes on as it was", path.display());
            return None;
        }
    };
    crate::cli::shown::show(&loaded.sources, &loaded.diagnostics, crate::cli::arguments::Format::Human);
    let Some(program) = loaded.program else {
        tracing::error!(
            bot = bot.name(),
            "{} has {}; the bot goes on as it was",
            path.display(),
            crate::cli::shown::count(loaded.diagnostics.sorted())
        );
        return None;
    };
    if program.hash == bot.program().hash {
        return None;
    }
    let intents = program.intents;
    match bot.swap(program).await {
        Ok(swapped) => {
            tracing::info!(bot = bot.name(), generation = swapped.generation, "{} is live", path.display());
            for what in &swapped.restart_needed {
                tracing::warn!(bot = bot.name(), "restart needed: {what}");
            }
            swapped.intents_changed.then_some(intents)
        }
        Err(error) => {
            tracing::error!(bot = bot.name(), "{} cannot be used: {error}; the bot goes on as it was", path.display());
            None
        }
    }
}
