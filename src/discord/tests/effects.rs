//! Every effect asks for what Discord describes.

use super::openapi::check;
use crate::flow::effect::{Callback, Effect, InteractionRef, Overwrite, WebhookUrl};
use crate::flow::payload::{
    AllowedMentions, Author, Choice, Component, Embed, Emoji, Field, File, Footer, Media, Message, Modal, SelectOption,
};
use crate::flow::request::Auth;
use serde_json::{Value, json};

const CHANNEL: &str = "1200000000000000001";
const USER: &str = "1200000000000000002";
const GUILD: &str = "1200000000000000003";
const ROLE: &str = "1200000000000000004";
const APPLICATION: &str = "1200000000000000005";

fn interaction() -> InteractionRef {
    InteractionRef { id: USER.into(), application: APPLICATION.into(), token: "aW50ZXJhY3Rpb24_-".into() }
}

fn emoji() -> Option<Emoji> {
    Some(Emoji { id: None, name: Some("🎫".into()), animated: false })
}

fn button(style: u8) -> Component {
    Component { style: Some(style), label: Some("Open".into()), emoji: emoji(), ..Component::new(Component::BUTTON) }
}

fn select() -> Component {
    let option = SelectOption {
        label: "One".into(),
        value: "1".into(),
        description: Some("the first".into()),
        emoji: emoji(),
        default: true,
    };
    Component {
        custom_id: Some("select:colour".into()),
        placeholder: Some("choose".into()),
        min_values: Some(1),
        max_values: Some(1),
        options: vec![option],
        ..Component::new(Component::STRING_SELECT)
    }
}

fn embed() -> Embed {
    Embed {
        title: Some("Title".into()),
        description: Some("Text".into()),
        url: Some("https://example.org/".into()),
        color: Some(0x00ff_8800),
        timestamp: Some("2026-11-01T12:00:00Z".into()),
        footer: Some(Footer { text: "foot".into(), icon_url: Some("https://example.org/i.png".into()) }),
        image: Some(Media { url: "https://example.org/i.png".into() }),
        thumbnail: Some(Media { url: "https://example.org/t.png".into() }),
        author: Some(Author {
            name: "Me".into(),
            url: Some("https://example.org/".into()),
            icon_url: Some("https://example.org/a.png".into()),
        }),
        fields: vec![Field { name: "a".into(), value: "b".into(), inline: true }],
    }
}

fn message() -> Message {
    let named = |name: &str| Component { custom_id: Some(name.into()), ..button(1) };
    let link = Component { url: Some("https://example.org/".into()), ..button(5) };
    Message {
        content: Some("hi".into()),
        embeds: vec![embed()],
        components: vec![Component::row(vec![named("button:open"), link]), Component::row(vec![select()])],
        allowed_mentions: AllowedMentions { parse: Vec::new(), users: vec![USER.into()], roles: vec![ROLE.into()] },
        flags: 0,
        files: vec![File { name: "log.txt".into(), content: b"log".to_vec() }],
    }
}

fn modal() -> Modal {
    let input = Component {
        custom_id: Some("reason".into()),
        style: Some(2),
        label: Some("Why?".into()),
        placeholder: Some("…".into()),
        min_length: Some(1),
        max_length: Some(4000),
        required: Some(true),
        value: Some("because".into()),
        ..Component::new(Component::TEXT_INPUT)
    };
    Modal { custom_id: "modal:reason".into(), title: "Reason".into(), components: vec![Component::row(vec![input])] }
}

fn callbacks() -> Vec<Callback> {
    vec![
        Callback::Message(message()),
        Callback::Message(Message::text("hi").ephemeral()),
        Callback::Defer { ephemeral: true },
        Callback::Defer { ephemeral: false },
        Callback::DeferUpdate,
        Callback::Update(message()),
        Callback::Update(Message::text("hi")),
        Callback::Autocomplete(vec![Choice { name: "One".into(), value: json!(1) }]),
        Callback::Modal(modal()),
    ]
}

