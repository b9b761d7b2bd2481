//! `POST /sim/fault`: something goes wrong, at the gateway or in REST.

use super::complaint::Complaint;
use crate::sim::fault::{Breakage, Target};
use crate::sim::net::close::Close;
use crate::sim::net::order::Order;
use crate::sim::net::wire::Wire;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fault {
    gateway: Option<String>,
    resumable: bool,
    rest: Option<String>,
    code: Option<u64>,
    status: Option<u16>,
    retry_after: Option<f64>,
    global: bool,
    silence: Option<String>,
    reset: Option<String>,
    times: Option<u32>,
    heal: bool,
}

pub async fn order(
    State(wire): State<Arc<Wire>>,
    fault: Result<Json<Fault>, JsonRejection>,
) -> Result<Json<Value>, Complaint> {
    let Json(fault) = fault?;
    if fault.heal {
        wire.world.heal();
    }
    if let Some(word) = &fault.gateway {
        shake(&wire, word, &fault)?;
    }
    if let Some(target) = &fault.rest {
        let unknown = || Complaint::bad(format!("{target:?} is no kind of request, and no method and path"));
        let target = Target::parse(target).ok_or_else(unknown)?;
        wire.world.refuse(target, breakage(&fault)?, fault.times.unwrap_or(1));
    }
    Ok(Json(json!({ "ordered": true })))
}

fn shake(wire: &Wire, word: &str, fault: &Fault) -> Result<(), Complaint> {
    match word {
        "drop" => wire.order(Order::Drop),
        "close" => wire.order(Order::Close(close(fault.code)?)),
        "reconnect" => wire.order(Order::Reconnect),
        "invalid_session" => wire.order(Order::InvalidSession(fault.resumable)),
        "heartbeat" => wire.order(Order::Heartbeat),
        "duplicate" => wire.duplicate_next(),
        "pause" => wire.pause(true),
        "unpause" => wire.pause(false),
        _ => return Err(Complaint::bad(format!("{word:?} is nothing that a gateway does"))),
    }
    Ok(())
}

fn close(code: Option<u64>) -> Result<Option<Close>, Complaint> {
    let number = |code| u16::try_from(code).ok().filter(|code| (1000..5000).contains(code));
    let wrong = || Complaint::bad("a close code is a number from 1000 to 4999");
    code.map(|code| number(code).map(Close::ordered).ok_or_else(wrong)).transpose()
}

fn breakage(fault: &Fault) -> Result<Breakage, Complaint> {
    match fault {
        Fault { code: Some(code), .. } => Ok(Breakage::Code(*code)),
        Fault { status: Some(status), .. } => Ok(Breakage::Status(*status)),
        Fault { retry_after: Some(retry_after), global, .. } => {
            Ok(Breakage::RateLimited { retry_after: *retry_after, global: *global })
        }
        Fault { silence: Some(when), .. } if when == "before" => Ok(Breakage::Silence),
        Fault { silence: Some(when), .. } if when == "after" => Ok(Breakage::SilenceAfter),
        Fault { reset: Some(when), .. } if when == "before" => Ok(Breakage::Reset),
        Fault { reset: Some(when), .. } if when == "after" => Ok(Breakage::ResetAfter),
        _ => Err(Complaint::bad(
            "say what goes wrong: code, status, retry_after, silence (before, after), or reset (before, after)",
        )),
    }
}
