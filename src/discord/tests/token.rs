//! Tokens: what is taken for one.

use crate::discord::token::{TokenError, check};
use secrecy::ExposeSecret;

const DISCORD: &str = "https://discord.com";
const SHAPED: &str = "MTE5ODYyMjQ4MzQ3MTkyNTI0OA.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs-_";

#[test]
fn a_token_is_taken_as_people_paste_it() {
    for text in [SHAPED.to_owned(), format!(" {SHAPED}\n"), format!("Bot {SHAPED}")] {
        assert_eq!(check(&text, DISCORD).unwrap().expose_secret(), SHAPED);
    }
}

#[test]
fn what_cannot_be_a_token_is_not_sent_to_discord() {
    assert_eq!(check("  ", DISCORD).unwrap_err(), TokenError::Empty);
    for text in ["hunter2", "a.b", "a..c", "a.b.c.d", "a.b.c d", "a.b.c\nd"] {
        let error = check(text, DISCORD).unwrap_err();
        assert_eq!(error, TokenError::Shape, "{text}");
        assert!(!error.to_string().contains("hunter2"));
    }
}

#[test]
fn a_test_server_takes_any_word() {
    assert!(check("hunter2", "http://127.0.0.1:4000").is_ok());
    assert_eq!(check("", "http://127.0.0.1:4000").unwrap_err(), TokenError::Empty);
    assert!(check("hunter2", "https://discord.com.example.org").is_ok());
    assert!(check("hunter2", "https://canary.discord.com").is_err());
}

#[test]
fn a_token_does_not_show() {
    assert!(!format!("{:?}", check(SHAPED, DISCORD).unwrap()).contains("MTE5"));
}
