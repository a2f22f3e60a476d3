use std::fmt;

use domain::ids::BookingId;
use zeroize::{Zeroize, Zeroizing};

use super::{
    KeyError,
    aead::{LONG_NONCE_BYTES, Sealer, TAG_BYTES},
    random,
};

/// The key of one booking's attendee. Overwritten in memory when dropped.
pub struct BookingKey([u8; 32]);

/// A booking's key under the master key: the nonce of XChaCha20-Poly1305, then
/// the ciphertext, bound to the booking's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

impl BookingKey {
    /// A fresh one.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    pub fn generate() -> Result<Self, KeyError> {
        random().map(Self)
    }

    pub(super) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Wraps it for `booking` under `wrapping`, a key derived from the master key.
    pub(super) fn wrap(
        &self,
        wrapping: &[u8; 32],
        booking: BookingId,
    ) -> Result<WrappedKey, KeyError> {
        let nonce: [u8; LONG_NONCE_BYTES] = random()?;
        let seal = Sealer::long(wrapping, &nonce);
        let wrapped = seal.close(&nonce, booking.uuid().as_bytes(), &self.0);
        Ok(WrappedKey(wrapped))
    }
}

impl WrappedKey {
    /// Bytes of every wrapped key: the nonce, the key and what tells that it is whole.
    pub const BYTES: usize = LONG_NONCE_BYTES + 32 + TAG_BYTES;

    pub(super) fn unwrap(
        &self,
        wrapping: &[u8; 32],
        booking: BookingId,
    ) -> Result<BookingKey, KeyError> {
        let (nonce, sealed) = self.0.split_first_chunk().ok_or(KeyError::DoesNotOpen)?;
        let opened = Sealer::long(wrapping, nonce).open(booking.uuid().as_bytes(), sealed)?;
        let opened = Zeroizing::new(opened);
        let bytes = opened.as_slice().try_into();
        bytes.map(BookingKey).map_err(|_| KeyError::DoesNotOpen)
    }
}

impl Drop for BookingKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for BookingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BookingKey(…)")
    }
}
