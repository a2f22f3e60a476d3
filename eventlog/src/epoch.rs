use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::PositionParseError;

/// Which history of which log a position belongs to: 64 bits of SHA-256 over
/// the log's id, its count of restores and PostgreSQL's timeline. Hexadecimal,
/// 16 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of these three.
    pub fn new(log: Uuid, restores: i32, timeline: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"slotkeeper/epoch/1\0");
        hash.update(log.as_bytes());
        hash.update(restores.to_be_bytes());
        hash.update(timeline);
        let digest = hash.finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        Self(u64::from_be_bytes(first))
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Epoch {
    type Err = PositionParseError;

    /// Reads the one form that is written: 16 digits, lower case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 16 || !text.bytes().all(digit) {
            return Err(PositionParseError);
        }
        let bits = u64::from_str_radix(text, 16).map_err(|_| PositionParseError)?;
        Ok(Self(bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_the_three_makes_another_epoch() {
        let log = Uuid::from_u128(1);
        let epoch = Epoch::new(log, 0, "00000001");
        assert_eq!(epoch, Epoch::new(log, 0, "00000001"));
        assert_ne!(epoch, Epoch::new(Uuid::from_u128(2), 0, "00000001"));
        assert_ne!(epoch, Epoch::new(log, 1, "00000001"));
        assert_ne!(epoch, Epoch::new(log, 0, "00000002"));
    }

    #[test]
    fn an_epoch_reads_as_it_is_written_and_in_no_other_form() {
        let epoch = Epoch(0xab);
        assert_eq!("00000000000000ab".parse(), Ok(epoch));
        for text in [
            "",
            "ab",
            "00000000000000AB",
            "+0000000000000ab",
            "00000000000000ag",
        ] {
            assert!(text.parse::<Epoch>().is_err(), "{text:?}");
        }
    }
}
