//! From a request to its answer: who asks, what goes wrong, how often, and which route.

use crate::flow::request::Method;
use crate::sim::fault::{Breakage, Shape, Target};
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::limit::{Charge, TooMany};
use crate::sim::refused::Refused;
use crate::sim::rest::ask::{Answered, Ask, Reply};
use crate::sim::rest::call::{RestAnswer, RestCall, shown};
use crate::sim::rest::route;
use crate::sim::state::State;
use crate::sim::world::World;

impl World {
    /// What Discord answers, at once. None is silence, and only comes when it was ordered.
    pub fn rest(&self, call: &RestCall) -> Option<RestAnswer> {
        let mut state = self.lock();
        let answer = state.answer(call);
        if let Some(answer) = &answer {
            state.limiter.invalid += u64::from(matches!(answer.status, 401 | 403 | 429));
        }
        let status = answer.as_ref().map_or(0, |answer| answer.status);
        state.tell(|_| Happening::Requested { method: call.method, path: shown(&call.path), status });
        answer
    }
}

impl State {
    fn answer(&mut self, call: &RestCall) -> Option<RestAnswer> {
        let (segments, query) = Ask::split(&call.path);
        let caller = match self.caller(call.authorization.as_deref()) {
            Ok(caller) => caller,
            Err(refused) => return Some(finish(Err(refused), Vec::new())),
        };
        let who = caller.map(|id| id.to_string()).unwrap_or_default();
        let charge = Charge { method: call.method, segments: &segments, caller: &who, body: &call.body };
        let (headers, refused) = self.limiter.charge(&charge, self.now);
        if let Some(too_many) = refused {
            return Some(limited(&too_many, headers));
        }
        let word = self.word(call.method, &segments);
        let struck = self.faults.strike(&Shape { method: call.method, segments: &segments, word });
        match &struck {
            Some(Breakage::Silence) => return None,
            Some(Breakage::Reset) => return Some(RestAnswer::broken()),
            Some(Breakage::RateLimited { retry_after, global }) => {
                let scope = if *global { "global" } else { "shared" };
                return Some(limited(&TooMany { retry_after: *retry_after, global: *global, scope }, headers));
            }
            Some(breakage) => {
                if let Some(refused) = breakage.refusal() {
                    return Some(finish(Err(refused), headers));
                }
            }
            None => {}
        }
        let ask = Ask {
            method: call.method,
            segments,
            query,
            body: &call.body,
            files: &call.files,
            reason: call.reason.as_deref(),
            caller,
        };
        let answer = finish(route::route(self, &ask), headers);
        match struck {
            Some(Breakage::SilenceAfter) => None,
            Some(Breakage::ResetAfter) => Some(RestAnswer::broken()),
            _ => Some(answer),
        }
    }

    /// Nobody, or the application whose token it is.
    fn caller(&self, authorization: Option<&str>) -> Result<Option<Id>, Refused> {
        let Some(header) = authorization else { return Ok(None) };
        let token = header.strip_prefix("Bot ").ok_or_else(|| Refused::status(401))?;
        self.by_token(token.trim()).map(Some).ok_or_else(|| Refused::status(401))
    }

    /// What a request is about, in the words that faults are ordered with.
    fn word(&self, method: Method, segments: &[&str]) -> Option<Target> {
        let is_dm = |id: &str| {
            let channel = id.parse::<Id>().ok().and_then(|id| self.channels.get(&id));
            channel.is_some_and(|channel| channel.is_dm())
        };
        Some(match (method, segments) {
            (Method::Post, ["channels", id, "messages"]) if is_dm(id) => Target::Dm,
            (Method::Post, ["channels", _, "messages"]) => Target::Message,
            (Method::Post, ["webhooks", id, _]) => match id.parse().is_ok_and(|id: Id| self.webhooks.contains_key(&id))
            {
                true => Target::Webhook,
                false => Target::Interaction,
            },
            (_, ["webhooks", _, _, "messages", _] | ["interactions", ..]) => Target::Interaction,
            (Method::Post, ["guilds", _, "channels"]) | (Method::Patch | Method::Delete, ["channels", _]) => {
                Target::Channel
            }
            (Method::Put | Method::Delete, ["guilds", _, "members", _, "roles", _]) => Target::Role,
            (_, ["applications", _, .., "commands"] | ["applications", _, .., "commands", _]) => Target::Commands,
            _ => return None,
        })
    }
}

fn limited(too_many: &TooMany, mut headers: Vec<(String, String)>) -> RestAnswer {
    headers.extend(too_many.headers());
    headers.push(("content-type".to_owned(), "application/json".to_owned()));
    RestAnswer { status: 429, headers, body: too_many.body() }
}

fn finish(answered: Answered, mut headers: Vec<(String, String)>) -> RestAnswer {
    let Reply { status, body } =
        answered.unwrap_or_else(|refused| Reply { status: refused.status, body: refused.body() });
    if status != 204 {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    RestAnswer { status, headers, body }
}
