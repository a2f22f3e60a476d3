use cqrs_es::AggregateContext;
use domain::{
    booking::BookingEvent, event::Event, ids::ResourceId, partition::Partition, stream::StreamId,
};

use super::LoggedAggregate;

/// An aggregate with its place in the log.
#[derive(Debug)]
pub struct CqrsContext<A> {
    pub(super) aggregate: A,
    pub(super) stream: StreamId,
    pub(super) partition: Partition,
    /// Of the last event: the expected version.
    pub(super) sequence: u64,
    /// What a booking is of; its stream's address does not say.
    booked: Option<ResourceId>,
}

impl<A: LoggedAggregate> CqrsContext<A> {
    pub(super) fn new(stream: StreamId, partition: Partition) -> Self {
        Self {
            aggregate: A::default(),
            stream,
            partition,
            sequence: 0,
            booked: None,
        }
    }

    /// Counts an event of the stream.
    pub(super) fn saw(&mut self, event: &Event) {
        self.sequence += 1;
        if let Event::Booking(BookingEvent::BookingConfirmed(confirmed)) = event {
            self.booked = Some(confirmed.resource_id.clone());
        }
    }

    /// What the stream is about.
    pub(super) fn resource(&self) -> Result<ResourceId, &'static str> {
        match &self.stream {
            StreamId::Resource(resource) | StreamId::ResourceDay(resource, _) => {
                Ok(resource.clone())
            }
            StreamId::Booking(_) => {
                let booked = self.booked.clone();
                booked.ok_or("a booking begins by being confirmed")
            }
        }
    }
}

impl<A: LoggedAggregate> AggregateContext<A> for CqrsContext<A> {
    fn aggregate(&mut self) -> &mut A {
        &mut self.aggregate
    }
}
