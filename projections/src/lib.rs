//! Views as folds of the log.
//!
//! [`view`] folds events into the tables `daily_availability`, presence, bookings
//! and resources, and reads them. [`runner`] keeps the tables up with the log,
//! each batch with its checkpoints in one transaction, and [`rebuild`] makes them
//! anew beside it. [`live`] keeps what people look at now in memory: the days and
//! resources that are read or watched, folded from the same events, serialised
//! once for all viewers.

mod appends;
mod column;
pub mod live;
mod metric;
pub mod rebuild;
pub mod runner;
pub mod view;
