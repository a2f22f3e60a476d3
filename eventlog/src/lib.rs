//! The event log on PostgreSQL: the one writer of events, its readers, its
//! wake-ups, and the keys that seal what is personal in it.
//!
//! A partition is the unit of order. Its head row gives positions without gaps
//! in commit order, so a reader that has seen position p has missed nothing
//! before p. [`Log`] is the way in.

mod append;
mod backoff;
mod clock;
mod database;
mod epoch;
mod error;
mod feed;
mod hash;
mod keys;
mod lease;
mod log;
mod mask;
mod metadata;
mod metrics;
mod pool;
mod pooling;
mod position;
mod read;
mod recorded;
mod url;
mod wake;

pub mod chain;
pub mod cqrs_store;
#[doc(hidden)]
pub mod planted;
pub mod private_postgres;
pub mod retention;
#[cfg(feature = "testing")]
pub mod testing;

pub use append::{
    AppendOutcome, Batch, Commit, LockedHead, PendingEvent, PreparedBatch, TypedColumns,
};
pub use backoff::Backoff;
pub use clock::DatabaseClock;
pub use database::{failed, on_connection};
pub use epoch::Epoch;
pub use error::LogError;
pub use feed::{FeedItem, Follower};
pub use hash::HashedRow;
pub use keys::{AttendeeCipher, BookingKey, KeyError, MasterKey, MasterKeyParseError, WrappedKey};
pub use lease::{Duty, LeaseSettings, Leases};
pub use log::{Log, LogSettings, MIGRATOR, migrate};
pub use mask::MaskColumn;
pub use metadata::{Actor, Metadata};
pub use pool::pool;
pub use position::{GlobalPosition, Head, Position, PositionParseError, Tip};
pub use read::{
    PAGE_EVENTS_MAX, ScannedEvent, StreamEvents, Tail, Told, may_be_emptied, read_emptied, scan,
};
pub use recorded::RecordedEvent;
pub use url::{DatabaseUrlError, parse_database_url};
pub use wake::HeadWatch;
