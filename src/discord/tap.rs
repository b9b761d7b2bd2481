//! A socket on loopback between serenity and Discord, so that no event passes through serenity's models.

use crate::discord::line::{Line, Trunk};
use axum::extract::{Path, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

/// The open tap. Its path cannot be guessed, and nothing else is answered.
pub struct Tap {
    address: SocketAddr,
    secret: String,
    tasks: TaskTracker,
}

#[derive(Clone)]
struct Doorway {
    trunk: Arc<Trunk>,
    lines: Arc<Vec<Arc<Line>>>,
    tasks: TaskTracker,
    url: String,
}

impl Tap {
    /// Opens a line for each shard, until the trunk is cancelled.
    pub async fn open(trunk: Arc<Trunk>, shards: impl Iterator<Item = u32>) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let secret = format!("{:032x}", rand::random::<u128>());
        let tap = Self { address: listener.local_addr()?, secret, tasks: TaskTracker::new() };
        let lines = shards.map(|shard| Arc::new(Line::new(shard, Arc::clone(&trunk)))).collect();
        let doorway =
            Doorway { trunk: Arc::clone(&trunk), lines: Arc::new(lines), tasks: tap.tasks.clone(), url: tap.url(0) };
        let router = Router::new()
            .route(&format!("/{}/line/{{shard}}", tap.secret), get(enter))
            .route(&format!("/{}/api/v10/gateway", tap.secret), get(gateway))
            .with_state(doorway);
        let server =
            axum::serve(listener, router).with_graceful_shutdown(async move { trunk.cancel.cancelled().await });
        tap.tasks.spawn(async move { server.await });
        Ok(tap)
    }

    /// Where serenity's shard connects.
    pub fn url(&self, shard: u32) -> String {
        format!("ws://{}/{}/line/{shard}", self.address, self.secret)
    }

    /// Where serenity asks for its gateway.
    pub fn http(&self) -> String {
        format!("http://{}/{}", self.address, self.secret)
    }

    /// Returns once every line has hung up; the trunk must be cancelled.
    pub async fn closed(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// serenity asks before it can be told; its own address for a failed answer is the real Discord.
async fn gateway(State(doorway): State<Doorway>) -> Response {
    Json(json!({ "url": doorway.url })).into_response()
}

/// Discord first: serenity's handshake waits until there is somebody to talk to.
async fn enter(State(doorway): State<Doorway>, Path(shard): Path<u32>, upgrade: WebSocketUpgrade) -> Response {
    let Some(line) = doorway.lines.iter().find(|line| line.shard == shard).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(upstream) = line.reach().await else {
        doorway.trunk.cancel.cancelled().await;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let tasks = doorway.tasks;
    upgrade.on_upgrade(move |socket| tasks.track_future(async move { line.carry(upstream, socket).await }))
}
