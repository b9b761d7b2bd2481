//! What is known of the places that log entries go to: which lead nowhere, and what is doubtful.

use crate::flow::effect::WebhookUrl;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By the setting that holds the address.
#[derive(Default)]
pub struct Destinations(Mutex<HashMap<String, Known>>);

#[derive(Default)]
struct Known {
    /// The address that Discord says leads nowhere.
    gone: Option<WebhookUrl>,
    /// Whether the last request was answered, so that it is known what arrived.
    sure: bool,
    failing: bool,
    /// Whether it was told that entries were given up.
    told: bool,
}

impl Destinations {
    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, destination: &str, change: impl FnOnce(&mut Known) -> T) -> T {
        change(self.known().entry(destination.to_owned()).or_default())
    }

    /// Takes note that the address leads nowhere: whether nobody was told of it yet. Another address in the same setting
    /// is news again.
    pub fn is_gone(&self, destination: &str, url: &WebhookUrl) -> bool {
        self.change(destination, |known| known.gone.replace(url.clone()).as_ref() != Some(url))
    }

    /// Whether it is known to lead nowhere.
    pub fn leads_nowhere(&self, destination: &str, url: &WebhookUrl) -> bool {
        self.known().get(destination).is_some_and(|known| known.gone.as_ref() == Some(url))
    }

    /// Whether something may have arrived that nobody has answered for.
    pub fn is_doubtful(&self, destination: &str) -> bool {
        self.known().get(destination).is_none_or(|known| !known.sure)
    }

    /// What arrived is known.
    pub fn is_sure(&self, destination: &str) {
        self.change(destination, |known| known.sure = true);
    }

    /// A request failed; `lost` when it may have arrived all the same.
    pub fn failed(&self, destination: &str, lost: bool) {
        self.change(destination, |known| {
            known.failing = true;
            known.sure &= !lost;
        });
    }

    /// A request was answered: whether those before it had failed.
    pub fn works(&self, destination: &str) -> bool {
        let works = Known { sure: true, ..Known::default() };
        self.change(destination, |known| std::mem::replace(known, works).failing)
    }

    /// Entries are given up: whether nobody was told of it yet.
    pub fn gives_up(&self, destination: &str) -> bool {
        self.change(destination, |known| !std::mem::replace(&mut known.told, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_of_once_and_another_one_again() {
        let destinations = Destinations::default();
        let url = |text: &str| WebhookUrl(text.to_owned());
        let news: Vec<bool> = ["a", "a", "b"].map(|text| destinations.is_gone("log", &url(text))).to_vec();
        assert_eq!(news, [true, false, true]);
        assert!(destinations.leads_nowhere("log", &url("b")) && !destinations.leads_nowhere("log", &url("a")));
        assert!(destinations.is_gone("other", &url("b")));
    }

    #[test]
    fn a_lost_answer_leaves_a_doubt_until_the_next_answer() {
        let destinations = Destinations::default();
        assert!(destinations.is_doubtful("log"), "nothing is known at first");
        assert!(!destinations.works("log"));
        destinations.failed("log", false);
        assert!(!destinations.is_doubtful("log"), "a plain no is an answer");
        destinations.failed("log", true);
        assert!(destinations.is_doubtful("log"));
        assert!(destinations.works("log") && !destinations.is_doubtful("log"));
    }
}
