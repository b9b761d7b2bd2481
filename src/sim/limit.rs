//! Rate limits: buckets with Discord's windows, and the headers that tell of them.

use crate::flow::request::Method;
use serde_json::{Value, json};
use std::collections::HashMap;

/// Whether requests over a limit are refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Limits {
    /// The headers speak of limits, and nothing is ever refused.
    #[default]
    Off,
    /// As Discord.
    Strict,
}

/// So many requests in so many milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rule {
    name: &'static str,
    limit: u32,
    window: i64,
    /// Told of in headers.
    shown: bool,
}

const GLOBAL: Rule = Rule { name: "global", limit: 50, window: 1_000, shown: false };

#[derive(Debug, Clone, Copy)]
struct Window {
    used: u32,
    resets_at: i64,
}

/// A request that came too early.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TooMany {
    /// Seconds.
    pub retry_after: f64,
    pub global: bool,
    pub scope: &'static str,
}

#[derive(Debug, Default)]
pub(super) struct Limiter {
    pub mode: Limits,
    windows: HashMap<(&'static str, String), Window>,
    /// Answers with 401, 403 or 429 so far: 10,000 in ten minutes ban an address.
    pub invalid: u64,
}

/// What a request counts against.
pub(super) struct Charge<'a> {
    pub method: Method,
    pub segments: &'a [&'a str],
    /// Who asks: an application's id, or nothing where the path is its own credential.
    pub caller: &'a str,
    pub body: &'a Value,
}

impl Charge<'_> {
    /// What carries its credential in its path counts against no bot's global limit.
    fn is_global(&self) -> bool {
        !self.caller.is_empty() && !matches!(self.segments, ["webhooks", _, _, ..])
    }
}

impl Limiter {
    /// Counts a request: the headers of its bucket, or the refusal.
    pub(super) fn charge(&mut self, charge: &Charge, now: i64) -> (Vec<(String, String)>, Option<TooMany>) {
        self.forget(now);
        let Some(rules) = rules(charge) else { return (Vec::new(), None) };
        if self.mode == Limits::Strict && charge.is_global() && !self.take(GLOBAL, charge.caller, now) {
            let retry_after = self.left(GLOBAL, charge.caller, now);
            return (Vec::new(), Some(TooMany { retry_after, global: true, scope: "global" }));
        }
        let key = key(charge);
        let mut headers = Vec::new();
        for rule in rules {
            let taken = self.take(rule, &key, now);
            if rule.shown {
                headers = self.headers(rule, &key, now);
            }
            if !taken {
                let retry_after = self.left(rule, &key, now);
                return (headers, Some(TooMany { retry_after, global: false, scope: "user" }));
            }
        }
        (headers, None)
    }

    /// Long worlds do not pile up windows that are over.
    fn forget(&mut self, now: i64) {
        if self.windows.len() > 4_096 {
            self.windows.retain(|_, window| window.resets_at > now);
        }
    }

    fn take(&mut self, rule: Rule, key: &str, now: i64) -> bool {
        let fresh = Window { used: 0, resets_at: now + rule.window };
        let window = self.windows.entry((rule.name, key.to_owned())).or_insert(fresh);
        if window.resets_at <= now || self.mode == Limits::Off {
            *window = fresh;
        }
        let room = window.used < rule.limit;
        window.used += u32::from(room);
        room
    }

    fn left(&self, rule: Rule, key: &str, now: i64) -> f64 {
        let resets_at = self.windows.get(&(rule.name, key.to_owned())).map_or(now, |window| window.resets_at);
        seconds(resets_at - now)
    }

    fn headers(&self, rule: Rule, key: &str, now: i64) -> Vec<(String, String)> {
        let Some(window) = self.windows.get(&(rule.name, key.to_owned())) else { return Vec::new() };
        let bucket = blake3::hash(rule.name.as_bytes()).to_hex();
        let header = |name: &str, value: String| (format!("x-ratelimit-{name}"), value);
        vec![
            header("bucket", bucket[..32].to_owned()),
            header("limit", rule.limit.to_string()),
            header("remaining", (rule.limit - window.used).to_string()),
            header("reset", format!("{:.3}", seconds(window.resets_at))),
            header("reset-after", format!("{:.3}", seconds(window.resets_at - now))),
        ]
    }
}

impl TooMany {
    pub(super) fn body(&self) -> Value {
        json!({ "message": "You are being rate limited.", "retry_after": self.retry_after, "global": self.global })
    }

    pub(super) fn headers(&self) -> Vec<(String, String)> {
        let mut headers = vec![
            ("retry-after".to_owned(), format!("{}", self.retry_after.ceil().max(1.0))),
            ("x-ratelimit-scope".to_owned(), self.scope.to_owned()),
        ];
        if self.global {
            headers.push(("x-ratelimit-global".to_owned(), "true".to_owned()));
        }
        headers
    }
}

fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

/// The limits of a route, the hidden one last; none for what has no limit at all.
/// Discord publishes no figures ("rely on the headers"); these are what its headers say in practice.
fn rules(charge: &Charge) -> Option<Vec<Rule>> {
    use Method::{Delete, Get, Patch, Post, Put};
    let shown = |name, limit, window| Rule { name, limit, window, shown: true };
    Some(match (charge.method, charge.segments) {
        (_, ["interactions", ..] | ["gateway"]) => return None,
        (Post, ["channels", _, "messages"]) => vec![shown("message.create", 5, 5_000)],
        (Patch, ["channels", _, "messages", _]) => vec![shown("message.edit", 5, 5_000)],
        (Delete, ["channels", _, "messages", _]) => vec![shown("message.delete", 5, 1_000)],
        (Put | Delete, ["channels", _, "messages", _, "reactions", ..]) => vec![shown("reaction", 1, 250)],
        (Post, ["channels", _, "typing"]) => vec![shown("typing", 5, 5_000)],
        (Patch, ["channels", _]) if renames(charge.body) => {
            vec![
                shown("channel.edit", 10, 15_000),
                Rule { name: "channel.rename", limit: 2, window: 600_000, shown: false },
            ]
        }
        (Patch, ["channels", _]) => vec![shown("channel.edit", 10, 15_000)],
        (Post, ["webhooks", _, _]) => {
            vec![shown("webhook", 5, 2_000), Rule { name: "webhook.minute", limit: 30, window: 60_000, shown: false }]
        }
        (Post, ["users", "@me", "channels"]) => vec![shown("dm.open", 10, 10_000)],
        (Post, ["guilds", _, "channels"]) => vec![shown("channel.create", 50, 10_000)],
        (Put | Delete, ["guilds", _, "members", _, "roles", _]) => vec![shown("member.role", 10, 10_000)],
        (Put, ["applications", .., "commands"]) => vec![shown("commands.put", 5, 20_000)],
        (Get, _) => vec![shown("get", 50, 1_000)],
        (Post, _) => vec![shown("post", 50, 1_000)],
        (Put, _) => vec![shown("put", 50, 1_000)],
        (Patch, _) => vec![shown("patch", 50, 1_000)],
        (Delete, _) => vec![shown("delete", 50, 1_000)],
    })
}

/// A new name or topic has a stricter limit of its own, which no header tells.
fn renames(body: &Value) -> bool {
    body.get("name").is_some() || body.get("topic").is_some()
}

/// Requests with the same major id share a bucket.
fn key(charge: &Charge) -> String {
    let major = match charge.segments {
        ["channels" | "guilds", id, ..] => (*id).to_owned(),
        ["webhooks", id, token, ..] => return format!("{id}/{token}"),
        _ => String::new(),
    };
    format!("{} {major}", charge.caller)
}
