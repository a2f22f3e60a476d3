//! What the views must say: a plain fold of a partition, event by event, in memory.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    booking::BookingEvent,
    calendar::{SlotMask, Span, Timestamp},
    event::Event,
    hold::Lease,
    resource::ResourceEvent,
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use eventlog::{MaskColumn, RecordedEvent};
use serde_json::value::RawValue;
use sqlx::types::Uuid;

use super::rows::{BookingRow, DayRow, HoldRow, ResourceRow};

/// The rows of all views, by their keys: some 250 bytes a booking, a live hold and a
/// day that was ever booked.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) days: BTreeMap<(String, NaiveDate), DayRow>,
    pub(super) holds: BTreeMap<Uuid, HoldRow>,
    pub(super) bookings: BTreeMap<Uuid, BookingRow>,
    pub(super) resources: BTreeMap<String, ResourceRow>,
}

impl Model {
    /// Folds what comes next; `payload` is the row's own.
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, payload: Option<&str>) {
        let position = recorded.position.get().cast_signed();
        match (&recorded.stream, &recorded.event) {
            (StreamId::Resource(id), Event::Resource(event)) => {
                self.resource(id.as_str(), event, payload, position);
            }
            (StreamId::ResourceDay(id, day), Event::ResourceDay(event)) => {
                let first = match event {
                    ResourceDayEvent::HoldPlaced(placed) => placed.span.first_day() == *day,
                    _ => false,
                };
                self.day((id.as_str(), day.date()), event, position);
                self.hold((id.as_str(), first), event, position);
            }
            (StreamId::Booking(_), Event::Booking(event)) => self.booking(event, position),
            // It does not read, and was told.
            _ => {}
        }
    }

    fn day(
        &mut self,
        (resource, date): (&str, NaiveDate),
        event: &ResourceDayEvent,
        position: i64,
    ) {
        let (booked, freed) = match event {
            ResourceDayEvent::SlotsBooked(booked) => (booked.slots, SlotMask::EMPTY),
            ResourceDayEvent::SlotsFreed(freed) => (SlotMask::EMPTY, freed.slots),
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::HoldReleased(_)
            | ResourceDayEvent::HoldExpired(_)
            | ResourceDayEvent::HoldConsumed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => return,
        };
        let row = self.days.entry((resource.to_owned(), date));
        let row = row.or_insert_with(|| DayRow {
            resource_id: resource.to_owned(),
            date,
            busy: MaskColumn(SlotMask::EMPTY),
            position,
        });
        row.busy = MaskColumn(row.busy.0.without(freed) | booked);
        row.position = position;
    }

    fn hold(&mut self, (resource, first): (&str, bool), event: &ResourceDayEvent, position: i64) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) if first => {
                let (span_start, span_slots) = span(placed.span);
                let row = HoldRow {
                    hold_id: placed.hold_id.uuid(),
                    resource_id: resource.to_owned(),
                    session_id: placed.session_id.uuid(),
                    span_start,
                    span_slots,
                    lease: lease(placed.lease).to_owned(),
                    placed_at: placed.placed_at.to_datetime(),
                    renewed_at: placed.placed_at.to_datetime(),
                    lease_expires_at: placed.lease_expires_at.to_datetime(),
                    renewable_until: placed.renewable_until.to_datetime(),
                    renewals: 0,
                    position,
                };
                self.holds.insert(row.hold_id, row);
            }
            ResourceDayEvent::HoldRenewed(renewed) => {
                if let Some(row) = self.holds.get_mut(&renewed.hold_id.uuid()) {
                    lease(renewed.lease).clone_into(&mut row.lease);
                    row.renewed_at = renewed.renewed_at.to_datetime();
                    row.lease_expires_at = renewed.lease_expires_at.to_datetime();
                    row.renewals += 1;
                    row.position = position;
                }
            }
            ResourceDayEvent::HoldReleased(_)
            | ResourceDayEvent::HoldExpired(_)
            | ResourceDayEvent::HoldConsumed(_) => {
                if let Some(id) = event.hold_id() {
                    self.holds.remove(&id.uuid());
                }
            }
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::SlotsBooked(_)
            | ResourceDayEvent::SlotsFreed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => {}
        }
    }

    fn booking(&mut self, event: &BookingEvent, position: i64) {
        let (id, at) = match event {
            BookingEvent::BookingConfirmed(made) => {
                let (span_start, span_slots) = span(made.span);
                let row = BookingRow {
                    booking_id: made.booking_id.uuid(),
                    resource_id: made.resource_id.as_str().to_owned(),
                    session_id: made.session_id.uuid(),
                    status: "confirmed".to_owned(),
                    span_start,
                    span_slots,
                    attendee: made.attendee.0.clone().into(),
                    confirmed_at: made.confirmed_at.to_datetime(),
                    changed_at: made.confirmed_at.to_datetime(),
                    position,
                };
                self.bookings.insert(row.booking_id, row);
                return;
            }
            BookingEvent::BookingRescheduled(moved) => (moved.booking_id, moved.rescheduled_at),
            BookingEvent::BookingCancelled(ended) => (ended.booking_id, ended.cancelled_at),
            BookingEvent::AttendeeErased(erased) => (erased.booking_id, erased.erased_at),
        };
        let Some(row) = self.bookings.get_mut(&id.uuid()) else {
            return;
        };
        (row.changed_at, row.position) = (Timestamp::to_datetime(at), position);
        match event {
            BookingEvent::BookingRescheduled(moved) => {
                (row.span_start, row.span_slots) = span(moved.span);
            }
            BookingEvent::BookingCancelled(_) => "cancelled".clone_into(&mut row.status),
            BookingEvent::BookingConfirmed(_) | BookingEvent::AttendeeErased(_) => {}
        }
    }

    fn resource(&mut self, id: &str, event: &ResourceEvent, payload: Option<&str>, position: i64) {
        let (status, at) = match event {
            ResourceEvent::ResourceRegistered(event) => ("open", event.registered_at),
            ResourceEvent::ResourceChanged(event) => ("open", event.changed_at),
            ResourceEvent::ResourceRetired(event) => ("retired", event.retired_at),
            // No view tells of them.
            ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_) => return,
        };
        let settings = match event {
            ResourceEvent::ResourceRegistered(_) | ResourceEvent::ResourceChanged(_) => {
                payload.and_then(settings)
            }
            ResourceEvent::ResourceRetired(_)
            | ResourceEvent::ExceptionAdded(_)
            | ResourceEvent::ExceptionRemoved(_) => None,
        };
        let before = self.resources.remove(id);
        let Some(settings) = settings.or(before.map(|row| row.settings)) else {
            return;
        };
        let row = ResourceRow {
            resource_id: id.to_owned(),
            status: status.to_owned(),
            settings,
            changed_at: at.to_datetime(),
            position,
        };
        self.resources.insert(id.to_owned(), row);
    }
}

/// The settings in a payload, to the byte.
fn settings(payload: &str) -> Option<String> {
    type Fields<'a> = BTreeMap<String, &'a RawValue>;
    let event: Fields<'_> = serde_json::from_str(payload).ok()?;
    let fields = event.values().next()?;
    let fields: Fields<'_> = serde_json::from_str(fields.get()).ok()?;
    fields.get("settings").map(|text| text.get().to_owned())
}

fn span(span: Span) -> (chrono::DateTime<chrono::Utc>, i32) {
    (span.start().to_datetime(), span.length().get().into())
}

const fn lease(lease: Lease) -> &'static str {
    match lease {
        Lease::Presence => "presence",
        Lease::Checkout => "checkout",
    }
}
