//! The bytes of frames.

use bytes::Bytes;
use eventlog::GlobalPosition;

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

/// An id alone: everything up to it has been sent.
pub(super) fn id(position: GlobalPosition) -> Bytes {
    format!("id: {position}\n\n").into()
}
