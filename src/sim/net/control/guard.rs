//! Who may come in at the stage door: programs of this machine, and no page of a browser's.

use super::complaint::Complaint;
use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

/// A page from elsewhere says so in `Origin`, and one whose name was bent to this address does in `Host`.
pub async fn guard(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = header(headers, HOST).is_none_or(is_here);
    let origin =
        header(headers, ORIGIN).is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_here(host)));
    if host && origin {
        next.run(request).await
    } else {
        Complaint::forbidden("only from this machine").into_response()
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// `localhost:80`, `127.0.0.1` or `[::1]:80`.
fn is_here(host: &str) -> bool {
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
