//! The keys that seal what is personal in the log.
//!
//! Each booking's attendee is sealed under a key of its own, which lies beside
//! the log, wrapped by the master key. Erasing that key erases the person and
//! leaves the history.

mod aead;
mod booking_key;
mod cipher;
mod master_key;

pub use booking_key::{BookingKey, WrappedKey};
pub use cipher::AttendeeCipher;
pub(crate) use master_key::mac;
pub use master_key::{MasterKey, MasterKeyParseError};

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

/// Bytes nobody can guess.
fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).map_err(|_| KeyError::NoRandomness)?;
    Ok(bytes)
}
