use std::ops::RangeInclusive;

use domain::{
    booking::BookingStatus,
    calendar::{Day, SeatCount, SlotCount, Span, Timestamp},
    ids::{BookingId, ResourceId},
};
use eventlog::{Log, LogError, on_connection};
use sqlx::types::{
    Uuid,
    chrono::{DateTime, Utc},
};

use crate::column;

/// A booking as the view has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookingRow {
    /// Its id.
    pub id: BookingId,
    /// Whether it has its slots.
    pub status: BookingStatus,
    /// Where it is now.
    pub span: Span,
    /// How many seats it takes.
    pub quantity: SeatCount,
    /// When it was made.
    pub confirmed_at: Timestamp,
    /// When something happened to it last.
    pub changed_at: Timestamp,
}

/// The place of a booking in a list: they come by their starts, and by their ids
/// where those are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookingPlace {
    /// Where its span begins.
    pub start: Timestamp,
    /// Its id.
    pub id: BookingId,
}

impl BookingRow {
    /// Where it is in a list.
    pub fn place(&self) -> BookingPlace {
        BookingPlace {
            start: self.span.start(),
            id: self.id,
        }
    }
}

/// Up to `limit` bookings of a resource that have time on some days, those whose
/// slots were let go too, in order, after `after`.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub async fn list_bookings(
    log: &Log,
    resource: &ResourceId,
    days: &RangeInclusive<Day>,
    after: Option<BookingPlace>,
    limit: u32,
) -> Result<Vec<BookingRow>, LogError> {
    let partition = log.partition_of(resource);
    // No booking's id is nil, so the first page begins before all of them.
    let (start, id) = after.map_or((Timestamp::EPOCH, Uuid::nil()), |place| {
        (place.start, place.id.uuid())
    });
    let query = sqlx::query_as(include_str!("list_bookings.sql"))
        .bind(column::partition(partition))
        .bind(resource.as_str())
        .bind(column::time(days.start().start()))
        .bind(column::time(days.end().end()))
        .bind(i32::from(SlotCount::MAX.get()))
        .bind(column::time(start))
        .bind(id)
        .bind(i64::from(limit));
    let doing = "listing bookings";
    let rows: Vec<Row> = on_connection(log.pool(), doing, async |connection| {
        let rows = query.fetch_all(connection).await;
        rows.map_err(column::failed(doing))
    })
    .await?;
    let corrupt = |id: Uuid| LogError::Corrupt {
        partition,
        reason: format!("the row of booking {id}"),
    };
    let rows = rows.iter();
    rows.map(|row| read(row).ok_or_else(|| corrupt(row.0)))
        .collect()
}

type Row = (
    Uuid,
    String,
    DateTime<Utc>,
    i32,
    DateTime<Utc>,
    DateTime<Utc>,
    i16,
);

/// The booking of a row, unless a column is not as we write it.
fn read(
    (id, status, start, slots, confirmed_at, changed_at, quantity): &Row,
) -> Option<BookingRow> {
    Some(BookingRow {
        id: (*id).try_into().ok()?,
        status: column::read_status(status)?,
        span: column::read_span(*start, *slots)?,
        quantity: column::read_quantity(*quantity)?,
        confirmed_at: (*confirmed_at).into(),
        changed_at: (*changed_at).into(),
    })
}
