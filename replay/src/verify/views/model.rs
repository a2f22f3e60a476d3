//! What the views must say: a plain fold of a partition, event by event, in memory.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::{
    booking::BookingEvent,
    calendar::{Buffers, SeatCount, Seats, SlotMask, Span, Taken, Timestamp},
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
    days: BTreeMap<(String, NaiveDate), Day>,
    pub(super) holds: BTreeMap<Uuid, HoldRow>,
    pub(super) bookings: BTreeMap<Uuid, BookingRow>,
    pub(super) resources: BTreeMap<String, ResourceRow>,
}

/// A day that was ever booked.
#[derive(Debug, Default)]
struct Day {
    booked: Seats,
    buffers: Seats,
    position: i64,
}

impl Day {
    /// Its row.
    fn row(&self, resource_id: &str, date: NaiveDate) -> DayRow {
        let buffer = self.buffers.taken();
        let seats = |seats: &Seats| (!seats.are_single()).then(|| seats.to_string());
        DayRow {
            resource_id: resource_id.to_owned(),
            date,
            busy: MaskColumn(self.booked.taken()),
            buffer: (!buffer.is_empty()).then_some(MaskColumn(buffer)),
            seats: seats(&self.booked),
            buffer_seats: seats(&self.buffers),
            position: self.position,
        }
    }
}

impl Model {
    /// The rows of the days, which it uses up.
    pub(super) fn day_rows(&mut self) -> BTreeMap<(String, NaiveDate), DayRow> {
        let days = std::mem::take(&mut self.days).into_iter();
        let row = |(key, day): ((String, NaiveDate), Day)| {
            let row = day.row(&key.0, key.1);
            (key, row)
        };
        days.map(row).collect()
    }

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
        type Change = fn(&mut Seats, SlotMask, SeatCount);
        let (taken, change): (Taken, Change) = match event {
            ResourceDayEvent::SlotsBooked(booked) => (booked.taken(), Seats::add),
            ResourceDayEvent::SlotsFreed(freed) => (freed.taken(), Seats::remove),
            ResourceDayEvent::HoldPlaced(_)
            | ResourceDayEvent::HoldRenewed(_)
            | ResourceDayEvent::HoldReleased(_)
            | ResourceDayEvent::HoldExpired(_)
            | ResourceDayEvent::HoldConsumed(_)
            | ResourceDayEvent::RenewalsCompacted(_)
            | ResourceDayEvent::HoldsCompacted(_) => return,
        };
        let day = self.days.entry((resource.to_owned(), date)).or_default();
        change(&mut day.booked, taken.slots, taken.quantity);
        change(&mut day.buffers, taken.buffer, taken.quantity);
        day.position = position;
    }

    fn hold(&mut self, (resource, first): (&str, bool), event: &ResourceDayEvent, position: i64) {
        match event {
            ResourceDayEvent::HoldPlaced(placed) if first => {
                let (span_start, span_slots) = span(placed.span);
                let (buffer_before, buffer_after) = buffers(placed.buffers);
                let row = HoldRow {
                    hold_id: placed.hold_id.uuid(),
                    resource_id: resource.to_owned(),
                    session_id: placed.session_id.uuid(),
                    span_start,
                    span_slots,
                    buffer_before,
                    buffer_after,
                    quantity: placed.quantity.get().cast_signed(),
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
                let (buffer_before, buffer_after) = buffers(made.buffers);
                let row = BookingRow {
                    booking_id: made.booking_id.uuid(),
                    resource_id: made.resource_id.as_str().to_owned(),
                    session_id: made.session_id.uuid(),
                    status: "confirmed".to_owned(),
                    span_start,
                    span_slots,
                    buffer_before,
                    buffer_after,
                    quantity: made.quantity.get().cast_signed(),
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
                (row.buffer_before, row.buffer_after) = buffers(moved.buffers);
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
        let seats = match event {
            ResourceEvent::ResourceRegistered(event) => event.settings.capacity(),
            ResourceEvent::ResourceChanged(event) => event.settings.capacity(),
            ResourceEvent::ResourceRetired(_)
            | ResourceEvent::ExceptionAdded(_)
            | ResourceEvent::ExceptionRemoved(_) => SeatCount::ONE,
        };
        let before = self.resources.remove(id);
        let most = before.as_ref().map_or(1, |row| row.seats_most);
        let Some(settings) = settings.or(before.map(|row| row.settings)) else {
            return;
        };
        let row = ResourceRow {
            resource_id: id.to_owned(),
            status: status.to_owned(),
            settings,
            changed_at: at.to_datetime(),
            position,
            seats_most: most.max(seats.get().cast_signed()),
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

fn buffers(buffers: Buffers) -> (i16, i16) {
    (
        buffers.before().cast_signed(),
        buffers.after().cast_signed(),
    )
}

const fn lease(lease: Lease) -> &'static str {
    match lease {
        Lease::Presence => "presence",
        Lease::Checkout => "checkout",
    }
}
