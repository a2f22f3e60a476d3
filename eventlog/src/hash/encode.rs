use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// A message under way to its hash, field by field: no two messages of the same
/// fields have one encoding.
pub(super) struct Message(Sha256);

impl Message {
    /// Begins a message with the name of its encoding.
    pub(super) fn new(name: &str) -> Self {
        let mut message = Self(Sha256::new());
        message.text(name);
        message
    }

    /// 8 bytes, big-endian.
    pub(super) fn number(&mut self, number: u64) {
        self.0.update(number.to_be_bytes());
    }

    /// Its length in bytes as a number, then its bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.update(bytes);
    }

    /// Its bytes in UTF-8.
    pub(super) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Microseconds since 1970, in two's complement.
    pub(super) fn time(&mut self, time: DateTime<Utc>) {
        self.number(time.timestamp_micros().cast_unsigned());
    }

    /// The number 0 for none; else the number 1 and what there is.
    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        match value {
            None => self.number(0),
            Some(value) => {
                self.number(1);
                write(self, value);
            }
        }
    }

    pub(super) fn hash(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// SHA-256 of a payload, as it is stored.
pub(super) fn payload_hash(payload: &str) -> [u8; 32] {
    Sha256::digest(payload.as_bytes()).into()
}
