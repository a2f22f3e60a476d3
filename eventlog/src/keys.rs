use domain::{booking::SealedAttendee, ids::BookingId};

/// Wraps the keys of bookings. 32 bytes; the same on every node of a database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// From 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key of its own for each purpose, by HMAC-SHA256 over the purpose's name.
    pub fn derive(&self, _purpose: &str) -> [u8; 32] {
        let _ = self.0;
        todo!()
    }
}

/// The key of one booking's attendee.
pub struct BookingKey([u8; 32]);

impl std::fmt::Debug for BookingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _ = self.0;
        f.write_str("BookingKey(…)")
    }
}

/// A booking's key under the master key: XChaCha20-Poly1305, nonce first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey(pub Vec<u8>);

/// Why something sealed does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not sealed under this key, or changed since.
    #[error("sealed data does not open")]
    DoesNotOpen,
    /// The system gave no randomness.
    #[error("no randomness")]
    NoRandomness,
}

/// Seals and opens attendees, each under its booking's own key.
#[derive(Debug, Clone)]
pub struct AttendeeCipher {
    _master: MasterKey,
}

impl AttendeeCipher {
    /// With the keys of bookings wrapped by `master`.
    pub const fn new(master: MasterKey) -> Self {
        Self { _master: master }
    }

    /// Seals `plain` for `booking` under a fresh key.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    pub fn seal(
        &self,
        _booking: BookingId,
        _plain: &[u8],
    ) -> Result<(SealedAttendee, WrappedKey), KeyError> {
        todo!()
    }

    /// Opens what [`Self::seal`] sealed for `booking`.
    ///
    /// # Errors
    ///
    /// [`KeyError::DoesNotOpen`].
    pub fn open(
        &self,
        _booking: BookingId,
        _sealed: &SealedAttendee,
        _key: &WrappedKey,
    ) -> Result<Vec<u8>, KeyError> {
        todo!()
    }
}
