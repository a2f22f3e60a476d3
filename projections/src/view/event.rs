use domain::{
    booking::BookingEvent,
    calendar::Taken,
    event::Event,
    ids::HoldId,
    resource::ResourceEvent,
    resource_day::{HoldPlaced, HoldRenewed, ResourceDayEvent},
    stream::StreamId,
};
use eventlog::{Position, RecordedEvent, ScannedEvent, Tip, Told};

/// What a fold sees of an event.
#[derive(Debug, Clone, Copy)]
pub struct ViewEvent<'a> {
    /// Its place in its partition.
    pub position: Position,
    /// The stream it is in.
    pub stream: &'a StreamId,
    /// What happened.
    pub fact: Fact<'a>,
    /// As the log has it: on the last event of an append. None on all events says
    /// that the caller's connection has read them itself, since it began: then no
    /// restore can have come between.
    pub tip: Option<Tip>,
}

/// What happened, as far as views show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact<'a> {
    /// This was booked of the stream's day.
    SlotsBooked(Taken),
    /// This was freed of the stream's day.
    SlotsFreed(Taken),
    /// A hold was placed on the stream's day, and may be on others.
    HoldPlaced(&'a HoldPlaced),
    /// A hold was renewed.
    HoldRenewed(&'a HoldRenewed),
    /// A hold was released, has expired or was consumed.
    HoldEnded(HoldId),
    /// Something happened to a booking.
    Booking(&'a BookingEvent),
    /// Something happened to a resource.
    Resource(&'a ResourceEvent),
    /// What no view shows.
    Unseen,
}

impl<'a> From<&'a Event> for Fact<'a> {
    fn from(event: &'a Event) -> Self {
        match event {
            Event::Booking(event) => Self::Booking(event),
            Event::Resource(event) => Self::Resource(event),
            Event::ResourceDay(event) => match event {
                ResourceDayEvent::SlotsBooked(booked) => Self::SlotsBooked(booked.taken()),
                ResourceDayEvent::SlotsFreed(freed) => Self::SlotsFreed(freed.taken()),
                ResourceDayEvent::HoldPlaced(placed) => Self::HoldPlaced(placed),
                ResourceDayEvent::HoldRenewed(renewed) => Self::HoldRenewed(renewed),
                ResourceDayEvent::HoldReleased(ended) => Self::HoldEnded(ended.hold_id),
                ResourceDayEvent::HoldExpired(ended) => Self::HoldEnded(ended.hold_id),
                ResourceDayEvent::HoldConsumed(ended) => Self::HoldEnded(ended.hold_id),
                ResourceDayEvent::RenewalsCompacted(_) | ResourceDayEvent::HoldsCompacted(_) => {
                    Self::Unseen
                }
            },
        }
    }
}

impl<'a> From<&'a Told> for Fact<'a> {
    fn from(told: &'a Told) -> Self {
        match told {
            Told::SlotsBooked(slots) => Self::SlotsBooked(Taken::slots(*slots)),
            Told::SlotsFreed(slots) => Self::SlotsFreed(Taken::slots(*slots)),
            Told::HoldEnded(hold) => Self::HoldEnded(*hold),
            Told::Event(event) => (&**event).into(),
        }
    }
}

impl<'a> From<&'a RecordedEvent> for ViewEvent<'a> {
    fn from(recorded: &'a RecordedEvent) -> Self {
        Self {
            position: recorded.position,
            stream: &recorded.stream,
            fact: (&recorded.event).into(),
            tip: recorded.tip,
        }
    }
}

impl<'a> From<&'a ScannedEvent> for ViewEvent<'a> {
    fn from(scanned: &'a ScannedEvent) -> Self {
        Self {
            position: scanned.position,
            stream: &scanned.stream,
            fact: (&scanned.told).into(),
            tip: None,
        }
    }
}
