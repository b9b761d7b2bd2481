//! A library that knows nothing of the simulation talks to it: serenity, over its own gateway and HTTP client.

use super::stage::{PLAIN, Stage};
use async_trait::async_trait;
use serenity::all::{
    ButtonStyle, ChannelId, ClientBuilder, CommandOptionType, Context, CreateActionRow, CreateAttachment, CreateButton,
    CreateChannel, CreateCommand, CreateCommandOption, CreateEmbed, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateMessage, EventHandler, GatewayIntents, Guild, GuildId, Interaction, Ready,
};
use serenity::gateway::ShardManager;
use serenity::http::{Http, HttpBuilder};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

/// What the bot met, in order.
#[derive(Debug)]
enum Met {
    Ready(Box<Ready>),
    Guild(Box<Guild>),
    Command(Box<Interaction>),
}

struct Bot(UnboundedSender<Met>);

impl Bot {
    fn tell(&self, met: Met) {
        self.0.send(met).expect("a listening test");
    }
}

#[async_trait]
impl EventHandler for Bot {
    async fn ready(&self, _: Context, ready: Ready) {
        self.tell(Met::Ready(Box::new(ready)));
    }

    async fn guild_create(&self, _: Context, guild: Guild, _: Option<bool>) {
        self.tell(Met::Guild(Box::new(guild)));
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        if let Some(command) = interaction.as_command() {
            let message = CreateInteractionResponseMessage::new().content("pong").ephemeral(true);
            let answer = CreateInteractionResponse::Message(message);
            let answered = context.http.create_interaction_response(command.id, &command.token, &answer, Vec::new());
            answered.await.expect("an accepted answer");
        }
        self.tell(Met::Command(Box::new(interaction)));
    }
}

/// serenity, connected to a stage.
struct Guest {
    http: Arc<Http>,
    met: UnboundedReceiver<Met>,
    shards: Arc<ShardManager>,
}

impl Guest {
    async fn arrive(stage: &Stage) -> Self {
        let http = HttpBuilder::new(&stage.token).proxy(stage.server.http()).ratelimiter_disabled(true).build();
        let (sender, met) = unbounded_channel();
        let intents = GatewayIntents::from_bits_truncate(PLAIN);
        let builder = ClientBuilder::new_with_http(http, intents).event_handler(Bot(sender));
        let mut client = builder.await.expect("a client");
        assert_eq!(*client.ws_url.lock().await, stage.gateway());
        let (http, shards) = (client.http.clone(), client.shard_manager.clone());
        tokio::spawn(async move { client.start().await });
        Self { http, met, shards }
    }

    async fn meet(&mut self) -> Met {
        timeout(PATIENCE, self.met.recv()).await.expect("in time").expect("a living bot")
    }
}

#[tokio::test]
async fn serenity_is_ready_and_knows_its_guild() {
    let stage = Stage::set().await;
    let mut guest = Guest::arrive(&stage).await;
    let Met::Ready(ready) = guest.meet().await else { panic!("READY comes first") };
    assert_eq!((ready.user.id.get(), ready.guilds.len()), (stage.application.0, 1));
    let Met::Guild(guild) = guest.meet().await else { panic!("then the guild") };
    assert_eq!((guild.id.get(), guild.name.as_str()), (stage.guild.0, "Shop"));
    assert!(guild.channels.contains_key(&ChannelId::new(stage.channel.0)));
    guest.shards.shutdown_all().await;
}

#[tokio::test]
async fn serenity_hears_a_command_and_answers_it() {
    let stage = Stage::set().await;
    let mut guest = Guest::arrive(&stage).await;
    while !matches!(guest.meet().await, Met::Guild(_)) {}
    let asked = stage.world.command(stage.member, stage.channel, "/ping times:3").expect("a command");
    let Met::Command(interaction) = guest.meet().await else { panic!("an interaction was expected") };
    let command = interaction.command().expect("a command");
    assert_eq!((command.id.get(), command.data.name.as_str()), (asked.0, "ping"));
    assert_eq!((command.user.name.as_str(), command.data.options[0].value.as_i64()), ("ana", Some(3)));
    let answers = stage.world.answers(asked);
    assert_eq!((answers[0].content.as_str(), answers[0].ephemeral_to), ("pong", Some(stage.member)));
    guest.shards.shutdown_all().await;
}

#[tokio::test]
async fn serenity_resumes_after_its_connection_was_lost() {
    let stage = Stage::set().await;
    let mut guest = Guest::arrive(&stage).await;
    while !matches!(guest.meet().await, Met::Guild(_)) {}
    stage.server.drop_connections();
    let asked = stage.happen();
    let Met::Command(interaction) = guest.meet().await else { panic!("an interaction was expected, and no new READY") };
    assert_eq!(interaction.id().get(), asked.0);
    guest.shards.shutdown_all().await;
}

#[tokio::test]
async fn serenity_makes_channels_messages_and_commands() {
    let stage = Stage::set().await;
    let guest = Guest::arrive(&stage).await;
    let guild = GuildId::new(stage.guild.0);
    let channel = guest.http.create_channel(guild, &CreateChannel::new("made"), None).await.expect("a channel");
    assert_eq!(channel.name, "made");
    let button = CreateButton::new("press").label("Press").style(ButtonStyle::Success);
    let message = CreateMessage::new()
        .content("hello")
        .embed(CreateEmbed::new().title("Title").field("Name", "Value", true))
        .components(vec![CreateActionRow::Buttons(vec![button])]);
    let file = CreateAttachment::bytes(*b"bytes", "file.txt");
    let sent = guest.http.send_message(channel.id, vec![file], &message).await.expect("a message");
    assert_eq!((sent.content.as_str(), sent.embeds.len(), sent.attachments.len()), ("hello", 1, 1));
    let bytes = reqwest::get(&sent.attachments[0].url).await.expect("an answer").bytes().await.expect("a file");
    assert_eq!(&bytes[..], b"bytes");
    guest.http.get_current_user().await.expect("itself");
    let option = CreateCommandOption::new(CommandOptionType::Integer, "times", "how often").required(true);
    let command = CreateCommand::new("ping").description("Pings").add_option(option);
    guest.http.set_application_id(stage.application.0.into());
    let made = guest.http.create_guild_commands(guild, &[command]).await.expect("commands");
    assert_eq!((made.len(), made[0].name.as_str()), (1, "ping"));
    guest.shards.shutdown_all().await;
}
