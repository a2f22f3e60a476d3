//! Any event of the log, whichever aggregate it belongs to.

use crate::{
    booking::BookingEvent, resource::ResourceEvent, resource_day::ResourceDayEvent,
    stream::StreamId,
};

/// An event with the aggregate it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Of a resource's settings.
    Resource(ResourceEvent),
    /// Of a resource's day.
    ResourceDay(ResourceDayEvent),
    /// Of a booking.
    Booking(BookingEvent),
}

/// An event and the stream it goes to.
pub type StreamEvent = (StreamId, Event);

macro_rules! event_from {
    ($($variant:ident($event:ty)),+) => {
        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$variant(event)
            }
        })+
    };
}

event_from!(
    Resource(ResourceEvent),
    ResourceDay(ResourceDayEvent),
    Booking(BookingEvent)
);
