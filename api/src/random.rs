//! The one place where this crate draws lots.

use uuid::Uuid;

/// `N` random bytes from the system.
///
/// # Panics
///
/// When the system has no randomness, as `uuid` and every map of the standard
/// library do.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "a system without randomness can't sign either"
    )]
    getrandom::getrandom(&mut bytes).expect("the system has randomness");
    bytes
}

/// A random UUID of version 4.
pub(crate) fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(bytes()).into_uuid()
}

/// A random number up to and without `end`; 0 when that is 0.
pub(crate) fn below(end: u64) -> u64 {
    u64::from_le_bytes(bytes()).checked_rem(end).unwrap_or(0)
}
