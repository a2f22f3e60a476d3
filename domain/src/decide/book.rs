use crate::{
    booking::{self, Booking, BookingCommand, BookingConfirmed, BookingRefusal, ConfirmedBooking},
    calendar::{Span, Timestamp},
    command::BookSlots,
    event::StreamEvent,
    facts::Facts,
    ids::{BookingId, ResourceId, SessionId},
    offer::{self, DaySlots},
    rejection::Rejection,
    resource::Terms,
    resource_day::{self, HoldEnd},
    stream::StreamId,
};

use super::{Decision, Outcome, Undecided, hold_end::end_hold, open_resource};

/// A replay is recognised before any rule is asked: the clock, the settings
/// and other bookings may have moved on since the first answer.
pub(super) fn decide(
    facts: &impl Facts,
    book: &BookSlots,
    now: Timestamp,
) -> Result<Decision, Undecided> {
    let state = facts.booking(book.booking)?;
    if let Some(made) = state.get() {
        return replay(made, book);
    }
    let terms = open_resource(facts, &book.resource)?;
    let claim = Claim {
        resource: &book.resource,
        booking: book.booking,
        session: Some(book.session),
        span: book.span,
    };
    let mut events = claim.consume_hold(facts)?;
    events.extend(claim.book(facts, terms, now)?);

    let confirm = BookingCommand::Confirm(BookingConfirmed {
        booking_id: book.booking,
        resource_id: book.resource.clone(),
        session_id: book.session,
        span: book.span,
        attendee: book.attendee.clone(),
        fingerprint: book.fingerprint.clone(),
        confirmed_at: now,
    });
    let (made, confirmed) = evolve_booking(state, &confirm, book.booking)?;
    events.extend(confirmed);
    Ok(Decision {
        events,
        outcome: Outcome::Booked {
            booking: Box::new(made),
            replayed: false,
        },
    })
}

fn replay(made: &ConfirmedBooking, book: &BookSlots) -> Result<Decision, Undecided> {
    let same = made.fingerprint().is_some() && made.fingerprint() == book.fingerprint.as_ref();
    if !same {
        return Err(Rejection::KeyReused.into());
    }
    Ok(Decision {
        events: vec![],
        outcome: Outcome::Booked {
            booking: Box::new(made.clone()),
            replayed: true,
        },
    })
}

/// A span that a booking is to have, on a session's behalf.
pub(super) struct Claim<'a> {
    pub(super) resource: &'a ResourceId,
    pub(super) booking: BookingId,
    pub(super) session: Option<SessionId>,
    pub(super) span: Span,
}

impl Claim<'_> {
    /// The end of the session's own hold, when the span overlaps it.
    pub(super) fn consume_hold(&self, facts: &impl Facts) -> Result<Vec<StreamEvent>, Undecided> {
        let own = self
            .session
            .and_then(|session| facts.holds().of(self.resource, session));
        match own.filter(|hold| hold.span.overlaps(self.span)) {
            Some(hold) => Ok(end_hold(facts, hold, HoldEnd::Consumed(self.booking))?),
            None => Ok(vec![]),
        }
    }

    /// The booking of each of the span's days; slots that the booking has
    /// already do not stand in its way.
    pub(super) fn book(
        &self,
        facts: &impl Facts,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<Vec<StreamEvent>, Undecided> {
        offer::require_available(terms, self.span, now, |day| {
            let state = facts.day(self.resource, day)?;
            Ok(DaySlots {
                open: offer::open_on(terms, day),
                booked: state.booked_except(Some(self.booking)),
                held: state.held_against(self.session),
            })
        })?;
        let mut events = Vec::new();
        for (day, slots) in self.span.days() {
            let booked = resource_day::book_slots(self.booking, slots);
            let stream = StreamId::ResourceDay(self.resource.clone(), day);
            events.push((stream, booked.into()));
        }
        Ok(events)
    }
}

/// A booking after `command`, and the events that took it there.
pub(super) fn evolve_booking(
    state: &Booking,
    command: &BookingCommand,
    id: BookingId,
) -> Result<(ConfirmedBooking, Vec<StreamEvent>), Undecided> {
    let decided = booking::decide(state, command).map_err(|refusal| match refusal {
        BookingRefusal::Unknown => Rejection::BookingUnknown(id),
        BookingRefusal::Exists => Rejection::KeyReused,
        BookingRefusal::Cancelled => Rejection::BookingCancelled(id),
        BookingRefusal::Ended(end) => Rejection::BookingEnded {
            booking_id: id,
            end,
        },
    })?;
    let mut next = state.clone();
    for event in &decided {
        next.evolve(event);
    }
    let made = next.get().cloned().ok_or(Rejection::BookingUnknown(id))?;
    let events = decided
        .into_iter()
        .map(|event| (StreamId::Booking(id), event.into()))
        .collect();
    Ok((made, events))
}
