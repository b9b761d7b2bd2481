//! `stop`: ends the run here, well.

use crate::action::binder::Binder;
use crate::action::verb::{Bound, Verb, Written};
use crate::flow::failure::Failure;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Stop(
    /// Nothing: the word stands alone.
    #[allow(dead_code, reason = "decoded so that a value is told of")]
    Option<()>,
);

impl Verb for Stop {
    const WORD: &'static str = "stop";
    const DOC: &'static str = "Ends here: no later step is done. What was done stays done.";

    fn bind(self, _: &Written, _: &mut Binder<'_>) -> Bound {
        let mut bound = Bound::new(Ending);
        bound.ends = true;
        bound
    }
}

#[derive(Debug)]
pub struct Ending;

#[async_trait]
impl Action for Ending {
    async fn act(&self, _: &mut Run) -> Result<Done, Failure> {
        Ok(Done::Stop)
    }
}
