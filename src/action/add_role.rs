//! `add_role`: gives a member a role.

use crate::action::binder::Binder;
use crate::action::remove_role::RemoveRole;
use crate::action::verb::{Bound, Clauses, Verb, Written};
use crate::flow::effect::Effect;
use crate::flow::entity;
use crate::flow::failure::Failure;
use crate::flow::refusal::Refusal;
use crate::flow::run::Run;
use crate::flow::step::{Action, Done};
use crate::flow::template::Template;
use crate::text::{OrText, Shorthand, Text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

/// A role, and whose.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The role: a setting, an option, its ID or its name.
    pub role: Text,
    /// The user; without it, whoever caused the run.
    pub user: Option<Text>,
}

impl Shorthand for Membership {
    fn from_text(role: Text) -> Self {
        Self { role, user: None }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AddRole(OrText<Membership>);

impl Verb for AddRole {
    const WORD: &'static str = "add_role";
    const CLAUSES: Clauses = Clauses { gives: true, refusal: true, ..Clauses::NONE };
    const DOC: &'static str =
        "Gives a role to whoever caused the run, or to another user. The bot's own role must stand above it.";

    fn bind(self, written: &Written, binder: &mut Binder<'_>) -> Bound {
        bind(&self.0, true, written, binder)
    }
}

/// Adding and removing differ in one word.
pub fn bind(membership: &Membership, add: bool, written: &Written, binder: &mut Binder<'_>) -> Bound {
    let role = binder.destination(&membership.role, "role");
    let user = match &membership.user {
        Some(user) => binder.destination(user, "user"),
        None => binder.causer(if add { AddRole::WORD } else { RemoveRole::WORD }, "user", written.span),
    };
    Bound::new(Changing { role, user, add }).gives(entity::delivery_type())
}

#[derive(Debug)]
struct Changing {
    role: Template,
    user: Template,
    add: bool,
}

#[async_trait]
impl Action for Changing {
    async fn act(&self, run: &mut Run) -> Result<Done, Failure> {
        let (role, user) = (run.id_of(&self.role)?, run.id_of(&self.user)?);
        Ok(match change(run, &role, user, self.add).await {
            Ok(()) => Done::Gave(entity::delivered(None)),
            Err(refusal) => Done::Refused { what: "the role", refusal },
        })
    }
}

async fn change(run: &Run, name: &str, user: String, add: bool) -> Result<(), Refusal> {
    let role = run.role(name).await?;
    let guild = run.guild().to_owned();
    let effect = if add { Effect::AddRole { guild, user, role } } else { Effect::RemoveRole { guild, user, role } };
    run.perform(&effect).await.map(|_| ())
}
