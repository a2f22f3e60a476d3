//! What an event says against the state that it comes to: whether a rule would have
//! decided it.

use domain::{
    booking::{Booking, BookingEvent},
    calendar::{SeatCount, SlotMask, Taken},
    hours::EXCEPTIONS_MAX,
    resource::{Resource, ResourceEvent},
    resource_day::{ResourceDay, ResourceDayEvent, SlotsFreed},
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

/// What decides about a day beside its own events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seats {
    /// How many each slot carried.
    pub(super) capacity: SeatCount,
    /// What the booking has just let go of, whose event it is: that it has again, whatever
    /// else stands there.
    pub(super) let_go: Taken,
}

/// Checks what happened to a day.
pub(super) fn check_day(
    day: &ResourceDay,
    event: &ResourceDayEvent,
    seats: Seats,
    found: Found<'_>,
) {
    match event {
        ResourceDayEvent::SlotsBooked(booked) => {
            let taken = seats.new_of(booked.taken());
            let over = Over::of(day, taken, seats.capacity);
            if !over.booked.is_empty() {
                let says = format!("slots {} were booked already", over.booked);
                found(Promise::Bookings, says);
            }
            if !over.held.is_empty() {
                let says = format!("slots {} were under a hold", over.held);
                found(Promise::Holds, says);
            }
            over.check_buffers(found);
        }
        ResourceDayEvent::HoldPlaced(placed) => {
            let taken = Taken {
                slots: placed.slots,
                buffer: placed.buffer,
                quantity: placed.quantity,
            };
            let over = Over::of(day, taken, seats.capacity);
            if !over.booked.is_empty() {
                let says = format!("slots {} were booked", over.booked);
                found(Promise::Holds, says);
            }
            if !over.held.is_empty() {
                let says = format!("slots {} were under a hold", over.held);
                found(Promise::Holds, says);
            }
            over.check_buffers(found);
        }
        ResourceDayEvent::SlotsFreed(freed) => check_freed(day, freed, found),
        ResourceDayEvent::HoldRenewed(_)
        | ResourceDayEvent::HoldReleased(_)
        | ResourceDayEvent::HoldExpired(_)
        | ResourceDayEvent::HoldConsumed(_)
        | ResourceDayEvent::RenewalsCompacted(_)
        | ResourceDayEvent::HoldsCompacted(_) => {}
    }
}

/// Checks that a booking lets go of what it had.
fn check_freed(day: &ResourceDay, freed: &SlotsFreed, found: Found<'_>) {
    let had = day.taken_by(freed.booking_id);
    let (told, had) = if had.slots != freed.slots {
        (format!("slots {}", freed.slots), had.slots.to_string())
    } else if had.buffer != freed.buffer {
        (format!("buffers {}", freed.buffer), had.buffer.to_string())
    } else if had.quantity != freed.quantity {
        (freed.quantity.to_string(), had.quantity.to_string())
    } else {
        return;
    };
    let says = format!("it frees {told}, the booking had {had}");
    found(Promise::Bookings, says);
}

impl Seats {
    /// What is new of `taken`.
    fn new_of(self, taken: Taken) -> Taken {
        Taken {
            slots: taken.slots.without(self.let_go.slots),
            buffer: taken.buffer.without(self.let_go.all()),
            ..taken
        }
    }
}

/// Where somebody takes more seats than others leave.
struct Over {
    /// Beside what is booked.
    booked: SlotMask,
    /// Beside what is held, where bookings alone would leave enough.
    held: SlotMask,
    /// Beside all of it, buffers included.
    all: SlotMask,
}

impl Over {
    fn of(day: &ResourceDay, taken: Taken, capacity: SeatCount) -> Self {
        let others = day.taken_against(None, None);
        let limit = capacity.get().saturating_sub(taken.quantity.get());
        let all = taken.all() & others.all().above(limit);
        let mut seats = others.booked;
        let booked = taken.slots & seats.above(limit);
        seats.add_all(&others.held);
        let held = taken.slots & seats.above(limit);
        Self {
            booked,
            held: held.without(booked),
            all,
        }
    }

    /// Tells of buffers, where nothing else was told.
    fn check_buffers(&self, found: Found<'_>) {
        if (self.booked | self.held).is_empty() && !self.all.is_empty() {
            let says = format!("slots {} were kept free by a buffer", self.all);
            found(Promise::Rules, says);
        }
    }
}
