//! REST below `/api`: an HTTP request becomes a call of the world, and the world's answer an HTTP answer.

use super::answer;
use super::form::{self, Form, Unreadable};
use super::requests::Received;
use super::wire::Wire;
use crate::flow::payload::File;
use crate::flow::request::Method;
use crate::sim::rest::call::{RestAnswer, RestCall};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Request, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::sync::Arc;

pub async fn answer(State(wire): State<Arc<Wire>>, request: Request<Body>) -> Response {
    let Some(path) = below_version(request.uri()) else { return answer::bad_version() };
    let Some(method) = method(request.method()) else { return answer::not_found() };
    let mut call = RestCall::new(method, path);
    call.authorization = header(request.headers(), AUTHORIZATION.as_str());
    call.reason = header(request.headers(), "x-audit-log-reason").map(|reason| decoded(&reason));
    match form::read(request).await {
        Ok(form) => ask(&wire, dressed(call, form)).await,
        Err(reason) => unreadable(reason),
    }
}

/// The path and query behind `/api` or `/api/v10`; none for a version that is not spoken here.
fn below_version(uri: &Uri) -> Option<String> {
    let all = uri.path_and_query()?.as_str().strip_prefix("/api")?;
    let Some((version, rest)) = versioned(all) else { return Some(all.to_owned()) };
    matches!(version, "9" | "10").then(|| rest.to_owned())
}

/// `/v10/users/@me` as `10` and `/users/@me`.
fn versioned(path: &str) -> Option<(&str, &str)> {
    let version = path.strip_prefix("/v")?;
    let end = version.find('/').unwrap_or(version.len());
    let (number, rest) = version.split_at(end);
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some((number, rest))
}

fn method(method: &axum::http::Method) -> Option<Method> {
    let known = [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete];
    known.into_iter().find(|known| known.as_str() == method.as_str())
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(ToOwned::to_owned)
}

/// Discord takes the reason percent-encoded.
fn decoded(text: &str) -> String {
    let pair = format!("reason={}", text.replace('+', "%2B"));
    form::pairs(pair.as_bytes()).into_iter().next().map_or_else(|| text.to_owned(), |(_, value)| value)
}

fn dressed(mut call: RestCall, mut form: Form) -> RestCall {
    form.files.sort_by_key(|upload| upload.index());
    call.files = form.files.into_iter().map(|upload| upload.file).collect();
    call.body = form.body.unwrap_or(Value::Null);
    call
}

fn unreadable(reason: Unreadable) -> Response {
    match reason {
        Unreadable::TooLarge => answer::too_large(),
        Unreadable::NotJson => answer::not_json(),
        Unreadable::NotAForm => answer::not_a_form(),
    }
}

async fn ask(wire: &Wire, call: RestCall) -> Response {
    let answer = wire.world.rest(&call).map(|answer| completed(wire, &call, answer));
    let files = call.files.iter().map(|File { name, .. }| name.clone()).collect();
    wire.requests.push(Received::new(wire.world.now(), call, files, answer.as_ref()));
    match answer {
        Some(answer) if answer.status == 0 => broken(),
        Some(answer) => respond(answer),
        None => silence(wire).await,
    }
}

/// How many sessions may start is the server's to know.
fn completed(wire: &Wire, call: &RestCall, mut answer: RestAnswer) -> RestAnswer {
    let token = call.authorization.as_deref().and_then(|value| value.strip_prefix("Bot "));
    let caller = token.and_then(|token| wire.world.authenticate(token.trim()));
    if let (true, "/gateway/bot", Some(application)) = (answer.status == 200, call.path.as_str(), caller) {
        answer.body["session_start_limit"] = wire.start_limit(application);
    }
    answer
}

fn respond(answer: RestAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = if answer.body.is_null() { Body::empty() } else { Body::from(answer.body.to_string()) };
    let mut response = (status, body).into_response();
    response.headers_mut().clear();
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (axum::http::HeaderName::try_from(name), value.try_into()) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// An answer that breaks off at once, and the connection with it.
fn broken() -> Response {
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    Body::from_stream(futures_util::stream::iter([Err::<Vec<u8>, _>(reset)])).into_response()
}

/// No answer: the client gives up first, or the server stops.
async fn silence(wire: &Wire) -> Response {
    wire.stop.cancelled().await;
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}
