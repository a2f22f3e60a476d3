//! The partition as it will be once the batch under way is committed.

use std::{cell::Cell, collections::HashMap};

use domain::{
    booking::{Booking, ConfirmedBooking},
    calendar::Day,
    event::Event,
    facts::{Facts, NotLoaded},
    hold::{Hold, LiveHolds},
    ids::{BookingId, HoldId, ResourceId},
    resource::Resource,
    resource_day::ResourceDay,
    stream::StreamId,
};

use crate::memory::{Aggregate, BegunDays, Stream, StreamCache};

/// The memory with the events of the batch laid over it.
///
/// Streams are copied when they are first changed. The index of holds is
/// changed in place, and put back when this is dropped: between two batches the
/// memory holds what is committed and nothing else.
#[derive(Debug)]
pub(crate) struct Working<'a> {
    streams: &'a StreamCache,
    begun: &'a BegunDays,
    changed: HashMap<StreamId, Stream>,
    holds: &'a mut LiveHolds,
    /// The holds that the batch touched, as they are in the log.
    before: HashMap<HoldId, Option<Hold>>,
    presumed: Option<BookingId>,
    leaned: Cell<bool>,
    unmade: Booking,
    fresh: ResourceDay,
}

impl<'a> Working<'a> {
    pub(crate) fn new(
        streams: &'a StreamCache,
        begun: &'a BegunDays,
        holds: &'a mut LiveHolds,
    ) -> Self {
        Self {
            streams,
            begun,
            changed: HashMap::new(),
            holds,
            before: HashMap::new(),
            presumed: None,
            leaned: Cell::new(false),
            unmade: Booking::default(),
            fresh: ResourceDay::default(),
        }
    }

    /// Takes `booking` for one that was never made, unless it is at hand.
    ///
    /// What is decided on this must append the booking's first event, which the
    /// log refuses if the booking exists; [`Self::leaned`] tells whether it
    /// was decided on this.
    pub(crate) fn presume(&mut self, booking: Option<BookingId>) {
        self.presumed = booking;
        self.leaned.set(false);
    }

    /// Whether a booking has been presumed, and asked for, since the last
    /// [`Self::presume`].
    pub(crate) fn leaned(&self) -> bool {
        self.leaned.get()
    }

    /// Adds an event at the end of its stream; returns its sequence and the
    /// resource that it is about.
    pub(crate) fn append(&mut self, id: &StreamId, event: &Event) -> (u64, ResourceId) {
        self.apply_to_holds(id, event);
        let streams = self.streams;
        let stream = self.changed.entry(id.clone()).or_insert_with(|| {
            let kept = streams.get(id).cloned();
            kept.unwrap_or_else(|| Stream::empty(id))
        });
        let sequence = stream.append(event);
        let resource = match (id, &stream.state) {
            (StreamId::Resource(resource) | StreamId::ResourceDay(resource, _), _) => resource,
            (StreamId::Booking(_), Aggregate::Booking(booking)) => booking
                .get()
                .map(ConfirmedBooking::resource)
                .expect("only what was made is decided on, and its first event makes it"),
            (StreamId::Booking(_), _) => unreachable!("a booking's stream holds a booking"),
        };
        (sequence, resource.clone())
    }

    fn apply_to_holds(&mut self, id: &StreamId, event: &Event) {
        let Event::ResourceDay(event_of_day) = event else {
            return;
        };
        if let Some(hold) = event_of_day.hold_id() {
            let holds = &self.holds;
            self.before
                .entry(hold)
                .or_insert_with(|| holds.get(hold).cloned());
            self.holds.apply(id, event);
        }
    }

    fn stream(&self, id: &StreamId) -> Option<&Stream> {
        // Most batches read far more streams than they have changed so far.
        let changed = if self.changed.is_empty() {
            None
        } else {
            self.changed.get(id)
        };
        changed.or_else(|| self.streams.get(id))
    }
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        // First all out, then the old ones in: a session's place in the index
        // is its last hold's.
        for hold in self.before.keys() {
            self.holds.remove(*hold);
        }
        for (_, hold) in self.before.drain() {
            if let Some(hold) = hold {
                self.holds.insert(hold);
            }
        }
    }
}

