//! The gateway, from the side of a client that does everything right, and of one that does everything wrong.

use super::client::{Client, Heard, identify, resume};
use super::stage::{MEMBERS, PLAIN, Stage};
use crate::sim::net::settings::Settings;
use serde_json::{Value, json};
use std::io::Read;
use std::time::Duration;

/// What a client is closed with when it says this after Hello.
async fn closed_after(op: u64, data: Value) -> Heard {
    let stage = Stage::set().await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(op, data).await;
    client.end().await
}

async fn closed_after_ready(text: String) -> Heard {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.text(text).await;
    client.end().await
}

fn with(token: &str, key: &str, value: Value) -> Value {
    let mut data = identify(token, PLAIN);
    data[key] = value;
    data
}

#[tokio::test]
async fn ready_names_bot_guilds_and_where_to_resume() {
    let stage = Stage::set().await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    assert_eq!(ready["v"], 10);
    assert_eq!(ready["application"]["id"], json!(stage.application));
    assert_eq!(ready["user"]["bot"], true);
    assert_eq!(ready["guilds"], json!([{ "id": stage.guild, "unavailable": true }]));
    assert_eq!(ready["resume_gateway_url"], json!(stage.gateway()));
    assert_eq!(client.seq, 1);
    let guild = client.event("GUILD_CREATE").await;
    assert_eq!(guild["id"], json!(stage.guild));
    assert!(guild["channels"].is_array() && guild["members"].is_array());
}

#[tokio::test]
async fn a_token_may_carry_its_scheme() {
    let stage = Stage::set().await;
    Client::ready(&stage.gateway(), &format!("Bot {}", stage.token), PLAIN).await;
}

#[tokio::test]
async fn a_wrong_token_is_4004() {
    assert_eq!(closed_after(2, identify("nonsense", PLAIN)).await, Heard::Close(Some(4004)));
}

#[tokio::test]
async fn identifying_twice_is_4005() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.say(2, identify(&stage.token, PLAIN)).await;
    assert_eq!(client.end().await, Heard::Close(Some(4005)));
}

#[tokio::test]
async fn speaking_before_identifying_is_4003() {
    assert_eq!(closed_after(3, json!({})).await, Heard::Close(Some(4003)));
    assert_eq!(closed_after(8, json!({})).await, Heard::Close(Some(4003)));
}

#[tokio::test]
async fn what_is_not_json_is_4002() {
    assert_eq!(closed_after_ready("{".to_owned()).await, Heard::Close(Some(4002)));
}

#[tokio::test]
async fn more_than_4096_bytes_are_4002() {
    let long = json!({ "op": 3, "d": { "since": null, "activities": [], "afk": false, "status": "x".repeat(4096) } });
    assert_eq!(closed_after_ready(long.to_string()).await, Heard::Close(Some(4002)));
}

#[tokio::test]
async fn an_unknown_opcode_is_4001() {
    assert_eq!(closed_after_ready(json!({ "op": 99, "d": null }).to_string()).await, Heard::Close(Some(4001)));
}

#[tokio::test]
async fn an_identify_without_properties_is_4002() {
    assert_eq!(closed_after(2, json!({ "token": "x", "intents": 0 })).await, Heard::Close(Some(4002)));
}

#[tokio::test]
async fn an_intent_that_does_not_exist_is_4013() {
    let stage = Stage::set().await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(2, identify(&stage.token, 1 << 40)).await;
    assert_eq!(client.end().await, Heard::Close(Some(4013)));
}

#[tokio::test]
async fn a_privileged_intent_needs_leave() {
    let stage = Stage::set().await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(2, identify(&stage.token, MEMBERS)).await;
    assert_eq!(client.end().await, Heard::Close(Some(4014)));
    stage.allow_privileged();
    Client::ready(&stage.gateway(), &stage.token, MEMBERS).await;
}

