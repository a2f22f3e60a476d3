//! Names of things. Made at the rim, where randomness is allowed.

mod booking;
mod key;
mod resource;
mod visitor;

use uuid::Uuid;

pub use booking::BookingId;
pub use key::{IDEMPOTENCY_KEY_BYTES_MAX, IdempotencyKey};
pub use resource::{RESOURCE_ID_BYTES_MAX, ResourceId};
pub use visitor::{ExceptionId, HoldId, SessionId};

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

/// Reads the one form of a UUID that we write; `uuid` itself reads five.
fn hyphenated(text: &str) -> Result<Uuid, IdError> {
    let id = Uuid::try_parse(text).map_err(|_| IdError::Uuid)?;
    if text.len() == 36 {
        Ok(id)
    } else {
        Err(IdError::Uuid)
    }
}
