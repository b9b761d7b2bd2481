//! Where a run stands in its steps, and how it gets there again in another process.

use crate::flow::memory::Answer;
use crate::flow::step::Block;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::VecDeque;

/// Which block of a step is meant.
pub type Branch = u32;

/// The branches that every step may have; those of an action begin with [`branch::OWN`].
pub mod branch {
    use super::Branch;

    /// The step itself.
    pub const NONE: Branch = 0;
    pub const OTHERWISE: Branch = 1;
    pub const ON_REFUSAL: Branch = 2;
    pub const OWN: Branch = 3;
}

/// One step on the way: named by its word, since places move whenever somebody edits the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    pub word: Cow<'static, str>,
    /// Among the steps of the block that have the same word, from 0.
    pub nth: usize,
    /// Which of its blocks the way goes on in.
    pub branch: Branch,
    /// Nothing of the run follows behind this step and its block.
    #[serde(skip)]
    last: bool,
}

/// A run's way through its steps.
#[derive(Debug, Default)]
pub struct Track {
    way: Vec<Turn>,
    /// What is left of the way to where an earlier process was.
    ahead: VecDeque<Turn>,
    /// The step at the end of that way is done already.
    over: bool,
    /// This step is one of that way: what it goes on with is known.
    arriving: bool,
    /// What the database answered the earlier process in the step under way.
    replayed: VecDeque<Vec<Answer>>,
    /// What the database has answered in the step under way, where it asks more than once.
    answered: Option<Vec<Vec<Answer>>>,
}

impl Track {
    /// The way to where an earlier process was, with what it had been answered there.
    pub fn again(way: Vec<Turn>, over: bool, answers: Vec<Vec<Answer>>) -> Self {
        Self { ahead: way.into(), over, replayed: answers.into(), ..Self::default() }
    }

    /// Begins a block: the index of its first step. None when the way led to a step that is not there any more.
    pub fn enter(&mut self, block: &Block) -> Option<usize> {
        let Some(next) = self.ahead.pop_front() else {
            self.way.push(Turn { word: Cow::Borrowed(""), nth: 0, branch: branch::NONE, last: false });
            return Some(0);
        };
        let index = block.steps.iter().enumerate().filter(|(_, step)| step.word == next.word).nth(next.nth)?.0;
        let done = self.over && self.ahead.is_empty();
        self.arriving = !done;
        self.way.push(next);
        Some(if done { index + 1 } else { index })
    }

    /// Goes on to a step of the block.
    pub fn step(&mut self, block: &Block, index: usize) {
        let word = block.steps[index].word;
        let nth = block.steps[..index].iter().filter(|step| step.word == word).count();
        let arriving = std::mem::take(&mut self.arriving);
        let Some(turn) = self.way.last_mut() else { return };
        let branch = if arriving { turn.branch } else { branch::NONE };
        *turn = Turn { word: Cow::Borrowed(word), nth, branch, last: index + 1 == block.steps.len() };
        self.answered = None;
        if !arriving {
            self.replayed.clear();
        }
    }

    /// The block is done.
    pub fn leave(&mut self) {
        self.way.pop();
        if let Some(turn) = self.way.last_mut() {
            turn.branch = branch::NONE;
        }
    }

    /// The block of the step under way in which an earlier process was.
    pub fn branch(&self) -> Option<Branch> {
        let turn = self.way.last()?;
        (turn.branch != branch::NONE && !self.ahead.is_empty()).then_some(turn.branch)
    }

    /// The step goes into one of its blocks. `tail`: it does nothing behind that block.
    pub fn go_into(&mut self, branch: Branch, tail: bool) {
        if let Some(turn) = self.way.last_mut() {
            turn.branch = branch;
            turn.last &= tail;
        }
    }

    /// Whether no step follows the one under way.
    pub fn is_last(&self) -> bool {
        self.way.iter().all(|turn| turn.last)
    }

    pub fn way(&self) -> &[Turn] {
        &self.way
    }

    /// The step asks the database several times: all answers are needed to do it again.
    pub fn keep_answers(&mut self) {
        self.answered.get_or_insert_default();
    }

    /// What an earlier process was answered at this point of the step.
    pub fn replay(&mut self) -> Option<Vec<Answer>> {
        let answers = self.replayed.pop_front()?;
        self.answered(&answers);
        Some(answers)
    }

    pub fn answered(&mut self, answers: &[Answer]) {
        if let Some(all) = &mut self.answered {
            all.push(answers.to_vec());
        }
    }

    /// What the step was answered before.
    pub fn earlier(&self) -> &[Vec<Answer>] {
        self.answered.as_deref().unwrap_or_default()
    }
}
