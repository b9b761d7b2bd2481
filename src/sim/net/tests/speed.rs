//! How many interactions go round over the wire: told, answered by callback, accepted. A measurement, run by name.

use super::client::Client;
use super::stage::Stage;
use crate::sim::happening::Happening;
use serde_json::json;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::Semaphore;

const ROUNDS: usize = 2_000;

/// Interactions a second with so many under way at once.
async fn rate(at_once: usize) -> f64 {
    let stage = Stage::set().await;
    let (mut client, _) = Client::ready(&stage.gateway(), &stage.token, 0).await;
    let mut happenings = stage.world.watch();
    let (http, base) = (reqwest::Client::new(), stage.api("/interactions"));
    let bot = tokio::spawn(async move {
        for _ in 0..ROUNDS {
            let told = client.event("INTERACTION_CREATE").await;
            let url = format!("{base}/{}/{}/callback", told["id"].as_str().unwrap(), told["token"].as_str().unwrap());
            let request = http.post(url).json(&json!({ "type": 4, "data": { "content": "pong", "flags": 64 } }));
            tokio::spawn(request.send());
        }
    });
    let started = Instant::now();
    let room = Arc::new(Semaphore::new(at_once));
    let permits = room.clone();
    let counter = tokio::spawn(async move {
        let mut left = ROUNDS;
        while left > 0 {
            if let Some(Happening::Acknowledged { .. }) = happenings.recv().await {
                permits.add_permits(1);
                left -= 1;
            }
        }
    });
    for _ in 0..ROUNDS {
        room.acquire().await.expect("an open semaphore").forget();
        stage.happen();
    }
    counter.await.expect("all of them");
    bot.await.expect("all of them");
    ROUNDS as f64 / started.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn interactions_a_second() {
    for at_once in [1, 64] {
        println!("{at_once} at once: {:.0} interactions a second", rate(at_once).await);
    }
}
