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

    /// The position `number`.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The position `count` events further on.
    pub const fn plus(self, count: u64) -> Self {
        Self(self.0 + count)
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

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('.');
        let mut part = || parts.next().ok_or(PositionParseError);
        let (epoch, partition, position) = (part()?, part()?, part()?);
        if parts.next().is_some() {
            return Err(PositionParseError);
        }
        Ok(Self {
            epoch: epoch.parse().map_err(|_| PositionParseError)?,
            partition: Partition::new(partition.parse().map_err(|_| PositionParseError)?),
            position: Position::new(position.parse().map_err(|_| PositionParseError)?),
        })
    }
}
