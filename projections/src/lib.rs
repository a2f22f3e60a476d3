//! Views as folds of the log.
//!
//! [`runner`] writes the tables daily_availability, presence, bookings and
//! resources, each batch with its checkpoints in one transaction. [`live`]
//! keeps what people look at now in memory: the days and resources that are
//! read or watched, folded from the same events, serialised once for all
//! viewers.

pub mod live;
pub mod runner;
pub mod view;
