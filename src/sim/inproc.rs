//! The world without a wire: what a bot is handed when it runs in the same process.

use crate::flow::effect::{Effect, Outcome};
use crate::flow::port::{Discord, Http};
use crate::flow::refusal::Refusal;
use crate::flow::request::{Auth, Response};
use crate::sim::rest::call::RestCall;
use crate::sim::world::World;
use async_trait::async_trait;
use std::fmt;
use std::sync::Arc;

/// One bot's way into a world.
#[derive(Clone)]
pub struct Client {
    world: Arc<World>,
    token: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Client(…)")
    }
}

impl Client {
    pub fn new(world: Arc<World>, token: impl Into<String>) -> Self {
        Self { world, token: token.into() }
    }
}

#[async_trait]
impl Discord for Client {
    async fn perform(&self, effect: &Effect) -> Result<Outcome, Refusal> {
        let request = effect.request()?;
        let call = RestCall {
            method: request.method,
            path: request.path,
            authorization: (request.auth == Auth::Bot).then(|| format!("Bot {}", self.token)),
            body: request.body.unwrap_or_default(),
            files: request.files,
            reason: None,
        };
        let answer = self
            .world
            .rest(&call)
            .filter(|answer| answer.status != 0)
            .ok_or_else(|| Refusal::silence("the simulated Discord stays silent"))?;
        let retry_after = (answer.status == 429).then(|| answer.body["retry_after"].as_f64()).flatten();
        Effect::outcome(Response { status: answer.status, body: answer.body, retry_after })
    }
}

#[async_trait]
impl Http for Client {
    async fn get(&self, url: &str, limit: usize) -> Result<Vec<u8>, Refusal> {
        let not_found = || Refusal::new(404, 0, "no such file");
        let bytes = self.world.attachment(url).ok_or_else(not_found)?;
        if bytes.len() > limit { Err(Refusal::new(413, 0, "the file is too large")) } else { Ok(bytes) }
    }
}
