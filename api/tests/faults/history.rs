//! The log as it lies in a database, and what it comes to at each position.
//!
//! Folded here and not by the domain, which is under test.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    booking::BookingEvent,
    calendar::SlotIndex,
    event::Event,
    ids::{BookingId, HoldId, SessionId},
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use sqlx::{Connection, FromRow, PgConnection, postgres::PgConnectOptions};

use crate::stretch::{Stretch, kept_free_after, midnight};

/// An event of the log.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    pub(crate) position: u64,
    pub(crate) stream: StreamId,
    pub(crate) event: Event,
    pub(crate) recorded_ms: i64,
    /// The request that caused it; none when none did.
    pub(crate) request: Option<String>,
    /// Whether it ends an append.
    pub(crate) ends_append: bool,
    /// Tells it from every other.
    pub(crate) hash: Vec<u8>,
    pub(crate) resource: usize,
    /// Whether its payload was taken from it.
    pub(crate) emptied: bool,
}

/// A resource's quarter hour.
pub(crate) type Slot = (usize, i64);

/// A live hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) resource: usize,
    pub(crate) session: SessionId,
    pub(crate) stretch: Stretch,
    pub(crate) expires_ms: i64,
}

/// A booking that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Booked {
    pub(crate) stretch: Stretch,
    pub(crate) cancelled: bool,
}

/// What a partition's log comes to at a position.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    pub(crate) busy: BTreeMap<Slot, BookingId>,
    pub(crate) holds: BTreeMap<HoldId, Held>,
    pub(crate) bookings: BTreeMap<BookingId, Booked>,
}

/// A partition's log.
#[derive(Debug, Default)]
pub(crate) struct Partition {
    pub(crate) events: Vec<Logged>,
    /// By position.
    pub(crate) states: Vec<State>,
    /// The positions of what each request wrote.
    pub(crate) by_request: BTreeMap<String, Vec<u64>>,
}

#[derive(FromRow)]
struct Row {
    partition: i16,
    position: i64,
    aggregate_type: String,
    aggregate_id: String,
    event_type: String,
    event_version: String,
    /// What the columns still tell of a renewal that was emptied.
    payload: String,
    emptied: bool,
    recorded_ms: i64,
    request: Option<String>,
    ends_append: bool,
    hash: Vec<u8>,
    resource_id: String,
}

