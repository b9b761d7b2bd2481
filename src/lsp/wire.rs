//! Messages on a stream: framed as the protocol says, and whatever cannot be read is stepped over.

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};
use std::io::{self, BufRead, Read, Write};

/// The largest message that is read, in bytes: a whole file of the largest size, with escapes.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;
/// The longest line of a header, in bytes.
const MAX_HEADER: u64 = 4096;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    Message(Message),
    /// It has to be answered with this, without anybody knowing which request it was.
    Unreadable(Value),
    /// The stream has ended.
    End,
}

/// Reads the next message.
pub fn read(input: &mut impl BufRead) -> io::Result<Incoming> {
    let Some(length) = header(input)? else { return Ok(Incoming::End) };
    let length = match length {
        Ok(length) => length,
        Err(reason) => return Ok(unreadable(ErrorCode::ParseError, reason)),
    };
    if length > MAX_BYTES {
        let skipped = io::copy(&mut input.by_ref().take(length as u64), &mut io::sink())?;
        return Ok(unreadable(ErrorCode::InvalidRequest, &format!("a message of {skipped} bytes is too large")));
    }
    let mut body = Vec::new();
    if input.by_ref().take(length as u64).read_to_end(&mut body)? < length {
        return Ok(Incoming::End);
    }
    Ok(message(&body))
}

fn message(body: &[u8]) -> Incoming {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return unreadable(ErrorCode::ParseError, "this is no JSON");
    };
    let request = value.get("method").is_some() && value.get("id").is_some();
    // An answer to what was never asked, such as one to an error without an id.
    let answer = value.get("method").is_none() && value.get("id").is_some();
    match serde_json::from_value(value) {
        Ok(Message::Notification(_)) if request => {
            unreadable(ErrorCode::InvalidRequest, "the id of a request is a number or a text")
        }
        Ok(message) => Incoming::Message(message),
        Err(_) if answer => Incoming::Message(Message::Notification(nothing())),
        Err(_) => unreadable(ErrorCode::InvalidRequest, "this is no message of the protocol"),
    }
}

/// A notification that means nothing.
fn nothing() -> lsp_server::Notification {
    lsp_server::Notification { method: "$/nothing".into(), params: Value::Null }
}

/// The length that a header tells; nothing at the end of the stream.
fn header(input: &mut impl BufRead) -> io::Result<Option<Result<usize, &'static str>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end_matches(['\r', '\n']);
        if line.is_empty() {
            match length {
                Some(length) => return Ok(Some(Ok(length))),
                // Blank lines between messages harm nobody.
                None => continue,
            }
        }
        let Some((name, value)) = line.split_once(':') else { return Ok(Some(Err("this is no header"))) };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            match value.trim().parse() {
                Ok(told) => length = Some(told),
                Err(_) => return Ok(Some(Err("this is no length"))),
            }
        }
    }
}

fn unreadable(code: ErrorCode, reason: &str) -> Incoming {
    Incoming::Unreadable(json!({ "id": null, "error": { "code": code as i32, "message": reason } }))
}

/// Writes a message, or the answer to one that could not be read.
pub fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let mut told = json!({ "jsonrpc": "2.0" });
    if let (Some(told), Some(message)) = (told.as_object_mut(), message.as_object()) {
        told.extend(message.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    let body = told.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    fn all(stream: &str) -> Vec<String> {
        let mut input = stream.as_bytes();
        let mut seen = Vec::new();
        loop {
            seen.push(match read(&mut input).unwrap() {
                Incoming::End => return seen,
                Incoming::Message(Message::Request(request)) => request.method,
                Incoming::Message(Message::Notification(notification)) => notification.method,
                Incoming::Message(Message::Response(response)) => response.id.to_string(),
                Incoming::Unreadable(answer) => answer["error"]["code"].to_string(),
            });
        }
    }

    #[test]
    fn messages_come_one_after_the_other() {
        let request = framed(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
        let other = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let typed = format!("Content-Type: x; charset=utf-8\r\ncontent-length:{}\r\n\r\n{other}", other.len());
        assert_eq!(all(&format!("{request}{typed}")), ["shutdown", "exit"]);
    }

    #[test]
    fn what_cannot_be_read_is_answered_and_stepped_over() {
        let good = framed(r#"{"method":"exit"}"#);
        for bad in [
            framed("{"),
            framed("\u{fffd}"),
            framed("[1]"),
            framed(r#"{"id":{},"method":"x"}"#),
            "nonsense\r\n".to_owned(),
            "Content-Length: many\r\n".to_owned(),
            "\r\n\r\n".to_owned(),
        ] {
            let seen = all(&format!("{bad}{good}"));
            assert_eq!(seen.last().map(String::as_str), Some("exit"), "{bad:?}: {seen:?}");
            assert!(seen[..seen.len() - 1].iter().all(|code| code.starts_with("-32")), "{bad:?}: {seen:?}");
        }
    }

    #[test]
    fn a_length_that_is_a_lie_ends_the_stream_and_takes_no_memory() {
        assert_eq!(all("Content-Length: 18446744073709551615\r\n\r\n{}"), ["-32600"]);
        assert_eq!(all("Content-Length: 100000000\r\n\r\n{}"), [""; 0]);
    }

    #[test]
    fn an_answer_that_nobody_waits_for_is_no_mistake() {
        assert_eq!(all(&framed(r#"{"id":null,"error":{"code":1,"message":"x"}}"#)), ["$/nothing"]);
    }
}
