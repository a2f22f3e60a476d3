use crate::{
    booking::{BookingCommand, ConfirmedBooking},
    calendar::Timestamp,
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    ids::BookingId,
    resource_day::{self, FreedReason, ResourceDayCommand},
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
    let command = ResourceDayCommand::FreeSlots {
        booking_id: booking.id(),
        reason,
    };
    let mut events = Vec::new();
    for (day, _) in booking.span.days() {
        let state = facts.day(booking.resource(), day)?;
        // Freeing conflicts with nothing, so there is no refusal to lose.
        let freed = resource_day::decide(state, &command).unwrap_or_default();
        let stream = StreamId::ResourceDay(booking.resource().clone(), day);
        events.extend(
            freed
                .into_iter()
                .map(|event| (stream.clone(), event.into())),
        );
    }
    Ok(events)
}
