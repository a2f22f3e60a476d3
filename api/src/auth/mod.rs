//! Who asks: visitors by signed tokens, operators by keys, holders of a booking
//! by its manage token. All of it is checked without a query.

mod bearer;
mod extract;
mod key_file;
mod keyring;
mod manage_token;
mod secret;
mod session_token;
mod shared_key;

pub(crate) use extract::{Admin, Auditor, Manager, ManagerCredentials, Session};
pub use keyring::KeyringError;
pub(crate) use keyring::{FoundKeys, Keyring};
use manage_token::ManageTokens;
pub use secret::Secret;
use session_token::{SessionTokens, TokenError};
use shared_key::SharedKey;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A keyed hash of `parts`, each told from the next by its length.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}
