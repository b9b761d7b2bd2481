//! The tap's door: who is let in.

use crate::discord::identify::Pace;
use crate::discord::line::Trunk;
use crate::discord::rest::Rest;
use crate::discord::tap::Tap;
use crate::discord::upstream::Upstream;
use secrecy::SecretString;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

async fn open() -> (Arc<Trunk>, Tap) {
    let trunk = Arc::new(Trunk {
        rest: Rest::new("http://127.0.0.1:9", SecretString::from("t")),
        token: SecretString::from("t"),
        intents: 0,
        events: mpsc::channel(1).0,
        fatal: mpsc::channel(1).0,
        pace: Pace::default(),
        cancel: CancellationToken::new(),
    });
    let tap = Tap::open(Arc::clone(&trunk), 0..1).await.unwrap();
    (trunk, tap)
}

#[tokio::test]
async fn it_listens_on_loopback_and_knows_one_path() {
    let (trunk, tap) = open().await;
    let url = tap.http();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let (root, secret) = url.rsplit_once('/').unwrap();
    assert_eq!(secret.len(), 32);
    let web = reqwest::Client::builder().no_proxy().build().unwrap();
    let status = async |url: String| web.get(url).send().await.unwrap().status().as_u16();
    assert_eq!(status(format!("{url}/api/v10/gateway")).await, 200);
    assert_eq!(status(format!("{root}/api/v10/gateway")).await, 404);
    assert_eq!(status(format!("{root}/{}/line/0", "0".repeat(32))).await, 404);
    drop(web);
    trunk.cancel.cancel();
    timeout(super::fake::LONG, tap.closed()).await.expect("it does not close");
}

#[tokio::test]
async fn the_real_discord_is_spoken_to_in_cipher_only() {
    assert!(Upstream::connect("ws://127.0.0.1:9", "https://discord.com").await.is_err());
}

/// A server that speaks no TLS: the handshake fails, and nothing panics for want of a provider of ciphers.
#[tokio::test]
async fn the_cipher_is_there() {
    let fake = super::fake::Fake::start().await;
    let url = format!("wss://{}/gateway", fake.address);
    assert!(timeout(super::fake::LONG, Upstream::connect(&url, &fake.base)).await.unwrap().is_err());
}
