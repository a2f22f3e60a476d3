use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{partition::Partition, text};

use super::{IdError, IdempotencyKey, ResourceId, SessionId, hyphenated};

/// A booking, by a UUID of version 8 whose first 16 bits are its partition, so
/// that every look-up knows where to go.
///
/// ```
/// use domain::{ids::BookingId, partition::Partition};
///
/// let booking = BookingId::from_bits(Partition::new(5), [0xff; 16]);
/// assert_eq!(booking.to_string(), "0005ffff-ffff-8fff-bfff-ffffffffffff");
/// assert_eq!(booking.partition(), Partition::new(5));
/// assert!(booking.to_string().parse::<BookingId>().is_ok());
/// assert!("0005ffff-ffff-4fff-bfff-ffffffffffff".parse::<BookingId>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct BookingId(Uuid);

impl BookingId {
    /// The booking that `session` asks for under `key`: the same three name
    /// the same booking on every node and at every try.
    pub fn derive(
        partition: Partition,
        session: SessionId,
        resource: &ResourceId,
        key: &IdempotencyKey,
    ) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"slotkeeper/booking-id/1\0");
        hash.update(session.uuid().as_bytes());
        // No legal resource id holds a zero byte, so the two texts can't run together.
        hash.update(resource.as_str());
        hash.update(b"\0");
        hash.update(key.as_str());
        let digest = hash.finalize();
        let mut bits = [0; 16];
        bits.copy_from_slice(&digest[..16]);
        Self::from_bits(partition, bits)
    }

    /// A booking without a key, from 16 random bytes.
    pub fn from_bits(partition: Partition, mut bits: [u8; 16]) -> Self {
        bits[..2].copy_from_slice(&partition.get().to_be_bytes());
        Self(uuid::Builder::from_custom_bytes(bits).into_uuid())
    }

    /// The partition that owns the booking, if the id is of this log.
    pub fn partition(self) -> Partition {
        let bytes = self.0.as_bytes();
        Partition::new(u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    /// The id's sixteen bytes.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl TryFrom<Uuid> for BookingId {
    type Error = IdError;

    fn try_from(id: Uuid) -> Result<Self, Self::Error> {
        let ours = id.get_version_num() == 8 && id.get_variant() == uuid::Variant::RFC4122;
        if ours {
            Ok(Self(id))
        } else {
            Err(IdError::Booking)
        }
    }
}

impl fmt::Display for BookingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for BookingId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        hyphenated(text)?.try_into()
    }
}

impl<'de> Deserialize<'de> for BookingId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::deserialize(deserializer, "a booking id in the form of a UUID")
    }
}
