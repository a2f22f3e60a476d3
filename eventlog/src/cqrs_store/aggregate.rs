use cqrs_es::Aggregate;
use domain::{booking::Booking, event::Event, resource::Resource, resource_day::ResourceDay};

/// An aggregate whose events the log holds.
pub trait LoggedAggregate: Aggregate<Event: Into<Event>> {
    /// The aggregate's own event; none when `event` is another's.
    fn of(event: Event) -> Option<Self::Event>;
}

macro_rules! logged {
    ($($aggregate:ident),+) => {
        $(impl LoggedAggregate for $aggregate {
            fn of(event: Event) -> Option<Self::Event> {
                match event {
                    Event::$aggregate(event) => Some(event),
                    _ => None,
                }
            }
        })+
    };
}

logged!(Resource, ResourceDay, Booking);
