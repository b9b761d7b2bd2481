//! Discord's Markdown as a reader sees it: marks become looks, mentions become names, timestamps become times.

use super::Screen;
use super::ink::Ink;
use crate::sim::Id;
use jiff::{SignedDuration, Timestamp};

/// What a mark does to the text in it.
type Look = fn(Ink, &str) -> String;

/// Marks that stand on both sides of what they mark, the longer ones first.
const MARKS: &[(&str, Look)] = &[
    ("**", Ink::bold),
    ("__", Ink::underlined),
    ("~~", Ink::struck),
    ("||", |_, text| text.to_owned()),
    ("*", Ink::italic),
    ("_", Ink::italic),
];

impl Screen {
    /// The text as it is read.
    pub fn marked(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let before = out.chars().last();
            let (shown, length) = self
                .code(rest)
                .or_else(|| self.span(rest, before))
                .or_else(|| self.reference(rest))
                .or_else(|| escaped(rest))
                .unwrap_or_else(|| (c.to_string(), c.len_utf8()));
            out.push_str(&shown);
            rest = &rest[length..];
        }
        out
    }

    /// Code as it stands: nothing in it means anything.
    fn code(&self, text: &str) -> Option<(String, usize)> {
        let ticks = text.len() - text.trim_start_matches('`').len();
        let fence = &text[..ticks];
        let inner = (ticks > 0).then(|| text[ticks..].split_once(fence)).flatten()?.0;
        let length = ticks * 2 + inner.len();
        let shown = match (ticks, inner.split_once('\n')) {
            (3, Some((language, code))) if !language.contains(' ') => code,
            _ => inner,
        };
        Some((self.ink.marked(shown.trim_matches('\n')), length))
    }

    fn span(&self, text: &str, before: Option<char>) -> Option<(String, usize)> {
        let (mark, look) = MARKS.iter().find(|(mark, _)| text.starts_with(mark))?;
        let behind = &text[mark.len()..];
        let in_word = |c: Option<char>| *mark == "_" && c.is_some_and(char::is_alphanumeric);
        let closes = |at: &usize| {
            let inner = &behind[..*at];
            let escaped = inner.ends_with('\\');
            !inner.is_empty() && !inner.ends_with(' ') && !escaped && !in_word(behind[at + mark.len()..].chars().next())
        };
        let end = behind.match_indices(mark).map(|(at, _)| at).find(closes)?;
        if behind.starts_with(' ') || in_word(before) {
            return None;
        }
        Some((look(self.ink, &self.marked(&behind[..end])), end + mark.len() * 2))
    }

    /// `<@1>`, `<#1>`, `<@&1>`, `<t:1:R>`, `<:name:1>`, `</name:1>`.
    fn reference(&self, text: &str) -> Option<(String, usize)> {
        let inner = text.strip_prefix('<')?.split_once('>')?.0;
        let shown = if let Some(id) = inner.strip_prefix("@&") {
            format!("@{}", self.role(id.parse().ok()?)?)
        } else if let Some(id) = inner.strip_prefix('@') {
            format!("@{}", self.name(id.trim_start_matches('!').parse().ok()?))
        } else if let Some(id) = inner.strip_prefix('#') {
            self.place(id.parse().ok()?)
        } else if let Some(time) = inner.strip_prefix("t:") {
            let (seconds, style) = time.split_once(':').unwrap_or((time, "f"));
            self.time(seconds.parse::<i64>().ok()?.checked_mul(1_000)?, style)
        } else if let Some(command) = inner.strip_prefix('/') {
            format!("/{}", command.split_once(':')?.0)
        } else {
            let emoji = inner.strip_prefix("a:").or(inner.strip_prefix(':'))?;
            format!(":{}:", emoji.split_once(':')?.0)
        };
        Some((self.ink.marked(&shown), inner.len() + 2))
    }

    /// What a user is called.
    pub fn name(&self, id: Id) -> String {
        self.world.user(id).map_or_else(|| format!("user {id}"), |user| user.display_name().to_owned())
    }

    fn role(&self, id: Id) -> Option<String> {
        let guilds = self.world.guilds().into_iter().filter_map(|guild| self.world.guild(guild));
        guilds.filter_map(|guild| guild.roles.get(&id).map(|role| role.name.clone())).next()
    }

    /// `#general`, or what a channel is when it is none of those.
    pub fn place(&self, id: Id) -> String {
        match self.world.channel(id) {
            Some(channel) if !channel.is_dm() => format!("#{}", channel.name),
            Some(_) => "a direct message".to_owned(),
            None => "#deleted-channel".to_owned(),
        }
    }

    /// A moment (epoch milliseconds) in one of Discord's styles.
    /// Source: "Message Formatting: Timestamp Styles" in the reference of Discord's API.
    pub fn time(&self, at: i64, style: &str) -> String {
        let Ok(moment) = Timestamp::from_millisecond(at) else { return "some time".to_owned() };
        let local = moment.to_zoned(self.zone.clone());
        let form = match style {
            "R" => return self.ago(moment),
            "t" => "%H:%M",
            "T" => "%H:%M:%S",
            "d" => "%Y-%m-%d",
            "D" => "%-d %B %Y",
            "F" => "%A, %-d %B %Y %H:%M",
            _ => "%-d %B %Y %H:%M",
        };
        local.strftime(form).to_string()
    }

    fn ago(&self, moment: Timestamp) -> String {
        let now = Timestamp::from_millisecond(self.world.now()).unwrap_or(moment);
        let between: SignedDuration = moment.duration_since(now);
        let seconds = between.as_secs().unsigned_abs();
        let (count, unit) = match seconds {
            0..60 => (seconds, "second"),
            60..3_600 => (seconds / 60, "minute"),
            3_600..86_400 => (seconds / 3_600, "hour"),
            86_400..2_592_000 => (seconds / 86_400, "day"),
            2_592_000..31_536_000 => (seconds / 2_592_000, "month"),
            _ => (seconds / 31_536_000, "year"),
        };
        let words = format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        match between.is_positive() {
            _ if seconds == 0 => "now".to_owned(),
            true => format!("in {words}"),
            false => format!("{words} ago"),
        }
    }

    /// The moment of an ISO 8601 text, as an embed's footer shows it.
    pub fn stamp(&self, iso: &str) -> Option<String> {
        let moment: Timestamp = iso.parse().ok()?;
        Some(self.time(moment.as_millisecond(), "f"))
    }
}

fn escaped(text: &str) -> Option<(String, usize)> {
    let c = text.strip_prefix('\\')?.chars().next().filter(char::is_ascii_punctuation)?;
    Some((c.to_string(), 2))
}
