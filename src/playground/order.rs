//! One line at the prompt, read: what somebody does on Discord, or what is done to the stage.

use crate::sim::act::Deed;

/// A line, in pieces of the text it was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum Order<'a> {
    /// What somebody does in their client.
    Deed(Deed<'a>),
    /// Somebody else acts from now on.
    As(&'a str),
    /// Goes to a channel (`#general`) or to the direct messages with a bot (`@name`).
    Open(&'a str),
    Channels,
    Members,
    Dms,
    Log,
    Tables,
    Rows(&'a str),
    SetDms {
        who: &'a str,
        open: bool,
    },
    Join(&'a str),
    /// Who acts, where nobody is named.
    Leave(Option<&'a str>),
    DeleteChannel(&'a str),
    /// Milliseconds.
    Advance(i64),
    Restart,
    /// Writes what was done into a scenario file.
    Save {
        file: &'a str,
        title: Option<&'a str>,
    },
    Reload,
    Files,
    Help,
    Quit,
}

/// The words of the stage, with what stands behind them and what they do.
pub const WORDS: &[(&str, &str, &str)] = &[
    ("as", "NAME", "act as somebody else"),
    ("open", "#CHANNEL", "go there and show its messages; `open @BOT` for your DMs with it"),
    ("channels", "", "the channels that you see"),
    ("members", "", "who is here, with their roles"),
    ("dms", "", "your direct messages"),
    ("log", "", "what was posted to webhooks"),
    ("tables", "", "what the bots remember"),
    ("rows", "TABLE", "the rows of a table; secrets stay hidden"),
    ("close-dms", "NAME", "they take no direct messages any more"),
    ("open-dms", "NAME", "they take them again"),
    ("join", "NAME", "somebody comes to the server"),
    ("leave", "[NAME]", "somebody goes, or you do"),
    ("delete", "#CHANNEL", "delete a channel by hand; without one, your last message"),
    ("advance", "TIME", "put the clock forward: `advance 5s`, `advance 11m`"),
    ("restart", "", "stop the bot and start it again on what it remembers"),
    ("reload", "", "read the bot's file again (saving it does that too)"),
    ("save", "FILE [TITLE]", "write what was done so far into a scenario file: `save bots/store.test.yaml a refund`"),
    ("files", "", "how to attach a file"),
    ("help", "", "this"),
    ("quit", "", "the end"),
];

impl<'a> Order<'a> {
    /// Reads a line that is not empty. What begins with no word of the prompt is said in the channel.
    ///
    /// # Errors
    /// A sentence for whoever typed it.
    pub fn read(line: &'a str) -> Result<Self, String> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        Ok(match word {
            "delete" if !rest.is_empty() => Self::DeleteChannel(rest),
            "as" => Self::As(needed(word, rest)?),
            "open" => Self::Open(needed(word, rest)?),
            "rows" => Self::Rows(needed(word, rest)?),
            "close-dms" | "open-dms" => Self::SetDms { who: needed(word, rest)?, open: word == "open-dms" },
            "join" => Self::Join(needed(word, rest)?),
            "leave" => Self::Leave(Some(rest).filter(|name| !name.is_empty())),
            "save" => {
                let (file, title) = needed(word, rest)?.split_once(char::is_whitespace).unwrap_or((rest, ""));
                Self::Save { file, title: Some(title.trim()).filter(|title| !title.is_empty()) }
            }
            "advance" => Self::Advance(duration(needed(word, rest)?)?),
            "exit" if rest.is_empty() => Self::Quit,
            _ if WORDS.iter().any(|(known, ..)| *known == word && word != "delete") => alone(word, rest)?,
            _ if line.starts_with('/') || is_verb(word) => {
                Self::Deed(Deed::read(line).map_err(|error| error.to_string())?)
            }
            _ => Self::said(line, word)?,
        })
    }

    /// Text is said, unless it looks like a slip in a word of the prompt.
    fn said(line: &'a str, word: &str) -> Result<Self, String> {
        let words = WORDS.iter().map(|(word, ..)| *word).chain(Deed::VERBS.iter().copied());
        match words.filter(|known| known.len() > 3).find(|known| strsim::damerau_levenshtein(known, word) == 1) {
            Some(meant) => {
                Err(format!("There is no `{word}` here: did you mean `{meant}`? To say it, write `say {line}`."))
            }
            None => Ok(Self::Deed(Deed::Say(line))),
        }
    }
}

fn is_verb(word: &str) -> bool {
    let third = |verb: &&str| word.strip_prefix(*verb).is_some_and(|end| matches!(end, "" | "s" | "es"));
    Deed::VERBS.iter().any(third)
}

fn needed<'a>(word: &str, rest: &'a str) -> Result<&'a str, String> {
    let (_, what, _) = WORDS.iter().find(|(known, ..)| *known == word).copied().unwrap_or_default();
    if rest.is_empty() { Err(format!("Write `{word} {what}`.")) } else { Ok(rest) }
}

fn alone(word: &str, rest: &str) -> Result<Order<'static>, String> {
    if !rest.is_empty() {
        return Err(format!("Nothing stands behind `{word}`. To say it, write `say {word} {rest}`."));
    }
    Ok(match word {
        "channels" => Order::Channels,
        "members" => Order::Members,
        "dms" => Order::Dms,
        "log" => Order::Log,
        "tables" => Order::Tables,
        "restart" => Order::Restart,
        "reload" => Order::Reload,
        "files" => Order::Files,
        "quit" => Order::Quit,
        _ => Order::Help,
    })
}

fn duration(text: &str) -> Result<i64, String> {
    let span = text.parse::<jiff::Span>().ok().filter(|span| !span.is_negative());
    let total = |span: jiff::Span| span.total(jiff::SpanTotal::from(jiff::Unit::Millisecond).days_are_24_hours()).ok();
    match span.and_then(total) {
        // A century is enough for anybody.
        Some(ms) if ms <= 3.2e12 => Ok(ms.round() as i64),
        _ => Err(format!("`{text}` is not a time: write `5s`, `10m`, `2h 30m` or `1d`.")),
    }
}
