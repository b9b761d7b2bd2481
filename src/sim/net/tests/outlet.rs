//! Compressed payloads come out as they went in, whatever their size.

use crate::sim::net::outlet::Outlet;
use axum::extract::ws::Message;
use flate2::{Decompress, FlushDecompress};
use proptest::prelude::*;

fn binary(message: Message) -> Vec<u8> {
    match message {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("a binary frame was expected, not {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_stream_keeps_every_payload(payloads in prop::collection::vec("\\PC{0,3000}", 1..5)) {
        let (mut outlet, mut zlib) = (Outlet::stream(), Decompress::new(true));
        for payload in payloads {
            let bytes = binary(outlet.write(payload.clone().into()));
            prop_assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
            let mut out = Vec::with_capacity(payload.len() + 64);
            zlib.decompress_vec(&bytes, &mut out, FlushDecompress::Sync).expect("zlib");
            prop_assert_eq!(out, payload.into_bytes());
        }
    }
}

#[test]
fn small_payloads_stay_text() {
    assert!(matches!(Outlet::Payload.write("{}".into()), Message::Text(text) if text == "{}"));
}
