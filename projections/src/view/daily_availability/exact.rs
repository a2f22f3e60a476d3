use domain::{calendar::Seats, partition::Partition};
use eventlog::{LogError, MaskColumn};
use sqlx::{FromRow, PgConnection};

use crate::column;

use super::{Change, execute};

/// Writes changes by what is there, seat by seat: for days with buffers, or with more than
/// one seat taken in a slot, before or after. Those that are written already are passed
/// over: their rows have the positions of the changes. Nobody else writes these rows
/// meanwhile: the partition's checkpoints are locked.
pub(super) async fn write_exactly(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &[Change<'_>],
) -> Result<(), LogError> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows = read(connection, partition, changes).await?;
    let rows = rows.into_iter().zip(changes);
    let mut new = NewRows::default();
    for (row, &((resource, day), change)) in rows {
        if row.position == Some(column::position(change.position)) {
            continue;
        }
        let (busy, buffer) = row.read().ok_or_else(|| LogError::Corrupt {
            partition,
            reason: format!("what the views have of {resource} on {day}"),
        })?;
        let busy = change.busy.applied_to(busy);
        let buffer = change.buffer.applied_to(buffer);
        new.resources.push(resource.as_str());
        new.days.push(day.date());
        new.busy.push(MaskColumn(busy.taken()));
        let kept = buffer.taken();
        new.buffer
            .push((!kept.is_empty()).then_some(MaskColumn(kept)));
        new.seats.push(column::seats(&busy));
        new.buffer_seats.push(column::seats(&buffer));
        new.positions.push(column::position(change.position));
    }
    new.write(connection, partition).await
}

async fn read(
    connection: &mut PgConnection,
    partition: Partition,
    changes: &[Change<'_>],
) -> Result<Vec<Row>, LogError> {
    let keys = changes.iter().map(|((resource, day), _)| (resource, day));
    let (resources, days): (Vec<_>, Vec<_>) = keys
        .map(|(resource, day)| (resource.as_str(), day.date()))
        .unzip();
    sqlx::query_as(include_str!("read_days.sql"))
        .bind(column::partition(partition))
        .bind(resources)
        .bind(days)
        .fetch_all(connection)
        .await
        .map_err(column::failed("reading daily_availability"))
}

/// What there is of a day; nothing yet, perhaps.
#[derive(FromRow)]
struct Row {
    busy: Option<MaskColumn>,
    buffer: Option<MaskColumn>,
    seats: Option<String>,
    buffer_seats: Option<String>,
    position: Option<i64>,
}

impl Row {
    /// What is booked, and what buffers take, unless a column is not as we write it.
    fn read(&self) -> Option<(Seats, Seats)> {
        Some((
            column::read_seats(self.busy, self.seats.as_deref())?,
            column::read_seats(self.buffer, self.buffer_seats.as_deref())?,
        ))
    }
}

/// Rows to be written, column by column.
#[derive(Default)]
struct NewRows<'a> {
    resources: Vec<&'a str>,
    days: Vec<sqlx::types::chrono::NaiveDate>,
    busy: Vec<MaskColumn>,
    buffer: Vec<Option<MaskColumn>>,
    seats: Vec<Option<String>>,
    buffer_seats: Vec<Option<String>>,
    positions: Vec<i64>,
}

impl NewRows<'_> {
    async fn write(
        self,
        connection: &mut PgConnection,
        partition: Partition,
    ) -> Result<(), LogError> {
        let statement = sqlx::query(include_str!("write_days.sql"))
            .bind(column::partition(partition))
            .bind(self.resources)
            .bind(self.days)
            .bind(self.busy)
            .bind(self.positions)
            .bind(self.buffer)
            .bind(self.seats)
            .bind(self.buffer_seats);
        execute(connection, statement).await?;
        Ok(())
    }
}
