//! A scenario file that was read and checked against its bot.

use crate::compile::{Environment, check};
use crate::flow::program::Program;
use crate::flow::{duration, entity, permission};
use crate::scenario::compare::{kind, names_in};
use crate::scenario::expected::Expected;
use crate::scenario::file::ScenarioFile;
use crate::scenario::given::{Dms, Given};
use crate::scenario::observed::What;
use crate::scenario::pattern::Pattern;
use crate::scenario::step::{Admission, Fault, Membership, Replacement, Step, WORDS};
use crate::sim::act::Deed;
use crate::sim::{Breakage, Target};
use crate::text::{
    self, Decoding, Diagnostic, Diagnostics, Kind, Mapping, Named, Node, OrText, Raw, Sources, Span, Spanned, Text,
    code,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The people who are there without a word.
const PEOPLE: [&str; 4] = ["root", "sam", "ana", "bo"];
/// The engine's own table.
pub const TICKETS: &str = "tickets";
/// The columns of a ticket, by the words of a scenario.
pub const TICKET_COLUMNS: [&str; 8] =
    ["number", "kind", "user", "channel", "status", "opened_at", "closed_at", "closed_by"];
/// Orders of calls that are tried at most.
const MOST_ORDERS: usize = 10_000;

/// What became of a scenario file.
pub struct CheckedSuite {
    /// The bot's file first, then this one.
    pub sources: Sources,
    pub diagnostics: Diagnostics,
    /// The bot's file.
    pub bot: PathBuf,
    /// None when there is any mistake.
    pub suite: Option<Suite>,
}

/// A scenario file without mistakes.
pub struct Suite {
    pub path: PathBuf,
    pub bot: PathBuf,
    /// The bot's file as it was read.
    pub text: Arc<str>,
    /// The bot, with nothing decided that its server decides.
    pub program: Arc<Program>,
    pub given: Given,
    pub cases: Vec<Case>,
}

/// A scenario, checked.
pub struct Case {
    pub title: Text,
    pub given: Given,
    pub skip: Option<Text>,
    pub steps: Vec<CheckedStep>,
    pub rows: Vec<Rows>,
}

pub struct CheckedStep {
    pub span: Span,
    pub act: Act,
    pub place: Option<Text>,
    pub twice: bool,
    pub crash_after: Option<Spanned<u32>>,
    pub expect: Option<Expectation>,
    pub rows: Vec<Rows>,
}

/// What is done in a step.
pub enum Act {
    /// Nobody does anything; it is only looked.
    Look,
    Person {
        who: Text,
        deed: Text,
    },
    Parallel {
        deeds: Vec<(Text, Text)>,
        orders: usize,
    },
    /// Milliseconds.
    Advance(i64),
    Restart,
    Crash,
    Reload(Vec<Replacement>),
    Fault {
        target: Target,
        how: Breakage,
        times: u32,
        span: Span,
    },
    Heal,
    GatewayLost,
    DeleteChannel(Text),
    ShowChannel(Admission),
    Role {
        membership: Membership,
        give: bool,
    },
    Dms(Vec<(Text, bool)>),
}

/// All that has to come of a step.
pub struct Expectation {
    pub span: Span,
    pub items: Vec<Item>,
}

pub enum Item {
    /// Zero or more things of any kind.
    Anything,
    One {
        what: What,
        span: Span,
        expected: Box<Expected>,
    },
}

/// What a table has to hold.
pub struct Rows {
    pub table: Spanned<String>,
    pub wanted: WantedRows,
}

pub enum WantedRows {
    Count(u64, Span),
    /// Each with the columns that matter.
    All(Span, Vec<WantedRow>),
}

pub struct WantedRow {
    pub span: Span,
    pub columns: Vec<(Spanned<String>, Pattern)>,
}

/// Checks a scenario file, and the bot that it is about.
pub fn check_suite(path: &Path, bytes: &[u8]) -> CheckedSuite {
    let name = path.display().to_string();
    let mut apart = Sources::new();
    let mut unused = Diagnostics::new();
    let source = apart.add_bytes(name.as_str(), bytes, &mut unused);
    // What it says of its bot has to be known before the bot is, and the bot's file comes first.
    let root = text::parse(&apart, source, &mut unused).root;
    let bot = bot_path(path, &root);
    let (mut sources, mut diagnostics, mut program) = (Sources::new(), Diagnostics::new(), None);
    let read = std::fs::read(&bot);
    if let Ok(bytes) = &read {
        let checked = check(&bot.display().to_string(), bytes, &variables(&root));
        (sources, program) = (checked.sources, checked.program);
        let errors = checked.diagnostics.into_iter().filter(|found| found.severity == text::Severity::Error);
        diagnostics.extend(errors);
    }
    let source = sources.add_bytes(name.as_str(), bytes, &mut diagnostics);
    let parsed = text::parse(&sources, source, &mut diagnostics);
    if let Err(error) = &read {
        let place = parsed.root.get("bot").map_or(Span::new(source, 0, 0), |node| node.span);
        let message = format!("the bot's file {} cannot be read: {error}", bot.display());
        let told = Diagnostic::new(code::UNREADABLE, place, message);
        diagnostics.push(told.help("write `bot: FILE.yaml`, seen from this file"));
    }
    let file: Option<ScenarioFile> = decoding().decode(&parsed.root, &mut diagnostics);
    let suite = file.zip(program).map(|(file, program)| {
        let text = sources.iter().next().map(|(_, bot)| Arc::clone(&bot.text)).unwrap_or_default();
        let mut reader =
            Reader { program: &program, people: Vec::new(), known: Vec::new(), diagnostics: Diagnostics::new() };
        let cases = reader.cases(file.scenarios, &file.given);
        diagnostics.extend(reader.diagnostics);
        Suite { path: path.to_owned(), bot: bot.clone(), text, program: Arc::new(program), given: file.given, cases }
    });
    let suite = suite.filter(|_| !diagnostics.has_errors());
    CheckedSuite { sources, diagnostics, bot, suite }
}

/// `store.yaml` beside `store.test.yaml`, or what `bot:` says.
fn bot_path(path: &Path, root: &Node) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(named) = root.get("bot").and_then(Node::as_str) {
        return folder.join(named);
    }
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    folder.join(name.replacen(".test.", ".", 1))
}

