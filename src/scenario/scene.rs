//! One scenario, played: its people act, the bot answers, and somebody looks whether that is what was expected.

use crate::flow::memory::{OnConflict, Operation};
use crate::flow::payload::File;
use crate::flow::port::Dice;
use crate::scenario::align::align;
use crate::scenario::compare::{Known, fill};
use crate::scenario::failure::{self, Failing};
use crate::scenario::gate::{Gate, Noticed, Told};
use crate::scenario::given::Given;
use crate::scenario::names::Names;
use crate::scenario::observed::{Observed, Observer};
use crate::scenario::programs::Programs;
use crate::scenario::server;
use crate::scenario::suite::{Act, Case, CheckedStep, Suite, moment};
use crate::scenario::table;
use crate::sim::Id;
use crate::sim::act::Deed;
use crate::stage::{Person, Stage, StageClock, StageError};
use crate::text::{Diagnostic, Span, Text, code};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// What came of a scenario.
#[derive(Debug, Default)]
pub struct Played {
    /// What is not as it should be; nothing when it passed.
    pub failures: Vec<Diagnostic>,
    /// In which ways what of the bot's file was reached.
    pub ways: HashSet<(Span, &'static str)>,
    /// What was decided about the order of calls: which, among how many.
    pub order: Vec<(usize, usize)>,
    pub trace: Vec<Told>,
    /// What the bot did in each step that expects something, by the place of the expectation.
    pub seen: Vec<(Span, Vec<Observed>)>,
    /// What stands for an id in a file: `$ana.id`.
    pub ids: Vec<(String, String)>,
}

/// When it is, unless something else is said: 2026-01-05T09:00:00Z.
const NOW: i64 = 1_767_603_600_000;

/// Plays a scenario, with some decisions about the order of calls made beforehand; to its end, or to the first step that
/// fails.
pub async fn play(suite: &Suite, case: &Case, programs: &Arc<Programs>, order: Vec<usize>, to_the_end: bool) -> Played {
    let mut played = Played::default();
    match Scene::open(suite, case, programs, order).await {
        Ok(mut scene) => scene.act(&mut played, to_the_end).await,
        Err(error) => {
            let message = format!("the scenario cannot begin: {error}");
            played.failures.push(Diagnostic::new(code::STEP_IMPOSSIBLE, case.title.span, message));
        }
    }
    played
}

struct Scene<'s> {
    suite: &'s Suite,
    case: &'s Case,
    programs: Arc<Programs>,
    stage: Stage,
    gate: Gate,
    observer: Observer,
    known: Known,
    /// Where each fault that was ordered is written, in their order.
    faults: Vec<Span>,
}

/// Chance from a seed.
struct Chance(Mutex<StdRng>);

impl Dice for Chance {
    fn roll(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).random()
    }
}

impl<'s> Scene<'s> {
    async fn open(
        suite: &'s Suite,
        case: &'s Case,
        programs: &Arc<Programs>,
        order: Vec<usize>,
    ) -> Result<Self, StageError> {
        let both = [&suite.given, &case.given];
        let now = both.iter().rev().find_map(|given| moment(&given.now.as_ref()?.value)).unwrap_or(NOW);
        let seed = both.iter().rev().find_map(|given| given.seed.as_ref()).map_or(0, |seed| seed.value);
        let clock = StageClock::standing(now);
        let programs = Arc::new(programs.of(case));
        let ground = Stage::ground(std::iter::once(suite.program.as_ref()), clock.clone())?;
        for given in both {
            server::people(&ground, given)?;
        }
        let gate = Gate::new(&ground.world, order);
        tokio::spawn(gate.clone().work());
        let dice: Arc<dyn Dice> = Arc::new(Chance(Mutex::new(StdRng::seed_from_u64(seed))));
        let door = gate.clone();
        let wire = Box::new(move |ports| crate::flow::port::Ports { dice: Arc::clone(&dice), ..door.wire(ports) });
        let load = Arc::clone(&programs);
        let loader = Box::new(move |_: &std::path::Path, provision: &crate::stage::Provision| load.load(provision));
        let names = Names { world: Arc::clone(&ground.world), guild: ground.guild };
        let paths = [suite.bot.clone()];
        let stage = Stage::furnish(ground, &paths, None, clock, loader, wire).await?;
        for given in both {
            server::above_bot(&stage.ground, given)?;
        }
        let known = server::names(&names);
        Ok(Self { suite, case, programs, stage, gate, observer: Observer::new(names), known, faults: Vec::new() })
    }

    async fn act(&mut self, played: &mut Played, to_the_end: bool) {
        self.begin(played).await;
        for step in &self.case.steps {
            if !played.failures.is_empty() && !to_the_end {
                break;
            }
            self.step(step, played).await;
        }
        if played.failures.is_empty() {
            self.rows(&self.case.rows, &mut played.failures).await;
            self.unused_faults(&mut played.failures);
        }
        played.ids = server::ids(&self.known);
        played.ways = self.gate.ways();
        played.order = self.gate.order();
    }

