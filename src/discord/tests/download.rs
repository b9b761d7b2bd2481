//! Downloads: how far they go.

use super::fake::{Answer, Fake};
use crate::discord::adapter::Adapter;
use crate::discord::rest::Rest;
use crate::flow::port::Http;
use crate::flow::refusal::Refusal;
use secrecy::SecretString;

async fn get(fake: &Fake, url: &str, limit: usize) -> Result<Vec<u8>, Refusal> {
    Adapter::new(Rest::new(&fake.base, SecretString::from("t"))).get(url, limit).await
}

#[tokio::test]
async fn a_body_within_the_limit_arrives() {
    let fake = Fake::start().await;
    fake.next("GET /file", Answer::text(200, "12345"));
    assert_eq!(get(&fake, &format!("{}/file", fake.base), 5).await.unwrap(), b"12345");
    assert_eq!(fake.seen()[0].header("authorization"), "", "the token went along");
}

#[tokio::test]
async fn a_longer_body_is_refused() {
    let fake = Fake::start().await;
    fake.next("GET /file", Answer::text(200, "123456"));
    let refusal = get(&fake, &format!("{}/file", fake.base), 5).await.unwrap_err();
    assert_eq!((refusal.status, refusal.message.as_str()), (413, "the download is larger than 5 bytes"));
}

#[tokio::test]
async fn a_body_of_unknown_length_is_cut_off() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let fake = Fake::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/endless", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await;
        let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n").await;
        while socket.write_all(&[b'x'; 1024]).await.is_ok() {}
    });
    assert_eq!(get(&fake, &url, 10_000).await.unwrap_err().status, 413);
}

#[tokio::test]
async fn a_redirect_is_followed_within_the_host_only() {
    let (fake, other) = (Fake::start().await, Fake::start().await);
    fake.next("GET /near", Answer::text(302, "").header("location", "/file"));
    fake.next("GET /file", Answer::text(200, "here"));
    fake.next("GET /far", Answer::text(302, "").header("location", format!("{}/file", other.base)));
    assert_eq!(get(&fake, &format!("{}/near", fake.base), 100).await.unwrap(), b"here");
    let refusal = get(&fake, &format!("{}/far", fake.base), 100).await.unwrap_err();
    assert_eq!(refusal.message, "the download leads to another host");
    assert!(other.seen().is_empty());
}

#[tokio::test]
async fn only_web_addresses_are_downloaded() {
    let fake = Fake::start().await;
    for url in ["file:///etc/passwd", "ftp://127.0.0.1/x", "no address"] {
        assert_eq!(get(&fake, url, 100).await.unwrap_err().status, 400, "{url}");
    }
}
