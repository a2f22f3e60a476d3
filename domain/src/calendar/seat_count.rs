use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

/// The most seats that a quarter hour can carry.
pub const SEATS_MAX: u16 = 1_000;

/// A number of seats: 1 to 1,000. How many a quarter hour carries, or how many one hold
/// or booking takes.
///
/// Serialised as a number.
///
/// ```
/// use domain::calendar::SeatCount;
///
/// assert_eq!(SeatCount::new(3).map(SeatCount::get), Some(3));
/// assert!(SeatCount::new(0).is_none());
/// assert!(SeatCount::new(1_001).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SeatCount(u16);

impl SeatCount {
    /// One: what a resource carries, and what is taken, unless something else is said.
    pub const ONE: Self = Self(1);
    /// The most.
    pub const MAX: Self = Self(SEATS_MAX);

    /// This many, if they are 1 to 1,000.
    pub const fn new(seats: u16) -> Option<Self> {
        match seats {
            1..=SEATS_MAX => Some(Self(seats)),
            _ => None,
        }
    }

    /// How many.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// Whether it is one.
    pub const fn is_one(&self) -> bool {
        self.0 == 1
    }
}

impl Default for SeatCount {
    fn default() -> Self {
        Self::ONE
    }
}

impl fmt::Display for SeatCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            1 => f.write_str("1 seat"),
            seats => write!(f, "{seats} seats"),
        }
    }
}

impl<'de> Deserialize<'de> for SeatCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_u16(Number)
    }
}

struct Number;

impl de::Visitor<'_> for Number {
    type Value = SeatCount;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of seats from 1 to {SEATS_MAX}")
    }

    fn visit_u64<E: de::Error>(self, seats: u64) -> Result<SeatCount, E> {
        let count = u16::try_from(seats).ok().and_then(SeatCount::new);
        count.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(seats), &self))
    }
}
