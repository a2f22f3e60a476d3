use crate::{
    calendar::{Extent, Span, Timestamp},
    command::Command,
    facts::{Facts, NotLoaded},
    hold::Hold,
    ids::{BookingId, ResourceId, SessionId},
    resource::{Resource, ResourceSettings},
    stream::StreamId,
};

use super::expire::unloaded_days;

/// The streams that must be loaded before `command` can be decided at `now`,
/// as far as the facts can tell; empty when all are at hand.
///
/// Loading them may show that more are needed (a booking names its days, a day
/// its overdue holds), so ask again until nothing is missing. Overdue holds that
/// touch the command's days count among what it needs, since they are to be
/// ended before it is decided.
pub fn needs(facts: &impl Facts, command: &Command, now: Timestamp) -> Vec<StreamId> {
    let mut needs = Needs {
        facts,
        now,
        missing: Vec::new(),
    };
    match command {
        Command::PutResource(put) => needs.resource(&put.resource),
        Command::RetireResource(resource) => needs.resource(resource),
        Command::AddExceptions(add) => needs.resource(&add.resource),
        Command::RemoveException(remove) => needs.resource(&remove.resource),
        Command::Heartbeat(beat) => {
            needs.resource(&beat.resource);
            needs.own_hold(&beat.resource, beat.session);
            if beat.renew.is_none() {
                needs.claim(&beat.resource, beat.span);
            }
        }
        Command::Leave(leave) => needs.own_hold(&leave.resource, leave.session),
        Command::BookSlots(book) => {
            needs.booking(book.booking);
            needs.resource(&book.resource);
            needs.own_hold(&book.resource, book.session);
            needs.claim(&book.resource, book.span);
        }
        Command::RescheduleBooking(moved) => {
            needs.booking(moved.booking);
            needs.reschedule(moved.booking, moved.span, moved.session);
        }
        Command::CancelBooking(cancel) => {
            needs.booking(cancel.booking);
            needs.resource_of(cancel.booking);
            needs.days_of(cancel.booking);
        }
    }
    needs.missing.sort_unstable();
    needs.missing.dedup();
    needs.missing
}

struct Needs<'a, F> {
    facts: &'a F,
    now: Timestamp,
    missing: Vec<StreamId>,
}

impl<F: Facts> Needs<'_, F> {
    fn note<T>(&mut self, fact: Result<T, NotLoaded>) -> Option<T> {
        match fact {
            Ok(fact) => Some(fact),
            Err(NotLoaded(stream)) => {
                self.missing.push(stream);
                None
            }
        }
    }

    fn resource(&mut self, id: &ResourceId) {
        self.note(self.facts.resource(id));
    }

    fn booking(&mut self, id: BookingId) {
        self.note(self.facts.booking(id));
    }

    fn hold(&mut self, hold: &Hold) {
        self.missing.extend(unloaded_days(self.facts, hold));
    }

    fn own_hold(&mut self, resource: &ResourceId, session: SessionId) {
        if let Some(hold) = self.facts.holds().of(resource, session) {
            self.hold(hold);
        }
    }

    /// The days that a claim on `span` takes, as far as the settings are at hand.
    fn claim(&mut self, resource: &ResourceId, span: Span) {
        let known = self.facts.resource(resource).ok();
        let settings = known.and_then(Resource::settings);
        let buffers = settings.map(ResourceSettings::buffers);
        self.days(resource, Extent::new(span, buffers.unwrap_or_default()));
    }

    fn days(&mut self, resource: &ResourceId, extent: Extent) {
        for (day, _) in extent.days() {
            let Some(state) = self.note(self.facts.day(resource, day)) else {
                continue;
            };
            for held in state.holds() {
                let hold = self.facts.holds().get(held.hold_id);
                if let Some(overdue) = hold.filter(|hold| hold.is_due(self.now)) {
                    self.hold(overdue);
                }
            }
        }
    }

    fn resource_of(&mut self, booking: BookingId) {
        let booking = self.facts.booking(booking).ok();
        if let Some(made) = booking.and_then(|booking| booking.get()) {
            self.resource(made.resource());
        }
    }

    fn days_of(&mut self, booking: BookingId) {
        let booking = self.facts.booking(booking).ok();
        if let Some(made) = booking.and_then(|booking| booking.get()) {
            self.days(made.resource(), made.extent());
        }
    }

    fn reschedule(&mut self, booking: BookingId, span: Span, session: Option<SessionId>) {
        self.days_of(booking);
        let booking = self.facts.booking(booking).ok();
        let Some(made) = booking.and_then(|booking| booking.get()) else {
            return;
        };
        self.resource(made.resource());
        self.claim(made.resource(), span);
        if let Some(session) = session {
            self.own_hold(made.resource(), session);
        }
    }
}
