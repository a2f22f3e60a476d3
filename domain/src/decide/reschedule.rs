use crate::{
    booking::BookingCommand, calendar::Timestamp, command::RescheduleBooking, facts::Facts,
    rejection::Rejection, resource_day::FreedReason,
};

use super::{
    Decision, Outcome, Undecided,
    book::{Claim, evolve_booking},
    cancel::free_days,
    open_resource,
};

/// Frees the booking's own slots before it asks for the new ones, all in one
/// decision: on a refusal the booking stays where it is.
pub(super) fn decide(
    facts: &impl Facts,
    moved: &RescheduleBooking,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let id = moved.booking;
    let state = facts.booking(id)?;
    let before = state.get().ok_or(Rejection::BookingUnknown(id))?;
    let command = BookingCommand::Reschedule {
        span: moved.span,
        now,
    };
    let (booking, rescheduled) = evolve_booking(state, &command, id)?;
    let mut events = Vec::new();
    if !rescheduled.is_empty() {
        let terms = open_resource(facts, booking.resource())?;
        let claim = Claim {
            resource: booking.resource(),
            booking: id,
            session: moved.session,
            span: moved.span,
        };
        events.extend(claim.consume_hold(facts)?);
        events.extend(free_days(facts, before, FreedReason::Rescheduled)?);
        events.extend(claim.book(facts, terms, now)?);
        events.extend(rescheduled);
    }
    Ok(Decision {
        events,
        outcome: Outcome::Rescheduled(Box::new(booking)),
    })
}
