//! Which shard hears of a guild.

use crate::sim::id::Id;

/// `[id, num]` of IDENTIFY.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    pub id: u64,
    pub count: u64,
}

impl Shard {
    pub const ONLY: Self = Self { id: 0, count: 1 };

    pub fn is_valid(self) -> bool {
        self.id < self.count
    }

    /// Discord's formula, `(guild_id >> 22) % num_shards`; what belongs to no guild is shard 0's.
    pub fn hears(self, guild: Option<Id>) -> bool {
        guild.map_or(0, |guild| (guild.0 >> 22) % self.count) == self.id
    }
}
