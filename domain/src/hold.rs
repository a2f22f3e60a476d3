//! A hold: a session's claim on a span, for as long as its lease lasts.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    calendar::{Buffers, Extent, SeatCount, Span, Timestamp},
    event::Event,
    ids::{HoldId, ResourceId, SessionId},
    resource_day::ResourceDayEvent,
    stream::StreamId,
};

/// For how long after the start of its span a hold may live, in milliseconds: who held in
/// time can finish the form, and nobody else is offered what has begun.
pub const HOLD_GRACE_MS: u64 = 300_000;
/// A hold whose last beat is later than now by more than this was given its lease by a
/// clock that was ahead: 5 min, up to which a partition is followed that is ahead.
pub const DATED_AHEAD_MIN: Duration = Duration::from_mins(5);

/// Which of a resource's two leases a beat asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Lease {
    /// While somebody looks at a slot: short, so that leaving frees it soon.
    #[default]
    Presence,
    /// From the booking form on: long, because browsers slow the timers of
    /// background tabs and people look things up.
    Checkout,
}

/// A live hold as its events tell it.
///
/// It blocks its extent for every other session from the event that placed it to
/// the event that ends it. `lease_expires_at` is the first instant at which it
/// is due to be ended; until that has happened, it still blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its name, new at each placing.
    pub id: HoldId,
    /// What is held.
    pub resource: ResourceId,
    /// Who holds it.
    pub session: SessionId,
    /// What it is to become a booking of.
    pub span: Span,
    /// What it keeps free beside that.
    pub buffers: Buffers,
    /// How many seats of all that.
    pub quantity: SeatCount,
    /// The lease that the last beat asked for.
    pub lease: Lease,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// When it was last renewed; when it was placed, if never.
    pub renewed_at: Timestamp,
    /// When it is due to end unless a beat renews it. Exclusive.
    pub lease_expires_at: Timestamp,
    /// No renewal lasts past this instant.
    pub renewable_until: Timestamp,
    /// How many renewals the log holds.
    pub renewals: u32,
}

impl Hold {
    /// Whether its lease has run out at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.lease_expires_at <= now
    }

    /// All that it blocks.
    pub fn extent(&self) -> Extent {
        Extent::new(self.span, self.buffers).seats(self.quantity)
    }

    /// The end of the grace after its start, at which it ends whatever renews it. Exclusive.
    pub fn grace_ends_at(&self) -> Timestamp {
        self.span.start().plus_ms(HOLD_GRACE_MS)
    }

    /// Whether a clock gave it its lease that was ahead, as `now` sees it.
    pub fn is_dated_ahead(&self, now: Timestamp) -> bool {
        is_dated_ahead(self.renewed_at, now)
    }

    /// The streams of the days it blocks, ascending.
    pub fn day_streams(&self) -> impl Iterator<Item = StreamId> {
        let resource = self.resource.clone();
        self.extent()
            .days()
            .map(move |(day, _)| StreamId::ResourceDay(resource.clone(), day))
    }
}

fn is_dated_ahead(renewed_at: Timestamp, now: Timestamp) -> bool {
    renewed_at.since(now) > DATED_AHEAD_MIN
}

/// The live holds of a set of resources, by id, by owner, by lease and by last beat: a
/// fold of their days' events in the order of the log.
///
/// A session has at most one hold on a resource.
#[derive(Debug, Clone, Default)]
pub struct LiveHolds {
    holds: HashMap<HoldId, Hold>,
    owners: HashMap<SessionId, HashMap<ResourceId, HoldId>>,
    leases: BTreeSet<(Timestamp, HoldId)>,
    beats: BTreeSet<(Timestamp, HoldId)>,
}

impl LiveHolds {
    /// Adds a hold that was read from a view, in place of one of the same id.
    pub fn insert(&mut self, hold: Hold) {
        self.remove(hold.id);
        self.leases.insert((hold.lease_expires_at, hold.id));
        self.beats.insert((hold.renewed_at, hold.id));
        self.owners
            .entry(hold.session)
            .or_default()
            .insert(hold.resource.clone(), hold.id);
        self.holds.insert(hold.id, hold);
    }

    /// Folds one event; events that concern no hold change nothing.
    ///
    /// A hold of several days is placed and ended by an event on each of them,
    /// all in one append: the first day's event places it, any one ends it.
    pub fn apply(&mut self, stream: &StreamId, event: &Event) {
        let (StreamId::ResourceDay(resource, day), Event::ResourceDay(event)) = (stream, event)
        else {
            return;
        };
        match event {
            ResourceDayEvent::HoldPlaced(placed) if placed.span.first_day() == *day => {
                self.insert(placed.hold(resource));
            }
            ResourceDayEvent::HoldRenewed(renewed) => {
                if let Some(hold) = self.holds.get(&renewed.hold_id) {
                    let hold = renewed.renew(hold);
                    self.insert(hold);
                }
            }
            ResourceDayEvent::HoldReleased(ended) => self.remove(ended.hold_id),
            ResourceDayEvent::HoldExpired(ended) => self.remove(ended.hold_id),
            ResourceDayEvent::HoldConsumed(ended) => self.remove(ended.hold_id),
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::SlotsBooked(_)
            | ResourceDayEvent::SlotsFreed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    /// Forgets a hold; nothing happens when it is not there.
    pub fn remove(&mut self, id: HoldId) {
        let Some(hold) = self.holds.remove(&id) else {
            return;
        };
        self.leases.remove(&(hold.lease_expires_at, id));
        self.beats.remove(&(hold.renewed_at, id));
        if let Some(owned) = self.owners.get_mut(&hold.session) {
            // A move places the new hold after it released the old one, yet the
            // index must survive the other order too.
            if owned.get(&hold.resource) == Some(&id) {
                owned.remove(&hold.resource);
            }
            if owned.is_empty() {
                self.owners.remove(&hold.session);
            }
        }
    }

    /// The hold of this id, if it lives.
    pub fn get(&self, id: HoldId) -> Option<&Hold> {
        self.holds.get(&id)
    }

    /// The session's hold on the resource, if it has one.
    pub fn of(&self, resource: &ResourceId, session: SessionId) -> Option<&Hold> {
        let id = self.owners.get(&session)?.get(resource)?;
        self.holds.get(id)
    }

    /// The holds whose lease has run out at `now`, the longest overdue first.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = &Hold> {
        self.leases
            .iter()
            .take_while(move |(lease_expires_at, _)| *lease_expires_at <= now)
            .filter_map(|(_, id)| self.holds.get(id))
    }

    /// The holds that a clock gave their lease that was ahead, as `now` sees it, the
    /// furthest ahead first.
    pub fn dated_ahead(&self, now: Timestamp) -> impl Iterator<Item = &Hold> {
        self.beats
            .iter()
            .rev()
            .take_while(move |(renewed_at, _)| is_dated_ahead(*renewed_at, now))
            .filter_map(|(_, id)| self.holds.get(id))
    }

    /// When the next lease runs out, if any hold lives.
    pub fn next_lease(&self) -> Option<Timestamp> {
        self.leases
            .first()
            .map(|(lease_expires_at, _)| *lease_expires_at)
    }

    /// All live holds, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values()
    }

    /// How many holds live.
    pub fn len(&self) -> usize {
        self.holds.len()
    }

    /// Whether no hold lives.
    pub fn is_empty(&self) -> bool {
        self.holds.is_empty()
    }
}
