use crate::{
    booking::{self, Booking, BookingCommand, BookingConfirmed, BookingRefusal, ConfirmedBooking},
    calendar::{Extent, Timestamp},
    command::BookSlots,
    event::StreamEvent,
    facts::Facts,
    hold::Hold,
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
        extent: terms.settings.extent(book.span).seats(book.quantity),
    };
    let mut events = claim.consume_hold(facts)?;
    claim.require_available(facts, terms, now)?;
    events.extend(claim.book());

    let confirm = BookingCommand::Confirm(BookingConfirmed {
        booking_id: book.booking,
        resource_id: book.resource.clone(),
        session_id: book.session,
        span: book.span,
        buffers: terms.settings.buffers(),
        quantity: book.quantity,
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

/// What a booking is to take, on a session's behalf.
pub(super) struct Claim<'a> {
    pub(super) resource: &'a ResourceId,
    pub(super) booking: BookingId,
    pub(super) session: Option<SessionId>,
    pub(super) extent: Extent,
}

impl Claim<'_> {
    /// Since when the session has asked for the span: since it holds that very span, and as
    /// many seats, as long as the grace after the start lasts, so that who held in time can
    /// book.
    fn asked_at(&self, facts: &impl Facts, now: Timestamp) -> Timestamp {
        let own = self
            .session
            .and_then(|session| facts.holds().of(self.resource, session));
        let in_time = |hold: &&Hold| {
            hold.span == self.extent.span()
                && hold.quantity >= self.extent.quantity()
                && now < hold.grace_ends_at()
        };
        own.filter(in_time).map_or(now, |hold| hold.placed_at)
    }

    /// The end of the session's own hold, when the two overlap.
    pub(super) fn consume_hold(&self, facts: &impl Facts) -> Result<Vec<StreamEvent>, Undecided> {
        let own = self
            .session
            .and_then(|session| facts.holds().of(self.resource, session));
        match own.filter(|hold| hold.extent().overlaps(self.extent)) {
            Some(hold) => Ok(end_hold(facts, hold, HoldEnd::Consumed(self.booking))?),
            None => Ok(vec![]),
        }
    }

    /// Whether it is free; slots that the booking has already do not stand in its way.
    pub(super) fn require_available(
        &self,
        facts: &impl Facts,
        terms: &Terms,
        now: Timestamp,
    ) -> Result<(), Undecided> {
        let now = self.asked_at(facts, now);
        offer::require_available(terms, self.extent, now, |day| {
            let state = facts.day(self.resource, day)?;
            let taken = state.taken_against(Some(self.booking), self.session);
            Ok(DaySlots::of(terms, day, self.extent.quantity(), &taken))
        })?;
        Ok(())
    }

    /// The booking of each of its days.
    pub(super) fn book(&self) -> Vec<StreamEvent> {
        let mut events = Vec::new();
        for (day, taken) in self.extent.days() {
            let booked = resource_day::book_slots(self.booking, taken);
            let stream = StreamId::ResourceDay(self.resource.clone(), day);
            events.push((stream, booked.into()));
        }
        events
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
