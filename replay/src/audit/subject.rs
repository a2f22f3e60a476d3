use std::ops::RangeInclusive;

use domain::{
    calendar::{Day, Timestamp},
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
    stream::StreamId,
};
use eventlog::Position;
use futures::{Stream, StreamExt};
use sqlx::PgConnection;

use super::entry::Scope;
use crate::{
    ReplayError, column,
    database::Database,
    error::failed,
    state::{At, Moment},
    stored::StoredEvent,
};

/// Whose history to tell.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Subject {
    /// A resource: its settings, holds and bookings.
    Resource {
        /// Its id.
        resource: ResourceId,
    },
    /// A UTC day of a resource, slot by slot.
    Day {
        /// The resource's id.
        resource: ResourceId,
        /// A date like 2026-11-24.
        day: Day,
    },
    /// A booking.
    Booking {
        /// Its id.
        booking: BookingId,
    },
    /// A session: what it did, and what became of its holds and bookings.
    Session {
        /// Its id.
        session: SessionId,
    },
}

/// Positions of a partition, both ends included.
pub(super) type Stretch = RangeInclusive<Position>;

impl Subject {
    /// The partitions that tell of it.
    pub(super) async fn partitions(
        &self,
        database: &Database,
    ) -> Result<Vec<Partition>, ReplayError> {
        Ok(match self {
            Self::Resource { resource } | Self::Day { resource, .. } => {
                vec![database.partition_of(resource).await?]
            }
            Self::Booking { booking } => vec![database.partition_of_booking(*booking).await?],
            Self::Session { .. } => database.partitions().await?,
        })
    }

    /// What its history is of. That of a day is told slot by slot; other histories
    /// leave out what the days repeat.
    pub(super) const fn scope(&self) -> Scope {
        match self {
            Self::Day { .. } => Scope::Day,
            Self::Resource { .. } | Self::Booking { .. } => Scope::Resource,
            Self::Session { .. } => Scope::Log,
        }
    }

    /// What is called so.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Resource { resource } => format!("Resource {resource}"),
            Self::Day { resource, day } => format!("Day {day} of {resource}"),
            Self::Booking { booking } => format!("Booking {booking}"),
            Self::Session { session } => format!("Session {session}"),
        }
    }

    /// The rows that tell of it, in order of position.
    pub(super) fn rows<'a>(
        &self,
        connection: &'a mut PgConnection,
        partition: Partition,
        stretch: &Stretch,
    ) -> impl Stream<Item = Result<StoredEvent, ReplayError>> + use<'a> {
        let before = stretch.start().get().saturating_sub(1).cast_signed();
        let last = column::position(*stretch.end());
        let statement = match self {
            Self::Resource { .. } => include_str!("of_resource.sql"),
            Self::Day { .. } => include_str!("of_day.sql"),
            Self::Booking { .. } => include_str!("of_booking.sql"),
            Self::Session { .. } => include_str!("of_session.sql"),
        };
        let question = sqlx::query_as::<_, StoredEvent>(statement)
            .bind(column::partition(partition))
            .bind(before)
            .bind(last);
        let question = match self {
            Self::Resource { resource } => question.bind(resource.as_str().to_owned()),
            Self::Day { resource, day } => {
                question.bind(StreamId::ResourceDay(resource.clone(), *day).aggregate_id())
            }
            Self::Booking { booking } => question.bind(booking.uuid()),
            Self::Session { session } => {
                let id = session.uuid();
                question.bind(id).bind(id.to_string())
            }
        };
        let rows = question.fetch(connection);
        rows.map(|row| row.map_err(failed("reading a history")))
    }
}

/// The positions of a partition between two moments, both ends included.
///
/// # Errors
///
/// [`ReplayError::NoPosition`]; [`ReplayError::Database`].
pub(super) async fn stretch(
    connection: &mut PgConnection,
    partition: Partition,
    (from, to): (Option<At>, Option<At>),
) -> Result<Stretch, ReplayError> {
    let first = first_position(connection, partition, from).await?;
    let last = Moment::find(connection, partition, to.unwrap_or(At::Now)).await?;
    Ok(first..=last.position)
}

/// The position that is the first from a moment on, itself included.
///
/// # Errors
///
/// [`ReplayError::Database`].
pub(crate) async fn first_position(
    connection: &mut PgConnection,
    partition: Partition,
    from: Option<At>,
) -> Result<Position, ReplayError> {
    Ok(match from {
        None | Some(At::Now) => Position::new(1),
        Some(At::Position(position)) => position,
        Some(At::Time(time)) => {
            let before = Timestamp::from_ms(time.ms() - 1).unwrap_or(time);
            let moment = Moment::find(connection, partition, At::Time(before)).await?;
            moment.position.plus(1)
        }
    })
}
