//! The log channel: what arrived at the shop's webhook.

use super::embed::Embed;
use super::shop::Shop;

impl Shop {
    /// Every log entry that arrived, oldest first.
    pub fn entries(&self) -> Vec<Embed> {
        let posts = self.world.webhook_posts(self.webhook);
        posts.into_iter().flat_map(|post| post.embeds).map(Embed).collect()
    }

    pub fn titles(&self) -> Vec<String> {
        self.entries().iter().map(|entry| entry.title().to_owned()).collect()
    }

    /// Waits for the newest entry of that title.
    pub async fn entry(&self, title: &str) -> Embed {
        let newest = || self.entries().into_iter().rev().find(|entry| entry.title() == title);
        self.until(&format!("the log entry {title}"), newest).await
    }

    /// Waits until so many entries have arrived.
    pub async fn logged(&self, count: usize) -> Vec<Embed> {
        self.until(&format!("{count} log entries"), || Some(self.entries()).filter(|all| all.len() >= count)).await
    }
}
