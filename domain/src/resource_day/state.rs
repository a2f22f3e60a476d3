use serde::{Deserialize, Serialize};

use crate::{
    calendar::{SeatCount, SlotMask, Taken},
    ids::{BookingId, HoldId, SessionId},
};

use super::{DayTaken, ResourceDayEvent};

/// What a booking has of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BookedSlots {
    /// The booking.
    pub booking_id: BookingId,
    /// Its slots of the day.
    pub slots: SlotMask,
    /// The slots of the day that its buffers keep free.
    #[serde(default, skip_serializing_if = "SlotMask::is_empty")]
    pub buffer: SlotMask,
    /// How many seats of each of them.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
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
    /// The slots of the day that its buffers keep free.
    #[serde(default, skip_serializing_if = "SlotMask::is_empty")]
    pub buffer: SlotMask,
    /// How many seats of each of them.
    #[serde(default, skip_serializing_if = "SeatCount::is_one")]
    pub quantity: SeatCount,
}

impl BookedSlots {
    /// What it takes of the day.
    pub const fn taken(&self) -> Taken {
        Taken {
            slots: self.slots,
            buffer: self.buffer,
            quantity: self.quantity,
        }
    }
}

impl HeldSlots {
    /// What it takes of the day.
    pub const fn taken(&self) -> Taken {
        Taken {
            slots: self.slots,
            buffer: self.buffer,
            quantity: self.quantity,
        }
    }
}

/// A resource's UTC day, folded from its stream: what stands on it.
///
/// Nothing of how it came about is kept, not even the order: so a day that is read
/// from views equals the one that is folded from its stream.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ResourceDay {
    bookings: Vec<BookedSlots>,
    holds: Vec<HeldSlots>,
}

impl ResourceDay {
    /// The day on which these stand.
    pub fn of(mut bookings: Vec<BookedSlots>, mut holds: Vec<HeldSlots>) -> Self {
        bookings.sort_by_key(|booked| booked.booking_id);
        holds.sort_by_key(|held| held.hold_id);
        Self { bookings, holds }
    }

    /// The slots under a confirmed booking.
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

    /// The seats that other bookings than `booking`, and holds of other sessions than
    /// `session`, take.
    pub fn taken_against(
        &self,
        booking: Option<BookingId>,
        session: Option<SessionId>,
    ) -> DayTaken {
        let mut taken = DayTaken::default();
        for booked in &self.bookings {
            if Some(booked.booking_id) != booking {
                taken.book(booked.taken());
            }
        }
        for held in &self.holds {
            if Some(held.session_id) != session {
                taken.hold(held.taken());
            }
        }
        taken
    }

    /// The seats that bookings take.
    pub fn taken_by_bookings(&self) -> DayTaken {
        let mut taken = DayTaken::default();
        for booked in &self.bookings {
            taken.book(booked.taken());
        }
        taken
    }

    /// The bookings, in the order of their ids.
    pub fn bookings(&self) -> &[BookedSlots] {
        &self.bookings
    }

    /// The live holds, in the order of their ids.
    pub fn holds(&self) -> &[HeldSlots] {
        &self.holds
    }

    /// What `booking` takes of the day; empty when nothing.
    pub fn taken_by(&self, booking: BookingId) -> Taken {
        let own = self
            .bookings
            .iter()
            .filter(|booked| booked.booking_id == booking);
        own.fold(Taken::default(), |taken, booked| Taken {
            slots: taken.slots | booked.slots,
            buffer: taken.buffer | booked.buffer,
            quantity: booked.quantity,
        })
    }

    /// The hold of this id, if it lives.
    pub fn hold(&self, id: HoldId) -> Option<&HeldSlots> {
        self.holds.iter().find(|held| held.hold_id == id)
    }

    /// Folds one event. Total: history is never refused.
    pub fn evolve(&mut self, event: &ResourceDayEvent) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => self.hold_slots(HeldSlots {
                hold_id: placed.hold_id,
                session_id: placed.session_id,
                slots: placed.slots,
                buffer: placed.buffer,
                quantity: placed.quantity,
            }),
            ResourceDayEvent::HoldReleased(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::HoldExpired(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::HoldConsumed(ended) => self.end_hold(ended.hold_id),
            ResourceDayEvent::SlotsBooked(booked) => self.book(BookedSlots {
                booking_id: booked.booking_id,
                slots: booked.slots,
                buffer: booked.buffer,
                quantity: booked.quantity,
            }),
            ResourceDayEvent::SlotsFreed(freed) => self
                .bookings
                .retain(|booked| booked.booking_id != freed.booking_id),
            // The hold itself knows its lease.
            ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    fn hold_slots(&mut self, new: HeldSlots) {
        let place = self
            .holds
            .partition_point(|held| held.hold_id <= new.hold_id);
        self.holds.insert(place, new);
    }

    fn book(&mut self, new: BookedSlots) {
        let before = |booked: &BookedSlots| booked.booking_id <= new.booking_id;
        let place = self.bookings.partition_point(before);
        self.bookings.insert(place, new);
    }

    fn end_hold(&mut self, id: HoldId) {
        self.holds.retain(|held| held.hold_id != id);
    }
}
