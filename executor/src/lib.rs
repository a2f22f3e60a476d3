//! The write side: decides commands and appends what they come to. One owner
//! task a partition, group commit, answers after the commit.
//!
//! A partition's `owner` keeps what it needs of the partition in its
//! `memory`. It takes the commands that are `waiting`, decides them in
//! their order on a working copy (`decision`), appends the events of all of
//! them at once, and only then answers them. When another node has written
//! meanwhile, it reads what, and decides again under the lock of the
//! partition's head.

mod decision;
mod executor;
mod limits;
mod memory;
mod meters;
mod owner;
mod request;
mod waiting;

pub use executor::Executor;
pub use limits::ExecutorLimits;
pub use request::{Failure, Receipt, Request};
