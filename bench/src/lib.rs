//! Benchmarks: what Slotkeeper does, beside what its peers do with the same
//! work on the same machine.
//!
//! Each benchmark starts a PostgreSQL of its own with durable settings and lets
//! ours and the peers take turns, round after round, within one run: absolute
//! figures drift with the machine, ratios of one round far less. Every play is
//! checked after it is timed: what was acknowledged is there, once, and nothing
//! overlaps.

pub mod book;
pub mod cli;
mod draw;
pub mod expire;
pub mod history;
pub mod hot;
mod http;
mod ours;
pub mod partitions;
mod peers;
mod play;
mod postgres;
pub mod read;
pub mod rebuild;
pub mod report;
pub mod scale;
mod serve;
pub mod soak;
pub mod watch;

/// Why a benchmark ended early. A person reads it and starts again, so it needs
/// no more structure than its text.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a step of a benchmark comes to.
pub type Outcome<T> = Result<T, Failure>;
