//! The wire of the simulated Discord: any library that speaks to Discord can speak to this, over loopback.
//!
//! [`Server::bind`] serves a world: REST below `/api/v10` (also `/api/v9` and `/api`), the gateway as a WebSocket at `/`
//! (`?v=10&encoding=json`, also with `compress=zlib-stream`), uploaded files below `/attachments`, and below `/sim` a
//! control surface in JSON for other processes' tests and for people with `curl`.
//!
//! # The control surface
//!
//! Whoever reaches it may do everything, which is why the server only listens on loopback and turns pages of other
//! origins away. Names stand for ids wherever something is named: a member by name, id or mention, a channel by name,
//! `#name` or id. Mistakes are answered with 400 or 404 and `{"error": "…"}`. No token is ever shown.
//!
//! | request | does or tells |
//! |---|---|
//! | `GET /sim` | what is here: guilds with channels, roles and members, bots with commands, webhooks, sessions |
//! | `POST /sim/act` `{"as": "ana", "channel": "general", "do": "/rate stars:5"}` | somebody does something, see below |
//! | `GET /sim/interactions/{id}?wait=3000` | an interaction and its answers; waits until it is answered or has failed |
//! | `GET /sim/messages/{channel}?as=ana&limit=50` | the channel, oldest first, as that member sees it; without `as` all |
//! | `GET /sim/dms/{user}` | what bots wrote to that user in private, and what they wrote back |
//! | `GET /sim/webhooks/{id}` | what was posted to a webhook, by its id or its name |
//! | `POST /sim/fault` | something goes wrong, see below |
//! | `POST /sim/advance` `{"ms": 5000}` | the clock moves, where it is one that moves by hand ([`Settings::clock`]) |
//! | `GET /sim/events?after=0&wait=1000` | the journal behind entry `after`, waiting for the first one; `Accept: text/event-stream` makes it a stream |
//! | `GET /sim/requests?after=0&wait=1000` | every REST request received: method, path, body, status |
//!
//! Waits are in milliseconds, 60,000 at most.
//!
//! ## What people do
//!
//! `{"as": "ana", "channel": "general", "do": "…"}`, where `do` is one of these (`says` and `clicks` will do too):
//!
//! | `do` | what happens | answered with |
//! |---|---|---|
//! | `/rate stars:5 text:"Great"` | a command, as Discord writes it; attachment options name one of `files` | `interaction` |
//! | `type /stock product:Al` | the last option is being typed: the bot is asked for completions | `interaction` |
//! | `use "Report" on @bo` | a command from the menu of a member, or of a message by its id | `interaction` |
//! | `click "Open Ticket"` | the button on the newest message they see; `in ticket-1-ana` names the channel | `interaction` |
//! | `choose "Colour": red, blue` | values in the select of that placeholder or custom id | `interaction` |
//! | `submit`, `submit title:"Help"` | the window that opened last, or that of `interaction`, with `fields` by label or custom id | `interaction` |
//! | `say hello` | a message | `message` |
//! | `reply hello` | an answer to `message` | `message` |
//! | `dm hello` | a private message to the bot (`bot`, where there are several) | `message` |
//! | `edit hello`, `delete`, `react 🔥`, `unreact 🔥` | their own `message`, or a reaction under it | `done` |
//! | `join`, `leave` | they come into the channel's guild, or go | `done` |
//!
//! Further fields: `message` and `interaction` (ids), `fields` (`{"Title": "text"}`), `files` (`{"name.txt": "text"}`).
//! Without `channel` it is the first that they see.
//!
//! ## What goes wrong
//!
//! | body | what happens |
//! |---|---|
//! | `{"gateway": "drop"}` | every gateway socket is killed |
//! | `{"gateway": "close", "code": 4000}` | closed with that code; without `code` by a frame that has none |
//! | `{"gateway": "reconnect"}` | op 7 |
//! | `{"gateway": "invalid_session", "resumable": true}` | op 9 |
//! | `{"gateway": "heartbeat"}` | op 1: a heartbeat is asked for |
//! | `{"gateway": "duplicate"}` | the next interaction comes twice |
//! | `{"gateway": "pause"}`, `{"gateway": "unpause"}` | connections stay open and nothing is said |
//! | `{"rest": "dm", "code": 50007, "times": 1}` | the next requests of that kind get Discord's error code |
//! | `{"rest": "POST /channels/*/messages", "status": 503}` | a status without a code |
//! | `{"rest": "webhook", "retry_after": 1.5, "global": false}` | a 429 |
//! | `{"rest": "interaction", "silence": "before"}` | no answer, and nothing happened; `"after"`: it happened |
//! | `{"heal": true}` | all ordered REST faults are called off |
//!
//! `rest` is a word of [`Target::parse`](crate::sim::fault::Target::parse).

mod allowance;
mod answer;
mod attachment;
mod close;
mod connection;
mod control;
mod form;
mod gateway;
mod identify;
mod members;
mod opcode;
mod order;
mod outlet;
mod requests;
mod rest;
mod ring;
mod router;
pub mod server;
mod session;
mod sessions;
pub mod settings;
mod shard;
mod wire;

pub use requests::Received;
pub use server::Server;
pub use settings::Settings;

#[cfg(test)]
mod tests;
