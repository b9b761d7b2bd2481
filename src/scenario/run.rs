//! Scenarios, played beside each other, each on a server and a thread of its own.

use crate::scenario::programs::Programs;
use crate::scenario::scene::{Played, play};
use crate::scenario::suite::{Act, Case, Suite};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What came of a scenario.
#[derive(Debug)]
pub enum Verdict {
    Passed,
    Failed,
    /// Why it was not played.
    Skipped(String),
}

/// A scenario with what came of it.
#[derive(Debug)]
pub struct Outcome {
    /// Which file, and which scenario of it.
    pub suite: usize,
    pub case: usize,
    pub verdict: Verdict,
    pub played: Played,
    pub took: Duration,
    /// In how many orders it was tried.
    pub orders: usize,
}

/// Plays the scenarios that are wanted, each to its end or to the first step that fails; the outcomes stand in the order
/// of the files.
pub fn run(
    suites: &[Suite],
    wanted: &(dyn Fn(&Suite, &Case) -> bool + Sync),
    threads: usize,
    to_the_end: bool,
) -> Vec<Outcome> {
    let programs: Vec<Arc<Programs>> = suites.iter().map(|suite| Arc::new(Programs::new(suite))).collect();
    let all: Vec<(usize, usize)> = suites
        .iter()
        .enumerate()
        .flat_map(|(index, suite)| suite.cases.iter().enumerate().map(move |(case, _)| (index, case)))
        .filter(|(suite, case)| wanted(&suites[*suite], &suites[*suite].cases[*case]))
        .collect();
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(Vec::with_capacity(all.len()));
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, all.len().max(1)) {
            scope.spawn(|| {
                while let Some(&(suite, case)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = one(&suites[suite], (suite, case), &programs[suite], to_the_end);
                    outcomes.lock().unwrap_or_else(PoisonError::into_inner).push(outcome);
                }
            });
        }
    });
    let mut outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|outcome| (outcome.suite, outcome.case));
    outcomes
}

fn one(suite: &Suite, (index, number): (usize, usize), programs: &Arc<Programs>, to_the_end: bool) -> Outcome {
    let case = &suite.cases[number];
    let began = Instant::now();
    if let Some(why) = &case.skip {
        let verdict = Verdict::Skipped(why.value.clone());
        return Outcome {
            suite: index,
            case: number,
            verdict,
            played: Played::default(),
            took: began.elapsed(),
            orders: 0,
        };
    }
    let (played, orders) = in_orders(suite, case, programs, to_the_end);
    let verdict = if played.failures.is_empty() { Verdict::Passed } else { Verdict::Failed };
    Outcome { suite: index, case: number, verdict, played, took: began.elapsed(), orders }
}

/// Tries it in as many orders as its steps ask for, until one fails.
fn in_orders(suite: &Suite, case: &Case, programs: &Arc<Programs>, to_the_end: bool) -> (Played, usize) {
    let asked = |step: &crate::scenario::suite::CheckedStep| match step.act {
        Act::Parallel { orders, .. } => orders,
        _ => 1,
    };
    let most = case.steps.iter().map(asked).max().unwrap_or(1);
    let mut all = Played::default();
    let mut orders = Orders::new(most);
    let mut count = 0;
    while let Some(order) = orders.next() {
        let played = alone(suite, case, programs, order, to_the_end);
        count += 1;
        orders.learn(&played.order);
        all.ways.extend(played.ways.iter().copied());
        let failed = !played.failures.is_empty();
        if failed || count == 1 {
            all = Played { ways: std::mem::take(&mut all.ways), ..played };
        }
        if failed {
            break;
        }
    }
    (all, count)
}

/// On a thread of its own nothing is left to chance.
fn alone(suite: &Suite, case: &Case, programs: &Arc<Programs>, order: Vec<usize>, to_the_end: bool) -> Played {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => {
            let played = runtime.block_on(play(suite, case, programs, order, to_the_end));
            // Bots that died are still waiting for an answer that never comes.
            runtime.shutdown_background();
            played
        }
        Err(error) => {
            let message = format!("the scenario cannot begin: {error}");
            let told = crate::text::Diagnostic::new(crate::text::code::STEP_IMPOSSIBLE, case.title.span, message);
            Played { failures: vec![told], ..Played::default() }
        }
    }
}

/// The orders that are tried: all of them, one after the other, or a sample of those that were found.
struct Orders {
    most: usize,
    tried: usize,
    /// Orders whose beginning is decided and that were not tried yet.
    open: Vec<Vec<usize>>,
    dice: StdRng,
}

impl Orders {
    fn new(most: usize) -> Self {
        Self { most, tried: 0, open: vec![Vec::new()], dice: StdRng::seed_from_u64(0) }
    }

    fn next(&mut self) -> Option<Vec<usize>> {
        if self.tried == self.most || self.open.is_empty() {
            return None;
        }
        self.tried += 1;
        // Where not all can be tried, those that are shall differ in more than their last turns.
        let indexes: Vec<usize> = (0..self.open.len()).collect();
        let index = indexes.choose(&mut self.dice).copied().unwrap_or(0);
        Some(self.open.swap_remove(index))
    }

    /// What else could have been decided, at each turn behind those that were decided beforehand.
    fn learn(&mut self, made: &[(usize, usize)]) {
        if self.most == 1 {
            return;
        }
        let decided: Vec<usize> = made.iter().map(|(which, _)| *which).collect();
        // A turn that was left open took the first: every other is an order of its own.
        let given = self.given(&decided);
        for at in given..made.len() {
            for which in 1..made[at].1 {
                let mut order = decided[..at].to_vec();
                order.push(which);
                self.open.push(order);
            }
        }
    }

    /// How many turns of an order were decided beforehand: all up to the last that is not the first choice.
    fn given(&self, decided: &[usize]) -> usize {
        decided.iter().rposition(|which| *which != 0).map_or(0, |last| last + 1)
    }
}
