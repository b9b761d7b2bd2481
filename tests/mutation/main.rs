//! Single mistakes of every kind, made at every place of every bot: each has to be told, where it is, once.
//!
//! `cargo test --test mutation` takes a sample; `MUTATIONS=all` takes all places, `MUTATIONS=3/8` the third of eight
//! equal parts of them. `MUTATIONS_SHOW=10` also prints what went wrong, ten of each kind.

mod atlas;
mod bots;
mod kinds;
mod mutant;
mod schema;
mod tags;
mod typo;
mod verdict;
mod wild;

use atlas::Atlas;
use botwright::compile::{Environment, check};
use kinds::Kind;
use mutant::Mutant;
use schema::Part;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use verdict::{Caught, Figures, Verdict, verdict};

/// How many mutants of each kind and file a sample takes.
const SAMPLE: usize = 3;

/// Which of all mutants are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Portion {
    Sample,
    /// Every so manieth, from this one on.
    Part(usize, usize),
}

impl Portion {
    /// What `MUTATIONS` says: `all`, `3/8`, or nothing.
    fn asked() -> Self {
        let Ok(asked) = std::env::var("MUTATIONS") else { return Self::Sample };
        let part = asked.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        match part {
            Some((part, of)) if (1..=of).contains(&part) => Self::Part(part - 1, of),
            _ if asked == "all" => Self::Part(0, 1),
            _ => panic!("MUTATIONS is `all`, or a part such as `3/8`, not `{asked}`"),
        }
    }

    /// The mutants of one kind and file that belong to it; `kind` and `before`, how many came before, spread them evenly.
    fn of(self, mutants: Vec<Mutant>, kind: usize, before: usize) -> Vec<Mutant> {
        match self {
            Self::Sample => {
                let step = (mutants.len() / SAMPLE).max(1);
                mutants.into_iter().skip(kind % step).step_by(step).take(SAMPLE).collect()
            }
            Self::Part(part, of) => {
                let belongs = |(at, _): &(usize, Mutant)| (before + at) % of == part;
                mutants.into_iter().enumerate().filter(belongs).map(|(_, mutant)| mutant).collect()
            }
        }
    }
}

/// One mutant that was judged.
struct Judged {
    kind: usize,
    verdict: Verdict,
    about: String,
}

#[test]
fn what_is_right_raises_no_alarm() {
    for bot in bots::all() {
        let checked = check(&bot.name, bot.text.as_bytes(), &Environment::default());
        let told: Vec<&String> = checked.diagnostics.iter().map(|diagnostic| &diagnostic.message).collect();
        assert!(told.is_empty(), "{}: {told:?}", bot.name);
    }
}

