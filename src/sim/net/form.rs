//! Bodies: JSON, `multipart/form-data` with `payload_json` and files, or a plain form, all read into one shape.

use crate::flow::payload::File;
use axum::body::{Body, to_bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart};
use axum::http::{HeaderMap, Request, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

/// What Discord takes in one request from a bot in a guild without boosts, with room for the form around it.
pub const MAX_BODY: usize = 25 * 1024 * 1024;

/// A request's body, whatever its clothes.
#[derive(Default)]
pub struct Form {
    pub body: Option<Value>,
    pub files: Vec<Upload>,
}

/// A file and the name of its part: `files[0]`.
pub struct Upload {
    pub part: String,
    pub file: File,
}

impl Upload {
    /// The `n` of `files[n]`; a part of another name stands behind them.
    pub fn index(&self) -> usize {
        let number = self.part.strip_prefix("files[").and_then(|rest| rest.strip_suffix(']'));
        number.and_then(|number| number.parse().ok()).unwrap_or(usize::MAX)
    }
}

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    TooLarge,
    NotJson,
    NotAForm,
}

pub async fn read(request: Request<Body>) -> Result<Form, Unreadable> {
    let kind = content_type(request.headers());
    match kind.as_str() {
        "multipart/form-data" => multipart(request).await,
        "application/x-www-form-urlencoded" => Ok(urlencoded(&collect(request).await?)),
        _ => json(&collect(request).await?),
    }
}

fn content_type(headers: &HeaderMap) -> String {
    let full = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    full.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

async fn collect(request: Request<Body>) -> Result<Vec<u8>, Unreadable> {
    let bytes = to_bytes(request.into_body(), MAX_BODY).await.map_err(|_| Unreadable::TooLarge)?;
    Ok(bytes.into())
}

fn json(bytes: &[u8]) -> Result<Form, Unreadable> {
    if bytes.is_empty() {
        return Ok(Form::default());
    }
    let body = serde_json::from_slice(bytes).map_err(|_| Unreadable::NotJson)?;
    Ok(Form { body: Some(body), files: Vec::new() })
}

/// `a=1&b=two+words`: every value is a text.
fn urlencoded(bytes: &[u8]) -> Form {
    let body = pairs(bytes).into_iter().map(|(key, value)| (key, Value::String(value))).collect::<Map<_, _>>();
    Form { body: Some(Value::Object(body)), files: Vec::new() }
}

/// What stands in a query or a plain form, decoded.
pub fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    reqwest::Url::parse("http://form/")
        .map(|mut url| {
            url.set_query(std::str::from_utf8(bytes).ok());
            url.query_pairs().into_owned().collect()
        })
        .unwrap_or_default()
}

async fn multipart(request: Request<Body>) -> Result<Form, Unreadable> {
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| Unreadable::NotAForm)?;
    let mut form = Form::default();
    let mut fields = Map::new();
    let mut room = MAX_BODY;
    while let Some(mut field) = parts.next_field().await.map_err(broken)? {
        let mut content = Vec::new();
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            room = room.checked_sub(chunk.len()).ok_or(Unreadable::TooLarge)?;
            content.extend_from_slice(&chunk);
        }
        let part = field.name().unwrap_or_default().to_owned();
        match field.file_name() {
            Some(name) => {
                let file = File { name: name.to_owned(), content };
                form.files.push(Upload { part, file });
            }
            None if part == "payload_json" => {
                form.body = Some(serde_json::from_slice(&content).map_err(|_| Unreadable::NotJson)?);
            }
            None => {
                fields.insert(part, Value::String(String::from_utf8_lossy(&content).into_owned()));
            }
        }
    }
    form.adopt(fields);
    Ok(form)
}

fn broken(error: MultipartError) -> Unreadable {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Unreadable::TooLarge } else { Unreadable::NotAForm }
}

impl Form {
    /// Plain fields of a multipart form (a webhook's `content`, `username`) stand beside `payload_json`, which wins.
    fn adopt(&mut self, fields: Map<String, Value>) {
        let body = self.body.get_or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(body) = body else { return };
        for (key, value) in fields {
            body.entry(key).or_insert(value);
        }
    }
}
