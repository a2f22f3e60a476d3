//! The views and the live feed against a real PostgreSQL, a database a test.

#![expect(clippy::unwrap_used, reason = "a test's panic is its report")]

mod live;
mod measured;
mod support;
mod views;
