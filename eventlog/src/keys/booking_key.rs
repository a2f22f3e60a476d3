use std::fmt;

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::ids::BookingId;
use zeroize::{Zeroize, Zeroizing};

use super::{KeyError, random};

/// Bytes of an XChaCha20-Poly1305 nonce: long enough to be drawn at random
/// under one master key for ever.
const NONCE_BYTES: usize = 24;

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
        let nonce: [u8; NONCE_BYTES] = random()?;
        let sealed = XChaCha20Poly1305::new(wrapping.into())
            .encrypt(
                XNonce::from_slice(&nonce),
                Payload {
                    msg: &self.0,
                    aad: booking.uuid().as_bytes(),
                },
            )
            .expect("32 bytes are within what the cipher takes");
        Ok(WrappedKey([nonce.as_slice(), &sealed].concat()))
    }
}

impl WrappedKey {
    pub(super) fn unwrap(
        &self,
        wrapping: &[u8; 32],
        booking: BookingId,
    ) -> Result<BookingKey, KeyError> {
        let (nonce, sealed) = self
            .0
            .split_at_checked(NONCE_BYTES)
            .ok_or(KeyError::DoesNotOpen)?;
        let opened = XChaCha20Poly1305::new(wrapping.into())
            .decrypt(
                XNonce::from_slice(nonce),
                Payload {
                    msg: sealed,
                    aad: booking.uuid().as_bytes(),
                },
            )
            .map_err(|_| KeyError::DoesNotOpen)?;
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
