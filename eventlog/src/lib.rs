//! The event log on PostgreSQL: the one writer of events, its readers, its
//! wake-ups, and the keys that seal what is personal in it.
//!
//! A partition is the unit of order. Its head row gives positions without gaps
//! in commit order, so a reader that has seen position p has missed nothing
//! before p. [`Log`] is the way in.

mod append;
mod clock;
mod epoch;
mod error;
mod feed;
mod keys;
mod lease;
mod log;
mod metadata;
mod position;
mod read;
mod recorded;

pub mod private_postgres;
#[cfg(feature = "testing")]
pub mod testing;

pub use append::{AppendOutcome, Batch, Commit, LockedHead, PendingEvent, PreparedBatch};
pub use clock::DatabaseClock;
pub use epoch::Epoch;
pub use error::LogError;
pub use feed::{FeedItem, Follower};
pub use keys::{AttendeeCipher, BookingKey, KeyError, MasterKey, WrappedKey};
pub use lease::{Duty, Leases};
pub use log::{Log, LogSettings, MIGRATOR, migrate};
pub use metadata::{Actor, Metadata};
pub use position::{GlobalPosition, Head, Position, PositionParseError, Tip};
pub use read::{StreamEvents, Tail};
pub use recorded::RecordedEvent;
