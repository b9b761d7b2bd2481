//! When a request may leave: Discord's limits as its answers state them.

use crate::discord::invalid::Invalid;
use crate::flow::refusal::Refusal;
use crate::flow::request::{Auth, Request};
use reqwest::header::HeaderMap;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as Lane, OwnedMutexGuard, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

/// Requests a second over all of a bot's routes. Source: "Rate Limits: Global Rate Limit".
pub const GLOBAL: usize = 50;
const SECOND: Duration = Duration::from_secs(1);
/// How often idle limits are forgotten.
const SWEEP: Duration = Duration::from_secs(10);
/// Nor are more kept between two sweeps than this, or twice those in use.
const SWEEP_SIZE: usize = 1_024;

/// What an answer says of its limit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// The name of the bucket: routes of one name and one major parameter share a limit.
    pub bucket: Option<String>,
    pub remaining: Option<u32>,
    pub reset_after: Option<Duration>,
    /// Of a 429.
    pub retry_after: Option<Duration>,
    /// The 429 concerns every request of the bot (or of the address).
    pub global: bool,
    /// The 429 is others' fault, and does not count as an invalid request.
    pub shared: bool,
}

impl Limits {
    /// Reads the `x-ratelimit-*` and `retry-after` headers.
    pub fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            bucket: text("x-ratelimit-bucket").map(str::to_owned),
            remaining: text("x-ratelimit-remaining").and_then(|value| value.parse().ok()),
            reset_after: text("x-ratelimit-reset-after").and_then(seconds),
            retry_after: text("retry-after").and_then(seconds),
            global: text("x-ratelimit-global").is_some() || text("x-ratelimit-scope") == Some("global"),
            shared: text("x-ratelimit-scope") == Some("shared"),
        }
    }
}

fn seconds(text: &str) -> Option<Duration> {
    text.trim().parse().ok().and_then(|value: f64| Duration::try_from_secs_f64(value).ok())
}

/// How much of a limit is left.
#[derive(Debug)]
struct Window {
    remaining: u32,
    /// From here on the limit is fresh again.
    reset: Instant,
}

impl Window {
    fn open(now: Instant) -> Self {
        Self { remaining: 1, reset: now }
    }

    fn opens(&self, now: Instant) -> Instant {
        if self.remaining == 0 { self.reset.max(now) } else { now }
    }

    fn close(&mut self, until: Instant) {
        self.remaining = 0;
        self.reset = self.reset.max(until);
    }
}

type Shared = Arc<Lane<Window>>;

struct Route {
    lane: Shared,
    /// The key of its bucket, once an answer has named it.
    bucket: Option<String>,
}

/// Both maps hold only what is in use or still limited.
struct Known {
    routes: HashMap<String, Route>,
    buckets: HashMap<String, Shared>,
    sweep_at: Instant,
    sweep_size: usize,
}

/// Limits above the routes: one for the bot's own requests, one for those whose path is their credential.
struct Gate {
    /// Held while waiting, so that requests pass in order. The last sends, the oldest first.
    sent: Lane<VecDeque<Instant>>,
    most: usize,
    blocked: Mutex<Instant>,
}

struct Inner {
    known: Mutex<Known>,
    bot: Gate,
    path: Gate,
    invalid: Invalid,
    token_refused: watch::Sender<bool>,
}

/// Keeps requests within Discord's limits. Requests of one route leave one after another, in the order in which they
/// came; those of one bucket share its limit; different buckets never wait for one another.
#[derive(Clone)]
pub struct Limiter(Arc<Inner>);

impl Default for Limiter {
    fn default() -> Self {
        Self::new()
    }
}

impl Limiter {
    pub fn new() -> Self {
        Self::sharing(Invalid::default())
    }

    /// One that counts refused requests together with others of the same address.
    pub fn sharing(invalid: Invalid) -> Self {
        let now = Instant::now();
        let known =
            Known { routes: HashMap::new(), buckets: HashMap::new(), sweep_at: now + SWEEP, sweep_size: SWEEP_SIZE };
        Self(Arc::new(Inner {
            known: Mutex::new(known),
            bot: Gate::new(GLOBAL, now),
            path: Gate::new(usize::MAX, now),
            invalid,
            token_refused: watch::Sender::new(false),
        }))
    }

    /// Waits until every earlier request of the same route and bucket is done. Waiting beyond `deadline` is refused
    /// with 429.
    pub async fn enter(&self, request: &Request, deadline: Instant) -> Result<Turn, Refusal> {
        let mut turn = Turn {
            limiter: self.clone(),
            auth: request.auth,
            deadline,
            held: Instant::now(),
            key: format!("{} {}{}", request.method, request.base.as_deref().unwrap_or_default(), request.route),
            major: major(request),
            route: None,
            bucket: None,
        };
        // A callback happens once, and its limit is its interaction's own.
        if !request.path.starts_with("/interactions/") {
            turn.queue().await?;
        }
        Ok(turn)
    }

