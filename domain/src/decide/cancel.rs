use crate::{
    booking::{BookingCommand, ConfirmedBooking},
    calendar::Timestamp,
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    ids::BookingId,
    resource_day::{self, FreedReason},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided, book::evolve_booking};

pub(super) fn decide(
    facts: &impl Facts,
    id: BookingId,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let state = facts.booking(id)?;
    let (cancelled, mut events) = evolve_booking(state, &BookingCommand::Cancel { now }, id)?;
    if !events.is_empty() {
        events.extend(free_days(facts, &cancelled, FreedReason::Cancelled)?);
    }
    Ok(Decision {
        events,
        outcome: Outcome::Cancelled(Box::new(cancelled)),
    })
}

/// The events that free all that `booking` has.
pub(super) fn free_days(
    facts: &impl Facts,
    booking: &ConfirmedBooking,
    reason: FreedReason,
) -> Result<Vec<StreamEvent>, NotLoaded> {
    let mut events = Vec::new();
    for (day, _) in booking.extent().days() {
        let state = facts.day(booking.resource(), day)?;
        let freed = resource_day::free_slots(state, booking.id(), reason);
        let stream = StreamId::ResourceDay(booking.resource().clone(), day);
        events.extend(freed.map(|event| (stream, event.into())));
    }
    Ok(events)
}
