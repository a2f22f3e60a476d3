//! What the executor promises, on real PostgreSQL: a database each, and two
//! nodes where two nodes matter.
#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod audit;
mod batches;
mod cluster;
mod commands;
mod expiry;
mod holds;
mod idempotency;
mod limits;
mod model;
mod outages;
mod past;
mod predicted;
mod races;
mod restarts;
mod retention;
mod spans;
