//! The bytes of frames.

use bytes::Bytes;
use projections::live::ViewerPosition;

/// Room for an id alone: an epoch, and some partitions with their positions.
const ID_BYTES: usize = 128;

/// A comment: breaks a silence and carries nothing.
pub(super) const KEEP_ALIVE: Bytes = Bytes::from_static(b":\n\n");

/// The first bytes of a stream: a comment that says what it is, and when to come
/// back should it break.
pub(super) fn opening(retry_ms: u64) -> Bytes {
    format!(": slotkeeper\nretry: {retry_ms}\n\n").into()
}

/// When to come back.
pub(super) fn retry(ms: u64) -> Bytes {
    format!("retry: {ms}\n\n").into()
}

/// Tells the viewer to forget what it knows. The data is there because an event
/// without any is never dispatched.
pub(super) const RESET: Bytes = Bytes::from_static(b"event: reset\ndata: {}\n\n");

/// The same to a viewer of days, with an id that can't be placed: who is cut before the
/// next id comes back with this one, and not with that of before, which may be placeable
/// by then although the viewer has forgotten its days.
pub(super) const RESET_DAYS: Bytes = Bytes::from_static(b"event: reset\nid: reset\ndata: {}\n\n");

/// What is sent at once: whole frames.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(super) bytes: Bytes,
    /// How many they are.
    pub(super) frames: u64,
}

impl From<Bytes> for Chunk {
    /// One frame.
    fn from(bytes: Bytes) -> Self {
        Self { bytes, frames: 1 }
    }
}

/// A round: its frames, and after them an id alone, up to which everything has been
/// sent. In one piece, since each piece costs a viewer as much as all of its bytes.
pub(super) fn round(frames: &[Bytes], id: &ViewerPosition) -> Chunk {
    let mut text = Vec::with_capacity(frames.iter().map(Bytes::len).sum::<usize>() + ID_BYTES);
    for frame in frames {
        text.extend_from_slice(frame);
    }
    text.extend_from_slice(format!("id: {id}\n\n").as_bytes());
    Chunk {
        bytes: text.into(),
        frames: frames.len() as u64 + 1,
    }
}
