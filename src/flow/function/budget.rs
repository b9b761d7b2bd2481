//! What one rendering or evaluation may cost, so that none of them hangs.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Loop rounds and function calls of one rendering or evaluation.
pub const MAX_STEPS: u32 = 50_000;
/// Wall time of one rendering or evaluation.
pub const MAX_TIME: Duration = Duration::from_millis(250);

thread_local! {
    /// Both engines run to their end on the thread they began on, and offer no room for state of one run.
    static CURRENT: Cell<Option<Current>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct Current {
    steps: u32,
    began: Instant,
}

/// The budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    Steps,
    Time,
}

impl Spent {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Steps => "it takes too many steps",
            Self::Time => "it takes too long",
        }
    }
}

/// Open as long as a rendering or evaluation runs.
pub struct Budget {
    before: Option<Current>,
}

impl Budget {
    pub fn open() -> Self {
        let current = Current { steps: 0, began: Instant::now() };
        Self { before: CURRENT.replace(Some(current)) }
    }

    /// One more step.
    pub fn step() -> Result<(), Spent> {
        let Some(mut current) = CURRENT.get() else { return Ok(()) };
        current.steps += 1;
        CURRENT.set(Some(current));
        if current.steps > MAX_STEPS {
            return Err(Spent::Steps);
        }
        Self::time()
    }

    /// Whether there is time left.
    pub fn time() -> Result<(), Spent> {
        match CURRENT.get() {
            Some(current) if current.began.elapsed() > MAX_TIME => Err(Spent::Time),
            _ => Ok(()),
        }
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}
