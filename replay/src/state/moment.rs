use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::{calendar::Timestamp, partition::Partition};
use eventlog::Position;
use serde::{Serialize, Serializer};
use sqlx::PgConnection;

use crate::{ReplayError, column, error::failed};

/// A moment as people name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// After everything that was recorded by a time, which may be finer than those of
    /// events are.
    Time(DateTime<Utc>),
    /// After the event at a position; 0 is before the first.
    Position(Position),
    /// As things stand.
    Now,
}

/// Text that names no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a position like 42, nor a time like 2026-11-24T13:00:00Z or 2026-11-24T14:00:00+01:00"
)]
pub struct AtParseError;

impl FromStr for At {
    type Err = AtParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let position = text.parse().map_err(|_| AtParseError)?;
            return Ok(Self::Position(Position::new(position)));
        }
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| AtParseError)?;
        Ok(Self::Time(time.to_utc()))
    }
}

/// A moment of a partition: after the event at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Moment {
    /// The position; 0 before the first event.
    #[serde(serialize_with = "number")]
    pub position: Position,
    /// When that event was recorded.
    pub recorded_at: Option<Timestamp>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn number<S: Serializer>(position: &Position, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(position.get())
}

impl Moment {
    /// Before the first event.
    const START: Self = Self {
        position: Position::START,
        recorded_at: None,
    };

    /// Finds the moment that is named.
    ///
    /// # Errors
    ///
    /// [`ReplayError::NoPosition`] when the partition has no such position;
    /// [`ReplayError::Database`].
    pub async fn find(
        connection: &mut PgConnection,
        partition: Partition,
        at: At,
    ) -> Result<Self, ReplayError> {
        let question = match at {
            At::Position(Position::START) => return Ok(Self::START),
            At::Position(position) => sqlx::query_as(include_str!("last_at_position.sql"))
                .bind(column::partition(partition))
                .bind(Some(column::position(position))),
            At::Now => sqlx::query_as(include_str!("last_at_position.sql"))
                .bind(column::partition(partition))
                .bind(None::<i64>),
            At::Time(time) => sqlx::query_as(include_str!("last_at_time.sql"))
                .bind(column::partition(partition))
                .bind(time),
        };
        let found: Option<(i64, DateTime<Utc>)> = question
            .fetch_optional(connection)
            .await
            .map_err(failed("looking for a moment"))?;
        match (found, at) {
            (Some((position, recorded_at)), _) => Ok(Self {
                position: column::read_position(position),
                recorded_at: Some(recorded_at.into()),
            }),
            (None, At::Position(position)) => Err(ReplayError::NoPosition {
                partition,
                position,
            }),
            (None, At::Now | At::Time(_)) => Ok(Self::START),
        }
    }
}
