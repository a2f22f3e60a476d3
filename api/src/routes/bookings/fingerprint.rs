use domain::{
    booking::RequestFingerprint,
    calendar::{SeatCount, Span},
    ids::ResourceId,
};
use hmac::Mac;

use crate::{auth::mac, hex};

use super::attendee::Attendee;

/// Names the encoding below: another one needs another name.
const VERSION: &[u8] = b"slotkeeper/booking-request/1";

/// A keyed hash of a booking's request: the same for the same request, however
/// its JSON was written, and without the key it tells nothing of the person.
pub(super) fn fingerprint(
    key: &[u8; 32],
    (resource, span, quantity): (&ResourceId, Span, SeatCount),
    attendee: &Attendee,
) -> RequestFingerprint {
    let (notes, has_notes) = match &attendee.notes {
        Some(notes) => (notes.as_str(), [1]),
        None => ("", [0]),
    };
    let seats = quantity.get().to_be_bytes();
    let parts: [&[u8]; 9] = [
        VERSION,
        resource.as_str().as_bytes(),
        &span.start().ms().to_be_bytes(),
        &span.length().minutes().to_be_bytes(),
        attendee.name.as_bytes(),
        attendee.email.as_bytes(),
        &has_notes,
        notes.as_bytes(),
        &seats,
    ];
    // One seat is no part: what was asked for before there were several is the same.
    let parts = if quantity.is_one() {
        &parts[..8]
    } else {
        &parts
    };
    let digest = mac(key, parts).finalize().into_bytes();
    RequestFingerprint(hex::encode(&digest))
}
