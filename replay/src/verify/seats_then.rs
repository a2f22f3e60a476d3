use std::collections::HashMap;

use domain::{
    calendar::{SeatCount, Taken},
    ids::{BookingId, ResourceId},
    resource::ResourceEvent,
    resource_day::ResourceDayEvent,
};
use eventlog::Position;

use super::decided::Seats;

/// How many seats the resources of a partition had, and since when.
#[derive(Debug, Default)]
pub(super) struct SeatsThen(HashMap<ResourceId, Vec<(Position, SeatCount)>>);

impl SeatsThen {
    /// Takes what happened to a resource, in its order.
    pub(super) fn take(&mut self, id: &ResourceId, event: &ResourceEvent, position: Position) {
        let settings = match event {
            ResourceEvent::ResourceRegistered(event) => &event.settings,
            ResourceEvent::ResourceChanged(event) => &event.settings,
            ResourceEvent::ResourceRetired(_)
            | ResourceEvent::ExceptionAdded(_)
            | ResourceEvent::ExceptionRemoved(_) => return,
        };
        let seats = (position, settings.capacity());
        self.0.entry(id.clone()).or_default().push(seats);
    }

    /// How many a resource had at a position; one, where nobody knows.
    fn at(&self, id: &ResourceId, position: Position) -> SeatCount {
        let known = self.0.get(id).map_or(&[][..], Vec::as_slice);
        let before = known.iter().rev().find(|(since, _)| *since < position);
        before.map_or(SeatCount::ONE, |(_, seats)| *seats)
    }

    /// What decides about an event of a day of `id`; `let_go` is what the event before it
    /// freed.
    pub(super) fn of(
        &self,
        id: &ResourceId,
        event: &ResourceDayEvent,
        position: Position,
        let_go: Option<(BookingId, Taken)>,
    ) -> Seats {
        let own = match event {
            ResourceDayEvent::SlotsBooked(booked) => let_go
                .filter(|(id, freed)| *id == booked.booking_id && freed.quantity >= booked.quantity)
                .map(|(_, freed)| freed),
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::HoldReleased(_)
            | ResourceDayEvent::HoldExpired(_)
            | ResourceDayEvent::HoldConsumed(_)
            | ResourceDayEvent::SlotsFreed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => None,
        };
        Seats {
            capacity: self.at(id, position),
            let_go: own.unwrap_or_default(),
        }
    }
}

/// What an event of a day frees.
pub(super) const fn freed_by(event: &ResourceDayEvent) -> Option<(BookingId, Taken)> {
    match event {
        ResourceDayEvent::SlotsFreed(freed) => Some((freed.booking_id, freed.taken())),
        ResourceDayEvent::HoldPlaced(_)
        | ResourceDayEvent::HoldRenewed(_)
        | ResourceDayEvent::HoldReleased(_)
        | ResourceDayEvent::HoldExpired(_)
        | ResourceDayEvent::HoldConsumed(_)
        | ResourceDayEvent::SlotsBooked(_)
        | ResourceDayEvent::RenewalsCompacted(_)
        | ResourceDayEvent::HoldsCompacted(_) => None,
    }
}
