//! `botwright test`: a bot's scenarios, played on the simulated Discord.

use crate::cli::shown::{self, plural};
use crate::cli::test_report::{self, Report};
use crate::engine::Watch;
use crate::scenario::coverage::{self, Reach};
use crate::scenario::{CheckedSuite, Outcome, Suite, Verdict, bless, check_suite, run as play};
use crate::text::{Diagnostics, Sources};
use anyhow::{Context, bail};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Scenario files (`store.test.yaml`), bots, or folders of them; without any, this folder and those below it.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only scenarios whose name contains these words, whatever their case.
    #[arg(long, value_name = "WORDS")]
    filter: Option<String>,
    /// How the outcome is printed.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show what the runs of a failed scenario did, step by step.
    #[arg(long)]
    trace: bool,
    /// Write what happens now into the `expect:` of each failed step.
    ///
    /// Look at the difference before you keep it: from then on, that is what is expected.
    #[arg(long)]
    bless: bool,
    /// Play again whenever a scenario file or a bot is saved.
    #[arg(long, conflicts_with_all = ["format", "bless"])]
    watch: bool,
    /// List what of the bots no scenario reaches, by line.
    #[arg(long)]
    coverage: bool,
    /// Fail when scenarios reach less of a bot than so many percent.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    min_coverage: Option<u8>,
    /// How many scenarios are played at the same time; without it, one for each processor.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
}

/// How the outcome of scenarios is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object a line: each scenario, then what of each bot was reached.
    Json,
    /// JUnit's XML, for build servers.
    Junit,
}

/// Files have mistakes, so nothing of them was played.
const MISTAKES: u8 = 3;

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if !arguments.watch {
        return once(arguments);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    loop {
        once(arguments)?;
        let mut watched: HashSet<PathBuf> = HashSet::new();
        for path in files(&arguments.files)? {
            let suite = std::fs::read(&path).ok().map(|bytes| check_suite(&path, &bytes));
            watched.extend(suite.map(|checked| checked.bot));
            watched.insert(path);
        }
        eprintln!("waiting for a save; Ctrl-C ends this");
        runtime.block_on(saved(&watched))?;
    }
}

/// Returns when one of the files was saved.
async fn saved(paths: &HashSet<PathBuf>) -> anyhow::Result<()> {
    let mut watches = paths.iter().map(|path| Watch::start(path)).collect::<Result<Vec<_>, _>>()?;
    let changes = watches.iter_mut().map(|watch| Box::pin(watch.changed()));
    futures_util::future::select_all(changes).await;
    Ok(())
}

/// A file that can be played.
struct Ready {
    sources: Sources,
    suite: Suite,
}

