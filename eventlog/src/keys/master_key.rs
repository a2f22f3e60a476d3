use std::{fmt, str::FromStr};

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Wraps the keys of bookings. 32 bytes; the same on every node of a database.
///
/// Overwritten in memory when dropped, and never printed.
///
/// ```
/// use eventlog::MasterKey;
///
/// let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
/// let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// assert_eq!(hex.parse::<MasterKey>()?, base64.parse::<MasterKey>()?);
/// assert!("secret".parse::<MasterKey>().is_err());
/// # Ok::<(), eventlog::MasterKeyParseError>(())
/// ```
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

/// Text that is no master key. Does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes, as 64 hexadecimal digits or in base64")]
pub struct MasterKeyParseError;

impl MasterKey {
    /// From 32 bytes, which nobody should be able to guess.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key of its own for each purpose: HMAC-SHA256 of the purpose's name.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.authenticate(purpose.as_bytes())
    }

    /// The master key's bytes: for storing it where nobody else can read it.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn authenticate(&self, message: &[u8]) -> [u8; 32] {
        mac(&self.0, message)
    }
}

/// HMAC-SHA256.
pub(crate) fn mac(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of every length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}

impl PartialEq for MasterKey {
    /// In constant time.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for MasterKey {}

impl Drop for MasterKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl FromStr for MasterKey {
    type Err = MasterKeyParseError;

    /// Reads 64 hexadecimal digits, or base64 in either alphabet, padded or not.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = Zeroizing::new(
            if text.len() == 64 {
                from_hex(text)
            } else {
                from_base64(text)
            }
            .ok_or(MasterKeyParseError)?,
        );
        let bytes = <[u8; 32]>::try_from(bytes.as_slice());
        bytes.map(Self).map_err(|_| MasterKeyParseError)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = text.as_bytes().chunks_exact(2);
    let bytes = pairs.map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok());
    bytes.collect()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabets = [base64::alphabet::STANDARD, base64::alphabet::URL_SAFE];
    alphabets
        .iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok())
}