#[tokio::test]
async fn a_shard_outside_its_count_is_4010() {
    let stage = Stage::set().await;
    for shard in [json!([2, 2]), json!([0, 0]), json!([0]), json!(["a", "b"])] {
        let mut client = Client::greet(&stage.gateway()).await;
        client.say(2, with(&stage.token, "shard", shard)).await;
        assert_eq!(client.end().await, Heard::Close(Some(4010)));
    }
}

#[tokio::test]
async fn another_api_version_is_4012() {
    let stage = Stage::set().await;
    let mut client = Client::connect(&format!("{}?v=3&encoding=json", stage.gateway())).await;
    assert_eq!(client.end().await, Heard::Close(Some(4012)));
}

#[tokio::test]
async fn talking_too_much_is_4008() {
    let stage = Stage::with(Settings { send_limit: 5, ..Settings::default() }).await;
    let mut client = Client::greet(&stage.gateway()).await;
    for _ in 0..6 {
        client.beat().await;
    }
    assert_eq!(client.end().await, Heard::Close(Some(4008)));
}

#[tokio::test]
async fn silence_is_4009_and_ends_the_session() {
    let stage = Stage::with(Settings { heartbeat: Duration::from_millis(500), ..Settings::default() }).await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    assert_eq!(client.end().await, Heard::Close(Some(4009)));
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], 1)).await;
    assert_eq!(client.op(9).await["d"], false);
}

#[tokio::test]
async fn a_heartbeat_is_acknowledged_even_before_identifying() {
    let stage = Stage::set().await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(1, Value::Null).await;
    assert_eq!(client.payload().await["op"], 11);
}

#[tokio::test]
async fn a_lost_connection_is_resumed_without_a_gap() {
    let stage = Stage::set().await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.event("GUILD_CREATE").await;
    let seq = client.seq;
    stage.server.drop_connections();
    assert_eq!(client.end().await, Heard::Gone);
    let missed = [stage.happen(), stage.happen()];

    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], seq)).await;
    for (nth, id) in (1..).zip(missed) {
        let payload = client.payload().await;
        assert_eq!((&payload["t"], &payload["s"]), (&json!("INTERACTION_CREATE"), &json!(seq + nth)));
        assert_eq!(payload["d"]["id"], json!(id));
    }
    assert_eq!(client.payload().await["t"], "RESUMED");
    let id = stage.happen();
    assert_eq!(client.event("INTERACTION_CREATE").await["id"], json!(id));
}

#[tokio::test]
async fn resuming_with_a_number_from_the_future_is_4007() {
    let stage = Stage::set().await;
    let (client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    drop(client);
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], 1_000)).await;
    assert_eq!(client.end().await, Heard::Close(Some(4007)));
}

#[tokio::test]
async fn an_unknown_session_must_identify_anew_on_the_same_connection() {
    let stage = Stage::set().await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &json!("nobody"), 1)).await;
    assert_eq!(client.payload().await["d"], false);
    client.say(2, identify(&stage.token, PLAIN)).await;
    client.event("READY").await;
}

#[tokio::test]
async fn a_resume_with_a_wrong_token_is_4004() {
    let stage = Stage::set().await;
    let (client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    drop(client);
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume("nonsense", &ready["session_id"], 1)).await;
    assert_eq!(client.end().await, Heard::Close(Some(4004)));
}

#[tokio::test]
async fn leaving_with_1000_ends_the_session() {
    let stage = Stage::set().await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.close(1000).await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], 1)).await;
    assert_eq!(client.op(9).await["d"], false);
}

#[tokio::test]
async fn a_session_left_alone_too_long_is_gone() {
    let settings = Settings { session_life: Duration::ZERO, ..Settings::default() };
    let stage = Stage::with(settings).await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.close(4000).await;
    stage.session_gone(&ready["session_id"]).await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], 1)).await;
    assert_eq!(client.op(9).await["d"], false);
}

