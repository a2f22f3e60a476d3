use std::{fmt, str::FromStr};

use domain::partition::Partition;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Begins every hashed message of the chain.
const DOMAIN: &[u8] = b"slotkeeper/chain/1";

/// What stands for all rows of a partition up to a position.
///
/// At position 0 it is SHA-256 of `slotkeeper/chain/1` and the partition's number,
/// in 8 bytes, big-endian. At each further position it is SHA-256 of
/// `slotkeeper/chain/1`, the value before (32 bytes) and the row's hash (32 bytes),
/// which covers the position and all else that the row says. Written in
/// hexadecimal, 64 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ChainValue([u8; 32]);

/// Text that is no value of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits in lower case")]
pub struct ChainValueParseError;

impl ChainValue {
    /// Before the first row of a partition.
    pub fn start(partition: Partition) -> Self {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(u64::from(partition.get()).to_be_bytes());
        Self(hash.finalize().into())
    }

    /// After one more row, whose hash is this: of 32 bytes, where the log is whole.
    pub fn after(self, row_hash: &[u8]) -> Self {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(self.0);
        hash.update(row_hash);
        Self(hash.finalize().into())
    }

    /// The value as stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The value as it is stored.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ChainValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ChainValue {
    type Err = ChainValueParseError;

    /// Reads the one form that is written.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 64 || !text.bytes().all(digit) {
            return Err(ChainValueParseError);
        }
        let mut value = [0; 32];
        for (nth, byte) in value.iter_mut().enumerate() {
            let digits = text.get(2 * nth..2 * nth + 2).ok_or(ChainValueParseError)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| ChainValueParseError)?;
        }
        Ok(Self(value))
    }
}

impl TryFrom<String> for ChainValue {
    type Error = ChainValueParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ChainValue> for String {
    fn from(value: ChainValue) -> Self {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values come from another implementation of the text above: a seal must
    /// be checkable for ever.
    #[test]
    fn the_chain_is_fixed() {
        let start = ChainValue::start(Partition::new(3));
        assert_eq!(
            start.to_string(),
            "151b8fc7350626b99ebd04d090e4daeb0d810828548732fe4d898502d57f300a"
        );
        assert_eq!(
            start.after(&[7; 32]).to_string(),
            "858e4246b551a83acaee5e462e7c6c32f87c47c67bea485aeed2f6e8f5167453"
        );
    }

    #[test]
    fn a_value_reads_as_it_is_written_and_in_no_other_form() {
        let value = ChainValue::start(Partition::new(0)).after(&[1; 32]);
        let written = value.to_string();
        assert_eq!(written.parse(), Ok(value));
        let short = &written[1..];
        for text in ["", short, &written.to_uppercase(), &format!("+{short}")] {
            assert!(text.parse::<ChainValue>().is_err(), "{text:?}");
        }
    }
}