/// Messages have the same keys wherever they stand.
fn structure(of: &'static str) -> &'static str {
    if ["Answer", "Letter", "Letter2"].contains(&of) { "Message" } else { of }
}

#[test]
fn every_key_of_the_language_stands_in_some_file() {
    let bots = bots::all();
    let atlases: Vec<Atlas<'_>> = bots.iter().map(Atlas::of).collect();
    let keys = atlases.iter().flat_map(|atlas| &atlas.keys);
    let written: HashSet<(&str, &str)> = keys.map(|key| (structure(key.of), key.name.as_str())).collect();
    let known = Part::structures()
        .flat_map(Part::alternatives)
        .flat_map(|part| part.keys().into_iter().map(move |key| (part.of, key)));
    // Verbs that are mostly written as a bare word.
    let bare = |key: &(&str, &str)| ["stop", "close_ticket"].contains(&key.1);
    let known = known.filter(|key| !bare(key));
    let unused: Vec<_> = known.map(|(of, key)| (structure(of), key)).filter(|key| !written.contains(key)).collect();
    assert!(unused.is_empty(), "add them to tests/mutation/wide.yaml: {unused:?}");
}

#[test]
fn single_mistakes_are_told_where_they_are() {
    let show = std::env::var("MUTATIONS_SHOW").ok().and_then(|value| value.parse().ok()).unwrap_or(0);
    let only = std::env::var("MUTATIONS_ONLY").unwrap_or_default();
    let judged = judge(Portion::asked(), &only);
    let mut by_kind = vec![Figures::default(); kinds::ALL.len()];
    let mut shown = vec![0; kinds::ALL.len()];
    for one in &judged {
        by_kind[one.kind].add(&one.verdict);
        let wrong = one.verdict.caught != Caught::Right || one.verdict.more > 0 || one.verdict.suggested == Some(false);
        if wrong && shown[one.kind] < show {
            shown[one.kind] += 1;
            println!("{}", described(one));
        }
    }
    println!("{}", table(&by_kind));
    let mut all = Figures::default();
    by_kind.iter().for_each(|figures| all.and(figures));
    assert_eq!(all.panicked, 0, "the check never panics");
    if only.is_empty() {
        assert!(all.right * 100 >= all.all * 99, "99 % are told on the right line: {} of {}", all.right, all.all);
        assert!(all.suggested * 100 >= all.asked * 95, "95 % are suggested: {} of {}", all.suggested, all.asked);
        assert!(all.more * 100 <= all.all * 5, "one mistake, one message: {} more for {}", all.more, all.all);
    }
}

/// Judges the mutants of all files on all cores.
fn judge(portion: Portion, only: &str) -> Vec<Judged> {
    let bots = bots::all();
    let atlases: Vec<Atlas<'_>> = bots.iter().map(Atlas::of).collect();
    let mut work = Vec::new();
    let mut before = 0;
    for (bot, atlas) in bots.iter().zip(&atlases) {
        for (kind, Kind { name, of }) in kinds::ALL.iter().enumerate() {
            if !name.contains(only) {
                continue;
            }
            let mutants = of(atlas);
            let count = mutants.len();
            work.extend(portion.of(mutants, kind, before).into_iter().map(|mutant| (bot, kind, mutant)));
            before += count;
        }
    }
    let next = AtomicUsize::new(0);
    let judged = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some((bot, kind, mutant)) = work.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = verdict(mutant, &bot.text);
                    let written = mutant.by.chars().take(80).collect::<String>();
                    let was = &bot.text[mutant.range.clone()].chars().take(80).collect::<String>();
                    let about = format!("{}:{:?} {was:?} → {written:?}", bot.name, mutant.lines);
                    let one = Judged { kind: *kind, verdict, about };
                    judged.lock().expect("no thread panics").push((bot.name.clone(), mutant.range.start, one));
                }
            });
        }
    });
    let mut judged = judged.into_inner().expect("no thread panics");
    judged.sort_by(|a, b| (a.2.kind, &a.0, a.1).cmp(&(b.2.kind, &b.0, b.1)));
    judged.into_iter().map(|(_, _, one)| one).collect()
}

fn described(one: &Judged) -> String {
    let verdict = &one.verdict;
    let told = verdict.told.join("\n      ");
    let suggested = if verdict.suggested == Some(false) { ", not suggested" } else { "" };
    format!(
        "{}: {:?}, {} more{suggested}: {}\n      {told}",
        kinds::ALL[one.kind].name,
        verdict.caught,
        verdict.more,
        one.about
    )
}

fn table(by_kind: &[Figures]) -> String {
    let mut all = Figures::default();
    let head = format!(
        "{:<42} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>9}\n",
        "kind", "places", "right", "beside", "else", "missed", "more", "suggested"
    );
    let mut lines = head;
    for (kind, figures) in kinds::ALL.iter().zip(by_kind) {
        lines += row(&kind.name.replace('_', " "), figures).as_str();
        all.and(figures);
    }
    lines + row("all", &all).as_str()
}

fn row(name: &str, figures: &Figures) -> String {
    let suggested = if figures.asked == 0 { String::new() } else { format!("{}/{}", figures.suggested, figures.asked) };
    format!(
        "{name:<42} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {suggested:>9}\n",
        figures.all, figures.right, figures.beside, figures.elsewhere, figures.missed, figures.more
    )
}
