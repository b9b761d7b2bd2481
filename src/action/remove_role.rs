//! `remove_role`: takes a role from a member.

use crate::action::add_role::{self, Membership};
use crate::action::binder::Binder;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::text::OrText;
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct RemoveRole(OrText<Membership>);

impl Verb for RemoveRole {
    const WORD: &'static str = "remove_role";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str =
        "Takes a role from whoever caused the run, or from another user. The bot's own role must stand above it.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        add_role::bind(&self.0, false, written, binder)
    }
}