    /// How many limits are remembered.
    pub fn remembered(&self) -> usize {
        let known = self.known();
        known.routes.len() + known.buckets.len()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        lock(&self.0.known)
    }

    fn gate(&self, auth: Auth) -> &Gate {
        match auth {
            Auth::Bot => &self.0.bot,
            Auth::Path => &self.0.path,
        }
    }

    /// Refuses what would only be refused, or would bring the ban nearer; tells when it may leave.
    fn admit(&self, auth: Auth, now: Instant) -> Result<Instant, Refusal> {
        self.check_token(auth)?;
        self.0.invalid.admit(now)
    }

    fn check_token(&self, auth: Auth) -> Result<(), Refusal> {
        let refused = auth == Auth::Bot && *self.0.token_refused.borrow();
        if refused { Err(Refusal::new(401, 0, "the token was refused by Discord")) } else { Ok(()) }
    }

    /// Returns once Discord has refused the token.
    pub async fn token_refused(&self) {
        let mut refused = self.0.token_refused.subscribe();
        // The sender lives as long as this does.
        let _ = refused.wait_for(|refused| *refused).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The part of the route that splits a bucket: the channel, the guild, or the webhook with its token.
fn major(request: &Request) -> String {
    let parts = match request.route.split('/').nth(1) {
        Some("webhooks") => 4,
        Some("channels" | "guilds") => 3,
        _ => 1,
    };
    let base = request.base.as_deref().unwrap_or_default();
    let route = request.route.split('/').take(parts).collect::<Vec<_>>().join("/");
    format!("{base}{route}")
}

impl Known {
    fn route(&mut self, key: &str, now: Instant) -> Shared {
        self.sweep(now);
        let fresh = || Route { lane: Arc::new(Lane::new(Window::open(now))), bucket: None };
        Arc::clone(&self.routes.entry(key.to_owned()).or_insert_with(fresh).lane)
    }

    fn bucket(&mut self, key: &str, now: Instant) -> Shared {
        let fresh = || Arc::new(Lane::new(Window::open(now)));
        Arc::clone(self.buckets.entry(key.to_owned()).or_insert_with(fresh))
    }

    fn sweep(&mut self, now: Instant) {
        if now < self.sweep_at && self.routes.len() < self.sweep_size {
            return;
        }
        // Held twice: somebody waits or sends. Not yet reset: its limit still counts.
        let used =
            |lane: &Shared| Arc::strong_count(lane) > 1 || lane.try_lock().map_or(true, |window| window.reset > now);
        self.buckets.retain(|_, lane| used(lane));
        let buckets = &self.buckets;
        self.routes.retain(|_, route| {
            used(&route.lane) || route.bucket.as_ref().is_some_and(|bucket| buckets.contains_key(bucket))
        });
        self.sweep_at = now + SWEEP;
        self.sweep_size = SWEEP_SIZE.max(self.routes.len() * 2);
    }
}

impl Gate {
    fn new(most: usize, now: Instant) -> Self {
        Self { sent: Lane::new(VecDeque::new()), most, blocked: Mutex::new(now) }
    }

    fn block(&self, until: Instant) {
        let mut blocked = lock(&self.blocked);
        *blocked = (*blocked).max(until);
    }

    async fn pass(&self, deadline: Instant) -> Result<(), Refusal> {
        let mut sent = timeout_at(deadline, self.sent.lock()).await.map_err(|_| too_long(None))?;
        loop {
            let now = Instant::now();
            while sent.front().is_some_and(|at| *at + SECOND <= now) {
                sent.pop_front();
            }
            let room = if sent.len() < self.most { now } else { sent.front().map_or(now, |at| *at + SECOND) };
            let opens = room.max(*lock(&self.blocked));
            if opens <= now {
                break;
            }
            wait_until(opens, deadline).await?;
        }
        if self.most != usize::MAX {
            sent.push_back(Instant::now());
        }
        Ok(())
    }
}

/// Sleeps, or refuses at once when that would be too long.
async fn wait_until(at: Instant, deadline: Instant) -> Result<(), Refusal> {
    if at > deadline {
        return Err(too_long(Some(at - Instant::now())));
    }
    sleep_until(at).await;
    Ok(())
}

fn too_long(pause: Option<Duration>) -> Refusal {
    let message = match pause {
        Some(pause) => format!("Discord asks for a pause of {} s", pause.as_secs() + 1),
        None => "too many requests wait for their turn".to_owned(),
    };
    Refusal::new(429, 0, message)
}

/// A request's place at the head of its queue; the next may go once this is dropped.
pub struct Turn {
    limiter: Limiter,
    auth: Auth,
    deadline: Instant,
    /// A pause that concerns this request alone.
    held: Instant,
    key: String,
    major: String,
    route: Option<OwnedMutexGuard<Window>>,
    bucket: Option<(String, OwnedMutexGuard<Window>)>,
}

impl Turn {
    /// The route's lane first, then its bucket's: whoever holds a route's lane waits for one bucket only, so no two
    /// wait for each other, and the order of a route outlives the news of its bucket.
    async fn queue(&mut self) -> Result<(), Refusal> {
        let lane = self.limiter.known().route(&self.key, Instant::now());
        self.route = Some(self.wait_for(lane).await?);
        let bucket = {
            let mut known = self.limiter.known();
            let key = known.routes.get(&self.key).and_then(|route| route.bucket.clone());
            key.map(|key| (known.bucket(&key, Instant::now()), key))
        };
        if let Some((lane, key)) = bucket {
            self.bucket = Some((key, self.wait_for(lane).await?));
        }
        Ok(())
    }

    async fn wait_for(&self, lane: Shared) -> Result<OwnedMutexGuard<Window>, Refusal> {
        timeout_at(self.deadline, lane.lock_owned()).await.map_err(|_| too_long(None))
    }

    /// Waits until the request may be sent. Refuses what cannot be sent before the deadline, and everything once the
    /// token was refused (401) or a ban is near (429).
    pub async fn ready(&mut self) -> Result<(), Refusal> {
        let now = Instant::now();
        let paced = self.limiter.admit(self.auth, now)?;
        let opens = self.windows().map(|window| window.opens(now)).max().unwrap_or(now).max(self.held).max(paced);
        if opens > now {
            wait_until(opens, self.deadline).await?;
        }
        self.limiter.gate(self.auth).pass(self.deadline).await?;
        self.limiter.check_token(self.auth)?;
        self.spend();
        Ok(())
    }

    fn windows(&self) -> impl Iterator<Item = &Window> {
        self.route.iter().map(|guard| &**guard).chain(self.bucket.iter().map(|(_, guard)| &**guard))
    }

    /// A window that is over leaves room for one more request, whose answer tells of the next window.
    fn spend(&mut self) {
        let now = Instant::now();
        for window in self.route.as_deref_mut().into_iter().chain(self.bucket.as_mut().map(|(_, guard)| &mut **guard)) {
            if window.reset <= now {
                window.remaining = 1;
            } else {
                window.remaining = window.remaining.saturating_sub(1);
            }
        }
    }

    /// Takes in what the answer says.
    pub fn learn(&mut self, status: u16, limits: &Limits) {
        let now = Instant::now();
        if matches!(status, 401 | 403) || (status == 429 && !limits.shared) {
            self.limiter.0.invalid.count(status, now);
        }
        if status == 401 && self.auth == Auth::Bot {
            self.limiter.0.token_refused.send_replace(true);
        }
        if status == 429 {
            return self.pause(now + limits.retry_after.unwrap_or(SECOND), limits);
        }
        let (Some(name), Some(remaining), Some(after)) = (&limits.bucket, limits.remaining, limits.reset_after) else {
            return;
        };
        let window = Window { remaining, reset: now + after };
        match &mut self.bucket {
            Some((key, guard)) if *key == bucket_key(name, &self.major) => **guard = window,
            _ => self.adopt(name, window),
        }
    }

    /// The first answer of a route names its bucket. Whoever else holds that bucket just now will state its window.
    fn adopt(&mut self, name: &str, window: Window) {
        if self.route.is_none() {
            return;
        }
        let key = bucket_key(name, &self.major);
        let mut known = self.limiter.known();
        let lane = known.bucket(&key, Instant::now());
        if let Ok(mut guard) = lane.try_lock() {
            *guard = window;
        }
        if let Some(route) = known.routes.get_mut(&self.key) {
            route.bucket = Some(key);
        }
    }

    fn pause(&mut self, until: Instant, limits: &Limits) {
        self.held = until;
        if limits.global {
            self.limiter.gate(self.auth).block(until);
        } else if let Some((_, bucket)) = &mut self.bucket {
            bucket.close(until);
        } else if let Some(route) = &mut self.route {
            route.close(until);
        }
    }
}

fn bucket_key(name: &str, major: &str) -> String {
    format!("{name} {major}")
}
