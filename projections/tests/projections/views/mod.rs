//! The tables.

mod atomic;
mod batching;
mod lag;
mod listing;
mod restored;
mod rows;
mod scanned;
mod standing;
mod takeover;
mod waiting;
