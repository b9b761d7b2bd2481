//! `botwright sim`: a simulated Discord on loopback, for bots of any kind.

use crate::cli::arguments::Format;
use crate::cli::shown;
use crate::compile::Environment;
use crate::engine::load;
use crate::flow::port::SystemClock;
use crate::flow::program::Program;
use crate::sim::channel::{Overwrite, kind};
use crate::sim::net::Server;
use crate::sim::{Id, Permissions, Playground};
use crate::stage::Provision;
use anyhow::Context;
use serde_json::{Map, Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The port on 127.0.0.1; 0 takes any that is free.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The token that the bot signs with.
    #[arg(long = "bot", value_name = "TOKEN", default_value = "playground-token")]
    token: String,
    /// Make the channels, roles and webhooks that this bot's settings need, and tell the variables that name them.
    #[arg(long = "for", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Print where everything is as one line of JSON.
    #[arg(long)]
    json: bool,
}

/// What a bot needs to know of the place.
struct Place {
    address: String,
    ground: Playground,
    bot: Id,
    /// For the bot's environment, in order.
    variables: Vec<(String, String)>,
    webhook: String,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let program = match &arguments.file {
        None => None,
        Some(path) => match program(path)? {
            Some(program) => Some(program),
            None => return Ok(ExitCode::from(1)),
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(arguments, program.as_ref()))
}

/// The file as it is without this process's environment; none when it has mistakes.
fn program(path: &Path) -> anyhow::Result<Option<Program>> {
    let loaded = load(path, &Environment::default()).with_context(|| format!("cannot read {}", path.display()))?;
    shown::show(&loaded.sources, &loaded.diagnostics, Format::Human);
    Ok(loaded.program)
}

async fn serve(arguments: &Arguments, program: Option<&Program>) -> anyhow::Result<ExitCode> {
    let guild = program.and_then(|program| program.guilds.first()).and_then(|id| id.parse().ok());
    let clock = Arc::new(SystemClock);
    let ground = match guild {
        Some(guild) => Playground::new_as(clock, guild)?,
        None => Playground::new(clock)?,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let server = Server::bind(Arc::clone(&ground.world), address)
        .await
        .with_context(|| format!("port {} cannot be had", arguments.port))?;
    let place = furnish(&server, ground, arguments, program)?;
    if arguments.json {
        println!("{}", place.json())
    } else {
        println!("{}", place.told())
    }
    tokio::signal::ctrl_c().await?;
    server.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

fn furnish(
    server: &Server,
    ground: Playground,
    arguments: &Arguments,
    program: Option<&Program>,
) -> anyhow::Result<Place> {
    let mut provision = Provision::default();
    if let Some(program) = program {
        provision.furnish(&ground, program, &server.http())?;
    }
    let name = program.map_or("botwright", |program| program.name.as_str());
    let bot = ground.invite(name, &arguments.token)?;
    let token = program.map_or("DISCORD_TOKEN", |program| program.wiring.token_variable.as_str());
    let mut variables =
        vec![("DISCORD_API_URL".to_owned(), server.http()), (token.to_owned(), arguments.token.clone())];
    let decided = provision.variables();
    let given = decided.iter().find(|(_, value)| value.contains("/api/webhooks/")).map(|(_, url)| url.clone());
    variables.extend(decided);
    let webhook = match given {
        Some(webhook) => webhook,
        None => {
            let webhook = format!("{}{}", server.http(), own_webhook(&ground)?);
            variables.push(("WEBHOOK_URL".to_owned(), webhook.clone()));
            webhook
        }
    };
    Ok(Place { address: server.http(), ground, bot, variables, webhook })
}

/// Of a channel that only staff sees.
fn own_webhook(ground: &Playground) -> anyhow::Result<String> {
    let hidden = [
        Overwrite::role(ground.guild, Permissions::NONE, Permissions::VIEW_CHANNEL),
        Overwrite::role(ground.staff, Permissions::VIEW_CHANNEL, Permissions::NONE),
    ];
    let log = match ground.world.channel_named(ground.guild, "log") {
        Some(channel) => channel,
        None => ground.world.add_channel(ground.guild, "log", kind::TEXT, None, &hidden)?,
    };
    Ok(ground.world.add_webhook(log, "log")?.1)
}

impl Place {
    fn ids(&self, names: impl Iterator<Item = (String, Id)>) -> Value {
        names.map(|(name, id)| (name, json!(id))).collect::<Map<_, _>>().into()
    }

    fn channels(&self) -> Vec<(String, Id)> {
        let channels = self.ground.world.channels(self.ground.guild);
        channels.into_iter().map(|channel| (channel.name, channel.id)).collect()
    }

    fn roles(&self) -> Vec<(String, Id)> {
        let guild = self.ground.world.guild(self.ground.guild);
        let roles = guild.into_iter().flat_map(|guild| guild.roles.into_values());
        roles.filter(|role| role.id != self.ground.guild).map(|role| (role.name, role.id)).collect()
    }

    fn users(&self) -> Vec<(String, Id)> {
        let ground = &self.ground;
        [ground.root, ground.sam, ground.ana, ground.bo]
            .into_iter()
            .filter_map(|id| Some((ground.world.user(id)?.name, id)))
            .collect()
    }

    fn json(&self) -> Value {
        let environment: Map<String, Value> =
            self.variables.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "api": self.address,
            "control": format!("{}/sim", self.address),
            "environment": environment,
            "webhook": self.webhook,
            "guild": self.ground.guild,
            "bot": self.bot,
            "channels": self.ids(self.channels().into_iter()),
            "roles": self.ids(self.roles().into_iter()),
            "users": self.ids(self.users().into_iter()),
        })
    }

    fn told(&self) -> String {
        let mut lines = vec![format!("A simulated Discord is at {} (Ctrl-C ends it).", self.address), String::new()];
        lines.push("For the bot's environment:".to_owned());
        lines.extend(self.variables.iter().map(|(name, value)| format!("  {name}={value}")));
        lines.push(format!("\nThe server Playground is {}, the bot {}.", self.ground.guild, self.bot));
        for (title, list) in [("channels", self.channels()), ("roles", self.roles()), ("people", self.users())] {
            let names: Vec<String> = list.iter().map(|(name, id)| format!("{name} {id}")).collect();
            lines.push(format!("  {title}: {}", names.join(", ")));
        }
        let act = format!("curl -s {}/sim/act -H 'content-type: application/json' -d", self.address);
        lines.push("\nTo act as somebody, and to look:".to_owned());
        lines.push(format!("  {act} '{{\"as\":\"ana\",\"channel\":\"general\",\"do\":\"say hello\"}}'"));
        lines.push(format!("  curl -s {}/sim                         # what is here, and every door", self.address));
        lines.push(format!("  curl -s '{}/sim/messages/general?as=ana'", self.address));
        lines.join("\n")
    }
}
