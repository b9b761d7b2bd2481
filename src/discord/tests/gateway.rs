//! The connection: what a scripted gateway does to it, through serenity and the tap.

use super::fake::{Fake, LONG, Peer};
use crate::discord::connection::{Connection, Options, Shards};
use crate::discord::error::ConnectionError;
use crate::discord::event::GatewayEvent;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

const TOKEN: &str = "a-test-token";
const MESSAGE_CONTENT: u64 = 1 << 15;

struct Client {
    connection: Connection,
    events: mpsc::Receiver<GatewayEvent>,
}

fn options(base: &str, events: mpsc::Sender<GatewayEvent>) -> Options {
    let token = SecretString::from(TOKEN);
    Options { base: base.to_owned(), token, intents: 1 | MESSAGE_CONTENT | (1 << 60), events, shards: None }
}

impl Client {
    async fn start(fake: &Fake) -> Self {
        let (sender, events) = mpsc::channel(4);
        let connection = timeout(LONG, Connection::start(options(&fake.base, sender))).await.unwrap().unwrap();
        Self { connection, events }
    }

    async fn event(&mut self) -> GatewayEvent {
        timeout(LONG, self.events.recv()).await.expect("no event came").expect("the connection is gone")
    }

    async fn ready(&mut self) {
        let event = self.event().await;
        assert!(matches!(event, GatewayEvent::Ready { .. }), "{event:?}");
    }

    async fn disconnected(&mut self) -> String {
        match self.event().await {
            GatewayEvent::Disconnected { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }

    /// The sequence, the kind and the data of the next event.
    async fn dispatch(&mut self) -> (u64, String, Value) {
        match self.event().await {
            GatewayEvent::Dispatch { sequence, kind, data, .. } => (sequence, kind, data),
            other => panic!("{other:?}"),
        }
    }

    async fn failed(&mut self) -> ConnectionError {
        loop {
            if let GatewayEvent::Failed(error) = self.event().await {
                return error;
            }
        }
    }

    async fn shutdown(self) {
        timeout(LONG, self.connection.shutdown()).await.expect("shutting down hangs");
    }
}

#[tokio::test]
async fn identifies_with_our_token_intents_and_no_compression() {
    let fake = Fake::start().await;
    let client = Client::start(&fake).await;
    let mut peer = fake.peer().await;
    assert_eq!(peer.path, "/gateway");
    assert_eq!(peer.query, "v=10&encoding=json");
    peer.hello(45_000).await;
    let identify = peer.expect(2).await;
    assert_eq!(identify["token"], TOKEN);
    assert_eq!(identify["intents"], 1 | MESSAGE_CONTENT | (1 << 60));
    assert_eq!(identify["compress"], false);
    assert_eq!(identify["shard"], json!([0, 1]));
    client.shutdown().await;
}

#[tokio::test]
async fn tells_who_the_bot_is() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let _peer = fake.session().await;
    let GatewayEvent::Ready { application_id, user, guilds, shard } = client.event().await else { panic!() };
    assert_eq!((application_id.as_str(), shard), ("88", 0));
    assert_eq!(guilds, ["500"]);
    assert_eq!(user["a_new_thing"]["of"], 2030);
    client.shutdown().await;
}

#[tokio::test]
async fn an_interaction_with_unknown_components_arrives_whole() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.session().await;
    client.ready().await;
    let data = json!({
        "id": "900", "type": 5, "token": "secret-of-the-interaction",
        "data": { "custom_id": "form", "components": [
            { "type": 18, "component": { "type": 250, "custom_id": "x", "values": ["a", { "deep": [1, 2.5, null] }] } },
        ] },
        "a_field_of_2030": 18_446_744_073_709_551_615_u64,
    });
    peer.dispatch(2, "INTERACTION_CREATE", data.clone()).await;
    assert_eq!(client.dispatch().await, (2, "INTERACTION_CREATE".to_owned(), data));
    client.shutdown().await;
}

#[tokio::test]
async fn an_event_does_not_show_its_data() {
    let event =
        GatewayEvent::Dispatch { shard: 0, sequence: 1, kind: "X".to_owned(), data: json!({ "token": "hidden" }) };
    assert!(!format!("{event:?}").contains("hidden"));
}

async fn reaches_resume_from(fake: &Fake, sequence: u64) -> Peer {
    let mut peer = fake.peer().await;
    assert_eq!(peer.path, "/resume");
    resumes(&mut peer, sequence).await;
    peer
}

