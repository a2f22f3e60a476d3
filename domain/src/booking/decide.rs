use crate::calendar::{Span, Timestamp};

use super::{
    Booking, BookingCancelled, BookingCommand, BookingEvent, BookingRescheduled, ConfirmedBooking,
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
/// Cancelling what is cancelled, and moving a booking to where it is, are no
/// event and no refusal: a repeated request is answered as the first was.
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
        (BookingCommand::Reschedule { span, now }, Some(booking)) => {
            reschedule(booking, *span, *now)
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

fn reschedule(
    booking: &ConfirmedBooking,
    span: Span,
    now: Timestamp,
) -> Result<Vec<BookingEvent>, BookingRefusal> {
    if !booking.stands() {
        return Err(BookingRefusal::Cancelled);
    }
    if booking.span == span {
        return Ok(vec![]);
    }
    require_not_over(booking, now)?;
    Ok(vec![BookingEvent::BookingRescheduled(BookingRescheduled {
        booking_id: booking.id(),
        from: booking.span,
        span,
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
