//! Names of things. Made at the rim, where randomness is allowed.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::partition::Partition;

/// Why text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a resource's id.
    #[error(
        "a resource id is 1 to 64 lower-case letters, digits, '-', '_' or '.', and begins with a letter or digit"
    )]
    Resource,
    /// Not a UUID in its hyphenated form.
    #[error("not an id of the form 00000000-0000-0000-0000-000000000000")]
    Uuid,
    /// A UUID that no booking was ever given: booking ids are of version 8.
    #[error("not a booking id: booking ids are UUIDs of version 8")]
    Booking,
    /// Not an idempotency key.
    #[error("an idempotency key is 1 to 255 visible ASCII characters")]
    IdempotencyKey,
}

/// The longest resource id, in bytes: it stands in every row of the log.
pub const RESOURCE_ID_BYTES_MAX: usize = 64;

/// The longest idempotency key, in bytes.
pub const IDEMPOTENCY_KEY_BYTES_MAX: usize = 255;

/// A bookable thing, by the name its owner gave it: `studio-a`.
///
/// ```
/// use domain::ids::ResourceId;
///
/// assert!("studio-a".parse::<ResourceId>().is_ok());
/// assert!("Studio A".parse::<ResourceId>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(Arc<str>);

impl ResourceId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for ResourceId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for ResourceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let legal = text.len() <= RESOURCE_ID_BYTES_MAX
            && text.bytes().next().is_some_and(plain)
            && text
                .bytes()
                .all(|byte| plain(byte) || b"-_.".contains(&byte));
        if legal {
            Ok(Self(text.into()))
        } else {
            Err(IdError::Resource)
        }
    }
}

impl TryFrom<String> for ResourceId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.0.as_ref().into()
    }
}

/// Reads the one form of a UUID that we write; `uuid` itself reads five.
fn hyphenated(text: &str) -> Result<Uuid, IdError> {
    let id = Uuid::try_parse(text).map_err(|_| IdError::Uuid)?;
    if text.len() == 36 {
        Ok(id)
    } else {
        Err(IdError::Uuid)
    }
}

macro_rules! uuid_id {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id that `id` stands for.
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The id's sixteen bytes.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                hyphenated(text).map(Self)
            }
        }
    };
}

uuid_id! {
    /// An anonymous visitor, from the signed token that named them.
    SessionId
}

uuid_id! {
    /// One hold, from its placing to its end. A hold that moves gets a new id.
    HoldId
}

/// A booking, by a UUID of version 8 whose first 16 bits are its partition, so
/// that every look-up knows where to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Uuid", into = "Uuid")]
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

impl From<BookingId> for Uuid {
    fn from(id: BookingId) -> Self {
        id.0
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

/// What a client calls one request, so that it may send it again.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(Box<str>);

impl IdempotencyKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let legal = (1..=IDEMPOTENCY_KEY_BYTES_MAX).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_graphic());
        if legal {
            Ok(Self(text.into()))
        } else {
            Err(IdError::IdempotencyKey)
        }
    }
}
