//! Whether a text can be a bot's token, before it is sent anywhere.

use secrecy::SecretString;
use thiserror::Error;

/// Why a text cannot be a token. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenError {
    #[error("the token is empty: copy it from the Developer Portal (Bot → Reset Token)")]
    Empty,
    #[error(
        "this does not look like a bot's token (three parts with dots between): \
         copy it again from the Developer Portal (Bot → Reset Token)"
    )]
    Shape,
}

/// Takes a token as people paste it: blanks around it and a leading `Bot ` are dropped. The shape matters only
/// where `base` is Discord; a test server may use any word.
pub fn check(token: &str, base: &str) -> Result<SecretString, TokenError> {
    let token = token.trim();
    let token = token.strip_prefix("Bot ").unwrap_or(token).trim();
    if token.is_empty() {
        return Err(TokenError::Empty);
    }
    if is_discord(base) && !is_shaped(token) {
        return Err(TokenError::Shape);
    }
    Ok(SecretString::from(token))
}

/// Three parts in URL-safe base64: the bot's id, a time, a signature.
fn is_shaped(token: &str) -> bool {
    let is_base64 = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'='))
    };
    token.split('.').count() == 3 && token.split('.').all(is_base64)
}

/// Whether a `scheme://host[:port]` is Discord's own (also its canary and its old name).
pub fn is_discord(base: &str) -> bool {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    ["discord.com", "discordapp.com"]
        .iter()
        .any(|name| host == *name || host.strip_suffix(name).is_some_and(|sub| sub.ends_with('.')))
}
