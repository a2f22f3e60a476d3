use std::ops::RangeInclusive;

use chrono::TimeDelta;
use domain::{
    calendar::Day,
    ids::{BookingId, ResourceId, SessionId},
    partition::Partition,
    stream::StreamId,
};
use eventlog::Position;
use futures::{Stream, StreamExt};
use sqlx::PgConnection;

use super::{actor::Who, entry::Scope};
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
    /// Whoever acted, on all resources: what was done, and nothing of what came of it.
    Actor {
        /// `session:ID`, `manage-token`, `admin` or `admin:KEY` by the key's name in the
        /// log, or `system`.
        actor: Who,
    },
    /// A request, by the id that its answer carried as X-Request-Id.
    Request {
        /// Its id.
        request: String,
    },
    /// All resources; name a stretch of time by --from and --to.
    All,
}

/// A partition and the positions in it, both ends included.
pub(super) type Stretch = (Partition, RangeInclusive<Position>);

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
            Self::Session { .. } | Self::Actor { .. } | Self::Request { .. } | Self::All => {
                database.partitions().await?
            }
        })
    }

    /// What its history is of. That of a day is told slot by slot; other histories
    /// leave out what the days repeat.
    pub(super) const fn scope(&self) -> Scope {
        match self {
            Self::Day { .. } => Scope::Day,
            Self::Resource { .. } | Self::Booking { .. } => Scope::Resource,
            Self::Session { .. } | Self::Actor { .. } | Self::Request { .. } | Self::All => {
                Scope::Log
            }
        }
    }

    /// What is called so.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Resource { resource } => format!("Resource {resource}"),
            Self::Day { resource, day } => format!("Day {day} of {resource}"),
            Self::Booking { booking } => format!("Booking {booking}"),
            Self::Session { session } => format!("Session {session}"),
            Self::Actor { actor } => format!("Actor {actor}"),
            Self::Request { request } => format!("Request {request}"),
            Self::All => "All resources".into(),
        }
    }

    /// The rows that tell of it in these stretches, in order of time; those of one
    /// partition in order of position.
    pub(super) fn rows<'a>(
        &self,
        connection: &'a mut PgConnection,
        stretches: &[Stretch],
    ) -> impl Stream<Item = Result<StoredEvent, ReplayError>> + use<'a> {
        let question = sqlx::query_as::<_, StoredEvent>(self.statement());
        let question = match self {
            Self::Resource { .. } | Self::Day { .. } | Self::Booking { .. } => {
                let first = stretches.first().map(Bounds::of).unwrap_or_default();
                question
                    .bind(first.partition)
                    .bind(first.before)
                    .bind(first.last)
            }
            Self::Session { .. } | Self::Actor { .. } | Self::Request { .. } | Self::All => {
                let bounds: Vec<Bounds> = stretches.iter().map(Bounds::of).collect();
                let each = |of: fn(&Bounds) -> i64| bounds.iter().map(of).collect::<Vec<_>>();
                let partitions: Vec<_> = bounds.iter().map(|of| of.partition).collect();
                let (before, last) = (each(|of| of.before), each(|of| of.last));
                question.bind(partitions).bind(before).bind(last)
            }
        };
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
            Self::Actor { actor } => question.bind(actor.kind).bind(actor.id.clone()),
            Self::Request { request } => question.bind(request.clone()),
            Self::All => question,
        };
        let rows = question.fetch(connection);
        rows.map(|row| row.map_err(failed("reading a history")))
    }

    const fn statement(&self) -> &'static str {
        match self {
            Self::Resource { .. } => include_str!("of_resource.sql"),
            Self::Day { .. } => include_str!("of_day.sql"),
            Self::Booking { .. } => include_str!("of_booking.sql"),
            Self::Session { .. } => include_str!("of_session.sql"),
            Self::Actor { .. } => include_str!("of_actor.sql"),
            Self::Request { .. } => include_str!("of_request.sql"),
            Self::All => include_str!("of_all.sql"),
        }
    }
}

/// A stretch as statements take it.
#[derive(Debug, Default)]
struct Bounds {
    partition: i16,
    before: i64,
    last: i64,
}

impl Bounds {
    fn of((partition, positions): &Stretch) -> Self {
        Self {
            partition: column::partition(*partition),
            before: column::position(*positions.start()).saturating_sub(1),
            last: column::position(*positions.end()),
        }
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
    Ok((partition, first..=last.position))
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
            // The finest that the database's times are.
            let before = time - TimeDelta::microseconds(1);
            let moment = Moment::find(connection, partition, At::Time(before)).await?;
            moment.position.plus(1)
        }
    })
}
