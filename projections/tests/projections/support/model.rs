//! What the views and the feed must say: a plain fold of the log, event by event.

use std::collections::BTreeMap;

use domain::{
    calendar::{Day, Extent},
    event::Event,
    ids::{HoldId, ResourceId},
    resource::Resource,
    resource_day::{DayTaken, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::{Position, RecordedEvent};
use projections::live::{DayState, HeldSpan};

/// All that happened up to a position of a log of one partition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    /// What is booked, and the position of the event that changed it last.
    pub(crate) days: BTreeMap<(ResourceId, Day), (DayTaken, Position)>,
    pub(crate) holds: BTreeMap<HoldId, (ResourceId, Extent)>,
    pub(crate) resources: BTreeMap<ResourceId, (Resource, Position)>,
}

impl Model {
    /// The fold of the events up to `position`.
    pub(crate) fn at(events: &[RecordedEvent], position: Position) -> Self {
        let mut model = Self::default();
        for event in events.iter().filter(|event| event.position <= position) {
            model.apply(event);
        }
        model
    }

    pub(crate) fn apply(&mut self, recorded: &RecordedEvent) {
        match (&recorded.stream, &recorded.event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                let resource = self.resources.entry(id.clone()).or_default();
                resource.0.evolve(event);
                resource.1 = recorded.position;
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                self.apply_day(id, *day, event, recorded.position);
            }
            _ => {}
        }
    }

    fn apply_day(
        &mut self,
        resource: &ResourceId,
        day: Day,
        event: &ResourceDayEvent,
        position: Position,
    ) {
        let key = (resource.clone(), day);
        match event {
            ResourceDayEvent::SlotsBooked(booked) => {
                let (day, changed_at) = self.days.entry(key).or_default();
                day.book(booked.taken());
                *changed_at = position;
            }
            ResourceDayEvent::SlotsFreed(freed) => {
                let (day, changed_at) = self.days.entry(key).or_default();
                day.free(freed.taken());
                *changed_at = position;
            }
            _ => {}
        }
        let ended = match event {
            ResourceDayEvent::HoldPlaced(placed) => {
                let extent = Extent::new(placed.span, placed.buffers).seats(placed.quantity);
                self.holds
                    .insert(placed.hold_id, (resource.clone(), extent));
                return;
            }
            ResourceDayEvent::HoldReleased(ended) => ended.hold_id,
            ResourceDayEvent::HoldExpired(ended) => ended.hold_id,
            ResourceDayEvent::HoldConsumed(ended) => ended.hold_id,
            _ => return,
        };
        self.holds.remove(&ended);
    }

    /// A day as viewers must see it.
    pub(crate) fn day(&self, resource: &ResourceId, day: Day) -> DayState {
        let key = (resource.clone(), day);
        let (booked, busy_changed_at) = self.days.get(&key).cloned().unwrap_or_default();
        let held = self.holds.iter().filter(|(_, (of, _))| of == resource);
        let mut holds: Vec<_> = held
            .map(|(id, (_, extent))| HeldSpan {
                hold_id: *id,
                span: extent.span(),
                buffers: extent.buffers(),
                slots: extent.on(day).slots,
                buffer: extent.on(day).buffer,
                quantity: extent.quantity(),
            })
            .filter(|held| !(held.slots | held.buffer).is_empty())
            .collect();
        holds.sort_by_key(|held| (held.span.start(), held.hold_id));
        DayState {
            day,
            booked: booked.booked,
            buffers: booked.buffers,
            busy_changed_at,
            holds,
        }
    }
}
