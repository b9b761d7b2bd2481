//! The gateway's frames: what is read of them, and the stand-ins that serenity gets.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

/// Source: "Gateway Opcodes".
pub mod op {
    pub const DISPATCH: u8 = 0;
    pub const HEARTBEAT: u8 = 1;
    pub const IDENTIFY: u8 = 2;
    pub const RESUME: u8 = 6;
    pub const RECONNECT: u8 = 7;
    pub const INVALID_SESSION: u8 = 9;
    pub const HELLO: u8 = 10;
    pub const HEARTBEAT_ACK: u8 = 11;
}

#[derive(Deserialize)]
pub struct Frame {
    pub op: u8,
    #[serde(default)]
    pub s: Option<u64>,
    #[serde(default)]
    pub t: Option<String>,
    #[serde(default)]
    pub d: Value,
}

impl Frame {
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The text at a JSON pointer below `d`.
    pub fn text(&self, pointer: &str) -> String {
        self.d.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

/// An event that serenity need not know: only its number counts.
pub fn stand_in(sequence: u64) -> String {
    dispatch("TAPPED", sequence, &Value::Null)
}

pub fn resumed(sequence: u64) -> String {
    dispatch("RESUMED", sequence, &json!({}))
}

/// Just what serenity's models demand, so that no new shape of Discord's can stop it.
pub fn ready(sequence: u64, session: &str) -> String {
    let data = json!({
        "v": 10,
        "user": { "id": "1", "username": "bot", "discriminator": "0" },
        "guilds": [],
        "session_id": session,
        "resume_gateway_url": "",
        "application": { "id": "1", "flags": 0 },
    });
    dispatch("READY", sequence, &data)
}

fn dispatch(kind: &str, sequence: u64, data: &Value) -> String {
    json!({ "op": op::DISPATCH, "t": kind, "s": sequence, "d": data }).to_string()
}

pub fn heartbeat_ack() -> String {
    json!({ "op": op::HEARTBEAT_ACK }).to_string()
}

/// serenity's IDENTIFY with what is ours: the token, which serenity never has, every intent bit, no compression.
pub fn identify(mut data: Value, token: &SecretString, intents: u64) -> String {
    data["token"] = json!(token.expose_secret());
    data["intents"] = json!(intents);
    data["compress"] = json!(false);
    data["properties"] = json!({ "os": std::env::consts::OS, "browser": "botwright", "device": "botwright" });
    json!({ "op": op::IDENTIFY, "d": data }).to_string()
}

/// serenity's RESUME from the last event that was handed on.
pub fn resume(mut data: Value, token: &SecretString, sequence: Option<u64>) -> String {
    data["token"] = json!(token.expose_secret());
    if let Some(sequence) = sequence {
        data["seq"] = json!(sequence);
    }
    json!({ "op": op::RESUME, "d": data }).to_string()
}
