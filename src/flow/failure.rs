//! Why a run ended before its steps did.

use crate::flow::memory::MemoryError;
use crate::flow::refusal::Refusal;

/// A run that fails tells its user a short sentence with a reference, and the log this.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    #[error("{what}: {} ({refusal})", .refusal.reason())]
    Refused { what: String, refusal: Refusal },
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// A template or expression could not be evaluated with the values of this run.
    #[error("{0}")]
    Evaluation(String),
    #[error("{0}")]
    Other(String),
}

impl Failure {
    pub fn refused(what: impl Into<String>, refusal: Refusal) -> Self {
        Self::Refused { what: what.into(), refusal }
    }
}
