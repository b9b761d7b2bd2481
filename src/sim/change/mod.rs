//! What changes in the world, each with the events that tell of it; the same for bots and by hand.

pub(super) mod channel;
pub(super) mod member;
pub(super) mod reaction;
pub(super) mod role;
