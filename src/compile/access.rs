//! Access rules: references followed, permissions turned into bits.

use crate::action::binder::Binder;
use crate::flow::access::Access;
use crate::flow::permission;
use crate::lang;
use crate::text::{Diagnostic, OrText, Span, Text, code};

/// How deep rules may refer to each other, and how many rules one may come to.
const DEEPEST: usize = 32;
const MOST: usize = 1_000;

impl Binder<'_> {
    /// The rule that stands at `access:`; none lets everyone.
    pub fn access(&mut self, access: Option<&OrText<lang::access::Access>>) -> Access {
        let Some(access) = access else { return Access::Everyone };
        let known = self.base_names();
        let names = std::mem::replace(&mut self.names, known);
        self.rules = 0;
        let rule = self.rule(access, &mut Vec::new());
        self.names = names;
        rule
    }

    fn rule(&mut self, access: &lang::access::Access, path: &mut Vec<String>) -> Access {
        if let Some(name) = &access.reference {
            return self.referred(name, path);
        }
        let mut rules = Vec::new();
        if let Some(permissions) = &access.permissions {
            let bits = permissions.iter().filter_map(|name| self.permission(name)).fold(0, |all, bit| all | bit);
            rules.push(Access::Permissions(bits));
        }
        let roles: Vec<&Text> = access.role.iter().chain(access.roles.iter().flatten()).collect();
        if !roles.is_empty() {
            rules.push(Access::Roles(roles.into_iter().map(|role| self.destination(role, "role")).collect()));
        }
        let users: Vec<&Text> = access.user.iter().chain(access.users.iter().flatten()).collect();
        if !users.is_empty() {
            rules.push(Access::Users(users.into_iter().map(|user| self.destination(user, "user")).collect()));
        }
        if let Some(any) = &access.any {
            rules.push(Access::Any(any.iter().map(|rule| self.rule(rule, path)).collect()));
        }
        if let Some(all) = &access.all {
            rules.push(Access::All(all.iter().map(|rule| self.rule(rule, path)).collect()));
        }
        if let Some(not) = &access.not {
            rules.push(Access::Not(Box::new(self.rule(not, path))));
        }
        if rules.len() == 1 { rules.swap_remove(0) } else { Access::All(rules) }
    }

    fn referred(&mut self, name: &Text, path: &mut Vec<String>) -> Access {
        if path.contains(&name.value) {
            let circle = format!("{} → {}", path.join(" → "), name.value);
            self.report(Diagnostic::new(code::CIRCLE, name.span, "this rule refers to itself").label(circle));
            return Access::Everyone;
        }
        self.rules += 1;
        if path.len() >= DEEPEST || self.rules > MOST {
            if !std::mem::replace(&mut self.too_far, true) {
                let message =
                    format!("these rules refer to each other more than {DEEPEST} deep, or {MOST} times in all");
                self.mistake(code::TOO_FAR, name.span, message);
            }
            return Access::Everyone;
        }
        let bot = self.bot;
        let Some(found) = self.named("access", "access rule", &bot.access, name) else { return Access::Everyone };
        path.push(name.value.clone());
        let rule = self.rule(found, path);
        path.pop();
        rule
    }

    fn permission(&mut self, name: &Text) -> Option<u64> {
        if name.poisoned {
            return None;
        }
        let bit = permission::bit(&name.value);
        if bit.is_none() {
            let diagnostic =
                Diagnostic::new(code::UNKNOWN_VALUE, name.span, format!("Discord has no permission `{}`", name.value));
            let near = permission::ALL.iter().map(|(name, _)| *name);
            self.report(diagnostic.among(&name.value, name.span, near));
        }
        bit
    }

    /// The rule at `access:`, which somebody has to be able to meet; one that is named is told of where it is declared.
    pub fn access_to(&mut self, access: Option<&OrText<lang::access::Access>>, place: Span, what: &str) -> Access {
        let rule = self.access(access);
        if access.is_some_and(|access| access.reference.is_none()) {
            self.somebody_may(&rule, place, &format!("nobody can use {what}"));
        }
        rule
    }

    pub fn somebody_may(&mut self, rule: &Access, place: Span, message: &str) {
        if rule.is_impossible() {
            let diagnostic = Diagnostic::new(code::NOBODY_MAY, place, message)
                .label("nobody meets these rules")
                .help("what one of the rules lets in, another keeps out, or an `any:` is empty");
            self.report(diagnostic.leans_on([
                "access",
                "any",
                "all",
                "not",
                "permissions",
                "role",
                "roles",
                "user",
                "users",
            ]));
        }
    }

    /// Checks every named rule, used or not.
    pub fn access_rules(&mut self) {
        let bot = self.bot;
        let known = self.base_names();
        let names = std::mem::replace(&mut self.names, known);
        for (name, rule) in bot.access.iter() {
            let empty = rule.permissions.is_none()
                && rule.role.is_none()
                && rule.roles.is_none()
                && rule.user.is_none()
                && rule.users.is_none()
                && rule.any.is_none()
                && rule.all.is_none()
                && rule.not.is_none()
                && rule.reference.is_none();
            if empty {
                self.mistake(code::BAD_VALUE, name.span, format!("the rule `{}` says nothing", name.value));
            }
            self.rules = 0;
            let compiled = self.rule(rule, &mut vec![name.value.clone()]);
            if rule.reference.is_none() && !bot.access.is_broken(&name.value) {
                self.somebody_may(&compiled, name.span, &format!("nobody can meet the rule `{}`", name.value));
            }
        }
        self.names = names;
    }
}
