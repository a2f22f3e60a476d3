//! Retention: what is told of holds is emptied after a while.
//!
//! A hold that is beaten every five seconds leaves thousands of rows of which
//! nobody asks any more once it has ended: the event that ends it repeats the end
//! of its last lease and how often it was renewed. And a hold that ended without a
//! booking is itself of no further use after a longer while. Such a row is emptied
//! where it lies. It keeps its place, type, time, metadata, columns and hash, and
//! loses its payload; every state, every position, every sequence and the chain stay
//! as they are. An event of its stream tells of it.
//!
//! The hash of the payload stays, so that all that is left can still be checked; and
//! a row that is not the one that was hashed keeps what it says. So does one that could
//! not be checked without it: of the first hash version, all but renewals.

mod compact;
mod fate;
mod keep;
mod plan;
mod require_sound;
mod scope;
mod tell;

pub use compact::{Compaction, compact};
pub use fate::ROWS_AHEAD_MAX;
pub use keep::{Kept, keep};
pub use scope::Scope;
