//! Booking by booking: its days have what it covers.

use std::collections::BTreeMap;

use domain::{
    booking::Booking,
    calendar::{Day, Taken},
    event::Event,
    resource_day::ResourceDayEvent,
    stream::StreamId,
};
use eventlog::Position;
use sqlx::types::Uuid;

use crate::stored::StoredEvent;

use super::{Faults, Promise, trail::Trail};

/// All that is told of a booking.
pub(super) struct BookingTrail {
    id: Uuid,
    booking: Booking,
    /// What it has, by day.
    days: BTreeMap<(String, Day), Taken>,
    last: Position,
}

impl Trail for BookingTrail {
    const SQL: &'static str = include_str!("by_booking.sql");
    const READING: &'static str = "reading bookings";

    fn of(row: &StoredEvent) -> Option<Uuid> {
        row.columns.booking_id
    }

    fn new(id: Uuid) -> Self {
        Self {
            id,
            booking: Booking::default(),
            days: BTreeMap::new(),
            last: Position::START,
        }
    }

    fn take(&mut self, row: &StoredEvent, _: &mut Faults) {
        self.last = row.position();
        match (row.stream(), row.event()) {
            (Some(StreamId::Booking(_)), Ok(Event::Booking(event))) => self.booking.evolve(&event),
            (Some(StreamId::ResourceDay(resource, day)), Ok(Event::ResourceDay(event))) => {
                let key = (resource.as_str().to_owned(), day);
                let taken = self.days.entry(key).or_default();
                match event {
                    ResourceDayEvent::SlotsBooked(booked) => {
                        taken.slots |= booked.slots;
                        taken.buffer |= booked.buffer;
                        taken.quantity = booked.quantity;
                    }
                    ResourceDayEvent::SlotsFreed(freed) => {
                        taken.slots = taken.slots.without(freed.slots);
                        taken.buffer = taken.buffer.without(freed.buffer);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn compare(mut self, faults: &mut Faults) {
        let place = format!("Booking {}", self.id);
        self.days.retain(|_, taken| !taken.all().is_empty());
        let Some(made) = self.booking.get() else {
            if !self.days.is_empty() {
                let says = "slots are booked by a booking that was never made";
                faults.found_at(Promise::BookingDays, self.last, place, says);
                faults.taints.thing(self.id);
            }
            return;
        };
        let covers: BTreeMap<_, _> = if made.stands() {
            let resource = made.resource().as_str();
            let days = made.extent().days();
            days.map(|(day, taken)| ((resource.to_owned(), day), taken))
                .collect()
        } else {
            BTreeMap::new()
        };
        let keys = covers.keys().chain(self.days.keys());
        let differing = keys.filter(|key| covers.get(key) != self.days.get(key));
        if let Some(key) = differing.min() {
            let of = |days: &BTreeMap<_, Taken>| days.get(key).copied().unwrap_or_default();
            let (resource, day) = key;
            let says = format!(
                "it covers {} of {resource} on {day}, where it has {}",
                words(of(&covers)),
                words(of(&self.days))
            );
            faults.found_at(Promise::BookingDays, self.last, place, says);
            faults.taints.thing(self.id);
        }
    }
}

/// What is taken of a day, in words.
fn words(taken: Taken) -> String {
    let mut words = format!("slots {:?}", taken.slots.to_string());
    if !taken.buffer.is_empty() {
        words = format!("{words} and buffers {:?}", taken.buffer.to_string());
    }
    if !taken.quantity.is_one() {
        words = format!("{} of {words}", taken.quantity);
    }
    words
}
