//! The rows of a log on their way into an empty database.

use domain::ids::BookingId;
use sqlx::{PgConnection, types::Uuid};

use super::line::{HeadLine, LogLine};
use crate::{
    column,
    error::{ReplayError, failed},
    stored::StoredEvent,
};

/// Rows of one statement: a few megabytes.
pub(super) const ROWS_MAX: usize = 2_000;

pub(super) async fn insert_log(
    connection: &mut PgConnection,
    log: &LogLine,
) -> Result<(), ReplayError> {
    sqlx::query(include_str!("insert_log.sql"))
        .bind(log.id)
        .bind(log.partitions)
        .bind(log.restores)
        .bind(&log.master_key_check)
        .bind(log.created_at)
        .execute(connection)
        .await
        .map_err(failed("importing which log it is"))?;
    Ok(())
}

pub(super) async fn insert_heads(
    connection: &mut PgConnection,
    heads: &[HeadLine],
) -> Result<(), ReplayError> {
    let of = |column: fn(&HeadLine) -> i64| heads.iter().map(column).collect::<Vec<_>>();
    let partitions: Vec<_> = heads.iter().map(|head| head.partition).collect();
    let last_at: Vec<_> = heads.iter().map(|head| head.last_at).collect();
    sqlx::query(include_str!("insert_heads.sql"))
        .bind(partitions)
        .bind(of(|head| head.position))
        .bind(of(|head| head.tip))
        .bind(last_at)
        .execute(connection)
        .await
        .map_err(failed("importing the heads"))?;
    Ok(())
}

/// One column of the rows, for a statement.
fn all<'a, T>(rows: &'a [StoredEvent], column: impl Fn(&'a StoredEvent) -> T) -> Vec<T> {
    rows.iter().map(column).collect()
}

pub(super) async fn insert_events(
    connection: &mut PgConnection,
    rows: &[StoredEvent],
) -> Result<(), ReplayError> {
    sqlx::query(include_str!("insert_events.sql"))
        .bind(all(rows, |row| row.partition))
        .bind(all(rows, |row| row.position))
        .bind(all(rows, |row| row.aggregate_type.as_str()))
        .bind(all(rows, |row| row.aggregate_id.as_str()))
        .bind(all(rows, |row| row.sequence))
        .bind(all(rows, |row| row.event_type.as_str()))
        .bind(all(rows, |row| row.event_version.as_str()))
        .bind(all(rows, |row| row.payload.as_deref()))
        .bind(all(rows, |row| row.metadata.as_str()))
        .bind(all(rows, |row| row.recorded_at))
        .bind(all(rows, |row| row.hash.as_slice()))
        .bind(all(rows, |row| row.tip))
        .bind(all(rows, |row| row.resource_id.as_str()))
        .bind(all(rows, |row| row.columns.day))
        .bind(all(rows, |row| row.columns.mask))
        .bind(all(rows, |row| row.columns.booking_id))
        .bind(all(rows, |row| row.columns.hold_id))
        .bind(all(rows, |row| row.columns.session_id))
        .bind(all(rows, |row| row.columns.span_start))
        .bind(all(rows, |row| row.columns.span_slots))
        .bind(all(rows, |row| row.columns.lease_expires_at))
        .bind(all(rows, |row| row.hash_version))
        .bind(all(rows, |row| row.payload_hash.as_deref()))
        .execute(connection)
        .await
        .map_err(failed("importing events"))?;
    Ok(())
}

/// Keys of bookings, a column each.
#[derive(Default)]
pub(super) struct KeyRows {
    partition: Vec<i16>,
    booking_id: Vec<Uuid>,
    wrapped_key: Vec<Vec<u8>>,
}

impl KeyRows {
    pub(super) fn push(&mut self, booking: BookingId, key: Vec<u8>) {
        self.partition.push(column::partition(booking.partition()));
        self.booking_id.push(booking.uuid());
        self.wrapped_key.push(key);
    }

    pub(super) fn len(&self) -> usize {
        self.partition.len()
    }

    /// Inserts them, and begins anew.
    pub(super) async fn insert(
        &mut self,
        connection: &mut PgConnection,
    ) -> Result<(), ReplayError> {
        let rows = std::mem::take(self);
        sqlx::query(include_str!("insert_keys.sql"))
            .bind(rows.partition)
            .bind(rows.booking_id)
            .bind(rows.wrapped_key)
            .execute(connection)
            .await
            .map_err(failed("importing keys"))?;
        Ok(())
    }
}