fn effects() -> Vec<Effect> {
    let interaction = interaction();
    let channel = || CHANNEL.to_owned();
    let (guild, user, role) = (|| GUILD.to_owned(), || USER.to_owned(), || ROLE.to_owned());
    let url = WebhookUrl(format!("https://discord.com/api/webhooks/{CHANNEL}/token_-"));
    let overwrite = Overwrite { id: user(), kind: 1, allow: "1024".into(), deny: "0".into() };
    let command = json!([{ "name": "rate", "description": "Rates", "type": 1, "options": [
        { "type": 4, "name": "stars", "description": "How many", "required": true, "min_value": 1, "max_value": 5 },
    ] }]);
    let respond = |callback| Effect::Respond { interaction: interaction.clone(), callback };
    let mut effects: Vec<Effect> = callbacks().into_iter().map(respond).collect();
    effects.extend([
        Effect::EditResponse { interaction: interaction.clone(), message: message() },
        Effect::GetResponse { interaction: interaction.clone() },
        Effect::DeleteResponse { interaction: interaction.clone(), message: None },
        Effect::DeleteResponse { interaction: interaction.clone(), message: Some("8".into()) },
        Effect::FollowUp { interaction, message: Message::text("more").ephemeral() },
        Effect::SendMessage { channel: channel(), message: message(), nonce: Some("run-1-step-2".into()) },
        Effect::EditMessage { channel: channel(), id: user(), message: Message::default() },
        Effect::DeleteMessage { channel: channel(), id: user() },
        Effect::OpenDm { user: user() },
        Effect::CreateChannel {
            guild: guild(),
            name: "ticket-1".into(),
            kind: 0,
            parent: Some(channel()),
            topic: Some("help".into()),
            overwrites: vec![overwrite],
        },
        Effect::DeleteChannel { channel: channel() },
        Effect::GuildChannels { guild: guild() },
        Effect::GuildRoles { guild: guild() },
        Effect::GuildMember { guild: guild(), user: user() },
        Effect::AddRole { guild: guild(), user: user(), role: role() },
        Effect::RemoveRole { guild: guild(), user: user(), role: role() },
        Effect::ExecuteWebhook { url, message: message() },
        Effect::Commands { application: APPLICATION.into(), guild: None },
        Effect::Commands { application: APPLICATION.into(), guild: Some(guild()) },
        Effect::SetCommands { application: APPLICATION.into(), guild: None, commands: command.clone() },
        Effect::SetCommands { application: APPLICATION.into(), guild: Some(guild()), commands: command },
    ]);
    effects
}

#[test]
fn every_effect_asks_for_what_discord_describes() {
    let wrong: Vec<String> = effects()
        .iter()
        .filter_map(|effect| {
            let request = effect.request().unwrap();
            check(request.method.as_str(), &request.path, request.body.as_ref()).err()
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_edit_empties_what_it_does_not_name() {
    let effect = Effect::EditMessage { channel: CHANNEL.into(), id: USER.into(), message: Message::text("hi") };
    let body = effect.request().unwrap().body.unwrap();
    for part in ["embeds", "components", "attachments"] {
        assert_eq!(body[part], json!([]), "{part}");
    }
}

#[test]
fn routes_keep_the_major_id_and_drop_the_others() {
    let route = |effect: Effect| effect.request().unwrap().route;
    let member = Effect::GuildMember { guild: GUILD.into(), user: USER.into() };
    assert_eq!(route(member), format!("/guilds/{GUILD}/members/{{}}"));
    let edit = Effect::DeleteMessage { channel: CHANNEL.into(), id: USER.into() };
    assert_eq!(route(edit), format!("/channels/{CHANNEL}/messages/{{}}"));
    // Each interaction has a limit of its own.
    let follow_up = Effect::FollowUp { interaction: interaction(), message: Message::text("x") };
    assert_eq!(route(follow_up), format!("/webhooks/{APPLICATION}/{}", interaction().token));
}

#[test]
fn an_id_leads_to_no_other_path() {
    for id in ["", "..", "1/../../guilds/2", "1?x=y", "1#", "%2e%2e", "1 2"] {
        let effect = Effect::DeleteChannel { channel: id.into() };
        assert_eq!(effect.request().unwrap_err().status, 400, "{id}");
    }
}

#[test]
fn credentials_do_not_show() {
    for effect in effects() {
        let request = effect.request().unwrap();
        let secret = match request.auth {
            Auth::Path => request.path.split('/').nth(3).unwrap().split('?').next().unwrap().to_owned(),
            Auth::Bot => continue,
        };
        assert!(!format!("{effect:?}{request:?}{}", request.shown()).contains(&secret), "{request:?}");
    }
}

#[test]
fn a_lost_answer_is_unknown_and_a_refusal_is_not() {
    let unknown = |status: u16| {
        let response = crate::flow::request::Response { status, body: Value::Null, retry_after: None };
        Effect::outcome(response).unwrap_err().unknown
    };
    assert!(unknown(502) && unknown(504));
    assert!(!unknown(400) && !unknown(403) && !unknown(503));
}
