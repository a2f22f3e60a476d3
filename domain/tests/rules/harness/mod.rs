//! Given what happened, when a command comes at a time, then these events or
//! this refusal.

mod history;
mod names;
mod world;

pub(crate) use history::*;
pub(crate) use names::*;
pub(crate) use world::World;

use domain::{
    command::Command,
    decide::Outcome,
    event::{Event, StreamEvent},
    rejection::Rejection,
    resource_day::ResourceDayEvent,
    stream::StreamId,
};

/// A world in which these events happened, in this order.
pub(crate) fn given(history: impl IntoIterator<Item = Vec<StreamEvent>>) -> World {
    let mut world = World::default();
    for event in history.into_iter().flatten() {
        world.apply(&event);
    }
    world
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Answer(Result<(Vec<StreamEvent>, Outcome), Rejection>);

impl World {
    /// The answer to `command`, which comes at `now`. Holds that are due are
    /// ended before, as the executor does; their events come first.
    pub(crate) fn when(&self, now: &str, command: impl Into<Command>) -> Answer {
        let mut world = self.clone();
        Answer(world.execute(&command.into(), at(now)))
    }
}

impl Answer {
    /// It was accepted, and exactly these events came of it.
    #[track_caller]
    pub(crate) fn then(self, expected: impl IntoIterator<Item = Vec<StreamEvent>>) -> Outcome {
        let (events, outcome) = self.0.unwrap();
        assert_eq!(events, expected.into_iter().flatten().collect::<Vec<_>>());
        outcome
    }

    /// It was accepted, and nothing came of it.
    #[track_caller]
    pub(crate) fn then_nothing(self) -> Outcome {
        self.then([])
    }

    /// It was refused.
    #[track_caller]
    pub(crate) fn refused(self) -> Rejection {
        self.0.unwrap_err()
    }

    /// It was refused by the rule of this code, because of these stretches of
    /// time, each `start/end` to the minute.
    #[track_caller]
    pub(crate) fn refused_for(self, code: &str, stretches: &[&str]) {
        let rejection = self.refused();
        assert_eq!(rejection.code(), code);
        let conflicts = rejection.conflicts().unwrap().intervals().iter();
        let conflicts = conflicts.map(|(start, end)| {
            let minute = |time: &domain::calendar::Timestamp| time.to_string()[..16].to_owned();
            format!("{}/{}", minute(start), minute(end))
        });
        assert_eq!(conflicts.collect::<Vec<_>>(), stretches);
    }

    /// The events of an accepted command.
    #[track_caller]
    pub(crate) fn events(self) -> Vec<StreamEvent> {
        self.0.unwrap().0
    }

    /// What was answered.
    #[track_caller]
    pub(crate) fn outcome(self) -> Outcome {
        self.0.unwrap().1
    }

    /// The days that were touched: by which event, and in which slots.
    #[track_caller]
    pub(crate) fn then_slots(self) -> Vec<(&'static str, String, String)> {
        let events = self.events();
        let on_day = |(stream, event): &StreamEvent| {
            let (StreamId::ResourceDay(_, day), Event::ResourceDay(event)) = (stream, event) else {
                return None;
            };
            let slots = match event {
                ResourceDayEvent::HoldPlaced(placed) => placed.slots,
                ResourceDayEvent::SlotsBooked(booked) => booked.slots,
                other => panic!("{other:?}"),
            };
            Some((event.name(), day.to_string(), slots.to_string()))
        };
        events.iter().filter_map(on_day).collect()
    }
}
