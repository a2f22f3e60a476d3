use uuid::Uuid;

use crate::draw::Wish;

/// Who books, as ciphertext of the length that ours has for a name, an address
/// and no notes: every peer keeps as much with a booking as we do.
pub(crate) const ATTENDEE: &str = "c2VhbGVkIHVuZGVyIHRoZSBib29raW5nJ3Mgb3duIGtleSBhbmQga2VwdCBhcGFydCBmcm9tIHRoZSBsb2csIHNvIHRoYXQgZXJhc2luZyB0aGUga2V5IGVyYXNlcyB0aGU=";

/// The visitor who wishes: one of a thousand.
pub(crate) fn session(wish: &Wish) -> Uuid {
    Uuid::from_u128(0x8e03_978e_40d5_43dd_bc93_0000_0000_0000 | u128::from(wish.number % 1000))
}