async fn resumes(peer: &mut Peer, sequence: u64) {
    peer.hello(45_000).await;
    let resume = peer.expect(6).await;
    assert_eq!(resume["token"], TOKEN);
    assert_eq!(resume["session_id"], "s1");
    assert_eq!(resume["seq"], sequence);
}

/// Two events, an end, a resume from the second event, and a third event.
async fn survives(end: impl AsyncFnOnce(Peer) -> Option<Peer>) {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.session().await;
    client.ready().await;
    peer.dispatch(2, "GUILD_CREATE", json!({ "id": "500" })).await;
    peer.dispatch(3, "SOMETHING_NEW", json!({ "id": "501" })).await;
    assert_eq!(client.dispatch().await.0, 2);
    assert_eq!(client.dispatch().await.0, 3);
    let old = end(peer).await;
    client.disconnected().await;
    let mut peer = reaches_resume_from(&fake, 3).await;
    peer.dispatch(4, "MISSED", json!({})).await;
    peer.dispatch(5, "RESUMED", json!({ "_trace": ["x"] })).await;
    assert_eq!(client.dispatch().await.0, 4);
    assert!(matches!(client.event().await, GatewayEvent::Resumed { shard: 0 }));
    if let Some(old) = old {
        assert_eq!(old.closed().await, Some(4000), "the session must stay open");
    }
    client.shutdown().await;
    assert_eq!(peer.closed().await, Some(1000), "the bot must show as offline");
}

#[tokio::test]
async fn op_7_resumes_where_it_was() {
    survives(async |mut peer| {
        peer.say(json!({ "op": 7, "d": null })).await;
        Some(peer)
    })
    .await;
}

#[tokio::test]
async fn a_resumable_op_9_resumes() {
    survives(async |mut peer| {
        peer.say(json!({ "op": 9, "d": true })).await;
        Some(peer)
    })
    .await;
}

#[tokio::test]
async fn close_4000_resumes() {
    survives(async |peer| {
        peer.close(Some(4000)).await;
        None
    })
    .await;
}

#[tokio::test]
async fn a_killed_socket_resumes() {
    survives(async |peer| {
        drop(peer);
        None
    })
    .await;
}

#[tokio::test]
async fn a_close_without_a_code_resumes() {
    survives(async |peer| {
        peer.close(None).await;
        None
    })
    .await;
}

#[tokio::test]
async fn silence_resumes() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.peer().await;
    peer.hello(100).await;
    peer.expect(2).await;
    peer.ready(&fake, 1, "s1").await;
    client.ready().await;
    // From here on the peer answers no heartbeat.
    assert_eq!(client.disconnected().await, "Discord fell silent");
    reaches_resume_from(&fake, 1).await;
    client.shutdown().await;
}

#[tokio::test]
async fn op_9_begins_a_new_session() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    drop(fake.session().await);
    client.ready().await;
    client.disconnected().await;
    let mut peer = reaches_resume_from(&fake, 1).await;
    peer.say(json!({ "op": 9, "d": false })).await;
    assert_eq!(client.disconnected().await, "Discord ended the session");
    let mut peer = fake.peer().await;
    assert_eq!(peer.path, "/gateway");
    peer.hello(45_000).await;
    peer.expect(2).await;
    peer.ready(&fake, 1, "s2").await;
    client.ready().await;
    client.shutdown().await;
}

#[tokio::test]
async fn heartbeats_carry_the_last_sequence() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.peer().await;
    peer.hello(200).await;
    peer.expect(2).await;
    peer.ready(&fake, 1, "s1").await;
    peer.dispatch(41, "X", json!({})).await;
    client.ready().await;
    client.dispatch().await;
    // The next may have been under way already.
    peer.expect(1).await;
    assert_eq!(peer.expect(1).await, 41);
    client.shutdown().await;
}

#[tokio::test]
async fn nothing_is_lost_while_nobody_takes_events() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.session().await;
    for sequence in 2..200 {
        peer.dispatch(sequence, "X", json!({ "text": "x".repeat(1000) })).await;
    }
    client.ready().await;
    for sequence in 2..200 {
        assert_eq!(client.dispatch().await.0, sequence);
    }
    client.shutdown().await;
}

