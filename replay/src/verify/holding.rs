//! In the order of positions: what the rules say of resources, holds and bookings
//! together.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use domain::{
    booking::{BookingConfirmed, BookingEvent},
    calendar::Timestamp,
    event::Event,
    hold::LiveHolds,
    ids::{BookingId, HoldId, ResourceId, SessionId},
    resource::ResourceEvent,
    resource_day::{HoldPlaced, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::RecordedEvent;

use crate::stored::StoredEvent;

use super::{Faults, Promise};

/// How long the log may go on beside a hold that is due before the hold should have
/// ended: a node that must read its days first, or is busy with many, takes seconds.
const OVERDUE_MAX: Duration = Duration::from_mins(1);

/// What stands at a position of a partition.
#[derive(Debug, Default)]
pub(super) struct Holding {
    /// The resources that take holds and bookings.
    open: HashSet<ResourceId>,
    holds: LiveHolds,
    /// The holds that are due, and since when the log went on beside them.
    overdue: HashMap<HoldId, Timestamp>,
    /// Of the append that is under way.
    append: Append,
}

#[derive(Debug, Default)]
struct Append {
    /// The holds that bookings took the place of, and whose they were.
    consumed: Vec<(BookingId, HoldId, SessionId)>,
    /// The bookings that were made or moved.
    made: HashSet<BookingId>,
    /// Whether a command was decided, so that what is due had to be ended before.
    decided: bool,
}

impl Holding {
    /// Takes the next event.
    pub(super) fn take(
        &mut self,
        row: &StoredEvent,
        recorded: &RecordedEvent,
        faults: &mut Faults,
    ) {
        let of_upkeep = match (&recorded.stream, &recorded.event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                self.resource(id, event);
                false
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                self.check_day(row, (id, event), faults);
                if let ResourceDayEvent::HoldPlaced(placed) = event
                    && placed.span.first_day() == *day
                {
                    self.check_placed(row, id, placed, faults);
                }
                matches!(
                    event,
                    ResourceDayEvent::RenewalsCompacted(_) | ResourceDayEvent::HoldsCompacted(_)
                )
            }
            (StreamId::Booking(id), Event::Booking(event)) => {
                self.booking(row, *id, event, faults);
                matches!(event, BookingEvent::AttendeeErased(_))
            }
            _ => return,
        };
        self.append.decided |= !of_upkeep;
        self.holds.apply(&recorded.stream, &recorded.event);
        if row.tip.is_some() {
            self.end_append(row, row.decided_at(), faults);
        }
    }

    fn resource(&mut self, id: &ResourceId, event: &ResourceEvent) {
        match event {
            ResourceEvent::ResourceRegistered(_) | ResourceEvent::ResourceChanged(_) => {
                self.open.insert(id.clone());
            }
            ResourceEvent::ResourceRetired(_) => {
                self.open.remove(id);
            }
            ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_) => {}
        }
    }

    fn check_placed(
        &self,
        row: &StoredEvent,
        resource: &ResourceId,
        placed: &HoldPlaced,
        faults: &mut Faults,
    ) {
        let wrong = if !self.is_open(resource, faults) {
            format!("a hold on {resource}, which is not registered, or retired")
        } else if let Some(other) = self.holds.of(resource, placed.session_id)
            && !faults.taints.has_thing(other.id.uuid())
        {
            let session = placed.session_id;
            format!(
                "session {session} has a hold on {resource} already, {}",
                other.id
            )
        } else {
            return;
        };
        faults.found_at(Promise::Rules, row.position(), row.stream_name(), wrong);
        faults.taints.thing(placed.hold_id.uuid());
    }

    /// Checks how holds end.
    fn check_day(
        &mut self,
        row: &StoredEvent,
        (resource, event): (&ResourceId, &ResourceDayEvent),
        faults: &mut Faults,
    ) {
        match event {
            ResourceDayEvent::HoldExpired(expired) => {
                let Some(hold) = self.holds.get(expired.hold_id) else {
                    return;
                };
                let (ends, now) = (hold.lease_expires_at, row.decided_at());
                if now < ends && !faults.taints.has_thing(hold.id.uuid()) {
                    let id = hold.id;
                    let says = format!("hold {id} expires before the end of its lease, {ends}");
                    faults.found_at(Promise::Rules, row.position(), row.stream_name(), says);
                    faults.taints.thing(id.uuid());
                }
            }
            ResourceDayEvent::HoldConsumed(consumed) => {
                if let Some(hold) = self.holds.get(consumed.hold_id) {
                    let whose = (consumed.booking_id, hold.id, hold.session);
                    self.append.consumed.push(whose);
                }
            }
            ResourceDayEvent::SlotsBooked(_) if !self.is_open(resource, faults) => {
                let says = format!("slots of {resource}, which is not registered, or retired");
                faults.found_at(Promise::Rules, row.position(), row.stream_name(), says);
                faults.taints.row(row);
            }
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::HoldReleased(_)
            | ResourceDayEvent::SlotsBooked(_)
            | ResourceDayEvent::SlotsFreed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    fn booking(
        &mut self,
        row: &StoredEvent,
        id: BookingId,
        event: &BookingEvent,
        faults: &mut Faults,
    ) {
        match event {
            BookingEvent::BookingConfirmed(made) => {
                self.append.made.insert(id);
                self.check_session(row, made, faults);
            }
            BookingEvent::BookingRescheduled(_) => {
                self.append.made.insert(id);
            }
            BookingEvent::BookingCancelled(_) | BookingEvent::AttendeeErased(_) => {}
        }
    }

    /// A booking takes the place of its own session's hold alone.
    fn check_session(&self, row: &StoredEvent, made: &BookingConfirmed, faults: &mut Faults) {
        let consumed = self.append.consumed.iter();
        let mut of_others = consumed
            .filter(|(booking, _, session)| {
                *booking == made.booking_id && *session != made.session_id
            })
            .map(|(_, hold, _)| *hold);
        if let Some(hold) = of_others.next() {
            let says = format!("it takes the place of hold {hold}, which is another session's");
            faults.found_at(Promise::Rules, row.position(), row.stream_name(), says);
            faults.taints.thing(hold.uuid());
        }
    }

    fn is_open(&self, resource: &ResourceId, faults: &Faults) -> bool {
        self.open.contains(resource) || faults.taints.has_stream(&format!("Resource {resource}"))
    }

    /// All events of an append were taken.
    fn end_append(&mut self, row: &StoredEvent, now: Timestamp, faults: &mut Faults) {
        let append = std::mem::take(&mut self.append);
        let mut consumed = append.consumed.iter();
        if let Some((booking, hold, _)) = consumed.find(|(booking, hold, _)| {
            !append.made.contains(booking)
                && !faults.taints.has_thing(booking.uuid())
                && !faults.taints.has_thing(hold.uuid())
        }) {
            let says =
                format!("hold {hold} is consumed, and booking {booking} is not made with it");
            faults.found_at(Promise::Rules, row.position(), row.stream_name(), says);
            faults.taints.thing(hold.uuid());
        }
        if append.decided {
            self.check_overdue(row, now, faults);
        }
    }

    /// Tells of holds that are due for long, beside which the log went on.
    fn check_overdue(&mut self, row: &StoredEvent, now: Timestamp, faults: &mut Faults) {
        let mut never = Vec::new();
        for hold in self.holds.due(now) {
            let since = *self.overdue.entry(hold.id).or_insert(now);
            let limit = since.plus_ms(OVERDUE_MAX.as_millis().try_into().unwrap_or(u64::MAX));
            if limit < now {
                never.push((hold.id, hold.lease_expires_at));
            }
        }
        for (id, ends) in never {
            self.holds.remove(id);
            self.overdue.remove(&id);
            if faults.taints.has_thing(id.uuid()) {
                continue;
            }
            let place = format!("hold {id}");
            let says =
                format!("its lease ended at {ends}, and nothing ends it, though the log went on");
            faults.found_at(Promise::HoldEnds, row.position(), place, says);
            faults.taints.thing(id.uuid());
        }
    }
}
