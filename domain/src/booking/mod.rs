//! A booking: a span of a resource that is somebody's.

mod command;
mod decide;
mod event;
mod state;

pub use command::BookingCommand;
pub use decide::{BookingRefusal, decide};
pub use event::{
    AttendeeErased, BookingCancelled, BookingConfirmed, BookingEvent, BookingRescheduled,
    RequestFingerprint, SealedAttendee,
};
pub use state::{Booking, BookingStatus, ConfirmedBooking};
