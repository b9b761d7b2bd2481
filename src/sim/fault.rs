//! Faults to order: the next requests of a kind fail as told.

use crate::flow::request::Method;
use crate::sim::refused::Refused;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub enum Breakage {
    /// A refusal with Discord's code: 50007, 50013, …
    Code(u64),
    /// A status without a code: 500, 502, 503, …
    Status(u16),
    /// 429 with so many seconds to wait.
    RateLimited { retry_after: f64, global: bool },
    /// Nothing happens, and no answer comes.
    Silence,
    /// It happens, and no answer comes.
    SilenceAfter,
    /// Nothing happens, and the connection breaks.
    Reset,
    /// It happens, and the connection breaks before its answer was read.
    ResetAfter,
}

impl Breakage {
    /// `50007` (a code), `503` (a status), `429`, `silence`, `silence after`, `reset`, `reset after`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Some(match text.parse::<u64>() {
            Ok(429) => Self::RateLimited { retry_after: 1.0, global: false },
            Ok(status @ 400..=599) => Self::Status(u16::try_from(status).ok()?),
            Ok(code @ 10_000..) => Self::Code(code),
            Ok(_) => return None,
            Err(_) => match text {
                "silence" => Self::Silence,
                "silence after" => Self::SilenceAfter,
                "reset" => Self::Reset,
                "reset after" => Self::ResetAfter,
                _ => return None,
            },
        })
    }
}

/// Which requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Writing into a direct message; opening one always works, as on Discord.
    Dm,
    /// Posting to a webhook of a channel.
    Webhook,
    /// Sending a message to a channel of a guild.
    Message,
    /// Creating, changing or deleting channels.
    Channel,
    /// Giving or taking roles.
    Role,
    /// Answering an interaction: callbacks and follow-ups.
    Interaction,
    /// Registering commands.
    Commands,
    All,
    /// A method and a path below `/api/v10` where `*` stands for one part.
    Route(Method, String),
}

impl Target {
    /// `dm`, `webhook`, `message`, …, or `POST /channels/*/messages`.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim() {
            "dm" => Self::Dm,
            "webhook" => Self::Webhook,
            "message" => Self::Message,
            "channel" => Self::Channel,
            "role" => Self::Role,
            "interaction" => Self::Interaction,
            "commands" => Self::Commands,
            "all" | "everything" => Self::All,
            route => {
                let (method, path) = route.split_once(' ')?;
                let methods = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
                let method = methods.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(method))?;
                Self::Route(method, path.trim().to_owned())
            }
        })
    }

    fn matches(&self, request: &Shape) -> bool {
        match self {
            Self::All => true,
            Self::Route(method, path) => *method == request.method && same_path(path, request.segments),
            word => request.word.as_ref() == Some(word),
        }
    }
}

/// What a request is about, for the words.
pub(super) struct Shape<'a> {
    pub method: Method,
    pub segments: &'a [&'a str],
    pub word: Option<Target>,
}

/// So often as whatever asks.
const FOR_EVER: u32 = u32::MAX;

#[derive(Debug)]
struct Fault {
    number: usize,
    target: Target,
    breakage: Breakage,
    times: u32,
    struck: bool,
}

#[derive(Debug, Default)]
pub(super) struct Faults {
    orders: Vec<Fault>,
    /// How many were ordered so far.
    ordered: usize,
}

impl Faults {
    pub(super) fn order(&mut self, target: Target, breakage: Breakage, times: u32) {
        self.orders.push(Fault { number: self.ordered, target, breakage, times, struck: false });
        self.ordered += 1;
    }

    pub(super) fn clear(&mut self) {
        self.orders.clear();
    }

    /// What befalls this request: the oldest order that fits, once less.
    pub(super) fn strike(&mut self, request: &Shape) -> Option<Breakage> {
        let index = self.orders.iter().position(|order| order.target.matches(request))?;
        let order = &mut self.orders[index];
        let breakage = order.breakage.clone();
        order.struck = true;
        if order.times != FOR_EVER {
            order.times -= 1;
        }
        if order.times == 0 {
            self.orders.remove(index);
        }
        Some(breakage)
    }

    /// Which of all that were ordered have not struck as often as they should, by their number from 0.
    pub(super) fn unused(&self) -> Vec<usize> {
        self.orders.iter().filter(|order| order.times != FOR_EVER || !order.struck).map(|order| order.number).collect()
    }
}

impl Breakage {
    /// The refusal that it is, where it is one.
    pub(super) fn refusal(&self) -> Option<Refused> {
        match self {
            Self::Code(code) => Some(Refused::code(*code)),
            Self::Status(status) => Some(Refused::status(*status)),
            _ => None,
        }
    }
}

fn same_path(pattern: &str, segments: &[&str]) -> bool {
    let parts: Vec<&str> = pattern.trim_matches('/').split('/').collect();
    parts.len() == segments.len() && parts.iter().zip(segments).all(|(part, segment)| *part == "*" || part == segment)
}
