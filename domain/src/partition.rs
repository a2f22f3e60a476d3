//! Which partition of the log owns a resource.

use std::{fmt, num::NonZeroU16};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::ResourceId;

/// One of the log's partitions, counted from 0.
///
/// All streams of a resource (its settings, its days, its bookings) share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Partition(u16);

impl Partition {
    /// The most partitions a log can have: they are stored as `smallint`.
    pub const COUNT_MAX: u16 = 1024;

    /// Partition `number`; whether a log has it is the log's to say.
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The partition of `resource` in a log of `count` partitions.
    ///
    /// The first eight bytes of SHA-256 of the id, big-endian, modulo `count`:
    /// fixed for all time, since it decides where a resource's history lies.
    ///
    /// ```
    /// use std::num::NonZeroU16;
    ///
    /// use domain::partition::Partition;
    ///
    /// let count = NonZeroU16::new(8).ok_or("none")?;
    /// assert_eq!(Partition::of(&"studio-a".parse()?, count), Partition::new(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(resource: &ResourceId, count: NonZeroU16) -> Self {
        let digest = Sha256::digest(resource.as_str());
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        let number = u64::from_be_bytes(first) % u64::from(count.get());
        #[expect(clippy::cast_possible_truncation, reason = "below count, a u16")]
        Self(number as u16)
    }

    /// The number, from 0.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
