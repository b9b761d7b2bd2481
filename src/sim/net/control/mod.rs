//! The stage door, `/sim/*`: JSON for other processes' tests, and for people with `curl`.
//!
//! Whoever reaches the server may do everything here, which is why it only listens on loopback. Names stand for ids
//! wherever something is named: a member by name, id or mention, a channel by name, `#name` or id. Mistakes are
//! answered with 400 or 404 and `{"error": "…"}`; tokens and webhook addresses are never shown.
//!
//! | request | does or tells |
//! |---|---|
//! | `GET /sim` | what is here: guilds with channels, roles and members, bots with their commands, webhooks, sessions |
//! | `POST /sim/act` `{"as": "ana", "channel": "general", "do": "/review rating:5"}` | somebody does something, see [`act`] |
//! | `GET /sim/interactions/{id}?wait=3000` | an interaction and its answers; waits until it is answered or has failed |
//! | `GET /sim/messages/{channel}?as=ana&limit=50` | the channel, oldest first, as that member sees it; as an all-seeing eye without `as` |
//! | `GET /sim/dms/{user}` | what bots wrote to that user in private, and what they wrote back |
//! | `GET /sim/webhooks/{id}` | what was posted to a webhook, by its id or its name |
//! | `POST /sim/fault` | something goes wrong, see [`fault`] |
//! | `POST /sim/advance` `{"ms": 5000}` | the clock moves, where it is one that moves by hand |
//! | `GET /sim/events?after=0&wait=1000` | the journal behind entry `after`; waits for the first one. `Accept: text/event-stream` makes it a stream |
//! | `GET /sim/requests?after=0&wait=1000` | every REST request received: method, path, body, status |

pub mod act;
pub mod clock;
pub mod complaint;
pub mod deed;
pub mod events;
pub mod fault;
pub mod find;
pub mod interaction;
pub mod journal;
pub mod messages;
pub mod overview;
pub mod requests;
pub mod router;
pub mod since;

pub use router::router;
