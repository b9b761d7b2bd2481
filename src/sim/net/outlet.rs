//! How a payload leaves: as text, or compressed the way the client asked for.

use axum::extract::ws::{Message, Utf8Bytes};
use flate2::{Compress, Compression, FlushCompress};

/// Payloads below this many bytes are not worth compressing on their own.
const WORTH_COMPRESSING: usize = 8 * 1024;

/// One way of writing payloads; a connection has one.
pub enum Outlet {
    Plain,
    /// `"compress": true` of IDENTIFY: large payloads are a zlib stream each.
    Payload,
    /// `?compress=zlib-stream`: all payloads share one zlib stream, each flushed so that it ends in `00 00 FF FF`.
    Stream(Box<Compress>),
}

impl Outlet {
    pub fn stream() -> Self {
        Self::Stream(Box::new(Compress::new(Compression::fast(), true)))
    }

    pub fn write(&mut self, payload: Utf8Bytes) -> Message {
        match self {
            Self::Stream(zlib) => Message::binary(deflate(zlib, payload.as_bytes(), FlushCompress::Sync)),
            Self::Payload if payload.len() >= WORTH_COMPRESSING => {
                let mut zlib = Compress::new(Compression::fast(), true);
                Message::binary(deflate(&mut zlib, payload.as_bytes(), FlushCompress::Finish))
            }
            Self::Plain | Self::Payload => Message::Text(payload),
        }
    }
}

/// Compresses all of it; `compress_vec` writes only into spare capacity, so room is made until zlib leaves some over.
fn deflate(zlib: &mut Compress, bytes: &[u8], flush: FlushCompress) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 2 + 64);
    let start = zlib.total_in();
    loop {
        let done = usize::try_from(zlib.total_in() - start).unwrap_or(bytes.len());
        let status = zlib.compress_vec(&bytes[done..], &mut out, flush).expect("memory is zlib's only need");
        let consumed = zlib.total_in() - start == bytes.len() as u64;
        if status == flate2::Status::StreamEnd || (consumed && out.len() < out.capacity()) {
            return out;
        }
        out.reserve(out.capacity().max(64));
    }
}