impl Facts for Working<'_> {
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded> {
        let id = StreamId::Resource(id.clone());
        match self.stream(&id).map(|stream| &stream.state) {
            Some(Aggregate::Resource(state)) => Ok(state),
            _ => Err(NotLoaded(id)),
        }
    }

    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded> {
        let id = StreamId::ResourceDay(resource.clone(), day);
        match self.stream(&id).map(|stream| &stream.state) {
            Some(Aggregate::ResourceDay(state)) => Ok(state),
            _ if self.begun.is_fresh(&id) => Ok(&self.fresh),
            _ => Err(NotLoaded(id)),
        }
    }

    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded> {
        let stream = StreamId::Booking(id);
        match self.stream(&stream).map(|stream| &stream.state) {
            Some(Aggregate::Booking(state)) => Ok(state),
            _ if self.presumed == Some(id) => {
                self.leaned.set(true);
                Ok(&self.unmade)
            }
            _ => Err(NotLoaded(stream)),
        }
    }

    fn holds(&self) -> &LiveHolds {
        self.holds
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test's panic is its report")]
mod tests {
    use domain::{
        calendar::{Buffers, SeatCount, SlotCount, SlotMask, Span, Timestamp},
        hold::Lease,
        ids::SessionId,
        resource_day::{HoldExpired, HoldPlaced, HoldRenewed, ResourceDayEvent},
    };
    use uuid::Uuid;

    use super::*;

    fn placed(id: u128, session: u128) -> ResourceDayEvent {
        let end = Timestamp::EPOCH.plus_ms(60_000);
        ResourceDayEvent::HoldPlaced(HoldPlaced {
            hold_id: HoldId::new(Uuid::from_u128(id)),
            session_id: SessionId::new(Uuid::from_u128(session)),
            span: Span::new(Timestamp::EPOCH, SlotCount::from_minutes(15).unwrap()).unwrap(),
            slots: SlotMask::EMPTY,
            lease: Lease::Presence,
            placed_at: Timestamp::EPOCH,
            lease_expires_at: end,
            renewable_until: end,
            buffer: SlotMask::EMPTY,
            buffers: Buffers::NONE,
            quantity: SeatCount::ONE,
        })
    }

    fn expired(id: u128) -> ResourceDayEvent {
        ResourceDayEvent::HoldExpired(HoldExpired {
            hold_id: HoldId::new(Uuid::from_u128(id)),
            slots: SlotMask::EMPTY,
            lease_expires_at: Timestamp::EPOCH,
            renewals: 0,
        })
    }

    fn renewed(id: u128) -> ResourceDayEvent {
        ResourceDayEvent::HoldRenewed(HoldRenewed {
            hold_id: HoldId::new(Uuid::from_u128(id)),
            lease: Lease::Presence,
            renewed_at: Timestamp::EPOCH,
            lease_expires_at: Timestamp::EPOCH.plus_ms(90_000),
        })
    }

    /// The holds by session, which is all that can be seen of an index.
    fn seen(holds: &LiveHolds, resource: &ResourceId) -> Vec<Option<Hold>> {
        let sessions = (1..=4).map(|session| SessionId::new(Uuid::from_u128(session)));
        let own = sessions.map(|session| holds.of(resource, session).cloned());
        own.collect()
    }

    #[test]
    fn what_a_batch_did_to_holds_is_undone_when_the_copy_goes() {
        let resource: ResourceId = "studio-a".parse().unwrap();
        let stream = StreamId::ResourceDay(resource.clone(), Day::of(Timestamp::EPOCH));
        let (streams, begun) = (StreamCache::new(1), BegunDays::new());
        let mut holds = LiveHolds::default();
        for (id, session) in [(1, 1), (2, 2), (3, 3)] {
            holds.apply(&stream, &placed(id, session).into());
        }
        let before = (seen(&holds, &resource), holds.next_lease(), holds.len());

        let mut working = Working::new(&streams, &begun, &mut holds);
        // One renewed and ended, one moved twice, one moved and ended, one new.
        let events = [
            renewed(1),
            expired(1),
            expired(2),
            placed(5, 2),
            expired(5),
            placed(6, 2),
            expired(3),
            placed(7, 3),
            expired(7),
            placed(8, 4),
        ];
        for event in events {
            working.append(&stream, &event.into());
        }
        let ids: Vec<_> = seen(working.holds(), &resource)
            .into_iter()
            .map(|hold| hold.map(|hold| hold.id.uuid().as_u128()))
            .collect();
        assert_eq!(ids, [None, Some(6), None, Some(8)]);

        drop(working);
        let after = (seen(&holds, &resource), holds.next_lease(), holds.len());
        assert_eq!(after, before);
    }
}
