//! Opcode 8: a guild's members, asked for over the gateway and answered in chunks.

use super::close::{self, Close};
use super::session::Session;
use super::wire::Wire;
use crate::sim::id::Id;
use serde::Deserialize;
use serde_json::{Value, json};

/// "Maximum of 1000 members per chunk", and as many by a query.
const CHUNK: usize = 1_000;

/// What is asked; one of `query` and `user_ids` must be there.
#[derive(Deserialize)]
struct Asked {
    guild_id: String,
    query: Option<String>,
    #[serde(default)]
    limit: u64,
    #[serde(default)]
    presences: bool,
    user_ids: Option<OneOrMany>,
    nonce: Option<String>,
}

/// `"1"` or `["1", "2"]`, as Discord takes them.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// The `d` of each GUILD_MEMBERS_CHUNK; none for a guild that the bot is not in, about which Discord says nothing.
pub fn chunks(wire: &Wire, session: &Session, data: Value) -> Result<Vec<Value>, Close> {
    let asked: Asked = serde_json::from_value(data).map_err(|_| close::DECODE_ERROR)?;
    let guild: Id = asked.guild_id.parse().map_err(|_| close::DECODE_ERROR)?;
    let Some(all) = wire.world.members_for_gateway(session.application, guild) else { return Ok(Vec::new()) };
    let (members, not_found) = select(&asked, all)?;
    Ok(split(&asked, &members, &not_found))
}

fn select(asked: &Asked, all: Vec<Value>) -> Result<(Vec<Value>, Vec<String>), Close> {
    match (&asked.user_ids, &asked.query) {
        (Some(OneOrMany::One(id)), _) => Ok(by_id(std::slice::from_ref(id), all)),
        (Some(OneOrMany::Many(ids)), _) => Ok(by_id(ids, all)),
        (None, Some(query)) => Ok((by_name(query, asked.limit, all), Vec::new())),
        (None, None) => Err(close::DECODE_ERROR),
    }
}

fn by_id(ids: &[String], all: Vec<Value>) -> (Vec<Value>, Vec<String>) {
    let is = |member: &Value, id: &String| member["user"]["id"] == json!(id);
    let missing = ids.iter().filter(|id| !all.iter().any(|member| is(member, id))).cloned().collect();
    let found = all.into_iter().filter(|member| ids.iter().any(|id| is(member, id))).collect();
    (found, missing)
}

/// Those whose user name or nickname begins so; a limit of 0 is none.
fn by_name(query: &str, limit: u64, all: Vec<Value>) -> Vec<Value> {
    let query = query.to_lowercase();
    let begins = |name: &Value| name.as_str().is_some_and(|name| name.to_lowercase().starts_with(&query));
    let limit = if limit == 0 { usize::MAX } else { usize::try_from(limit).unwrap_or(usize::MAX) };
    let fits = |member: &Value| begins(&member["user"]["username"]) || begins(&member["nick"]);
    all.into_iter().filter(fits).take(limit).collect()
}

/// At least one chunk, so that nobody waits for ever.
fn split(asked: &Asked, members: &[Value], not_found: &[String]) -> Vec<Value> {
    let parts: Vec<&[Value]> = if members.is_empty() { vec![&[]] } else { members.chunks(CHUNK).collect() };
    let chunk = |(index, part): (usize, &&[Value])| {
        let mut chunk = json!({
            "guild_id": asked.guild_id,
            "members": part,
            "chunk_index": index,
            "chunk_count": parts.len(),
        });
        if !not_found.is_empty() {
            chunk["not_found"] = json!(not_found);
        }
        if asked.presences {
            chunk["presences"] = json!([]);
        }
        if let Some(nonce) = &asked.nonce {
            chunk["nonce"] = json!(nonce);
        }
        chunk
    };
    parts.iter().enumerate().map(chunk).collect()
}
