//! `botwright run`: bots on Discord, with their tokens and databases.

use crate::cli::arguments::Files;
use crate::cli::check::to_run;
use crate::cli::database::address;
use crate::cli::logging::LogFormat;
use crate::compile::Environment;
use crate::discord::{Adapter, Connection, ConnectionError, GatewayEvent, Options, Rest, check_token};
use crate::engine::{Bot, Identity, Watch, load};
use crate::flow::event::Event;
use crate::flow::port::{Ports, SystemClock, SystemDice};
use crate::flow::program::Program;
use crate::store::SqliteStore;
use anyhow::{Context, bail};
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
    runtime.block_on(serve(bots, environment, base, Duration::from_secs(arguments.grace)))
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

async fn serve(
    bots: Vec<Prepared>,
    environment: Environment,
    base: String,
    grace: Duration,
) -> anyhow::Result<ExitCode> {
    let (stop, stopping) = watch::channel(false);
    let mut tasks = tokio::task::JoinSet::new();
    for prepared in bots {
        let (environment, base, stopping) = (environment.clone(), base.clone(), stopping.clone());
        tasks.spawn(async move {
            let path = prepared.path.clone();
            keep(prepared, environment, base, stopping, grace).await.with_context(|| path.display().to_string())
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
    environment: Environment,
    base: String,
    mut stopping: watch::Receiver<bool>,
    grace: Duration,
) -> anyhow::Result<()> {
    let Prepared { path, program, token, database } = prepared;
    let name = program.name.clone();
    let intents = program.intents;
    let clock = Arc::new(SystemClock);
    let store = SqliteStore::open(&database, clock.clone())
        .await
        .with_context(|| format!("the database {} cannot be used", shown_database(&database)))?;
    let adapter = Arc::new(Adapter::new(Rest::new(&base, token.clone())));
    let ports =
        Ports { discord: adapter.clone(), memory: Arc::new(store), http: adapter, clock, dice: Arc::new(SystemDice) };
    let bot = Bot::start(program, ports).await.context("the database cannot be used")?;
    let (events, mut arriving) = mpsc::channel(1_024);
    let options =
        |intents| Options { base: base.clone(), token: token.clone(), intents, events: events.clone(), shards: None };
    let mut connection = Connection::start(options(intents)).await?;
    let mut watch = Watch::start(&path)?;
    tracing::info!(bot = name, "starting; saving {} changes the bot while it runs", path.display());
    let outcome = loop {
        tokio::select! {
            event = arriving.recv() => match event {
                Some(event) => if let Err(error) = take_in(&bot, event) { break Err(error.into()) },
                None => break Ok(()),
            },
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
    tracing::info!(bot = name, "stopped");
    outcome
}

/// A database's address without what may be a password.
pub fn shown_database(url: &str) -> String {
    match url.split_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => url.to_owned(),
    }
}

fn take_in(bot: &Arc<Bot>, event: GatewayEvent) -> Result<(), ConnectionError> {
    match event {
        GatewayEvent::Ready { application_id, user, guilds, shard } => {
            let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
            tracing::info!(bot = bot.name(), user = text("username"), servers = guilds.len(), shard, "connected");
            bot.connected(Identity { application: application_id, user: text("id"), name: text("username") });
        }
        GatewayEvent::Dispatch { kind, data, .. } => bot.deliver(Event::read(&kind, data)),
        GatewayEvent::Resumed { shard } => {
            tracing::info!(bot = bot.name(), shard, "connected again; nothing was missed")
        }
        GatewayEvent::Disconnected { shard, reason, retry_in } => {
            tracing::warn!(bot = bot.name(), shard, ?retry_in, "disconnected: {reason}");
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
