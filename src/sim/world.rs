//! The world: one lock, one clock, and every way in.

use crate::flow::port::Clock;
use crate::sim::application::Application;
use crate::sim::dispatch::{Closed, Dispatch};
use crate::sim::fault::{Breakage, Target};
use crate::sim::happening::Happening;
use crate::sim::id::Id;
use crate::sim::limit::Limits;
use crate::sim::state::{Hosts, State};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// A whole small Discord. Nothing in it waits, and nothing in it is left to chance: the same calls at the same
/// times give the same ids, tokens and events.
pub struct World {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

impl World {
    pub fn new(clock: Arc<dyn Clock>) -> Arc<Self> {
        Self::seeded(clock, 0)
    }

    /// Another seed gives other tokens.
    pub fn seeded(clock: Arc<dyn Clock>, seed: u64) -> Arc<Self> {
        Arc::new(Self { clock, state: Mutex::new(State { seed, ..State::default() }) })
    }

    /// The state at this moment. A panic elsewhere leaves whole values behind, so the lock outlives it.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.now = self.clock.now().max(state.now);
        state.settle();
        state
    }

    /// Epoch milliseconds.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Notices what time has done since the last call: interactions that nobody answered fail.
    /// Every other call does this first, so it only matters to who watches.
    pub fn settle(&self) {
        drop(self.lock());
    }

    /// Where READY and attachments point, once the world is served over the wire.
    pub fn set_hosts(&self, hosts: Hosts) {
        self.lock().hosts = hosts;
    }

    pub fn hosts(&self) -> Hosts {
        self.lock().hosts.clone()
    }

    pub fn set_limits(&self, limits: Limits) {
        self.lock().limiter.mode = limits;
    }

    /// The next `times` requests of a kind (at least one) go wrong.
    pub fn refuse(&self, target: Target, breakage: Breakage, times: u32) {
        self.lock().faults.order(target, breakage, times.max(1));
    }

    /// Faults that have not struck as often as was ordered, by their number from 0.
    pub fn unused_faults(&self) -> Vec<usize> {
        self.lock().faults.unused()
    }

    /// All ordered faults are called off.
    pub fn heal(&self) {
        self.lock().faults.clear();
    }

    /// Answers with 401, 403 or 429 so far.
    pub fn invalid_requests(&self) -> u64 {
        self.lock().limiter.invalid
    }

    /// Everything that happens from now on.
    pub fn watch(&self) -> UnboundedReceiver<Happening> {
        let (sender, receiver) = unbounded_channel();
        self.lock().watchers.push(sender);
        receiver
    }

    /// The application of a bot's token.
    pub fn authenticate(&self, token: &str) -> Option<Id> {
        self.lock().by_token(token)
    }

    /// Gateway events of an application from now on, with a GUILD_CREATE for each of its guilds in front where
    /// the intents ask for guilds. What READY says is [`World::ready`]'s.
    pub fn subscribe(&self, application: Id, intents: u64) -> Result<UnboundedReceiver<Dispatch>, Closed> {
        self.lock().connect(application, intents)
    }

    /// The `d` of READY, without what belongs to a session (`session_id`, `shard`).
    pub fn ready(&self, application: Id) -> Option<Value> {
        let state = self.lock();
        let known = state.applications.get(&application)?;
        let guilds: Vec<Value> =
            state.guilds_of(application).map(|guild| json!({ "id": guild.id, "unavailable": true })).collect();
        let mut user = state.users.get(&application)?.json();
        user["verified"] = json!(true);
        user["mfa_enabled"] = json!(false);
        user["email"] = Value::Null;
        Some(json!({
            "v": 10,
            "user": user,
            "guilds": guilds,
            "resume_gateway_url": state.hosts.gateway,
            "application": { "id": application, "flags": known.flags() },
            "user_settings": {},
            "relationships": [],
            "private_channels": [],
            "presences": [],
            "geo_ordered_rtc_regions": [],
        }))
    }

    /// A guild's members as the gateway's opcode 8 answers with them; none when the application is not there.
    pub fn members_for_gateway(&self, application: Id, guild: Id) -> Option<Vec<Value>> {
        let state = self.lock();
        let members = &state.guilds.get(&guild)?.members;
        members.contains_key(&application).then_some(())?;
        Some(members.keys().filter_map(|user| state.member_json(guild, *user)).collect())
    }

    /// The guild of that id, where the application is in it: its GUILD_CREATE under these intents.
    pub fn guild_create(&self, application: Id, guild: Id, intents: u64) -> Option<Value> {
        let state = self.lock();
        state.is_member(guild, application).then(|| state.guild_create(guild, application, intents))
    }

    pub fn application(&self, id: Id) -> Option<Application> {
        self.lock().applications.get(&id).cloned()
    }

    /// The bytes of a file by its address on the file host, or by the path of it.
    pub fn attachment(&self, url: &str) -> Option<Vec<u8>> {
        let state = self.lock();
        let path = url.split(['?', '#']).next().unwrap_or_default();
        let path = path.strip_prefix(state.hosts.cdn.as_str()).unwrap_or(path);
        state.files.get(path).cloned()
    }
}
