use std::collections::{BTreeMap, BTreeSet};

use domain::{
    booking::Booking,
    calendar::{Day, Timestamp},
    command::Command,
    decide::{Outcome, Undecided, decide, expire_due, needs},
    event::{Event, StreamEvent},
    facts::{Facts, NotLoaded},
    hold::LiveHolds,
    ids::{BookingId, ResourceId},
    rejection::Rejection,
    resource::Resource,
    resource_day::ResourceDay,
    stream::StreamId,
};

/// All streams of a partition, folded.
#[derive(Debug, Clone, Default)]
pub(crate) struct World {
    resources: BTreeMap<ResourceId, Resource>,
    days: BTreeMap<(ResourceId, Day), ResourceDay>,
    bookings: BTreeMap<BookingId, Booking>,
    holds: LiveHolds,
    no_resource: Resource,
    no_booking: Booking,
    no_day: ResourceDay,
}

impl World {
    pub(crate) fn apply(&mut self, (stream, event): &StreamEvent) {
        match (stream, event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                self.resources.entry(id.clone()).or_default().evolve(event);
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                let day = self.days.entry((id.clone(), *day)).or_default();
                day.evolve(event);
            }
            (StreamId::Booking(id), Event::Booking(event)) => {
                self.bookings.entry(*id).or_default().evolve(event);
            }
            (stream, event) => panic!("{event:?} does not belong to {stream}"),
        }
        self.holds.apply(stream, event);
    }

    /// Does what an executor does with a command, and applies what comes of it:
    /// loads what is needed and nothing else, ends what is due, decides.
    pub(crate) fn execute(
        &mut self,
        command: &Command,
        now: Timestamp,
    ) -> Result<(Vec<StreamEvent>, Outcome), Rejection> {
        let loaded = self.load(command, now);
        let (mut events, _) = expire_due(&self.with(&loaded), now, usize::MAX);
        for event in &events {
            self.apply(event);
        }
        let decision = match decide(&self.with(&loaded), command, now) {
            Ok(decision) => decision,
            Err(Undecided::Rejected(rejection)) => return Err(rejection),
            Err(Undecided::NotLoaded(missing)) => panic!("needs did not name it: {missing}"),
        };
        for event in &decision.events {
            self.apply(event);
        }
        events.extend(decision.events);
        Ok((events, decision.outcome))
    }

    /// What [`needs`] names, asked until it names nothing more.
    pub(crate) fn load(&self, command: &Command, now: Timestamp) -> BTreeSet<StreamId> {
        let mut loaded = BTreeSet::new();
        loop {
            let missing = needs(&self.with(&loaded), command, now);
            if missing.is_empty() {
                return loaded;
            }
            let before = loaded.len();
            loaded.extend(missing);
            assert!(loaded.len() > before, "needs named only what is loaded");
        }
    }

    /// The world as far as these streams tell.
    pub(crate) fn with<'a>(&'a self, loaded: &'a BTreeSet<StreamId>) -> Partial<'a> {
        Partial {
            world: self,
            loaded,
        }
    }

    pub(crate) fn days(&self) -> impl Iterator<Item = (&ResourceId, Day, &ResourceDay)> {
        self.days.iter().map(|((id, day), state)| (id, *day, state))
    }

    pub(crate) fn bookings(&self) -> impl Iterator<Item = &Booking> {
        self.bookings.values()
    }
}

impl Facts for World {
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded> {
        Ok(self.resources.get(id).unwrap_or(&self.no_resource))
    }

    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded> {
        let day = self.days.get(&(resource.clone(), day));
        Ok(day.unwrap_or(&self.no_day))
    }

    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded> {
        Ok(self.bookings.get(&id).unwrap_or(&self.no_booking))
    }

    fn holds(&self) -> &LiveHolds {
        &self.holds
    }
}

/// A world of which only some streams are at hand.
pub(crate) struct Partial<'a> {
    world: &'a World,
    loaded: &'a BTreeSet<StreamId>,
}

impl Partial<'_> {
    fn require(&self, stream: StreamId) -> Result<(), NotLoaded> {
        if self.loaded.contains(&stream) {
            Ok(())
        } else {
            Err(NotLoaded(stream))
        }
    }
}

impl Facts for Partial<'_> {
    fn resource(&self, id: &ResourceId) -> Result<&Resource, NotLoaded> {
        self.require(StreamId::Resource(id.clone()))?;
        self.world.resource(id)
    }

    fn day(&self, resource: &ResourceId, day: Day) -> Result<&ResourceDay, NotLoaded> {
        self.require(StreamId::ResourceDay(resource.clone(), day))?;
        self.world.day(resource, day)
    }

    fn booking(&self, id: BookingId) -> Result<&Booking, NotLoaded> {
        self.require(StreamId::Booking(id))?;
        self.world.booking(id)
    }

    fn holds(&self) -> &LiveHolds {
        self.world.holds()
    }
}
