//! What a client says of itself: IDENTIFY and RESUME, read from JSON.

use super::close::{self, Close};
use super::shard::Shard;
use crate::sim::intent;
use serde::Deserialize;
use serde_json::Value;

/// The fields of op 2 that matter here; `properties` must be there, as Discord demands.
#[derive(Deserialize)]
pub struct Identify {
    pub token: String,
    #[serde(rename = "properties")]
    _properties: serde_json::Map<String, Value>,
    /// Whether large payloads may come compressed, each on its own.
    #[serde(default)]
    pub compress: bool,
    #[serde(default)]
    shard: Option<Vec<Value>>,
    #[serde(default)]
    intents: Value,
}

impl Identify {
    pub fn read(data: Value) -> Result<Self, Close> {
        serde_json::from_value(data).map_err(|_| close::DECODE_ERROR)
    }

    pub fn intents(&self) -> Result<u64, Close> {
        self.intents.as_u64().filter(|bits| bits & !intent::KNOWN == 0).ok_or(close::INVALID_INTENTS)
    }

    pub fn shard(&self) -> Result<Shard, Close> {
        let Some(pair) = &self.shard else { return Ok(Shard::ONLY) };
        let shard = match pair.as_slice() {
            [id, count] => id.as_u64().zip(count.as_u64()).map(|(id, count)| Shard { id, count }),
            _ => None,
        };
        shard.filter(|shard| shard.is_valid()).ok_or(close::INVALID_SHARD)
    }
}

/// Op 6.
#[derive(Deserialize)]
pub struct Resume {
    pub token: String,
    pub session_id: String,
    pub seq: u64,
}

impl Resume {
    pub fn read(data: Value) -> Result<Self, Close> {
        serde_json::from_value(data).map_err(|_| close::DECODE_ERROR)
    }
}
