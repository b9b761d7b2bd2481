//! The handshake of a gateway connection: which version, encoding and compression a client wants.

use super::close::{self, Close};
use super::connection::Connection;
use super::outlet::Outlet;
use super::wire::Wire;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// The query of the gateway's address.
#[derive(Deserialize)]
pub struct Wish {
    v: Option<String>,
    encoding: Option<String>,
    compress: Option<String>,
}

impl Wish {
    fn outlet(&self) -> Result<Outlet, Close> {
        if !matches!(self.v.as_deref(), None | Some("9" | "10")) {
            return Err(close::INVALID_VERSION);
        }
        if !matches!(self.encoding.as_deref(), None | Some("json")) {
            return Err(close::UNKNOWN_ENCODING);
        }
        match self.compress.as_deref() {
            None | Some("") => Ok(Outlet::Plain),
            Some("zlib-stream") => Ok(Outlet::stream()),
            Some(_) => Err(close::UNKNOWN_COMPRESSION),
        }
    }
}

/// Anybody without a WebSocket is told where they are.
pub async fn enter(
    State(wire): State<Arc<Wire>>,
    Query(wish): Query<Wish>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade.on_upgrade(move |socket| speak(wire, socket, wish)).into_response(),
        Err(_) => {
            "A simulated Discord. REST is below /api/v10, the gateway is a WebSocket here, GET /sim tells the rest.\n"
                .into_response()
        }
    }
}

async fn speak(wire: Arc<Wire>, socket: WebSocket, wish: Wish) {
    let (outlet, refusal) = match wish.outlet() {
        Ok(outlet) => (outlet, None),
        Err(close) => (Outlet::Plain, Some(close)),
    };
    let connection = Connection::new(wire.clone(), socket, outlet);
    let talk = async move {
        match refusal {
            None => connection.serve().await,
            Some(close) => connection.refuse(close).await,
        }
    };
    wire.tasks.track_future(talk).await;
}
