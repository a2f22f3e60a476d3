use std::{fmt, str::FromStr};

use domain::{calendar::Timestamp, partition::Partition};

use crate::Epoch;

/// An event's place in its partition: 1 for the first, no gaps; 0 stands before
/// the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(u64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);

    /// The last that the database can count.
    const MAX: u64 = i64::MAX.unsigned_abs();

    /// The position `number`, at most 2^63 - 1.
    pub const fn new(number: u64) -> Self {
        Self(if number > Self::MAX {
            Self::MAX
        } else {
            number
        })
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position `count` events further on.
    pub const fn plus(self, count: u64) -> Self {
        Self::new(self.0.saturating_add(count))
    }
}

impl TryFrom<i64> for Position {
    type Error = std::num::TryFromIntError;

    /// A position as the database has it.
    fn try_from(number: i64) -> Result<Self, Self::Error> {
        u64::try_from(number).map(Self::new)
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an append left at a partition's end: fresh and random each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Tip(pub i64);

impl Tip {
    /// No append's: stands before the first event, and within an append.
    pub const NONE: Self = Self(0);

    /// A fresh one; never [`Self::NONE`].
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 8];
        getrandom::getrandom(&mut bytes)?;
        let tip = i64::from_be_bytes(bytes);
        Ok(if tip == 0 { Self(1) } else { Self(tip) })
    }
}

/// The end of a partition as somebody saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Of the last event.
    pub position: Position,
    /// What the last append left.
    pub tip: Tip,
    /// When the last event was recorded.
    pub last_at: Timestamp,
}

impl Head {
    /// The end of a partition without events.
    pub const START: Self = Self {
        position: Position::START,
        tip: Tip::NONE,
        last_at: Timestamp::EPOCH,
    };
}

/// A position as it leaves the house: `EPOCH.PARTITION.POSITION`, opaque to
/// clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct GlobalPosition {
    /// Of which history of which log.
    pub epoch: Epoch,
    /// In which partition.
    pub partition: Partition,
    /// Where in it.
    pub position: Position,
}

/// Text that is no position of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a position of the form EPOCH.PARTITION.POSITION")]
pub struct PositionParseError;

impl fmt::Display for GlobalPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.epoch, self.partition, self.position)
    }
}

impl FromStr for GlobalPosition {
    type Err = PositionParseError;

    /// Reads the one form that is written.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '.');
        let mut part = || parts.next().ok_or(PositionParseError);
        let (epoch, partition, position) = (part()?, part()?, part()?);
        let read = Self {
            epoch: epoch.parse()?,
            partition: Partition::new(partition.parse().map_err(|_| PositionParseError)?),
            position: Position::new(position.parse().map_err(|_| PositionParseError)?),
        };
        // Numbers have other forms too: 07, +7, and more than can be counted.
        if read.to_string() == text {
            Ok(read)
        } else {
            Err(PositionParseError)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_position_reads_as_it_is_written(epoch: u64, partition: u16, position in 0..=Position::MAX) {
            let position = GlobalPosition {
                epoch: format!("{epoch:016x}").parse().expect("an epoch"),
                partition: Partition::new(partition),
                position: Position::new(position),
            };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text: String) {
            let read = text.parse::<GlobalPosition>();
            prop_assert!(read.is_err_and(|error| error == PositionParseError));
        }
    }

    #[test]
    fn other_forms_of_a_position_are_refused() {
        assert!("00000000000000ab.3.42".parse::<GlobalPosition>().is_ok());
        for text in [
            "",
            "00000000000000ab",
            "00000000000000ab.3",
            "00000000000000ab.3.42.1",
            "00000000000000ab.3.042",
            "00000000000000ab.+3.42",
            "00000000000000ab.3.-1",
            "00000000000000ab.65536.42",
            "00000000000000ab.3.9223372036854775808",
            "00000000000000ab.3.18446744073709551616",
            "ab.3.42",
        ] {
            assert!(text.parse::<GlobalPosition>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn positions_end_where_the_database_stops_counting() {
        let last = Position::new(u64::MAX);
        assert_eq!(last.get(), i64::MAX.unsigned_abs());
        assert_eq!(last.plus(1), last);
    }
}
