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
mod health;
mod keys;
mod lease;
mod log;
mod mask;
mod metadata;
mod metrics;
mod pool;
mod pooling;
mod position;
mod reach;
mod read;
mod recorded;
mod refusal;
mod schema;
mod shared_read;
mod standing;
mod supervise;
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
    AppendOutcome, Batch, ColumnFault, Commit, LockedHead, PendingEvent, PreparedBatch,
    TypedColumns,
};
pub use backoff::Backoff;
pub use clock::{ClockHealth, DatabaseClock};
pub use database::{failed, on_connection};
pub use epoch::Epoch;
pub use error::{Certainty, LogError};
pub use feed::{FeedItem, Follower};
pub use hash::{HashVersion, HashedRow, RowFault};
pub use health::{Cause, Health, Trouble};
pub use keys::{AttendeeCipher, BookingKey, KeyError, MasterKey, MasterKeyParseError, WrappedKey};
pub use lease::{Duty, LeaseSettings, Leases, Post};
pub use log::{Log, LogSettings, head_on, is_master_key_of, require_key};
pub use mask::MaskColumn;
pub use metadata::{Actor, Metadata, decided_at};
pub use pool::pool;
pub use position::{GlobalPosition, Head, Position, PositionParseError, Tip};
pub use reach::reach;
pub use read::{
    PAGE_EVENTS_MAX, RowProof, ScannedEvent, StreamEvents, Tail, Told, may_be_emptied,
    read_emptied, read_streams_after, scan,
};
pub use recorded::RecordedEvent;
pub use refusal::Refusal;
pub use schema::{MIGRATOR, Program, migrate, require_fit};
pub use shared_read::SharedRead;
pub use standing::{Standing, StandingDay};
pub use supervise::{Task, panic_words, supervise, supervise_to_end};
pub use url::{DatabaseUrlError, parse_database_url};
pub use wake::HeadWatch;
