//! What Discord says when it says no: a status, a code, its words, and for a form the tree of mistakes.

use serde_json::{Value, json};

/// An error answer of the REST API.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refused {
    pub status: u16,
    pub code: u64,
    pub message: String,
    /// The tree of a 50035.
    pub errors: Option<Value>,
}

/// Source: "JSON Error Codes" in the reference of Discord's API; the words are Discord's.
const CODES: &[(u64, u16, &str)] = &[
    (10002, 404, "Unknown Application"),
    (10003, 404, "Unknown Channel"),
    (10004, 404, "Unknown Guild"),
    (10007, 404, "Unknown Member"),
    (10008, 404, "Unknown Message"),
    (10009, 404, "Unknown Overwrite"),
    (10011, 404, "Unknown Role"),
    (10013, 404, "Unknown User"),
    (10014, 400, "Unknown Emoji"),
    (10015, 404, "Unknown Webhook"),
    (10026, 404, "Unknown Ban"),
    (10062, 404, "Unknown interaction"),
    (10063, 404, "Unknown application command"),
    (20016, 429, "This action cannot be performed due to slowmode rate limit"),
    (30003, 400, "Maximum number of pins reached (50)"),
    (30005, 400, "Maximum number of guild roles reached (250)"),
    (30007, 400, "Maximum number of webhooks reached (15)"),
    (30010, 400, "Maximum number of reactions reached (20)"),
    (30013, 400, "Maximum number of guild channels reached (500)"),
    (30032, 400, "Maximum number of application commands reached (100)."),
    (30034, 400, "Max number of daily application command creates has been reached (200)"),
    (40005, 413, "Request entity too large"),
    (40060, 400, "Interaction has already been acknowledged."),
    (50001, 403, "Missing Access"),
    (50003, 400, "Cannot execute action on a DM channel"),
    (50005, 403, "Cannot edit a message authored by another user"),
    (50006, 400, "Cannot send an empty message"),
    (50007, 403, "Cannot send messages to this user"),
    (50008, 400, "Cannot send messages in a non-text channel"),
    (50013, 403, "Missing Permissions"),
    (50016, 400, "Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages."),
    (50021, 403, "Cannot execute action on a system message"),
    (50024, 400, "Cannot execute action on this channel type"),
    (50027, 401, "Invalid Webhook Token"),
    (50028, 400, "Invalid Role"),
    (50033, 400, "Invalid Recipient(s)"),
    (50034, 400, "You can only bulk delete messages that are under 14 days old."),
    (50035, 400, "Invalid Form Body"),
    (50109, 400, "The request body contains invalid JSON."),
    (50278, 403, "Cannot send messages to this user due to having no mutual guilds"),
];

impl Refused {
    /// The refusal with that code, in Discord's words.
    pub(super) fn code(code: u64) -> Self {
        let known = CODES.iter().find(|(known, ..)| *known == code);
        let (_, status, message) = known.copied().unwrap_or((code, 400, "An error occurred"));
        Self { status, code, message: message.to_owned(), errors: None }
    }

    /// One without a code: 401, 404, 405, 5xx.
    pub(super) fn status(status: u16) -> Self {
        let words = match status {
            401 => "401: Unauthorized",
            403 => "403: Forbidden",
            404 => "404: Not Found",
            405 => "405: Method Not Allowed",
            502 => "502: Bad Gateway",
            503 => "503: Service Unavailable",
            _ => "500: Internal Server Error",
        };
        Self { status, code: 0, message: words.to_owned(), errors: None }
    }

    pub(super) fn body(&self) -> Value {
        let mut body = json!({ "message": self.message, "code": self.code });
        if let Some(errors) = &self.errors {
            body["errors"] = errors.clone();
        }
        body
    }
}
