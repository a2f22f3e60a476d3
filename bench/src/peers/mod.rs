//! What others would use for the same work, written as they would write it.

mod bitmap;
mod cqrs;
mod exclusion;
mod redis;
mod sealed;

use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::Outcome;

pub(crate) use bitmap::BitmapRow;
pub(crate) use cqrs::CqrsEs;
pub(crate) use exclusion::ExclusionConstraint;
pub(crate) use redis::{Redis, RedisServer};
pub(crate) use sealed::{ATTENDEE, session};

/// A pool of `connections`, all open, which it hands out without asking each
/// first whether it still lives.
///
/// # Errors
///
/// When PostgreSQL does not let them in.
pub(crate) async fn pool(options: PgConnectOptions, connections: u32) -> Outcome<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .test_before_acquire(false)
        .connect_with(options)
        .await?;
    Ok(pool)
}
