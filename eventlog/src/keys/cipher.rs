use std::{fmt, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{booking::SealedAttendee, ids::BookingId};
use zeroize::Zeroizing;

use super::{
    BookingKey, KeyError, MasterKey, WrappedKey,
    aead::{NONCE_BYTES, Sealer},
    random,
};

/// Names the key that wraps the keys of bookings. Changing it makes every
/// attendee unreadable.
const PURPOSE: &str = "slotkeeper/booking-keys/1";

/// Seals and opens attendees, each under its booking's own key.
///
/// Sealed is base64 of nonce and ciphertext by ChaCha20-Poly1305, bound to the
/// booking's id: it opens for no other booking. Cheap to clone.
#[derive(Clone)]
pub struct AttendeeCipher {
    wrapping: Arc<Zeroizing<[u8; 32]>>,
}

impl AttendeeCipher {
    /// With the keys of bookings wrapped by `master`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the caller need not keep the key"
    )]
    pub fn new(master: MasterKey) -> Self {
        Self {
            wrapping: Arc::new(Zeroizing::new(master.derive(PURPOSE))),
        }
    }

    /// Seals `plain` for `booking` under a fresh key.
    ///
    /// # Errors
    ///
    /// [`KeyError::NoRandomness`].
    ///
    /// # Panics
    ///
    /// On more than 256 GiB, which no attendee takes.
    pub fn seal(
        &self,
        booking: BookingId,
        plain: &[u8],
    ) -> Result<(SealedAttendee, WrappedKey), KeyError> {
        let key = BookingKey::generate()?;
        let nonce: [u8; NONCE_BYTES] = random()?;
        let seal = Sealer::new(key.bytes(), nonce);
        let sealed = seal.close(&nonce, booking.uuid().as_bytes(), plain);
        let text = BASE64_STANDARD.encode(&sealed);
        Ok((SealedAttendee(text), key.wrap(&self.wrapping, booking)?))
    }

    /// Opens what [`Self::seal`] sealed for `booking`.
    ///
    /// # Errors
    ///
    /// [`KeyError::DoesNotOpen`].
    pub fn open(
        &self,
        booking: BookingId,
        sealed: &SealedAttendee,
        key: &WrappedKey,
    ) -> Result<Vec<u8>, KeyError> {
        let key = key.unwrap(&self.wrapping, booking)?;
        let bytes = BASE64_STANDARD
            .decode(&sealed.0)
            .map_err(|_| KeyError::DoesNotOpen)?;
        let (nonce, sealed) = bytes.split_first_chunk().ok_or(KeyError::DoesNotOpen)?;
        Sealer::new(key.bytes(), *nonce).open(booking.uuid().as_bytes(), sealed)
    }

    /// Whether a key is `booking`'s, under this master key.
    pub fn opens_key(&self, booking: BookingId, key: &WrappedKey) -> bool {
        key.unwrap(&self.wrapping, booking).is_ok()
    }
}

impl fmt::Debug for AttendeeCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AttendeeCipher(…)")
    }
}
