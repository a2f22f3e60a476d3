use domain::{
    calendar::{BUFFER_SLOTS_MAX, Day, Extent, SlotCount},
    ids::{HoldId, ResourceId, SessionId},
    partition::Partition,
    resource_day::{BookedSlots, HeldSlots, ResourceDay},
    stream::StreamId,
};
use eventlog::{LogError, StandingDay};
use sqlx::{
    FromRow, PgConnection,
    types::{
        Uuid,
        chrono::{DateTime, Utc},
    },
};

use crate::column;

use super::{Generation, View};

/// The views that a day is made of.
const VIEWS: [View; 3] = [View::Bookings, View::Presence, View::Resources];

/// Days by the views and their streams, in the order asked for, in one snapshot.
///
/// # Errors
///
/// [`LogError::Database`]; [`LogError::Corrupt`] when a row does not read.
pub(super) async fn standing_days(
    connection: &mut PgConnection,
    partition: Partition,
    days: &[(ResourceId, Day)],
) -> Result<Vec<StandingDay>, LogError> {
    let resources = days.iter().map(|(resource, _)| resource.as_str());
    let begins = days.iter().map(|(_, day)| column::time(day.start()));
    let streams = days.iter().map(|(resource, day)| {
        let stream = StreamId::ResourceDay(resource.clone(), *day);
        stream.aggregate_id()
    });
    let rows: Vec<Row> = sqlx::query_as(include_str!("standing_days.sql"))
        .bind(column::partition(partition))
        .bind(resources.collect::<Vec<_>>())
        .bind(begins.collect::<Vec<_>>())
        .bind(streams.collect::<Vec<_>>())
        .bind(i32::from(SlotCount::MAX.get()))
        .bind(VIEWS.map(View::name).to_vec())
        .bind(Generation::LIVE.number())
        .bind(i32::from(BUFFER_SLOTS_MAX))
        .fetch_all(connection)
        .await
        .map_err(column::failed("reading what stands on days"))?;
    let read = |(row, (resource, day)): (Row, &(ResourceId, Day))| {
        row.read(*day).ok_or_else(|| LogError::Corrupt {
            partition,
            reason: format!("what the views have of {resource} on {day}"),
        })
    };
    rows.into_iter().zip(days).map(read).collect()
}

#[derive(FromRow)]
struct Row {
    last: i64,
    sequence: i64,
    booking_ids: Option<Vec<Uuid>>,
    booking_starts: Option<Vec<DateTime<Utc>>>,
    booking_slots: Option<Vec<i32>>,
    booking_before: Option<Vec<i16>>,
    booking_after: Option<Vec<i16>>,
    booking_quantities: Option<Vec<i16>>,
    hold_ids: Option<Vec<Uuid>>,
    session_ids: Option<Vec<Uuid>>,
    hold_starts: Option<Vec<DateTime<Utc>>>,
    hold_slots: Option<Vec<i32>>,
    hold_before: Option<Vec<i16>>,
    hold_after: Option<Vec<i16>>,
    hold_quantities: Option<Vec<i16>>,
}

impl Row {
    /// The day, unless a column is not as we write it.
    fn read(self, day: Day) -> Option<StandingDay> {
        let booked = Stretches {
            starts: self.booking_starts,
            slots: self.booking_slots,
            before: self.booking_before,
            after: self.booking_after,
            quantities: self.booking_quantities,
        };
        let held = Stretches {
            starts: self.hold_starts,
            slots: self.hold_slots,
            before: self.hold_before,
            after: self.hold_after,
            quantities: self.hold_quantities,
        };
        let mut bookings = Vec::new();
        let ids = self.booking_ids.unwrap_or_default().into_iter();
        for (id, extent) in ids.zip(booked.read()?) {
            let taken = extent.on(day);
            bookings.push(BookedSlots {
                booking_id: id.try_into().ok()?,
                slots: taken.slots,
                buffer: taken.buffer,
                quantity: taken.quantity,
            });
        }
        let mut holds = Vec::new();
        let ids = self.hold_ids.unwrap_or_default().into_iter();
        let ids = ids.zip(self.session_ids.unwrap_or_default());
        for ((id, session), extent) in ids.zip(held.read()?) {
            let taken = extent.on(day);
            holds.push(HeldSlots {
                hold_id: HoldId::new(id),
                session_id: SessionId::new(session),
                slots: taken.slots,
                buffer: taken.buffer,
                quantity: taken.quantity,
            });
        }
        Some(StandingDay {
            state: ResourceDay::of(bookings, holds),
            sequence: u64::try_from(self.sequence).ok()?,
            last: u64::try_from(self.last).ok()?,
        })
    }
}

/// Spans with their buffers and their seats, column by column.
struct Stretches {
    starts: Option<Vec<DateTime<Utc>>>,
    slots: Option<Vec<i32>>,
    before: Option<Vec<i16>>,
    after: Option<Vec<i16>>,
    quantities: Option<Vec<i16>>,
}

impl Stretches {
    /// The extents, unless one is not as we write it.
    fn read(self) -> Option<Vec<Extent>> {
        let spans = self.starts.unwrap_or_default().into_iter();
        let spans = spans.zip(self.slots.unwrap_or_default());
        let buffers = self.before.unwrap_or_default().into_iter();
        let buffers = buffers.zip(self.after.unwrap_or_default());
        let rest = buffers.zip(self.quantities.unwrap_or_default());
        let extent = |((start, slots), ((before, after), quantity))| {
            let buffers = column::read_buffers(before, after)?;
            let extent = Extent::new(column::read_span(start, slots)?, buffers);
            Some(extent.seats(column::read_quantity(quantity)?))
        };
        spans.zip(rest).map(extent).collect()
    }
}
