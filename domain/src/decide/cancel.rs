use crate::{
    booking::{BookingCommand, ConfirmedBooking},
    calendar::Timestamp,
    command::CancelBooking,
    event::StreamEvent,
    facts::{Facts, NotLoaded},
    resource::ResourceSettings,
    resource_day::{self, FreedReason},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided, book::evolve_booking, notice::require_notice};

pub(super) fn decide(
    facts: &impl Facts,
    CancelBooking { booking, asker }: CancelBooking,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let state = facts.booking(booking)?;
    let command = BookingCommand::Cancel { now };
    let (cancelled, mut events) = evolve_booking(state, &command, booking)?;
    if !events.is_empty() {
        let of = ResourceSettings::cancel_notice;
        require_notice(facts, (&cancelled, asker), of, now)?;
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
