//! `GET /sim/events`: the journal, as a list to poll or as a stream to listen to.

use super::since::Since;
use crate::sim::net::wire::Wire;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt, stream};
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How long a stream sleeps at most before it looks whether the server still runs.
const LOOK_UP: Duration = Duration::from_secs(1);

pub async fn tell(State(wire): State<Arc<Wire>>, headers: HeaderMap, Query(since): Query<Since>) -> Response {
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.contains("text/event-stream") {
        return Sse::new(events(wire, resume(&headers).unwrap_or(since.after))).into_response();
    }
    let entries = wire.journal.wait(since.after, since.patience()).await;
    Json(entries.into_iter().map(numbered).collect::<Value>()).into_response()
}

/// A browser that lost the stream says how far it came.
fn resume(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

fn numbered((number, mut entry): (u64, Value)) -> Value {
    entry["number"] = number.into();
    entry
}

fn events(wire: Arc<Wire>, after: u64) -> impl Stream<Item = Result<Event, Infallible>> {
    let batches = stream::unfold((wire, after), async |(wire, after)| {
        let entries = loop {
            if wire.stop.is_cancelled() {
                return None;
            }
            let entries = tokio::select! {
                entries = wire.journal.wait(after, LOOK_UP) => entries,
                () = wire.stop.cancelled() => return None,
            };
            if !entries.is_empty() {
                break entries;
            }
        };
        let last = entries.last().map_or(after, |(number, _)| *number);
        Some((stream::iter(entries), (wire, last)))
    });
    batches.flatten().map(|(number, entry)| {
        let event = Event::default().id(number.to_string());
        Ok(event.data(numbered((number, entry)).to_string()))
    })
}