fn once(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let paths = files(&arguments.files)?;
    if paths.is_empty() {
        bail!("there is no scenario file here: `store.test.yaml` holds the scenarios of `store.yaml`");
    }
    let (mut ready, mut mistakes) = (Vec::new(), 0);
    for path in &paths {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let CheckedSuite { sources, diagnostics, suite, .. } = check_suite(path, &bytes);
        if let Some(suite) = suite {
            ready.push(Ready { sources, suite });
            continue;
        }
        mistakes += 1;
        show_mistakes(path, &sources, &diagnostics);
    }
    let (sources, suites): (Vec<Sources>, Vec<Suite>) =
        ready.into_iter().map(|ready| (ready.sources, ready.suite)).unzip();
    let words = arguments.filter.as_ref().map(|words| words.to_lowercase());
    let wanted = |_: &Suite, case: &crate::scenario::Case| {
        words.as_ref().is_none_or(|words| case.title.value.to_lowercase().contains(words))
    };
    let jobs = arguments.jobs.map_or_else(processors, usize::from);
    let outcomes = play(&suites, &wanted, jobs, arguments.bless);
    let reached = reached(&suites, &outcomes);
    let report =
        Report { sources: &sources, suites: &suites, outcomes: &outcomes, reached: &reached, trace: arguments.trace };
    match arguments.format {
        Format::Human => human(&report, arguments, began.elapsed()),
        Format::Json => print!("{}", test_report::json(&report)),
        Format::Junit => print!("{}", test_report::junit(&report)),
    }
    if arguments.bless {
        blessed(&report)?;
    }
    let failed = outcomes.iter().any(|outcome| matches!(outcome.verdict, Verdict::Failed));
    let too_little =
        arguments.min_coverage.is_some_and(|least| reached.iter().any(|one| one.percent() < f64::from(least)));
    Ok(match (mistakes, failed && !arguments.bless, too_little) {
        (1.., ..) => ExitCode::from(MISTAKES),
        (_, true, _) | (_, _, true) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    })
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn show_mistakes(path: &Path, sources: &Sources, diagnostics: &Diagnostics) {
    shown::show(sources, diagnostics, crate::cli::arguments::Format::Human);
    let count = shown::count(diagnostics.sorted());
    eprintln!("{}: {count}; its scenarios were not played", path.display());
    shown::more(diagnostics.sorted());
}

/// The scenario files that are meant: as they are, beside a bot, or in a folder and below.
fn files(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let here = [PathBuf::from(".")];
    let mut found = Vec::new();
    for path in if given.is_empty() { &here } else { given } {
        if path.is_dir() {
            below(path, &mut found)?;
        } else if is_scenarios(path) {
            found.push(path.clone());
        } else {
            let beside = path.with_extension("test.yaml");
            if !beside.exists() {
                bail!("{} has no scenarios: {} is not there", path.display(), beside.display());
            }
            found.push(beside);
        }
    }
    let mut seen = HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

fn below(folder: &Path, found: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let skipped = name.starts_with('.') || ["target", "node_modules"].contains(&name);
        match (path.is_dir(), skipped) {
            (_, true) => {}
            (true, _) => below(&path, found)?,
            (false, _) if is_scenarios(&path) => found.push(path.strip_prefix("./").unwrap_or(&path).to_owned()),
            (false, _) => {}
        }
    }
    Ok(())
}

/// By its name.
pub fn is_scenarios(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.ends_with(".test.yaml") || name.ends_with(".test.yml")
}

/// What of a bot its scenarios reach.
pub struct Reached {
    /// The first scenario file about it.
    pub suite: usize,
    pub all: usize,
    pub missed: Vec<Reach>,
}

impl Reached {
    pub fn percent(&self) -> f64 {
        if self.all == 0 {
            return 100.0;
        }
        (self.all - self.missed.len()) as f64 * 100.0 / self.all as f64
    }
}

/// For each bot, over all of its files.
fn reached(suites: &[Suite], outcomes: &[Outcome]) -> Vec<Reached> {
    let mut all: Vec<Reached> = Vec::new();
    for (index, suite) in suites.iter().enumerate() {
        if all.iter().any(|known| suites[known.suite].bot == suite.bot) {
            continue;
        }
        let of_it = |outcome: &&Outcome| suites[outcome.suite].bot == suite.bot;
        let ways = outcomes.iter().filter(of_it).flat_map(|outcome| outcome.played.ways.iter().copied()).collect();
        let reaches = coverage::all(&suite.program);
        let missed = coverage::missed(&reaches, &ways).into_iter().cloned().collect();
        all.push(Reached { suite: index, all: reaches.len(), missed });
    }
    all
}

fn human(report: &Report<'_>, arguments: &Arguments, took: Duration) {
    eprint!("{}", test_report::failures(report));
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for outcome in report.outcomes {
        match outcome.verdict {
            Verdict::Passed => passed += 1,
            Verdict::Failed => failed += 1,
            Verdict::Skipped(_) => skipped += 1,
        }
    }
    let more = |count: usize, word: &str| if count == 0 { String::new() } else { format!(", {count} {word}") };
    println!(
        "{}: {passed} passed{}{} ({:.2} s)",
        plural(report.outcomes.len(), "scenario"),
        more(failed, "failed"),
        more(skipped, "skipped"),
        took.as_secs_f64()
    );
    if arguments.filter.is_none() {
        print!("{}", test_report::coverage(report, arguments.coverage || arguments.min_coverage.is_some()));
    }
}

/// Writes what happens into the files, and tells so.
fn blessed(report: &Report<'_>) -> anyhow::Result<()> {
    for (index, suite) in report.suites.iter().enumerate() {
        let of_it: Vec<&Outcome> =
            report.outcomes.iter().filter(|one| one.suite == index && matches!(one.verdict, Verdict::Failed)).collect();
        if of_it.is_empty() {
            continue;
        }
        let before = std::fs::read_to_string(&suite.path)?;
        let (after, count) = bless::bless(&before, &of_it);
        if count > 0 {
            std::fs::write(&suite.path, after).with_context(|| format!("cannot write {}", suite.path.display()))?;
        }
        println!("{}: {} written anew", suite.path.display(), plural(count, "expectation"));
    }
    Ok(())
}
