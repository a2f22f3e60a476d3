use domain::{
    booking::{BookingConfirmed, BookingStatus},
    calendar::Extent,
    ids::BookingId,
    partition::Partition,
};
use eventlog::LogError;
use sqlx::PgConnection;

use crate::column;

use super::fold::{BookingChange, Changes};

/// Writes the changes.
pub(in crate::view) async fn write(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &Changes<'_>,
) -> Result<(), LogError> {
    let (mut made, mut moved) = (Vec::new(), Vec::new());
    for (id, change) in changes {
        match (change.confirmed, change.extent, change.status) {
            (Some(confirmed), Some(extent), Some(status)) => made.push(Made {
                confirmed,
                extent,
                status,
                change,
            }),
            _ => moved.push((*id, change)),
        }
    }
    if !made.is_empty() {
        insert(connection, partition, &made).await?;
    }
    if !moved.is_empty() {
        update(connection, partition, &moved).await?;
    }
    Ok(())
}

/// A booking that was made in this batch, as the batch leaves it.
struct Made<'a> {
    confirmed: &'a BookingConfirmed,
    extent: Extent,
    status: BookingStatus,
    change: &'a BookingChange<'a>,
}

async fn insert(
    connection: &mut PgConnection,
    partition: Partition,
    made: &[Made<'_>],
) -> Result<(), LogError> {
    let all = || made.iter();
    let confirmed = || made.iter().map(|made| made.confirmed);
    sqlx::query(include_str!("insert.sql"))
        .bind(column::partition(partition))
        .bind(
            confirmed()
                .map(|of| of.booking_id.uuid())
                .collect::<Vec<_>>(),
        )
        .bind(
            confirmed()
                .map(|of| of.resource_id.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            confirmed()
                .map(|of| of.session_id.uuid())
                .collect::<Vec<_>>(),
        )
        .bind(
            all()
                .map(|of| column::status(of.status))
                .collect::<Vec<_>>(),
        )
        .bind(
            all()
                .map(|of| column::time(of.extent.span().start()))
                .collect::<Vec<_>>(),
        )
        .bind(
            all()
                .map(|of| column::slots(of.extent.span()))
                .collect::<Vec<_>>(),
        )
        .bind(
            confirmed()
                .map(|of| of.attendee.0.as_str())
                .collect::<Vec<_>>(),
        )
        .bind(
            confirmed()
                .map(|of| column::time(of.confirmed_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            all()
                .map(|of| column::time(of.change.changed_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            all()
                .map(|of| column::position(of.change.position))
                .collect::<Vec<_>>(),
        )
        .bind(all().map(|of| buffers(of.extent).0).collect::<Vec<_>>())
        .bind(all().map(|of| buffers(of.extent).1).collect::<Vec<_>>())
        .bind(
            confirmed()
                .map(|of| column::quantity(of.quantity))
                .collect::<Vec<_>>(),
        )
        .execute(connection)
        .await
        .map_err(column::failed("inserting bookings"))?;
    Ok(())
}

async fn update(
    connection: &mut PgConnection,
    partition: Partition,
    moved: &[(BookingId, &BookingChange<'_>)],
) -> Result<(), LogError> {
    let changes = || moved.iter().map(|(_, change)| *change);
    let extents = || changes().map(|change| change.extent);
    let starts = extents().map(|extent| extent.map(|to| column::time(to.span().start())));
    let slots = extents().map(|extent| extent.map(|to| column::slots(to.span())));
    let before = extents().map(|extent| extent.map(|to| buffers(to).0));
    let after = extents().map(|extent| extent.map(|to| buffers(to).1));
    sqlx::query(include_str!("update.sql"))
        .bind(column::partition(partition))
        .bind(moved.iter().map(|(id, _)| id.uuid()).collect::<Vec<_>>())
        .bind(
            changes()
                .map(|change| change.status.map(column::status))
                .collect::<Vec<_>>(),
        )
        .bind(starts.collect::<Vec<_>>())
        .bind(slots.collect::<Vec<_>>())
        .bind(
            changes()
                .map(|change| column::time(change.changed_at))
                .collect::<Vec<_>>(),
        )
        .bind(
            changes()
                .map(|change| column::position(change.position))
                .collect::<Vec<_>>(),
        )
        .bind(before.collect::<Vec<_>>())
        .bind(after.collect::<Vec<_>>())
        .execute(connection)
        .await
        .map_err(column::failed("updating bookings"))?;
    Ok(())
}

fn buffers(extent: Extent) -> (i16, i16) {
    column::buffers(extent.buffers())
}
