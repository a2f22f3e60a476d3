//! Hold by hold: placed once, ended once, on all its days.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    calendar::{Day, Extent, SlotMask, Taken, Timestamp},
    event::Event,
    resource_day::{HoldPlaced, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::Position;
use sqlx::types::Uuid;

use crate::stored::StoredEvent;

use super::{Faults, Promise, trail::Trail};

/// All that is told of a hold.
pub(super) struct HoldTrail {
    id: Uuid,
    extent: Option<Extent>,
    placed: BTreeMap<Day, SlotMask>,
    ended: BTreeSet<Day>,
    renewals: u32,
    /// Whether retention has emptied a row of it.
    emptied: bool,
    /// Whether it has emptied how it was placed.
    placing_emptied: bool,
    /// Whether a booking took its place.
    booked: bool,
    lease_expires_at: Timestamp,
    last: Position,
}

/// What the event that ends a hold repeats of it.
struct End {
    slots: SlotMask,
    lease_expires_at: Timestamp,
    renewals: u32,
}

impl Trail for HoldTrail {
    const SQL: &'static str = include_str!("by_hold.sql");
    const READING: &'static str = "reading holds";

    fn of(row: &StoredEvent) -> Option<Uuid> {
        row.columns.hold_id
    }

    fn new(id: Uuid) -> Self {
        Self {
            id,
            extent: None,
            placed: BTreeMap::new(),
            ended: BTreeSet::new(),
            renewals: 0,
            emptied: false,
            placing_emptied: false,
            booked: false,
            lease_expires_at: Timestamp::EPOCH,
            last: Position::START,
        }
    }

    fn take(&mut self, row: &StoredEvent, faults: &mut Faults) {
        self.last = row.position();
        let (Some(StreamId::ResourceDay(_, day)), Ok(Event::ResourceDay(event))) =
            (row.stream(), row.event())
        else {
            return;
        };
        self.emptied |= row.is_emptied();
        let wrong = match event {
            ResourceDayEvent::HoldPlaced(placed) => {
                self.placing_emptied |= row.is_emptied();
                self.place(day, &placed)
            }
            ResourceDayEvent::HoldRenewed(renewed) => {
                self.renewals += 1;
                self.lease_expires_at = renewed.lease_expires_at;
                (!self.ended.is_empty()).then_some("it is renewed after its end")
            }
            ResourceDayEvent::HoldReleased(end) => {
                let renewals = self.counted(row, end.renewals);
                self.end(day, &(end.slots, end.lease_expires_at, renewals).into())
            }
            ResourceDayEvent::HoldExpired(end) => {
                let renewals = self.counted(row, end.renewals);
                self.end(day, &(end.slots, end.lease_expires_at, renewals).into())
            }
            ResourceDayEvent::HoldConsumed(end) => {
                self.booked = true;
                self.end(day, &(end.slots, end.lease_expires_at, end.renewals).into())
            }
            ResourceDayEvent::SlotsBooked(_)
            | ResourceDayEvent::SlotsFreed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => None,
        };
        if let Some(wrong) = wrong {
            let says = format!("hold {}: {wrong}", self.id);
            faults.found_at(Promise::HoldEnds, row.position(), row.stream_name(), says);
        }
    }

    fn compare(self, faults: &mut Faults) {
        let mut found = |says| {
            let place = format!("hold {}", self.id);
            faults.found_at(Promise::HoldEnds, self.last, place, says);
        };
        let Some(extent) = self.extent else {
            return found("it was never placed");
        };
        if extent
            .days()
            .any(|(day, _)| !self.placed.contains_key(&day))
        {
            found("it is not placed on all days of its span");
        }
        if !self.ended.is_empty() && self.ended.len() < self.placed.len() {
            found("it ends on some of its days and not on all");
        }
        if self.emptied && self.ended.is_empty() {
            found("a row of it is emptied, and it has not ended");
        }
        if self.placing_emptied && self.booked {
            found("how it was placed is emptied, and a booking took its place");
        }
    }
}

impl HoldTrail {
    /// How many renewals the event says that ends it; one that is emptied says nothing.
    fn counted(&self, row: &StoredEvent, renewals: u32) -> u32 {
        if row.is_emptied() {
            self.renewals
        } else {
            renewals
        }
    }

    fn place(&mut self, day: Day, placed: &HoldPlaced) -> Option<&'static str> {
        let quantity = placed.quantity;
        let extent = Extent::new(placed.span, placed.buffers).seats(quantity);
        self.extent = Some(extent);
        self.lease_expires_at = placed.lease_expires_at;
        let (slots, buffer) = (placed.slots, placed.buffer);
        let told = Taken {
            slots,
            buffer,
            quantity,
        };
        if extent.on(day) != told {
            return Some("its slots are not those of its span and buffers");
        }
        let before = self.placed.insert(day, placed.slots);
        before.map(|_| "it is placed a second time")
    }

    fn end(&mut self, day: Day, end: &End) -> Option<&'static str> {
        let placed = self.placed.get(&day);
        if placed.is_none() {
            return Some("it ends where it was never placed");
        }
        if !self.ended.insert(day) {
            return Some("it ends a second time");
        }
        if placed != Some(&end.slots) {
            return Some("it ends with other slots than it had");
        }
        let repeated = (end.lease_expires_at, end.renewals);
        (repeated != (self.lease_expires_at, self.renewals))
            .then_some("its end repeats another lease or count of renewals than it had")
    }
}

impl From<(SlotMask, Timestamp, u32)> for End {
    fn from((slots, lease_expires_at, renewals): (SlotMask, Timestamp, u32)) -> Self {
        Self {
            slots,
            lease_expires_at,
            renewals,
        }
    }
}
