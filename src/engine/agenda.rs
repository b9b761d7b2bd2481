//! What is planned: when each schedule happens next in each server that the bot is in, as far as this process knows.

use crate::flow::memory::Plan;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One schedule in one server.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Slot {
    pub guild: String,
    pub name: String,
}

/// The database holds the same and decides; this knows which servers are there.
#[derive(Default)]
pub struct Agenda {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// Epoch milliseconds.
    due: HashMap<Slot, i64>,
    /// These run now: what comes due meanwhile waits for their end.
    under_way: HashSet<Slot>,
    /// The database was not asked yet what is planned there.
    unplanned: BTreeSet<String>,
    /// The bot was put out there: what the database has of it is to go.
    left: BTreeSet<String>,
    /// The file may have lost schedules whose rows are still there.
    unswept: bool,
}

/// What the database is to be asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unplanned {
    pub guilds: Vec<String>,
    pub left: Vec<String>,
    pub unswept: bool,
}

impl Agenda {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another program: everything is planned anew, in these servers.
    pub fn renew(&self, guilds: Vec<String>) {
        let mut inner = self.inner();
        inner.due.clear();
        inner.unplanned.extend(guilds);
        inner.unswept = true;
    }

    /// The bot is in a server.
    pub fn arrive(&self, guild: &str) {
        self.inner().unplanned.insert(guild.to_owned());
    }

    /// The bot is in that server no more.
    pub fn leave(&self, guild: &str) {
        let mut inner = self.inner();
        inner.unplanned.remove(guild);
        inner.left.insert(guild.to_owned());
        inner.due.retain(|slot, _| slot.guild != guild);
    }

    /// At most so many servers that the database was not asked of yet.
    pub fn unplanned(&self, most: usize) -> Unplanned {
        let inner = self.inner();
        Unplanned {
            guilds: inner.unplanned.iter().take(most).cloned().collect(),
            left: inner.left.iter().cloned().collect(),
            unswept: inner.unswept,
        }
    }

    /// What the file and the servers have lost is gone from the database.
    pub fn swept(&self, left: &[String]) {
        let mut inner = self.inner();
        inner.unswept = false;
        inner.left.retain(|guild| !left.contains(guild));
    }

    /// What the database has for a server; nothing of it counts when the bot has left meanwhile.
    pub fn plan(&self, guild: &str, plans: Vec<Plan>) {
        let mut inner = self.inner();
        if !inner.unplanned.remove(guild) {
            return;
        }
        inner.due.retain(|slot, _| slot.guild != guild);
        let slots = plans.into_iter().map(|plan| (Slot { guild: guild.to_owned(), name: plan.name }, plan.due));
        inner.due.extend(slots);
    }

    /// What is due and not under way, oldest first, with its due time; each is under way from here on.
    pub fn begin(&self, now: i64, most: usize) -> Vec<(Slot, i64)> {
        let mut inner = self.inner();
        let is_due = |(slot, due): &(&Slot, &i64)| **due <= now && !inner.under_way.contains(*slot);
        let mut due: Vec<(Slot, i64)> =
            inner.due.iter().filter(is_due).map(|(slot, due)| (slot.clone(), *due)).collect();
        due.sort_by(|(a, at), (b, other)| (at, &a.guild, &a.name).cmp(&(other, &b.guild, &b.name)));
        due.truncate(most);
        inner.under_way.extend(due.iter().map(|(slot, _)| slot.clone()));
        due
    }

    /// It happens next at `next`, unless it was planned anew since it was due at `due`.
    pub fn move_on(&self, slot: &Slot, due: i64, next: i64) {
        if let Some(planned) = self.inner().due.get_mut(slot).filter(|planned| **planned == due) {
            *planned = next;
        }
    }

    /// It is under way no more.
    pub fn end(&self, slot: &Slot) {
        self.inner().under_way.remove(slot);
    }

    /// When there is something to do; `now` when the database has to be asked.
    pub fn next(&self, now: i64) -> Option<i64> {
        let inner = self.inner();
        if inner.unswept || !inner.unplanned.is_empty() || !inner.left.is_empty() {
            return Some(now);
        }
        inner.due.iter().filter(|(slot, _)| !inner.under_way.contains(*slot)).map(|(_, due)| *due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agenda(plans: &[(&str, i64)]) -> Agenda {
        let agenda = Agenda::default();
        agenda.arrive("1");
        let plan = |(name, due): &(&str, i64)| Plan { name: (*name).to_owned(), rhythm: String::new(), due: *due };
        agenda.plan("1", plans.iter().map(plan).collect());
        agenda
    }

    fn slot(name: &str) -> Slot {
        Slot { guild: "1".into(), name: name.into() }
    }

    #[test]
    fn what_is_due_begins_once_and_comes_back_with_its_next_time() {
        let agenda = agenda(&[("a", 10), ("b", 20), ("c", 5)]);
        assert_eq!(agenda.next(0), Some(5));
        assert_eq!(agenda.begin(10, 9), [(slot("c"), 5), (slot("a"), 10)]);
        assert_eq!(agenda.begin(10, 9), []);
        agenda.move_on(&slot("c"), 5, 15);
        assert_eq!(agenda.next(0), Some(20), "what is under way has no next time yet");
        agenda.end(&slot("c"));
        assert_eq!(agenda.next(0), Some(15));
        assert_eq!(agenda.begin(15, 9), [(slot("c"), 15)]);
    }

    #[test]
    fn a_server_that_the_bot_has_left_has_no_plans() {
        let agenda = agenda(&[("a", 10)]);
        agenda.leave("1");
        assert_eq!(agenda.begin(10, 9), []);
        assert_eq!(agenda.next(3), Some(3), "its rows are to go");
        agenda.swept(&["1".into()]);
        assert_eq!(agenda.next(3), None);
        agenda.plan("1", vec![Plan { name: "a".into(), rhythm: String::new(), due: 10 }]);
        assert_eq!(agenda.next(0), None, "an answer that comes too late");
    }

    #[test]
    fn a_new_plan_is_not_moved_by_a_run_of_the_old_one() {
        let agenda = agenda(&[("a", 10)]);
        let begun = agenda.begin(10, 9);
        agenda.renew(vec!["1".into()]);
        assert_eq!(agenda.next(3), Some(3), "the database is to be asked");
        agenda.swept(&[]);
        agenda.plan("1", vec![Plan { name: "a".into(), rhythm: String::new(), due: 40 }]);
        agenda.move_on(&begun[0].0, begun[0].1, 20);
        agenda.end(&begun[0].0);
        assert_eq!(agenda.next(0), Some(40));
    }
}
