//! What `text` promises, through its public surface.

mod fix;
mod place;
mod shape;
mod show;
mod syntax;
mod wild;

use super::*;
use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Bot {
    bot: Text,
    #[serde(default)]
    commands: Named<Command>,
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(default)]
    pairs: IndexMap<Spanned<String>, u8>,
    #[serde(default)]
    anything: Option<Raw>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Command {
    description: Text,
    #[serde(default)]
    options: Named<CommandOption>,
    #[serde(default)]
    reply: Option<OrText<Reply>>,
    #[serde(default)]
    access: OneOrMany<Spanned<String>>,
    #[serde(default)]
    limit: Option<u8>,
    #[serde(default)]
    server: Option<Id>,
    #[serde(default)]
    rate: f64,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CommandOption {
    #[serde(rename = "type")]
    kind: OptionKind,
    description: Text,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    default: Option<Literal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum OptionKind {
    String,
    Integer,
    Boolean,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Reply {
    content: Text,
    #[serde(default)]
    ephemeral: bool,
}

impl Shorthand for Reply {
    fn from_text(content: Text) -> Self {
        Self { content, ephemeral: false }
    }
}

#[derive(Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Step {
    Stop,
    Say(Text),
    Wait {
        seconds: u32,
    },
    Pause {
        #[serde(default)]
        seconds: u32,
    },
}

struct Read {
    sources: Sources,
    id: SourceId,
    diagnostics: Diagnostics,
    parsed: Parsed,
}

fn read(text: &str) -> Read {
    let mut sources = Sources::new();
    let mut diagnostics = Diagnostics::new();
    let id = sources.add("bot.yaml", text);
    let parsed = parse(&sources, id, &mut diagnostics);
    Read { sources, id, diagnostics, parsed }
}

fn bot(text: &str) -> (Bot, Read) {
    let mut read = read(text);
    let bot = decode(&read.parsed.root, &mut read.diagnostics).expect("every mistake of a bot has a stand-in");
    (bot, read)
}

/// The bot of a text without mistakes.
fn good(text: &str) -> Bot {
    let (bot, read) = bot(text);
    assert_eq!(read.told(), Vec::<String>::new());
    bot
}

/// What is told of a bot, `code line:column message`.
fn told(text: &str) -> Vec<String> {
    bot(text).1.told()
}

impl Read {
    fn told(&self) -> Vec<String> {
        let all = self.diagnostics.sorted();
        let line = |diagnostic: &&Diagnostic| {
            format!("{} {} {}", diagnostic.code, self.at(diagnostic.primary.span), diagnostic.message)
        };
        all.iter().map(line).collect()
    }

    fn at(&self, span: Span) -> String {
        let at = self.sources.position(span).expect("it stands in the file");
        format!("{}:{}", at.line, at.column)
    }

    /// What stands in the file at a place.
    fn written(&self, span: Span) -> &str {
        self.sources.get(self.id).slice(span)
    }

    fn only(&self) -> &Diagnostic {
        assert_eq!(self.diagnostics.sorted().len(), 1, "{:?}", self.told());
        self.diagnostics.sorted()[0]
    }

    /// The file with the suggestion of its only diagnostic taken.
    fn mended(&self) -> String {
        let fix = self.only().suggestion.as_ref().expect("there is a fix");
        let mut text = self.sources.get(self.id).text.to_string();
        text.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
        text
    }
}
