//! serenity's side: one client a shard, on a runtime of its own, that ends as a whole.

use crate::discord::tap::Tap;
use serenity::Client;
use serenity::all::GatewayIntents;
use serenity::client::ClientBuilder;
use serenity::http::HttpBuilder;
use std::thread;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Where a shard of serenity's finds the tap.
struct Seat {
    shard: u32,
    total: u32,
    url: String,
    http: String,
}

/// Starts the shards; the receiver resolves when they have ended: with a reason when not by `cancel`.
///
/// serenity leaves tasks behind that nothing ends (its queue of shards, among them), so they live on a runtime of
/// their own, and end when that is dropped.
pub fn start(
    tap: &Tap,
    shards: impl Iterator<Item = u32>,
    total: u32,
    cancel: CancellationToken,
) -> std::io::Result<oneshot::Receiver<Option<String>>> {
    let seats: Vec<Seat> = shards.map(|shard| Seat { shard, total, url: tap.url(shard), http: tap.http() }).collect();
    let (ended, end) = oneshot::channel();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("gateway".to_owned()).spawn(move || {
        let reason = runtime.block_on(async { cancel.run_until_cancelled(sit(seats)).await });
        runtime.shutdown_background();
        // Nobody waits any more once the connection was dropped.
        let _ = ended.send(reason);
    })?;
    Ok(end)
}

async fn sit(seats: Vec<Seat>) -> String {
    let mut clients: JoinSet<String> = seats.into_iter().map(hold).collect();
    match clients.join_next().await {
        Some(Ok(reason)) => reason,
        Some(Err(error)) => error.to_string(),
        None => "there are no shards".to_owned(),
    }
}

async fn hold(seat: Seat) -> String {
    let ended = match client(&seat).await {
        Ok(mut client) => client.start_shard(seat.shard, seat.total).await,
        Err(error) => Err(error),
    };
    ended.map_or_else(|error| error.to_string(), |()| "serenity ended".to_owned())
}

/// A client that knows neither the token nor the way to Discord: the tap adds the one and is the other.
async fn client(seat: &Seat) -> serenity::Result<Client> {
    let web = reqwest::Client::builder().no_proxy().build()?;
    let http = HttpBuilder::new("tap").client(web).proxy(seat.http.clone()).ratelimiter_disabled(true).build();
    let client = ClientBuilder::new_with_http(http, GatewayIntents::empty()).await?;
    // When its question for the gateway fails, serenity falls back to the real one.
    client.ws_url.lock().await.clone_from(&seat.url);
    Ok(client)
}
