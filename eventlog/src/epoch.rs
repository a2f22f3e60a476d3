use std::{fmt, str::FromStr};

/// Which history of which log a position belongs to: 64 bits of SHA-256 over
/// the log's id, its count of restores and PostgreSQL's timeline. Hexadecimal,
/// 16 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of these three.
    pub fn new(_log: uuid::Uuid, _restores: i32, _timeline: &str) -> Self {
        todo!()
    }
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Epoch {
    type Err = crate::PositionParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 16 {
            return Err(crate::PositionParseError);
        }
        let bits = u64::from_str_radix(text, 16).map_err(|_| crate::PositionParseError)?;
        Ok(Self(bits))
    }
}
