//! What an event says against the state that it comes to: whether a rule would have
//! decided it.

use domain::{
    booking::{Booking, BookingEvent},
    calendar::{SlotMask, Taken},
    hours::EXCEPTIONS_MAX,
    resource::{Resource, ResourceEvent},
    resource_day::{ResourceDay, ResourceDayEvent},
};

use super::Promise;

/// Who is told what is wrong.
pub(super) type Found<'a> = &'a mut dyn FnMut(Promise, String);

/// Checks what happened to a resource.
pub(super) fn check_resource(resource: &Resource, event: &ResourceEvent, found: Found<'_>) {
    let wrong = match (event, resource) {
        (ResourceEvent::ResourceRegistered(_), Resource::Open(_)) => {
            "it is registered a second time, while it is open"
        }
        (ResourceEvent::ResourceChanged(_), Resource::Unknown | Resource::Retired(_)) => {
            "its settings change, and it is not open"
        }
        (ResourceEvent::ResourceRetired(_), Resource::Unknown | Resource::Retired(_)) => {
            "it is retired, and it is not open"
        }
        (
            ResourceEvent::ExceptionAdded(_) | ResourceEvent::ExceptionRemoved(_),
            Resource::Unknown | Resource::Retired(_),
        ) => "the exceptions to its hours change, and it is not open",
        (ResourceEvent::ExceptionAdded(added), Resource::Open(terms)) => {
            match terms.exceptions.get(added.exception.id()) {
                Some(_) => "an exception to its hours is added a second time",
                None if terms.exceptions.len() >= EXCEPTIONS_MAX => {
                    "it has more exceptions to its hours than it may"
                }
                None => return,
            }
        }
        (ResourceEvent::ExceptionRemoved(removed), Resource::Open(terms)) => {
            match terms.exceptions.get(removed.exception_id) {
                Some(_) => return,
                None => "an exception to its hours is taken out that it does not have",
            }
        }
        (ResourceEvent::ResourceRegistered(_), Resource::Unknown | Resource::Retired(_))
        | (
            ResourceEvent::ResourceChanged(_) | ResourceEvent::ResourceRetired(_),
            Resource::Open(_),
        ) => return,
    };
    found(Promise::Rules, wrong.into());
}

/// Checks what happened to a booking.
pub(super) fn check_booking(booking: &Booking, event: &BookingEvent, found: Found<'_>) {
    let Some(made) = booking.get() else {
        if !matches!(event, BookingEvent::BookingConfirmed(_)) {
            found(Promise::Rules, "the booking was never made".into());
        }
        return;
    };
    let wrong = match event {
        BookingEvent::BookingConfirmed(_) => Some("it is confirmed a second time"),
        BookingEvent::BookingCancelled(_) if !made.stands() => {
            Some("it is cancelled a second time")
        }
        BookingEvent::BookingCancelled(ended) if ended.span != made.span => {
            Some("it lets go of another span than it has")
        }
        BookingEvent::BookingCancelled(ended) if ended.cancelled_at >= made.span.end() => {
            Some("it is cancelled after its end")
        }
        BookingEvent::BookingRescheduled(_) if !made.stands() => Some("it moves, and is cancelled"),
        BookingEvent::BookingRescheduled(moved) if moved.from != made.span => {
            Some("it moves from where it is not")
        }
        BookingEvent::BookingRescheduled(moved) if moved.rescheduled_at >= made.span.end() => {
            Some("it moves after its end")
        }
        BookingEvent::AttendeeErased(_) if made.is_erased() => {
            Some("who it is for is erased a second time")
        }
        BookingEvent::BookingCancelled(_)
        | BookingEvent::BookingRescheduled(_)
        | BookingEvent::AttendeeErased(_) => None,
    };
    if let Some(wrong) = wrong {
        found(Promise::Rules, wrong.into());
    }
}

/// Checks what happened to a day.
pub(super) fn check_day(day: &ResourceDay, event: &ResourceDayEvent, found: Found<'_>) {
    match event {
        ResourceDayEvent::SlotsBooked(booked) => {
            let shared = booked.slots & day.booked();
            if !shared.is_empty() {
                let says = format!("slots {shared} were booked already");
                found(Promise::Bookings, says);
            }
            let held = booked.slots & day.held_against(None);
            if !held.is_empty() {
                found(Promise::Holds, format!("slots {held} were under a hold"));
            }
            check_buffers(day, booked.taken(), shared | held, found);
        }
        ResourceDayEvent::HoldPlaced(placed) => {
            let booked = placed.slots & day.booked();
            let held = placed.slots & day.held_against(None);
            if !booked.is_empty() {
                found(Promise::Holds, format!("slots {booked} were booked"));
            }
            if !held.is_empty() {
                found(Promise::Holds, format!("slots {held} were under a hold"));
            }
            let (slots, buffer) = (placed.slots, placed.buffer);
            check_buffers(day, Taken { slots, buffer }, booked | held, found);
        }
        ResourceDayEvent::SlotsFreed(freed) => {
            let had = day.taken_by(freed.booking_id);
            if had.slots != freed.slots {
                let (told, had) = (freed.slots, had.slots);
                let says = format!("it frees slots {told}, the booking had {had}");
                found(Promise::Bookings, says);
            } else if had.buffer != freed.buffer {
                let (told, had) = (freed.buffer, had.buffer);
                let says = format!("it frees buffers {told}, the booking had {had}");
                found(Promise::Bookings, says);
            }
        }
        ResourceDayEvent::HoldRenewed(_)
        | ResourceDayEvent::HoldReleased(_)
        | ResourceDayEvent::HoldExpired(_)
        | ResourceDayEvent::HoldConsumed(_)
        | ResourceDayEvent::RenewalsCompacted(_)
        | ResourceDayEvent::HoldsCompacted(_) => {}
    }
}

/// Checks that what is taken of a day keeps away from others by its buffers and theirs;
/// `told` are the slots whose sharing was told.
fn check_buffers(day: &ResourceDay, taken: Taken, told: SlotMask, found: Found<'_>) {
    let others = day.booked() | day.held_against(None) | day.buffers_against(None, None);
    let near = taken.all() & others;
    if told.is_empty() && !near.is_empty() {
        found(
            Promise::Rules,
            format!("slots {near} were kept free by a buffer"),
        );
    }
}
