use std::collections::BTreeMap;

use domain::{
    calendar::{SeatCount, Timestamp},
    ids::ResourceId,
    partition::Partition,
    resource::ResourceEvent,
    stream::StreamId,
};
use eventlog::{LogError, Position};
use sqlx::PgConnection;

use crate::column;

use super::{Fact, ViewEvent};

/// What a batch does to the row of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResourceChange {
    /// `open` or `retired`.
    status: &'static str,
    /// The position of the event with its settings, when they are new. They are
    /// copied from there as they stand: written by other code than ours, they
    /// might come out otherwise.
    settings_from: Option<Position>,
    /// The most seats that settings of this batch give it.
    seats_most: SeatCount,
    changed_at: Timestamp,
    position: Position,
}

/// The changed resources in the order of their ids.
pub(super) type Changes<'a> = BTreeMap<&'a ResourceId, ResourceChange>;

/// Folds a batch.
pub(super) fn fold<'a>(events: impl Iterator<Item = ViewEvent<'a>>) -> Changes<'a> {
    let mut changes = Changes::new();
    for recorded in events {
        let (StreamId::Resource(resource), Fact::Resource(event)) =
            (recorded.stream, recorded.fact)
        else {
            continue;
        };
        let position = recorded.position;
        let before = changes.get(resource);
        let most_before = before.map_or(SeatCount::ONE, |before| before.seats_most);
        let (status, settings_from, seats, changed_at) = match event {
            ResourceEvent::ResourceRegistered(event) => {
                let seats = event.settings.capacity();
                ("open", Some(position), seats, event.registered_at)
            }
            ResourceEvent::ResourceChanged(event) => {
                let seats = event.settings.capacity();
                ("open", Some(position), seats, event.changed_at)
            }
            ResourceEvent::ResourceRetired(event) => {
                let settings_from = before.and_then(|before| before.settings_from);
                ("retired", settings_from, SeatCount::ONE, event.retired_at)
            }
            // They are told by the resource's stream: no list shows them.
            ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_) => continue,
        };
        let change = ResourceChange {
            status,
            settings_from,
            seats_most: seats.max(most_before),
            changed_at,
            position,
        };
        changes.insert(resource, change);
    }
    changes
}

/// Writes the changes.
pub(super) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows = || changes.values();
    let settings_from = |row: &ResourceChange| row.settings_from.map(column::position);
    sqlx::query(include_str!("write_resources.sql"))
        .bind(column::partition(partition))
        .bind(changes.keys().map(|id| id.as_str()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.status).collect::<Vec<_>>())
        .bind(rows().map(settings_from).collect::<Vec<_>>())
        .bind(
            rows()
                .map(|row| column::time(row.changed_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            rows()
                .map(|row| column::position(row.position))
                .collect::<Vec<_>>(),
        )
        .bind(
            rows()
                .map(|row| column::quantity(row.seats_most))
                .collect::<Vec<_>>(),
        )
        .execute(connection)
        .await
        .map_err(column::failed("writing resources"))?;
    Ok(())
}
