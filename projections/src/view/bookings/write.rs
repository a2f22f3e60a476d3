use domain::{
    booking::{BookingConfirmed, BookingStatus},
    calendar::Span,
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
        match (change.confirmed, change.span, change.status) {
            (Some(confirmed), Some(span), Some(status)) => made.push(Made {
                confirmed,
                span,
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
    span: Span,
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
                .map(|of| column::time(of.span.start()))
                .collect::<Vec<_>>(),
        )
        .bind(all().map(|of| column::slots(of.span)).collect::<Vec<_>>())
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
    let start = |change: &BookingChange<'_>| change.span.map(|span| column::time(span.start()));
    let slots = |change: &BookingChange<'_>| change.span.map(column::slots);
    sqlx::query(include_str!("update.sql"))
        .bind(column::partition(partition))
        .bind(moved.iter().map(|(id, _)| id.uuid()).collect::<Vec<_>>())
        .bind(
            changes()
                .map(|change| change.status.map(column::status))
                .collect::<Vec<_>>(),
        )
        .bind(changes().map(start).collect::<Vec<_>>())
        .bind(changes().map(slots).collect::<Vec<_>>())
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
        .execute(connection)
        .await
        .map_err(column::failed("updating bookings"))?;
    Ok(())
}
