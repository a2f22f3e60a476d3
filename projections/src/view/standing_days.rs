use domain::{
    calendar::{Day, SlotCount},
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
const VIEWS: [View; 2] = [View::Bookings, View::Presence];

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
    hold_ids: Option<Vec<Uuid>>,
    session_ids: Option<Vec<Uuid>>,
    hold_starts: Option<Vec<DateTime<Utc>>>,
    hold_slots: Option<Vec<i32>>,
}

impl Row {
    /// The day, unless a column is not as we write it.
    fn read(self, day: Day) -> Option<StandingDay> {
        let spans = |starts: Option<Vec<_>>, slots: Option<Vec<_>>| {
            let slots = slots.unwrap_or_default().into_iter();
            starts.unwrap_or_default().into_iter().zip(slots)
        };
        let mut bookings = Vec::new();
        let booked = self.booking_ids.unwrap_or_default().into_iter();
        for (id, (start, slots)) in booked.zip(spans(self.booking_starts, self.booking_slots)) {
            bookings.push(BookedSlots {
                booking_id: id.try_into().ok()?,
                slots: column::read_span(start, slots)?.mask_on(day),
            });
        }
        let mut holds = Vec::new();
        let ids = self.hold_ids.unwrap_or_default().into_iter();
        let held = ids.zip(self.session_ids.unwrap_or_default());
        for ((id, session), (start, slots)) in held.zip(spans(self.hold_starts, self.hold_slots)) {
            holds.push(HeldSlots {
                hold_id: HoldId::new(id),
                session_id: SessionId::new(session),
                slots: column::read_span(start, slots)?.mask_on(day),
            });
        }
        Some(StandingDay {
            state: ResourceDay::of(bookings, holds),
            sequence: u64::try_from(self.sequence).ok()?,
            last: u64::try_from(self.last).ok()?,
        })
    }
}
