use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use domain::{calendar::Timestamp, partition::Partition};
use eventlog::{Position, chain::ChainValue};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ReplayError;

/// The form of seals that is written, and the one that is read.
pub(super) const FORMAT: &str = "slotkeeper/seal/1";

/// A seal as it is written: docs/seal.md documents it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Seal {
    /// [`FORMAT`].
    pub(super) format: String,
    /// Which log it is of.
    pub(crate) log_id: Uuid,
    /// Which history of it.
    pub(super) epoch: String,
    /// When it was made, by the database's clock.
    pub(super) sealed_at: Timestamp,
    /// Every partition, from 0.
    pub(crate) partitions: Vec<SealedPartition>,
}

/// A partition as a seal has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SealedPartition {
    /// Its number.
    pub(super) partition: u16,
    /// Places in its chain, ascending; the last is its head. None where there were
    /// no events.
    pub(crate) points: Vec<SealedPoint>,
}

/// A place in a chain, and the chain's value there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SealedPoint {
    /// The position of the last row that the value stands for.
    pub(crate) position: u64,
    /// In hexadecimal.
    pub(crate) value: ChainValue,
}

impl SealedPoint {
    /// Where it is.
    pub(crate) const fn position(&self) -> Position {
        Position::new(self.position)
    }
}

impl SealedPartition {
    /// Up to where it is sealed.
    pub(crate) fn end(&self) -> Position {
        let last = self.points.last();
        last.map_or(Position::START, SealedPoint::position)
    }

    /// Its number.
    pub(crate) const fn partition(&self) -> Partition {
        Partition::new(self.partition)
    }
}

impl Seal {
    /// Reads a seal.
    ///
    /// # Errors
    ///
    /// [`ReplayError::NoSeal`] when the file can't be read or holds no seal of a
    /// form that we know.
    pub(crate) fn read(file: &Path) -> Result<Self, ReplayError> {
        let none = |reason: String| ReplayError::NoSeal {
            file: file.to_owned(),
            reason,
        };
        let text = fs::read_to_string(file).map_err(|error| none(error.to_string()))?;
        let seal: Self = serde_json::from_str(&text).map_err(|error| none(error.to_string()))?;
        if seal.format != FORMAT {
            return Err(none(format!("its form is {:?}", seal.format)));
        }
        let ascending = |points: &[SealedPoint]| {
            let mut pairs = points.windows(2);
            pairs.all(|pair| pair[0].position < pair[1].position)
        };
        if !seal.partitions.iter().all(|of| ascending(&of.points)) {
            return Err(none("its positions do not ascend".into()));
        }
        Ok(seal)
    }

    /// Writes the seal, to a file that is not there yet.
    ///
    /// # Errors
    ///
    /// [`ReplayError::File`].
    pub(super) fn write(&self, file: &Path) -> Result<(), ReplayError> {
        let mut text = serde_json::to_string_pretty(self).map_err(std::io::Error::other)?;
        text.push('\n');
        let written = File::create_new(file).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        });
        written.map_err(|source| ReplayError::File {
            path: file.to_owned(),
            source,
        })
    }

    /// Whether it covers no event.
    pub(crate) fn is_empty(&self) -> bool {
        self.partitions.iter().all(|of| of.points.is_empty())
    }

    /// When it was made, by the database's clock.
    pub(crate) const fn sealed_at(&self) -> Timestamp {
        self.sealed_at
    }

    /// The sealed places of a partition, ascending.
    pub(crate) fn points(&self, partition: Partition) -> &[SealedPoint] {
        let mut all = self.partitions.iter();
        let found = all.find(|sealed| sealed.partition() == partition);
        found.map_or(&[], |sealed| &sealed.points)
    }
}
