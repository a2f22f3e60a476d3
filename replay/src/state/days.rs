use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{Day, Seats, SlotMask},
    event::Event,
    hold::{Hold, LiveHolds},
    ids::{HoldId, ResourceId},
    partition::Partition,
    resource_day::{BookedSlots, ResourceDay, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::RecordedEvent;
use sqlx::PgConnection;

use super::{Moment, read_streams};
use crate::ReplayError;

/// A day of a resource as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayThen {
    /// Which.
    pub day: Day,
    /// The slots under a booking.
    pub busy: SlotMask,
    /// The slots that buffers of bookings take.
    pub buffer: SlotMask,
    /// How many seats bookings take of each slot, buffers included.
    pub seats: Seats,
    /// What each booking had of the day, in the order of their slots.
    pub bookings: Vec<BookedSlots>,
    /// The holds that blocked slots of the day, by start. One whose lease had run
    /// out and that no event had ended yet still blocked.
    pub holds: Vec<Hold>,
    /// Holds whose last event is empty now: the last renewal, or the placing where no
    /// renewal came. Such a hold's lease ends when it did; nobody knows any more which
    /// of the two leases it was.
    pub compacted: BTreeSet<HoldId>,
}

/// Days of a resource, both ends included, as they stood at a moment.
///
/// # Errors
///
/// [`ReplayError::Database`]; [`ReplayError::Unreadable`] for a row of theirs
/// that does not read.
pub async fn days_at(
    connection: &mut PgConnection,
    partition: Partition,
    resource: &ResourceId,
    (first, last): (Day, Day),
    moment: Moment,
) -> Result<Vec<DayThen>, ReplayError> {
    let stream = |day| StreamId::ResourceDay(resource.clone(), day);
    let wanted: BTreeSet<Day> = first.through(last).collect();
    let streams: Vec<_> = wanted.iter().copied().map(stream).collect();
    let mut events = read_streams(connection, partition, &streams, moment).await?;
    // The renewals of a hold stand on its first day alone.
    let elsewhere = first_days(&events).filter(|day| !wanted.contains(day));
    let elsewhere: BTreeSet<Day> = elsewhere.collect();
    let streams: Vec<_> = elsewhere.into_iter().map(stream).collect();
    events.extend(read_streams(connection, partition, &streams, moment).await?);
    events.sort_by_key(|event| event.position);
    Ok(fold(&wanted, &events))
}

/// The first days of the holds that are placed.
fn first_days(events: &[RecordedEvent]) -> impl Iterator<Item = Day> {
    events.iter().filter_map(|event| match &event.event {
        Event::ResourceDay(ResourceDayEvent::HoldPlaced(placed)) => Some(placed.span.first_day()),
        _ => None,
    })
}

/// The hold whose lease an event tells.
const fn tells_lease(event: &Event) -> Option<HoldId> {
    match event {
        Event::ResourceDay(ResourceDayEvent::HoldPlaced(placed)) => Some(placed.hold_id),
        Event::ResourceDay(ResourceDayEvent::HoldRenewed(renewed)) => Some(renewed.hold_id),
        _ => None,
    }
}

fn fold(wanted: &BTreeSet<Day>, events: &[RecordedEvent]) -> Vec<DayThen> {
    let mut days: BTreeMap<Day, ResourceDay> = BTreeMap::new();
    let mut live = LiveHolds::default();
    let mut emptied = BTreeSet::new();
    for recorded in events {
        live.apply(&recorded.stream, &recorded.event);
        if let Some(hold) = tells_lease(&recorded.event) {
            if recorded.emptied {
                emptied.insert(hold);
            } else {
                emptied.remove(&hold);
            }
        }
        if let (StreamId::ResourceDay(_, day), Event::ResourceDay(event)) =
            (&recorded.stream, &recorded.event)
        {
            days.entry(*day).or_default().evolve(event);
        }
    }
    let day = |day: &Day| {
        let state = days.get(day).cloned().unwrap_or_default();
        let taken = state.taken_by_bookings();
        let holds = live
            .iter()
            .filter(|hold| !hold.extent().on(*day).all().is_empty());
        let mut holds: Vec<_> = holds.cloned().collect();
        holds.sort_by_key(|hold| (hold.span.start(), hold.id));
        let mut bookings = state.bookings().to_vec();
        bookings.sort_by_key(|booked| booked.slots.first());
        DayThen {
            day: *day,
            busy: state.booked(),
            buffer: taken.buffers.taken(),
            seats: taken.all(),
            bookings,
            compacted: holds
                .iter()
                .map(|hold| hold.id)
                .filter(|id| emptied.contains(id))
                .collect(),
            holds,
        }
    };
    wanted.iter().map(day).collect()
}