/// Reads a whole log; a partition that has none is empty.
pub(crate) async fn read(options: PgConnectOptions, partitions: u16) -> Vec<Partition> {
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let rows: Vec<Row> = sqlx::query_as(
        "select partition, position, aggregate_type, aggregate_id, event_type, event_version,
             coalesce(payload, renewal)::text as payload, payload is null as emptied,
             (extract(epoch from recorded_at) * 1000)::bigint as recorded_ms,
             metadata ->> 'requestId' as request, tip is not null as ends_append, hash, resource_id
         from events, json_build_object('HoldRenewed', json_build_object(
             'holdId', hold_id, 'lease', 'presence',
             'renewedAt', to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),
             'leaseExpiresAt',
             to_char(lease_expires_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')
         )) as renewal
         order by partition, position",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();
    let mut read: Vec<Partition> = (0..partitions).map(|_| Partition::new()).collect();
    for row in rows {
        let partition = &mut read[usize::try_from(row.partition).unwrap()];
        partition.push(row.logged());
    }
    read
}

impl Row {
    fn logged(self) -> Logged {
        let stream = StreamId::parse(&self.aggregate_type, &self.aggregate_id).unwrap();
        let event = Event::decode(
            &stream,
            &self.event_type,
            &self.event_version,
            &self.payload,
        );
        let resource = self.resource_id.rsplit('-').next();
        Logged {
            position: self.position.unsigned_abs(),
            event: event.unwrap(),
            stream,
            recorded_ms: self.recorded_ms,
            request: self.request,
            ends_append: self.ends_append,
            hash: self.hash,
            emptied: self.emptied,
            resource: resource.unwrap().parse().unwrap(),
        }
    }
}

impl Partition {
    fn new() -> Self {
        Self {
            states: vec![State::default()],
            ..Self::default()
        }
    }

    /// Adds the next event. What comes after a gap is left out: the gap is found
    /// by others, and nothing of what follows can be told.
    fn push(&mut self, logged: Logged) {
        if usize::try_from(logged.position).unwrap() != self.events.len() + 1 {
            return;
        }
        let mut next = self.states.last().unwrap().clone();
        next.apply(&logged);
        self.states.push(next);
        if let Some(request) = &logged.request {
            let written = self.by_request.entry(request.clone()).or_default();
            written.push(logged.position);
        }
        self.events.push(logged);
    }

    /// What a request wrote.
    pub(crate) fn written(&self, request: &str) -> Vec<&Logged> {
        let positions = self.by_request.get(request).into_iter().flatten();
        let at = |position: &u64| &self.events[usize::try_from(*position).unwrap() - 1];
        positions.map(at).collect()
    }

    /// The states that a command may have been decided on whose batch left the
    /// partition at `position`; none when it never was there.
    pub(crate) fn decided_on(&self, position: u64) -> &[State] {
        let Ok(end) = usize::try_from(position) else {
            return &[];
        };
        if end >= self.states.len() {
            return &[];
        }
        let earlier = self.events[..end.saturating_sub(1)].iter();
        let start = earlier.rev().find(|event| event.ends_append);
        let start = start.map_or(0, |event| usize::try_from(event.position).unwrap());
        &self.states[start..=end]
    }

    /// The states from `position` on.
    pub(crate) fn from(&self, position: u64) -> &[State] {
        let start = usize::try_from(position).unwrap_or(usize::MAX);
        self.states.get(start..).unwrap_or_default()
    }
}

impl State {
    fn apply(&mut self, logged: &Logged) {
        match &logged.event {
            Event::Resource(_) => {}
            Event::Booking(event) => self.apply_to_bookings(event),
            Event::ResourceDay(event) => self.apply_to_days(logged, event),
        }
    }

    fn apply_to_bookings(&mut self, event: &BookingEvent) {
        match event {
            BookingEvent::BookingConfirmed(made) => {
                let booked = Booked {
                    stretch: made.span.into(),
                    cancelled: false,
                };
                self.bookings.insert(made.booking_id, booked);
            }
            BookingEvent::BookingRescheduled(moved) => {
                if let Some(booked) = self.bookings.get_mut(&moved.booking_id) {
                    booked.stretch = moved.span.into();
                }
            }
            BookingEvent::BookingCancelled(cancelled) => {
                if let Some(booked) = self.bookings.get_mut(&cancelled.booking_id) {
                    booked.cancelled = true;
                }
            }
            BookingEvent::AttendeeErased(_) => {}
        }
    }

    fn apply_to_days(&mut self, logged: &Logged, event: &ResourceDayEvent) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => {
                let held = Held {
                    resource: logged.resource,
                    session: placed.session_id,
                    stretch: placed.span.into(),
                    expires_ms: placed.lease_expires_at.ms(),
                };
                self.holds.insert(placed.hold_id, held);
            }
            ResourceDayEvent::HoldRenewed(renewed) => {
                if let Some(held) = self.holds.get_mut(&renewed.hold_id) {
                    held.expires_ms = renewed.lease_expires_at.ms();
                }
            }
            ResourceDayEvent::HoldReleased(ended) => {
                self.holds.remove(&ended.hold_id);
            }
            ResourceDayEvent::HoldExpired(ended) => {
                self.holds.remove(&ended.hold_id);
            }
            ResourceDayEvent::HoldConsumed(ended) => {
                self.holds.remove(&ended.hold_id);
            }
            ResourceDayEvent::SlotsBooked(booked) => {
                let slots = logged.slots(booked.slots.slots().map(SlotIndex::get));
                let slots = slots.into_iter().map(|slot| (slot, booked.booking_id));
                self.busy.extend(slots);
            }
            ResourceDayEvent::SlotsFreed(freed) => {
                let slots = logged.slots(freed.slots.slots().map(SlotIndex::get));
                for slot in slots {
                    self.busy.remove(&slot);
                }
            }
            // Of holds that have ended.
            ResourceDayEvent::RenewalsCompacted(_) | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    /// The quarter hours of `stretch` that are booked, but for `except`.
    pub(crate) fn busy_in(
        &self,
        resource: usize,
        stretch: Stretch,
        except: Option<BookingId>,
    ) -> BTreeSet<i64> {
        let slots = stretch.slots();
        let others = slots.filter(|slot| {
            let booking = self.busy.get(&(resource, *slot));
            booking.is_some_and(|booking| Some(*booking) != except)
        });
        others.collect()
    }
}

impl State {
    /// The quarter hours of `stretch` that are booked or kept free after a booking, but for
    /// `except`.
    pub(crate) fn kept_in(
        &self,
        resource: usize,
        stretch: Stretch,
        except: Option<BookingId>,
    ) -> BTreeSet<i64> {
        let is_others = |slot: i64| {
            let booking = self.busy.get(&(resource, slot));
            booking.is_some_and(|booking| Some(*booking) != except)
        };
        let after = kept_free_after(resource);
        let slots = stretch.slots();
        let kept = slots.filter(|slot| (slot - after..=*slot).any(is_others));
        kept.collect()
    }
}

impl Logged {
    /// These quarter hours of its day.
    pub(crate) fn slots(&self, of_day: impl Iterator<Item = u8>) -> Vec<Slot> {
        let StreamId::ResourceDay(_, day) = &self.stream else {
            return Vec::new();
        };
        let midnight = midnight(&day.to_string()).unwrap();
        of_day
            .map(|slot| (self.resource, midnight + i64::from(slot)))
            .collect()
    }
}