/// The environment that the file gives its bot.
fn variables(root: &Node) -> Environment {
    let given = root.get("given").and_then(|given| given.get("variables"));
    let pairs = given.map(Node::entries).unwrap_or_default();
    pairs.iter().fold(Environment::default(), |environment, pair| {
        environment.with(pair.name(), pair.value.as_str().unwrap_or_default())
    })
}

pub fn decoding() -> Decoding<'static> {
    Decoding::new().things(&[("ScenarioFile", "scenario file"), ("Expected", "expectation")])
}

struct Reader<'p> {
    program: &'p Program,
    people: Vec<String>,
    /// `$names` that earlier steps give.
    known: Vec<String>,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn cases(&mut self, scenarios: crate::text::Items<crate::scenario::file::Scenario>, given: &Given) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        self.given(given);
        for scenario in scenarios.0.into_iter().map(|marked| marked.value) {
            self.people = PEOPLE.iter().map(|name| (*name).to_owned()).collect();
            self.people.extend(given.members.names().chain(scenario.given.members.names()).map(str::to_owned));
            self.known = self.people.clone();
            self.given(&scenario.given);
            let same = |case: &&Case| !case.title.poisoned && case.title.value == scenario.scenario.value;
            if let Some(first) = cases.iter().find(same) {
                let message = format!("there is another scenario `{}`", scenario.scenario.value);
                let told = Diagnostic::new(code::NAME_TAKEN, scenario.scenario.span, message);
                self.diagnostics.push(told.related(first.title.span, "the first"));
            }
            let steps = scenario.steps.values().filter_map(|raw| self.step(raw)).collect();
            let rows = self.rows(&scenario.rows);
            cases.push(Case { title: scenario.scenario, given: scenario.given, skip: scenario.skip, steps, rows });
        }
        cases
    }

    fn given(&mut self, given: &Given) {
        if let Some(now) = given.now.as_ref().filter(|now| !now.poisoned && moment(&now.value).is_none()) {
            let told = Diagnostic::new(code::BAD_VALUE, now.span, format!("`{}` is no moment", now.value));
            self.diagnostics.push(told.help("write it as `2026-01-05T09:00:00Z`"));
        }
        let roles = given.roles.values().flatten().flat_map(|role| role.permissions.iter());
        let members = given.members.values().flatten().flat_map(|member| member.permissions.iter());
        for text in roles.chain(members) {
            if !text.poisoned && !permission::ALL.iter().any(|(name, _)| *name == text.value) {
                let told =
                    Diagnostic::new(code::UNKNOWN_VALUE, text.span, format!("there is no permission `{}`", text.value));
                self.diagnostics.push(told.among(
                    &text.value,
                    text.span,
                    permission::ALL.iter().map(|(name, _)| *name),
                ));
            }
        }
        for (table, _) in given.rows.iter().chain(given.rows_elsewhere.iter()) {
            self.table(table, false);
        }
        let settings: Vec<String> =
            self.program.settings.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        for (name, _) in given.settings.iter() {
            let webhook = self.program.webhooks.contains_key(&name.value)
                || self.program.outside.iter().any(|outside| outside.setting == name.value);
            if !settings.contains(&name.value) && !webhook {
                let told =
                    Diagnostic::new(code::UNKNOWN_NAME, name.span, format!("the bot has no setting `{}`", name.value));
                self.diagnostics.push(told.among(&name.value, name.span, &settings));
            }
        }
    }

    fn step(&mut self, raw: &Raw) -> Option<CheckedStep> {
        let node = bare_word(&raw.0);
        let (own, person) = self.part(&node)?;
        let step: Step = decoding().called("step", node.span).decode(&own, &mut self.diagnostics)?;
        let span = node.entries().first().map_or(node.span, |entry| entry.key.span);
        let act = self.act(&step, person, span)?;
        let expect = step.expect.as_ref().map(|raw| self.expectation(&raw.0));
        let rows = self.rows(&step.rows);
        let Step { place, twice, crash_after, .. } = step;
        Some(CheckedStep { span, act, place, twice, crash_after, expect, rows })
    }

    /// The keys that are the step's own, and the person with what they do.
    fn part(&mut self, node: &Node) -> Option<(Node, Option<(Text, Text)>)> {
        let Kind::Mapping(mapping) = &node.kind else {
            if !node.is_poison() {
                let told = Diagnostic::new(code::WRONG_TYPE, node.span, "a step is a person's name with what they do");
                self.diagnostics.push(told.help("write `ana: /hello`, or `restart`, or `advance: 5s`"));
            }
            return None;
        };
        let (own, others): (Vec<_>, Vec<_>) =
            mapping.entries.iter().cloned().partition(|entry| WORDS.contains(&entry.name()));
        let mut person = None;
        for entry in others {
            let who = Text::of(&entry.key).unwrap_or_default();
            let known = self.is_person(&who);
            let Some(deed) = Text::of(&entry.value) else {
                if !known {
                    continue;
                }
                let told = Diagnostic::new(code::WRONG_TYPE, entry.value.span, "what somebody does is a text");
                self.diagnostics
                    .push(told.help("write `ana: clicks \"Open Ticket\"`, and `expect:` below it, not inside"));
                return None;
            };
            if !known {
                let _told_where_it_is_wrong = self.deed(&deed);
                continue;
            }
            if person.is_some() {
                let told = Diagnostic::new(code::TWO_VERBS, who.span, "one person acts in a step");
                self.diagnostics.push(told.help("write two steps, or `parallel:`"));
                return None;
            }
            person = Some((who, deed));
        }
        let own = Mapping { entries: own, incomplete: mapping.incomplete };
        Some((Node { span: node.span, kind: Kind::Mapping(Arc::new(own)) }, person))
    }

    fn is_person(&mut self, who: &Text) -> bool {
        let known = who.poisoned || self.people.contains(&who.value);
        if !known {
            let message = format!("there is nobody called `{}`, and no such step", who.value);
            let told = Diagnostic::new(code::UNKNOWN_NAME, who.span, message);
            let words = WORDS.iter().copied().chain(self.people.iter().map(String::as_str));
            self.diagnostics.push(told.among(&who.value, who.span, words));
        }
        known && !who.poisoned
    }

    fn act(&mut self, step: &Step, person: Option<(Text, Text)>, span: Span) -> Option<Act> {
        let mut acts = Vec::new();
        if let Some((who, deed)) = person {
            self.deed(&deed)?;
            acts.push(Act::Person { who, deed });
        }
        if let Some(list) = &step.parallel {
            let deeds = list.values().filter_map(|text| self.parallel(text)).collect();
            acts.push(Act::Parallel { deeds, orders: self.orders(step.orders.as_ref()) });
        }
        if let Some(text) = &step.advance {
            acts.push(Act::Advance(self.time(text)));
        }
        acts.extend(step.restart.map(|_| Act::Restart));
        acts.extend(step.crash.map(|_| Act::Crash));
        acts.extend(step.gateway.as_ref().map(|_| Act::GatewayLost));
        acts.extend(step.delete_channel.clone().map(Act::DeleteChannel));
        acts.extend(step.reload.as_ref().map(|list| Act::Reload(list.0.clone())));
        if let Some(raw) = &step.discord {
            acts.push(self.fault(&raw.0)?);
        }
        for (membership, give) in [(&step.give_role, true), (&step.take_role, false)] {
            if let Some(membership) = membership.clone() {
                self.is_person(&membership.member);
                acts.push(Act::Role { membership, give });
            }
        }
        if let Some(admission) = step.show_channel.clone() {
            self.is_person(&admission.member);
            acts.push(Act::ShowChannel(admission));
        }
        if let Some(dms) = &step.dms {
            acts.push(Act::Dms(self.dms(dms)));
        }
        if acts.len() > 1 {
            let told = Diagnostic::new(code::TWO_VERBS, span, "one thing happens in a step");
            self.diagnostics.push(told.help("write two steps"));
            return None;
        }
        Some(acts.pop().unwrap_or(Act::Look))
    }

    fn dms(&mut self, dms: &Named<Spanned<Dms>>) -> Vec<(Text, bool)> {
        let mut all = Vec::new();
        for (name, dms) in dms.iter() {
            let name = Text::at(name.value.clone(), name.span);
            self.is_person(&name);
            all.push((name, dms.value == Dms::Open));
        }
        all
    }

    /// `ana clicks "Open Ticket"`
    fn parallel(&mut self, text: &Text) -> Option<(Text, Text)> {
        let (who, deed) = text.value.split_once(' ')?;
        let at = who.len() + 1;
        let who = Text::at(who, text.locate(0..who.len()));
        let deed = Text::at(deed, text.locate(at..text.value.len()));
        let fits = self.is_person(&who);
        self.deed(&deed)?;
        fits.then_some((who, deed))
    }

    fn orders(&mut self, text: Option<&Text>) -> usize {
        let Some(text) = text.filter(|text| !text.poisoned) else { return 1 };
        match (text.value.as_str(), text.value.parse::<usize>()) {
            ("all", _) => MOST_ORDERS,
            (_, Ok(count @ 1..=MOST_ORDERS)) => count,
            _ => {
                let message = format!("`orders` is `all`, or a number from 1 to {MOST_ORDERS}");
                self.diagnostics.push(Diagnostic::new(code::BAD_VALUE, text.span, message));
                1
            }
        }
    }

    fn time(&mut self, text: &Text) -> i64 {
        if text.poisoned {
            return 0;
        }
        duration::parse(&text.value).unwrap_or_else(|| {
            let told = Diagnostic::new(code::BAD_VALUE, text.span, format!("`{}` is not a time", text.value));
            self.diagnostics.push(told.help("write it as `5s`, `10m`, `2h`, `1h 30m` or `2d`"));
            0
        })
    }

    fn fault(&mut self, node: &Node) -> Option<Act> {
        if node.as_str() == Some("works") {
            return Some(Act::Heal);
        }
        let fault: Fault = decoding().called("discord", node.span).decode(node, &mut self.diagnostics)?;
        let mut wrong = |text: &Text, help: &str| {
            let told =
                Diagnostic::new(code::UNKNOWN_VALUE, text.span, format!("`{}` cannot go wrong here", text.value));
            self.diagnostics.push(told.help(help));
        };
        let target = Target::parse(&fault.refuses.value);
        if target.is_none() && !fault.refuses.poisoned {
            let help =
                "write `dm`, `webhook`, `message`, `channel`, `role`, `interaction`, `commands`, `all`, or a route";
            wrong(&fault.refuses, help);
        }
        let how = fault.how.clone().unwrap_or_else(|| Text::new("500"));
        let breakage = Breakage::parse(&how.value);
        if breakage.is_none() && !how.poisoned {
            wrong(&how, "write a code of Discord's (`50007`), a status (`500`, `429`), `silence`, or `silence after`");
        }
        let times = match fault.times.as_ref().map(|text| (text, text.value.parse::<u32>())) {
            None => 1,
            Some((text, _)) if text.value == "always" => u32::MAX,
            Some((_, Ok(times @ 1..))) => times,
            Some((text, _)) => {
                wrong(text, "write how often, or `always`");
                1
            }
        };
        Some(Act::Fault { target: target?, how: breakage?, times, span: node.span })
    }

    /// Whether somebody can do that at all: a verb, and a command that the bot has.
    fn deed(&mut self, text: &Text) -> Option<()> {
        for name in names_in(&text.value) {
            if !self.known.contains(&name) {
                let told = Diagnostic::new(code::UNKNOWN_NAME, text.span, format!("nothing gave `${name}` a meaning"));
                self.diagnostics.push(told.help("write `as: $NAME` where it is expected, in an earlier step"));
            }
        }
        match Deed::read(&text.value) {
            Ok(Deed::Command(line)) => self.command(text, line),
            Ok(_) => {}
            Err(unable) if !text.poisoned => {
                self.diagnostics.push(Diagnostic::new(code::BAD_VALUE, text.span, unable.to_string()));
                return None;
            }
            Err(_) => return None,
        }
        Some(())
    }

    fn command(&mut self, text: &Text, line: &str) {
        let name = line.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        let known = self.program.registration.as_array().into_iter().flatten().filter_map(|one| one["name"].as_str());
        let known: Vec<&str> = known.collect();
        if !known.contains(&name) {
            let at = text.locate(1..1 + name.len());
            let told = Diagnostic::new(code::UNKNOWN_NAME, at, format!("the bot has no command `/{name}`"));
            self.diagnostics.push(told.among(name, at, known));
        }
    }

    fn expectation(&mut self, node: &Node) -> Expectation {
        let mut items = Vec::new();
        let one = std::slice::from_ref(node);
        let list = match &node.kind {
            Kind::Sequence(items) => items.as_ref(),
            Kind::Null | Kind::Poison => &[],
            _ => one,
        };
        for item in list {
            match item.as_str() {
                Some("anything") => items.push(Item::Anything),
                Some("nothing") if list.len() == 1 => {}
                _ => items.extend(self.expected(item)),
            }
        }
        Expectation { span: node.span, items }
    }

    fn expected(&mut self, node: &Node) -> Option<Item> {
        if node.as_str().is_some() {
            let told =
                Diagnostic::new(code::WRONG_TYPE, node.span, "an expectation says what happens, and how it looks");
            self.diagnostics.push(told.help("write `reply: Thanks!`, `log: ENTRY`, `dm: { to: ana }`, or `anything`"));
            return None;
        }
        let expected: Expected = decoding().called("expect", node.span).decode(node, &mut self.diagnostics)?;
        let span = node.entries().first().map_or(node.span, |entry| entry.key.span);
        let Some(what) = kind(&expected) else {
            if node.entries().len() > 1 {
                let told = Diagnostic::new(code::TWO_VERBS, node.span, "each expectation is about one thing");
                self.diagnostics.push(told.help("put a `-` in front of each"));
            }
            return None;
        };
        self.entry(&expected);
        self.patterns(&expected);
        Some(Item::One { what, span, expected: Box::new(expected) })
    }

    fn entry(&mut self, expected: &Expected) {
        let Some(entry) = expected.log.as_ref().and_then(|log| log.entry.as_ref()).filter(|entry| !entry.poisoned)
        else {
            return;
        };
        let known = &self.program.log_entries;
        if !known.contains(&entry.value) {
            let message = format!("the bot's `logs` have no entry named `{}`", entry.value);
            let told = Diagnostic::new(code::UNKNOWN_NAME, entry.span, message);
            self.diagnostics.push(told.among(&entry.value, entry.span, known));
        }
    }

    /// Regular expressions that are none, and names that this gives.
    fn patterns(&mut self, expected: &Expected) {
        let mut all = Vec::new();
        super::patterns::of(expected, &mut all);
        for pattern in all {
            if let Some((text, why)) = pattern.bad_regex() {
                let message = format!("this regular expression cannot be understood: {why}");
                self.diagnostics.push(Diagnostic::new(code::EXPRESSION_SYNTAX, text.span, message));
            }
            self.known.extend(pattern.groups());
        }
        let messages = expected.messages().filter_map(|message| message.name.as_ref());
        let channels = expected.channels().filter_map(|channel| channel.bound.as_ref());
        self.known.extend(messages.chain(channels).map(|name| name.value.trim_start_matches('$').to_owned()));
    }

    fn table(&mut self, name: &Spanned<String>, or_tickets: bool) -> Option<Vec<String>> {
        let found = self.program.tables.iter().find(|table| table.name == name.value);
        if let Some(table) = found {
            return Some(table.columns.keys().cloned().chain(["id".to_owned()]).collect());
        }
        if or_tickets && name.value == TICKETS && !self.program.tickets.is_empty() {
            return Some(TICKET_COLUMNS.iter().map(|name| (*name).to_owned()).collect());
        }
        let message = format!("the bot has no table named `{}`", name.value);
        let told = Diagnostic::new(code::UNKNOWN_NAME, name.span, message);
        let tables = self.program.tables.iter().map(|table| table.name.as_str()).chain(or_tickets.then_some(TICKETS));
        self.diagnostics.push(told.among(&name.value, name.span, tables));
        None
    }

    fn rows(&mut self, rows: &Named<Raw>) -> Vec<Rows> {
        let mut all = Vec::new();
        for (table, raw) in rows.iter() {
            let Some(columns) = self.table(table, true) else { continue };
            let node = &raw.0;
            let wanted = match (&node.kind, node.as_str().and_then(|text| text.parse().ok())) {
                (_, Some(count)) => WantedRows::Count(count, node.span),
                (Kind::Sequence(items), _) => {
                    WantedRows::All(node.span, items.iter().map(|item| self.row(item, &columns)).collect())
                }
                (Kind::Poison, _) => continue,
                _ => {
                    let message = "rows are a list, or how many there are";
                    self.diagnostics.push(Diagnostic::new(code::WRONG_TYPE, node.span, message));
                    continue;
                }
            };
            all.push(Rows { table: table.clone(), wanted });
        }
        all
    }

    fn row(&mut self, node: &Node, columns: &[String]) -> WantedRow {
        let mut wanted = Vec::new();
        for entry in node.entries() {
            let (name, span) = (entry.name().to_owned(), entry.key.span);
            if !columns.contains(&name) {
                let told = Diagnostic::new(code::UNKNOWN_NAME, span, format!("there is no column `{name}`"));
                self.diagnostics.push(told.among(&name, span, columns));
                continue;
            }
            let nothing = matches!(entry.value.kind, Kind::Null);
            let pattern: Option<OrText<Pattern>> = match nothing {
                true => Some(OrText(Pattern { equals: Some(Text::at("", entry.value.span)), ..Pattern::default() })),
                false => decoding().called(&name, span).decode(&entry.value, &mut self.diagnostics),
            };
            wanted.extend(pattern.map(|pattern| (Spanned::new(name, span), pattern.into_inner())));
        }
        WantedRow { span: node.span, columns: wanted }
    }
}

/// `- restart` is `- restart:`.
fn bare_word(node: &Node) -> Node {
    if !matches!(node.as_str(), Some("restart" | "crash")) {
        return node.clone();
    }
    let entry = text::Entry { key: node.clone(), value: Node::null(node.span) };
    let mapping = Mapping { entries: vec![entry], incomplete: false };
    Node { span: node.span, kind: Kind::Mapping(Arc::new(mapping)) }
}

/// A moment as it is written, in epoch milliseconds.
pub fn moment(text: &str) -> Option<i64> {
    entity::epoch_ms(text)
}
