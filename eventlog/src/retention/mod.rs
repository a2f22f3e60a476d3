//! Retention: the renewals of holds that have ended are emptied after a while.
//!
//! A hold that is beaten every five seconds leaves thousands of rows of which
//! nobody asks any more once it has ended: the event that ends it repeats the end
//! of its last lease and how often it was renewed. Such a row is emptied where it
//! lies. It keeps its place, type, time, metadata, columns and hash, and loses its
//! payload; every state after the hold's end, every position, every sequence and
//! the chain stay as they are. An event of its stream tells of it.
//!
//! The hash of the payload stays, so that all that is left can still be checked; and
//! a row that is not the one that was hashed keeps what it says.

mod compact;
mod keep;
mod plan;
mod require_sound;

pub use compact::{Compaction, compact};
pub use keep::keep;
