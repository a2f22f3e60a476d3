use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::ids::BookingId;
use eventlog::MasterKey;
use hmac::Mac;

use super::mac;

/// Derives and checks the tokens that let their bearers manage a booking.
///
/// A token is a keyed hash of the booking's id: stored nowhere, and the same
/// each time the booking's first answer is given.
pub(crate) struct ManageTokens {
    key: [u8; 32],
}

impl ManageTokens {
    pub(crate) fn new(master: &MasterKey) -> Self {
        Self {
            key: master.derive("manage-token"),
        }
    }

    /// The booking's token.
    pub(crate) fn of(&self, booking: BookingId) -> String {
        let token = self.mac(booking).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether `candidate` is the booking's token; takes as long either way.
    pub(crate) fn is(&self, candidate: &str, booking: BookingId) -> bool {
        let candidate = URL_SAFE_NO_PAD.decode(candidate).unwrap_or_default();
        self.mac(booking).verify_slice(&candidate).is_ok()
    }

    fn mac(&self, booking: BookingId) -> hmac::Hmac<sha2::Sha256> {
        mac(&self.key, &[booking.uuid().as_bytes()])
    }
}
