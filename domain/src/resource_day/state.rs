use serde::{Deserialize, Serialize};

use crate::{
    calendar::{SlotMask, Timestamp},
    ids::{BookingId, HoldId, SessionId},
};

use super::ResourceDayEvent;

/// What a booking has of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookedSlots {
    /// The booking.
    pub booking_id: BookingId,
    /// Its slots of the day.
    pub slots: SlotMask,
}

/// What a hold has of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HeldSlots {
    /// The hold.
    pub hold_id: HoldId,
    /// Whose it is.
    pub session_id: SessionId,
    /// Its slots of the day.
    pub slots: SlotMask,
    /// The end of its lease as this day knows it: up to date on the hold's
    /// first day, as placed on the others.
    pub lease_expires_at: Timestamp,
    /// Its renewals as this day knows them; zero on all but its first day.
    pub renewals: u32,
}

/// A resource's UTC day, folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDay {
    bookings: Vec<BookedSlots>,
    holds: Vec<HeldSlots>,
}

impl ResourceDay {
    /// The slots under a confirmed booking: `busySlots`.
    pub fn booked(&self) -> SlotMask {
        self.booked_except(None)
    }

    /// The slots under a confirmed booking other than `booking`.
    pub fn booked_except(&self, booking: Option<BookingId>) -> SlotMask {
        let others = self
            .bookings
            .iter()
            .filter(|booked| Some(booked.booking_id) != booking);
        others.fold(SlotMask::EMPTY, |mask, booked| mask | booked.slots)
    }

    /// The slots under a live hold of a session other than `session`.
    pub fn held_against(&self, session: Option<SessionId>) -> SlotMask {
        let others = self
            .holds
            .iter()
            .filter(|held| Some(held.session_id) != session);
        others.fold(SlotMask::EMPTY, |mask, held| mask | held.slots)
    }

    /// The bookings, in the order in which they came.
    pub fn bookings(&self) -> &[BookedSlots] {
        &self.bookings
    }

    /// The live holds, in the order in which they came.
    pub fn holds(&self) -> &[HeldSlots] {
        &self.holds
    }

    /// What `booking` has of the day; empty when nothing.
    pub fn slots_of(&self, booking: BookingId) -> SlotMask {
        let own = self
            .bookings
            .iter()
            .filter(|booked| booked.booking_id == booking);
        own.fold(SlotMask::EMPTY, |mask, booked| mask | booked.slots)
    }

    /// The hold of this id, if it lives.
    pub fn hold(&self, id: HoldId) -> Option<&HeldSlots> {
        self.holds.iter().find(|held| held.hold_id == id)
    }

    /// Folds one event. Total: history is never refused.
    pub fn evolve(&mut self, event: &ResourceDayEvent) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => self.holds.push(HeldSlots {
                hold_id: placed.hold_id,
                session_id: placed.session_id,
                slots: placed.slots,
                lease_expires_at: placed.lease_expires_at,
                renewals: 0,
            }),
            ResourceDayEvent::HoldRenewed(renewed) => {
                let held = self.holds.iter_mut();
                for held in held.filter(|held| held.hold_id == renewed.hold_id) {
                    held.lease_expires_at = renewed.lease_expires_at;
                    held.renewals += 1;
                }
            }
            ResourceDayEvent::HoldReleased(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::HoldExpired(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::HoldConsumed(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::SlotsBooked(booked) => self.bookings.push(BookedSlots {
                booking_id: booked.booking_id,
                slots: booked.slots,
            }),
            ResourceDayEvent::SlotsFreed(freed) => self
                .bookings
                .retain(|booked| booked.booking_id != freed.booking_id),
            ResourceDayEvent::RenewalsCompacted(_) | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    fn end_hold(&mut self, id: HoldId) {
        self.holds.retain(|held| held.hold_id != id);
    }
}
