//! The limiter alone: what it remembers, and when it refuses.

use super::fake::LONG;
use crate::discord::invalid::MOST;
use crate::discord::limiter::{GLOBAL, Limiter, Limits};
use crate::flow::request::{Auth, Method, Request};
use std::time::Duration;
use tokio::time::{Instant, timeout};

fn roles(guild: u32) -> Request {
    Request::new(Method::Get, format!("/guilds/{guild}/roles"))
}

fn follow_up(token: u32) -> Request {
    Request { auth: Auth::Path, ..Request::new(Method::Post, format!("/webhooks/1/token{token}")) }
}

fn callback(token: u32) -> Request {
    Request { auth: Auth::Path, ..Request::new(Method::Post, format!("/interactions/1/token{token}/callback")) }
}

/// Sends it as far as the limiter can tell.
async fn pass(limiter: &Limiter, request: &Request, status: u16, limits: &Limits) -> Result<(), String> {
    let exchange = async {
        let mut turn = limiter.enter(request, Instant::now() + LONG).await?;
        turn.ready().await?;
        turn.learn(status, limits);
        Ok(())
    };
    let outcome = timeout(LONG, exchange).await.expect("it hangs");
    outcome.map_err(|refusal: crate::flow::refusal::Refusal| refusal.to_string())
}

fn over(bucket: &str) -> Limits {
    let bucket = Some(bucket.to_owned());
    Limits { bucket, remaining: Some(4), reset_after: Some(Duration::ZERO), ..Limits::default() }
}

#[tokio::test]
async fn tokens_of_interactions_do_not_pile_up() {
    let limiter = Limiter::new();
    for token in 0..5_000 {
        pass(&limiter, &follow_up(token), 200, &over("b")).await.unwrap();
        pass(&limiter, &callback(token), 204, &Limits::default()).await.unwrap();
    }
    assert!(limiter.remembered() < 2_100, "{} limits are remembered", limiter.remembered());
}

#[tokio::test]
async fn fifty_a_second_leave_and_no_more() {
    let limiter = Limiter::new();
    let start = Instant::now();
    for guild in 0..u32::try_from(GLOBAL).unwrap() {
        pass(&limiter, &roles(guild), 200, &Limits::default()).await.unwrap();
    }
    for token in 0..200 {
        for request in [callback(token), follow_up(token)] {
            let mut turn = limiter.enter(&request, Instant::now()).await.unwrap();
            turn.ready().await.expect("interactions wait for the bot's limit");
        }
    }
    pass(&limiter, &roles(1000), 200, &Limits::default()).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn limits_that_others_used_up_do_not_count_as_ours() {
    let limiter = Limiter::new();
    let shared = Limits { shared: true, retry_after: Some(Duration::ZERO), ..Limits::default() };
    for token in 0..MOST {
        pass(&limiter, &callback(token), 429, &shared).await.unwrap();
    }
    pass(&limiter, &callback(0), 204, &Limits::default()).await.unwrap();
}

#[tokio::test]
async fn guilds_have_limits_of_their_own_within_a_bucket() {
    let limiter = Limiter::new();
    let closed = Limits { remaining: Some(0), reset_after: Some(LONG * 10), ..over("b") };
    pass(&limiter, &roles(1), 200, &closed).await.unwrap();
    pass(&limiter, &roles(2), 200, &closed).await.unwrap();
    let refusal = pass(&limiter, &roles(1), 200, &closed).await.unwrap_err();
    assert!(refusal.contains("Discord asks for a pause of"), "{refusal}");
}

#[tokio::test]
async fn who_gives_up_waiting_leaves_the_queue() {
    let limiter = Limiter::new();
    let first = limiter.enter(&roles(1), Instant::now() + LONG).await.unwrap();
    let refusal = limiter.enter(&roles(1), Instant::now()).await.err().unwrap();
    assert_eq!(refusal.status, 429);
    drop(first);
    pass(&limiter, &roles(1), 200, &Limits::default()).await.unwrap();
}
