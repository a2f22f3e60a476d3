//! The tables.

mod atomic;
mod batching;
mod lag;
mod listing;
mod restored;
mod rows;
mod scanned;
mod takeover;
mod waiting;