#[tokio::test]
async fn what_the_replay_forgot_cannot_be_resumed() {
    let stage = Stage::with(Settings { replay: 1, ..Settings::default() }).await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.event("GUILD_CREATE").await;
    client.close(4000).await;
    for _ in 0..3 {
        stage.happen();
    }
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(6, resume(&stage.token, &ready["session_id"], 2)).await;
    assert_eq!(client.op(9).await["d"], false);
}

#[tokio::test]
async fn orders_reach_the_client() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    stage.server.ask_heartbeat();
    assert_eq!(client.op(1).await["d"], Value::Null);
    stage.server.reconnect();
    client.op(7).await;
    stage.server.invalid_session(true);
    assert_eq!(client.op(9).await["d"], true);
}

#[tokio::test]
async fn a_resumable_op_9_keeps_the_session_and_the_other_one_ends_it() {
    let stage = Stage::set().await;
    let (mut client, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.event("GUILD_CREATE").await;
    stage.server.invalid_session(true);
    client.op(9).await;
    client.say(6, resume(&stage.token, &ready["session_id"], client.seq)).await;
    client.event("RESUMED").await;
    stage.server.invalid_session(false);
    client.op(9).await;
    client.say(6, resume(&stage.token, &ready["session_id"], client.seq)).await;
    assert_eq!(client.op(9).await["d"], false);
}

#[tokio::test]
async fn any_close_code_can_be_ordered_and_none_too() {
    let stage = Stage::set().await;
    for code in [Some(4000), Some(1001), Some(4014), None] {
        let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
        stage.server.close_with(code);
        assert_eq!(client.end().await, Heard::Close(code));
    }
}

#[tokio::test]
async fn a_doubled_interaction_has_two_numbers() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    stage.server.duplicate_next_interaction();
    let (doubled, single) = (stage.happen(), stage.happen());
    let mut heard = Vec::new();
    for _ in 0..3 {
        let id = client.event("INTERACTION_CREATE").await["id"].clone();
        heard.push((id, client.seq));
    }
    let first = heard[0].1;
    assert_eq!(heard, [(json!(doubled), first), (json!(doubled), first + 1), (json!(single), first + 2)]);
}

#[tokio::test]
async fn a_pause_holds_back_and_loses_nothing() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    client.event("GUILD_CREATE").await;
    stage.server.pause();
    client.beat().await;
    let id = stage.happen();
    assert!(client.is_quiet(Duration::from_millis(50)).await);
    stage.server.unpause();
    client.op(11).await;
    assert_eq!(client.event("INTERACTION_CREATE").await["id"], json!(id));
}

#[tokio::test]
async fn guild_members_come_in_chunks() {
    let stage = Stage::set().await;
    stage.allow_privileged();
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN | MEMBERS).await;
    let wanted = json!({ "guild_id": stage.guild, "query": "", "limit": 0, "nonce": "mine" });
    client.say(8, wanted).await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!((&chunk["chunk_index"], &chunk["chunk_count"], &chunk["nonce"]), (&json!(0), &json!(1), &json!("mine")));
    let members = chunk["members"].as_array().expect("members");
    assert!(members.iter().any(|member| member["user"]["id"] == json!(stage.member)));
}

