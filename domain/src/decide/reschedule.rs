use crate::{
    booking::{BookingCommand, ConfirmedBooking},
    calendar::{Extent, Span, Timestamp},
    command::RescheduleBooking,
    facts::Facts,
    rejection::Rejection,
    resource::{ResourceSettings, Terms},
    resource_day::FreedReason,
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
    let resource = facts.resource(before.resource())?;
    let buffers = resource.settings().map(ResourceSettings::buffers);
    // What runs keeps what it keeps free: its end alone is changed.
    let buffers = match buffers {
        Some(buffers) if !is_end_of_running(before, moved.span, now) => buffers,
        Some(_) | None => before.buffers,
    };
    let extent = Extent::new(moved.span, buffers).seats(before.quantity());
    let command = BookingCommand::Reschedule { extent, now };
    let (booking, rescheduled) = evolve_booking(state, &command, id)?;
    let mut events = Vec::new();
    if !rescheduled.is_empty() {
        let terms = open_resource(facts, booking.resource())?;
        let claim = Claim {
            resource: booking.resource(),
            booking: id,
            session: moved.session,
            extent,
        };
        events.extend(claim.consume_hold(facts)?);
        events.extend(free_days(facts, before, FreedReason::Rescheduled)?);
        require_span(facts, terms, &claim, before, now)?;
        events.extend(claim.book());
        events.extend(rescheduled);
    }
    Ok(Decision {
        events,
        outcome: Outcome::Rescheduled(Box::new(booking)),
    })
}

/// Whether `span` changes the end of a booking that has begun, and nothing else.
fn is_end_of_running(booking: &ConfirmedBooking, span: Span, now: Timestamp) -> bool {
    let start = booking.span.start();
    span.start() == start && start < now
}

/// Whether what the booking is to move to is free. Of one that has begun: what has gone
/// by stays its own; a new end lies ahead; a shorter one, of whatever length, only lets go
/// of slots.
fn require_span(
    facts: &impl Facts,
    terms: &Terms,
    claim: &Claim<'_>,
    before: &ConfirmedBooking,
    now: Timestamp,
) -> Result<(), Undecided> {
    let span = claim.extent.span();
    if !is_end_of_running(before, span, now) {
        return claim.require_available(facts, terms, now);
    }
    if span.end() <= now {
        return Err(Rejection::Past { start: span.end() }.into());
    }
    if span.end() < before.span.end() {
        return Ok(());
    }
    claim.require_available(facts, terms, span.start())
}
