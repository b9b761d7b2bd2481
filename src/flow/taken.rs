//! The rows that a run took, and what must become of each when the run ends.

use crate::flow::effect::Outcome;
use crate::flow::memory::{Answer, Operation};
use crate::flow::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A row is money: once a message went out after it was taken, it never goes back by itself.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Taken {
    /// Table and row, in the order of taking.
    rows: Vec<(String, i64)>,
    /// So many of them were taken before the last message that went out.
    sent: AtomicUsize,
    /// A message was sent and nobody knows whether it arrived.
    #[serde(skip)]
    unsure: AtomicBool,
}

impl Clone for Taken {
    fn clone(&self) -> Self {
        Self {
            rows: self.rows.clone(),
            sent: AtomicUsize::new(self.sent.load(Ordering::Relaxed)),
            unsure: AtomicBool::new(self.is_unsure()),
        }
    }
}

/// What an operation may change about what is held.
#[derive(Debug)]
pub enum Change {
    Take { index: usize, table: String },
    GiveBack { table: String, row: i64 },
}

impl Taken {
    /// What these operations may take or give back, by their index.
    pub fn changes(operations: &[Operation]) -> Vec<Change> {
        let change = |(index, operation): (usize, &Operation)| match operation {
            Operation::Take { table, .. } => Some(Change::Take { index, table: table.clone() }),
            Operation::GiveBack { table, row, .. } => Some(Change::GiveBack { table: table.clone(), row: *row }),
            _ => None,
        };
        operations.iter().enumerate().filter_map(change).collect()
    }

    /// Takes note of what was taken and given back.
    pub fn note(&mut self, changes: Vec<Change>, answers: &[Answer]) {
        for change in changes {
            match change {
                Change::Take { index, table } => {
                    if let Some(Answer::Row(Some(row))) = answers.get(index) {
                        self.rows.push((table, row["id"].as_i64().unwrap_or_default()));
                    }
                }
                Change::GiveBack { table, row } => self.forget(&table, row),
            }
        }
    }

    fn forget(&mut self, table: &str, row: i64) {
        let sent = self.sent.get_mut();
        if let Some(index) = self.rows.iter().position(|(taken, id)| taken == table && *id == row) {
            self.rows.remove(index);
            *sent -= usize::from(index < *sent);
        }
    }

    /// Takes note of how the sending of a message went.
    pub fn learn(&self, outcome: &Result<Outcome, Refusal>) {
        if !self.is_held() {
            return;
        }
        match outcome {
            Ok(_) => self.sent.store(self.rows.len(), Ordering::Relaxed),
            Err(refusal) if refusal.unknown => self.unsure.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
    }

    pub fn is_unsure(&self) -> bool {
        self.unsure.load(Ordering::Relaxed)
    }

    /// Somebody looks again whether the message arrived.
    pub fn doubt_ends(&self) {
        self.unsure.store(false, Ordering::Relaxed);
    }

    /// Whether a message that goes out now would carry a row to somebody.
    pub fn is_held(&self) -> bool {
        self.sent.load(Ordering::Relaxed) < self.rows.len()
    }

    /// Whether nothing of it can go back any more: a message went out after the last take.
    pub fn is_spent(&self) -> bool {
        !self.rows.is_empty() && !self.is_unsure() && self.sent.load(Ordering::Relaxed) == self.rows.len()
    }

    /// What the database is told when the run is over.
    pub fn end(&mut self, run: &str, well: bool) -> Vec<Operation> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Vec::new();
        }
        let back = if well { rows.len() } else { *self.sent.get_mut() };
        let given_back =
            rows.into_iter().skip(back).map(|(table, row)| Operation::GiveBack { table, row, run: run.to_owned() });
        given_back.chain([Operation::Settle { run: run.to_owned() }]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn take(taken: &mut Taken, id: i64) {
        let operation = Operation::Take {
            table: "keys".into(),
            guild: "1".into(),
            filter: Vec::new(),
            set: serde_json::Map::new(),
            order: Vec::new(),
            run: "r".into(),
        };
        let Value::Object(row) = json!({ "id": id }) else { unreachable!() };
        let changes = Taken::changes(&[operation]);
        taken.note(changes, &[Answer::Row(Some(row))]);
    }

    fn back(id: i64) -> Operation {
        Operation::GiveBack { table: "keys".into(), row: id, run: "r".into() }
    }

    fn settled() -> Operation {
        Operation::Settle { run: "r".into() }
    }

    #[test]
    fn what_was_sent_stays_and_what_was_not_goes_back_when_the_run_fails() {
        let mut taken = Taken::default();
        take(&mut taken, 1);
        taken.learn(&Ok(Value::Null));
        take(&mut taken, 2);
        assert_eq!(taken.end("r", false), [back(2), settled()]);
    }

    #[test]
    fn everything_stays_when_the_run_ends_well() {
        let mut taken = Taken::default();
        take(&mut taken, 1);
        assert_eq!(taken.end("r", true), [settled()]);
    }

    #[test]
    fn a_refused_message_sends_nothing_out() {
        let mut taken = Taken::default();
        take(&mut taken, 1);
        taken.learn(&Err(Refusal::new(403, 50007, "closed")));
        assert_eq!(taken.end("r", false), [back(1), settled()]);
    }

    #[test]
    fn nothing_goes_back_while_nobody_knows_whether_it_arrived() {
        let mut taken = Taken::default();
        take(&mut taken, 1);
        taken.learn(&Err(Refusal::silence("no answer")));
        assert!(taken.is_unsure() && taken.is_held());
    }

    #[test]
    fn a_row_that_was_given_back_is_no_concern_any_more() {
        let mut taken = Taken::default();
        take(&mut taken, 1);
        taken.note(Taken::changes(&[back(1)]), &[Answer::Count(1)]);
        assert_eq!(taken.end("r", false), []);
    }
}