async fn failure(code: u16) -> String {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let mut peer = fake.peer().await;
    peer.hello(45_000).await;
    peer.expect(2).await;
    peer.close(Some(code)).await;
    let sentence = client.failed().await.to_string();
    assert!(timeout(LONG, client.events.recv()).await.unwrap().is_none(), "something follows the failure");
    client.shutdown().await;
    sentence
}

#[tokio::test]
async fn close_4004_says_that_the_token_is_wrong() {
    let sentence = failure(4004).await;
    assert!(sentence.starts_with("the token is wrong or was reset"), "{sentence}");
    assert!(!sentence.contains(TOKEN));
}

#[tokio::test]
async fn close_4014_names_the_intent_to_turn_on() {
    let sentence = failure(4014).await;
    assert!(sentence.contains("turn on the Message Content Intent in the Developer Portal"), "{sentence}");
    assert!(!sentence.contains("Presence"), "{sentence}");
}

#[tokio::test]
async fn close_4013_names_the_intents() {
    let sentence = failure(4013).await;
    assert!(sentence.contains("does not know the intents") && sentence.contains("Message Content"), "{sentence}");
}

#[tokio::test]
async fn a_refused_token_is_an_error_at_once() {
    let fake = Fake::start().await;
    fake.always("GET /gateway/bot", super::fake::Answer::new(401, &json!({ "message": "401: Unauthorized" })));
    let (sender, _events) = mpsc::channel(4);
    let error = timeout(LONG, Connection::start(options(&fake.base, sender))).await.unwrap().err().unwrap();
    assert!(matches!(error, ConnectionError::WrongToken), "{error}");
}

#[tokio::test]
async fn no_session_left_is_an_error_at_once() {
    let fake = Fake::start().await;
    fake.gateway_bot(0);
    let (sender, _events) = mpsc::channel(4);
    let error = timeout(LONG, Connection::start(options(&fake.base, sender))).await.unwrap().err().unwrap();
    assert_eq!(error.to_string(), "all 1000 session starts of today are used up; the next is possible in 10 minutes");
}

#[tokio::test]
async fn waits_for_a_discord_that_is_out_of_reach() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (sender, events) = mpsc::channel(4);
    let base = format!("http://{address}");
    let connection = timeout(LONG, Connection::start(options(&base, sender))).await.unwrap().unwrap();
    let mut client = Client { connection, events };
    let reason = client.disconnected().await;
    assert!(reason.starts_with("cannot reach Discord"), "{reason}");
    let fake = Fake::on(tokio::net::TcpListener::bind(address).await.unwrap());
    let _peer = fake.session().await;
    while !matches!(client.event().await, GatewayEvent::Ready { .. }) {}
    client.shutdown().await;
}

#[tokio::test]
async fn the_session_outlives_an_outage() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let peer = fake.session().await;
    client.ready().await;
    drop(peer);
    client.disconnected().await;
    // Two attempts fail; serenity does not hear of them, so it still resumes.
    for _ in 0..2 {
        drop(fake.peer().await);
        let reason = client.disconnected().await;
        assert_eq!(reason, "Discord's gateway did not say hello");
    }
    // The session's own address is given up by now.
    let mut peer = fake.peer().await;
    assert_eq!(peer.path, "/gateway");
    resumes(&mut peer, 1).await;
    client.shutdown().await;
}

#[tokio::test]
async fn each_shard_has_its_line() {
    let fake = Fake::start().await;
    let (sender, events) = mpsc::channel(4);
    let shards = Some(Shards { these: 1..3, total: 4 });
    let options = Options { shards, ..options(&fake.base, sender) };
    let connection = timeout(LONG, Connection::start(options)).await.unwrap().unwrap();
    let client = Client { connection, events };
    let mut peers = Vec::new();
    let mut shards = Vec::new();
    for _ in 0..2 {
        let mut peer = fake.peer().await;
        peer.hello(45_000).await;
        shards.push(peer.expect(2).await["shard"].to_string());
        peers.push(peer);
    }
    shards.sort();
    assert_eq!(shards, ["[1,4]", "[2,4]"]);
    client.shutdown().await;
}

#[tokio::test]
async fn dropping_it_ends_it() {
    let fake = Fake::start().await;
    let mut client = Client::start(&fake).await;
    let peer = fake.session().await;
    client.ready().await;
    drop(client.connection);
    assert_eq!(peer.closed().await, Some(1000));
    let rest = timeout(Duration::from_secs(10), client.events.recv()).await.expect("its tasks live on");
    assert!(rest.is_none());
}
