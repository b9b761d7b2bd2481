//! The gateway's opcodes, as Discord's "Opcodes and Status Codes" page numbers them.

pub const DISPATCH: u64 = 0;
pub const HEARTBEAT: u64 = 1;
pub const IDENTIFY: u64 = 2;
pub const PRESENCE: u64 = 3;
pub const VOICE_STATE: u64 = 4;
pub const RESUME: u64 = 6;
pub const RECONNECT: u64 = 7;
pub const REQUEST_MEMBERS: u64 = 8;
pub const INVALID_SESSION: u64 = 9;
pub const HELLO: u64 = 10;
pub const HEARTBEAT_ACK: u64 = 11;
pub const REQUEST_SOUNDBOARD: u64 = 31;
