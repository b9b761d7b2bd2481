//! Who may: permissions, roles and users, joined by any, all and not.

use crate::flow::permission;
use crate::flow::run::Run;
use crate::flow::template::Template;
use serde::{Deserialize, Serialize};

/// How many parts of one rule are compared with each other to find out whether they exclude each other.
const COMPARED: usize = 4_096;

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

    /// Whether nobody can ever meet it, whatever roles and permissions they have.
    pub fn is_impossible(&self) -> bool {
        let (mut needed, mut barred) = (Vec::new(), Vec::new());
        self.parts(&mut needed, &mut barred);
        let closed = |rule: &&Self| matches!(rule, Self::Any(rules) if rules.iter().all(Self::is_impossible));
        needed.iter().any(closed)
            || needed.len() * barred.len() <= COMPARED
                && needed.iter().any(|rule| barred.iter().any(|other| rule.implies(other)))
    }

    /// What must hold, and what must not.
    fn parts<'a>(&'a self, needed: &mut Vec<&'a Self>, barred: &mut Vec<&'a Self>) {
        match self {
            Self::All(rules) => rules.iter().for_each(|rule| rule.parts(needed, barred)),
            Self::Not(rule) => match rule.as_ref() {
                Self::Any(rules) => barred.extend(rules),
                Self::Not(inner) => inner.parts(needed, barred),
                other => barred.push(other),
            },
            Self::Any(rules) if rules.len() == 1 => rules[0].parts(needed, barred),
            other => needed.push(other),
        }
    }

    /// Whether everybody who meets this one meets the other as well. Administrators have every permission.
    fn implies(&self, other: &Self) -> bool {
        let among =
            |few: &[Template], many: &[Template]| few.iter().all(|one| many.iter().any(|other| one.is_same(other)));
        match (self, other) {
            (Self::Permissions(own), Self::Permissions(bits)) => {
                *bits != 0 && (own & permission::ADMINISTRATOR != 0 || own & bits == *bits)
            }
            (Self::Roles(own), Self::Roles(roles)) => among(own, roles),
            (Self::Users(own), Self::Users(users)) => among(own, users),
            _ => false,
        }
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
