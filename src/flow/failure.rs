//! Why a run ended before its steps did.

use crate::flow::memory::MemoryError;
use crate::flow::refusal::Refusal;

/// A run that fails tells its user a short sentence with a reference, and the log this.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    #[error("{what}: {} ({refusal})", .refusal.reason())]
    Refused { what: String, refusal: Refusal },
    #[error(transparent)]
    Memory(MemoryError),
    /// The interaction was acted on before: by this process, by an earlier one, or by another.
    #[error("it was acted on before")]
    Repeated,
    /// Nobody knows whether a message arrived that would carry a taken row to somebody: the run waits until it is known.
    #[error("{what}: nobody knows whether it arrived ({refusal})")]
    InDoubt { what: &'static str, refusal: Refusal },
    /// The step at which the run was is not in the file any more.
    #[error("the step at which the run was is not in the file any more")]
    Moved,
    /// A template or expression could not be evaluated with the values of this run.
    #[error("{0}")]
    Evaluation(String),
    #[error("{0}")]
    Other(String),
}

impl From<MemoryError> for Failure {
    fn from(error: MemoryError) -> Self {
        match error {
            MemoryError::Repeated => Self::Repeated,
            other => Self::Memory(other),
        }
    }
}

impl Failure {
    pub fn refused(what: impl Into<String>, refusal: Refusal) -> Self {
        Self::Refused { what: what.into(), refusal }
    }
}
