use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    booking::BookingEvent,
    calendar::{SlotMask, Span, Timestamp},
    event::Event,
    ids::{BookingId, HoldId, SessionId},
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use uuid::Uuid;

use crate::MaskColumn;

/// What projections fold, beside the payload it is taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct TypedColumns {
    /// The stream's day.
    pub(super) day: Option<NaiveDate>,
    /// The event's slots of that day.
    pub(super) mask: Option<MaskColumn>,
    pub(super) booking_id: Option<Uuid>,
    pub(super) hold_id: Option<Uuid>,
    pub(super) session_id: Option<Uuid>,
    pub(super) span_start: Option<DateTime<Utc>>,
    pub(super) span_slots: Option<i32>,
    pub(super) lease_expires_at: Option<DateTime<Utc>>,
}

impl TypedColumns {
    /// The columns of an event: the one place that says what they hold.
    pub(super) fn of(stream: &StreamId, event: &Event) -> Self {
        let columns = Self::default();
        match event {
            Event::Resource(_) => columns,
            Event::ResourceDay(event) => columns.on(stream).resource_day(event),
            Event::Booking(event) => columns.booking(event),
        }
    }

    fn resource_day(self, event: &ResourceDayEvent) -> Self {
        match event {
            ResourceDayEvent::HoldPlaced(placed) => self
                .hold(placed.hold_id, placed.lease_expires_at)
                .slots(placed.slots)
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