    /// What the bot remembers from before.
    async fn begin(&mut self, played: &mut Played) {
        let program = self.stage.players[0].bot.program();
        let here = self.stage.ground.guild;
        let elsewhere = Id(here.0 + 1);
        for given in [&self.suite.given, &self.case.given] {
            let all = given.rows.iter().map(|rows| (here, rows));
            for (guild, (name, rows)) in all.chain(given.rows_elsewhere.iter().map(|rows| (elsewhere, rows))) {
                let Some(shape) = program.tables.iter().find(|table| table.name == name.value) else { continue };
                let rows = rows.values().map(|row| table::row(&row.0, shape, &self.observer.names)).collect();
                let operation = Operation::Insert {
                    table: name.value.clone(),
                    guild: guild.to_string(),
                    rows,
                    on_conflict: OnConflict::Fail,
                };
                if let Err(error) = self.stage.players[0].memory().transact(vec![operation]).await {
                    let message = format!("these rows cannot be there: {error}");
                    played.failures.push(Diagnostic::new(code::STEP_IMPOSSIBLE, name.span, message));
                }
            }
        }
        drop(self.notice(played));
    }

    async fn step(&mut self, step: &CheckedStep, played: &mut Played) {
        if let Some(after) = &step.crash_after {
            self.gate.die_after(after.value);
        }
        let unable = self.done(step).await;
        let mut observed = Vec::new();
        match unable {
            Ok(()) => {}
            Err(why) if step.expect.is_some() => observed.push(Observed::unable(&why)),
            Err(why) => return played.failures.push(failure::impossible(&Failing { at: place(step), why })),
        }
        self.settle().await;
        if let Some(after) = &step.crash_after {
            if !self.gate.is_dead() {
                let why =
                    format!("the bot did not die, because it changed less than {} things on Discord", after.value);
                played.failures.push(failure::impossible(&Failing { at: after.span, why }));
            } else if let Err(why) = self.start_again().await {
                return played.failures.push(failure::impossible(&Failing { at: after.span, why }));
            }
        }
        let noticed = self.notice(played);
        observed.extend(self.observer.read(&noticed));
        self.compare(step, &noticed, observed, played);
        self.rows(&step.rows, &mut played.failures).await;
    }

    fn compare(&mut self, step: &CheckedStep, noticed: &Noticed, observed: Vec<Observed>, played: &mut Played) {
        let Some(expectation) = &step.expect else {
            // Nobody looks at what it said, so somebody has to say that it went wrong.
            played.failures.extend(noticed.failures.iter().map(|(span, why)| failure::failed(step.span, *span, why)));
            return;
        };
        let ordered = !matches!(step.act, Act::Parallel { .. });
        let aligned = align(&expectation.items, &observed, ordered, &self.observer.names, &self.known);
        self.known.extend(aligned.bound.iter().cloned());
        let shown: Vec<Diagnostic> = failure::of(&aligned, expectation, &observed);
        played.failures.extend(shown);
        played.seen.push((expectation.span, observed));
    }

    fn notice(&self, played: &mut Played) -> Noticed {
        let noticed = self.gate.take();
        played.trace.extend(noticed.trace.iter().cloned());
        noticed
    }

    /// Lets happen what follows, or as much of it as the bot lives to see.
    async fn settle(&mut self) {
        let gate = self.gate.clone();
        tokio::select! {
            biased;
            () = gate.death() => {}
            () = self.stage.settle() => {}
        }
    }

    async fn start_again(&mut self) -> Result<(), String> {
        self.stage.begin_again(0).await.map_err(|error| error.to_string())?;
        self.settle().await;
        Ok(())
    }

    async fn done(&mut self, step: &CheckedStep) -> Result<(), String> {
        match &step.act {
            Act::Look => Ok(()),
            Act::Person { who, deed } => self.person(step, who, deed),
            Act::Parallel { deeds, .. } => self.parallel(step, deeds).await,
            Act::Advance(by) => {
                let gate = self.gate.clone();
                tokio::select! {
                    biased;
                    () = gate.death() => {}
                    () = self.stage.advance(*by) => {}
                }
                Ok(())
            }
            Act::Restart => self.stage.restart().await.map_err(|error| error.to_string()),
            Act::Crash => {
                self.gate.die();
                self.start_again().await
            }
            Act::Reload(list) => self.reload(list).await,
            Act::Fault { target, how, times, span } => {
                self.faults.push(*span);
                self.stage.world().refuse(target.clone(), how.clone(), *times);
                Ok(())
            }
            Act::Heal => {
                self.stage.world().heal();
                Ok(())
            }
            Act::GatewayLost => self.stage.reconnect(0).map_err(|error| error.to_string()),
            Act::DeleteChannel(name) => {
                let name = self.filled(name);
                let world = self.stage.world();
                let channel = world.channel_named(self.stage.ground.guild, name.trim_start_matches('#'));
                let channel = channel.ok_or_else(|| format!("there is no channel `{name}`"))?;
                world.delete_channel(channel).map_err(|error| error.to_string())
            }
            Act::ShowChannel(admission) => {
                let user = self.user(&admission.member)?;
                let name = self.filled(&admission.channel);
                server::show(&self.stage.ground, user, name.trim_start_matches('#'))
            }
            Act::Role { membership, give } => self.role(&membership.member, &membership.role, *give),
            Act::Dms(all) => {
                for (who, open) in all {
                    let user = self.user(who)?;
                    self.stage.world().set_dms(user, *open);
                }
                Ok(())
            }
        }
    }

