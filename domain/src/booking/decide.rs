use crate::calendar::{Extent, Timestamp};

use super::{
    AttendeeErased, Booking, BookingCancelled, BookingCommand, BookingEvent, BookingRescheduled,
    ConfirmedBooking,
};

/// Why a booking refuses a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookingRefusal {
    /// It was never made.
    #[error("there is no such booking")]
    Unknown,
    /// It was made before.
    #[error("the booking exists")]
    Exists,
    /// It was cancelled.
    #[error("the booking is cancelled")]
    Cancelled,
    /// It is over.
    #[error("the booking ended at {0}")]
    Ended(Timestamp),
}

/// Decides a command on one booking. Same inputs, same events.
///
/// Cancelling what is cancelled, moving a booking to where it is, and erasing
/// whom it no longer tells, are no event and no refusal: a repeated request is
/// answered as the first was. A person is erased from any booking, be it over or
/// cancelled.
///
/// # Errors
///
/// [`BookingRefusal`], naming what stands in the way.
pub fn decide(
    state: &Booking,
    command: &BookingCommand,
) -> Result<Vec<BookingEvent>, BookingRefusal> {
    match (command, state.get()) {
        (BookingCommand::Confirm(_), Some(_)) => Err(BookingRefusal::Exists),
        (BookingCommand::Confirm(confirmed), None) => {
            Ok(vec![BookingEvent::BookingConfirmed(confirmed.clone())])
        }
        (_, None) => Err(BookingRefusal::Unknown),
        (BookingCommand::Cancel { now }, Some(booking)) => cancel(booking, *now),
        (BookingCommand::Erase { now }, Some(booking)) => Ok(erase(booking, *now)),
        (BookingCommand::Reschedule { extent, now }, Some(booking)) => {
            reschedule(booking, *extent, *now)
        }
    }
}

fn cancel(booking: &ConfirmedBooking, now: Timestamp) -> Result<Vec<BookingEvent>, BookingRefusal> {
    if !booking.stands() {
        return Ok(vec![]);
    }
    require_not_over(booking, now)?;
    Ok(vec![BookingEvent::BookingCancelled(BookingCancelled {
        booking_id: booking.id(),
        span: booking.span,
        cancelled_at: now,
    })])
}

fn erase(booking: &ConfirmedBooking, now: Timestamp) -> Vec<BookingEvent> {
    if booking.is_erased() {
        return vec![];
    }
    vec![BookingEvent::AttendeeErased(AttendeeErased {
        booking_id: booking.id(),
        erased_at: now,
    })]
}

fn reschedule(
    booking: &ConfirmedBooking,
    extent: Extent,
    now: Timestamp,
) -> Result<Vec<BookingEvent>, BookingRefusal> {
    if !booking.stands() {
        return Err(BookingRefusal::Cancelled);
    }
    let span = extent.span();
    if booking.span == span {
        return Ok(vec![]);
    }
    require_not_over(booking, now)?;
    Ok(vec![BookingEvent::BookingRescheduled(BookingRescheduled {
        booking_id: booking.id(),
        from: booking.span,
        span,
        buffers: extent.buffers(),
        rescheduled_at: now,
    })])
}

fn require_not_over(booking: &ConfirmedBooking, now: Timestamp) -> Result<(), BookingRefusal> {
    let end = booking.span.end();
    if end <= now {
        Err(BookingRefusal::Ended(end))
    } else {
        Ok(())
    }
}
