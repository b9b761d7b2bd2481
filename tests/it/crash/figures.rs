//! What the rounds cost and how much they did, for a note.

use super::ledger::Ledger;
use super::load::Load;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Rounds that are told of together.
const TOGETHER: u64 = 20;

/// The parts of a round, one after the other.
#[derive(Default, Clone, Copy)]
struct Costs {
    load: Duration,
    start: Duration,
    rest: Duration,
    look: Duration,
}

pub struct Figures {
    began: Instant,
    mark: Instant,
    all: Costs,
    latest: Costs,
    kills: usize,
    asked: usize,
    answered: usize,
    delivered_again: usize,
    faults: usize,
}

impl Default for Figures {
    fn default() -> Self {
        let now = Instant::now();
        let (all, latest) = (Costs::default(), Costs::default());
        Self { began: now, mark: now, all, latest, kills: 0, asked: 0, answered: 0, delivered_again: 0, faults: 0 }
    }
}

impl Figures {
    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.mark, now)
    }

    pub fn loaded(&mut self) {
        self.lap();
    }

    /// So many had their answer when the process died.
    pub fn answered(&mut self, count: usize) {
        self.answered += count;
        let lap = self.lap();
        self.latest.load += lap;
    }

    pub fn killed(&mut self) {
        self.kills += 1;
    }

    pub fn started(&mut self) {
        let lap = self.lap();
        self.latest.start += lap;
    }

    pub fn rested(&mut self) {
        let lap = self.lap();
        self.latest.rest += lap;
    }

    pub fn looked(&mut self, round: u64, load: &Load) {
        let lap = self.lap();
        self.latest.look += lap;
        self.asked += load.asked.len();
        self.delivered_again += load.delivered_again;
        self.faults += load.faults;
        if (round + 1).is_multiple_of(TOGETHER) {
            let Costs { load, start, rest, look } = self.latest;
            println!("to round {}: load {load:.1?}, start {start:.1?}, rest {rest:.1?}, look {look:.1?}", round + 1);
            self.gather();
        }
    }

    fn gather(&mut self) {
        let latest = std::mem::take(&mut self.latest);
        self.all.load += latest.load;
        self.all.start += latest.start;
        self.all.rest += latest.rest;
        self.all.look += latest.look;
    }

    pub fn told(mut self, rounds: u64, ledger: &Ledger) -> String {
        self.gather();
        let seconds = self.all.load.as_secs_f64();
        let (opened, closed) = ledger.tickets();
        let mut text = format!("{rounds} rounds in {:.0?}, {} kills, no violation\n", self.began.elapsed(), self.kills);
        let (asked, answered) = (self.asked, self.answered);
        let mut line = |words: String| writeln!(text, "{words}").expect("a text takes everything");
        line(format!(
            "{asked} interactions in {seconds:.0} s of load ({:.0} a second), {answered} answered before the kill ({:.0} a second)",
            asked as f64 / seconds,
            answered as f64 / seconds
        ));
        line(format!("{} keys delivered, {} reviews posted", ledger.sent.len(), ledger.reviews()));
        line(format!("{opened} tickets opened, {closed} closed"));
        line(format!("{} log entries arrived, {} of them twice", ledger.entries(), ledger.arrived_again));
        line(format!("{} duplicate deliveries, {} faults", self.delivered_again, self.faults));
        let Costs { load, start, rest, look } = self.all;
        line(format!("load {load:.0?}, starts {start:.0?}, until rest {rest:.0?}, looks {look:.0?}"));
        text
    }
}
