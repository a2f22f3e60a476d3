use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    booking::BookingEvent,
    calendar::{SlotMask, Span, Timestamp},
    event::Event,
    ids::{BookingId, HoldId, ResourceId, SessionId},
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use uuid::Uuid;

use crate::MaskColumn;

/// What projections fold, beside the payload it is taken from: the columns of
/// `events` of these names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct TypedColumns {
    /// The stream's day.
    pub day: Option<NaiveDate>,
    /// The event's slots of that day.
    pub mask: Option<MaskColumn>,
    /// The booking that it is about.
    pub booking_id: Option<Uuid>,
    /// The hold that it is about.
    pub hold_id: Option<Uuid>,
    /// Whose hold or booking it begins.
    pub session_id: Option<Uuid>,
    /// Where the span begins that it tells.
    pub span_start: Option<DateTime<Utc>>,
    /// How many slots that span has.
    pub span_slots: Option<i32>,
    /// When a hold's lease ends, by this event.
    pub lease_expires_at: Option<DateTime<Utc>>,
}

/// What a row's columns say otherwise than its payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ColumnFault {
    /// One of [`TypedColumns`].
    #[error("the typed columns say otherwise than the payload")]
    Typed,
    /// The resource that it happened to.
    #[error("the column resource_id says {found:?} where the event is of {expected}")]
    Resource {
        /// What the column says.
        found: String,
        /// What the payload or the stream says.
        expected: ResourceId,
    },
}

impl TypedColumns {
    /// The columns of an event: the one place that says what they hold.
    pub fn of(stream: &StreamId, event: &Event) -> Self {
        let columns = Self::default();
        match event {
            Event::Resource(_) => columns,
            Event::ResourceDay(event) => columns.on(stream).resource_day(event),
            Event::Booking(event) => columns.booking(event),
        }
    }

    /// Whether the columns of a row, and its `resource_id`, repeat what its stream and
    /// its payload say. Of a booking's events the first alone says what it books.
    ///
    /// # Errors
    ///
    /// [`ColumnFault`]: what differs.
    pub fn repeat(
        &self,
        resource_id: &str,
        stream: &StreamId,
        event: &Event,
    ) -> Result<(), ColumnFault> {
        if *self != Self::of(stream, event) {
            return Err(ColumnFault::Typed);
        }
        let expected = match (stream, event) {
            (StreamId::Resource(resource) | StreamId::ResourceDay(resource, _), _) => resource,
            (_, Event::Booking(BookingEvent::BookingConfirmed(confirmed))) => {
                &confirmed.resource_id
            }
            (StreamId::Booking(_), _) => return Ok(()),
        };
        if expected.as_str() == resource_id {
            return Ok(());
        }
        Err(ColumnFault::Resource {
            found: resource_id.to_owned(),
            expected: expected.clone(),
        })
    }

    fn resource_day(self, event: &ResourceDayEvent) -> Self {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => self
                .hold(placed.hold_id, placed.lease_expires_at)
                // All that it takes, so that what is left tells it once it is emptied.
                .slots(placed.slots | placed.buffer)
                .session(placed.session_id)
                .span(placed.span),
            ResourceDayEvent::HoldRenewed(renewed) => {
                self.hold(renewed.hold_id, renewed.lease_expires_at)
            }
            ResourceDayEvent::HoldReleased(ended) => self
                .hold(ended.hold_id, ended.lease_expires_at)
                .slots(ended.slots),
            ResourceDayEvent::HoldExpired(ended) => self
                .hold(ended.hold_id, ended.lease_expires_at)
                .slots(ended.slots),
            ResourceDayEvent::HoldConsumed(ended) => self
                .hold(ended.hold_id, ended.lease_expires_at)
                .slots(ended.slots)
                .of_booking(ended.booking_id),
            ResourceDayEvent::SlotsBooked(booked) => {
                self.slots(booked.slots).of_booking(booked.booking_id)
            }
            ResourceDayEvent::SlotsFreed(freed) => {
                self.slots(freed.slots).of_booking(freed.booking_id)
            }
            ResourceDayEvent::RenewalsCompacted(_) | ResourceDayEvent::HoldsCompacted(_) => self,
        }
    }

    fn booking(self, event: &BookingEvent) -> Self {
        match event {
            BookingEvent::BookingConfirmed(confirmed) => self
                .of_booking(confirmed.booking_id)
                .session(confirmed.session_id)
                .span(confirmed.span),
            BookingEvent::BookingRescheduled(moved) => {
                self.of_booking(moved.booking_id).span(moved.span)
            }
            BookingEvent::BookingCancelled(cancelled) => {
                self.of_booking(cancelled.booking_id).span(cancelled.span)
            }
            BookingEvent::AttendeeErased(erased) => self.of_booking(erased.booking_id),
        }
    }

    fn on(self, stream: &StreamId) -> Self {
        let StreamId::ResourceDay(_, day) = stream else {
            return self;
        };
        Self {
            day: Some(day.date()),
            ..self
        }
    }

    fn slots(self, slots: SlotMask) -> Self {
        Self {
            mask: Some(MaskColumn(slots)),
            ..self
        }
    }

    fn of_booking(self, booking: BookingId) -> Self {
        Self {
            booking_id: Some(booking.uuid()),
            ..self
        }
    }

    fn hold(self, hold: HoldId, lease_expires_at: Timestamp) -> Self {
        Self {
            hold_id: Some(hold.uuid()),
            lease_expires_at: Some(lease_expires_at.to_datetime()),
            ..self
        }
    }

    fn session(self, session: SessionId) -> Self {
        Self {
            session_id: Some(session.uuid()),
            ..self
        }
    }

    fn span(self, span: Span) -> Self {
        Self {
            span_start: Some(span.start().to_datetime()),
            span_slots: Some(span.length().get().into()),
            ..self
        }
    }
}