#[tokio::test]
async fn guild_members_by_id_tell_who_was_not_found() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    let wanted = json!({ "guild_id": stage.guild, "user_ids": [stage.member, "1"], "limit": 0 });
    client.say(8, wanted).await;
    let chunk = client.event("GUILD_MEMBERS_CHUNK").await;
    assert_eq!(chunk["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(chunk["not_found"], json!(["1"]));
}

#[tokio::test]
async fn a_guild_is_heard_by_its_shard_alone() {
    let stage = Stage::set().await;
    let count = 2;
    let home = (stage.guild.0 >> 22) % count;
    let mut guilds = Vec::new();
    for id in 0..count {
        let mut client = Client::greet(&stage.gateway()).await;
        client.say(2, with(&stage.token, "shard", json!([id, count]))).await;
        let ready = client.event("READY").await;
        assert_eq!(ready["shard"], json!([id, count]));
        guilds.push(ready["guilds"].as_array().map_or(0, Vec::len));
        if id != home {
            stage.happen();
            stage.happen_in_dm();
            if id == 0 {
                assert!(client.event("INTERACTION_CREATE").await["guild_id"].is_null());
            } else {
                assert!(client.is_quiet(Duration::from_millis(50)).await);
            }
        }
    }
    assert_eq!(guilds.iter().sum::<usize>(), 1);
    assert_eq!(guilds[usize::try_from(home).expect("small")], 1);
}

#[tokio::test]
async fn hasty_identifies_get_op_9() {
    let stage = Stage::with(Settings { identify_pause: Duration::from_secs(60), ..Settings::default() }).await;
    Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(2, identify(&stage.token, PLAIN)).await;
    assert_eq!(client.payload().await["op"], 9);
}

#[tokio::test]
async fn zlib_stream_is_one_stream() {
    let stage = Stage::set().await;
    let mut client = Client::connect(&format!("{}?v=10&encoding=json&compress=zlib-stream", stage.gateway())).await;
    let mut zlib = flate2::Decompress::new(true);
    let mut next = async |client: &mut Client| -> Value {
        let Heard::Binary(bytes) = client.hear().await else { panic!("a binary frame was expected") };
        assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
        let mut out = Vec::with_capacity(1 << 20);
        zlib.decompress_vec(&bytes, &mut out, flate2::FlushDecompress::Sync).expect("zlib");
        serde_json::from_slice(&out).expect("JSON")
    };
    assert_eq!(next(&mut client).await["op"], 10);
    client.say(2, identify(&stage.token, PLAIN)).await;
    assert_eq!(next(&mut client).await["t"], "READY");
    assert_eq!(next(&mut client).await["t"], "GUILD_CREATE");
}

#[tokio::test]
async fn an_encoding_not_spoken_here_is_refused_with_a_reason() {
    let stage = Stage::set().await;
    for query in ["v=10&encoding=etf", "v=10&compress=zstd-stream"] {
        let mut client = Client::connect(&format!("{}?{query}", stage.gateway())).await;
        assert_eq!(client.end().await, Heard::Close(Some(4002)));
    }
}

#[tokio::test]
async fn a_stopping_server_says_goodbye() {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    let (end, ()) = tokio::join!(client.end(), stage.server.shutdown());
    assert_eq!(end, Heard::Close(Some(1001)));
}

#[tokio::test]
async fn a_client_that_asks_gets_large_payloads_compressed_one_by_one() {
    let stage = Stage::set().await;
    for number in 0..50 {
        let made = stage.world.add_channel(stage.guild, &format!("room-{number}"), 0, None, &[]);
        made.expect("a channel");
    }
    let mut client = Client::greet(&stage.gateway()).await;
    client.say(2, with(&stage.token, "compress", json!(true))).await;
    client.event("READY").await;
    let Heard::Binary(bytes) = client.hear().await else { panic!("a binary frame was expected") };
    let mut text = String::new();
    flate2::read::ZlibDecoder::new(&bytes[..]).read_to_string(&mut text).expect("zlib");
    let guild: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((&guild["t"], guild["d"]["channels"].as_array().map(Vec::len)), (&json!("GUILD_CREATE"), Some(51)));
}

#[tokio::test]
async fn a_second_connection_takes_the_session_over() {
    let stage = Stage::set().await;
    let (mut first, ready) = Client::ready(&stage.gateway(), &stage.token, PLAIN).await;
    first.event("GUILD_CREATE").await;
    let mut second = Client::greet(&stage.gateway()).await;
    second.say(6, resume(&stage.token, &ready["session_id"], first.seq)).await;
    second.event("RESUMED").await;
    assert_eq!(first.end().await, Heard::Close(Some(4000)));
    let id = stage.happen();
    assert_eq!(second.event("INTERACTION_CREATE").await["id"], json!(id));
}
