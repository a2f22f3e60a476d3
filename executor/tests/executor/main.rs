//! What the executor promises, on real PostgreSQL: a database each, and two
//! nodes where two nodes matter.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod audit;
mod batches;
mod clock;
mod cluster;
mod commands;
mod expiry;
mod holds;
mod idempotency;
mod lagging;
mod limits;
mod long_days;
mod model;
mod outages;
mod past;
mod plans;
mod predicted;
mod races;
mod rebuilding;
mod restarts;
mod retention;
mod riding_out;
mod spans;
mod unreadable;
