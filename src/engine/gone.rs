//! Webhooks that Discord says are gone: told of once, not with every entry.

use crate::flow::effect::WebhookUrl;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The addresses that are known to lead nowhere, by the setting that holds them.
#[derive(Default)]
pub struct Gone(Mutex<HashMap<String, WebhookUrl>>);

impl Gone {
    /// Whether nobody was told of it yet; another address in the same setting is news again.
    pub fn is_news(&self, destination: &str, url: &WebhookUrl) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(destination.to_owned(), url.clone()).as_ref() != Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_of_once_and_another_one_again() {
        let gone = Gone::default();
        let url = |text: &str| WebhookUrl(text.to_owned());
        let news: Vec<bool> = ["a", "a", "b"].map(|text| gone.is_news("log", &url(text))).to_vec();
        assert_eq!(news, [true, false, true]);
        assert!(gone.is_news("other", &url("b")));
    }
}
