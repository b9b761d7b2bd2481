//! Who may: permissions, roles and users, joined by any, all and not.

use crate::flow::permission;
use crate::flow::run::Run;
use crate::flow::template::Template;
use serde::{Deserialize, Serialize};

/// A compiled rule.
#[derive(Debug, Clone)]
pub enum Access {
    Everyone,
    /// All of these permission bits.
    Permissions(u64),
    /// One of these roles, by id or name.
    Roles(Vec<Template>),
    /// One of these users, by id.
    Users(Vec<Template>),
    Any(Vec<Access>),
    All(Vec<Access>),
    Not(Box<Access>),
}

/// Who caused a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub user: String,
    /// Ids.
    pub roles: Vec<String>,
    pub permissions: u64,
}

impl Access {
    /// The bits that Discord can check by itself (`default_member_permissions`), where the rule can be said so.
    pub fn member_permissions(&self) -> Option<u64> {
        match self {
            Self::Permissions(bits) => Some(*bits),
            Self::Any(rules) => match rules.as_slice() {
                [only] => only.member_permissions(),
                _ => None,
            },
            Self::All(rules) => rules.iter().filter_map(Self::member_permissions).reduce(|a, b| a | b),
            Self::Everyone | Self::Roles(_) | Self::Users(_) | Self::Not(_) => None,
        }
    }

    /// Whether whoever caused the run meets the rule.
    pub fn allows<'a>(&'a self, run: &'a Run) -> futures_util::future::BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(who) = &run.origin.who else { return matches!(self, Self::Everyone) };
            match self {
                Self::Everyone => true,
                Self::Permissions(bits) => {
                    who.permissions & permission::ADMINISTRATOR != 0 || who.permissions & bits == *bits
                }
                Self::Roles(roles) => has_role(run, who, roles).await,
                Self::Users(users) => users.iter().any(|user| run.id_of(user).is_ok_and(|id| id == who.user)),
                Self::Any(rules) => {
                    for rule in rules {
                        if rule.allows(run).await {
                            return true;
                        }
                    }
                    false
                }
                Self::All(rules) => {
                    for rule in rules {
                        if !rule.allows(run).await {
                            return false;
                        }
                    }
                    true
                }
                Self::Not(rule) => !rule.allows(run).await,
            }
        })
    }

    /// Every role that the rule names.
    pub fn roles(&self) -> Vec<&Template> {
        match self {
            Self::Roles(roles) => roles.iter().collect(),
            Self::Any(rules) | Self::All(rules) => rules.iter().flat_map(Self::roles).collect(),
            Self::Everyone | Self::Permissions(_) | Self::Users(_) | Self::Not(_) => Vec::new(),
        }
    }
}

async fn has_role(run: &Run, who: &Who, roles: &[Template]) -> bool {
    for role in roles {
        let Ok(name) = run.id_of(role) else { continue };
        if let Ok(id) = run.role(&name).await
            && who.roles.contains(&id)
        {
            return true;
        }
    }
    false
}