    fn filled(&self, text: &Text) -> String {
        fill(&self.known, &text.value)
    }

    fn user(&self, who: &Text) -> Result<Id, String> {
        self.stage.world().user_named(&who.value).ok_or_else(|| format!("there is nobody called `{}`", who.value))
    }

    fn person(&self, step: &CheckedStep, who: &Text, deed: &Text) -> Result<(), String> {
        let user = self.user(who)?;
        let line = self.filled(deed);
        let deed = Deed::read(&line).map_err(|error| error.to_string())?;
        let channel = match &step.place {
            Some(place) => {
                let here = Person { stage: &self.stage, user, channel: None };
                here.visible_channel(&self.filled(place))?
            }
            None => self.stage.ground.general,
        };
        let person = Person { stage: &self.stage, user, channel: Some(channel) };
        let asked = person.act(&deed, &|name| self.file(name))?;
        match asked.filter(|_| step.twice) {
            Some(asked) => self.stage.world().redeliver(asked).map_err(|error| error.to_string()),
            None if step.twice => Err("Only commands, buttons and windows are delivered twice.".to_owned()),
            None => Ok(()),
        }
    }

    async fn parallel(&mut self, step: &CheckedStep, deeds: &[(Text, Text)]) -> Result<(), String> {
        for (who, deed) in deeds {
            self.person(step, who, deed)?;
        }
        self.gate.contend(true);
        self.settle().await;
        self.gate.contend(false);
        Ok(())
    }

    async fn reload(&mut self, list: &[crate::scenario::step::Replacement]) -> Result<(), String> {
        for one in list {
            self.programs.replace(&one.replace.value, &one.by.value)?;
        }
        self.stage.reload(0).await.map(drop).map_err(|error| error.to_string())
    }

    fn role(&self, who: &Text, role: &Text, give: bool) -> Result<(), String> {
        let (world, guild, user) = (self.stage.world(), self.stage.ground.guild, self.user(who)?);
        let role = world.role_named(guild, &role.value).ok_or_else(|| format!("there is no role `{}`", role.value))?;
        let done = if give { world.give_role(guild, user, role) } else { world.take_role(guild, user, role) };
        done.map_err(|error| error.to_string())
    }

    /// A file that somebody attaches: one of the scenario's, or one beside its file.
    fn file(&self, name: &str) -> Result<File, String> {
        let given = [&self.case.given, &self.suite.given].into_iter().find_map(|given: &Given| given.files.get(name));
        let short = name.rsplit('/').next().unwrap_or(name).to_owned();
        if let Some(attached) = given {
            return Ok(File { name: short, content: attached.content() });
        }
        let path = self.suite.path.parent().unwrap_or(std::path::Path::new("")).join(name);
        match std::fs::read(&path) {
            Ok(content) => Ok(File { name: short, content }),
            Err(error) => Err(format!("There is no file `{name}` in `given.files`, and {}: {error}.", path.display())),
        }
    }

    async fn rows(&self, wanted: &[crate::scenario::suite::Rows], failures: &mut Vec<Diagnostic>) {
        let player = &self.stage.players[0];
        for rows in wanted {
            let program = player.bot.program();
            let guild = self.stage.ground.guild.to_string();
            match table::actual(player.memory(), &program, &rows.table.value, guild, &self.observer.names).await {
                Ok(actual) => failures.extend(failure::rows(rows, &actual, &self.known)),
                Err(why) => failures.push(failure::impossible(&Failing { at: rows.table.span, why })),
            }
        }
    }

    fn unused_faults(&self, failures: &mut Vec<Diagnostic>) {
        for index in self.stage.world().unused_faults() {
            let at = self.faults.get(index).copied().unwrap_or(self.case.title.span);
            failures.push(Diagnostic::new(code::UNUSED_FAULT, at, "this went wrong less often than it should have"));
        }
    }
}

/// What somebody reads first of a step.
fn place(step: &CheckedStep) -> Span {
    match &step.act {
        Act::Person { deed, .. } => deed.span,
        _ => step.span,
    }
}
