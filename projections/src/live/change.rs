use domain::{
    calendar::{Day, Taken},
    event::Event,
    ids::{HoldId, ResourceId},
    resource::ResourceEvent,
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use eventlog::{Position, RecordedEvent};

use super::day::HeldSpan;

/// What an event changes for viewers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) position: Position,
    pub(super) resource: ResourceId,
    pub(super) what: What,
}

/// What changes of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What {
    Day(Day, DayChange),
    Settings(Box<ResourceEvent>),
}

/// What changes of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DayChange {
    Booked(Taken),
    Freed(Taken),
    Held(HeldSpan),
    HoldEnded(HoldId),
}

impl Change {
    /// What `recorded` changes; nothing for what viewers do not see: the events
    /// of bookings, whose days have their own, and renewals.
    pub(super) fn of(recorded: &RecordedEvent) -> Option<Self> {
        let (resource, what) = match (&recorded.stream, &recorded.event) {
            (StreamId::ResourceDay(resource, day), Event::ResourceDay(event)) => {
                (resource, What::Day(*day, DayChange::of(event)?))
            }
            (StreamId::Resource(resource), Event::Resource(event)) => {
                (resource, What::Settings(Box::new(event.clone())))
            }
            _ => return None,
        };
        Some(Self {
            position: recorded.position,
            resource: resource.clone(),
            what,
        })
    }
}

impl DayChange {
    /// What `event` changes of its day; nothing for a renewal, kept or emptied.
    pub(super) fn of(event: &ResourceDayEvent) -> Option<Self> {
        match event {
            ResourceDayEvent::SlotsBooked(booked) => Some(Self::Booked(booked.taken())),
            ResourceDayEvent::SlotsFreed(freed) => Some(Self::Freed(freed.taken())),
            ResourceDayEvent::HoldPlaced(placed) => Some(Self::Held(HeldSpan {
                hold_id: placed.hold_id,
                span: placed.span,
                buffers: placed.buffers,
                slots: placed.slots,
                buffer: placed.buffer,
                quantity: placed.quantity,
            })),
            ResourceDayEvent::HoldReleased(ended) => Some(Self::HoldEnded(ended.hold_id)),
            ResourceDayEvent::HoldExpired(ended) => Some(Self::HoldEnded(ended.hold_id)),
            ResourceDayEvent::HoldConsumed(ended) => Some(Self::HoldEnded(ended.hold_id)),
            ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => None,
        }
    }
}
